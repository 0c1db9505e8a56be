public import LinearAlgebra

/// Generalized eigenproblems in the overlaps: the local vectors that a Schwarz method treats badly,
/// found subdomain by subdomain, whatever the coefficients.
///
/// On subdomain j the pencil Aⱼᴺ p = λ D Aⱼ D p compares what a vector costs where it is cut out
/// with what it costs once the partition of unity has brought it to zero. The D p with λ < τ make
/// the coarse space. Let λ₊ be the smallest eigenvalue left out on any subdomain, k₀ the colours
/// of the subdomains and k₁ the subdomains an element lies in. Every u splits stably, u = Z u₀ +
/// Σ Rⱼᵀ wⱼ with Σ ‖wⱼ‖² ≤ (k₁/λ₊) ‖u‖² in energy, because the wⱼ = D (I − πⱼ) Rⱼ u are made of the
/// eigenvectors left out. Hence the condition number of the preconditioned matrix is at most
/// (1 + k₀)(2 + (2 k₀ + 1) k₁/λ₊) for the additive combination and max(1, k₀) max(1, k₁/λ₊) for the
/// balanced one.
///
/// - Source: Spillane, Dolean, Hauret, Nataf, Pechstein, Scheichl, *Abstract robust coarse spaces
///   for systems of PDEs via generalized eigenproblems in the overlaps*, Numer. Math. 126 (2014),
///   whose bound (1 + k₀)(2 + k₀ (2 k₀ + 1)(1 + 1/τ)) is for the pencil with the right-hand side
///   restricted to the overlap; with the whole subdomain, as here: Dolean, Jolivet, Nataf, *An
///   Introduction to Domain Decomposition Methods*, SIAM 2015, chapter 7.
public struct GenEO: Sendable {
  /// τ: vectors with eigenvalues below it are taken.
  public var threshold: Double
  /// At most so many for a subdomain.
  public var largest: Int
  /// Pencils up to this order are decomposed densely, larger ones by Lanczos with a shift.
  public var denseOrder: Int

  /// A selection.
  ///
  /// - Parameters:
  ///   - threshold: τ, positive.
  ///   - largest: At most so many vectors for a subdomain.
  ///   - denseOrder: Pencils up to this order are decomposed densely.
  public init(threshold: Double = 0.1, atMost largest: Int = .max, denseOrder: Int = 600) {
    precondition(threshold > 0, "a threshold of \(threshold)")
    precondition(largest >= 0, "at most \(largest) vectors")
    (self.threshold, self.largest, self.denseOrder) = (threshold, largest, denseOrder)
  }

  /// The eigenvectors of one subdomain.
  public struct Modes: Sendable {
    /// p, one per column, in the numbering of the subdomain, before the partition of unity.
    public let vectors: DenseMatrix<Double>
    /// Their eigenvalues, ascending.
    public let values: [Double]
    /// The smallest eigenvalue left out, or τ as a bound from below if it was not computed.
    public let next: Double
  }

  /// The modes of one subdomain.
  ///
  /// - Parameters:
  ///   - neumann: Aⱼᴺ, symmetric positive semidefinite.
  ///   - dirichlet: Aⱼ, symmetric positive definite.
  ///   - weights: D.
  /// - Throws: `notConverged`, and as the factorizations.
  public func modes(
    neumann: SparseMatrix<Double>, dirichlet: SparseMatrix<Double>, weights: [Double]
  ) throws(FactorizationError) -> Modes {
    let n = weights.count
    precondition(
      neumann.rowCount == n && dirichlet.rowCount == n,
      "matrices of order \(neumann.rowCount) and \(dirichlet.rowCount) for \(n) weights")
    let pattern = neumann.pattern.union(dirichlet.pattern)
    let k = neumann.expanded(to: pattern)
    let b = Self.weighted(dirichlet, weights).expanded(to: pattern)
    return n <= denseOrder ? try dense(k, b) : try sparse(k, b)
  }

  /// D Aⱼ D + ε diag(Aⱼ).
  ///
  /// A boolean D leaves vectors in the overlap without energy. The small addition makes the matrix
  /// definite; it only lowers eigenvalues, so that no vector the bound needs is missed.
  private static func weighted(
    _ a: SparseMatrix<Double>, _ weights: [Double]
  ) -> SparseMatrix<Double> {
    var result = a
    for i in 0..<a.rowCount {
      for k in a.pattern.rowStart[i]..<a.pattern.rowStart[i + 1] {
        let j = Int(a.pattern.column[k])
        result.values[k] *= weights[i] * weights[j]
        if i == j { result.values[k] += 1e-12 * a.values[k] }
      }
    }
    return result
  }

  /// By the pencil B p = μ (K + τ B) p with μ = 1/(λ + τ), whose right-hand side is definite also
  /// where K is not.
  private func dense(
    _ k: SparseMatrix<Double>, _ b: SparseMatrix<Double>
  ) throws(FactorizationError) -> Modes {
    let (dense, shifted) = (b.denseMatrix, (k + threshold * b).denseMatrix)
    let pencil = try GeneralizedEigen(dense, shifted)
    let n = pencil.values.count
    let lambda = pencil.values.reversed().map { 1 / $0 - threshold }
    let taken = min(largest, lambda.prefix { $0 < threshold }.count)
    var vectors = DenseMatrix<Double>(rowCount: k.rowCount, columnCount: 0)
    for j in 0..<taken { vectors.appendColumn(pencil.vectors.column(n - 1 - j)) }
    return Modes(
      vectors: vectors, values: Array(lambda.prefix(taken)),
      next: taken < n ? lambda[taken] : .infinity)
  }

  /// The inertia of K − τ B says how many eigenvalues lie below τ; Lanczos finds them. It may pass
  /// over a multiple one: then it is asked for more until the number is right.
  private func sparse(
    _ k: SparseMatrix<Double>, _ b: SparseMatrix<Double>
  ) throws(FactorizationError) -> Modes {
    let below = try Inertia(AffineSum([k, b]).combined(with: [1, -threshold])).negativeCount
    let lanczos = try ShiftInvertLanczos(stiffness: k, mass: b, shift: -threshold)
    for extra in [0, 4, 16, 64] {
      let pairs = try lanczos.nearest(count: below + extra, tolerance: 1e-8)
      guard pairs.values.prefix(below).allSatisfy({ $0 < threshold }) else { continue }
      let taken = min(largest, below)
      return Modes(
        vectors: pairs.vectors.columns(0..<taken), values: Array(pairs.values.prefix(taken)),
        next: taken < below ? pairs.values[taken] : threshold)
    }
    throw .notConverged(method: "Lanczos for the eigenvalues below \(threshold)", count: 1)
  }

  /// The coarse space of all subdomains, which are decomposed side by side.
  ///
  /// - Parameters:
  ///   - a: A, symmetric positive definite.
  ///   - neumann: The parts that A is the sum of.
  /// - Throws: As ``modes(neumann:dirichlet:weights:)``, unknowns counted within the subdomain.
  public func space(
    _ a: SparseMatrix<Double>, _ neumann: some NeumannMatrices,
    _ decomposition: OverlappingDecomposition
  ) throws(FactorizationError) -> GenEOSpace {
    try space(a, decomposition, multiplicity: neumann.multiplicity(in: decomposition)) { j in
      neumann.neumannMatrix(of: decomposition.subdomains[j].unknowns)
    }
  }

  /// The coarse space from Neumann matrices that are made on demand.
  ///
  /// - Parameters:
  ///   - a: A, symmetric positive definite.
  ///   - multiplicity: k₁ with Σ Rⱼᵀ Aⱼᴺ Rⱼ ≤ k₁ A; enters the bound alone.
  ///   - neumann: Aⱼᴺ of subdomain j in its numbering, symmetric positive semidefinite; called on any
  ///     thread.
  /// - Throws: As ``modes(neumann:dirichlet:weights:)``, unknowns counted within the subdomain.
  public func space(
    _ a: SparseMatrix<Double>, _ decomposition: OverlappingDecomposition, multiplicity: Int,
    neumann: @Sendable (_ j: Int) -> SparseMatrix<Double>
  ) throws(FactorizationError) -> GenEOSpace {
    let parts = decomposition.subdomains
    let modes = try concurrently(parts.count) { j throws(FactorizationError) in
      let unknowns = parts[j].unknowns
      return try self.modes(
        neumann: neumann(j), dirichlet: a.restricted(rows: unknowns, columns: unknowns),
        weights: parts[j].weights)
    }
    return GenEOSpace(
      space: try CoarseSpace(weighting: modes.map(\.vectors), decomposition),
      eigenvalues: modes.map(\.values), smallestLeftOut: modes.map(\.next).min() ?? .infinity,
      colours: decomposition.colourCount(by: a.pattern), multiplicity: multiplicity)
  }
}

/// A coarse space of ``GenEO`` and what it guarantees.
public struct GenEOSpace: Sendable {
  /// The space.
  public let space: CoarseSpace<Double>
  /// The eigenvalues of the vectors taken, for each subdomain.
  public let eigenvalues: [[Double]]
  /// λ₊, or a bound from below.
  public let smallestLeftOut: Double
  /// k₀.
  public let colours: Int
  /// k₁.
  public let multiplicity: Int

  /// The bound of the condition number; nil for combinations that are not symmetric.
  public func conditionBound(
    _ combination: TwoLevelSchwarz<SparseCholesky>.Combination
  ) -> Double? {
    let (k0, ratio) = (Double(colours), Double(multiplicity) / smallestLeftOut)
    switch combination {
    case .additive: return (1 + k0) * (2 + (2 * k0 + 1) * ratio)
    case .balanced: return max(1, k0) * max(1, ratio)
    case .deflated: return nil
    }
  }
}

extension SparseMatrix<Double> {
  /// The same matrix with all its zeros.
  fileprivate var denseMatrix: DenseMatrix<Double> {
    var result = DenseMatrix<Double>(rowCount: rowCount, columnCount: columnCount)
    for i in 0..<rowCount {
      for k in pattern.rowStart[i]..<pattern.rowStart[i + 1] {
        result.values[i + Int(pattern.column[k]) * rowCount] = values[k]
      }
    }
    return result
  }
}
