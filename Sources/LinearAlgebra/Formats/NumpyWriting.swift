/// How the numbers of a matrix follow each other in a file.
public enum NumpyOrder: Sendable, Hashable {
  /// Column after column, as here in memory.
  case fortran
  /// Row after row.
  case c
}

/// The head of a .npy file, version 1.
/// - Source: numpy, NEP 1, "A simple file format for numpy arrays".
public enum NumpyHead {
  /// The bytes that a head takes whatever the shape, so that it can be written anew in its place
  /// when an array has grown.
  public static let size = 128

  /// The head of an array.
  ///
  /// - Parameters:
  ///   - type: `<f8` for doubles; `<U12` for texts of at most twelve characters.
  ///   - shape: The lengths of its axes, none for a single value.
  ///   - order: How the numbers follow each other.
  /// - Precondition: At most two axes.
  public static func bytes(
    type: String = "<f8", shape: [Int], order: NumpyOrder = .fortran
  ) -> [UInt8] {
    precondition(shape.count <= 2, "an array of \(shape.count) axes")
    let axes = shape.map { "\($0)" }.joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let text =
      "{'descr': '\(type)', 'fortran_order': \(order == .fortran ? "True" : "False"), "
      + "'shape': (\(axes)), }"
    // Two axes of 19 digits each leave room to spare.
    let padding = String(repeating: " ", count: size - 11 - text.utf8.count)
    return NumpyReader.magic + [1, 0, UInt8(size - 10), 0] + Array((text + padding + "\n").utf8)
  }

  /// A whole array of one text, as numpy keeps it.
  public static func array(ofText text: String) -> [UInt8] {
    let scalars = Array(text.unicodeScalars)
    return bytes(type: "<U\(max(1, scalars.count))", shape: [], order: .c)
      + (scalars.isEmpty ? [0] : scalars.map(\.value)).flatMap { value in
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
      }
  }

  /// The text of such an array; nil if the bytes are none.
  public static func text(of bytes: [UInt8]) -> String? {
    guard
      case let (header, start)? = try? NumpyHeader.read(bytes, of: bytes.count, file: "a text"),
      header.type.hasPrefix("<U"), header.shape.isEmpty,
      let count = Int(header.type.dropFirst(2)), count >= 0, count == (bytes.count - start) / 4
    else { return nil }
    var text = String.UnicodeScalarView()
    for place in stride(from: start, to: start + 4 * count, by: 4) {
      let value = (0..<4).reduce(0 as UInt32) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
      guard value != 0 else { break }
      guard let scalar = Unicode.Scalar(value) else { return nil }
      text.append(scalar)
    }
    return String(text)
  }
}
