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
    try factor.factorize(a, character, matrices: 1)
    self.factor = factor
    rowCount = a.rowCount
    isDefinite = factor.name == "Cholesky"
  }

  /// Factorizes the definite part of a Hermitian matrix.
  ///
  /// - Throws: As the factorization.
  public init(definitePartOf a: SparseMatrix<S>) throws(FactorizationError) {
    try self.init(a.definitePart())
  }

  /// z ← M⁻¹ r.
  public func apply(_ r: [S], into z: inout [S]) { z = factor.solve(r) }
}

extension SparseMatrix {
  /// The definite part of a Hermitian matrix: its diagonal raised where it does not dominate the
  /// rest of its row. Of −Δ − k² with five points it is −Δ.
  ///
  /// - Throws: `singular` with a row whose diagonal entry is not stored.
  func definitePart() throws(FactorizationError) -> SparseMatrix {
    var raised = self
    for i in 0..<rowCount {
      var beside = 0.0
      var place: Int?
      for k in pattern.rowStart[i]..<pattern.rowStart[i + 1] {
        if Int(pattern.column[k]) == i { place = k } else { beside += values[k].absolute }
      }
      guard let place else { throw .singular(pivot: i) }
      if !(values[place].realPart >= beside) { raised.values[place] = S(real: beside) }
    }
    return raised
  }
}
