/// The names an expression may use: parameters, coordinates, time, fields.
///
/// A parameter's name comes before every other meaning, so a parameter `e` hides Euler's number.
public struct ExpressionScope: Sendable {
  /// Number of coordinates x, y, z that exist, 0 to 3.
  public let coordinateCount: Int
  /// Whether the time t exists.
  public let hasTime: Bool
  /// Components of fields, as "u" or "u.x".
  public let fields: [String]
  /// Whether dx(u), dy(u), … exist for these fields.
  public let hasFieldDerivatives: Bool
  /// Names and sizes of the parameters in the order of the flat list; no size means a scalar.
  public let parameters: [(name: String, size: Int?)]
  private let parameterStarts: [String: Int]

  /// A scope.
  ///
  /// - Parameters:
  ///   - parameters: Vectors with their size, scalars with nil; flat indices count through them in
  ///     this order. Of two with the same name the first is found.
  ///   - coordinates: How many of x, y, z exist.
  ///   - time: Whether t exists.
  ///   - fields: Components of the unknown, as "u" or "u.x".
  ///   - fieldDerivatives: Whether dx(u), … along each existing coordinate may be used.
  public init(
    parameters: [(name: String, size: Int?)] = [], coordinates: Int = 3, time: Bool = true,
    fields: [String] = [], fieldDerivatives: Bool = true
  ) {
    precondition(0...3 ~= coordinates, "there are 0 to 3 coordinates, not \(coordinates)")
    self.parameters = parameters
    coordinateCount = coordinates
    hasTime = time
    self.fields = fields
    hasFieldDerivatives = fieldDerivatives
    var starts: [String: Int] = [:]
    var next = 0
    for (name, size) in parameters {
      precondition(size ?? 1 >= 1, "the parameter \(name) needs at least one entry")
      if starts[name] == nil { starts[name] = next }
      next += size ?? 1
    }
    parameterStarts = starts
    parameterCount = next
  }

  /// Entries of the flat list of parameters.
  public let parameterCount: Int

  /// Why `name` cannot be a parameter's name, or nil if it can: it must be an identifier and must
  /// not hide a coordinate, the time, a function or a word of the language.
  public static func objection(toParameterNamed name: String) -> String? {
    var lexer = Lexer(name)
    guard let token = try? lexer.next(), case .identifier = token.kind,
      token.length == name.unicodeScalars.count
    else { return "'\(name)' is not a name: use letters, digits and _, and begin with a letter" }
    if ["x", "y", "z", "t"].contains(name) { return "'\(name)' is a coordinate or the time" }
    if words.contains(name) || name == "pi" || Function.called[name] != nil || name == "clamp"
      || name == "pow" || name == "parameter"
    {
      return "'\(name)' already has a meaning in expressions"
    }
    return nil
  }

  static let words: Set<String> = ["and", "or", "not", "if"]
  static let constants: [String: Double] = ["pi": .pi, "e": 2.718281828459045]

  /// Flat index of the first entry and the size of a parameter.
  func parameter(_ name: String) -> (start: Int, size: Int?)? {
    guard let start = parameterStarts[name],
      let entry = parameters.first(where: { $0.name == name })
    else { return nil }
    return (start, entry.size)
  }

  /// The axis a coordinate's name stands for, whether or not it exists here.
  static func axis(_ name: String) -> Int? { ["x", "y", "z"].firstIndex(of: name) }

  /// Every name that means something here on its own.
  var names: [String] {
    parameters.map(\.name) + fields + ["x", "y", "z"].prefix(coordinateCount)
      + (hasTime ? ["t"] : []) + Self.constants.keys.sorted()
  }

  /// Every name that may be followed by parentheses.
  var functionNames: [String] {
    Function.called.keys.sorted() + ["clamp", "pow"]
      + (fields.isEmpty || !hasFieldDerivatives
        ? [] : ["dx", "dy", "dz"].prefix(coordinateCount))
  }
}
