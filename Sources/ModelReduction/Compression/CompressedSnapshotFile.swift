internal import Files
public import LinearAlgebra

/// Compressed snapshots in a file, unpacked when read.
///
/// Little-endian words of eight bytes: magic, version, length of the head, N, m, form, name of the
/// norm, checksum; the vectors of a basis with a checksum; a table of length, checksum, tolerance,
/// error, size and distance of each snapshot with a checksum; the packed snapshots.
public struct CompressedSnapshotFile: SnapshotFile {
  /// How a file begins.
  public static let magic: [UInt8] = [0x8D, 0x52, 0x54, 0x5A, 0x43, 0x0D, 0x0A, 0x1A]
  static let version = 1

  /// What the file says of itself.
  public let facts: SnapshotFacts
  /// "maximum", or the name of the product in which errors are measured.
  public let normName: String
  private let file: ReadableFile
  private let form: FieldForm
  private let records: [CompressedRecord]
  /// Where each packed snapshot begins.
  private let offsets: [Int]

  /// τ of each snapshot, in the norm.
  public var tolerances: [Double] { records.map(\.tolerance) }
  /// What is certainly not less than the error of each snapshot, in the norm.
  public var errors: [Double] { records.map(\.error) }
  /// A snapshot is unpacked as a whole.
  public var access: SnapshotAccess { .wholeSnapshots }

  /// A file that was written by `CompressedSnapshots`.
  ///
  /// - Throws: `SnapshotError.format` with the byte concerned where it is damaged or newer, `file`
  ///   where it cannot be read.
  public init(reading path: String) throws(SnapshotError) {
    var parts = try CheckedParts(path)
    let head = try CompressedHead(&parts)
    var form = head.form
    if case .vectors(let none) = form {
      let count = none.columnCount * head.dimension
      let bytes = try parts.part(8 * count, "the vectors of the basis")
      var reader = ByteReader(bytes[...])
      var values: [Double] = []
      values.reserveCapacity(count)
      while let value = reader.number() { values.append(value) }
      form = .vectors(
        try DenseMatrix(rowCount: head.dimension, columnCount: none.columnCount, values: values)
          .checkedFinite(firstRow: 0, firstSnapshot: 0, source: "\(path), basis"))
    }
    let table = try parts.part(CompressedRecord.size * head.count, "the table of snapshots")
    var reader = ByteReader(table[...])
    var (records, offsets) = ([CompressedRecord](), [Int]())
    var offset = parts.offset
    for _ in 0..<head.count {
      guard let record = CompressedRecord(&reader, limit: parts.size - offset) else {
        throw parts.damage("an impossible entry in the table of snapshots", "a sound one")
      }
      records.append(record)
      offsets.append(offset)
      offset += record.length
    }
    guard offset == parts.size else {
      throw parts.damage("\(parts.size) bytes in the file", "\(offset)")
    }
    (file, self.form, self.records, self.offsets) = (parts.file, form, records, offsets)
    normName = head.normName
    var facts = SnapshotFacts(
      source: path, format: "compressed snapshots", dimension: head.dimension, count: head.count,
      storage: "\(form.words), packed \(CompressedSnapshotFile.factor(head, parts.size)) times",
      precision: records.precision)
    let worst = records.map(\.error).max() ?? 0
    facts.notes = ["Their error is at most \(worst) in the norm '\(head.normName)'."]
    self.facts = facts
  }

  private static func factor(_ head: CompressedHead, _ size: Int) -> Double {
    (80 * Double(head.dimension) * Double(head.count) / Double(size)).rounded() / 10
  }

  /// A part, unpacked on all threads.
  ///
  /// - Throws: `SnapshotError.format` with the byte where a damaged snapshot begins, or `file`.
  public func read(rows: Range<Int>, of snapshots: Range<Int>) throws(SnapshotError)
    -> DenseMatrix<Double>
  {
    try DenseMatrix.unpacked(rows, of: snapshots) { j throws(SnapshotError) in try values(j) }
  }

  private func values(_ j: Int) throws(SnapshotError) -> [Double] {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try file.read(at: offsets[j], count: records[j].length)
    } catch { throw .file(error) }
    guard Checksum.of(bytes) == records[j].checksum, let values = form.values(of: bytes[...]) else {
      throw .format(
        .malformed(
          at: FilePlace(file: file.path, position: .byte(offsets[j])),
          found: "damaged bytes", expected: "packed snapshot \(j)"))
    }
    return values
  }
}

extension CompressedSnapshots {
  /// Writes the file; its name shows the whole of it or what was there before.
  ///
  /// - Throws: `SnapshotError.file` with the system's reason.
  public func write(to path: String) throws(SnapshotError) {
    var bytes = ByteWriter()
    func close(from start: Int) { bytes.append(Checksum.of(bytes.bytes[start...])) }
    CompressedHead(dimension: dimension, count: count, form: form, normName: normName)
      .write(into: &bytes)
    if case .vectors(let vectors) = form {
      let start = bytes.bytes.count
      for value in vectors.values { bytes.append(value) }
      close(from: start)
    }
    let start = bytes.bytes.count
    for field in fields { CompressedRecord(field).write(into: &bytes) }
    close(from: start)
    for field in fields { bytes.append(field.payload) }
    do throws(FileError) { try FileBytes.write(bytes.bytes, to: path) } catch {
      throw .file(error)
    }
  }
}
