internal import Files
internal import Meshes
internal import ModelReduction

/// The fingerprint of a run: of its file and, where that only lists others, of these too.
enum SourceHash {
  /// The SHA-256 of a file that holds its numbers itself; else that of the list of the hashes of all
  /// files concerned.
  static func of(_ path: String) throws(SnapshotError) -> String {
    do throws(FileError) {
      let files = try files(of: path)
      if files.count == 1 { return try ContentHash.hexadecimal(ofFile: files[0]) }
      var all = ContentHash()
      for file in files { all.add(try ContentHash.hexadecimal(ofFile: file)) }
      return all.hexadecimal()
    } catch { throw .file(error) }
  }

  private static func files(of path: String) throws(FileError) -> [String] {
    if Folder.exists(path) {
      let lists = [StoreLayout.journal, "fields/queries.pvd", "queries.pvd"].map { "\(path)/\($0)" }
      guard let list = lists.first(where: FileBytes.isReadable) else {
        throw FileError(path: path, operation: "read", reason: "it is a folder without snapshots")
      }
      return try files(of: list)
    }
    let folder = Folder.prefix(of: path)
    func placed(_ name: String) -> String { name.hasPrefix("/") ? name : folder + name }
    switch try? SnapshotFiles.kind(of: path) {
    case .pvd:
      guard let series = try? PVDFile(reading: path) else { return [path] }
      var all = [path]
      for step in series.steps {
        let file = placed(step.file)
        all += [file] + PVTUFile.pieces(ofFileAt: file)
      }
      return all
    case .vtu: return [path] + PVTUFile.pieces(ofFileAt: path)
    case .xdmf:
      // Arrays stand in HDF5 files, as `file.h5:/path`.
      let text = String(decoding: try FileBytes.read(path, limit: .max), as: UTF8.self)
      var names: Set<String> = []
      for word in text.split(whereSeparator: { $0.isWhitespace || $0 == "<" || $0 == ">" }) {
        guard let colon = word.firstRange(of: ":/") else { continue }
        let name = placed(String(word[..<colon.lowerBound]))
        if FileBytes.isReadable(name) { names.insert(name) }
      }
      return [path] + names.sorted()
    default: return [path]
    }
  }
}
