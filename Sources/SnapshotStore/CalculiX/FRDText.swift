internal import Files

/// A line with fixed columns.
struct FRDText {
  private let line: ArraySlice<UInt8>

  init(_ line: ArraySlice<UInt8>) { self.line = line }

  /// The bytes of some columns, counted from 0, as far as the line reaches.
  private func columns(_ from: Int, _ to: Int) -> ArraySlice<UInt8> {
    let start = min(line.startIndex + from, line.endIndex)
    return line[start..<max(start, min(line.startIndex + to, line.endIndex))]
  }

  /// What stands in some columns, without blanks around it.
  func word(_ from: Int, _ to: Int) -> String {
    let text = columns(from, to).drop { $0 == 32 }
    let last = text.lastIndex { $0 != 32 } ?? text.startIndex - 1
    return String(decoding: text[text.startIndex..<max(text.startIndex, last + 1)], as: UTF8.self)
  }

  /// The whole number in some columns.
  func integer(_ from: Int, _ to: Int) -> Int? { Int(word(from, to)) }

  /// The finite real number in some columns.
  func real(_ from: Int, _ to: Int) -> Double? {
    let bytes = Array(word(from, to).utf8)
    var offset = 0
    guard case .number(let value) = DecimalText.real(in: bytes, at: &offset),
      offset == bytes.count
    else { return nil }
    return value
  }

  /// The line, short and printable.
  var excerpt: String { DecimalText.excerpt(of: Array(line.drop { $0 == 32 }), at: 0) }

  /// The numbers from a column on, which may touch each other.
  ///
  /// A number ends at a blank, at a sign that does not follow the mark of an exponent, or, where
  /// exponents have three digits and leave no room for a blank, one digit before the next point.
  ///
  /// - Returns: False at what is no finite number.
  func reals(from column: Int, into values: inout [Double]) -> Bool {
    let bytes = columns(column, line.count)
    var place = bytes.startIndex
    while true {
      while place < bytes.endIndex, bytes[place] == 32 { place += 1 }
      guard place < bytes.endIndex else { return true }
      let end = FRDText.end(of: bytes, from: place)
      let word = Array(bytes[place..<end])
      var offset = 0
      guard case .number(let value) = DecimalText.real(in: word, at: &offset),
        offset == word.count
      else { return false }
      values.append(value)
      place = end
    }
  }

  private static func end(of bytes: ArraySlice<UInt8>, from start: Int) -> Int {
    var place = start + 1
    while place < bytes.endIndex {
      let byte = bytes[place]
      if byte == 32 { return place }
      if byte == 43 || byte == 45 {
        guard bytes[place - 1] | 32 == 101 else { return place }
        // The digits of the exponent.
        let first = place + 1
        var last = first
        while last < bytes.endIndex, (48...57).contains(bytes[last]) { last += 1 }
        guard last < bytes.endIndex, bytes[last] == 46, last > first + 1 else { return last }
        return last - 1
      }
      place += 1
    }
    return place
  }
}
