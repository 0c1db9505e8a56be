/// From a checked node to a value; nothing is reported here, validation has done so.
enum Reading {
  /// A number in the consistent system, from a number or a text with a unit.
  static func quantity(
    _ node: TOMLNode, dimension: Dimension?, units: UnitSystem?
  ) -> Result<Double, UnitError> {
    if let number = node.number {
      return number.isFinite
        ? .success(number) : .failure(UnitError("must be a finite number; found \(number)"))
    }
    guard let text = node.string else {
      return .failure(UnitError("must be a number; found \(node.value.noun)"))
    }
    guard Quantity.isQuantity(text) else {
      let advice = Double(text) != nil ? "; write it without quotes" : ""
      return .failure(
        UnitError("must be a number or a number with a unit; found \"\(text)\"\(advice)"))
    }
    do throws(UnitError) {
      let quantity = try Quantity(text)
      let found = quantity.unit.dimension
      if let dimension, found != dimension {
        throw UnitError("has the wrong unit: \"\(text)\" is \(found), expected is \(dimension)")
      }
      guard let units else {
        throw UnitError(
          "has the unit of \"\(text)\", but the case names no unit system to convert it to; "
            + "add for example units = \"m-kg-s-K\" at the top")
      }
      let value = units.value(of: quantity.number, in: quantity.unit)
      guard value.isFinite else { throw UnitError("is too large: \"\(text)\"") }
      return .success(value)
    } catch {
      return .failure(error)
    }
  }

  /// A number or an expression.
  static func coefficient(
    _ node: TOMLNode?, _ dimension: Dimension?, _ units: UnitSystem?
  ) -> CaseFile.Coefficient? {
    guard let node else { return nil }
    if let text = expression(node) { return .expression(text) }
    guard case .success(let x) = quantity(node, dimension: dimension, units: units) else {
      return nil
    }
    return .number(x, at: node.location)
  }

  /// The text of an expression, if the node is one.
  static func expression(_ node: TOMLNode?) -> SourceText? {
    guard let node, let text = node.string, !Quantity.isQuantity(text) else { return nil }
    // The first character stands behind the opening quote.
    let place = node.location
    return SourceText(
      text, at: place.line > 0 ? place.advanced(by: 1, length: place.length - 2) : place)
  }

  /// The regions a table applies to.
  static func regions(_ node: TOMLNode?) -> CaseFile.Regions? {
    guard let node else { return nil }
    let nodes = node.array ?? [node]
    let names = nodes.compactMap { member in
      member.string.map { SourceText($0, at: member.location) }
    }
    guard names.count == nodes.count, !names.isEmpty else { return nil }
    return CaseFile.Regions(names: names, location: node.location)
  }
}
