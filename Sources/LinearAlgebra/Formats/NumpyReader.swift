internal import ComplexModule
internal import Files

/// Reads arrays of numbers as numpy saves them (.npy): one or two dimensions; real, whole and
/// complex numbers of any width; either byte order; rows or columns first. Python objects, which
/// only running code could unpack, are refused.
/// - Source: numpy, NEP 1, "A simple file format for numpy arrays".
struct NumpyReader {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  private let file: String
  private let bytes: [UInt8]
  private var kind = UInt8(ascii: "f")
  private var width = 8
  private var isSwapped = false

  init(file: String, bytes: [UInt8]) { (self.file, self.bytes) = (file, bytes) }

  private func malformed(_ expected: String, at offset: Int, found: String) -> FormatError {
    .malformed(
      at: FilePlace(file: file, position: .byte(offset)), found: found, expected: expected)
  }

  mutating func read() throws(FormatError) -> MatrixFile.Content {
    let (header, start) = try header()
    try setType(header.type)
    let shape = header.shape
    guard shape.count == 1 || shape.count == 2 else {
      throw .unsupported(
        at: FilePlace(file: file, position: .file),
        feature: "an array of \(shape.count) dimensions is",
        cure: "save a matrix or a vector, for example with .reshape(n, -1)")
    }
    let (rows, columns) = (shape[0], shape.count == 2 ? shape[1] : 1)
    let (count, overflows) = rows.multipliedReportingOverflow(by: columns)
    let (needed, overflowsToo) = count.multipliedReportingOverflow(by: width)
    guard !overflows, !overflowsToo, needed == bytes.count - start,
      max(rows, columns) < Int(Int32.max)
    else {
      throw malformed(
        "the \(overflows || overflowsToo ? "too many" : "\(needed)") bytes of \(rows) × \(columns) "
          + "numbers", at: start, found: "\(bytes.count - start) bytes")
    }
    let rowsFirst = !header.isColumnMajor
    var real = [Double](repeating: 0, count: count)
    var imaginary = [Double](repeating: 0, count: kind == UInt8(ascii: "c") ? count : 0)
    for index in 0..<count {
      let place = rowsFirst ? index / columns + index % columns * rows : index
      let offset = start + index * width
      real[place] = try number(offset, rowsFirst ? index : index, rows, columns, rowsFirst)
      if kind == UInt8(ascii: "c") {
        imaginary[place] = try number(offset + width / 2, index, rows, columns, rowsFirst)
      }
    }
    if kind == UInt8(ascii: "c") {
      return .complexDense(
        DenseMatrix(
          rowCount: rows, columnCount: columns,
          values: zip(real, imaginary).map { Complex($0, $1) }))
    }
    return .dense(DenseMatrix(rowCount: rows, columnCount: columns, values: real))
  }

  // MARK: Numbers

  /// `<f8` and the like.
  private mutating func setType(_ type: String) throws(FormatError) {
    let known = ["f4", "f8", "c8", "c16", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"]
    let text = Array(type.utf8)
    guard text.count >= 3, "<>=|".utf8.contains(text[0]), known.contains(String(type.dropFirst()))
    else {
      throw .unsupported(
        at: FilePlace(file: file, position: .file),
        feature: type.dropFirst() == "O"
          ? "an array of Python objects (a pickle, which is never run) is"
          : "the number type '\(type.prefix(20))' is",
        cure: "save numbers, for example with .astype(float)")
    }
    kind = text[1]
    width = Int(type.dropFirst(2)) ?? 8
    isSwapped = text[0] == UInt8(ascii: ">")
  }

  private func word(_ offset: Int, _ count: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<count {
      let byte = bytes[isSwapped ? offset + index : offset + count - 1 - index]
      value = value << 8 | UInt64(byte)
    }
    return value
  }

  private func number(
    _ offset: Int, _ index: Int, _ rows: Int, _ columns: Int, _ rowsFirst: Bool
  ) throws(FormatError) -> Double {
    let part = kind == UInt8(ascii: "c") ? width / 2 : width
    let bits = word(offset, part)
    let value: Double
    switch kind {
    case UInt8(ascii: "f"), UInt8(ascii: "c"):
      value =
        part == 8
        ? Double(bitPattern: bits)
        : Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case UInt8(ascii: "i"):
      let shift = UInt64(64 - 8 * part)
      value = Double(Int64(bitPattern: bits << shift) >> Int64(shift))
    default: value = Double(bits)
    }
    guard value.isFinite else {
      let (i, j) = rowsFirst ? (index / columns, index % columns) : (index % rows, index / rows)
      throw malformed("finite numbers", at: offset, found: "\(value) at (\(i), \(j))")
    }
    return value
  }

  // MARK: The head

  /// `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }` and where the numbers start.
  private func header() throws(FormatError) -> (NumpyHeader, start: Int) {
    guard bytes.count >= 10, (1...3).contains(bytes[6]) else {
      throw malformed(
        "version 1, 2 or 3 of the format", at: 6, found: "\(bytes.dropFirst(6).first ?? 0)")
    }
    let lengthBytes = bytes[6] == 1 ? 2 : 4
    let start = 8 + lengthBytes
    guard bytes.count >= start else {
      throw malformed("a header", at: 8, found: "the end of the file")
    }
    var length = 0
    for index in 0..<lengthBytes { length |= Int(bytes[8 + index]) << (8 * index) }
    guard length <= min(bytes.count - start, 1 << 16) else {
      throw malformed(
        "a header of at most \(min(bytes.count - start, 1 << 16)) bytes", at: 8, found: "\(length)")
    }
    guard let header = NumpyHeader(parsing: bytes[start..<start + length]) else {
      let text = String(decoding: bytes[start..<start + min(length, 80)], as: UTF8.self)
      throw malformed(
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), } or the like, sizes not negative",
        at: start, found: text.filter { $0.isASCII && !$0.isNewline })
    }
    return (header, start + length)
  }
}
