internal import ComplexModule
internal import LinearAlgebra

/// U and C = Â U of the harmonic Ritz vectors that a cycle leaves for the next.
///
/// V̂ = [Ũ V] with Ũ = T D of unit columns, T the twin of U, Ŵ = [C V₊], G = [[D, B], [0, H̲]]. Without
/// D the matrix GᴴG would be badly scaled: the columns of U are as long as the reciprocals of their
/// eigenvalues.
struct KeptDirections<S: Scalar> {
  /// U, and how it meets C.
  let space: DeflatedSpace<S>
  /// C, orthonormal.
  let c: DenseMatrix<S>

  /// - Parameters:
  ///   - cycle: The cycle that ended.
  ///   - old: U and CᴴU of the space it deflated.
  ///   - count: The vectors wanted.
  ///   - spare: Storage of earlier spaces to build in.
  /// - Returns: nil where the cycle has too little to say: the old space stays.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  init?(
    _ cycle: ArnoldiCycle<S>, _ old: DeflatedSpace<S>?, count: Int, spare: inout SpareColumns<S>
  ) {
    let (k, p) = (cycle.recycledCount, cycle.count)
    guard p > 0 else { return nil }
    // The image of an exhausted cycle has no vector beyond the basis.
    let rows = k + p + (cycle.isExhausted ? 0 : 1)
    let lengths = old.map { space in space.lengths } ?? []
    guard lengths.allSatisfy({ $0 > 0 }) else { return nil }
    var g = DenseMatrix<S>(rowCount: rows, columnCount: k + p)
    for j in 0..<k { g[j, j] = S(real: 1 / lengths[j]) }
    for j in 0..<p {
      for i in 0..<k { g[i, k + j] = cycle.couplings[i, j] }
      for i in 0..<min(j + 2, rows - k) { g[k + i, k + j] = cycle.leastSquares.hessenberg[i, j] }
    }
    let w = Self.coupling(cycle, old, lengths, rows: rows)
    guard let ritz = HarmonicRitz(g, coupling: w, count: count) else { return nil }
    var directions = ritz.directions
    for j in 0..<directions.columnCount {
      for i in 0..<k { directions[i, j] = directions[i, j] * S(real: 1 / lengths[i]) }
    }
    var u = spare.take(cycle.order, directions.columnCount)
    multiplyTall(
      old?.u.values ?? [], cycle.order, from: 0, directions.rows(0..<k), into: &u, adding: false)
    cycle.addDirections(directions.rows(k..<k + p), into: &u)
    var twin = spare.take(cycle.order, directions.columnCount)
    multiplyTall(
      old?.twin.values ?? [], cycle.order, from: 0, directions.rows(0..<k), into: &twin,
      adding: false)
    cycle.columns.multiply(directions.rows(k..<k + p), from: k, into: &twin, adding: true)
    var c = spare.take(cycle.order, directions.columnCount)
    cycle.columns.multiply(ritz.image, from: 0, into: &c, adding: false)
    let coupling = ritz.image.adjointTimes(w * ritz.directions)
    // The basis is orthonormal as well as the process needs it; C has to be so to round-off.
    let deviation = (c.gramian() - .identity(c.columnCount)).frobeniusNorm
    if deviation <= 1e-14 {
      space = DeflatedSpace(u: u, twin: twin, coupling: coupling)
      self.c = c
    } else {
      guard let t = GramOrthonormalization<S>.inverseFactor(of: c, limit: 0.25) else { return nil }
      space = DeflatedSpace(
        u: u * t, twin: twin * t, coupling: t.adjointTimes(coupling * t))
      self.c = c * t
    }
  }

  /// ŴᴴV̂.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  private static func coupling(
    _ cycle: ArnoldiCycle<S>, _ old: DeflatedSpace<S>?, _ lengths: [Double], rows: Int
  ) -> DenseMatrix<S> {
    let (k, p) = (cycle.recycledCount, cycle.count)
    var w = DenseMatrix<S>(rowCount: rows, columnCount: k + p)
    for j in 0..<k + p { w[j, j] = 1 }
    guard let old else { return w }
    let inner = cycle.columns.adjointTimes(old.twin, columns: k..<rows)
    for j in 0..<k {
      let scale = S(real: 1 / lengths[j])
      for i in 0..<k { w[i, j] = old.coupling[i, j] * scale }
      for i in k..<rows { w[i, j] = inner[i - k, j] * scale }
    }
    return w
  }
}

/// What a solver deflates: U, and how C = A U meets it.
///
/// U lives in the space of x and the basis of the process in that of the residuals. A twin of U is
/// made of the same combinations of basis vectors v as U is of their z = M⁻¹v: with a fixed M it is
/// M U, and the harmonic Ritz vectors are those of A M⁻¹.
struct DeflatedSpace<S: Scalar>: Sendable {
  /// U, n × k.
  let u: DenseMatrix<S>
  /// The twin of U, n × k.
  let twin: DenseMatrix<S>
  /// Cᴴ times the twin.
  let coupling: DenseMatrix<S>

  /// The lengths of the columns of the twin.
  var lengths: [Double] {
    var sums = ChunkSums<S>(order: u.rowCount)
    return (0..<u.columnCount).map { sums.norm(twin.column($0)) }
  }
}

/// Storage of n × k matrices that are no longer needed, for those that come next.
struct SpareColumns<S: Scalar>: Sendable {
  private var free: [DenseMatrix<S>] = []

  /// A matrix of this shape whose entries are left from earlier uses.
  mutating func take(_ rows: Int, _ columns: Int) -> DenseMatrix<S> {
    while let last = free.popLast() {
      if last.rowCount == rows, last.columnCount == columns { return last }
    }
    return DenseMatrix(rowCount: rows, columnCount: columns)
  }

  mutating func give(_ matrix: DenseMatrix<S>) { if free.count < 4 { free.append(matrix) } }
}
