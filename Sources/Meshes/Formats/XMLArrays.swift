/// The text of a VTK XML file and, apart from it until the end, the arrays it refers to.
struct XMLArrays {
  private var text = "<?xml version=\"1.0\"?>\n"
  private var data: [UInt8] = []

  mutating func open(_ tag: String) { text += "<\(tag)>\n" }
  mutating func close(_ tag: String) { text += "</\(tag)>\n" }

  /// A text between quotes of an attribute.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default:
        // XML 1.0 knows no control characters.
        result.unicodeScalars.append(scalar.value < 32 ? " " : scalar)
      }
    }
    return result
  }

  /// An array of numbers, appended to the end of the file.
  ///
  /// - Parameter isField: Whether it belongs to the file as a whole, so that its length is its own.
  mutating func array<Element: BitwiseCopyable>(
    _ name: String, _ values: [Element], _ components: Int, isField: Bool = false
  ) {
    let type =
      switch Element.self {
      case is Double.Type: "Float64"
      case is Int32.Type: "Int32"
      case is Int64.Type: "Int64"
      default: "UInt8"
      }
    text += "<DataArray type=\"\(type)\" Name=\"\(XMLArrays.escaped(name))\" "
    if isField { text += "NumberOfTuples=\"\(values.count / components)\" " }
    text += "NumberOfComponents=\"\(components)\" format=\"appended\" offset=\"\(data.count)\"/>\n"
    // The processors Swift runs on store the lowest byte first, as the head of the file says.
    let bytes = unsafe values.withUnsafeBytes { unsafe [UInt8]($0) }
    CompressedArray.append(bytes, to: &data)
  }

  /// The bytes of the file.
  consuming func finished() -> [UInt8] {
    var bytes = Array(text.utf8)
    bytes += "<AppendedData encoding=\"raw\">\n_".utf8
    bytes += data
    bytes += "\n</AppendedData>\n</VTKFile>\n".utf8
    return bytes
  }
}
