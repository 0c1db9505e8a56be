internal import Cases
internal import Meshes

extension FileReport {
  /// A mesh, and the fields that its file holds.
  init(meshAt path: String, format: String) throws {
    if format == "vtu" || format == "pvtu" || format == "xdmf" || format == "xmf" {
      let content = try MeshContent(reading: path)
      self.init(
        path, format, MeshReport(content.mesh, notes: content.notes),
        fields: content.pointFields.map { ("point", $0) } + content.cellFields.map { ("cell", $0) },
        times: content.times)
    } else {
      var notes: [String] = []
      let mesh = try Mesh(reading: path, notes: &notes)
      self.init(path, format, MeshReport(mesh, notes: notes), fields: [], times: [])
    }
  }

  private init(
    _ path: String, _ format: String, _ report: MeshReport,
    fields: [(place: String, field: MeshContent.Field)], times: [Double]
  ) {
    let cells = report.cells.map { entry -> JSONValue in
      .object([
        ("shape", .string(entry.shape.rawValue)), ("order", .integer(entry.order)),
        ("nodes", .string(entry.nodeSet.rawValue)),
        ("count", .integer(entry.count)),
      ])
    }
    let regions = report.regions.map { region -> JSONValue in
      .object([
        ("name", .string(region.name)), ("dimension", .integer(region.dimension)),
        ("cells", .integer(region.cellCount)), ("measure", .number(region.measure)),
      ])
    }
    var lines: [String] = []
    if let first = times.min(), let last = times.max() {
      lines.append(
        "  series of \(times.count) steps, time \(first) … \(last); fields of the first:")
    }
    lines += fields.map { place, field in
      let range = field.range.map { "\($0.lowerBound) … \($0.upperBound)" } ?? "no finite value"
      let count = field.components > 1 ? ", \(field.components) components" : ""
      return "  \(place) field \"\(field.name)\"\(count): \(range)"
    }
    self.init(
      text: (["\(path): \(report.description)"] + lines).joined(separator: "\n"),
      json: .object([
        ("format", .string(format)), ("dimension", .integer(report.dimension)),
        ("points", .integer(report.pointCount)), ("cells", .array(cells)),
        ("regions", .array(regions)), ("measure", .number(report.measure)),
        ("lower", .numbers(report.lower)), ("upper", .numbers(report.upper)),
        ("pieces", .integer(report.componentCount)),
        ("smallestAngle", .number(report.quality.smallestAngle)),
        ("quality", .number(report.quality.lowest)),
        ("hash", .string(report.hash)), ("notes", .array(report.notes.map { .string($0) })),
        ("warnings", .array(report.warnings.map { .string($0) })), ("times", .numbers(times)),
        (
          "fields",
          .array(
            fields.map { place, field in
              .object([
                ("name", .string(field.name)), ("on", .string(place)),
                ("components", .integer(field.components)),
                ("least", field.range.map { .number($0.lowerBound) } ?? .null),
                ("largest", field.range.map { .number($0.upperBound) } ?? .null),
              ])
            })
        ),
      ]))
  }

  /// A series: its steps, and what the file of the first one holds.
  init(seriesAt path: String) throws {
    let series = try PVDFile(reading: path)
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let times = series.steps.map(\.time)
    var text = "\(path): a series of \(series.steps.count) steps"
    if let first = times.min(), let last = times.max() { text += ", time \(first) … \(last)" }
    var members: [(key: String, value: JSONValue)] = [
      ("format", .string("pvd")), ("steps", .integer(series.steps.count)),
      ("times", .numbers(times)), ("files", .array(series.steps.map { .string($0.file) })),
    ]
    if let step = series.steps.first {
      let name = step.file.hasPrefix("/") ? step.file : folder + step.file
      let report = try FileReport(meshAt: name, format: "vtu")
      text += "\n" + report.text
      members.append(("first", report.json))
    }
    self.init(text: text, json: .object(members))
  }
}
