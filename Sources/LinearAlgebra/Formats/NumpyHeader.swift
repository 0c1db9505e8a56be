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
