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
    case .function(let function):
      return [
        (0..<count).map { i in
          function(Point(columns[0][i], columns[1][i], columns.count > 2 ? columns[2][i] : 0))
        }
      ]
    }
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
