internal import LinearAlgebra

/// The extreme eigenpairs of an operator that is self-adjoint in an inner product, by Lanczos with full
/// reorthogonalisation.
///
/// An eigenvalue lies within the residual of each pair. That no other lies beyond the least and the
/// largest one found rests on a start vector that has a part in every eigenvector.
///
/// - Source: Parlett, *The Symmetric Eigenvalue Problem*, SIAM 1998, chapter 13.
struct HermitianLanczos<S: Scalar> {
  /// An eigenvalue with what it may be off by.
  struct Pair {
    let value: Double
    let residual: Double
    /// Of norm 1 in the product.
    let vector: [S]
  }

  /// The least.
  let least: Pair
  /// The largest.
  let largest: Pair

  /// Which ends have to be found.
  enum Ends { case least, largest, both }

  /// Looks until the residuals of the ends wanted are below `tolerance` times the spread of all values
  /// seen, for 20 to 300 steps; what is open then stands in the residuals.
  ///
  /// - Parameter apply: The operator.
  /// - Throws: `notFinite`, and as `apply`.
  init(
    in riesz: RieszMap, wanted ends: Ends, tolerance: Double = 1e-6,
    apply: ([S]) throws(FactorizationError) -> [S]
  ) throws(FactorizationError) {
    let product = riesz.product.scalars(as: S.self)
    let n = product.dimension
    var basis = GramSchmidt<S>(rowCount: n, product: product.matrix)
    try basis.append(HermitianLanczos.start(in: riesz, product))
    var columns: [[S]] = []
    while true {
      let m = columns.count + 1
      let image = try apply(basis.vectors.column(m - 1))
      let (coefficients, isKept) = try basis.append(image, tolerance: 1e-12)
      columns.append(coefficients)
      var t = DenseMatrix<S>(rowCount: m, columnCount: m)
      for j in 0..<m {
        for i in max(0, j - 1)...j {
          t[i, j] = i == j ? S(real: columns[j][j].realPart) : columns[j][i]
          t[j, i] = t[i, j].conjugate
        }
      }
      // Of a small space an end may look converged before its eigenvector has come up.
      guard !isKept || m >= min(n, 300) || (m >= 20 && m % 10 == 0) else { continue }
      let pairs = try SymmetricEigen(t)
      let coupling = isKept ? columns[m - 1][m].absolute : 0
      func pair(_ k: Int) -> Pair {
        Pair(
          value: pairs.values[k], residual: coupling * pairs.vectors[m - 1, k].absolute,
          vector: basis.vectors.columns(0..<m) * pairs.vectors.column(k))
      }
      let spread = max(pairs.values[m - 1].magnitude, pairs.values[0].magnitude)
      let open = [0, m - 1].count { k in
        let isWanted = ends == .both || (k == 0) == (ends == .least)
        return isWanted && coupling * pairs.vectors[m - 1, k].absolute > tolerance * spread
      }
      if open == 0 || !isKept || m >= min(n, 300) {
        (least, largest) = (pair(0), pair(m - 1))
        return
      }
    }
  }

  /// A vector without structure plus the representative of another: seen in the product the former is
  /// nearly all oscillation, the latter nearly all smooth, and eigenvectors may be either.
  private static func start(in riesz: RieszMap, _ product: InnerProduct<S>) -> [S] {
    var generator = SplitMix64(seed: 0x5C31)
    func noise() -> [S] {
      (0..<product.dimension).map { _ in S(real: generator.unit() - 0.5) }
    }
    var (rough, smooth) = (noise(), riesz.representative(of: noise()))
    scale(S(real: 1 / max(product.norm(smooth), .leastNormalMagnitude)), &smooth)
    axpy(S(real: 1 / max(product.norm(rough), .leastNormalMagnitude)), rough, into: &smooth)
    return smooth
  }
}
