internal import Meshes

/// The basis functions of one shape at the points of a rule, as the kernel of vector forms reads
/// them: side by side, so that a loop over functions runs through neighbouring numbers.
struct VectorTable: Sendable {
  let rule: Quadrature
  /// The number of basis functions n.
  let count: Int
  /// The reference dimension m.
  let dimension: Int
  /// φ_i at point q: entry q n + i.
  let values: [Double]
  /// ∂φ_i/∂ξ_a at point q: entry (q m + a) n + i.
  let gradients: [Double]
  /// The geometric basis functions, `geometryCount` for each point, and their gradients.
  let geometryCount: Int
  let geometryValues: [Double]
  let geometryGradients: [Double]

  init(_ element: Lagrange, geometry: Lagrange, rule: Quadrature) {
    self.rule = rule
    let (n, m) = (element.count, element.shape.dimension)
    (count, dimension) = (n, m)
    values = element.values(at: rule)
    let byFunction = element.gradients(at: rule)
    gradients = (0..<rule.count).flatMap { q in
      (0..<m).flatMap { a in (0..<n).map { byFunction[(q * n + $0) * m + a] } }
    }
    geometryCount = geometry.count
    geometryValues = geometry.values(at: rule)
    geometryGradients = geometry.gradients(at: rule)
  }
}
