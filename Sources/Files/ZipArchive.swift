/// A zip archive, such as numpy's .npz: its members, and the bytes of each.
///
/// Members that are stored as they are, or packed by deflate; archives and members of any size.
/// - Source: PKWARE, APPNOTE.TXT, *.ZIP file format specification*, version 6.3.
public struct ZipArchive: Sendable {
  /// A file in the archive.
  public struct Member: Sendable, Hashable {
    /// The name in the archive.
    public let name: String
    /// The bytes of its content.
    public let size: Int
    let packedSize: Int
    let isPacked: Bool
    let checksum: UInt32
    /// Where its own head stands.
    let head: Int
  }

  /// The file.
  public let file: ReadableFile
  /// What is in it, in the order of its list.
  public let members: [Member]

  /// Stored members of at most this size are read once to verify their checksum when they are
  /// opened.
  public static let verifiedSize = 1 << 31

  /// Reads the list of an archive.
  ///
  /// - Throws: `FormatError` with the byte concerned.
  public init(_ file: ReadableFile) throws(FormatError) {
    self.file = file
    let list = try ZipArchive.list(file)
    let bytes = try ZipArchive.bytes(file, list.start, list.size)
    var members: [Member] = []
    var offset = 0
    while offset < bytes.count {
      let place = list.start + offset
      guard bytes.count - offset >= 46, word(bytes, offset, 4) == 0x0201_4B50 else {
        throw malformed(file, place, "an entry of the list", "something else")
      }
      let nameLength = word(bytes, offset + 28, 2)
      let extraLength = word(bytes, offset + 30, 2)
      let end = offset + 46 + nameLength + extraLength
      guard end + word(bytes, offset + 32, 2) <= bytes.count else {
        throw malformed(file, place, "an entry within the list", "one that is longer")
      }
      let name = String(
        decoding: bytes[(offset + 46)..<(offset + 46 + nameLength)], as: UTF8.self)
      var sizes = [
        word(bytes, offset + 24, 4), word(bytes, offset + 20, 4), word(bytes, offset + 42, 4),
      ]
      ZipArchive.widen(&sizes, by: bytes[(offset + 46 + nameLength)..<end])
      let method = word(bytes, offset + 10, 2)
      guard method == 0 || method == 8, word(bytes, offset + 8, 2) & 1 == 0 else {
        throw .unsupported(
          at: FilePlace(file: file.path, position: .byte(place)),
          feature: "member '\(name.prefix(60))', encrypted or packed by method \(method), is",
          cure: "save it with numpy.savez or numpy.savez_compressed")
      }
      // Deflate shrinks by a factor of 1032 at most: larger claims are false.
      guard sizes[1] >= 0, sizes[1] <= file.size, sizes[2] >= 0, sizes[2] <= file.size - 30,
        sizes[0] >= 0, method == 0 ? sizes[0] == sizes[1] : sizes[0] / 1040 <= sizes[1] + 16
      else {
        throw malformed(
          file, place, "sizes that fit into \(file.size) bytes",
          "\(sizes[0]) and \(sizes[1]) bytes from byte \(sizes[2]) on")
      }
      members.append(
        Member(
          name: name, size: sizes[0], packedSize: sizes[1], isPacked: method == 8,
          checksum: UInt32(word(bytes, offset + 16, 4)), head: sizes[2]))
      offset = end + word(bytes, offset + 32, 2)
    }
    self.members = members
  }

  /// The bytes of a member, at hand in any order: a place in the archive itself, or a file without
  /// a name into which it has been unpacked.
  ///
  /// - Throws: `FormatError` if the member is damaged: its checksum is compared.
  public func open(_ member: Member) throws(FormatError) -> (file: ReadableFile, start: Int) {
    let head = try ZipArchive.bytes(file, member.head, 30)
    let start = member.head + 30 + word(head, 26, 2) + word(head, 28, 2)
    guard word(head, 0, 4) == 0x0403_4B50, start <= file.size - member.packedSize else {
      throw malformed(file, member.head, "the head of '\(member.name)'", "something else")
    }
    let name = "\(file.path):\(member.name)"
    guard member.isPacked else {
      if member.size <= ZipArchive.verifiedSize {
        var sum = 0 as UInt32
        try pieces(from: start, count: member.size) { sum = Deflate.checksum($0, after: sum) }
        try verify(sum, member)
      }
      return (file, start)
    }
    do throws(FileError) {
      let unpacked = try ReadableFile(named: name) { append throws(FileError) in
        try unpack(member, from: start, into: append)
      }
      return (unpacked, 0)
    } catch {
      throw error.operation == "unpack" ? damaged(member, error.reason) : .unreadable(error)
    }
  }

  private func unpack(
    _ member: Member, from start: Int, into append: ([UInt8]) throws(FileError) -> Void
  ) throws(FileError) {
    func broken(_ reason: String) -> FileError {
      FileError(path: file.path, operation: "unpack", reason: reason)
    }
    guard let inflation = Inflation() else { throw broken("no memory for zlib") }
    var (sum, count, isDone) = (0 as UInt32, 0, false)
    var offset = start
    while !isDone, offset < start + member.packedSize {
      let packed = try file.read(
        at: offset, count: min(1 << 18, start + member.packedSize - offset))
      offset += packed.count
      let part: [UInt8]
      switch inflation.unpack(packed, limit: member.size - count) {
      case .bytes(let bytes): part = bytes
      case .end(let bytes): (part, isDone) = (bytes, true)
      case .damaged: throw broken("a stream that zlib cannot unpack")
      }
      count += part.count
      sum = Deflate.checksum(part, after: sum)
      try append(part)
    }
    guard isDone, count == member.size else {
      throw broken("\(count) bytes instead of \(member.size)")
    }
    guard sum == member.checksum else { throw broken("a wrong checksum") }
  }

  private func verify(_ sum: UInt32, _ member: Member) throws(FormatError) {
    guard sum == member.checksum else { throw damaged(member, "a wrong checksum") }
  }

  private func damaged(_ member: Member, _ found: String) -> FormatError {
    malformed(file, member.head, "the content of '\(member.name)'", found)
  }

  private func pieces(
    from start: Int, count: Int, _ body: ([UInt8]) -> Void
  ) throws(FormatError) {
    var done = 0
    while done < count {
      let piece = try ZipArchive.bytes(file, start + done, min(1 << 20, count - done))
      body(piece)
      done += piece.count
    }
  }

  // MARK: The list

  /// Where the list of members is, from the record at the end of the file.
  private static func list(_ file: ReadableFile) throws(FormatError) -> (start: Int, size: Int) {
    // A comment of at most 65 535 bytes may follow the record.
    let tailStart = max(0, file.size - 22 - 65_535)
    let tail = try bytes(file, tailStart, file.size - tailStart)
    guard
      let end = stride(from: tail.count - 22, through: 0, by: -1).first(where: {
        word(tail, $0, 4) == 0x0605_4B50 && $0 + 22 + word(tail, $0 + 20, 2) == tail.count
      })
    else {
      throw malformed(file, file.size, "the end of a zip archive", "none: it is cut off or damaged")
    }
    var (size, start) = (word(tail, end + 12, 4), word(tail, end + 16, 4))
    if start == 0xFFFF_FFFF || size == 0xFFFF_FFFF || word(tail, end + 10, 2) == 0xFFFF,
      end >= 20, word(tail, end - 20, 4) == 0x0706_4B50
    {
      let place = word(tail, end - 12, 8)
      guard place >= 0, place <= file.size - 56 else {
        throw malformed(file, tailStart + end - 20, "a place within the file", "byte \(place)")
      }
      let record = try bytes(file, place, 56)
      guard word(record, 0, 4) == 0x0606_4B50 else {
        throw malformed(file, place, "the end of a large zip archive", "something else")
      }
      (size, start) = (word(record, 40, 8), word(record, 48, 8))
    }
    guard start >= 0, size >= 0, start <= file.size, size <= file.size - start, size < 1 << 28
    else {
      throw malformed(
        file, tailStart + end, "a list within the file", "\(size) bytes from byte \(start) on")
    }
    return (start, size)
  }

  /// Takes the sizes that do not fit into 32 bits from the extra fields.
  private static func widen(_ sizes: inout [Int], by extra: ArraySlice<UInt8>) {
    var offset = extra.startIndex
    let bytes = Array(extra[offset...])
    offset = 0
    while offset + 4 <= bytes.count {
      let length = word(bytes, offset + 2, 2)
      if word(bytes, offset, 2) == 1 {
        var place = offset + 4
        let end = min(bytes.count, place + length)
        for index in sizes.indices where sizes[index] == 0xFFFF_FFFF && place + 8 <= end {
          sizes[index] = word(bytes, place, 8)
          place += 8
        }
      }
      offset += 4 + length
    }
  }

  private static func bytes(
    _ file: ReadableFile, _ start: Int, _ count: Int
  ) throws(FormatError) -> [UInt8] {
    do throws(FileError) { return try file.read(at: start, count: count) } catch {
      throw .unreadable(error)
    }
  }
}

private func malformed(
  _ file: ReadableFile, _ byte: Int, _ expected: String, _ found: String
) -> FormatError {
  .malformed(
    at: FilePlace(file: file.path, position: .byte(byte)), found: found, expected: expected)
}

/// A whole number of so many bytes, the lowest first; −1 where eight bytes say more than 2^63.
private func word(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int {
  var value: UInt64 = 0
  for index in (0..<count).reversed() { value = value << 8 | UInt64(bytes[offset + index]) }
  return Int(exactly: value) ?? -1
}
