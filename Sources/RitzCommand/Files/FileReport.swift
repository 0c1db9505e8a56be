internal import Cases
internal import Files
internal import ModelReduction

/// What `ritz info` says of a file, for people and as JSON.
struct FileReport {
  let text: String
  let json: JSONValue

  private static let formats = [
    "msh": "a mesh of Gmsh", "inp": "a deck of Abaqus or CalculiX", "vtu": "a grid of VTK",
    "pvtu": "a grid of VTK in pieces",
    "pvd": "a series of grids", "xdmf": "a mesh of meshio or DOLFINx", "toml": "a case",
    "ritz": "a reduced model", "csv": "points or a history", "json": "results",
    "mtx": "a matrix", "npy": "an array of numpy", "npz": "arrays of numpy",
    "h5": "a basis or snapshots in HDF5", "frd": "results of CalculiX",
    "dat": "printed results of CalculiX", "store": "a store of snapshots",
    "rtz": "packed snapshots",
  ]

  /// Reads a file of a known format, told by the end of its name.
  init(of path: String) throws {
    if Folder.exists(path) {
      try self.init(snapshotsAt: path)
      return
    }
    if let basis = try FileReport(basisAt: path) {
      self = basis
      return
    }
    guard FileBytes.isReadable(path) || FileBytes.isReadable(FilePart(path).path) else {
      throw Failure(.fileMissing, "error: \(path): there is no such file, or it cannot be read")
    }
    let ending = path.split(separator: "/").last?.split(separator: ".").last.map { $0.lowercased() }
    switch ending {
    case let format? where ["msh", "inp", "vtu", "pvtu", "xdmf", "xmf"].contains(format):
      try self.init(meshAt: path, format: format)
    case "pvd": try self.init(seriesAt: path)
    case let format? where ["mtx", "npy"].contains(format):
      try self.init(matrixAt: path, format: format)
    case "toml": self.init(try CaseFile(reading: path))
    case "csv": try self.init(pointsAt: path)
    case "json": try self.init(resultsAt: path)
    case "ritz": try self.init(modelAt: path)
    case let format?
    where ["npz", "h5", "hdf5", "frd", "dat", "rtz"].contains(format) || FilePart(path).part != nil:
      try self.init(snapshotsAt: path)
    default:
      let known = FileReport.formats.sorted { $0.key < $1.key }
        .map { ".\($0.key) (\($0.value))" }.joined(separator: ", ")
      throw Failure(.badData, "error: \(path): unknown format; known are \(known)")
    }
  }

  init(text: String, json: JSONValue) { (self.text, self.json) = (text, json) }

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
