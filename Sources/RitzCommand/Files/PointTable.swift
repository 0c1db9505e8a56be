internal import Cases
internal import Files

/// A file of points with whatever columns it has.
struct PointTable {
  /// A column and its spread.
  struct Column {
    let name: String
    let (least, largest, mean): (Double, Double, Double)
  }

  let count: Int
  let columns: [Column]

  /// Reads a file as `PointFile` does, with the names of its first line, or with numbers for names.
  init(reading path: String) throws {
    let bytes = try FileBytes.read(path)
    let names = PointTable.names(in: bytes)
    let points = try PointFile.points(in: bytes, file: path, names: names)
    count = points.count
    columns = names.enumerated().map { i, name in
      let values = points.map { $0[i] }
      return Column(
        name: name, least: values.min() ?? 0, largest: values.max() ?? 0,
        mean: values.reduce(0, +) / Double(max(1, values.count)))
    }
  }

  /// The names of the first line that is neither empty nor a comment; column numbers where that
  /// line begins with a number.
  private static func names(in bytes: [UInt8]) -> [String] {
    let lines = bytes.drop { $0 >= 0x80 }.split(whereSeparator: { $0 == 10 || $0 == 13 })
    let texts = lines.lazy.map { trimmed(String(decoding: $0.prefix(1 << 20), as: UTF8.self)) }
    guard let line = texts.first(where: { !$0.isEmpty && !$0.hasPrefix("#") }) else { return [] }
    let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      .map { trimmed(String($0)) }
    let isHeader = fields.contains { field in
      guard let first = field.drop(while: { $0 == "\"" }).first else { return false }
      return (first.isLetter || first == "_") && Double(field) == nil
    }
    guard isHeader else { return (1...max(1, fields.count)).map { "column \($0)" } }
    return fields.map { field in
      field.count >= 2 && field.hasPrefix("\"") && field.hasSuffix("\"")
        ? String(field.dropFirst().dropLast()) : field
    }
  }

  private static func trimmed(_ text: String) -> String {
    String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
