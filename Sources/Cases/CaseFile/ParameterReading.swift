internal import ModelReduction

extension CaseDecoder {
  /// Names with a meaning of their own in expressions.
  static let reservedNames: Set<String> = [
    "x", "y", "z", "t", "u", "pi", "e", "dx", "dy", "dz", "sin", "cos", "tan", "asin", "acos",
    "atan", "atan2", "sinh", "cosh", "tanh", "exp", "log", "ln", "log10", "log2", "sqrt", "cbrt",
    "abs", "sign", "floor", "ceil", "round", "step", "heaviside", "erf", "hypot", "mod", "min",
    "max", "clamp", "if", "and", "or", "not",
  ]

  mutating func parameters() -> [CaseFile.Parameter] {
    var found: [CaseFile.Parameter] = []
    var names: [String: SourceLocation] = [:]
    for (table, _) in tables("parameter") {
      guard let nameNode = table["name"], let name = nameNode.string else { continue }
      checkName(name, at: nameNode.location, earlier: names[name])
      names[name] = nameNode.location
      let size = table["size"]?.integer
      if let size, !(1...10_000).contains(size) { continue }
      let dimension = unitDimension(table)
      let count = size ?? 1
      let scaleNode = table["scale"]
      let scale = scaleNode?.string.flatMap(CaseFile.Parameter.Scale.init) ?? .linear
      guard let rangeNode = table["range"],
        let ranges = ranges(rangeNode, count: count, hasSize: size != nil, dimension, scale)
      else { continue }
      guard let reference = reference(table["default"], count: count, dimension, ranges, scale)
      else { continue }
      found.append(
        CaseFile.Parameter(
          name: name, size: size, ranges: ranges, scale: scale, reference: reference,
          unit: table["unit"]?.string, location: nameNode.location))
    }
    return found
  }

  private mutating func checkName(
    _ name: String, at location: SourceLocation, earlier: SourceLocation?
  ) {
    let isIdentifier =
      name.first.map { $0.isASCII && ($0.isLetter || $0 == "_") } ?? false
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    if !isIdentifier {
      report(
        location,
        "'\(name)' cannot be the name of a parameter: use letters, digits and _, a letter first")
    } else if CaseDecoder.reservedNames.contains(name) {
      report(location, "'\(name)' already has a meaning in expressions; choose another name")
    }
    if let earlier {
      report(location, "a parameter '\(name)' already exists at \(earlier)")
    }
  }

  /// The dimension of a parameter's unit; nil leaves it open.
  private mutating func unitDimension(_ table: TOMLTable) -> Dimension? {
    guard let node = table["unit"], let text = node.string else { return nil }
    do throws(UnitError) {
      let unit = try Unit(parsing: text)
      guard let units else { return unit.dimension }
      let factor = unit.scale / units.scale(of: unit.dimension)
      if unit.offset != 0 || abs(factor - 1) > 1e-12 {
        let reason =
          unit.offset != 0 ? "has another zero" : "is \(plain(factor)) of them"
        report(
          node.location,
          "the unit of a parameter must be the one of its system \(units) for "
            + "\(unit.dimension); '\(text)' \(reason)")
      }
      return unit.dimension
    } catch {
      report(node.location, "'unit' in [[parameter]] is not understood: \(error)")
      return nil
    }
  }

  /// A number that may have a unit, with a wrong dimension reported here because the schema
  /// cannot know the unit of the parameter.
  private mutating func number(_ node: TOMLNode, _ dimension: Dimension?, _ key: String) -> Double?
  {
    switch Reading.quantity(node, dimension: dimension, units: units) {
    case .success(let x): return x
    case .failure(let error):
      // What fails without a dimension has been reported.
      if case .success = Reading.quantity(node, dimension: nil, units: units) {
        report(node.location, "'\(key)' in [[parameter]] \(error)")
      }
      return nil
    }
  }

  private mutating func ranges(
    _ node: TOMLNode, count: Int, hasSize: Bool, _ dimension: Dimension?,
    _ scale: CaseFile.Parameter.Scale
  ) -> [ClosedRange<Double>]? {
    guard let members = node.array, !members.isEmpty else { return nil }
    let isPerComponent = members.contains { $0.array != nil }
    let pairs = isPerComponent ? members : [node]
    if isPerComponent, pairs.count != count {
      report(
        node.location,
        hasSize
          ? "'range' has \(pairs.count) pairs, but the parameter has \(count) components"
          : "'range' of a scalar parameter is one pair; give 'size' for several components")
      return nil
    }
    var ranges: [ClosedRange<Double>] = []
    for pair in pairs {
      guard let ends = pair.array, ends.count == 2, let a = number(ends[0], dimension, "range"),
        let b = number(ends[1], dimension, "range")
      else { return nil }
      guard a <= b else {
        report(pair.location, "'range' is reversed: \(plain(a)) is larger than \(plain(b))")
        return nil
      }
      guard a < b else {
        report(pair.location, "'range' is empty: both ends are \(plain(a))")
        return nil
      }
      guard scale != .log || a > 0 else {
        report(
          pair.location, "scale \"log\" needs a range above 0; found \(plain(a)) to \(plain(b))")
        return nil
      }
      if scale == .normal,
        (try? ParameterAxis(name: "xi", range: a...b, scale: .normal)) == nil
      {
        report(
          pair.location,
          "scale \"normal\" is for standard normal numbers, of mean 0 and deviation 1; none of them "
            + "lies from \(plain(a)) to \(plain(b))")
        return nil
      }
      ranges.append(a...b)
    }
    return isPerComponent ? ranges : Array(repeating: ranges[0], count: count)
  }

  private mutating func reference(
    _ node: TOMLNode?, count: Int, _ dimension: Dimension?, _ ranges: [ClosedRange<Double>],
    _ scale: CaseFile.Parameter.Scale
  ) -> [Double]? {
    guard let node else {
      return ranges.map { range in
        switch scale {
        case .linear: range.lowerBound / 2 + range.upperBound / 2
        case .log: range.lowerBound.squareRoot() * range.upperBound.squareRoot()
        // The most likely number.
        case .normal: min(max(0, range.lowerBound), range.upperBound)
        }
      }
    }
    let members = node.array ?? Array(repeating: node, count: count)
    guard members.count == count else {
      report(
        node.location, "'default' has \(members.count) numbers; the parameter has \(count)")
      return nil
    }
    var reference: [Double] = []
    for (member, range) in zip(members, ranges) {
      guard let x = number(member, dimension, "default") else { return nil }
      guard range.contains(x) else {
        report(
          member.location,
          "'default' \(plain(x)) lies outside the range "
            + "\(plain(range.lowerBound)) to \(plain(range.upperBound))")
        return nil
      }
      reference.append(x)
    }
    return reference
  }
}
