internal import Files
internal import LinearAlgebra
public import Meshes
public import ModelReduction

/// Snapshots in a folder that only grows and survives being killed at any moment.
///
/// | file | content |
/// |---|---|
/// | `store.json` | fields, components, names of parameters, fingerprint of the mesh |
/// | `mesh.msh` | the mesh with its regions, where there is one |
/// | `<field>.npy` | one column per snapshot; numpy maps it as it is |
/// | `journal` | a line per snapshot: parameters, time, source with hash, checksums of the columns |
///
/// A snapshot is in the store when its line is in the journal: its columns were brought to the disk
/// before. Reading goes on while another process adds; a reader sees what was there when it opened.
public struct SnapshotStore: Sendable {
  /// The folder.
  public let path: String
  /// Fields, parameters and mesh.
  public let description: StoreDescription
  /// The snapshots, in the order in which they were added.
  public let entries: [StoreEntry]
  /// What a process that was killed has left, a sentence each.
  public let notes: [String]

  /// m.
  public var count: Int { entries.count }

  /// Opens a store.
  ///
  /// - Throws: `SnapshotError` for what is no store, or damaged beyond what being killed explains.
  public init(reading path: String) throws(SnapshotError) {
    self.path = path
    description = try StoreDescription(in: path)
    let content = try StoreContent(of: path, description)
    (entries, notes) = (content.entries, content.notes)
  }

  /// The field of a name, or the only one.
  ///
  /// - Throws: `SnapshotError.refused` with the fields there are.
  public func field(_ name: String?) throws(SnapshotError) -> StoreField {
    description.fields[
      try SnapshotError.choice(
        name, of: description.fields.map(\.name), in: path, called: "field")]
  }

  /// The snapshots of a field; any part of them costs its size.
  ///
  /// - Parameter name: nil takes the only field.
  /// - Throws: `SnapshotError.refused` with the fields there are.
  public func snapshots(of name: String? = nil) throws(SnapshotError) -> StoreSnapshots {
    let field = try field(name)
    do throws(FileError) {
      return StoreSnapshots(
        self, field, try ReadableFile("\(path)/\(field.file)", change: .growing))
    } catch { throw .file(error) }
  }

  /// The mesh with its regions; nil where the snapshots have none.
  ///
  /// - Throws: `SnapshotError` if it is missing or is not the one that was stored.
  public func mesh() throws(SnapshotError) -> Mesh? {
    guard let hash = description.meshHash else { return nil }
    let file = "\(path)/\(StoreLayout.mesh)"
    var notes: [String] = []
    let mesh = try SnapshotError.ofMesh { () throws(MeshError) in
      try Mesh(reading: file, notes: &notes)
    }
    guard mesh.hash == hash else {
      throw .mismatch(
        source: file, found: "a mesh of fingerprint \(mesh.hash)", expected: "\(hash)")
    }
    return mesh
  }

  /// The runs: the snapshots of each follow one another, from one source and at one parameter.
  public var runs: [Range<Int>] {
    var runs: [Range<Int>] = []
    for (k, entry) in entries.enumerated() {
      if k > 0, entries[k - 1].source == entry.source,
        entries[k - 1].parameters == entry.parameters, entry.step > entries[k - 1].step
      {
        runs[runs.count - 1] = runs[runs.count - 1].lowerBound..<k + 1
      } else {
        runs.append(k..<k + 1)
      }
    }
    return runs
  }

  /// The parameters of all snapshots.
  public var parameters: [Parameter] { entries.map { Parameter($0.parameters) } }

  /// Reads every column and compares its checksum.
  ///
  /// - Returns: A sentence for each column that is damaged, with its source.
  /// - Throws: `SnapshotError.file` if a file cannot be read at all.
  public func verify() throws(SnapshotError) -> [String] {
    var damages: [String] = []
    do throws(FileError) {
      for (place, field) in description.fields.enumerated() {
        let file = try ReadableFile("\(path)/\(field.file)", change: .growing)
        for (number, entry) in entries.enumerated() {
          let bytes = try file.read(
            at: StoreLayout.offset(field.dimension, number), count: 8 * field.dimension)
          guard Checksum.of(bytes) != entry.checksums[place] else { continue }
          damages.append(
            "\(field.file): snapshot \(number + 1) of \(entries.count) (\(entry.source), step "
              + "\(entry.step + 1)) has changed since it was written.")
        }
      }
    } catch { throw .file(error) }
    return damages
  }
}
