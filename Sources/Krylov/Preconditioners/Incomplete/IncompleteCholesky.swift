internal import ComplexModule
public import LinearAlgebra
internal import RealModule

/// M = L̃ D L̃ᴴ with L̃ where A has entries: incomplete Cholesky factors without fill, IC(0).
///
/// For an M-matrix the factors exist; for other definite matrices a pivot may fail. Then A + α diag A
/// is factorized instead, α = 10⁻³ at first and doubled until all pivots are positive, so that M is
/// always definite. Only the lower triangle of A is read.
///
/// Modified factors, MIC(0), take a part ω of the fill that is dropped from the diagonal instead, so
/// that M 1 ≈ A 1: smooth vectors are hardly changed by M⁻¹A, and the iterations of diffusion grow with
/// the square root of the points along a side rather than with the points. They are made where they
/// exist for certain, of matrices whose pattern is symmetric and whose entries beside the diagonal are
/// not positive; of others, IC(0).
///
/// - Complexity: Applied in two sweeps over the factor, on one thread.
/// - Source: Meijerink, van der Vorst, *An iterative solution method for linear systems of which the
///   coefficient matrix is a symmetric M-matrix*, Math. Comp. 31 (1977); the shift: Manteuffel, *An
///   incomplete factorization technique for positive definite linear systems*, Math. Comp. 34 (1980);
///   modified: Gustafsson, *A class of first order factorization methods*, BIT 18 (1978); with ω below
///   one: Axelsson, Lindskog, *On the eigenvalue distribution of a class of preconditioning methods*,
///   Numer. Math. 48 (1986).
public struct IncompleteCholesky<S: Scalar>: SplitPreconditioner {
  private let pattern: TrianglePattern
  private var triangles: UnitTriangles<S>
  private var scales: [S] = []
  /// α, zero where A itself could be factorized.
  public private(set) var shift = 0.0
  /// ω, as asked for.
  public let modification: Double
  /// Whether the factors are modified ones.
  public private(set) var isModified = false

  /// Factorizes.
  ///
  /// - Parameters:
  ///   - a: A, Hermitian positive definite.
  ///   - omega: ω, zero for IC(0), less than one.
  ///   - precision: How the factor is stored.
  /// - Precondition: A is square.
  /// - Throws: `notFinite`; `notPositiveDefinite` with a row whose diagonal entry is not positive;
  ///   `singular` with a row that has none.
  public init(
    _ a: SparseMatrix<S>, modification omega: Double = 0, precision: FactorPrecision = .single
  ) throws(FactorizationError) {
    precondition(omega >= 0 && omega < 1, "a part ω = \(omega) of the fill")
    modification = omega
    pattern = try TrianglePattern(a.pattern)
    triangles = UnitTriangles(pattern, upper: .adjoint, precision: precision)
    try refactorize(a)
  }

  /// The order of A.
  public var rowCount: Int { pattern.order }
  /// The order of A.
  public var columnCount: Int { pattern.order }
  /// All pivots are positive.
  public var isDefinite: Bool { true }
  /// How the factor is stored.
  public var precision: FactorPrecision { triangles.precision }

  /// Replaces the factors by those of another matrix with the same pattern.
  ///
  /// - Precondition: `a` has the identical pattern (`===`).
  /// - Throws: As the initialiser; the old factors stay.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  public mutating func refactorize(_ a: SparseMatrix<S>) throws(FactorizationError) {
    precondition(a.pattern === pattern.pattern, "refactorize: the pattern is another object")
    if let (row, column) = a.firstNonFiniteEntry { throw .notFinite(row: row, column: column) }
    for (i, place) in pattern.diagonal.enumerated() where !(a.values[Int(place)].realPart > 0) {
      throw .notPositiveDefinite(pivot: i)
    }
    var alpha = 0.0
    var pivots = [Double](repeating: 0, count: rowCount)
    var entries = a.values
    isModified =
      modification > 0
      && factorizeModified(pattern, &entries, modification: modification, pivots: &pivots)
    while !isModified {
      entries = a.values
      if factorizeInPlace(pattern, &entries, shift: alpha, pivots: &pivots) { break }
      // A diagonally dominant matrix cannot fail: α ends below the largest row sum over aᵢᵢ.
      alpha = alpha == 0 ? 1e-3 : 2 * alpha
      guard alpha.isFinite else { throw .notPositiveDefinite(pivot: 0) }
    }
    shift = alpha
    triangles.set(pattern, entries, inverse: pivots.map { S(real: 1 / $0) })
    scales = pivots.map { S(real: 1 / $0.squareRoot()) }
  }

  /// z ← M⁻¹ r.
  public func apply(_ r: [S], into z: inout [S]) { triangles.solve(r, into: &z) }

  /// z ← (L̃ √D)⁻¹ r.
  public func applyLeft(_ r: [S], into z: inout [S]) {
    requireOrder(r, z)
    triangles.down(r, into: &z)
    multiply(&z, by: scales)
  }

  /// z ← (√D L̃ᴴ)⁻¹ r.
  public func applyRight(_ r: [S], into z: inout [S]) {
    requireOrder(r, z)
    copy(r, into: &z)
    triangles.up(scaledBy: scales, &z)
  }
}
