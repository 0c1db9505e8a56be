internal import LinearAlgebra

/// S B of the tall columns B, which foresees the coordinates of a block without a pass over B.
///
/// XᵀC for new columns C reads all of B, and so does the repetition that makes the rest orthogonal.
/// The least squares solution D of S X D = S C needs neither: C − X D is longer than what lies
/// outside the basis by a tenth, and the one pass that subtracts X D finds what of it
/// is left in the basis. However the sketch errs, that pass sees it.
///
/// - Source: Balabanov, Grigori, *Randomized Gram–Schmidt process with application to GMRES*, SIAM J.
///   Sci. Comput. 44 (2022).
struct BasisSketch: Sendable {
  private let sketch: CountSketch
  private let map: RowMap
  /// S B, p × w.
  private var image: [Double]
  /// S C of the columns at work; nil where not known.
  private var pending: DenseMatrix<Double>?

  private var size: Int { sketch.size }

  /// A sketch for about `width` columns.
  ///
  /// - Parameters:
  ///   - columns: B.
  ///   - weights: Of the product, ones where nil.
  init(of columns: DenseMatrix<Double>, weights: [Double]?, width: Int) {
    sketch = CountSketch(size: 6 * width, seed: 3)
    map = RowMap(factors: weights.map { $0.map { $0.squareRoot() } })
    image = []
    image.reserveCapacity(sketch.size * width)
    // A few columns at a time, which need little memory.
    for first in stride(from: 0, to: columns.columnCount, by: 8) {
      let part = first..<min(columns.columnCount, first + 8)
      image += sketch.sums(of: TallBlock(columns, map: map), columns: part).values
    }
  }

  /// Whether so many columns are few enough for what it foresees to be worth something.
  func serves(_ width: Int) -> Bool { 5 * width <= size }

  /// What became of B.
  mutating func turn(_ turn: TallTurn, width: Int) {
    var scratch = [Double]()
    let rows = size
    unsafe image.withUnsafeMutableBufferPointer { image in
      guard let image = image.baseAddress else { return }
      // Safe: the image has this many rows and the columns that B had.
      unsafe apply(turn, to: image, leading: rows, rows: rows, &scratch)
    }
    image.removeLast(image.count - width * rows)
  }

  /// D with S X D ≈ S C in the least squares, X = B T; nil where S X is not independent.
  mutating func coordinates(
    of block: DenseMatrix<Double>, transform: DenseMatrix<Double>
  ) -> DenseMatrix<Double>? {
    let target = sketch.sums(of: TallBlock(block, map: map))
    pending = nil
    let x = columns(transform.rowCount) * transform
    guard let normal = try? Cholesky(x.adjointTimes(x)) else { return nil }
    var d = normal.solve(x.adjointTimes(target))
    // S X is well conditioned: one correction makes up for the squares.
    d = d + normal.solve(x.adjointTimes(target - x * d))
    pending = target - x * d
    return d
  }

  /// The columns at work are C − B E.
  mutating func subtract(_ e: DenseMatrix<Double>) {
    pending = pending.map { $0 - columns(e.rowCount) * e }
  }

  /// The columns at work are C F.
  mutating func multiplyPending(by f: DenseMatrix<Double>) { pending = pending.map { $0 * f } }

  /// Some of the columns at work are left.
  mutating func keepPending(_ kept: [Int]) {
    pending = pending.map { c in
      DenseMatrix(rowCount: size, columns: kept.map { c.column($0) })
    }
  }

  /// The columns at work are others.
  mutating func forgetPending() { pending = nil }

  /// Whether S C is known without a look at C.
  var knowsPending: Bool { pending != nil }

  /// The columns C at work have become columns of B; they need to be given where S C is not known.
  mutating func take(_ columns: DenseMatrix<Double>?) {
    image +=
      pending?.values ?? columns.map { sketch.sums(of: TallBlock($0, map: map)).values } ?? []
    pending = nil
  }

  private func columns(_ w: Int) -> DenseMatrix<Double> {
    DenseMatrix(rowCount: size, columnCount: w, values: image)
  }
}
