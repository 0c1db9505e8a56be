internal import Cases

extension FileReport {
  /// What a case asks for, without its mesh.
  init(_ file: CaseFile) {
    let mesh =
      switch file.mesh?.origin {
      case nil: "none"
      case .file(let path, _): path
      case .box(let box):
        "a box of \(box.size.map { "\($0)" }.joined(separator: " × ")), "
          + "\(box.cells.map { "\($0)" }.joined(separator: " × ")) cells (\(box.shape))"
      }
    var lines = [
      "\(file.path): \(file.title)", "  mesh: \(mesh)",
      "  physics: \(file.physics.kind), degree \(file.physics.degree)",
    ]
    for parameter in file.parameters {
      let count = parameter.size.map { " (\($0) components)" } ?? ""
      let ranges = parameter.ranges.map { "\($0.lowerBound) … \($0.upperBound)" }
      let shown = Set(ranges).count == 1 ? ranges.prefix(1) : ranges.prefix(4)
      lines.append(
        "  parameter \(parameter.name)\(count): \(shown.joined(separator: "; ")), "
          + "\(parameter.scale.rawValue)")
    }
    lines += file.outputs.map { "  output: \($0.name)" }
    if let reduction = file.reduction {
      lines.append(
        "  reduction: \(reduction.method.rawValue), at most \(reduction.size) vectors, tolerance "
          + "\(reduction.tolerance) (\(reduction.error.rawValue))")
    } else {
      lines.append("  no reduction: a plain finite element run")
    }
    if let query = file.query { lines.append("  queries: \(query.count)") }
    if !file.expectations.isEmpty { lines.append("  expectations: \(file.expectations.count)") }
    lines += file.warnings.map(\.description)
    self.init(
      text: lines.joined(separator: "\n"),
      json: .object([
        ("format", .string("toml")), ("title", .string(file.title)), ("mesh", .string(mesh)),
        ("physics", .string(file.physics.kind)), ("degree", .integer(file.physics.degree)),
        ("parameters", .array(file.layout.componentNames.map { .string($0) })),
        ("outputs", .array(file.outputs.map { .string($0.name) })),
        ("reduction", file.reduction.map { .string($0.method.rawValue) } ?? .null),
        ("queries", .integer(file.query?.count ?? 0)),
        ("expectations", .integer(file.expectations.count)),
      ]))
  }
}
