internal import LinearAlgebra
internal import Meshes
internal import ModelReduction

/// The snapshots of one run in the fields of an import, and the steps that are meant.
struct RunSnapshots {
  /// One per field.
  let files: [any SnapshotFile]
  let names: [String]
  /// The steps to be stored, as numbers in the file.
  let steps: [Int]
  let mesh: Mesh?
  let notes: [String]
  /// How the nodes are brought into the order of the store; nil where they have it.
  private(set) var match: NodeMatch?

  /// Opens the file of a run.
  ///
  /// - Parameter fields: What is wanted where the run says nothing; empty for what the format gives
  ///   by itself.
  init(_ run: Manifest.Run, fields: [String]) throws(SnapshotError) {
    let wanted = run.fields.isEmpty ? fields : run.fields
    var files: [any SnapshotFile] = []
    var names: [String] = []
    if wanted.isEmpty {
      let file = try SnapshotFiles.open(run.path)
      files = [file]
      names = [RunSnapshots.name(of: file)]
    } else {
      for field in wanted {
        files.append(try RunSnapshots.open(run.path, field))
        names.append(field)
      }
    }
    for (file, name) in zip(files, names).dropFirst() {
      guard file.count == files[0].count, file.facts.times == files[0].facts.times else {
        throw .mismatch(
          source: run.path, found: "\(file.count) snapshots of '\(name)'",
          expected: "\(files[0].count) at the same times as of '\(names[0])'")
      }
    }
    (self.files, self.names) = (files, names)
    mesh = files.lazy.compactMap { ($0 as? FieldSnapshots)?.mesh }.first
    notes = files.flatMap(\.facts.notes)
    guard let time = run.time else {
      steps = Array(0..<files[0].count)
      return
    }
    let times = files[0].facts.times
    guard
      let step = times.firstIndex(where: { abs($0 - time) <= 1e-9 * max(abs($0), abs(time)) })
    else {
      let shown = times.prefix(10).map { "\($0)" }.joined(separator: ", ")
      throw .refused(
        "\(run.path) has no snapshot at time \(time); "
          + (times.isEmpty
            ? "it tells no times" : "it has \(shown)" + (times.count > 10 ? ", …" : "")))
    }
    steps = [step]
  }

  /// A field by its name; an array alone has none, and takes any.
  private static func open(_ path: String, _ field: String) throws(SnapshotError)
    -> any SnapshotFile
  {
    if case .array = try SnapshotFiles.kind(of: path) {
      let isNamed = (try? ArrayFiles.open("\(path):\(field)")) != nil
      return try ArrayFiles.open(isNamed ? "\(path):\(field)" : path)
    }
    return try SnapshotFiles.open("\(path):\(field)")
  }

  private static func name(of file: any SnapshotFile) -> String {
    if let field = file as? FieldSnapshots { return field.field }
    if let field = file as? StoreSnapshots { return field.field.name }
    return "u"
  }

  /// The names of the components of each field; empty for scalars and arrays.
  func components(of place: Int) -> [String] {
    if let field = files[place] as? FieldSnapshots { return field.components }
    return (files[place] as? StoreSnapshots)?.field.components ?? []
  }

  /// The time of a step of the file, where it tells times.
  func time(ofStep step: Int) -> Double? {
    let times = files[0].facts.times
    return times.indices.contains(step) ? times[step] : nil
  }

  /// Sees that the nodes are those of a mesh, in its order or to be brought into it.
  ///
  /// - Parameter expected: What the mesh is told to be in an error.
  mutating func follow(
    _ mesh: Mesh, _ matching: NodeMatching, source: String, expected: String
  ) throws(SnapshotError) {
    guard let own = self.mesh else {
      guard matching == .coordinates else { return }
      throw .refused(
        "\(source) brings no mesh, so its nodes cannot be matched by coordinates; leave out "
          + "--match where they stand in order")
    }
    guard let difference = MeshDifference.first(in: own, from: mesh) else { return }
    let found: NodeMatch
    do throws(NodeMatch.Failure) { found = try NodeMatch(of: own, in: mesh) } catch {
      throw .mismatch(
        source: source, found: matching == .coordinates ? "\(error)" : difference,
        expected: expected)
    }
    guard matching == .coordinates else {
      throw .mismatch(
        source: source, found: difference,
        expected: "\(expected); its nodes are the same in another order, which "
          + "--match coordinates takes")
    }
    if let file = files.first(where: { ($0 as? FieldSnapshots)?.mesh == nil }) {
      throw .refused(
        "\(file.facts.source) has no nodes, so it cannot be matched by coordinates with the others")
    }
    match = found
  }

  /// The columns of a step, one per field.
  func columns(ofStep step: Int) throws(SnapshotError) -> [[Double]] {
    var columns: [[Double]] = []
    for file in files {
      let values = try file.snapshots(step..<step + 1).values
      columns.append(match?.reordered(values) ?? values)
    }
    return columns
  }
}
