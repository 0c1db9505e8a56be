internal import ComplexModule
public import Krylov
public import LinearAlgebra

/// The factorization of a matrix near A, such as an earlier one of a sequence, as preconditioner.
public struct FactorizedPreconditioner<S: Scalar>: Preconditioner {
  private let factor: DirectSystem<S>
  /// The order of the matrix.
  public let rowCount: Int
  /// The order of the matrix.
  public var columnCount: Int { rowCount }
  /// Whether the factor is that of Cholesky.
  public let isDefinite: Bool

  /// Factorizes `a`.
  ///
  /// - Throws: As the factorization.
  public init(_ a: SparseMatrix<S>) throws(FactorizationError) {
    var factor = DirectSystem<S>()
    let character = MatrixCharacter(a)
    try factor.factorize(a, mayBeDefinite: character.mayBeDefinite)
    self.factor = factor
    rowCount = a.rowCount
    isDefinite = factor.name == "Cholesky"
  }

  /// The definite part of a Hermitian matrix: its diagonal raised where it does not dominate the
  /// rest of its row. Of −Δ − k² with five points it is −Δ.
  ///
  /// - Throws: As the factorization.
  public init(definitePartOf a: SparseMatrix<S>) throws(FactorizationError) {
    var raised = a
    for i in 0..<a.rowCount {
      var beside = 0.0
      var place: Int?
      for k in a.pattern.rowStart[i]..<a.pattern.rowStart[i + 1] {
        if Int(a.pattern.column[k]) == i { place = k } else { beside += a.values[k].absolute }
      }
      guard let place else { throw .singular(pivot: i) }
      if !(a.values[place].realPart >= beside) { raised.values[place] = S(real: beside) }
    }
    try self.init(raised)
  }

  /// z ← M⁻¹ r.
  public func apply(_ r: [S], into z: inout [S]) { z = factor.solve(r) }
}
