internal import Files
public import Meshes
public import ModelReduction

/// Gathers the runs of a manifest in a store.
public struct SnapshotImport: Sendable {
  /// Where an import stands, for a line of progress.
  public struct Progress: Sendable {
    /// The run that has just been taken, from 1.
    public let run: Int
    /// All runs.
    public let runCount: Int
    /// Its source.
    public let source: String
    /// The snapshots in the store.
    public let snapshotCount: Int
  }

  /// The runs that were read.
  public private(set) var importedRuns = 0
  /// The runs that were in the store already.
  public private(set) var skippedRuns = 0
  /// The snapshots that were added.
  public private(set) var addedSnapshots = 0
  /// Sentences for the user, each once.
  public private(set) var notes: [String] = []
  /// The store as it is now.
  public let store: SnapshotStore

  /// Imports all runs that are not in the store yet; makes the store where there is none.
  ///
  /// Interrupted at any moment and called again, it goes on behind the last snapshot.
  ///
  /// - Parameters:
  ///   - manifest: The path of the manifest.
  ///   - path: The folder of the store.
  ///   - fields: The fields to be taken from each run; empty for what the format gives by itself
  ///     (`DISP` of CalculiX, the first field at the points of .vtu).
  ///   - mesh: The mesh with its regions, where the runs bring none or one without regions.
  ///   - matching: Whether the nodes of all runs stand in the order of the mesh (that of the first
  ///     run where none is given) or are brought into it by their coordinates.
  ///   - progress: Called after each run.
  /// - Throws: `SnapshotError`: missing files all at once with their lines; a run on another mesh
  ///   with the first difference; a source that has changed since it was imported by its name.
  public init(
    manifest: String, into path: String, fields: [String] = [], mesh: Mesh? = nil,
    matching: NodeMatching = .order, progress: (Progress) -> Void = { _ in }
  ) throws(SnapshotError) {
    let manifest = try Manifest(reading: manifest)
    let session = try ImportSession(manifest, path, fields, mesh, matching)
    for (number, run) in manifest.runs.enumerated() {
      let added = try session.take(run)
      if added > 0 { importedRuns += 1 } else { skippedRuns += 1 }
      addedSnapshots += added
      progress(
        Progress(
          run: number + 1, runCount: manifest.runs.count, source: run.source,
          snapshotCount: session.writer.entries.count))
    }
    var seen: Set<String> = []
    notes = session.notes.filter { seen.insert($0).inserted }
    store = try SnapshotStore(reading: path)
  }
}

/// An import that is going on.
private final class ImportSession {
  let writer: StoreWriter
  private(set) var notes: [String]
  private let manifest: Manifest
  private let fields: [String]
  private let mesh: Mesh?
  private let matching: NodeMatching
  /// For each source the snapshots that are in the store.
  private var stored: [String: [StoreEntry]] = [:]

  init(
    _ manifest: Manifest, _ path: String, _ fields: [String], _ mesh: Mesh?,
    _ matching: NodeMatching
  ) throws(SnapshotError) {
    (self.manifest, self.matching) = (manifest, matching)
    if FileBytes.isReadable("\(path)/\(StoreLayout.description)") {
      writer = try StoreWriter(opening: path)
      notes = writer.notes
      let description = writer.description
      guard description.parameterNames == manifest.parameterNames else {
        throw .mismatch(
          source: manifest.path,
          found: "the parameters \(manifest.parameterNames.joined(separator: ", "))",
          expected: "those of \(path): \(description.parameterNames.joined(separator: ", "))")
      }
      let names = description.fields.map(\.name)
      guard fields.isEmpty || fields == names else {
        throw .mismatch(
          source: path, found: "the fields \(fields.joined(separator: ", ")) asked for",
          expected: "those of the store: \(names.joined(separator: ", "))")
      }
      self.fields = names
      self.mesh = try SnapshotStore(reading: path).mesh()
      for entry in writer.entries { stored[entry.source, default: []].append(entry) }
      return
    }
    let first = manifest.runs[0]
    var run = try RunSnapshots(first, fields: fields)
    var described: [StoreField] = []
    for (place, name) in run.names.enumerated() {
      described.append(
        StoreField(
          name: name, components: run.components(of: place),
          dimension: run.files[place].dimension, precision: run.files[place].precision,
          taken: described.map(\.file)))
    }
    if let mesh {
      try run.follow(mesh, matching, source: first.path, expected: "the mesh that was given")
    }
    self.mesh = mesh ?? run.mesh
    self.fields = fields
    notes = self.mesh == nil ? ["The runs have no mesh: the store holds the snapshots alone."] : []
    guard described.allSatisfy({ $0.dimension > 0 }) else { throw .empty(source: first.path) }
    writer = try StoreWriter(
      creating: path,
      StoreDescription(fields: described, parameterNames: manifest.parameterNames),
      mesh: self.mesh)
  }

  /// Adds what is missing of a run.
  ///
  /// - Returns: How many snapshots were added.
  func take(_ run: Manifest.Run) throws(SnapshotError) -> Int {
    let hash = try SourceHash.of(run.path)
    let known = stored[run.storedSource] ?? []
    if let first = known.first {
      guard first.sourceHash == hash else {
        throw .refused(
          "\(manifest.path):\(run.line): \(run.source) has changed since it was imported into "
            + "\(writer.path); import it under another name, or all runs into a new store")
      }
      guard first.parameters == run.parameters else {
        let before = first.parameters.map { "\($0)" }.joined(separator: ", ")
        throw .refused(
          "\(manifest.path):\(run.line): \(run.source) is in \(writer.path) with the parameters "
            + "(\(before)), which differ from those of this line")
      }
      if known.count >= first.stepCount { return 0 }
    }
    var source = try RunSnapshots(run, fields: fields)
    try check(&source, run)
    notes += source.notes
    let rest = source.steps.dropFirst(known.count)
    for (place, step) in zip(known.count..., rest) {
      try writer.append(
        try source.columns(ofStep: step),
        StoreEntry(
          parameters: run.parameters, time: source.time(ofStep: step), source: run.storedSource,
          sourceHash: hash, step: place, stepCount: source.steps.count))
    }
    return rest.count
  }

  private func check(_ source: inout RunSnapshots, _ run: Manifest.Run) throws(SnapshotError) {
    let place = "\(manifest.path):\(run.line): \(run.source)"
    let described = writer.description.fields
    guard source.files.count == described.count else {
      throw .mismatch(
        source: place, found: "\(source.files.count) fields",
        expected: described.map(\.name).joined(separator: ", "))
    }
    if let mesh {
      try source.follow(
        mesh, matching, source: place, expected: "the mesh of \(manifest.runs[0].source)")
    }
    for (file, field) in zip(source.files, described) where file.dimension != field.dimension {
      throw .mismatch(
        source: place, found: "\(file.dimension) numbers in \(field.name)",
        expected: "\(field.dimension)")
    }
  }
}
