internal import Files

/// The head of a .npy file: a dictionary in the notation of Python, of which exactly the three keys
/// of the format are read and nothing is evaluated.
struct NumpyHeader {
  /// `<f8` and the like; `O` for a list of named parts.
  private(set) var type = ""
  private(set) var isColumnMajor = false
  private(set) var shape: [Int] = []

  private let text: [UInt8]
  private var offset = 0

  /// - Returns: nil unless the text is a header, and nothing but a header.
  init?(parsing bytes: ArraySlice<UInt8>) {
    text = Array(bytes)
    var seen: Set<String> = []
    guard skip("{") else { return nil }
    while !skip("}") {
      guard let key = quoted(), skip(":"), seen.insert(key).inserted else { return nil }
      switch key {
      case "descr":
        guard let type = quoted() else { return nil }
        self.type = type
      case "fortran_order":
        if skip("True") { isColumnMajor = true } else if !skip("False") { return nil }
      case "shape":
        guard let shape = sizes() else { return nil }
        self.shape = shape
      default: return nil
      }
      if !skip(",") {
        guard skip("}") else { return nil }
        break
      }
    }
    skipBlanks()
    guard offset == text.count, seen.count == 3 else { return nil }
  }

  private mutating func skipBlanks() {
    while offset < text.count, [32, 9, 10, 13].contains(text[offset]) { offset += 1 }
  }

  private mutating func skip(_ token: String) -> Bool {
    skipBlanks()
    guard text[offset...].starts(with: token.utf8) else { return false }
    offset += token.utf8.count
    return true
  }

  private mutating func quoted() -> String? {
    skipBlanks()
    guard offset < text.count, text[offset] == 39 || text[offset] == 34,
      let end = text[(offset + 1)...].firstIndex(of: text[offset])
    else { return nil }
    defer { offset = end + 1 }
    return String(decoding: text[(offset + 1)..<end], as: UTF8.self)
  }

  private mutating func sizes() -> [Int]? {
    guard skip("(") else { return nil }
    var sizes: [Int] = []
    while !skip(")") {
      skipBlanks()
      let start = offset
      while offset < text.count, (48...57).contains(text[offset]) { offset += 1 }
      guard let size = Int(String(decoding: text[start..<offset], as: UTF8.self)),
        sizes.count < 32
      else { return nil }
      sizes.append(size)
      if !skip(",") {
        guard skip(")") else { return nil }
        break
      }
    }
    return sizes
  }
}

extension NumpyHeader {
  /// The most bytes that a head may take with what stands before it.
  static let longest = 12 + 1 << 16

  /// `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }` and where the numbers start.
  ///
  /// - Parameters:
  ///   - bytes: The first ones of the array, `longest` of them or all.
  ///   - length: The bytes of the whole array.
  ///   - start: Where in the file it starts, for errors.
  static func read(
    _ bytes: [UInt8], of length: Int, file: String, byte start: Int = 0
  ) throws(FormatError) -> (NumpyHeader, length: Int) {
    func malformed(_ expected: String, at offset: Int, found: String) -> FormatError {
      .malformed(
        at: FilePlace(file: file, position: .byte(start + offset)), found: found,
        expected: expected)
    }
    guard bytes.starts(with: NumpyReader.magic) else {
      throw malformed("an array of numpy", at: 0, found: "something else")
    }
    guard bytes.count >= 10, (1...3).contains(bytes[6]) else {
      throw malformed(
        "version 1, 2 or 3 of the format", at: 6, found: "\(bytes.dropFirst(6).first ?? 0)")
    }
    let lengthBytes = bytes[6] == 1 ? 2 : 4
    let textStart = 8 + lengthBytes
    guard bytes.count >= textStart else {
      throw malformed("a header", at: 8, found: "the end of the file")
    }
    var textLength = 0
    for index in 0..<lengthBytes { textLength |= Int(bytes[8 + index]) << (8 * index) }
    let most = min(length - textStart, 1 << 16)
    guard textLength <= most, textLength <= bytes.count - textStart else {
      throw malformed("a header of at most \(most) bytes", at: 8, found: "\(textLength)")
    }
    guard let header = NumpyHeader(parsing: bytes[textStart..<textStart + textLength]) else {
      let text = String(
        decoding: bytes[textStart..<textStart + min(textLength, 80)], as: UTF8.self)
      throw malformed(
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), } or the like, numbers of one "
          + "type, sizes not negative",
        at: textStart, found: text.filter { $0.isASCII && !$0.isNewline })
    }
    return (header, textStart + textLength)
  }

  /// The type and shape of a matrix (a vector is one column) that fills so many bytes.
  func layout(
    ofBytes available: Int, file: String
  ) throws(FormatError) -> (type: NumpyType, rowCount: Int, columnCount: Int) {
    let whole = FilePlace(file: file, position: .file)
    guard let type = NumpyType(self.type) else {
      throw .unsupported(
        at: whole,
        feature: self.type.dropFirst() == "O"
          ? "an array of Python objects (a pickle, which is never run) is"
          : "the number type '\(self.type.prefix(20))' is",
        cure: "save numbers, for example with .astype(float)")
    }
    guard shape.count == 1 || shape.count == 2 else {
      throw .unsupported(
        at: whole, feature: "an array of \(shape.count) dimensions is",
        cure: "save a matrix or a vector, for example with .reshape(n, -1)")
    }
    let (rows, columns) = (shape[0], shape.count == 2 ? shape[1] : 1)
    let (count, overflows) = rows.multipliedReportingOverflow(by: columns)
    let (needed, overflowsToo) = count.multipliedReportingOverflow(by: type.width)
    guard !overflows, !overflowsToo, needed == available else {
      throw .malformed(
        at: whole, found: "\(available) bytes",
        expected: "the \(overflows || overflowsToo ? "too many" : "\(needed)") bytes of "
          + "\(rows) × \(columns) numbers after the head")
    }
    return (type, rows, columns)
  }
}
