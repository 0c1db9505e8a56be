extension MeshScanner {
  /// The next `count` bytes as an unsigned number, in the byte order of the file.
  private mutating func word(_ count: Int, _ meaning: String) throws(MeshError) -> UInt64 {
    guard remaining >= count else {
      throw malformed("\(meaning) (\(count) bytes)", at: offset, found: "the end of the file")
    }
    var value: UInt64 = 0
    if swapped {
      for index in 0..<count { value = value << 8 | UInt64(bytes[offset + index]) }
    } else {
      for index in 0..<count { value |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
    }
    offset += count
    return value
  }

  /// An int of four bytes in a binary file, any whole number of that range in a text.
  mutating func number(_ meaning: String) throws(MeshError) -> Int {
    guard binary else { return try integer(meaning) }
    return Int(Int32(bitPattern: UInt32(truncatingIfNeeded: try word(4, meaning))))
  }

  /// A size_t of eight bytes in a binary file, a whole number in a text; not negative.
  mutating func size(_ meaning: String) throws(MeshError) -> Int {
    let start = offset
    if binary {
      let value = try word(8, meaning)
      guard let size = Int(exactly: value) else {
        throw malformed(meaning + " below 2^63", at: start, found: "\(value)")
      }
      return size
    }
    skipBlanks()
    let place = offset
    let value = try integer(meaning)
    guard value >= 0 else { throw malformed(meaning + ", not negative", at: place) }
    return value
  }

  /// A count of things that take at least `each` bytes in the rest of the file.
  ///
  /// Nothing is allocated for a count before it passed here, so memory is bounded by the file size.
  mutating func count(
    of things: String, each bytes: Int, wide: Bool = true
  ) throws(MeshError) -> Int {
    if !binary { skipBlanks() }
    let start = offset
    let value = wide ? try size("the number of \(things)") : try number("the number of \(things)")
    guard value >= 0, value <= remaining / max(1, bytes) else {
      throw malformed(
        "the number of \(things), for which \(remaining) bytes are left", at: start,
        found: "\(value)")
    }
    return value
  }

  /// A coordinate: eight bytes in a binary file, a decimal in a text; always finite.
  mutating func real(_ meaning: String) throws(MeshError) -> Double {
    guard binary else { return try decimal(meaning) }
    let start = offset
    let value = Double(bitPattern: try word(8, meaning))
    guard value.isFinite else {
      throw malformed("\(meaning), finite", at: start, found: "\(value)")
    }
    return value
  }

  /// Ends a record: the line of a text file, nothing in a binary one.
  mutating func endRecord() throws(MeshError) { if !binary { try endLine() } }

  /// Starts a record: in a text file blank lines are passed over.
  mutating func startRecord() { if !binary { skipBlankLines() } }

  /// Moves past "$EndNodes" and the like.
  mutating func end(of section: String) throws(MeshError) {
    skipBlankLines()
    let start = offset
    guard line().elementsEqual("$End\(section)".utf8) else {
      throw malformed("$End\(section)", at: start)
    }
  }

  /// Passes over a section, whatever it holds, up to and including its end.
  mutating func skip(_ section: String, from start: Int) throws(MeshError) {
    let mark = Array("$End\(section)".utf8)
    while offset + mark.count <= bytes.count {
      if bytes[offset] == 36, offset == 0 || bytes[offset - 1] == 10 || binary,
        bytes[offset..<offset + mark.count].elementsEqual(mark)
      {
        _ = line()
        return
      }
      offset += 1
    }
    throw malformed("$End\(section) somewhere below", at: start, found: "the end of the file")
  }
}
