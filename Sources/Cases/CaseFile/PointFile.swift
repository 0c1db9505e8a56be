internal import Files

/// Points of the parameter domain in a CSV file, one per line.
///
/// A first line with names (`k[0],k[1],h`, in any order) says which column is which; without it
/// the columns are in the order of the layout. Lines beginning with `#` and empty lines count
/// nothing; line ends may be LF or CRLF.
public enum PointFile {
  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - names: The component names in the order of the flat vector.
  /// - Returns: The points, each in the order of `names`; at least one.
  /// - Throws: Up to 20 diagnostics with file, line and column.
  public static func points(at path: String, names: [String]) throws(CaseDiagnostics) -> [[Double]]
  {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try FileBytes.read(path) } catch {
      throw CaseDiagnostics([
        Diagnostic(
          at: SourceLocation(file: path), error.description, isMissingFile: error.isMissing)
      ])
    }
    return try points(in: bytes, file: path, names: names)
  }

  /// Reads the bytes of a file called `file`.
  public static func points(
    in bytes: [UInt8], file: String, names: [String]
  ) throws(CaseDiagnostics) -> [[Double]] {
    var reader = Reader(file: file, names: names)
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var line = 0
    while start < bytes.count, reader.diagnostics.count < 20, !reader.headerIsBroken {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      line += 1
      var last = end
      if last > start, bytes[last - 1] == UInt8(ascii: "\r") { last -= 1 }
      reader.read(bytes[start..<last], line: line)
      start = end + 1
    }
    if reader.diagnostics.isEmpty, reader.points.isEmpty {
      reader.report(max(1, line), 1, 1, "the file has no points", [])
    }
    guard reader.diagnostics.isEmpty else { throw CaseDiagnostics(reader.diagnostics) }
    return reader.points
  }

  /// A finite decimal number, or nil: no `nan`, no `inf`, no hexadecimal, no overflow.
  static func number(_ field: [UInt8]) -> Double? {
    let text = field.drop { $0 == 32 || $0 == 9 }
    guard let first = text.first, text.count < 400, first != UInt8(ascii: "e"),
      first != UInt8(ascii: "E"),
      text.allSatisfy({ byte in
        (48...57).contains(byte) || "+-.eE \t".utf8.contains(byte)
      })
    else { return nil }
    let trimmed = String(decoding: text, as: UTF8.self).trimmingBlanks
    guard let x = Double(trimmed), x.isFinite else { return nil }
    return x
  }

  private struct Reader {
    let file: String
    let names: [String]
    var order: [Int]?
    var isFirst = true
    /// Below a header that is not understood no column has a meaning.
    var headerIsBroken = false
    var points: [[Double]] = []
    var diagnostics: [Diagnostic] = []

    init(file: String, names: [String]) {
      self.file = file
      self.names = names
    }

    mutating func report(
      _ line: Int, _ column: Int, _ length: Int, _ message: String, _ text: ArraySlice<UInt8>
    ) {
      var lines = SourceLines()
      lines.add(String(decoding: text, as: UTF8.self).filter { !$0.isNewline }, named: file)
      let local = SourceLocation(file: file, line: 1, column: column, length: length)
      diagnostics.append(
        Diagnostic(
          at: SourceLocation(file: file, line: line, column: column, length: length), message,
          excerpt: text.isEmpty ? nil : lines.excerpt(at: local)))
    }

    mutating func read(_ text: ArraySlice<UInt8>, line: Int) {
      guard let first = text.first(where: { $0 != 32 && $0 != 9 }) else { return }
      if first == UInt8(ascii: "#") { return }
      if let nul = text.firstIndex(of: 0) {
        report(line, nul - text.startIndex + 1, 1, "a NUL byte; the file must be UTF-8 text", text)
        return
      }
      if let mark = text.firstIndex(of: UInt8(ascii: ";")) {
        report(
          line, mark - text.startIndex + 1, 1,
          "found ';': please separate columns by commas and write decimals with a point", text)
        return
      }
      let fields = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      defer { isFirst = false }
      let numbers = fields.map { PointFile.number(Array($0)) }
      let isHeader = isFirst && fields.contains { isName($0) }
      if isHeader { return readHeader(fields, text, line) }
      guard fields.count == names.count else {
        report(
          line, 1, text.count,
          "found \(fields.count) columns; \(names.count) are needed: "
            + names.prefix(12).joined(separator: ",") + (names.count > 12 ? ",…" : ""), text)
        return
      }
      var point = [Double](repeating: 0, count: names.count)
      for (i, number) in numbers.enumerated() {
        guard let number else {
          let column = fields[i].startIndex - text.startIndex + 1
          report(
            line, column, fields[i].count,
            "'\(String(decoding: fields[i], as: UTF8.self).trimmingBlanks)' is not a finite number",
            text)
          return
        }
        point[order?[i] ?? i] = number
      }
      points.append(point)
    }

    private func isName(_ field: ArraySlice<UInt8>) -> Bool {
      let text = name(field)
      guard let first = text.first, first.isLetter || first == "_" else { return false }
      return !["nan", "inf", "infinity"].contains(text.lowercased())
    }

    private func name(_ field: ArraySlice<UInt8>) -> String {
      var text = String(decoding: field, as: UTF8.self).trimmingBlanks
      if text.count >= 2, text.first == "\"", text.last == "\"" {
        text = String(text.dropFirst().dropLast())
      }
      return text
    }

    private mutating func readHeader(
      _ fields: [ArraySlice<UInt8>], _ text: ArraySlice<UInt8>, _ line: Int
    ) {
      var found: [Int] = []
      for field in fields {
        let column = field.startIndex - text.startIndex + 1
        let name = name(field)
        guard let i = names.firstIndex(of: name) else {
          let hint = Spelling.hint(for: name, among: names)
          report(line, column, field.count, "unknown parameter '\(name)'\(hint)", text)
          continue
        }
        if found.contains(i) {
          report(line, column, field.count, "column '\(name)' is given twice", text)
        }
        found.append(i)
      }
      let missing = names.indices.filter { !found.contains($0) }.map { names[$0] }
      if !missing.isEmpty, diagnostics.isEmpty {
        report(
          line, 1, text.count,
          "the column '\(missing[0])' is missing"
            + (missing.count > 1 ? ", and \(missing.count - 1) more" : ""), text)
      }
      headerIsBroken = !diagnostics.isEmpty
      order = found
    }
  }
}
