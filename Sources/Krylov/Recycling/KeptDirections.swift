internal import ComplexModule
internal import LinearAlgebra

/// U and C = Â U of the harmonic Ritz vectors that a cycle leaves for the next.
///
/// V̂ = [Ũ V] with Ũ = U D of unit columns, Ŵ = [C V₊], G = [[D, B], [0, H̲]]. Without D the matrix
/// GᴴG would be badly scaled: the columns of U are as long as the reciprocals of their eigenvalues.
struct KeptDirections<S: Scalar> {
  /// U, n × k.
  let u: DenseMatrix<S>
  /// C, orthonormal.
  let c: DenseMatrix<S>

  /// - Returns: nil where the cycle has too little to say: the old space stays.
  init?(_ cycle: ArnoldiCycle<S>, _ old: DenseMatrix<S>?, count: Int) {
    let (k, p) = (cycle.recycledCount, cycle.count)
    guard p > 0 else { return nil }
    // The image of an exhausted cycle has no vector beyond the basis.
    let rows = k + p + (cycle.isExhausted ? 0 : 1)
    let lengths = old.map { u in (0..<k).map { norm(u.column($0)) } } ?? []
    guard lengths.allSatisfy({ $0 > 0 }) else { return nil }
    var g = DenseMatrix<S>(rowCount: rows, columnCount: k + p)
    for j in 0..<k { g[j, j] = S(real: 1 / lengths[j]) }
    for j in 0..<p {
      for i in 0..<k { g[i, k + j] = cycle.couplings[i, j] }
      for i in 0..<min(j + 2, rows - k) { g[k + i, k + j] = cycle.leastSquares.hessenberg[i, j] }
    }
    let coupling = Self.coupling(cycle, old, lengths, rows: rows)
    guard let ritz = HarmonicRitz(g, coupling: coupling, count: count) else { return nil }
    var u = DenseMatrix<S>(rowCount: cycle.order, columnCount: ritz.directions.columnCount)
    cycle.addDirections(ritz.directions.rows(k..<k + p), into: &u)
    if let old {
      var scaled = ritz.directions.rows(0..<k)
      for j in 0..<scaled.columnCount {
        for i in 0..<k { scaled[i, j] = scaled[i, j] * S(real: 1 / lengths[i]) }
      }
      u = u + old * scaled
    }
    let c = cycle.columns.times(ritz.image, from: 0)
    // The basis is orthonormal as well as the process needs it; C has to be so to round-off.
    guard let t = GramOrthonormalization<S>.inverseFactor(of: c, limit: 0.25) else { return nil }
    self.u = u * t
    self.c = c * t
  }

  /// ŴᴴV̂; in the flexible form, where V̂ lives in another space, the truncated identity.
  private static func coupling(
    _ cycle: ArnoldiCycle<S>, _ old: DenseMatrix<S>?, _ lengths: [Double], rows: Int
  ) -> DenseMatrix<S> {
    let (k, p) = (cycle.recycledCount, cycle.count)
    var w = DenseMatrix<S>(rowCount: rows, columnCount: k + p)
    for j in 0..<k + p { w[j, j] = 1 }
    guard let old, !cycle.isFlexible else { return w }
    let inner = cycle.columns.matrix(0..<rows).adjointTimes(old)
    for j in 0..<k {
      for i in 0..<rows { w[i, j] = inner[i, j] * S(real: 1 / lengths[j]) }
    }
    return w
  }
}
