public import LinearAlgebra
internal import RealModule

/// The angles between two spaces: θ₁ ≤ θ₂ ≤ …, as many as the smaller one has dimensions.
///
/// Angles above 45° come from their cosines, the singular values of V₁ᵀ X V₂; smaller ones from
/// their sines, the singular values of what V₁ leaves of the matching directions of V₂. The cosine
/// of 10⁻⁹ is 1 to the last bit; its sine has all digits.
///
/// - Source: Björck, Golub, *Numerical methods for computing angles between linear subspaces*,
///   Math. Comput. 27 (1973); Knyazev, Argentati, *Principal angles between subspaces in an A-based
///   scalar product*, SIAM J. Sci. Comput. 23 (2002).
public struct PrincipalAngles: Sendable, Equatable {
  /// θ, ascending, in radians, between 0 and π/2.
  public let values: [Double]
  /// sin θ, ascending.
  public let sines: [Double]
  /// cos θ, descending.
  public let cosines: [Double]

  /// The angles between the spans of the columns of two matrices.
  ///
  /// - Parameters:
  ///   - a: Any vectors; those that depend on others count once.
  ///   - b: As `a`.
  ///   - product: X, in which angles are measured.
  /// - Throws: `mismatch` of lengths; `factorization`, for entries that are not finite.
  public init(
    between a: DenseMatrix<Double>, and b: DenseMatrix<Double>, in product: InnerProduct<Double>
  ) throws(SnapshotError) {
    for matrix in [a, b] where matrix.rowCount != product.dimension {
      throw .mismatch(
        source: "a basis", found: "vectors of \(matrix.rowCount) entries",
        expected: "\(product.dimension), as the product '\(product.name)' has")
    }
    do {
      try self.init(
        orthonormal: ReducedBasis(spanning: a, in: product).vectors,
        ReducedBasis(spanning: b, in: product).vectors, in: product)
    } catch { throw .factorization(error) }
  }

  /// The angles between two bases, in the product of the first.
  ///
  /// - Throws: As for matrices.
  public init(
    between a: ReducedBasis<Double>, and b: ReducedBasis<Double>
  ) throws(SnapshotError) {
    try self.init(between: a.vectors, and: b.vectors, in: a.product)
  }

  /// The angles between spaces of which orthonormal bases are known.
  init(
    orthonormal a: DenseMatrix<Double>, _ b: DenseMatrix<Double>, in product: InnerProduct<Double>
  ) throws(FactorizationError) {
    // The smaller space is projected: all of its directions have an angle.
    let (v, w) = a.columnCount >= b.columnCount ? (a, b) : (b, a)
    guard w.columnCount > 0 else {
      (values, sines, cosines) = ([], [], [])
      return
    }
    let svd = try SVD(v.adjointTimes(product.apply(w)))
    let cosines = svd.singularValues.map { min(1, $0) }
    let small = cosines.prefix { $0 * $0 >= 0.5 }.count
    var sines: [Double] = []
    if small > 0 {
      let directions = w * svd.rightVectors.columns(0..<small)
      var rest = directions - v * v.adjointTimes(product.apply(directions))
      // What is left may be as small as the round-off of the first projection.
      rest = rest - v * v.adjointTimes(product.apply(rest))
      var columns = GramSchmidt(rowCount: product.dimension, product: product.matrix)
      let triangle = try columns.append(rest, tolerance: Double.ulpOfOne).coefficients
      let found = try SVD.singularValues(of: triangle)
      let missing = [Double](repeating: 0, count: small - found.count)
      sines = missing + found.reversed().map { min(1, $0) }
    }
    let large = cosines.dropFirst(small)
    self.cosines = sines.map { ((1 - $0) * (1 + $0)).squareRoot() } + large
    self.sines = sines + large.map { ((1 - $0) * (1 + $0)).squareRoot() }
    values = sines.map { Double.asin($0) } + large.map { Double.acos($0) }
  }
}
