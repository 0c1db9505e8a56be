/// Σ_q θ_q T_q, the terms T_q of a parameter-dependent quantity apart from its coefficients.
///
/// The coefficients belong to the parametric model; here is the algebra: all terms of a sum of
/// sparse matrices share one pattern, so that a combination is a single fused pass over values.
public struct AffineSum<Term: Sendable>: Sendable {
  /// T_1 … T_Q.
  public let terms: [Term]

  /// A sum of vectors.
  public init<S: Scalar>(_ terms: [[S]]) where Term == [S] {
    for term in terms {
      precondition(term.count == terms[0].count, "terms of \(term.count) and \(terms[0].count)")
    }
    self.terms = terms
  }

  /// A sum of sparse matrices.
  ///
  /// - Precondition: All terms have the identical pattern (`===`).
  public init<S: Scalar>(_ terms: [SparseMatrix<S>]) where Term == SparseMatrix<S> {
    for term in terms {
      precondition(term.pattern === terms[0].pattern, "terms with different patterns")
    }
    self.terms = terms
  }

  /// Σ_q θ_q b_q.
  ///
  /// - Precondition: There is at least one term and a coefficient for each.
  public func combined<S: Scalar>(with theta: [S]) -> [S] where Term == [S] {
    precondition(theta.count == terms.count, "\(theta.count) coefficients, \(terms.count) terms")
    return fusedCombination(terms, theta)
  }

  /// Σ_q θ_q A_q.
  ///
  /// - Precondition: There is at least one term and a coefficient for each.
  public func combined<S: Scalar>(
    with theta: [S]
  ) -> SparseMatrix<S> where Term == SparseMatrix<S> {
    precondition(theta.count == terms.count, "\(theta.count) coefficients, \(terms.count) terms")
    return SparseMatrix(
      pattern: terms[0].pattern, values: fusedCombination(terms.map(\.values), theta))
  }
}
