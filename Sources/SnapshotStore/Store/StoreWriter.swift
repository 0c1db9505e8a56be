internal import Files
internal import LinearAlgebra
public import Meshes
public import ModelReduction

/// Adds snapshots to a store; one process at a time holds the right to.
///
/// A snapshot takes three steps: its columns are written behind the others and brought to the disk;
/// then its line in the journal; then the heads of the arrays, for numpy. Killed before the second
/// step is done, the snapshot is not in the store, and its traces are cut off when the store is
/// opened the next time; killed after it, the heads are mended then.
public final class StoreWriter {
  /// The folder.
  public let path: String
  /// Fields, parameters and mesh.
  public let description: StoreDescription
  /// The snapshots so far.
  public private(set) var entries: [StoreEntry]
  /// What a process that was killed had left, a sentence each.
  public let notes: [String]
  private let lock: FolderLock
  private let columns: [UpdatableFile]
  private let journal: UpdatableFile
  private var journalSize: Int

  /// Makes a store.
  ///
  /// `store.json` is written last: a folder without it holds no store, and is made anew.
  ///
  /// - Parameters:
  ///   - path: A folder that does not hold a store yet.
  ///   - description: Fields and parameters.
  ///   - mesh: What the values belong to.
  /// - Throws: `SnapshotError.refused` if there is a store already, `file` with the system's reason.
  public init(
    creating path: String, _ description: StoreDescription, mesh: Mesh? = nil
  ) throws(SnapshotError) {
    self.path = path
    precondition(!description.fields.isEmpty, "a store without fields")
    do throws(FileError) {
      try Folder.make(path)
      lock = try FolderLock(path, cure: "wait until it ends")
    } catch { throw .file(error) }
    guard !FileBytes.isReadable("\(path)/\(StoreLayout.description)") else {
      throw .refused("\(path) holds a snapshot store already")
    }
    var complete = description
    if let mesh { complete.meshHash = try StoreWriter.store(mesh, in: path) }
    do throws(FileError) {
      journal = try UpdatableFile("\(path)/\(StoreLayout.journal)", .emptied)
      try journal.synchronize()
      var files: [UpdatableFile] = []
      for field in complete.fields {
        let file = try UpdatableFile("\(path)/\(field.file)", .emptied)
        try file.write(NumpyHead.bytes(shape: [field.dimension, 0]), at: 0)
        try file.synchronize()
        files.append(file)
      }
      columns = files
    } catch { throw .file(error) }
    try complete.write(in: path)
    self.description = complete
    (entries, notes, journalSize) = ([], [], 0)
  }

  /// Opens a store to add to it; the traces of a process that was killed are removed.
  ///
  /// - Throws: `SnapshotError` for what is no store, is damaged, or is being written to.
  public init(opening path: String) throws(SnapshotError) {
    self.path = path
    description = try StoreDescription(in: path)
    do throws(FileError) { lock = try FolderLock(path, cure: "wait until it ends") } catch {
      throw .file(error)
    }
    let content = try StoreContent(of: path, description)
    (entries, notes, journalSize) = (content.entries, content.notes, content.journalSize)
    do throws(FileError) {
      journal = try UpdatableFile("\(path)/\(StoreLayout.journal)", .existing)
      try journal.setSize(journalSize)
      try journal.synchronize()
      var files: [UpdatableFile] = []
      for field in description.fields {
        let file = try UpdatableFile("\(path)/\(field.file)", .existing)
        try file.setSize(StoreLayout.offset(field.dimension, entries.count))
        try file.write(NumpyHead.bytes(shape: [field.dimension, entries.count]), at: 0)
        try file.synchronize()
        files.append(file)
      }
      columns = files
    } catch { throw .file(error) }
  }

  /// Adds a snapshot; when this returns it is on the disk.
  ///
  /// - Parameters:
  ///   - values: One column per field, in the order of the description.
  ///   - entry: What it belongs to.
  /// - Throws: `SnapshotError.mismatch` for columns of another length, `notFinite` for NaN, `file`
  ///   with the system's reason; the store then holds what it held before.
  public func append(_ values: [[Double]], _ entry: StoreEntry) throws(SnapshotError) {
    try check(values, entry)
    let number = entries.count
    var complete = entry
    complete.checksums = values.map { Checksum.of($0[...]) }
    do throws(FileError) {
      for (place, field) in description.fields.enumerated() {
        try columns[place].write(
          values[place][...], at: StoreLayout.offset(field.dimension, number))
      }
      for file in columns { try file.synchronize() }
      let line = complete.line(number + 1)
      try journal.write(line, at: journalSize)
      try journal.synchronize()
      journalSize += line.count
      entries.append(complete)
      for (place, field) in description.fields.enumerated() {
        try columns[place].write(
          NumpyHead.bytes(shape: [field.dimension, number + 1]), at: 0)
      }
    } catch { throw .file(error) }
  }

  private func check(_ values: [[Double]], _ entry: StoreEntry) throws(SnapshotError) {
    func refused(_ found: String, _ expected: String) -> SnapshotError {
      .mismatch(source: path, found: found, expected: expected)
    }
    guard values.count == columns.count else {
      throw refused("\(values.count) columns", "\(columns.count), one per field")
    }
    guard entry.parameters.count == description.parameterNames.count else {
      throw refused(
        "\(entry.parameters.count) parameters", "\(description.parameterNames.count)")
    }
    if let bad = (entry.parameters + [entry.time ?? 0]).first(where: { !$0.isFinite }) {
      throw .refused("\(entry.source): the parameters or the time hold \(bad)")
    }
    for (field, column) in zip(description.fields, values) {
      guard column.count == field.dimension else {
        throw refused("\(column.count) numbers in \(field.name)", "\(field.dimension)")
      }
      if let bad = column.firstNotFinite {
        throw .notFinite(
          value: column[bad], row: bad, snapshot: entry.step,
          source: "\(entry.source):\(field.name)")
      }
    }
  }

  /// Writes the mesh and reads it again, so that what is stored is known to come back.
  private static func store(_ mesh: Mesh, in path: String) throws(SnapshotError) -> String {
    let file = "\(path)/\(StoreLayout.mesh)"
    var notes: [String] = []
    let stored = try SnapshotError.ofMesh { () throws(MeshError) in
      _ = try mesh.write(to: file, as: .gmsh(.fourOne))
      return try Mesh(reading: file, notes: &notes)
    }
    if let difference = MeshDifference.first(in: stored, from: mesh) {
      throw .refused("\(file): the mesh does not come back as it was written: \(difference)")
    }
    return stored.hash
  }
}
