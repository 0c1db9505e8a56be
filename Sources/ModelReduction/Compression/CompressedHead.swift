internal import Files
internal import LinearAlgebra

/// What stands at the beginning of a file of compressed snapshots.
struct CompressedHead {
  let dimension: Int
  let count: Int
  /// Vectors are empty here: they follow.
  let form: FieldForm
  let normName: String

  init(dimension: Int, count: Int, form: FieldForm, normName: String) {
    (self.dimension, self.count, self.form, self.normName) = (dimension, count, form, normName)
  }

  func write(into bytes: inout ByteWriter) {
    var content = ByteWriter()
    content.append(dimension)
    content.append(count)
    let words = form.headWords
    content.append(words.count)
    for word in words { content.append(word) }
    let name = Array(normName.utf8.prefix(CompressedHead.longestName))
    content.append(name.count)
    content.append(name)
    bytes.append(CompressedSnapshotFile.magic)
    bytes.append(CompressedSnapshotFile.version)
    bytes.append(content.bytes.count)
    bytes.append(content.bytes)
    bytes.append(Checksum.of(bytes.bytes))
  }

  private static let longestName = 1024
  private static let longest = 2048

  /// Reads and verifies it.
  init(_ parts: inout CheckedParts) throws(SnapshotError) {
    let start = try parts.unchecked(24, "a head")
    var reader = ByteReader(start[8...])
    guard start.starts(with: CompressedSnapshotFile.magic) else {
      throw parts.damage("other bytes", "the magic of compressed snapshots")
    }
    guard let version = reader.count(atMost: .max), version > 0 else {
      throw parts.damage("an impossible version", "version 1")
    }
    guard version <= CompressedSnapshotFile.version else {
      throw .format(
        .unsupported(
          at: FilePlace(file: parts.file.path, position: .byte(8)),
          feature: "version \(version) of compressed snapshots is",
          cure: "read it with the release that wrote it"))
    }
    guard let length = reader.count(atMost: CompressedHead.longest) else {
      throw parts.damage("an impossible length of the head", "at most \(CompressedHead.longest)")
    }
    let content = try parts.part(length, "the head", after: start)
    reader = ByteReader(content[...])
    // zlib shrinks by 1032 at most, so a snapshot of quantised numbers bounds its length; constant
    // ones have a limit of their own. A larger claim would only make the reader allocate.
    let mostEntries = max(FieldForm.longestConstant, 1040 * (parts.size + 16))
    guard let dimension = reader.count(atMost: mostEntries), dimension > 0,
      let count = reader.count(atMost: parts.size / CompressedRecord.size),
      let wordCount = reader.count(atMost: 8)
    else { throw parts.damage("impossible sizes in the head", "sizes that fit the file") }
    var words: [Int] = []
    for _ in 0..<wordCount {
      guard let word = reader.count(atMost: mostEntries) else {
        throw parts.damage("an impossible form in the head", "a grid, a basis or entries")
      }
      words.append(word)
    }
    guard let form = FieldForm(words, dimension: dimension, byteCount: parts.size) else {
      throw parts.damage("an impossible form in the head", "a grid, a basis or entries")
    }
    guard let nameLength = reader.count(atMost: CompressedHead.longestName),
      let name = reader.bytes(nameLength), reader.remaining.isEmpty
    else { throw parts.damage("an impossible name in the head", "the name of a norm") }
    self.init(
      dimension: dimension, count: count, form: form,
      normName: String(decoding: name, as: UTF8.self))
  }
}

extension FieldForm {
  /// A number for the form, and its sizes.
  var headWords: [Int] {
    switch self {
    case .entries: [0]
    case .grid(let transform, let count): [1, count] + transform.grid.shape
    case .vectors(let vectors): [2, vectors.columnCount]
    }
  }

  /// The form in a head, without the vectors of a basis; nil where its sizes do not fit.
  init?(_ words: [Int], dimension: Int, byteCount: Int) {
    switch words.first {
    case 0 where words.count == 1: self = .entries(dimension: dimension)
    case 1 where (3...5).contains(words.count):
      var product = 1
      for word in words.dropFirst() {
        let (next, overflow) = product.multipliedReportingOverflow(by: word)
        guard !overflow, word > 0 else { return nil }
        product = next
      }
      guard product == dimension else { return nil }
      self = .grid(
        MultilevelTransform(TensorGrid(shape: Array(words.dropFirst(2)))), fieldCount: words[1])
    case 2 where words.count == 2:
      let (count, overflow) = words[1].multipliedReportingOverflow(by: dimension)
      guard !overflow, count <= byteCount / 8 else { return nil }
      self = .vectors(DenseMatrix(rowCount: 0, columnCount: words[1]))
    default: return nil
    }
  }

  /// "a grid of 65 × 65 nodes" and the like.
  var words: String {
    switch self {
    case .entries: "single entries"
    case .grid(let transform, let count):
      (count > 1 ? "\(count) fields on " : "") + "a grid of "
        + transform.grid.shape.map(String.init).joined(separator: " × ") + " nodes"
    case .vectors(let vectors): "coordinates in \(vectors.columnCount) vectors"
    }
  }
}

/// A file read from its beginning in parts, each followed by its checksum.
struct CheckedParts {
  let file: ReadableFile
  private(set) var offset = 0
  var size: Int { file.size }

  init(_ path: String) throws(SnapshotError) {
    do throws(FileError) { file = try ReadableFile(path) } catch { throw .file(error) }
  }

  func damage(_ found: String, _ expected: String) -> SnapshotError {
    .format(
      .malformed(
        at: FilePlace(file: file.path, position: .byte(offset)), found: found, expected: expected))
  }

  /// The next bytes.
  mutating func unchecked(_ count: Int, _ what: String) throws(SnapshotError) -> [UInt8] {
    guard count >= 0, count <= size - offset else { throw damage("the end of the file", what) }
    do throws(FileError) {
      let bytes = try file.read(at: offset, count: count)
      offset += count
      return bytes
    } catch { throw .file(error) }
  }

  /// The next bytes, whose checksum, which may begin before them, stands behind them.
  mutating func part(
    _ count: Int, _ what: String, after start: [UInt8] = []
  ) throws(SnapshotError) -> [UInt8] {
    guard count <= size - offset - 8 else { throw damage("the end of the file", what) }
    let bytes = try unchecked(count + 8, what)
    var reader = ByteReader(bytes[count...])
    guard reader.word() == Checksum.of(start + bytes[..<count]) else {
      throw damage("damaged bytes", what)
    }
    return Array(bytes[..<count])
  }
}
