/// The number types of numpy's arrays that are read.
public struct NumpyType: Sendable, Hashable, CustomStringConvertible {
  /// What the bits of a number mean.
  public enum Kind: UInt8, Sendable {
    /// IEEE 754 numbers of 2, 4 or 8 bytes.
    case real = 102
    /// Pairs of these.
    case complex = 99
    /// Whole numbers with a sign.
    case signed = 105
    /// Whole numbers without one.
    case unsigned = 117
    /// One byte, zero or not.
    case truth = 98
  }

  /// What the bits mean.
  public let kind: Kind
  /// The bytes of a number.
  public let width: Int
  /// Whether the highest byte comes first.
  public let isBigEndian: Bool

  /// Doubles with the lowest byte first.
  public static let double = NumpyType(kind: .real, width: 8, isBigEndian: false)

  private init(kind: Kind, width: Int, isBigEndian: Bool) {
    (self.kind, self.width, self.isBigEndian) = (kind, width, isBigEndian)
  }

  /// The type of a name such as `<f8`; nil for one that is not read.
  public init?(_ name: String) {
    let text = Array(name.utf8)
    guard text.count >= 3, "<>=|".utf8.contains(text[0]), let kind = Kind(rawValue: text[1]),
      let width = Int(name.dropFirst(2)), text[2] != 43
    else { return nil }
    let widths =
      switch kind {
      case .real: [2, 4, 8]
      case .complex: [8, 16]
      case .signed, .unsigned: [1, 2, 4, 8]
      case .truth: [1]
      }
    guard widths.contains(width) else { return nil }
    self.init(kind: kind, width: width, isBigEndian: text[0] == UInt8(ascii: ">"))
  }

  /// The relative rounding of a number: 2⁻²⁴ for single precision, 2⁻⁵³ for what a double holds.
  public var precision: Double {
    switch (kind, width) {
    case (.real, 2): 0x1p-11
    case (.real, 4), (.complex, 8): 0x1p-24
    default: 0x1p-53
    }
  }

  /// Whether the bytes in a file are those of a `Double` in memory.
  var isNative: Bool { kind == .real && width == 8 && !isBigEndian }

  /// `<f8` and the like.
  public var description: String {
    let order = width == 1 ? "|" : isBigEndian ? ">" : "<"
    return order + String(UnicodeScalar(kind.rawValue)) + "\(width)"
  }

  /// "float64 (<f8)" and the like, for people.
  public var name: String {
    let word =
      switch kind {
      case .real: "float\(8 * width)"
      case .complex: "complex\(8 * width)"
      case .signed: "int\(8 * width)"
      case .unsigned: "uint\(8 * width)"
      case .truth: "bool"
      }
    return "\(word) (\(self))"
  }
}
