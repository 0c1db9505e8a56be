internal import Files

/// A file of VTK's XML formats: its elements, and the arrays in any of their encodings.
/// - Source: VTK user's guide, "XML file formats".
struct VTKXMLFile {
  let file: String
  let root: XMLElement
  private let bytes: [UInt8]
  private let isBigEndian: Bool
  private let headerWidth: Int
  private let isCompressed: Bool
  /// The compressor that is not known; of no matter where the numbers stand as text.
  private var unknownCompressor: String?
  /// Where the appended data start and end, and whether they are base64.
  private var appended: (start: Int, end: Int, isBase64: Bool)?

  init(file: String, bytes: [UInt8]) throws(MeshError) {
    (self.file, self.bytes) = (file, bytes)
    // Appended raw data are no XML: the parser reads up to them.
    let mark = VTKXMLFile.find("<AppendedData", in: bytes, from: 0)
    let parsed: XMLElement
    do throws(FormatError) {
      parsed = try XMLElement(parsing: bytes, upTo: mark, file: file)
    } catch { throw MeshError(error) }
    func complaint(_ feature: String, _ cure: String) -> MeshError {
      .unsupported(
        at: FilePlace(file: file, position: .line(parsed.line)), feature: feature, cure: cure)
    }
    root = parsed
    guard parsed.name == "VTKFile" else {
      throw .malformed(
        at: FilePlace(file: file, position: .line(parsed.line)), found: "<\(parsed.name)>",
        expected: "<VTKFile>")
    }
    switch parsed["compressor"] {
    case nil: isCompressed = false
    case "vtkZLibDataCompressor"?: isCompressed = true
    case let other?:
      isCompressed = true
      unknownCompressor = other
    }
    switch parsed["byte_order"] {
    case nil, "LittleEndian"?: isBigEndian = false
    case "BigEndian"?: isBigEndian = true
    case let other?: throw complaint("the byte order '\(other)' is", "save it as LittleEndian")
    }
    switch parsed["header_type"] {
    case nil, "UInt32"?: headerWidth = 4
    case "UInt64"?: headerWidth = 8
    case let other?: throw complaint("the header type '\(other)' is", "save it with UInt64")
    }
    if let mark { appended = try appendedData(mark) }
  }

  private static func find(_ text: String, in bytes: [UInt8], from start: Int) -> Int? {
    let pattern = Array(text.utf8)
    guard bytes.count >= pattern.count else { return nil }
    for offset in start...bytes.count - pattern.count where bytes[offset] == pattern[0] {
      if bytes[offset..<offset + pattern.count].elementsEqual(pattern) { return offset }
    }
    return nil
  }

  /// `<AppendedData encoding="raw">_` and what follows.
  private func appendedData(
    _ mark: Int
  ) throws(MeshError) -> (start: Int, end: Int, isBase64: Bool) {
    let limit = min(bytes.count, mark + 1000)
    guard let close = bytes[mark..<limit].firstIndex(of: UInt8(ascii: ">")),
      let start = bytes[close..<limit].firstIndex(of: UInt8(ascii: "_"))
    else {
      throw .malformed(
        at: FilePlace(file: file, position: .byte(mark)), found: "something else",
        expected: "<AppendedData encoding=\"raw\">_")
    }
    let tag = String(decoding: bytes[mark..<close], as: UTF8.self)
    let isBase64 = tag.contains("base64")
    guard isBase64 || tag.contains("raw") else {
      throw .unsupported(
        at: FilePlace(file: file, position: .byte(mark)), feature: "this encoding of data is",
        cure: "save them as raw or base64")
    }
    var end = bytes.count
    if isBase64 {
      end = bytes[(start + 1)...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
    }
    return (start + 1, end, isBase64)
  }

  func malformed(_ element: XMLElement, _ expected: String, found: String) -> MeshError {
    .malformed(
      at: FilePlace(file: file, position: .line(element.line)), found: found, expected: expected)
  }

  /// A count in an attribute, not negative.
  func count(_ attribute: String, of element: XMLElement) throws(MeshError) -> Int {
    guard let text = element[attribute], let value = Int(text.filter { !$0.isWhitespace }),
      value >= 0, value < Int(Int32.max)
    else {
      throw malformed(
        element, "\(attribute)=\"…\", a count below 2^31, in <\(element.name)>",
        found: element[attribute].map { "'\($0)'" } ?? "none")
    }
    return value
  }

  /// The numbers of a <DataArray>.
  ///
  /// - Parameter tuples: How many tuples there must be; nil if the array has its own length.
  func array(_ element: XMLElement, tuples: Int?) throws(MeshError) -> VTKArray {
    let components =
      element["NumberOfComponents"] == nil ? 1 : try count("NumberOfComponents", of: element)
    guard (1...1_000_000).contains(components) else {
      throw malformed(element, "at least one component", found: "\(components)")
    }
    let name = element["Name"] ?? ""
    if let tuples, tuples < 0 || tuples > (1 << 40) / components {
      throw malformed(
        element, "fewer than 2^40 numbers in array '\(name)'", found: "\(tuples) tuples")
    }
    let expected = tuples.map { $0 * components }
    guard let type = element["type"].flatMap({ VTKNumberType(rawValue: $0) }) else {
      throw .unsupported(
        at: FilePlace(file: file, position: .line(element.line)),
        feature: "the type '\(element["type"] ?? "")' of array '\(name)' is",
        cure: "save it as Float64, Float32 or whole numbers")
    }
    let values: VTKValues
    switch element["format"] ?? "ascii" {
    case "ascii": values = try text(element, type, name)
    case "binary":
      var source = EncodedBytes(element.text, from: 0, to: element.text.count, isBase64: true)
      values = try binary(&source, element, type, name, expected)
    case "appended":
      guard let appended, let offset = element["offset"].flatMap({ Int($0) }), offset >= 0,
        offset <= appended.end - appended.start
      else {
        throw malformed(
          element, "an offset within the appended data of array '\(name)'",
          found: element["offset"].map { "'\($0)'" } ?? "none")
      }
      var source = EncodedBytes(
        bytes, from: appended.start + offset, to: appended.end, isBase64: appended.isBase64)
      values = try binary(&source, element, type, name, expected)
    case let other:
      throw malformed(element, "the format ascii, binary or appended", found: "'\(other)'")
    }
    guard values.count.isMultiple(of: components), expected == nil || values.count == expected
    else {
      throw malformed(
        element, "\(expected ?? components) numbers in array '\(name)'", found: "\(values.count)")
    }
    return VTKArray(name: name, components: components, values: values)
  }

  // MARK: Encodings

  private func text(
    _ element: XMLElement, _ type: VTKNumberType, _ name: String
  ) throws(MeshError) -> VTKValues {
    let text = element.text
    var (wholes, reals) = ([] as [Int], [] as [Double])
    var offset = 0
    func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
    while true {
      while offset < text.count, isBlank(text[offset]) { offset += 1 }
      guard offset < text.count else { break }
      let start = offset
      var isNumber = false
      if type.isReal {
        let reading = DecimalText.real(in: text, at: &offset)
        if case .number(let value) = reading {
          reals.append(value)
          isNumber = true
        } else if case .none = reading, let value = VTKXMLFile.notFinite(text, &offset) {
          reals.append(value)
          isNumber = true
        }
      } else if case .number(let value) = DecimalText.integer(in: text, at: &offset) {
        wholes.append(value)
        isNumber = true
      }
      guard isNumber, offset >= text.count || isBlank(text[offset]) else {
        let line = element.line + text[..<start].reduce(0) { $0 + ($1 == 10 ? 1 : 0) }
        throw .malformed(
          at: FilePlace(file: file, position: .line(line)),
          found: DecimalText.excerpt(of: text, at: start),
          expected: "a \(type.isReal ? "finite decimal" : "whole") number in array '\(name)'")
      }
    }
    return type.isReal ? .real(reals) : .whole(wholes)
  }

  /// `nan`, which VTK writes where a field is not defined; the reader of the field decides.
  private static func notFinite(_ text: [UInt8], _ offset: inout Int) -> Double? {
    var position = offset
    if position < text.count, text[position] == 45 || text[position] == 43 { position += 1 }
    guard text[position...].prefix(3).map({ $0 | 32 }).elementsEqual("nan".utf8) else { return nil }
    offset = position + 3
    return .nan
  }

  private func binary(
    _ source: inout EncodedBytes, _ element: XMLElement, _ type: VTKNumberType, _ name: String,
    _ expected: Int?
  ) throws(MeshError) -> VTKValues {
    func broken(_ reason: String) -> MeshError {
      malformed(element, "the data of array '\(name)'", found: reason)
    }
    func word(_ bytes: [UInt8], _ index: Int) -> Int? {
      var value: UInt64 = 0
      for byte in 0..<headerWidth {
        value =
          value << 8
          | UInt64(bytes[index * headerWidth + (isBigEndian ? byte : headerWidth - 1 - byte)])
      }
      return Int(exactly: value)
    }
    if let unknownCompressor {
      throw .unsupported(
        at: FilePlace(file: file, position: .line(root.line)),
        feature: "the compressor \(unknownCompressor) is",
        cure: "save the file with zlib or uncompressed")
    }
    let needed = expected.map { $0 * type.width }
    guard let first = source.read(headerWidth), let count = word(first, 0), count < 1 << 48 else {
      throw broken("the end of the data")
    }
    var data: [UInt8] = []
    if !isCompressed {
      guard needed == nil || count == needed else {
        throw broken("\(count) bytes for \(expected ?? 0) numbers of \(type.width) bytes")
      }
      guard let all = source.read(count) else { throw broken("fewer than \(count) bytes") }
      data = all
    } else if count > 0 {
      guard count <= source.most / headerWidth, let sizes = source.read((count + 2) * headerWidth),
        let blockSize = word(sizes, 0), let lastSize = word(sizes, 1)
      else { throw broken("a broken list of blocks") }
      let full = lastSize == 0 ? count : count - 1
      let (size, overflows) = blockSize.multipliedReportingOverflow(by: full)
      guard !overflows, size <= Int.max - lastSize, needed == nil || size + lastSize == needed
      else {
        throw broken("blocks of another size than \(expected ?? 0) numbers")
      }
      for block in 0..<count {
        let length = block < full ? blockSize : lastSize
        guard let packedSize = word(sizes, 2 + block), let packed = source.read(packedSize),
          let part = Deflate.decompressed(packed[...], count: length)
        else { throw broken("a block that zlib cannot unpack") }
        data += part
      }
    }
    guard data.count.isMultiple(of: type.width),
      let values = type.values(of: data, isBigEndian: isBigEndian)
    else { throw broken("a number beyond 2^63, or a part of one") }
    return values
  }
}

extension MeshError {
  /// The same failure in the words of this room.
  init(_ error: FormatError) {
    switch error {
    case .unreadable(let error): self = .unreadable(path: error.path, reason: error.reason)
    case .malformed(let place, let found, let expected):
      self = .malformed(at: place, found: found, expected: expected)
    case .unsupported(let place, let feature, let cure):
      self = .unsupported(at: place, feature: feature, cure: cure)
    case .unsuitable(let path, let reason): self = .unsuitable(path: path, reason: reason)
    }
  }
}
