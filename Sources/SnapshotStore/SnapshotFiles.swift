internal import Files
internal import Meshes
public import ModelReduction

/// Snapshots from files of any kind that is read: arrays (.npy, .npz, HDF5, MatrixMarket, tables),
/// fields (.vtu, .pvtu, .pvd, .xdmf, CalculiX .frd and .dat), folders of Ritz runs, snapshot stores.
///
/// The kind is told by the content. A part is named behind a colon: `run.frd:STRESS`,
/// `runs.h5:/u`, `sweep.store:DISP`.
public enum SnapshotFiles {
  /// Opens files, their snapshots side by side in the order of the files.
  ///
  /// - Parameters:
  ///   - texts: Paths, with parts behind colons where needed.
  ///   - orientation: Whether the snapshots are the columns or the rows of arrays; fields and stores
  ///     know it themselves.
  /// - Throws: `SnapshotError`: of other lengths or meshes both files are named.
  public static func open(
    _ texts: [String], orientation: SnapshotOrientation = .columns
  ) throws(SnapshotError) -> JoinedSnapshots {
    var files: [any SnapshotFile] = []
    var place = 0
    while place < texts.count {
      // Consecutive .vtu files with the same part are one series: their mesh is built once.
      var run: [FilePart] = []
      while place + run.count < texts.count {
        let next = part(texts[place + run.count])
        guard next.path.lowercased().hasSuffix(".vtu"), run.isEmpty || run[0].part == next.part
        else { break }
        run.append(next)
      }
      if run.count > 1 {
        files.append(try FieldSnapshots(vtu: run.map(\.path), field: run[0].part))
        place += run.count
      } else {
        files.append(try open(texts[place], orientation: orientation))
        place += 1
      }
    }
    try checkMeshes(files)
    return try JoinedSnapshots(files)
  }

  /// Opens one file or folder.
  ///
  /// - Throws: `SnapshotError` that names the file and the place in it.
  public static func open(
    _ text: String, orientation: SnapshotOrientation = .columns
  ) throws(SnapshotError) -> any SnapshotFile {
    let place = part(text)
    if Folder.exists(place.path) { return try folder(place) }
    switch try kind(of: place.path) {
    case .frd: return try FieldSnapshots(frd: place.path, field: place.part)
    case .dat: return try FieldSnapshots(dat: place.path, field: place.part)
    case .vtu: return try FieldSnapshots(vtu: [place.path], field: place.part)
    case .pvd: return try FieldSnapshots(pvd: place.path, field: place.part)
    case .xdmf: return try FieldSnapshots(xdmf: place.path, field: place.part)
    case .array: return try ArrayFiles.open(text, orientation: orientation)
    }
  }

  /// A file or a folder and the part of it that is meant.
  static func part(_ text: String) -> FilePart {
    let place = FilePart(text)
    guard place.part == nil, !FileBytes.isReadable(text), let colon = text.lastIndex(of: ":")
    else { return place }
    let path = String(text[..<colon])
    guard Folder.exists(path) else { return place }
    return FilePart(path: path, part: String(text[text.index(after: colon)...]))
  }

  enum Kind {
    case frd
    case dat
    case vtu
    case pvd
    case xdmf
    case array
  }

  /// What the first bytes tell; tables of numbers may begin with anything.
  static func kind(of path: String) throws(SnapshotError) -> Kind {
    let head: [UInt8]
    do throws(FileError) {
      let file = try ReadableFile(path)
      head = try file.read(at: 0, count: min(4096, file.size))
    } catch { throw .file(error) }
    let text = String(decoding: head, as: UTF8.self)
    let start = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    if start.hasPrefix("<") {
      if text.contains("<Xdmf") { return .xdmf }
      if text.contains("\"Collection\"") || text.contains("'Collection'") { return .pvd }
      return .vtu
    }
    if text.hasPrefix("    1C") { return .frd }
    if head.first == 10 || head.first == 13 || path.lowercased().hasSuffix(".dat"),
      text.contains(" for set "), text.contains(" time ")
    {
      return .dat
    }
    return .array
  }

  /// The snapshots of a store, or of the fields that a run has written.
  private static func folder(_ place: FilePart) throws(SnapshotError) -> any SnapshotFile {
    if FileBytes.isReadable("\(place.path)/\(StoreLayout.description)") {
      return try SnapshotStore(reading: place.path).snapshots(of: place.part)
    }
    for name in ["fields/queries.pvd", "queries.pvd"] {
      let path = "\(place.path)/\(name)"
      if FileBytes.isReadable(path) {
        return try FieldSnapshots(pvd: path, field: place.part)
      }
    }
    throw .refused(
      "\(place.path) is neither a snapshot store (store.json) nor the folder of a run with fields "
        + "(fields/queries.pvd)")
  }

  /// Refuses fields on different meshes, even where their lengths agree.
  private static func checkMeshes(_ files: [any SnapshotFile]) throws(SnapshotError) {
    let fields = files.compactMap { $0 as? FieldSnapshots }
    guard let first = fields.first(where: { $0.mesh != nil }), let expected = first.mesh else {
      return
    }
    for field in fields {
      guard let mesh = field.mesh,
        let difference = MeshDifference.first(in: mesh, from: expected)
      else { continue }
      throw .mismatch(
        source: field.facts.source, found: difference,
        expected: "the mesh of \(first.facts.source)")
    }
  }
}
