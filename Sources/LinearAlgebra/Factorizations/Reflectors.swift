internal import ComplexModule
internal import RealModule

/// Q as a product of Householder reflectors, in the storage LAPACK gives them, and R.
struct Reflectors<S: Scalar>: Sendable {
  /// R above, the reflectors below the diagonal.
  private var packed: DenseMatrix<S>
  private var tau: [S]
  /// The unit factors that make the diagonal of R real and not negative.
  private var phase: [S]

  private var k: Int { tau.count }

  /// A = Q R.
  init(_ a: DenseMatrix<S>) throws(FactorizationError) {
    self.init(unfactored: a)
    try a.requireFinite()
    guard k > 0 else { return }
    let info = unsafe S.geqrf(a.rowCount, a.columnCount, &packed.values, &tau)
    guard info == 0 else {
      throw FactorizationError(lapack: "geqrf", info: info, bytes: 16 * a.values.count)
    }
    findPhases()
  }

  private init(unfactored a: DenseMatrix<S>) {
    packed = a
    tau = [S](repeating: S.zero, count: min(a.rowCount, a.columnCount))
    phase = [S](repeating: 1, count: tau.count)
  }

  /// A P = Q R, and P.
  static func pivoted(
    _ a: DenseMatrix<S>
  ) throws(FactorizationError) -> (Reflectors, [Int]) {
    var result = Reflectors(unfactored: a)
    try a.requireFinite()
    guard result.k > 0 else { return (result, Array(0..<a.columnCount)) }
    var order = [Int32](repeating: 0, count: a.columnCount)
    let info = unsafe S.geqp3(
      a.rowCount, a.columnCount, &result.packed.values, &order, &result.tau)
    guard info == 0 else {
      throw FactorizationError(lapack: "geqp3", info: info, bytes: 16 * a.values.count)
    }
    result.findPhases()
    return (result, order.map { Int($0) - 1 })
  }

  private mutating func findPhases() {
    for j in 0..<k {
      let pivot = packed[j, j]
      let size = pivot.absolute
      if size > 0, pivot != S(real: size) { phase[j] = pivot / S(real: size) }
    }
  }

  /// R, min(m, n) × n.
  var r: DenseMatrix<S> {
    var r = packed.rows(0..<k)
    r.keepTriangle(upper: true)
    for i in 0..<k where phase[i] != 1 {
      for j in i..<r.columnCount { r[i, j] *= phase[i].conjugate }
      r[i, i] = S(real: r[i, i].absolute)
    }
    return r
  }

  /// The first min(m, n) columns of Q.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  consuming func orthonormalColumns() throws(FactorizationError) -> DenseMatrix<S> {
    let (m, k) = (packed.rowCount, k)
    guard k > 0 else { return DenseMatrix(rowCount: m, columnCount: 0) }
    var q = packed.columnCount == k ? packed : packed.columns(0..<k)
    let info = unsafe S.ungqr(m, k, k, &q.values, tau)
    guard info == 0 else {
      throw FactorizationError(lapack: "ungqr", info: info, bytes: 16 * m * k)
    }
    for j in 0..<k where phase[j] != 1 {
      for i in 0..<m { q[i, j] *= phase[j] }
    }
    return q
  }

  /// Q B, with B of min(m, n) rows.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func times(_ b: DenseMatrix<S>) -> DenseMatrix<S> {
    let (m, n) = (packed.rowCount, b.columnCount)
    precondition(b.rowCount == k, "product of \(m) × \(k) and \(b.rowCount) × \(n)")
    var c = DenseMatrix<S>(rowCount: m, columnCount: n)
    guard k > 0, n > 0 else { return c }
    for j in 0..<n { for i in 0..<k { c[i, j] = phase[i] * b[i, j] } }
    _ = unsafe S.unmqr(false, m, n, k, packed.values, tau, &c.values)
    return c
  }

  /// Qᴴ B, with B of m rows.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func adjointTimes(_ b: DenseMatrix<S>) -> DenseMatrix<S> {
    let (m, n) = (packed.rowCount, b.columnCount)
    precondition(b.rowCount == m, "product of \(k) × \(m) and \(b.rowCount) × \(n)")
    guard k > 0, n > 0 else { return DenseMatrix(rowCount: k, columnCount: n) }
    var c = b
    _ = unsafe S.unmqr(true, m, n, k, packed.values, tau, &c.values)
    c = c.rows(0..<k)
    for j in 0..<n { for i in 0..<k { c[i, j] *= phase[i].conjugate } }
    return c
  }
}
