/// The names and sizes of the parameters, and with them the order of the flat vector.
public struct ParameterLayout: Sendable {
  /// The parameters: `size` is nil for a scalar.
  public let parameters: [(name: String, size: Int?)]

  /// A layout.
  public init(_ parameters: [(name: String, size: Int?)]) { self.parameters = parameters }

  /// The length of the flat vector.
  public var count: Int { parameters.reduce(0) { $0 + ($1.size ?? 1) } }

  /// The names of the components: `k[0]`, `k[1]`, …, `h`.
  public var componentNames: [String] {
    parameters.flatMap { name, size in
      size.map { (0..<$0).map { "\(name)[\($0)]" } } ?? [name]
    }
  }

  /// A point as it stands in results.json: `{"k": [1, 2], "h": 3}`.
  public func json(_ point: [Double]) -> JSONValue {
    precondition(point.count == count, "a point of \(point.count) numbers, \(count) are needed")
    var next = 0
    return .object(
      parameters.map { name, size in
        let taken = point[next..<next + (size ?? 1)]
        next += taken.count
        return size == nil
          ? (name, taken.first.map { .number($0) } ?? .null)
          : (name, .array(taken.map { .number($0) }))
      })
  }

  /// Reads a point from the command line: `k=1,2,3 h=4`, or the bare numbers in order.
  ///
  /// - Throws: What is missing, unknown or not a number.
  public func point(parsing text: String) throws(PointError) -> [Double] {
    var found: [String: [Double]] = [:]
    if !text.contains("=") {
      let numbers = try PointError.numbers(text, of: "the point")
      guard numbers.count == count else {
        throw PointError("the point has \(numbers.count) numbers; \(count) are needed: \(order)")
      }
      return numbers
    }
    for piece in text.split(whereSeparator: { $0 == ";" || $0.isWhitespace }) {
      guard let sign = piece.firstIndex(of: "=") else {
        throw PointError("'\(piece)' is not of the form name=numbers")
      }
      let name = String(piece[..<sign])
      guard let parameter = parameters.first(where: { $0.name == name }) else {
        let hint = Spelling.hint(for: name, among: parameters.map(\.name))
        throw PointError("unknown parameter '\(name)'\(hint)")
      }
      guard found[name] == nil else { throw PointError("parameter '\(name)' is given twice") }
      let numbers = try PointError.numbers(
        String(piece[piece.index(after: sign)...]), of: "parameter '\(name)'")
      guard numbers.count == parameter.size ?? 1 else {
        throw PointError(
          "parameter '\(name)' has \(parameter.size ?? 1) components; found \(numbers.count)")
      }
      found[name] = numbers
    }
    var point: [Double] = []
    for (name, _) in parameters {
      guard let numbers = found[name] else { throw PointError("parameter '\(name)' is missing") }
      point += numbers
    }
    return point
  }

  private var order: String { componentNames.prefix(12).joined(separator: ", ") }
}

/// Why a text is not a point of the parameter domain.
public struct PointError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The reason in words.
  public let description: String

  init(_ description: String) { self.description = description }

  static func numbers(_ text: String, of owner: String) throws(PointError) -> [Double] {
    var numbers: [Double] = []
    for field in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let x = PointFile.number(Array(field.utf8)) else {
        throw PointError("'\(field)' in \(owner) is not a finite number")
      }
      numbers.append(x)
    }
    return numbers
  }
}
