internal import Expressions

/// The names an output may use, and what they mean in terms of u and its derivatives.
struct ElasticitySymbols {
  let kinematics: ElasticKinematics
  private static let axes = ["x", "y", "z"]
  private static let pairs = ["xx", "yy", "zz", "yz", "xz", "xy"]

  /// "u.x" … over the components.
  var values: [Symbol] {
    (0..<kinematics.dimension).map { .field("u.\(ElasticitySymbols.axes[$0])") }
  }

  /// "dx(u.x)", "dy(u.x)" …: entry k d + m.
  var gradients: [Symbol] {
    let d = kinematics.dimension
    return (0..<d * d).map {
      .field("d\(ElasticitySymbols.axes[$0 % d])(u.\(ElasticitySymbols.axes[$0 / d]))")
    }
  }

  /// Every name: what the reader of a case may write.
  static func names(dimension: Int) -> [String] {
    let axes = Array(axes.prefix(dimension))
    return axes.map { "u.\($0)" } + axes.flatMap { a in axes.map { "d\($0)(u.\(a))" } }
      + pairs.map { "strain.\($0)" } + StressTensor.names.map { "stress.\($0)" }
  }

  /// The strain in terms of u and its derivatives.
  var strain: [Expression] {
    let d = kinematics.dimension
    func slope(_ k: Int, _ m: Int) -> Expression { Expression(gradients[k * d + m]) }
    if d == 3 {
      return [
        slope(0, 0), slope(1, 1), slope(2, 2), slope(1, 2) + slope(2, 1),
        slope(0, 2) + slope(2, 0), slope(0, 1) + slope(1, 0),
      ]
    }
    let hoop =
      kinematics.isAxisymmetric
      ? Expression(values[0]) / Expression(.coordinate(0)) : Expression(0)
    return [
      slope(0, 0), slope(1, 1), hoop, Expression(0), Expression(0), slope(0, 1) + slope(1, 0),
    ]
  }

  /// "stress.xx" … "stress.xy".
  static var stressComponents: [Symbol] { pairs.map { .field("stress.\($0)") } }

  /// Which component of the strain or the stress a name means: "stress.xx" is 0.
  static func component(_ symbol: Symbol, of kind: String) -> Int? {
    guard case .field(let name) = symbol, name.hasPrefix(kind + ".") else { return nil }
    return pairs.firstIndex(of: String(name.dropFirst(kind.count + 1)))
  }

  /// The quantity of a stress that a name means: "von-mises".
  static func stressName(_ symbol: Symbol) -> String? {
    guard case .field(let name) = symbol, name.hasPrefix("stress.") else { return nil }
    return String(name.dropFirst(7))
  }
}
