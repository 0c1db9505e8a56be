public import Meshes

/// Points and positive weights that integrate polynomials over a reference cell exactly.
///
/// Reference cells have their first corner at the origin and the others at the unit points, so the
/// weights sum to 1, 1, 1/2 and 1/6 for point, line, triangle and tetrahedron.
public struct Quadrature: Sendable {
  /// The shape of the cell.
  public let shape: CellShape
  /// Every polynomial of this total degree or less is integrated exactly.
  public let degree: Int
  /// The points, `shape.dimension` reference coordinates each.
  public let points: [Double]
  /// One positive weight for each point.
  public let weights: [Double]

  /// The number of points.
  public var count: Int { weights.count }

  /// The rule with the fewest points that this library knows for the degree.
  ///
  /// Symmetric rules where a small positive one is published, products of Gauss–Jacobi rules
  /// (conical products, any degree) elsewhere.
  /// - Precondition: 0 ≤ degree ≤ 30.
  public init(_ shape: CellShape, degree: Int) {
    precondition((0...30).contains(degree), "quadrature of degree \(degree); 0 to 30 are known")
    self.shape = shape
    if let rule = SymmetricRule(shape, degree: degree) {
      self.degree = rule.degree
      points = rule.points
      weights = rule.weights
    } else {
      let count = degree / 2 + 1
      self.degree = 2 * count - 1
      (points, weights) = Quadrature.conicalProduct(shape.dimension, count)
    }
  }

  /// Maps the cube to the simplex by x = a (1 − b) (1 − c), y = b (1 − c), z = c; the powers of the
  /// map's Jacobian are the weights of the Gauss–Jacobi factors.
  /// - Source: Stroud, *Approximate Calculation of Multiple Integrals*, Prentice-Hall 1971, §2.5.
  private static func conicalProduct(
    _ dimension: Int, _ count: Int
  ) -> (points: [Double], weights: [Double]) {
    var points: [[Double]] = [[]]
    var weights = [1.0]
    for axis in 0..<dimension {
      let rule = GaussJacobi(count: count, alpha: Double(axis))
      var nextPoints: [[Double]] = []
      var nextWeights: [Double] = []
      for (t, weight) in zip(rule.points, rule.weights) {
        for (point, factor) in zip(points, weights) {
          nextPoints.append(point.map { $0 * (1 - t) } + [t])
          nextWeights.append(factor * weight)
        }
      }
      (points, weights) = (nextPoints, nextWeights)
    }
    return (points.flatMap { $0 }, weights)
  }
}
