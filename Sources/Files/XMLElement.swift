/// An element of an XML file: its attributes, the elements in it and the text between them.
public struct XMLElement: Sendable {
  /// The name of the tag, with its prefix if it has one.
  public let name: String
  /// The values of the attributes by their names.
  public let attributes: [String: String]
  /// The line of the tag, from 1.
  public let line: Int
  /// The elements directly below.
  public internal(set) var children: [XMLElement] = []
  /// The text directly below, all pieces joined.
  public internal(set) var text: [UInt8] = []

  /// Reads a file whose root is one element.
  ///
  /// External files are not fetched. Nesting is limited to 64 levels.
  /// - Parameters:
  ///   - bytes: The content.
  ///   - end: Where the XML breaks off, if what follows is something else; the elements that are open
  ///     there count as closed.
  ///   - file: The name that stands in errors.
  /// - Throws: `FormatError.malformed` with the line.
  public init(parsing bytes: [UInt8], upTo end: Int? = nil, file: String) throws(FormatError) {
    self = try XMLParsing.root(of: bytes, upTo: end, file: file)
  }

  init(name: String, attributes: [String: String], line: Int) {
    (self.name, self.attributes, self.line) = (name, attributes, line)
  }

  /// The elements of a name directly below.
  public func children(named name: String) -> [XMLElement] { children.filter { $0.name == name } }

  /// The first element of a name directly below.
  public func first(_ name: String) -> XMLElement? { children.first { $0.name == name } }

  /// The value of an attribute.
  public subscript(attribute: String) -> String? { attributes[attribute] }
}
