internal import Files

/// A file and the part of it that is meant: `runs.h5:/u`, `runs.npz:a`, or the file alone.
public struct FilePart: Sendable, Hashable, CustomStringConvertible {
  /// The path of the file.
  public let path: String
  /// What stands behind the colon.
  public let part: String?

  /// A part of a file.
  public init(path: String, part: String?) { (self.path, self.part) = (path, part) }

  /// What a text means: a file of this very name, if there is one, or else one before a colon.
  public init(_ text: String) {
    if !FileBytes.isReadable(text), let colon = text.lastIndex(of: ":") {
      let path = String(text[..<colon])
      if FileBytes.isReadable(path) {
        self.init(path: path, part: String(text[text.index(after: colon)...]))
        return
      }
    }
    self.init(path: text, part: nil)
  }

  /// The text again.
  public var description: String { part.map { "\(path):\($0)" } ?? path }
}

/// Snapshots in files of numbers: .npy, .npz, HDF5, MatrixMarket, tables, compressed snapshots. The format is told by the
/// first bytes, not by the name.
public enum ArrayFiles {
  /// Opens one file.
  ///
  /// - Parameters:
  ///   - text: A path, with the name of an array or dataset behind a colon where there are several.
  ///   - orientation: Whether the snapshots are the columns or the rows of its matrix.
  /// - Throws: `SnapshotError` that names the file and the place in it.
  public static func open(
    _ text: String, orientation: SnapshotOrientation = .columns
  ) throws(SnapshotError) -> any SnapshotFile {
    let place = FilePart(text)
    let head: [UInt8]
    do throws(FileError) {
      let file = try ReadableFile(place.path)
      head = try file.read(at: 0, count: min(8, file.size))
    } catch { throw .file(error) }
    if head.starts(with: [0x50, 0x4B, 3, 4]) || head.starts(with: [0x50, 0x4B, 5, 6]) {
      return try NumpySnapshots(
        archive: place.path, array: place.part, orientation: orientation)
    }
    if head.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) {
      return try HDF5Snapshots(
        reading: place.path, dataset: place.part, orientation: orientation)
    }
    if let part = place.part {
      throw .refused("\(place.path) has no parts, so '\(part)' cannot be taken from it")
    }
    if head.starts(with: [0x93] + Array("NUMPY".utf8)) {
      return try NumpySnapshots(reading: place.path, orientation: orientation)
    }
    if head.starts(with: CompressedSnapshotFile.magic) {
      return try CompressedSnapshotFile(reading: place.path)
    }
    if head.starts(with: [0x1F, 0x8B]) {
      throw .format(
        .unsupported(
          at: FilePlace(file: place.path, position: .file), feature: "a packed file (.gz) is",
          cure: "unpack it first"))
    }
    return try TextSnapshots(reading: place.path, orientation: orientation)
  }

  /// Opens several files side by side.
  ///
  /// - Throws: As for one file, and `SnapshotError.mismatch` where lengths differ.
  public static func open(
    _ texts: [String], orientation: SnapshotOrientation = .columns
  ) throws(SnapshotError) -> JoinedSnapshots {
    var files: [any SnapshotFile] = []
    files.reserveCapacity(texts.count)
    for text in texts { files.append(try open(text, orientation: orientation)) }
    return try JoinedSnapshots(files)
  }

  /// The names of the arrays of an archive or of the datasets of an HDF5 file; empty for a file that
  /// is one array.
  ///
  /// - Throws: `SnapshotError` for files that cannot be read.
  public static func parts(of path: String) throws(SnapshotError) -> [String] {
    let file: ReadableFile
    let head: [UInt8]
    do throws(FileError) {
      file = try ReadableFile(path)
      head = try file.read(at: 0, count: min(8, file.size))
    } catch { throw .file(error) }
    if head.starts(with: [0x50, 0x4B]) {
      return try SnapshotError.of { () throws(FormatError) in
        try ZipArchive(file).members.map(\.name).filter { $0.hasSuffix(".npy") }
          .map { String($0.dropLast(4)) }
      }
    }
    if head.starts(with: [0x89, 0x48, 0x44, 0x46]) { return try HDF5Snapshots.names(in: path) }
    return []
  }
}
