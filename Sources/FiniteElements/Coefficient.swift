public import Expressions

/// A number or a small array of numbers for each point of the domain: a conductivity, a source, a
/// boundary value.
///
/// With one component it is a scalar. As the coefficient of a stiffness term it may also be a
/// symmetric tensor, with components xx, yy, xy in the plane and xx, yy, zz, yz, xz, xy in space; as
/// the weight of a gradient it is a vector.
public struct Coefficient: Sendable {
  enum Form: Sendable {
    case constant([Double])
    case program(Program, coordinateCount: Int)
    case function(@Sendable (Point) -> Double)
    /// A program of coordinates and of other quantities, in this order.
    case pointwise(Program, coordinateCount: Int, quantities: [PointQuantity], fields: [Field])
  }
  let form: Form
  /// The number of components.
  public let componentCount: Int

  /// The same components everywhere.
  public static func constant(_ components: Double...) -> Coefficient { constant(components) }

  /// The same components everywhere.
  public static func constant(_ components: [Double]) -> Coefficient {
    precondition(!components.isEmpty, "a coefficient has at least one component")
    return Coefficient(form: .constant(components), componentCount: components.count)
  }

  /// Components given by expressions of the coordinates.
  ///
  /// - Throws: `CoefficientError.dependsOn` where another symbol occurs: split off the parameters
  ///   first (`Expression.affineSplit`).
  public init(_ components: Expression...) throws(CoefficientError) { try self.init(components) }

  /// Components given by expressions of the coordinates.
  public init(_ components: [Expression]) throws(CoefficientError) {
    precondition(!components.isEmpty, "a coefficient has at least one component")
    componentCount = components.count
    let constants = components.compactMap(\.constantValue)
    if constants.count == components.count {
      form = .constant(constants)
      return
    }
    var axes = 0
    for symbol in components.reduce(into: Set<Symbol>(), { $0.formUnion($1.symbols) }) {
      guard case .coordinate(let axis) = symbol else { throw .dependsOn(symbol) }
      axes = max(axes, axis + 1)
    }
    form = .program(
      Program(components, inputs: (0..<axes).map { .coordinate($0) }), coordinateCount: axes)
  }

  /// Components given by expressions of the coordinates, of fields and of the cell.
  ///
  /// Expressions may use `.field("u")`, `.field("dx(u)")`, `.field("dy(u)")`, `.field("dz(u)")` for
  /// every name "u" among `fields`; `.field("h")`, the longest edge of the cell; and, on sides of
  /// the domain's cells, `.field("nx")`, `.field("ny")`, `.field("nz")`, the unit normal that points
  /// out of the cell behind the side (see `Field.integral`). Such a coefficient has values at the
  /// quadrature points of an assembly only.
  /// - Parameters:
  ///   - components: The expressions.
  ///   - fields: Functions of spaces on the mesh on which the coefficient will be integrated.
  /// - Throws: `CoefficientError.dependsOn` where another symbol occurs.
  public init(
    _ components: [Expression], fields: [String: Field]
  ) throws(CoefficientError) {
    precondition(!components.isEmpty, "a coefficient has at least one component")
    let names = fields.keys.sorted()
    var quantities: [(symbol: Symbol, quantity: PointQuantity)] = []
    var axes = 0
    let symbols = components.reduce(into: Set<Symbol>()) { $0.formUnion($1.symbols) }
    for symbol in symbols.sorted(by: { $0.description < $1.description }) {
      if case .coordinate(let axis) = symbol {
        axes = max(axes, axis + 1)
      } else if let quantity = PointQuantity(symbol, fields: names) {
        quantities.append((symbol, quantity))
      } else {
        throw .dependsOn(symbol)
      }
    }
    if quantities.isEmpty {
      try self.init(components)
      return
    }
    let program = Program(
      components, inputs: (0..<axes).map { .coordinate($0) } + quantities.map(\.symbol))
    self.init(
      form: .pointwise(
        program, coordinateCount: axes, quantities: quantities.map(\.quantity),
        fields: names.compactMap { fields[$0] }),
      componentCount: components.count)
  }

  /// A scalar given by a function of the point: convenient, and slower than an expression.
  public init(_ function: @escaping @Sendable (Point) -> Double) {
    form = .function(function)
    componentCount = 1
  }

  private init(form: Form, componentCount: Int) {
    self.form = form
    self.componentCount = componentCount
  }

  /// The components, if they are the same everywhere.
  public var constantComponents: [Double]? {
    if case .constant(let components) = form { components } else { nil }
  }

  /// The components at many points, as one column for each component.
  ///
  /// - Parameter columns: The coordinates x, y, z of the points, a column each; all of one length.
  public func values(atColumns columns: [[Double]]) -> [[Double]] {
    let count = columns[0].count
    switch form {
    case .constant(let components):
      return components.map { [Double](repeating: $0, count: count) }
    case .program(let program, let coordinateCount):
      precondition(
        coordinateCount <= columns.count,
        "a coefficient of \(coordinateCount) coordinates on points with \(columns.count)")
      return program.evaluate(columns: Array(columns[0..<coordinateCount]), count: count)
    case .pointwise:
      preconditionFailure("a coefficient of fields has values at quadrature points only")
    case .function(let function):
      return [
        (0..<count).map { i in
          function(Point(columns[0][i], columns[1][i], columns.count > 2 ? columns[2][i] : 0))
        }
      ]
    }
  }

  /// The components at many points, from their coordinates and the columns of the other quantities.
  func values(atColumns columns: [[Double]], quantities: [[Double]]) -> [[Double]] {
    guard case .pointwise(let program, let coordinateCount, _, _) = form else {
      return values(atColumns: columns)
    }
    return program.evaluate(
      columns: Array(columns[0..<coordinateCount]) + quantities, count: columns[0].count)
  }

  /// The first component at one point.
  public func value(at point: Point) -> Double {
    values(atColumns: [[point.x], [point.y], [point.z]])[0][0]
  }
}

/// Why an expression is no coefficient.
public enum CoefficientError: Error, Equatable, CustomStringConvertible {
  /// It depends on something other than the coordinates.
  case dependsOn(Symbol)

  /// What is wrong, and the cure.
  public var description: String {
    switch self {
    case .dependsOn(let symbol):
      "a coefficient depends on the point alone, but here on \(symbol); split the expression first"
    }
  }
}
