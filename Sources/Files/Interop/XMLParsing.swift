internal import CExpat

/// Builds elements from what expat reports.
enum XMLParsing {
  /// What has been read: the root last to be closed, and the elements that are open.
  private final class State {
    var open: [XMLElement] = []
    var root: XMLElement?
    var isTooDeep = false

    func close() {
      guard let element = open.popLast() else { return }
      if open.isEmpty {
        root = element
      } else {
        open[open.count - 1].children.append(element)
      }
    }
  }

  /// The state behind the pointer that expat hands to its handlers.
  private static func state(_ parser: UnsafeMutableRawPointer?) -> State? {
    guard let parser = unsafe parser, let data = unsafe ritz_xml_user_data(OpaquePointer(parser))
    else { return nil }
    // Safe: `root(of:upTo:file:)` keeps the state alive while the parser runs.
    return unsafe Unmanaged<State>.fromOpaque(data).takeUnretainedValue()
  }

  static func root(
    of bytes: [UInt8], upTo end: Int?, file: String
  ) throws(FormatError) -> XMLElement {
    guard let parser = unsafe XML_ParserCreate(nil) else {
      throw .unsuitable(path: file, reason: "no memory for reading XML")
    }
    defer { unsafe XML_ParserFree(parser) }
    let state = State()
    unsafe XML_SetUserData(parser, Unmanaged.passUnretained(state).toOpaque())
    unsafe XML_UseParserAsHandlerArg(parser)
    unsafe XML_SetElementHandler(parser, startElement) { parser, _ in
      if let state = unsafe XMLParsing.state(parser), !state.isTooDeep { state.close() }
    }
    unsafe XML_SetCharacterDataHandler(parser) { parser, text, count in
      guard let state = unsafe XMLParsing.state(parser), let text = unsafe text,
        !state.isTooDeep, !state.open.isEmpty
      else { return }
      // Safe: `count` bytes stand at `text` while the handler runs.
      unsafe state.open[state.open.count - 1].text.append(
        contentsOf: UnsafeRawBufferPointer(start: text, count: Int(count)))
    }
    let length = min(end ?? bytes.count, bytes.count)
    var isSound = true
    var start = 0
    repeat {
      // expat counts the bytes of a call in 32 bits.
      let count = min(length - start, 1 << 24)
      let isFinal = end == nil && start + count == length
      isSound = unsafe bytes.withUnsafeBytes { buffer in
        // Safe: start + count stays within the buffer.
        unsafe XML_Parse(
          parser, buffer.baseAddress?.advanced(by: start).assumingMemoryBound(to: CChar.self),
          Int32(count), isFinal ? 1 : 0) == XML_STATUS_OK
      }
      start += count
    } while isSound && start < length
    let line = Int(unsafe XML_GetCurrentLineNumber(parser))
    let place = FilePlace(file: file, position: .line(line))
    if state.isTooDeep {
      throw .unsupported(
        at: place, feature: "XML of more than 64 levels is", cure: "flatten the file")
    }
    guard isSound else {
      let reason = unsafe XML_ErrorString(XML_GetErrorCode(parser)).map {
        unsafe String(cString: $0)
      }
      throw .malformed(
        at: place, found: length == 0 ? "an empty file" : reason ?? "something else",
        expected: "well-formed XML")
    }
    if end != nil { while !state.open.isEmpty { state.close() } }
    guard let root = state.root else {
      throw .malformed(at: place, found: "none", expected: "an XML element")
    }
    return root
  }

  private static let startElement: XML_StartElementHandler = { parser, name, attributes in
    guard let state = unsafe XMLParsing.state(parser), let name = unsafe name,
      let handle = unsafe parser
    else { return }
    guard state.open.count < 64, !state.isTooDeep else {
      state.isTooDeep = true
      unsafe XML_StopParser(OpaquePointer(handle), 0)
      return
    }
    var values: [String: String] = [:]
    var place = 0
    // Safe: expat ends the list of names and values by a null pointer.
    while let key = unsafe attributes?[place], let value = unsafe attributes?[place + 1] {
      unsafe values[String(cString: key)] = String(cString: value)
      place += 2
    }
    let line = Int(unsafe XML_GetCurrentLineNumber(OpaquePointer(handle)))
    unsafe state.open.append(
      XMLElement(name: String(cString: name), attributes: values, line: line))
  }
}
