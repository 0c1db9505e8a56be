/// AᵀA = RᵀR of a tall matrix to the accuracy of orthogonal transformations, through the Gram matrix
/// of columns that hardly lose by being squared.
///
/// A sketch of A, decomposed with column pivoting, says of which columns A_J the leading directions
/// are made, makes nearly orthonormal columns Y = A_J R₁⁻¹ of them, and foresees the coefficients Z
/// of the other columns:
///
///     A P = [Y E] [R₁ Z; 0 I],    E = A_rest − Y Z.
///
/// This holds whatever the sketch is worth, and [Y E]ᵀ[Y E] is the only sum over rows. Y loses
/// nothing by being squared. E loses what is below ε‖E‖²: as many directions are taken into Y
/// as make the error of every singular value, ε‖E‖²/σ, comparable with ε‖A‖. Snapshots fall fast and
/// end in noise, so that of 200 with noise of 1e-9 some 35 are enough, which costs a third less than
/// reflectors in matrix products that run near the peak of the machine. How much E lost is told by
/// ``squaredRest``, for the caller to accept or to factorize by reflectors.
///
/// - Source: Melnichenko, Balabanov, Murray, Demmel, Mahoney, Luszczek, *CholeskyQR with
///   randomization and pivoting for tall matrices*, arXiv:2311.08316 (2023), where all columns are
///   preconditioned.
public struct PreconditionedGram: Sendable {
  /// R, n × n, a column for each column of A; not triangular.
  public let factor: DenseMatrix<Double>
  /// ‖E‖² in the Frobenius norm: squares of singular values are wrong by some ε of it.
  public let squaredRest: Double
  /// The columns J of A that Y is made of.
  public let leading: [Int]

  /// Decomposes, or returns nil where another way is to be taken: few columns or rows, numbers whose
  /// squares overflow or underflow or that are not finite, a sketch that misled.
  ///
  /// - Complexity: r² + 2 r (n − r) + n² operations per row for r leading columns.
  public init?(of block: TallBlock) {
    let n = block.matrix.columnCount
    // With fewer rows the decomposition of the sketch takes longer than it saves.
    guard n >= 32, block.matrix.rowCount >= 64 * n, let plan = Plan(of: block) else { return nil }
    let gram = plan.gram(of: block)
    guard let root = plan.root(of: gram) else { return nil }
    let r = plan.rank
    squaredRest = (r..<n).reduce(0) { $0 + max(0, gram[$1, $1]) }
    factor = plan.unfold(root)
    leading = Array(plan.order[..<r])
  }
}

/// What the sketch says of a tall matrix.
private struct Plan {
  /// The columns, the leading ones first.
  let order: [Int]
  /// The number r of leading ones.
  let rank: Int
  /// R₁⁻¹.
  let inverse: DenseMatrix<Double>
  /// [R₁ Z], r × n, columns in their order.
  let head: DenseMatrix<Double>

  init?(of block: TallBlock) {
    let n = block.matrix.columnCount
    var sketch = CountSketch(size: 2 * n, seed: 2).sums(of: block)
    // Every column is judged by its own length, as reflectors do.
    let lengths = (0..<n).map { norm(sketch.column($0)) }
    guard lengths.allSatisfy({ $0.isFinite }), let largest = lengths.max(), largest < 1e100,
      largest > 1e-100
    else { return nil }
    let scale = lengths.map { max($0, 1e-100) }
    for j in 0..<n { for i in 0..<sketch.rowCount { sketch[i, j] /= scale[j] } }
    guard let (reflectors, order) = try? Reflectors.pivoted(sketch) else { return nil }
    let triangle = reflectors.r
    let pivots = (0..<n).map { triangle[$0, $0] }
    let rank = Plan.rank(pivots)
    self.order = order
    self.rank = rank
    var head = triangle.rows(0..<rank)
    head.scaleColumns(by: order.map { scale[$0] })
    self.head = head
    inverse = head.columns(0..<rank).solvedTriangular(upper: true, .plain, .identity(rank))
  }

  /// The least r for which ε‖E‖²/σ stays below a few ε for all singular values σ, if those of the
  /// sketch are as its pivots.
  private static func rank(_ pivots: [Double]) -> Int {
    let least = max(4 * Double.ulpOfOne, pivots.last ?? 0)
    var (rest, rank) = (0.0, pivots.count)
    while rank > 1, rest + pivots[rank - 1] * pivots[rank - 1] <= least {
      rank -= 1
      rest += pivots[rank] * pivots[rank]
    }
    return rank
  }

  /// [Y E]ᵀ[Y E].
  func gram(of block: TallBlock) -> DenseMatrix<Double> {
    let (n, r) = (order.count, rank)
    let part = max(64, 65_536 / n / 8 * 8)
    var sums = [Double](repeating: 0, count: n * n)
    let z = head.columns(r..<n)
    unsafe addOrdered(
      to: &sums, rows: block.matrix.rowCount, segment: TallBlock.segment(columns: n),
      wave: TallBlock.wave(columns: n),
      scratch: {
        (
          columns: [Double](repeating: 0, count: part * n),
          turned: [Double](repeating: 0, count: part * n)
        )
      }
    ) { scratch, rows, sum in
      for first in stride(from: rows.lowerBound, to: rows.upperBound, by: part) {
        let range = first..<min(rows.upperBound, first + part)
        let height = range.count
        block.copy(range, into: &scratch.columns, leading: height, below: 0, columns: order)
        unsafe scratch.columns.withUnsafeMutableBufferPointer { a in
          unsafe scratch.turned.withUnsafeMutableBufferPointer { y in
            guard let a = a.baseAddress, let y = y.baseAddress else { return }
            // Safe: both hold n columns of this height.
            unsafe multiply(a, by: inverse, rows: height, into: y)
            unsafe a.update(from: y, count: height * r)
            if r < n {
              unsafe z.values.withUnsafeBufferPointer { z in
                guard let z = z.baseAddress else { return }
                unsafe Double.gemm(
                  .plain, .plain, height, n - r, r, -1, a, height, z, r, 1, a + r * height, height)
              }
            }
            unsafe Double.syrk(n, height, a, height, 1, sum, n)
          }
        }
      }
    }
    var gram = DenseMatrix(rowCount: n, columnCount: n, values: sums)
    for j in 0..<n { for i in 0..<j { gram[i, j] = gram[j, i] } }
    return gram
  }

  /// Y = A T for an upper triangle T, a few columns at a time, so that hardly a zero is multiplied.
  private func multiply(
    _ a: UnsafePointer<Double>, by t: DenseMatrix<Double>, rows: Int,
    into y: UnsafeMutablePointer<Double>
  ) {
    let (r, width) = (t.rowCount, 40)
    unsafe t.values.withUnsafeBufferPointer { t in
      guard let t = t.baseAddress else { return }
      for j in stride(from: 0, to: r, by: width) {
        let end = min(r, j + width)
        unsafe Double.gemm(
          .plain, .plain, rows, end - j, end, 1, a, rows, t + j * r, r, 0, y + j * rows, rows)
      }
    }
  }

  /// C with CᵀC = [Y E]ᵀ[Y E]; nil where Y is far from orthonormal or a number is not finite.
  func root(of gram: DenseMatrix<Double>) -> DenseMatrix<Double>? {
    let n = order.count
    guard gram.values.allSatisfy(\.isFinite) else { return nil }
    let lengths = (0..<n).map { gram[$0, $0] > 0 ? gram[$0, $0].squareRoot() : 1 }
    let divisors = lengths.map { 1 / $0 }
    var scaled = gram
    scaled.scaleRows(by: divisors)
    scaled.scaleColumns(by: divisors)
    guard
      let leading = try? Cholesky(scaled.rows(0..<rank).columns(0..<rank)).lower,
      leading.frobeniusNorm
        * leading.solvedTriangular(upper: false, .plain, .identity(rank)).frobeniusNorm
        < 8 * Double(rank)
    else { return nil }
    var root: DenseMatrix<Double>
    if let cholesky = try? Cholesky(scaled) {
      root = cholesky.lower.transposed()
    } else {
      // E has directions below the round-off of its squares.
      guard let eigen = try? SymmetricEigen(descending: scaled) else { return nil }
      root = eigen.vectors.transposed()
      root.scaleRows(by: eigen.values.map { max(0, $0).squareRoot() })
    }
    root.scaleColumns(by: lengths)
    return root
  }

  /// C [R₁ Z; 0 I] with the columns where they belong.
  func unfold(_ root: DenseMatrix<Double>) -> DenseMatrix<Double> {
    let (n, r) = (order.count, rank)
    var product = root.columns(0..<r) * head
    for j in r..<n { for i in 0..<n { product[i, j] += root[i, j] } }
    var factor = DenseMatrix<Double>(rowCount: n, columnCount: n)
    for (k, j) in order.enumerated() { for i in 0..<n { factor[i, j] = product[i, k] } }
    return factor
  }
}
