internal import Files

extension CaseFile.MeshSource {
  /// The dimension of a box; nil for a file, which knows it itself.
  var boxDimension: Int? {
    if case .box(let box) = origin { box.size.count } else { nil }
  }
}

extension CaseDecoder {
  mutating func mesh() -> CaseFile.MeshSource? {
    guard let table = text.tree["mesh"]?.table else { return nil }
    let partitions = table["partitions"]?.integer ?? 1
    let isInPieces = table["in-pieces"]?.boolean ?? false
    if let node = table["file"], let path = file(node) {
      if !FileBytes.isReadable(path) {
        do throws(FileError) { _ = try FileBytes.read(path) } catch {
          report(node.location, error.description, isMissingFile: error.isMissing)
        }
      }
      return CaseFile.MeshSource(
        origin: .file(path, at: node.location), partitions: partitions, isInPieces: isInPieces)
    }
    guard let node = table["box"], let box = box(node) else { return nil }
    return CaseFile.MeshSource(
      origin: .box(box), partitions: partitions, isInPieces: isInPieces)
  }

  private mutating func box(_ node: TOMLNode) -> CaseFile.Box? {
    guard let table = node.table, let sizeNode = table["size"],
      let size = quantities(sizeNode, .length), let cellsNode = table["cells"],
      let counts = cellsNode.array
    else { return nil }
    let cells = counts.compactMap(\.integer)
    guard cells.count == counts.count, (2...3).contains(size.count),
      cells.allSatisfy({ (1...100_000).contains($0) })
    else { return nil }
    if cells.count != size.count {
      report(
        cellsNode.location, "'cells' has \(cells.count) numbers, 'size' has \(size.count)")
      return nil
    }
    var origin = [Double](repeating: 0, count: size.count)
    if let originNode = table["origin"] {
      guard let corner = quantities(originNode, .length) else { return nil }
      if corner.count != size.count {
        report(
          originNode.location, "'origin' has \(corner.count) numbers, 'size' has \(size.count)")
        return nil
      }
      origin = corner
    }
    let shapes = size.count == 2 ? BoxShapes.plane : BoxShapes.solid
    if let shape = table["shape"], let name = shape.string, !shapes.contains(name) {
      let words = shapes.map { "\"\($0)\"" }.joined(separator: " or ")
      report(shape.location, "a box of \(size.count) dimensions is meshed with shape = \(words)")
      return nil
    }
    // At most 1e5 along each of three edges: the product fits.
    if cells.reduce(1, *) > 200_000_000 {
      report(cellsNode.location, "so many cells do not fit: at most 200 000 000 boxes in all")
      return nil
    }
    return CaseFile.Box(
      size: size, cells: cells, origin: origin, shape: table["shape"]?.string ?? shapes[0],
      location: node.location)
  }

  mutating func physics() -> CaseFile.Physics? {
    guard let node = text.tree["physics"], let table = node.table, isKindKnown else { return nil }
    return CaseFile.Physics(
      kind: kind, degree: table["degree"]?.integer ?? 1,
      settings: entry(table, CaseSchema.physics, at: node.location), location: node.location)
  }

  /// The tables of the problem, as the declared types of their keys have it.
  mutating func problem() -> [String: [CaseFile.Entry]] {
    if let node = text.tree["material"], node.array?.isEmpty == true {
      report(node.location, "no [[material]] is given: say what the body is made of")
    }
    var problem: [String: [CaseFile.Entry]] = [:]
    for field in CaseSchema.root.fields(for: kind)
    where CaseDecoder.problemTables.contains(field.name) {
      switch field.type {
      case .tables(let schema):
        problem[field.name] = tables(field.name).map { entry($0.table, schema, at: $0.location) }
      case .table(let schema):
        guard let node = text.tree[field.name], let table = node.table else { continue }
        problem[field.name] = [entry(table, schema, at: node.location)]
      default: continue
      }
    }
    return problem
  }

  private static let problemTables: Set<String> = [
    "material", "boundary", "source", "initial", "temperature", "time", "newton", "modes",
    "interpolation", "solver",
    "operator", "load", "product",
  ]

  /// A table of the problem; what is wrong in it has been reported.
  func entry(
    _ table: TOMLTable, _ schema: TableSchema, at location: SourceLocation
  ) -> CaseFile.Entry {
    let everything = CaseFile.Regions(names: [SourceText("*", at: location)], location: location)
    return CaseFile.Entry(
      on: Reading.regions(table["on"]) ?? everything,
      items: table.entries.compactMap { item in
        if item.key == "on" { return nil }
        guard let field = schema.field(item.key, for: kind) else {
          // A misspelt key is given: that it is missing is no second mistake.
          let names = schema.fields(for: kind).map(\.name)
          return Spelling.nearest(to: item.key, among: names).flatMap { meant in
            table[meant] != nil
              ? nil
              : CaseFile.Entry.Item(
                key: meant, location: item.keyLocation, value: .unreadable(at: item.node.location))
          }
        }
        return CaseFile.Entry.Item(
          key: item.key, location: item.keyLocation,
          value: checkedValue(item.node, field.type) ?? .unreadable(at: item.node.location))
      }, location: location)
  }

  /// A value that has passed the validation of its declared type; nil otherwise.
  private func checkedValue(_ node: TOMLNode, _ type: FieldType) -> CaseFile.Value? {
    switch type {
    case .table, .tables: return value(node, type)
    default: break
    }
    let isRight = SchemaValidation(units: units, kind: kind).accepts(node, as: type)
    return isRight ? value(node, type) : nil
  }

  /// A value of a declared type.
  private func value(_ node: TOMLNode, _ type: FieldType) -> CaseFile.Value? {
    switch type {
    case .coefficient(let dimension, _), .quantity(let dimension, _):
      return Reading.coefficient(node, dimension, units).map { .coefficient($0) }
    case .tensor(let dimension):
      guard let members = node.array else { return value(node, .coefficient(dimension, .none)) }
      let values = members.compactMap { value($0, type) }
      return values.count == members.count ? .list(values, at: node.location) : nil
    case .number, .integer: return node.number.map { .coefficient(.number($0, at: node.location)) }
    case .choice, .string: return node.string.map { .word(SourceText($0, at: node.location)) }
    case .boolean: return node.boolean.map { .flag($0) }
    case .path: return file(node).map { .path(SourceText($0, at: node.location)) }
    case .list(let member, _):
      guard let members = node.array else { return nil }
      let values = members.compactMap { value($0, member) }
      return values.count == members.count ? .list(values, at: node.location) : nil
    case .either(let types):
      let check = SchemaValidation(units: units, kind: kind)
      return types.first { check.accepts(node, as: $0) }.flatMap { value(node, $0) }
    case .table(let schema):
      return node.table.map { .table(entry($0, schema, at: node.location)) }
    case .tables(let schema):
      return node.array.map { members in
        .list(
          members.compactMap { member in
            member.table.map { .table(entry($0, schema, at: member.location)) }
          }, at: node.location)
      }
    case .units, .expression, .regions, .scalar: return nil
    }
  }
}
