internal import Files
internal import LinearAlgebra

/// Right-hand sides of systems: MatrixMarket, numpy, or plain text with a row of numbers a line.
struct RightHandSideFile {
  let path: String
  private let file: MatrixFile?
  private let text: DenseMatrix<Double>?

  init(reading path: String) throws(FormatError) {
    self.path = path
    let bytes = try FormatError.bytes(of: path)
    if bytes.starts(with: [0x93] + Array("NUMPY".utf8)) || bytes.starts(with: Array("%%".utf8))
      || bytes.starts(with: [0x1F, 0x8B]) || bytes.starts(with: [0x50, 0x4B])
    {
      (file, text) = (try MatrixFile(bytes: bytes, file: path), nil)
    } else {
      (file, text) = (nil, try Self.numbers(bytes, path))
    }
  }

  var isComplex: Bool { file?.isComplex ?? false }

  /// The columns, each a right-hand side of `order` entries.
  func columns<S: Scalar>(order: Int, beside matrix: String) throws(FormatError) -> [[S]] {
    let dense: DenseMatrix<S>
    if let file {
      dense = try file.denseMatrix(of: S.self)
    } else {
      let text = self.text ?? DenseMatrix(rowCount: 0, columnCount: 0)
      dense = DenseMatrix(
        rowCount: text.rowCount, columnCount: text.columnCount,
        values: text.values.map { S(real: $0) })
    }
    if dense.rowCount == 1, dense.columnCount == order, order != 1 { return [dense.values] }
    guard dense.rowCount == order, dense.columnCount > 0 else {
      throw .unsuitable(
        path: path,
        reason: "\(dense.rowCount) × \(dense.columnCount) numbers as right-hand side of "
          + "\(matrix) with \(order) rows")
    }
    return (0..<dense.columnCount).map { dense.column($0) }
  }

  /// Numbers between blanks, tabs or commas; lines that begin with # or % count nothing.
  private static func numbers(
    _ bytes: [UInt8], _ path: String
  ) throws(FormatError) -> DenseMatrix<Double> {
    var rows: [[Double]] = []
    let isGap: (UInt8) -> Bool = { $0 == 32 || $0 == 9 || $0 == 13 || $0 == 44 }
    for (index, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      let fields = line.split(whereSeparator: isGap)
      guard let first = fields.first?.first, first != 35, first != 37 else { continue }
      var row: [Double] = []
      for field in fields {
        var offset = field.startIndex
        guard case .number(let value) = DecimalText.real(in: bytes, at: &offset),
          offset == field.endIndex
        else {
          throw .malformed(
            at: FilePlace(file: path, position: .line(index + 1)),
            found: "'\(String(decoding: field.prefix(40), as: UTF8.self))'",
            expected: "a finite decimal number")
        }
        row.append(value)
      }
      if let width = rows.first?.count, width != row.count {
        throw .malformed(
          at: FilePlace(file: path, position: .line(index + 1)), found: "\(row.count) numbers",
          expected: "\(width) as in the lines before")
      }
      rows.append(row)
    }
    guard !rows.isEmpty else {
      throw .malformed(
        at: FilePlace(file: path, position: .line(1)), found: "none", expected: "numbers")
    }
    return DenseMatrix(rows: rows)
  }
}
