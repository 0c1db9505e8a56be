internal import Expressions
internal import FiniteElements

/// Everything an output may speak of at the points of one frame, as columns under its name.
///
/// "u.x" … are the displacements, "strain.xx" … and "stress.xx" … the tensors with the invariants
/// "stress.von-mises" and "stress.p1" ≥ "stress.p2" ≥ "stress.p3", "temperature" the temperature;
/// internal variables have the names of their law, tensors with a component behind: "p",
/// "plasticStrain.xx". Where a material has no such variable, it is zero.
struct FrameQuantities {
  private let body: MechanicalBody
  private let frame: QuasiStaticModel.Frame
  static let pairs = ["xx", "yy", "zz", "yz", "xz", "xy"]
  static let axes = ["x", "y", "z"]

  init(_ body: MechanicalBody, _ frame: QuasiStaticModel.Frame) {
    (self.body, self.frame) = (body, frame)
  }

  /// Every name in a body of some laws.
  static func names(dimension: Int, _ laws: [any ConstitutiveLaw]) -> [String] {
    var all = axes.prefix(dimension).map { "u.\($0)" } + pairs.map { "strain.\($0)" }
    all += StressTensor.names.map { "stress.\($0)" } + ["temperature"]
    for variable in laws.flatMap(\.variables) {
      for name in names(of: variable) where !all.contains(name) { all.append(name) }
    }
    return all
  }

  private static func names(of variable: InternalVariable) -> [String] {
    variable.kind == .scalar ? [variable.name] : pairs.map { "\(variable.name).\($0)" }
  }

  /// The column of a name over all integration points; nil for a name that is not known.
  func column(_ symbol: Symbol) -> [Double]? {
    switch symbol {
    case .coordinate(let axis): return body.points.places[axis]
    case .time: return [Double](repeating: frame.time, count: body.points.count)
    case .parameter: return nil
    case .field(let name): return column(named: name)
    }
  }

  private func column(named name: String) -> [Double]? {
    let state = frame.state
    if let k = axis(name) {
      return body.points.values(of: body.space.component(k, of: frame.displacement))
    }
    if name == "temperature" { return state.temperature }
    for (prefix, values) in [("strain.", state.strain), ("stress.", state.stress)]
    where name.hasPrefix(prefix) {
      let rest = String(name.dropFirst(prefix.count))
      if let k = FrameQuantities.pairs.firstIndex(of: rest) {
        return stride(from: k, to: values.count, by: 6).map { values[$0] }
      }
      guard prefix == "stress.", StressTensor.names.contains(rest) else { return nil }
      return stride(from: 0, to: values.count, by: 6).map { p in
        StressTensor(Array(values[p..<p + 6])).component(rest) ?? .nan
      }
    }
    return variable(named: name)
  }

  private func variable(named name: String) -> [Double]? {
    var result = [Double](repeating: 0, count: body.points.count)
    var isKnown = false
    for (g, group) in body.materials.groups.enumerated() {
      var place = 0
      for variable in group.law.variables {
        if let k = FrameQuantities.names(of: variable).firstIndex(of: name) {
          isKnown = true
          let s = group.law.stateCount
          for (i, p) in group.points.enumerated() {
            result[Int(p)] = frame.state.variables[g][s * i + place + k]
          }
        }
        place += variable.componentCount
      }
    }
    return isKnown ? result : nil
  }

  /// Which component of the displacement a name means.
  func axis(_ name: String) -> Int? {
    FrameQuantities.axes.prefix(body.space.components).firstIndex { name == "u.\($0)" }
  }
}
