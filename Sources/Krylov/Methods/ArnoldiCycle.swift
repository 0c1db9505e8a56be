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
  /// [U | Z] of the flexible form.
  private(set) var searched: OrthonormalColumns<S>
  /// The last vector of the basis, A z, and M⁻¹v.
  private var v: [S]
  private var w: [S]
  private var z: [S]
  /// [−B y; y] and −H̲ y.
  private var combination: [S]
  private var image: [S]

  init(order: Int, steps: Int, recycled: Int = 0, isFlexible: Bool) {
    self.order = order
    self.steps = steps
    self.isFlexible = isFlexible
    columns = OrthonormalColumns(order: order, capacity: recycled + steps + 1)
    leastSquares = HessenbergLeastSquares(capacity: steps)
    couplings = DenseMatrix(rowCount: recycled, columnCount: steps)
    // Only its storage is used: the z are not orthonormal.
    searched = OrthonormalColumns(order: order, capacity: isFlexible ? recycled + steps : 0)
    w = [S](repeating: S.zero, count: order)
    (v, z) = (w, w)
    combination = [S](repeating: S.zero, count: recycled + steps)
    image = [S](repeating: S.zero, count: steps + 1)
  }

  /// The steps taken.
  var count: Int { leastSquares.count }

  /// Sets C and U; the Krylov basis is dropped.
  ///
  /// - Precondition: The flexible form.
  mutating func recycle(_ c: DenseMatrix<S>, _ u: DenseMatrix<S>) {
    columns.replace(by: c)
    searched.replace(by: u)
    recycledCount = c.columnCount
  }

  /// Takes A U for C and makes it orthonormal, U and T with it.
  ///
  /// - Returns: False where that needs more care: C is A U then, and U and T are what they were.
  mutating func renewImage<A: LinearOperator>(
    _ a: A, _ space: inout DeflatedSpace<S>, _ turn: inout SpaceTurn<S>
  ) -> Bool where A.Element == S {
    for j in 0..<recycledCount {
      searched.copyColumn(j, into: &v)
      a.apply(v, into: &w)
      columns.setColumn(j, w)
    }
    columns.truncate(to: recycledCount)
    searched.truncate(to: recycledCount)
    return turn.orthonormalize(&columns, &searched, &space)
  }

  /// r ← r − C Cᴴr and x ← x + U Cᴴr.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func removeRecycled(from r: inout [S], into x: inout [S]) {
    columns.truncate(to: recycledCount)
    _ = columns.orthogonalize(&r)
    searched.truncate(to: recycledCount)
    searched.add(columns.coefficients, recycledCount, from: 0, into: &x)
  }

  /// x ← x + Z y − U B y and r ← r − V₊ H̲ y for the y of the least-squares problem.
  ///
  /// - Precondition: The flexible form.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func correct(_ x: inout [S], _ r: inout [S]) {
    let k = recycledCount
    leastSquares.solve(into: &combination, from: k)
    for i in 0..<k {
      var sum = S.zero
      for j in 0..<count { sum -= couplings[i, j] * combination[k + j] }
      combination[i] = sum
    }
    searched.add(combination, k + count, from: 0, into: &x)
    leastSquares.negatedImage(of: combination, from: k, into: &image)
    columns.add(image, isExhausted ? count : count + 1, from: k, into: &r)
  }

  /// T, C and U of the harmonic Ritz vectors that the cycle leaves for the next; the Krylov basis is
  /// dropped.
  ///
  /// - Returns: Nil where the cycle has too little to say: the old space stays. False where the space
  ///   was lost.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func renew(
    _ space: inout DeflatedSpace<S>, _ ritz: inout HarmonicRitz<S>, _ turn: inout SpaceTurn<S>
  ) -> Bool? {
    let (k, rows) = (recycledCount, columns.count)
    guard count > 0 else { return nil }
    for j in 0..<k { for i in 0..<k { ritz.met[i + j * rows] = space.coupling[i + j * k] } }
    turn.multiply(
      columns, k..<rows, space.twin, columns: k, into: &ritz.met, leading: rows)
    guard
      ritz.solve(leastSquares, couplings, deflated: k, rows: rows, count: space.capacity)
    else { return nil }
    guard turn.apply(&ritz, &columns, &searched, &space) else { return false }
    recycledCount = columns.count
    return true
  }

  /// Starts from r of length `length`, orthogonal to C.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func begin(_ r: [S], length: Double) {
    columns.truncate(to: recycledCount)
    columns.append(r, times: 1 / length, copyTo: &v)
    if isFlexible { searched.truncate(to: recycledCount) }
    leastSquares.begin(length)
    isExhausted = false
  }

  /// One step; the residual of the least-squares problem.
  mutating func step<A: LinearOperator, M: Preconditioner>(_ a: A, _ m: M) -> Double
  where A.Element == S, M.Element == S {
    m.apply(v, into: &z)
    a.apply(z, into: &w)
    return absorb()
  }

  /// Takes z and A z into the process.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  private mutating func absorb() -> Double {
    if isFlexible { searched.append(z, times: 1) }
    let rest = columns.orthogonalize(&w)
    for i in 0..<recycledCount { couplings[i, count] = columns.coefficients[i] }
    let residual = leastSquares.append(columns.coefficients, from: recycledCount, below: rest)
    if rest > 0 { columns.append(w, times: 1 / rest, copyTo: &v) } else { isExhausted = true }
    return rest.isNaN ? .nan : residual
  }

  /// x ← x + M⁻¹ V y.
  mutating func addSolution<M: Preconditioner>(
    _ y: [S], preconditioner m: M, into x: inout [S]
  ) where M.Element == S {
    if isFlexible {
      searched.add(y, from: recycledCount, into: &x)
    } else {
      for i in w.indices { w[i] = S.zero }
      columns.add(y, from: recycledCount, into: &w)
      m.apply(w, into: &z)
      axpy(1, z, into: &x)
    }
  }
}
