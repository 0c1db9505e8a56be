extension CaseDecoder {
  mutating func outputs(dimension: Int?) -> [CaseFile.Output] {
    var names: [String: SourceLocation] = [:]
    return tables("output").compactMap { table, location in
      guard let nameNode = table["name"], let name = nameNode.string else { return nil }
      if name.trimmingBlanks.isEmpty {
        report(nameNode.location, "the name of an output is empty")
      }
      if let earlier = names[name] {
        report(nameNode.location, "an output '\(name)' already exists at \(earlier)")
      }
      names[name] = nameNode.location
      if table["at"] != nil, let place = table.keyLocation(of: "on") {
        report(place, "'on' and 'at' exclude each other in [[output]]: a point needs no region")
      }
      if table["at"] == nil, let place = table.keyLocation(of: "value") {
        report(place, "'value' in [[output]] belongs to 'at'")
      }
      guard let quantity = quantity(of: table, at: location, dimension: dimension) else {
        return nil
      }
      let everything = CaseFile.Regions(names: [SourceText("*", at: location)], location: location)
      return CaseFile.Output(
        name: name, quantity: quantity,
        on: table["at"] == nil ? Reading.regions(table["on"]) ?? everything : nil,
        location: nameNode.location)
    }
  }

  private mutating func quantity(
    of table: TOMLTable, at location: SourceLocation, dimension: Int?
  ) -> CaseFile.Output.Quantity? {
    if let e = Reading.text(table["integral"]) { return .integral(e) }
    if let e = Reading.text(table["mean"]) { return .mean(e) }
    if let e = Reading.text(table["max"]) { return .maximum(e) }
    if let e = Reading.text(table["min"]) { return .minimum(e) }
    if let norm = table["norm"]?.string {
      return CaseFile.Output.Norm(rawValue: norm).map { .norm($0) }
    }
    if let axis = table["reaction"]?.string {
      if axis == "flux" { return .inflow }
      return ["x", "y", "z"].firstIndex(of: axis).map { .reaction(axis: $0) }
    }
    if table["energy"]?.string != nil { return .strainEnergy }
    if let number = table["frequency"]?.integer { return .frequency(number) }
    if let node = table["vector"] {
      return file(node).map { .vector(SourceText($0, at: node.location)) }
    }
    if CaseSchema.sources.contains(where: { table[$0] != nil }) {
      return .sampledVector(entry(table, CaseSchema.output, at: location))
    }
    guard let node = table["at"], let point = quantities(node, .length) else { return nil }
    if let dimension, point.count != dimension {
      report(
        node.location, "'at' has \(point.count) coordinates; the mesh has \(dimension) dimensions")
    }
    return .at(point, value: Reading.text(table["value"]) ?? SourceText("u", at: node.location))
  }

  mutating func expectations() -> [CaseFile.Expectation] {
    tables("expect").compactMap { table, _ in
      guard let node = table["quantity"], let path = Reading.text(node) else { return nil }
      do throws(JSONError) { _ = try JSONPath(path.text) } catch {
        report(node.location, "'quantity' in [[expect]] is no path into the results: \(error)")
        return nil
      }
      let value = table["value"].flatMap(value)
      let tolerance = table.keyLocation(of: "relative") ?? table.keyLocation(of: "absolute")
      switch value {
      case .number where tolerance == nil:
        if let place = table["value"]?.location {
          report(place, "a number needs 'relative' or 'absolute' in [[expect]]: how near is right?")
        }
      case .string, .boolean:
        if let tolerance {
          report(tolerance, "a tolerance in [[expect]] needs a number as 'value'")
        }
      case nil where table["value"] == nil:
        if let tolerance { report(tolerance, "a tolerance in [[expect]] needs a 'value'") }
      default: break
      }
      let (low, high) = (table["atLeast"]?.number, table["atMost"]?.number)
      if let low, let high, low > high, let place = table["atMost"]?.location {
        report(place, "'atMost' in [[expect]] is smaller than 'atLeast': nothing can pass")
      }
      return CaseFile.Expectation(
        quantity: path, value: value, relative: table["relative"]?.number,
        absolute: table["absolute"]?.number, atLeast: low, atMost: high,
        source: table["source"]?.string)
    }
  }

  private func value(_ node: TOMLNode) -> CaseFile.Expectation.Value? {
    switch node.value {
    case .integer(let i): .integer(Int(i))
    case .number(let x): .number(x)
    case .string(let text): .string(text)
    case .boolean(let b): .boolean(b)
    default: nil
    }
  }
}

extension Reading {
  /// A text that stands for an expression or a path, with the place of its first character.
  static func text(_ node: TOMLNode?) -> SourceText? {
    guard let node, let text = node.string else { return nil }
    let place = node.location
    return SourceText(
      text, at: place.line > 0 ? place.advanced(by: 1, length: place.length - 2) : place)
  }
}
