public import Meshes

/// Points and positive weights that integrate polynomials over a reference cell exactly.
///
/// The weights sum to the measure of the reference cell (see `CellShape`): 1 for points, lines,
/// quadrilaterals and hexahedra, 1/2 for triangles and wedges, 1/6 for tetrahedra and 1/3 for
/// pyramids.
public struct Quadrature: Sendable {
  /// The shape of the cell.
  public let shape: CellShape
  /// What is integrated exactly: every polynomial of this total degree or less on simplices, of
  /// this degree or less in each direction on quadrilaterals and hexahedra, in the triangle and
  /// across it on wedges; on pyramids every f(x/(1 − z), y/(1 − z), z) of this degree or less in
  /// each of its arguments, polynomials of this total degree among them.
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
  /// (conical products, any degree) on other simplices and on pyramids, products of the rules of
  /// lines and triangles on the other cells.
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
      switch shape {
      case .quadrilateral, .hexahedron:
        self.degree = 2 * count - 1
        (points, weights) = Quadrature.product(
          [Double](repeating: 0, count: shape.dimension), count)
      case .wedge:
        let base = Quadrature(.triangle, degree: degree)
        let line = Quadrature(.line, degree: degree)
        self.degree = min(base.degree, line.degree)
        points = line.points.flatMap { z in
          (0..<base.count).flatMap { [base.points[2 * $0], base.points[2 * $0 + 1], z] }
        }
        weights = line.weights.flatMap { w in base.weights.map { w * $0 } }
      case .pyramid:
        self.degree = 2 * count - 1
        let cube = Quadrature.product([0, 0, 2], count)
        weights = cube.weights
        points = weights.indices.flatMap { q in
          let (x, y, z) = (cube.points[3 * q], cube.points[3 * q + 1], cube.points[3 * q + 2])
          return [x * (1 - z), y * (1 - z), z]
        }
      case .point, .line, .triangle, .tetrahedron:
        self.degree = 2 * count - 1
        (points, weights) = Quadrature.conicalProduct(shape.dimension, count)
      }
    }
  }

  /// The product of Gauss–Jacobi rules on the unit cube, one for each exponent of (1 − t).
  private static func product(
    _ exponents: [Double], _ count: Int
  ) -> (points: [Double], weights: [Double]) {
    var points: [[Double]] = [[]]
    var weights = [1.0]
    for exponent in exponents {
      let rule = GaussJacobi(count: count, alpha: exponent)
      points = rule.points.flatMap { t in points.map { $0 + [t] } }
      weights = rule.weights.flatMap { w in weights.map { $0 * w } }
    }
    return (points.flatMap { $0 }, weights)
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
