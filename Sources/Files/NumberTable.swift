/// Columns of numbers in a text file, separated by commas or tabs, with or without a line of names.
///
/// Lines beginning with `#` and empty lines count nothing; line ends may be LF or CRLF.
public struct NumberTable: Sendable {
  /// The names of the columns, without quotes; empty where the first line holds numbers.
  public private(set) var names: [String] = []
  /// The numbers, column by column; all columns have the same length, at least one.
  public private(set) var columns: [[Double]] = []
  /// The line of each row in the file.
  public private(set) var lines: [Int] = []
  /// The path of the file, as it was given.
  public let path: String

  /// The number of rows.
  public var rowCount: Int { lines.count }

  /// Reads a file.
  ///
  /// - Throws: `FormatError` with the line.
  public init(reading path: String) throws(FormatError) {
    try self.init(bytes: FormatError.bytes(of: path), file: path)
  }

  /// Reads the bytes of a file called `file`.
  ///
  /// - Throws: `FormatError` with the line.
  public init(bytes: [UInt8], file: String) throws(FormatError) {
    path = file
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var line = 0
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != 10 { end += 1 }
      line += 1
      try read(bytes, start..<end, line)
      start = end + 1
    }
    guard rowCount > 0 else {
      throw .malformed(
        at: FilePlace(file: file, position: .line(max(1, line))), found: "none",
        expected: "rows of numbers")
    }
  }

  /// The column of a name, or of a number from 1; nil if there is none.
  public func column(_ name: String) -> [Double]? {
    if let place = names.firstIndex(of: name) { return columns[place] }
    guard let number = Int(name), columns.indices.contains(number - 1) else { return nil }
    return columns[number - 1]
  }

  private func malformed(_ line: Int, _ expected: String, _ found: String) -> FormatError {
    .malformed(
      at: FilePlace(file: path, position: .line(line)), found: found, expected: expected)
  }

  private mutating func read(
    _ bytes: [UInt8], _ range: Range<Int>, _ line: Int
  ) throws(FormatError) {
    let isBlank: (UInt8) -> Bool = { $0 == 32 || $0 == 13 }
    guard let first = bytes[range].first(where: { !isBlank($0) && $0 != 9 }),
      first != UInt8(ascii: "#")
    else { return }
    if bytes[range].contains(0) {
      throw malformed(line, "UTF-8 text", "a NUL byte")
    }
    if bytes[range].contains(UInt8(ascii: ";")) {
      throw malformed(line, "columns separated by commas, decimals with a point", "';'")
    }
    let fields = bytes[range].split(omittingEmptySubsequences: false) {
      $0 == UInt8(ascii: ",") || $0 == 9
    }
    var row: [Double] = []
    for (column, field) in fields.enumerated() {
      guard let value = number(bytes, field) else {
        let text = NumberTable.text(field)
        if columns.isEmpty, names.isEmpty, NumberTable.isName(text) {
          names = fields.map(NumberTable.text)
          return
        }
        throw malformed(
          line, "a finite decimal number", "'\(text.prefix(40))' in column \(column + 1)")
      }
      row.append(value)
    }
    if columns.isEmpty {
      guard names.isEmpty || names.count == row.count else {
        throw malformed(line, "\(names.count) columns as in the line of names", "\(row.count)")
      }
      columns = [[Double]](repeating: [], count: row.count)
    }
    guard row.count == columns.count else {
      throw malformed(line, "\(columns.count) columns as above", "\(row.count)")
    }
    for (place, value) in row.enumerated() { columns[place].append(value) }
    lines.append(line)
  }

  private func number(_ bytes: [UInt8], _ field: ArraySlice<UInt8>) -> Double? {
    var offset = field.startIndex
    while offset < field.endIndex, bytes[offset] == 32 || bytes[offset] == 13 { offset += 1 }
    guard offset < field.endIndex,
      case .number(let value) = DecimalText.real(in: bytes, at: &offset), offset <= field.endIndex,
      bytes[offset..<field.endIndex].allSatisfy({ $0 == 32 || $0 == 13 })
    else { return nil }
    return value
  }

  private static func text(_ field: ArraySlice<UInt8>) -> String {
    var text = Substring(String(decoding: field, as: UTF8.self)).drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    if text.count >= 2, text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
    return String(text)
  }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.first, first.isLetter || first == "_" else { return false }
    return !["nan", "inf", "infinity"].contains(text.lowercased())
  }
}
