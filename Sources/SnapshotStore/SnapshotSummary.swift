internal import Files
public import ModelReduction

/// What a file or folder of snapshots holds, for whoever asks before choosing a part of it.
public struct SnapshotSummary: Sendable, Hashable {
  /// One entry for each array, dataset, field or list.
  public private(set) var parts: [SnapshotFacts] = []
  /// Why other parts cannot be snapshots, a sentence each.
  public private(set) var refused: [String] = []
  /// The names of the parameters of a store.
  public private(set) var parameterNames: [String] = []
  /// Sentences for the user, each once.
  public private(set) var notes: [String] = []

  /// Looks at a file or folder without reading more numbers than it must.
  ///
  /// - Parameters:
  ///   - path: Its path, with or without a part behind a colon.
  ///   - orientation: Whether the snapshots are the columns or the rows of arrays.
  /// - Throws: `SnapshotError` if nothing in it can be read.
  public init(
    of path: String, orientation: SnapshotOrientation = .columns
  ) throws(SnapshotError) {
    let place = SnapshotFiles.part(path)
    let names = try SnapshotSummary.names(in: place)
    var failure: SnapshotError?
    for name in names {
      do throws(SnapshotError) {
        let text = name.map { "\(place.path):\($0)" } ?? place.path
        let file = try SnapshotFiles.open(text, orientation: orientation)
        parts.append(file.facts)
      } catch {
        failure = error
        refused.append("\(error)")
      }
    }
    if parts.isEmpty, let failure { throw failure }
    if let store = try? SnapshotStore(reading: place.path) {
      parameterNames = store.description.parameterNames
    }
    var seen: Set<String> = []
    notes = parts.flatMap(\.notes).filter { seen.insert($0).inserted }
  }

  /// The parts of a file, as they are named behind a colon; nil stands for the whole.
  private static func names(in place: FilePart) throws(SnapshotError) -> [String?] {
    if let part = place.part { return [part] }
    if Folder.exists(place.path) {
      guard FileBytes.isReadable("\(place.path)/\(StoreLayout.description)") else { return [nil] }
      return try SnapshotStore(reading: place.path).description.fields.map(\.name)
    }
    switch try SnapshotFiles.kind(of: place.path) {
    case .frd: return try FRDFile(reading: place.path).fieldNames
    case .dat: return try DATFile(reading: place.path).names
    case .vtu, .pvd, .xdmf: return try SnapshotFiles.open(place.path).facts.choices
    case .array:
      let parts = try ArrayFiles.parts(of: place.path)
      return parts.isEmpty ? [nil] : parts
    }
  }
}
