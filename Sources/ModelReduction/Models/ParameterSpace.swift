public import Expressions

/// Named axes and the box they span: where the parameters of a model live.
public struct ParameterSpace: Sendable, Equatable {
  /// The axes, in the order of the flat components.
  public let axes: [ParameterAxis]
  /// "k[0]", "k[1]", "a" …: one name per flat component.
  public let names: [String]
  /// For each flat component its axis and its index there.
  let components: [(axis: Int, index: Int)]

  /// A space spanned by axes; none gives the space of the single, empty parameter.
  ///
  /// - Throws: `duplicateName`.
  public init(axes: [ParameterAxis]) throws(ParameterSpaceError) {
    for (i, axis) in axes.enumerated() where axes[..<i].contains(where: { $0.name == axis.name }) {
      throw .duplicateName(axis.name)
    }
    self.axes = axes
    names = axes.flatMap(\.componentNames)
    components = axes.enumerated().flatMap { a, axis in
      (0..<axis.componentCount).map { (axis: a, index: $0) }
    }
  }

  /// The space of the single, empty parameter.
  public static let point: ParameterSpace = .init(unchecked: ())

  private init(unchecked: ()) { (axes, names, components) = ([], [], []) }

  /// Equal axes in equal order.
  public static func == (a: ParameterSpace, b: ParameterSpace) -> Bool { a.axes == b.axes }

  /// The number of flat components P.
  public var dimension: Int { names.count }

  /// The defaults; where an axis has none, the middle of its range in its scale.
  public var reference: Parameter {
    Parameter(
      axes.flatMap { axis in
        axis.defaults
          ?? (0..<axis.componentCount).map { axis.value($0, at: 0.5, along: axis.scale) }
      })
  }

  /// The components that are positive over their whole ranges, as symbols of expressions.
  public var positiveSymbols: Set<Symbol> {
    let ranges = axes.flatMap(\.ranges)
    return Set(ranges.indices.filter { ranges[$0].lowerBound > 0 }.map { .parameter($0) })
  }

  /// Whether `mu` has P finite components that lie in their ranges.
  public func contains(_ mu: Parameter) -> Bool {
    mu.count == dimension
      && zip(components, mu.values).allSatisfy { axes[$0.axis].ranges[$0.index].contains($1) }
  }

  /// The names of the components of `mu` outside their ranges.
  public func componentsOutside(_ mu: Parameter) -> [String] {
    precondition(mu.count == dimension, "\(mu.count) numbers for \(dimension) components")
    return (0..<dimension).filter {
      !axes[components[$0].axis].ranges[components[$0].index].contains(mu[$0])
    }.map { names[$0] }
  }

  /// The place of `mu` in [0, 1]^P, each axis measured along its scale.
  ///
  /// - Precondition: `mu` has P components.
  public func scaledCoordinates(of mu: Parameter) -> [Double] {
    precondition(mu.count == dimension, "\(mu.count) numbers for \(dimension) components")
    return zip(components, mu.values).map { axes[$0.axis].place($0.index, of: $1) }
  }

  /// The parameter at a place of [0, 1]^P; without `scale` each axis goes along its own, a
  /// normal one always.
  ///
  /// - Precondition: `place` has P components.
  public func parameter(at place: [Double], along scale: AxisScale? = nil) -> Parameter {
    precondition(place.count == dimension, "\(place.count) numbers for \(dimension) components")
    return Parameter(
      zip(components, place).map {
        axes[$0.axis].value($0.index, at: $1, along: scale ?? axes[$0.axis].scale)
      })
  }

  /// The row of `rows` nearest to `mu` (nil: the reference) in scaled coordinates, in the
  /// Euclidean distance; the smallest among equally near ones, nil if there is none.
  public func nearestRow(of rows: [Parameter], to mu: Parameter? = nil) -> Int? {
    let target = scaledCoordinates(of: mu ?? reference)
    var best: (row: Int, distance: Double)?
    for (row, candidate) in rows.enumerated() {
      var distance = 0.0
      for (s, t) in zip(scaledCoordinates(of: candidate), target) {
        distance += (s - t) * (s - t)
      }
      // Rows at mathematically equal distance differ in the last bits; the smallest shall win.
      if best.map({ distance < $0.distance * (1 - 1e-12) }) ?? true { best = (row, distance) }
    }
    return best?.row
  }
}
