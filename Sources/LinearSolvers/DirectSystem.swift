internal import ComplexModule
internal import LinearAlgebra

/// Factorizations along a sequence: one analysis for each pattern, Cholesky as long as it succeeds.
struct DirectSystem<S: Scalar>: Sendable {
  private var cholesky: SparseCholesky?
  private var lu: SparseLU<S>?
  private var analysed: SparsityPattern?
  /// Whether a Hermitian matrix turned out not to be definite.
  private(set) var isIndefinite = false
  /// Whether a matrix has lost the symmetry of the first one, as tangents of Newton's method may.
  private var isUnsymmetric = false

  /// The factorization that is used.
  var name: String { cholesky != nil ? "Cholesky" : "LU" }

  /// Factorizes A; one that turns out not to be symmetric or definite, and all that follow, by LU.
  ///
  /// - Parameters:
  ///   - character: What is known of A, or of the first matrix with its pattern.
  ///   - matrices: How many will be factorized, as far as is known.
  mutating func factorize(
    _ a: SparseMatrix<S>, _ character: MatrixCharacter, matrices: Int
  ) throws(FactorizationError) {
    let ordering = character.ordering(matrices: matrices)
    if a.pattern !== analysed {
      (cholesky, lu) = (nil, nil)
      (isIndefinite, isUnsymmetric) = (false, false)
      analysed = a.pattern
    }
    if character.mayBeDefinite, !isIndefinite, !isUnsymmetric, let real = a as? SparseMatrix<Double>
    {
      do throws(FactorizationError) {
        if let cholesky {
          try cholesky.refactorize(real)
        } else {
          cholesky = try SparseCholesky(real, ordering: ordering)
        }
        return
      } catch .notPositiveDefinite {
        isIndefinite = true
        cholesky = nil
      } catch .notSymmetric {
        isUnsymmetric = true
        cholesky = nil
      }
    }
    cholesky = nil
    if let lu { try lu.refactorize(a) } else { lu = try SparseLU(a, ordering: ordering) }
  }

  /// A⁻¹ b.
  func solve(_ b: [S]) -> [S] {
    // By way of `Any`, which compares the types: a cast from array to array looks at every entry, and
    // took a third of the time of a solve with 4096 unknowns.
    if let cholesky, let b = (b as Any) as? [Double] {
      return (cholesky.solve(b) as Any) as? [S] ?? []
    }
    guard let lu else { preconditionFailure("solve before factorize") }
    return lu.solve(b)
  }
}
