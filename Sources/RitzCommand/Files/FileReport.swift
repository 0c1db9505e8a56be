internal import Cases
internal import Files
internal import Meshes

/// What `ritz info` says of a file, for people and as JSON.
struct FileReport {
  let text: String
  let json: JSONValue

  private static let formats = [
    "msh": "a mesh of Gmsh", "toml": "a case", "ritz": "a reduced model", "csv": "points",
    "json": "results",
  ]

  /// Reads a file of a known format, told by the end of its name.
  init(of path: String) throws {
    guard FileBytes.isReadable(path) else {
      throw Failure(.fileMissing, "error: \(path): there is no such file, or it cannot be read")
    }
    let ending = path.split(separator: "/").last?.split(separator: ".").last.map { $0.lowercased() }
    switch ending {
    case "msh": self.init(meshAt: path, try FileReport.mesh(path))
    case "toml": self.init(try CaseFile(reading: path))
    case "csv": try self.init(pointsAt: path)
    case "json": try self.init(resultsAt: path)
    case "ritz": try self.init(modelAt: path)
    default:
      let known = FileReport.formats.sorted { $0.key < $1.key }
        .map { ".\($0.key) (\($0.value))" }.joined(separator: ", ")
      throw Failure(.badData, "error: \(path): unknown format; known are \(known)")
    }
  }

  init(text: String, json: JSONValue) { (self.text, self.json) = (text, json) }

  private static func mesh(_ path: String) throws -> MeshReport {
    var notes: [String] = []
    let mesh = try Mesh(reading: path, notes: &notes)
    return MeshReport(mesh, notes: notes)
  }

  private init(meshAt path: String, _ report: MeshReport) {
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
    self.init(
      text: "\(path): \(report.description)",
      json: .object([
        ("format", .string("msh")), ("dimension", .integer(report.dimension)),
        ("points", .integer(report.pointCount)), ("cells", .array(cells)),
        ("regions", .array(regions)), ("measure", .number(report.measure)),
        ("lower", .numbers(report.lower)), ("upper", .numbers(report.upper)),
        ("pieces", .integer(report.componentCount)),
        ("smallestAngle", .number(report.quality.smallestAngle)),
        ("quality", .number(report.quality.lowest)),
        ("hash", .string(report.hash)), ("notes", .array(report.notes.map { .string($0) })),
        ("warnings", .array(report.warnings.map { .string($0) })),
      ]))
  }

  private init(pointsAt path: String) throws {
    let points = try PointTable(reading: path)
    let columns = points.columns.map { column in
      "  \(column.name): \(column.least) … \(column.largest), mean \(column.mean)"
    }
    self.init(
      text: (["\(path): \(points.count) points, \(points.columns.count) columns"] + columns)
        .joined(separator: "\n"),
      json: .object([
        ("format", .string("csv")), ("points", .integer(points.count)),
        (
          "columns",
          .array(
            points.columns.map { column in
              .object([
                ("name", .string(column.name)), ("least", .number(column.least)),
                ("largest", .number(column.largest)), ("mean", .number(column.mean)),
              ])
            })
        ),
      ]))
  }
}
