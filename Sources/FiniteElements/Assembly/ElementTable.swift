internal import Meshes

/// The integrals over the reference cell from which every element matrix or vector of one form is
/// combined: an element's entries are Σ_r s_r T_r, where the numbers s_r hold the cell's geometry and
/// coefficient and the rows T_r depend on shape, degree and quadrature alone.
///
/// For an affine cell and a constant coefficient there are 6 rows in space (3 in the plane) for a
/// stiffness, one for each axis for an advection, one for a mass; else as many for each quadrature
/// point.
/// - Source: Kirby and Logg, *A compiler for variational forms*, ACM TOMS 32 (2006).
struct ElementTable: Sendable {
  enum Form: Sendable, Hashable {
    case stiffness, mass, advection, conservativeAdvection, directional, value, gradient
    case curvature(axis: Int)

    /// The integral is bilinear and symmetric: the upper triangle of element matrices suffices.
    var isSymmetric: Bool { self == .stiffness || self == .mass }
    /// The integral is linear in the test function alone.
    var isLinear: Bool { self == .value || self == .gradient }
  }

  let form: Form
  let rule: Quadrature
  /// The number of basis functions.
  let count: Int
  /// Entries of the upper triangle of a symmetric matrix, row by row, of a whole other matrix, or
  /// of a vector.
  let entryCount: Int
  /// Rows that belong to one quadrature point; pairs of axes are ordered like tensor components.
  let rowsPerPoint: Int
  /// The rows of each quadrature point, weights included: `entryCount` numbers each.
  let pointRows: [Double]
  /// Their sums over the quadrature points.
  let totalRows: [Double]
  /// The rows of all points differ by their weights only, as where all gradients are constant: a
  /// varying coefficient enters by its mean.
  let isUniform: Bool
  /// The geometric basis functions and their gradients at the points of the rule.
  let geometryCount: Int
  let geometryValues: [Double]
  let geometryGradients: [Double]
  /// Their second derivatives, one for each pair of axes, where the form needs them.
  let geometryBends: [Double]

  /// - Parameters:
  ///   - nodes: Those of the functions.
  ///   - geometry: Those of the cell's map.
  init(
    _ form: Form, _ shape: CellShape, nodes: NodeSet, geometry geometricNodes: NodeSet,
    rule: Quadrature
  ) {
    self.form = form
    self.rule = rule
    let element = Lagrange(shape, nodes)
    let m = shape.dimension
    let n = element.count
    count = n
    entryCount = form.isSymmetric ? n * (n + 1) / 2 : form.isLinear ? n : n * n
    let pairs = axisPairs(m)
    switch form {
    case .stiffness: rowsPerPoint = pairs.count
    case .gradient, .advection, .conservativeAdvection: rowsPerPoint = m
    case .directional: rowsPerPoint = m * m
    case .curvature: rowsPerPoint = m * (pairs.count + m)
    case .mass, .value: rowsPerPoint = 1
    }
    let values = element.values(at: rule)
    let gradients = element.gradients(at: rule)
    let geometry = Lagrange(shape, geometricNodes)
    var bends: [Double] = []
    if case .curvature = form {
      bends = element.secondDerivatives(at: rule)
      geometryBends = geometry.secondDerivatives(at: rule)
    } else {
      geometryBends = []
    }
    var rows: [Double] = []
    for (q, weight) in rule.weights.enumerated() {
      func phi(_ i: Int) -> Double { values[q * n + i] }
      func slope(_ i: Int, _ axis: Int) -> Double { gradients[(q * n + i) * m + axis] }
      switch form {
      case .stiffness:
        for (a, b) in pairs {
          for i in 0..<n {
            for j in i..<n {
              let mixed = a == b ? 0 : slope(i, b) * slope(j, a)
              rows.append(weight * (slope(i, a) * slope(j, b) + mixed))
            }
          }
        }
      case .mass: for i in 0..<n { for j in i..<n { rows.append(weight * phi(i) * phi(j)) } }
      case .advection:
        for a in 0..<m {
          for i in 0..<n { for j in 0..<n { rows.append(weight * phi(i) * slope(j, a)) } }
        }
      case .conservativeAdvection:
        for a in 0..<m {
          for i in 0..<n { for j in 0..<n { rows.append(weight * slope(i, a) * phi(j)) } }
        }
      case .directional:
        for a in 0..<m {
          for b in 0..<m {
            for i in 0..<n { for j in 0..<n { rows.append(weight * slope(i, a) * slope(j, b)) } }
          }
        }
      case .curvature:
        // Trial functions by their second derivatives, then by the first ones, which bent cells need.
        for a in 0..<m {
          for pair in pairs.indices {
            for i in 0..<n {
              for j in 0..<n {
                rows.append(weight * slope(i, a) * bends[(q * n + j) * pairs.count + pair])
              }
            }
          }
          for b in 0..<m {
            for i in 0..<n { for j in 0..<n { rows.append(weight * slope(i, a) * slope(j, b)) } }
          }
        }
      case .value: for i in 0..<n { rows.append(weight * phi(i)) }
      case .gradient: for a in 0..<m { for i in 0..<n { rows.append(weight * slope(i, a)) } }
      }
    }
    pointRows = rows
    let size = rowsPerPoint * entryCount
    totalRows = (0..<size).map { r in
      (0..<rule.count).reduce(0) { $0 + rows[$1 * size + r] }
    }
    isUniform =
      shape.isSimplex && nodes == .corners && (form == .stiffness || form == .gradient)
    geometryCount = geometry.count
    geometryValues = geometry.values(at: rule)
    geometryGradients = geometry.gradients(at: rule)
  }
}

/// The pairs of axes in the order of the components of a symmetric tensor: xx, yy, xy or
/// xx, yy, zz, yz, xz, xy.
func axisPairs(_ dimension: Int) -> [(Int, Int)] {
  switch dimension {
  case 0: []
  case 1: [(0, 0)]
  case 2: [(0, 0), (1, 1), (0, 1)]
  default: [(0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1)]
  }
}
