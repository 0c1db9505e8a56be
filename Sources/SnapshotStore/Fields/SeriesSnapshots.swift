internal import Files
internal import Meshes
public import ModelReduction

extension FieldSnapshots {
  /// One .vtu file per snapshot, over one mesh.
  ///
  /// - Parameters:
  ///   - paths: The files, in the order of the snapshots; at least one.
  ///   - name: A field at the points; nil takes the first one of the first file.
  ///   - times: One per file, or none.
  /// - Throws: `SnapshotError.refused` with the fields there are, or with what is wrong in a file.
  public init(
    vtu paths: [String], field name: String? = nil, times: [Double] = []
  ) throws(SnapshotError) {
    guard let first = paths.first else { throw .empty(source: "the list of .vtu files") }
    try self.init(
      VTUSeries(paths), source: paths.count == 1 ? first : "\(first) and \(paths.count - 1) more",
      format: paths.count == 1 ? "VTK grid" : "\(paths.count) VTK grids", name, times)
  }

  /// All steps of a series of .vtu files (.pvd).
  public init(pvd path: String, field name: String? = nil) throws(SnapshotError) {
    let series = try SnapshotError.ofMesh { () throws(MeshError) in try PVDFile(reading: path) }
    guard !series.steps.isEmpty else { throw .empty(source: path) }
    let folder = Folder.prefix(of: path)
    let paths = series.steps.map { $0.file.hasPrefix("/") ? $0.file : folder + $0.file }
    let missing = paths.filter { !FileBytes.isReadable($0) }
    guard missing.isEmpty else {
      let shown = missing.prefix(5).joined(separator: ", ")
      throw .refused(
        "\(path): \(missing.count) of its files cannot be read: \(shown)"
          + (missing.count > 5 ? ", …" : ""))
    }
    try self.init(
      VTUSeries(paths), source: path, format: "series of VTK grids", name,
      series.steps.map(\.time))
  }

  /// All steps of an XDMF file.
  public init(xdmf path: String, field name: String? = nil) throws(SnapshotError) {
    let first = try SnapshotError.ofMesh { () throws(MeshError) in
      try MeshContent(reading: path)
    }
    try self.init(
      XDMFSeries(path: path, first: first), source: path, format: "XDMF series", name,
      first.times)
  }

  private init(
    _ series: any Series, source: String, format: String, _ name: String?, _ times: [Double]
  ) throws(SnapshotError) {
    let fields = series.first.pointFields
    let names = fields.map(\.name)
    let place = try SnapshotError.choice(
      name ?? names.first, of: names, in: source, called: "field at the points")
    let field = fields[place]
    var facts = SnapshotFacts(
      source: "\(source):\(field.name)", format: format,
      dimension: field.components * series.first.mesh.pointCount, count: series.count,
      storage: "\(field.components) per point",
      precision: field.hasSinglePrecision ? 0x1p-24 : 0x1p-53)
    facts.choices = names
    facts.times = times
    facts.notes = series.first.notes
    self.init(
      facts: facts, field: field.name,
      components: FieldSnapshots.componentNames(field.components), mesh: series.first.mesh,
      pointNumbers: [], reader: SeriesReader(series: series, field: field.name))
  }

  /// Names for components that a file does not name.
  static func componentNames(_ count: Int) -> [String] {
    switch count {
    case 1: []
    case 2, 3: Array(["x", "y", "z"].prefix(count))
    case 6: ["xx", "yy", "zz", "xy", "yz", "xz"]
    default: (1...count).map { "\($0)" }
    }
  }
}

extension MeshContent.Field {
  /// Whether all numbers are such as single precision has: then they were stored in it, or are
  /// exact in either.
  fileprivate var hasSinglePrecision: Bool {
    values.contains { $0 != 0 && $0 != $0.rounded() }
      && values.allSatisfy { !$0.isFinite || Double(Float($0)) == $0 }
  }
}

/// Steps over one mesh.
private protocol Series: Sendable {
  /// What the first step holds.
  var first: MeshContent { get }
  /// The number of steps.
  var count: Int { get }
  /// The file of a step.
  func name(ofStep step: Int) -> String
  /// A field of a step at the points of the mesh of the first; nil if there is none of this name.
  func values(of field: String, step: Int) throws(SnapshotError) -> [Double]?
}

extension Series {
  /// The field of another file, if the mesh is the same.
  fileprivate func values(
    of field: String, in content: MeshContent, named name: String
  ) throws(SnapshotError) -> [Double]? {
    if let difference = MeshDifference.first(in: content.mesh, from: first.mesh) {
      throw .mismatch(
        source: name, found: difference, expected: "the mesh of \(self.name(ofStep: 0))")
    }
    return content.pointField(field)?.values
  }
}

private struct SeriesReader: FieldReader {
  let series: any Series
  let field: String

  func name(ofStep step: Int) -> String { series.name(ofStep: step) }

  func values(ofStep step: Int) throws(SnapshotError) -> [Double] {
    guard let values = try series.values(of: field, step: step) else {
      throw .refused("\(series.name(ofStep: step)) has no field '\(field)' at the points")
    }
    return values
  }
}

private struct VTUSeries: Series {
  let paths: [String]
  let first: MeshContent
  /// The checksum of points and cells of the first file; nil where it has several pieces.
  private let geometry: UInt64?

  var count: Int { paths.count }

  init(_ paths: [String]) throws(SnapshotError) {
    self.paths = paths
    (first, geometry) = try SnapshotError.ofMesh { () throws(MeshError) in
      // Without a geometry of its own a lone file needs no second look.
      (
        try MeshContent(reading: paths[0]),
        paths.count > 1 ? try VTUFields(reading: paths[0])?.geometry() : nil
      )
    }
  }

  func name(ofStep step: Int) -> String { paths[step] }

  func values(of field: String, step: Int) throws(SnapshotError) -> [Double]? {
    if step == 0 { return first.pointField(field)?.values }
    let path = paths[step]
    let content = try SnapshotError.ofMesh { () throws(MeshError) -> [Double]?? in
      guard let geometry, let fields = try VTUFields(reading: path),
        try fields.geometry() == geometry
      else { return nil }
      guard let (width, values) = try fields.values(of: field) else { return .some(nil) }
      guard first.pointPlaces.count < fields.pointCount else { return .some(values) }
      return .some(
        first.pointPlaces.flatMap { values[Int($0) * width..<(Int($0) + 1) * width] })
    }
    if let content { return content }
    let whole = try SnapshotError.ofMesh { () throws(MeshError) in
      try MeshContent(reading: path)
    }
    return try values(of: field, in: whole, named: path)
  }
}

private struct XDMFSeries: Series {
  let path: String
  let first: MeshContent

  var count: Int { max(1, first.times.count) }

  func name(ofStep step: Int) -> String { count > 1 ? "\(path), step \(step + 1)" : path }

  func values(of field: String, step: Int) throws(SnapshotError) -> [Double]? {
    if step == 0 { return first.pointField(field)?.values }
    let content = try SnapshotError.ofMesh { () throws(MeshError) in
      try MeshContent(reading: path, step: step)
    }
    return try values(of: field, in: content, named: name(ofStep: step))
  }
}
