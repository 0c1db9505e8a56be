internal import Files

/// A .vtu file as VTK, meshio and others write it, in any of the encodings: for tests of the reader.
public struct VTUText: Sendable {
  /// Where the numbers stand.
  public enum Place: String, Sendable, CaseIterable {
    case ascii, inline, appendedBase64, appendedRaw
  }

  /// A way of writing the numbers.
  public struct Encoding: Sendable, CustomStringConvertible {
    /// Where they stand.
    public var place: Place
    /// Bytes of the counts: 4 or 8; nil leaves the attribute out, which means 4.
    public var header: Int?
    /// Whether zlib packs them.
    public var isCompressed: Bool
    /// Whether the highest byte comes first.
    public var isBigEndian: Bool

    /// An encoding from its parts.
    public init(place: Place, header: Int?, isCompressed: Bool, isBigEndian: Bool) {
      (self.place, self.header) = (place, header)
      (self.isCompressed, self.isBigEndian) = (isCompressed, isBigEndian)
    }

    /// "inline 8 zlib big".
    public var description: String {
      "\(place.rawValue) \(header ?? 0)\(isCompressed ? " zlib" : "")\(isBigEndian ? " big" : "")"
    }

    /// All that make a difference.
    public static let all: [Encoding] = Place.allCases.flatMap { place in
      place == .ascii
        ? [Encoding(place: .ascii, header: nil, isCompressed: false, isBigEndian: false)]
        : [nil, 4, 8].flatMap { header in
          [false, true].flatMap { isCompressed in
            [false, true].map {
              Encoding(
                place: place, header: header, isCompressed: isCompressed, isBigEndian: $0)
            }
          }
        }
    }
  }

  private let encoding: Encoding
  private var appended: [UInt8] = []

  /// A writer for an encoding.
  public init(_ encoding: Encoding) { self.encoding = encoding }

  private func bytes(_ value: UInt64, _ width: Int) -> [UInt8] {
    let little = (0..<width).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    return encoding.isBigEndian ? little.reversed() : little
  }

  private static func base64(_ bytes: [UInt8]) -> [UInt8] {
    let alphabet = Array(
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = Array(bytes[start..<min(start + 3, bytes.count)])
      let word = (0..<3).reduce(UInt32(0)) { $0 << 8 | ($1 < group.count ? UInt32(group[$1]) : 0) }
      for place in 0..<4 {
        text.append(
          place <= group.count
            ? alphabet[Int(word >> UInt32(18 - 6 * place)) & 63] : UInt8(ascii: "="))
      }
    }
    return text
  }

  /// A <DataArray> of VTK's type `Float64`, `Float32`, `Int64`, `Int32` or `UInt8`.
  public mutating func array(
    _ name: String, _ type: String, _ values: [Double], components: Int = 1
  ) -> String {
    let head =
      "<DataArray type=\"\(type)\" Name=\"\(name)\" NumberOfComponents=\"\(components)\" "
    let isReal = type.hasPrefix("Float")
    if encoding.place == .ascii {
      let text = values.map { isReal ? "\($0)" : "\(Int($0))" }.joined(separator: "\n")
      return head + "format=\"ascii\">\n\(text)\n</DataArray>\n"
    }
    var data: [UInt8] = []
    for value in values {
      switch type {
      case "Float64": data += bytes(value.bitPattern, 8)
      case "Float32": data += bytes(UInt64(Float(value).bitPattern), 4)
      case "Int64": data += bytes(UInt64(bitPattern: Int64(value)), 8)
      case "Int32": data += bytes(UInt64(UInt32(bitPattern: Int32(value))), 4)
      default: data += bytes(UInt64(value), 1)
      }
    }
    let width = encoding.header ?? 4
    var header: [UInt8] = []
    if encoding.isCompressed {
      // Blocks of 24 bytes, so that there are several.
      let blocks = stride(from: 0, to: data.count, by: 24).map {
        Deflate.compressed(data[$0..<min($0 + 24, data.count)], level: 6)
      }
      let last = data.count % 24
      for count in [blocks.count, 24, last] + blocks.map(\.count) {
        header += bytes(UInt64(count), width)
      }
      data = blocks.flatMap { $0 }
    } else {
      header = bytes(UInt64(data.count), width)
    }
    switch encoding.place {
    case .inline, .appendedBase64:
      // VTK encodes the head of packed data apart, and that of others with the data.
      let text =
        encoding.isCompressed
        ? VTUText.base64(header) + VTUText.base64(data) : VTUText.base64(header + data)
      if encoding.place == .inline {
        return head
          + "format=\"binary\">\n  \(String(decoding: text, as: UTF8.self))\n</DataArray>\n"
      }
      defer { appended += text }
      return head + "format=\"appended\" offset=\"\(appended.count)\"/>\n"
    default:
      defer { appended += header + data }
      return head + "format=\"appended\" offset=\"\(appended.count)\"/>\n"
    }
  }

  /// The file around the elements of a grid.
  public func file(_ grid: String) -> [UInt8] {
    var head = "<?xml version=\"1.0\"?>\n<VTKFile type=\"UnstructuredGrid\" version=\"0.1\" "
    head += "byte_order=\"\(encoding.isBigEndian ? "BigEndian" : "LittleEndian")\""
    if let header = encoding.header { head += " header_type=\"UInt\(8 * header)\"" }
    if encoding.isCompressed { head += " compressor=\"vtkZLibDataCompressor\"" }
    head += ">\n<UnstructuredGrid>\n\(grid)</UnstructuredGrid>\n"
    var bytes = Array(head.utf8)
    if !appended.isEmpty {
      let name = encoding.place == .appendedRaw ? "raw" : "base64"
      bytes += Array("<AppendedData encoding=\"\(name)\">\n_".utf8) + appended
      bytes += Array("\n</AppendedData>\n".utf8)
    }
    return bytes + Array("</VTKFile>\n".utf8)
  }

  /// Two triangles and a quadrilateral beside them, with marks, a temperature and a vector field.
  public static func sample(_ encoding: Encoding) -> [UInt8] {
    var text = VTUText(encoding)
    var grid = "<Piece NumberOfPoints=\"7\" NumberOfCells=\"3\">\n<PointData>\n"
    grid += text.array("T", "Float64", [0, 1, 2, 3, 4, 5, 99].map { $0 + 0.1 })
    grid += "</PointData>\n<CellData Scalars=\"MaterialIds\">\n"
    grid += text.array("MaterialIds", "Int32", [7, -2, 7])
    grid += text.array("v", "Float32", [1, 2, 0, 3, 4, 0, 5, 6, 0.5], components: 3)
    grid += "</CellData>\n<Points>\n"
    // The last point belongs to no cell.
    let points: [Double] = [0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 2, 0, 0, 2, 1, 0, 9, 9, 9]
    grid += text.array("Points", "Float64", points, components: 3)
    grid += "</Points>\n<Cells>\n"
    grid += text.array("connectivity", "Int64", [0, 1, 2, 1, 4, 5, 2, 0, 2, 3])
    grid += text.array("offsets", "Int64", [3, 7, 10])
    grid += text.array("types", "UInt8", [5, 9, 5])
    grid += "</Cells>\n</Piece>\n"
    return text.file(grid)
  }
}
