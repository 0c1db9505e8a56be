public import Krylov
public import LinearAlgebra

/// The one-level Schwarz method: problems on overlapping subdomains, solved side by side.
///
/// Symmetric, M⁻¹ = Σ Rⱼᵀ Aⱼ⁻¹ Rⱼ, for conjugate gradients; restricted, M⁻¹ = Σ Rⱼᵀ Dⱼ Aⱼ⁻¹ Rⱼ
/// with the partition of unity D, for GMRES, which then usually needs fewer iterations. Aⱼ is Rⱼ A Rⱼᵀ
/// unless local matrices are given. An application has the same bits on any number of threads.
///
/// - Source: Toselli, Widlund, *Domain Decomposition Methods*, Springer 2005, chapter 2; Cai,
///   Sarkis, *A restricted additive Schwarz preconditioner for general sparse linear systems*,
///   SIAM J. Sci. Comput. 21 (1999).
public struct AdditiveSchwarz<Local: DirectSolver>: Preconditioner {
  /// The numbers of the system.
  public typealias Element = Local.Element

  /// How local solutions are put together.
  public enum Variant: Sendable {
    /// They are added: the method is Hermitian if A is.
    case symmetric
    /// They are weighted with the partition of unity.
    case restricted
  }

  /// The subdomains.
  public let decomposition: OverlappingDecomposition
  /// How local solutions are put together.
  public let variant: Variant
  /// The factorization of each Aⱼ.
  public private(set) var factors: [Local]
  private let restrictions: [SparsityRestriction]
  private let vectors: LocalVectors<Element>

  /// n.
  public var rowCount: Int { decomposition.order }
  /// n.
  public var columnCount: Int { decomposition.order }
  /// The symmetric method of a definite matrix is definite.
  public var isDefinite: Bool { Local.isDefinite && variant == .symmetric }

  /// Factorizes the local matrices Rⱼ A Rⱼᵀ on all threads.
  ///
  /// - Throws: As the factorization, with unknowns counted within their subdomain.
  public init(
    _ a: SparseMatrix<Element>, _ decomposition: OverlappingDecomposition,
    _ variant: Variant = .symmetric
  ) throws(FactorizationError) {
    let restrictions = decomposition.subdomains.map {
      SparsityRestriction(a.pattern, rows: $0.unknowns, columns: $0.unknowns)
    }
    let matrices = restrictions.map { $0.apply(a) }
    try self.init(matrices, restrictions, decomposition, variant)
  }

  /// Factorizes given local matrices, such as ones with Robin conditions on the cuts.
  ///
  /// - Parameter matrices: Aⱼ for each subdomain, of the order of its unknowns.
  /// - Throws: As the factorization, with unknowns counted within their subdomain.
  public init(
    localMatrices matrices: [SparseMatrix<Element>], _ decomposition: OverlappingDecomposition,
    _ variant: Variant = .symmetric
  ) throws(FactorizationError) {
    try self.init(matrices, [], decomposition, variant)
  }

  private init(
    _ matrices: [SparseMatrix<Element>], _ restrictions: [SparsityRestriction],
    _ decomposition: OverlappingDecomposition, _ variant: Variant
  ) throws(FactorizationError) {
    precondition(
      matrices.count == decomposition.count,
      "\(matrices.count) local matrices for \(decomposition.count) subdomains")
    for (j, matrix) in matrices.enumerated() {
      let n = decomposition.subdomains[j].count
      precondition(
        matrix.rowCount == n && matrix.columnCount == n,
        "a local matrix of \(matrix.rowCount) × \(matrix.columnCount) for \(n) unknowns")
    }
    factors = try concurrently(matrices.count) { j throws(FactorizationError) in
      try Local(direct: matrices[j])
    }
    (self.decomposition, self.variant, self.restrictions) = (decomposition, variant, restrictions)
    vectors = LocalVectors(decomposition, isWeighted: variant == .restricted)
  }

  /// Takes another matrix with the same pattern: the analyses of the local matrices are kept.
  ///
  /// - Precondition: `a` has the pattern (`===`) of the first one; local matrices were not given.
  /// - Throws: As the factorization; the method is then unchanged.
  public mutating func refresh(_ a: SparseMatrix<Element>) throws(FactorizationError) {
    precondition(restrictions.count == decomposition.count, "refresh: local matrices were given")
    let (old, restrictions) = (factors, restrictions)
    factors = try concurrently(old.count) { j throws(FactorizationError) in
      try Local(direct: restrictions[j].apply(a), like: old[j])
    }
  }

  /// Takes other local matrices with the same patterns.
  ///
  /// - Throws: As the factorization; the method is then unchanged.
  public mutating func refresh(
    localMatrices matrices: [SparseMatrix<Element>]
  ) throws(FactorizationError) {
    precondition(matrices.count == factors.count, "\(matrices.count) of \(factors.count) matrices")
    let old = factors
    factors = try concurrently(old.count) { j throws(FactorizationError) in
      try Local(direct: matrices[j], like: old[j])
    }
  }

  /// z ← M⁻¹ r.
  public func apply(_ r: [Element], into z: inout [Element]) {
    precondition(
      r.count == rowCount && z.count == rowCount,
      "a method of order \(rowCount) from \(r.count) into \(z.count) entries")
    let factors = factors
    vectors.sum(r, into: &z) { j, x in factors[j].solve(inPlace: &x) }
  }
}

/// The results of `body` for 0..<count, computed on all threads; the first failure in the order of
/// the indices is thrown.
func concurrently<Result: Sendable, Failure: Error>(
  _ count: Int, _ body: @Sendable (Int) throws(Failure) -> Result
) throws(Failure) -> [Result] {
  var results = [Swift.Result<Result, Failure>?](repeating: nil, count: count)
  unsafe results.withDisjointWrites { results in
    forEachChunk(of: count, size: 1) { chunk in
      let k = chunk.lowerBound
      unsafe results.base[k] = Swift.Result { () throws(Failure) in try body(k) }
    }
  }
  var values: [Result] = []
  values.reserveCapacity(count)
  for result in results {
    if let result { values.append(try result.get()) }
  }
  return values
}
