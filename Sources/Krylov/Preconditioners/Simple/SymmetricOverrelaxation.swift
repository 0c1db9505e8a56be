internal import ComplexModule
public import LinearAlgebra
internal import RealModule

/// M = (D + ω L) D⁻¹ (D + ω U) / (ω (2 − ω)) with the diagonal D and the strict triangles L and U of
/// A: symmetric successive over-relaxation, symmetric Gauss–Seidel for ω = 1.
///
/// - Complexity: Applied in two sweeps over the triangles, on one thread.
/// - Source: Axelsson, *Iterative Solution Methods* (1994), §7.4.
public struct SymmetricOverrelaxation<S: Scalar>: SplitPreconditioner {
  private let pattern: TrianglePattern
  private var triangles: UnitTriangles<S>
  private var scales: [S]
  /// ω.
  public let omega: Double
  /// Whether A was Hermitian with a positive diagonal when M was made from it.
  public let isDefinite: Bool
  /// The order of A.
  public var rowCount: Int { pattern.order }
  /// The order of A.
  public var columnCount: Int { pattern.order }

  /// Lays out the triangles.
  ///
  /// - Parameters:
  ///   - a: A.
  ///   - omega: ω, above 0 and below 2.
  ///   - precision: How the triangles are stored.
  /// - Precondition: A is square.
  /// - Throws: `notFinite`; `singular` with a row whose diagonal entry is zero or not stored.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  public init(
    _ a: SparseMatrix<S>, omega: Double = 1, precision: FactorPrecision = .single
  ) throws(FactorizationError) {
    precondition(omega > 0 && omega < 2, "a relaxation of \(omega)")
    if let (row, column) = a.firstNonFiniteEntry { throw .notFinite(row: row, column: column) }
    pattern = try TrianglePattern(a.pattern)
    let diagonal = a.diagonal
    if let row = diagonal.firstIndex(of: S.zero) { throw .singular(pivot: row) }
    self.omega = omega
    let weight = omega * (2 - omega)
    isDefinite =
      diagonal.allSatisfy { $0.realPart > 0 && $0 == $0.conjugate }
      && a.isSymmetric(tolerance: 1e-12)
    let inverse = diagonal.map { S(real: weight) / $0 }
    triangles = UnitTriangles(
      pattern, upper: isDefinite ? .adjoint : .entries, precision: precision)
    // U is divided by the pivots D / (ω (2 − ω)) when it is stored, as L is here.
    let entries = scaledTriangles(
      pattern, a.values, lower: diagonal.map { S(real: omega) / $0 }, upper: omega / weight)
    triangles.set(pattern, entries, inverse: inverse)
    scales = isDefinite ? inverse.map { S(real: $0.realPart.squareRoot()) } : []
  }

  /// z ← M⁻¹ r.
  public func apply(_ r: [S], into z: inout [S]) { triangles.solve(r, into: &z) }

  /// z ← M₁⁻¹ r, M₁ = M₂ᴴ where M is definite.
  public func applyLeft(_ r: [S], into z: inout [S]) {
    requireOrder(r, z)
    triangles.down(r, into: &z)
    if isDefinite { multiply(&z, by: scales) }
  }

  /// z ← M₂⁻¹ r.
  public func applyRight(_ r: [S], into z: inout [S]) {
    requireOrder(r, z)
    copy(r, into: &z)
    triangles.up(scaledBy: isDefinite ? scales : triangles.inverse, &z)
  }
}

/// The entries of A, those left of the diagonal times the number of their column, those right of it
/// times one number.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
private func scaledTriangles<S: Scalar>(
  _ p: TrianglePattern, _ values: [S], lower: [S], upper: Double
) -> [S] {
  var entries = values
  for i in 0..<p.order {
    for k in p.lower(i) { entries[k] = lower[Int(p.column[k])] * values[k] }
    for k in p.upper(i) { entries[k] = S(real: upper) * values[k] }
  }
  return entries
}
