public import Meshes

/// The Lagrange element of first or second degree on a cell.
///
/// Its functions are the ``ShapeFunctions`` of its nodes, in Gmsh's order (see `CellShape`); basis
/// function i is 1 at node i and 0 at the others.
public struct Lagrange: Sendable {
  /// The shape of the cell.
  public let shape: CellShape
  /// 1 or 2.
  public var degree: Int { functions.nodes.order }
  /// The number of basis functions.
  public var count: Int { functions.count }
  private let functions: ShapeFunctions

  /// The element with the given nodes.
  public init(_ shape: CellShape, _ nodes: NodeSet) {
    self.shape = shape
    functions = ShapeFunctions(shape, nodes)
  }

  /// The element of the given degree, in each direction on cells that are no simplices.
  ///
  /// - Precondition: The degree is 1 or 2.
  public init(_ shape: CellShape, degree: Int) {
    precondition(degree == 1 || degree == 2, "Lagrange elements have degree 1 or 2, not \(degree)")
    self.init(shape, degree == 1 ? .corners : .complete)
  }

  /// The nodes, `shape.dimension` reference coordinates each.
  public var nodes: [Double] {
    shape.referenceNodes(functions.nodes).flatMap { node in
      (0..<shape.dimension).map { node[$0] }
    }
  }

  /// The basis functions at one reference point, `count` numbers.
  public func values(at point: some Collection<Double>) -> [Double] {
    functions.evaluate(at: vector(point)).values
  }

  /// The reference gradients of the basis functions at one reference point, `shape.dimension`
  /// numbers for each function.
  public func gradients(at point: some Collection<Double>) -> [Double] {
    functions.evaluate(at: vector(point)).gradients.flatMap { gradient in
      (0..<shape.dimension).map { gradient[$0] }
    }
  }

  /// The basis functions at the points of a rule: `count` numbers for each point.
  public func values(at rule: Quadrature) -> [Double] {
    let m = shape.dimension
    return (0..<rule.count).flatMap { values(at: rule.points[$0 * m..<($0 + 1) * m]) }
  }

  /// The reference gradients at the points of a rule: `count * shape.dimension` for each point.
  public func gradients(at rule: Quadrature) -> [Double] {
    let m = shape.dimension
    return (0..<rule.count).flatMap { gradients(at: rule.points[$0 * m..<($0 + 1) * m]) }
  }

  /// The second reference derivatives of the basis functions at the points of a rule, for each
  /// function one number per pair of axes in the order of the components of a symmetric tensor.
  ///
  /// Functions are polynomials of degree at most two along each axis, hence so are their gradients,
  /// of which the central difference is exact to round-off.
  /// - Precondition: The cell is no pyramid, whose functions are rational.
  func secondDerivatives(at rule: Quadrature) -> [Double] {
    precondition(shape != .pyramid, "second derivatives on a pyramid")
    let m = shape.dimension
    let pairs = axisPairs(m)
    return (0..<rule.count).flatMap { q -> [Double] in
      let point = vector(rule.points[q * m..<(q + 1) * m])
      let differences = (0..<m).map { axis -> [SIMD3<Double>] in
        var (above, below) = (point, point)
        above[axis] += 0.5
        below[axis] -= 0.5
        return zip(
          functions.evaluate(at: above).gradients, functions.evaluate(at: below).gradients
        ).map { $0 - $1 }
      }
      return (0..<count).flatMap { i in pairs.map { a, b in differences[a][i][b] } }
    }
  }

  private func vector(_ point: some Collection<Double>) -> SIMD3<Double> {
    precondition(
      point.count == shape.dimension,
      "\(point.count) reference coordinates for a \(shape.rawValue)")
    var result = SIMD3<Double>.zero
    for (axis, coordinate) in point.enumerated() { result[axis] = coordinate }
    return result
  }
}
