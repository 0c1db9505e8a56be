internal import ComplexModule
public import LinearAlgebra
internal import RealModule

/// M = diag A.
public struct Jacobi<S: Scalar>: SplitPreconditioner {
  private var inverse: [S]
  /// Whether all entries of the diagonal are real and positive.
  public private(set) var isDefinite: Bool
  /// The order of A.
  public var rowCount: Int { inverse.count }
  /// The order of A.
  public var columnCount: Int { inverse.count }

  /// The inverse diagonal of A.
  ///
  /// - Precondition: A is square.
  /// - Throws: `notFinite`, `singular` with a row whose diagonal entry is zero.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  public init(_ a: SparseMatrix<S>) throws(FactorizationError) {
    precondition(a.rowCount == a.columnCount, "a diagonal of \(a.rowCount) × \(a.columnCount)")
    let diagonal = a.diagonal
    for (i, entry) in diagonal.enumerated() {
      guard entry.isFinite else { throw .notFinite(row: i, column: i) }
      guard entry != S.zero else { throw .singular(pivot: i) }
    }
    inverse = diagonal.map { S(real: 1) / $0 }
    isDefinite = diagonal.allSatisfy { $0.realPart > 0 && $0 == $0.conjugate }
  }

  /// z ← M⁻¹ r.
  public func apply(_ r: [S], into z: inout [S]) {
    requireOrder(r, z)
    multiply(r, by: inverse, into: &z)
  }

  /// z ← r: the left factor is the identity.
  public func applyLeft(_ r: [S], into z: inout [S]) { copy(r, into: &z) }

  /// z ← M⁻¹ r.
  public func applyRight(_ r: [S], into z: inout [S]) { apply(r, into: &z) }
}
