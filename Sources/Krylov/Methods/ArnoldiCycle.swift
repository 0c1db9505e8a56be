internal import ComplexModule
internal import LinearAlgebra

/// One cycle of the Arnoldi process for (I − C Cᴴ) Â, Â = A M⁻¹, with its least-squares problem:
/// the engine of GMRES (C empty), of its flexible form and of GCRO-DR.
///
/// The process keeps Â V = [C V] [B; H̲]. In the flexible form the vectors z = M⁻¹v are kept too and
/// A Z takes the place of Â V.
struct ArnoldiCycle<S: Scalar>: Sendable {
  let order: Int
  let steps: Int
  let isFlexible: Bool
  /// [C | V].
  private(set) var columns: OrthonormalColumns<S>
  /// H̲ and its rotations.
  private(set) var leastSquares: HessenbergLeastSquares<S>
  /// B, a row for each vector of C.
  private(set) var couplings: DenseMatrix<S>
  /// The vectors of C in use.
  private(set) var recycledCount = 0
  /// Whether the Krylov space is invariant and cannot grow.
  private(set) var isExhausted = false
  private var preconditioned: OrthonormalColumns<S>?
  private var w: [S]
  private var z: [S]

  init(order: Int, steps: Int, recycled: Int = 0, isFlexible: Bool) {
    self.order = order
    self.steps = steps
    self.isFlexible = isFlexible
    columns = OrthonormalColumns(order: order, capacity: recycled + steps + 1)
    leastSquares = HessenbergLeastSquares(capacity: steps)
    couplings = DenseMatrix(rowCount: recycled, columnCount: steps)
    // Only its storage is used: the z are not orthonormal.
    preconditioned = isFlexible ? OrthonormalColumns(order: order, capacity: steps) : nil
    w = [S](repeating: S.zero, count: order)
    z = w
  }

  /// The steps taken.
  var count: Int { leastSquares.count }

  /// Sets C; the Krylov basis is dropped.
  mutating func recycle(_ c: DenseMatrix<S>) {
    columns.replace(by: c)
    recycledCount = c.columnCount
  }

  /// r ← r − C Cᴴr; the coefficients Cᴴr.
  mutating func removeRecycled(from r: inout [S]) -> [S] {
    columns.truncate(to: recycledCount)
    _ = columns.orthogonalize(&r)
    return Array(columns.coefficients[0..<recycledCount])
  }

  /// B y.
  func coupling(of y: [S]) -> [S] {
    (0..<recycledCount).map { i in
      var sum = S.zero
      for j in y.indices { sum += couplings[i, j] * y[j] }
      return sum
    }
  }

  /// Starts from r of length `length`, orthogonal to C.
  mutating func begin(_ r: [S], length: Double) {
    columns.truncate(to: recycledCount)
    columns.append(r, times: 1 / length)
    preconditioned?.truncate(to: 0)
    leastSquares.begin(length)
    isExhausted = false
  }

  /// One step; the residual of the least-squares problem.
  mutating func step<A: LinearOperator, M: Preconditioner>(_ a: A, _ m: M) -> Double
  where A.Element == S, M.Element == S {
    columns.copyColumn(columns.count - 1, into: &w)
    m.apply(w, into: &z)
    preconditioned?.append(z, times: 1)
    a.apply(z, into: &w)
    let rest = columns.orthogonalize(&w)
    for i in 0..<recycledCount { couplings[i, count] = columns.coefficients[i] }
    let residual = leastSquares.append(columns.coefficients, from: recycledCount, below: rest)
    if rest > 0 { columns.append(w, times: 1 / rest) } else { isExhausted = true }
    return rest.isNaN ? .nan : residual
  }

  /// x ← x + M⁻¹ V y.
  mutating func addSolution<M: Preconditioner>(
    _ y: [S], preconditioner m: M, into x: inout [S]
  ) where M.Element == S {
    if let preconditioned {
      preconditioned.add(y, from: 0, into: &x)
    } else {
      for i in w.indices { w[i] = S.zero }
      columns.add(y, from: recycledCount, into: &w)
      m.apply(w, into: &z)
      axpy(1, z, into: &x)
    }
  }

  /// X ← X + V P, or Z P in the flexible form.
  func addDirections(_ p: DenseMatrix<S>, into x: inout DenseMatrix<S>) {
    if let preconditioned {
      preconditioned.multiply(p, from: 0, into: &x, adding: true)
    } else {
      columns.multiply(p, from: recycledCount, into: &x, adding: true)
    }
  }

  /// r ← r − V H̲ y.
  func removeImage(of y: [S], from r: inout [S]) {
    var image = leastSquares.times(y)
    if isExhausted { image.removeLast() }
    columns.add(image.map { -$0 }, from: recycledCount, into: &r)
  }
}
