internal import Meshes
internal import RealModule

/// Small published rules whose points and weights keep the symmetry of the cell.
///
/// - Source: triangle, degree 2 and tetrahedron, degree 2: Hammer and Stroud, *Numerical integration
///   over simplexes*, Math. Tables Aids Comput. 10 (1956); triangle, degree 4: Dunavant, *High
///   degree efficient symmetrical Gaussian quadrature rules for the triangle*, Int. J. Numer. Meth.
///   Eng. 21 (1985), with its numbers in closed form; triangle, degree 5: Radon, *Zur mechanischen
///   Kubatur*, Monatsh. Math. 52 (1948); tetrahedron, degree 5: Walkington, *Quadrature on simplices
///   of arbitrary dimension*, Carnegie Mellon University 2000.
struct SymmetricRule {
  let degree: Int
  private(set) var points: [Double] = []
  private(set) var weights: [Double] = []
  private let dimension: Int

  /// nil where a conical product has as few points or no positive rule is listed.
  init?(_ shape: CellShape, degree: Int) {
    dimension = shape.dimension
    switch (shape, degree) {
    case (.point, _):
      self.degree = degree
      weights = [1]
    case (.triangle, 0...1), (.tetrahedron, 0...1):
      self.degree = 1
      addCentre(1)
    case (.triangle, 2):
      self.degree = 2
      addCorners(1.0 / 6, 1.0 / 3)
    case (.triangle, 3...4):
      self.degree = 4
      let root = Double.sqrt(10)
      let spread = Double.sqrt(38 - 44 * Double.sqrt(0.4))
      let tilt = Double.sqrt(213_125 - 53_320 * root)
      addCorners((8 - root + spread) / 18, (620 + tilt) / 3720)
      addCorners((8 - root - spread) / 18, (620 - tilt) / 3720)
    case (.triangle, 5):
      self.degree = 5
      let root = Double.sqrt(15)
      addCentre(9.0 / 40)
      addCorners((6 - root) / 21, (155 - root) / 1200)
      addCorners((6 + root) / 21, (155 + root) / 1200)
    case (.tetrahedron, 2):
      self.degree = 2
      addCorners((5 - Double.sqrt(5)) / 20, 0.25)
    case (.tetrahedron, 4...5):
      self.degree = 5
      addCorners(0.310885919263300609797, 0.112687925718015850799)
      addCorners(0.0927352503108912264023, 0.0734930431163619495437)
      addEdges(0.0455037041256496494918, 0.0425460207770814664380)
    default: return nil
    }
    let measure = [1, 1, 0.5, 1.0 / 6][dimension]
    for k in weights.indices { weights[k] *= measure }
  }

  /// The centroid.
  private mutating func addCentre(_ weight: Double) {
    points += [Double](repeating: 1 / Double(dimension + 1), count: dimension)
    weights.append(weight)
  }

  /// The points with all barycentric coordinates equal to `a` but one.
  private mutating func addCorners(_ a: Double, _ weight: Double) {
    for corner in 0...dimension {
      points += (1...dimension).map { $0 == corner ? 1 - Double(dimension) * a : a }
      weights.append(weight)
    }
  }

  /// The points of the tetrahedron with barycentric coordinates a, a, 1/2 − a, 1/2 − a.
  private mutating func addEdges(_ a: Double, _ weight: Double) {
    for i in 0..<3 {
      for j in i + 1...3 {
        points += (1...3).map { $0 == i || $0 == j ? a : 0.5 - a }
        weights.append(weight)
      }
    }
  }
}
