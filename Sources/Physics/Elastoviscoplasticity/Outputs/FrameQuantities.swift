/// Everything an output may speak of beside coordinates and displacements, as columns under its name.
///
/// "strain.xx" … and "stress.xx" … are the tensors, with the invariants "stress.von-mises" and
/// "stress.p1" ≥ "stress.p2" ≥ "stress.p3", "temperature" the temperature; internal variables have
/// the names of their law, tensors with a component behind: "p", "plasticStrain.xx". Where a material
/// has no such variable, it is zero.
struct FrameQuantities {
  private let materials: MaterialAssignment
  private let state: MaterialState
  static let pairs = ["xx", "yy", "zz", "yz", "xz", "xy"]
  static let axes = ["x", "y", "z"]

  /// What the points of some materials know.
  init(_ materials: MaterialAssignment, _ state: MaterialState) {
    (self.materials, self.state) = (materials, state)
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

  /// The names under which the components of a variable go.
  static func names(of variable: InternalVariable) -> [String] {
    variable.kind == .scalar ? [variable.name] : pairs.map { "\(variable.name).\($0)" }
  }

  /// Which component of the displacement a name means.
  static func axis(_ name: String, components: Int) -> Int? {
    axes.prefix(components).firstIndex { name == "u.\($0)" }
  }

  /// Whether a name means something that is no linear function of stresses, strains or variables.
  static func isInvariant(_ name: String) -> Bool {
    name.hasPrefix("stress.") && StressTensor.names.dropFirst(6).contains(String(name.dropFirst(7)))
  }

  /// The column of a name; nil for a name that is not known.
  ///
  /// - Parameter points: Where, ascending; nil for all points.
  func column(_ name: String, at points: [Int]? = nil) -> [Double]? {
    if name == "temperature" { return points?.map { state.temperature[$0] } ?? state.temperature }
    let sixes = points ?? Array(0..<materials.count)
    for (prefix, values) in [("strain.", state.strain), ("stress.", state.stress)]
    where name.hasPrefix(prefix) {
      let rest = String(name.dropFirst(prefix.count))
      if let k = FrameQuantities.pairs.firstIndex(of: rest) {
        return sixes.map { values[6 * $0 + k] }
      }
      guard prefix == "stress.", StressTensor.names.contains(rest) else { return nil }
      return sixes.map { p in
        StressTensor(Array(values[6 * p..<6 * p + 6])).component(rest) ?? .nan
      }
    }
    return variable(name, at: sixes)
  }

  private func variable(_ name: String, at points: [Int]) -> [Double]? {
    var result = [Double](repeating: 0, count: points.count)
    var isKnown = false
    for (g, group) in materials.groups.enumerated() {
      let s = group.law.stateCount
      var offset = 0
      for variable in group.law.variables {
        if let k = FrameQuantities.names(of: variable).firstIndex(of: name) {
          isKnown = true
          for (target, place) in group.places(among: points) {
            result[target] = state.variables[g][s * place + offset + k]
          }
        }
        offset += variable.componentCount
      }
    }
    return isKnown ? result : nil
  }
}

extension MaterialAssignment.Group {
  /// Which of some ascending points belong to the group, and where they stand in it.
  func places(among points: [Int]) -> [(target: Int, place: Int)] {
    var found: [(target: Int, place: Int)] = []
    var place = 0
    for (target, p) in points.enumerated() {
      while place < self.points.count, Int(self.points[place]) < p { place += 1 }
      guard place < self.points.count else { break }
      if Int(self.points[place]) == p { found.append((target, place)) }
    }
    return found
  }
}
