/// Orthonormal columns U = X K: a tall X that changes little and a small K that takes the rotations.
///
/// X is stored by rows, so that rows are appended at their own cost and a few of them changed
/// without touching the others. Everything K takes is inverted once for what is added to X; the
/// digits that loses are counted in `drift`, and before they matter K is multiplied into X and what
/// orthonormality was lost is restored. K is never inverted as a matrix: rows are solved for by LU.
///
/// - Source: Brand 2006; Deng et al., ICLR 2024, for the rows touched by sparse vectors.
struct RotatedFactor: Sendable {
  /// Xᵀ, k × n: a column for each row of U.
  private(set) var tall: DenseMatrix<Double>
  /// K, k × k.
  private(set) var small: DenseMatrix<Double>
  /// Whether rotations wait in K.
  let defersRotations: Bool
  /// An estimate of ‖UᵀU − I‖.
  private var drift = 0.0

  /// n.
  var rowCount: Int { tall.columnCount }
  /// k.
  var width: Int { tall.rowCount }

  /// Drift at which orthonormality is restored; a tenth of what is promised.
  private static let driftLimit = 1e-13

  /// Orthonormal columns as given.
  init(_ columns: DenseMatrix<Double>, defersRotations: Bool) {
    (tall, small) = (columns.transposed(), .identity(columns.columnCount))
    self.defersRotations = defersRotations
  }

  /// U.
  var columns: DenseMatrix<Double> { tall.adjointTimes(small) }

  /// Uᵀ B.
  func adjointTimes(_ b: DenseMatrix<Double>) -> DenseMatrix<Double> {
    small.adjointTimes(tall * b)
  }

  /// Uᵀ B for vectors with few rows.
  func adjointTimes(_ b: CompressedVectors) -> DenseMatrix<Double> {
    small.adjointTimes(tallRows(b.support) * b.entries)
  }

  /// Some rows of U, transposed: k × the number of rows.
  func rowsTransposed(_ indices: [Int]) -> DenseMatrix<Double> {
    small.adjointTimes(tallRows(indices))
  }

  private func tallRows(_ indices: [Int]) -> DenseMatrix<Double> {
    var values: [Double] = []
    values.reserveCapacity(indices.count * width)
    for i in indices { values.append(contentsOf: tall.values[i * width..<(i + 1) * width]) }
    return DenseMatrix(rowCount: width, columnCount: indices.count, values: values)
  }

  /// W ← W − U (UᵀW); the coefficients.
  func remove(from w: inout DenseMatrix<Double>) -> DenseMatrix<Double> {
    let h = adjointTimes(w)
    guard width > 0 else { return h }
    w = w - tall.adjointTimes(small * h)
    return h
  }

  /// U ← [U Q] F.
  mutating func extend(by directions: Directions, rotation f: DenseMatrix<Double>) {
    let (k, l) = (width, f.rowCount - width)
    let (f1, f2) = (f.rows(0..<k), f.rows(k..<k + l))
    switch directions {
    case .full(let q):
      absorb(small * f1, size: f2.frobeniusNorm) { factor, solve in
        factor.tall = factor.tall + DenseMatrix.product(.adjoint, solve(f2), .adjoint, q)
      }
    case .sparse(let b, let combination, let amplification):
      let next = small * (l > 0 ? f1 - combination * f2 : f1)
      absorb(next, size: f2.frobeniusNorm * amplification) { factor, solve in
        guard l > 0 else { return }
        let change = DenseMatrix.product(.adjoint, solve(f2), .adjoint, b.entries)
        let w = factor.width
        for (place, i) in b.support.enumerated() {
          for r in 0..<w { factor.tall.values[i * w + r] += change.values[place * w + r] }
        }
      }
    }
  }

  /// U ← blkdiag(U, I) F: rows are added below.
  mutating func appendRows(rotation f: DenseMatrix<Double>) {
    let f2 = f.rows(width..<f.rowCount)
    absorb(small * f.rows(0..<width), size: f2.frobeniusNorm) { factor, solve in
      factor.tall.appendColumns(of: solve(f2).transposed())
    }
  }

  /// U ← U F.
  mutating func rotate(by f: DenseMatrix<Double>) {
    absorb(small * f, size: 0) { _, _ in }
  }

  /// Takes `next` as K and lets `add` change X by solutions Z of Z K = F₂; where K cannot be kept,
  /// it is multiplied into X first and the solution is F₂ itself.
  private mutating func absorb(
    _ next: DenseMatrix<Double>, size: Double,
    add: (inout RotatedFactor, (DenseMatrix<Double>) -> DenseMatrix<Double>) -> Void
  ) {
    let rounding = Double.ulpOfOne
    if defersRotations, next.columnCount == width, let lu = try? LU(next) {
      let condition = 1 / max(lu.reciprocalCondition, Double.leastNormalMagnitude)
      let cost = rounding * (1 + condition * size)
      if condition < 1e6, drift + cost < RotatedFactor.driftLimit {
        small = next
        add(&self) { lu.solve($0.transposed(), .transposed).transposed() }
        drift += cost
        return
      }
    }
    tall = next.adjointTimes(tall)
    small = .identity(next.columnCount)
    add(&self) { $0 }
    drift += rounding * (4 + size)
    if drift > RotatedFactor.driftLimit / 2 { restoreOrthonormality() }
  }

  /// X ← X (3 I − XᵀX) / 2, one step of Newton's iteration towards the polar factor, for K = I.
  private mutating func restoreOrthonormality() {
    let gram = DenseMatrix.product(.plain, tall, .adjoint, tall)
    let step = 1.5 * DenseMatrix.identity(width) - 0.5 * gram
    tall = step * tall
    drift = 4 * Double.ulpOfOne
  }

  /// Takes rows out and makes the columns orthonormal again: what is left of U is Q R, and Q is U
  /// from then on.
  ///
  /// - Returns: R, with as many rows as U then has columns.
  mutating func removeRows(_ indices: [Int]) throws(FactorizationError) -> DenseMatrix<Double> {
    let gone = rowsTransposed(indices)
    let rest = DenseMatrix.identity(width) - DenseMatrix.product(.plain, gone, .adjoint, gone)
    let kept = keptRuns(indices)
    // The squared lengths of what is left, in every direction; their root is R if none is small.
    let smallest = width > 0 ? try SymmetricEigen(rest).values.min() ?? 0 : 1
    if smallest > 0.1, let r = try? Cholesky(rest).lower.transposed() {
      tall = DenseMatrix(
        rowCount: width, columnCount: rowCount - indices.count,
        values: kept.flatMap { tall.values[$0.lowerBound * width..<$0.upperBound * width] })
      let inverse = r.solvedTriangular(upper: true, .plain, .identity(width))
      rotate(by: inverse)
      return r
    }
    let all = columns.transposed()
    let left = DenseMatrix(
      rowCount: width, columnCount: rowCount - indices.count,
      values: kept.flatMap { all.values[$0.lowerBound * width..<$0.upperBound * width] })
    let qr = try TallSkinnyQR(left.transposed())
    self = RotatedFactor(qr.q, defersRotations: defersRotations)
    return qr.r
  }

  private func keptRuns(_ indices: [Int]) -> [Range<Int>] {
    var (runs, next) = ([Range<Int>](), 0)
    for i in indices.sorted() {
      runs.append(next..<i)
      next = i + 1
    }
    return runs + [next..<rowCount]
  }
}

/// New directions beside the factors.
enum Directions: Sendable {
  /// Vectors in full.
  case full(DenseMatrix<Double>)
  /// B − U C with B of few rows; `amplification` is how much larger B is than the difference.
  case sparse(CompressedVectors, DenseMatrix<Double>, amplification: Double)
}
