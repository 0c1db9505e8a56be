/// Writes a zip archive of stored members, of any size, piece by piece.
///
/// As numpy does, each member's own head has room for sizes of 64 bits; the list at the end uses
/// them where they are needed.
/// - Source: PKWARE, APPNOTE.TXT, *.ZIP file format specification*, version 6.3.
public struct ZipWriter {
  private struct Member {
    let name: String
    let size: Int
    let checksum: UInt32
    let head: Int
  }

  /// A piece of a member.
  public enum Piece {
    /// Bytes.
    case bytes([UInt8])
    /// Numbers, as they stand in memory.
    case numbers(ArraySlice<Double>)

    var size: Int {
      switch self {
      case .bytes(let bytes): bytes.count
      case .numbers(let numbers): 8 * numbers.count
      }
    }
  }

  private let file: UpdatableFile
  private let limit: Int
  private var members: [Member] = []
  private var offset = 0

  /// An archive in a file that is empty.
  ///
  /// - Parameter limit: Sizes and places from this on stand in 64 bits; smaller ones than the
  ///   format needs serve tests.
  public init(_ file: UpdatableFile, limit: Int = 0xFFFF_FFFF) {
    (self.file, self.limit) = (file, limit)
  }

  /// Adds a member.
  public mutating func add(_ name: String, _ pieces: [Piece]) throws(FileError) {
    let size = pieces.reduce(0) { $0 + $1.size }
    let sum = pieces.reduce(0 as UInt32) { sum, piece in
      switch piece {
      case .bytes(let bytes): Deflate.checksum(bytes, after: sum)
      case .numbers(let numbers): Deflate.checksum(numbers, after: sum)
      }
    }
    members.append(Member(name: name, size: size, checksum: sum, head: offset))
    let title = Array(name.utf8)
    var head = little(0x0403_4B50, 4) + little(45, 2) + little(1 << 11, 2) + little(0, 2)
    head += ZipWriter.time + little(Int(sum), 4) + little(0xFFFF_FFFF, 4)
    head += little(0xFFFF_FFFF, 4) + little(title.count, 2) + little(20, 2) + title
    head += little(1, 2) + little(16, 2) + little(size, 8) + little(size, 8)
    try put(head)
    for piece in pieces {
      switch piece {
      case .bytes(let bytes): try put(bytes)
      case .numbers(let numbers):
        try file.write(numbers, at: offset)
        offset += 8 * numbers.count
      }
    }
  }

  /// Writes the list of members, which ends the archive.
  public mutating func finish() throws(FileError) {
    let start = offset
    for member in members {
      var wide: [UInt8] = []
      for value in [member.size, member.size, member.head] where value >= limit {
        wide += little(value, 8)
      }
      let extra = wide.isEmpty ? [] : little(1, 2) + little(wide.count, 2) + wide
      let title = Array(member.name.utf8)
      var entry = little(0x0201_4B50, 4) + little(45, 2) + little(45, 2) + little(1 << 11, 2)
      entry += little(0, 2) + ZipWriter.time + little(Int(member.checksum), 4)
      entry += short(member.size) + short(member.size)
      entry += little(title.count, 2) + little(extra.count, 2)
      entry += [UInt8](repeating: 0, count: 10) + short(member.head) + title + extra
      try put(entry)
    }
    let (size, end) = (offset - start, offset)
    let count = members.count
    if start >= limit || count >= 0xFFFF {
      var record = little(0x0606_4B50, 4) + little(44, 8) + little(45, 2) + little(45, 2)
      record += little(0, 8) + little(count, 8) + little(count, 8) + little(size, 8)
      record += little(start, 8) + little(0x0706_4B50, 4) + little(0, 4) + little(end, 8)
      try put(record + little(1, 4))
    }
    let shown = little(min(count, 0xFFFF), 2)
    try put(
      little(0x0605_4B50, 4) + little(0, 4) + shown + shown + short(size) + short(start)
        + little(0, 2))
  }

  /// The first of January 1980: equal contents give equal archives.
  private static let time: [UInt8] = [0, 0, 0x21, 0]

  private func short(_ value: Int) -> [UInt8] { little(value >= limit ? 0xFFFF_FFFF : value, 4) }

  private mutating func put(_ bytes: [UInt8]) throws(FileError) {
    try file.write(bytes, at: offset)
    offset += bytes.count
  }
}

/// A whole number in so many bytes, the lowest first.
private func little(_ value: Int, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
