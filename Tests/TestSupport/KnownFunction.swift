public import Expressions
public import FiniteElements
internal import Meshes

extension Expression {
  /// The sum of the second derivatives along the axes of space.
  public func laplacian(_ dimension: Int) -> Expression {
    (0..<dimension).reduce(Expression(0)) { sum, axis in
      sum + derivative(with: .coordinate(axis)).derivative(with: .coordinate(axis))
    }.simplified()
  }

  /// b · ∇ of this.
  public func derivative(along b: [Expression]) -> Expression {
    b.enumerated().reduce(Expression(0)) { sum, entry in
      sum + entry.element * derivative(with: .coordinate(entry.offset))
    }.simplified()
  }
}

extension Field {
  /// ‖u − w‖ and ‖∇u − ∇w‖ over the whole domain for a function w of the coordinates.
  public func errors(
    against known: Expression, quadratureDegree: Int = 6
  ) throws(FieldError) -> ErrorNorms {
    let mesh = space.mesh
    let domain = mesh.topology.everything(ofDimension: mesh.dimension)
    let difference = Expression(.field("u")) - known
    var slopes = Expression(0)
    for (axis, name) in ["dx(u)", "dy(u)", "dz(u)"].prefix(mesh.dimension).enumerated() {
      let slope = Expression(.field(name)) - known.derivative(with: .coordinate(axis))
      slopes = slopes + slope * slope
    }
    return ErrorNorms(
      l2: try integral(
        of: difference * difference, over: domain, quadratureDegree: quadratureDegree
      ).squareRoot(),
      h1: try integral(of: slopes, over: domain, quadratureDegree: quadratureDegree).squareRoot())
  }

  /// The largest difference to a function at the nodes, relative to its largest value there.
  public func nodalError(against known: (Point) -> Double) -> Double {
    let exact = space.interpolate(known)
    let size = exact.map(\.magnitude).max() ?? 0
    let error = zip(values, exact).map { ($0 - $1).magnitude }.max() ?? .infinity
    return error / size
  }
}
