extension CaseSchema {
  /// The case file as a JSON Schema (draft 4) for editors: completion, hover and checks.
  ///
  /// - Source: draft 4 is what the TOML language servers understand; in it `exclusiveMinimum` is a
  ///   truth value beside `minimum`.
  public static var jsonSchema: String {
    var members: [(key: String, value: JSONValue)] = [
      ("$schema", .string("http://json-schema.org/draft-04/schema#")),
      ("title", .string("Ritz case file")), ("description", .string(root.meaning)),
    ]
    if case .object(let rest) = root.jsonSchema { members += rest }
    // Only schemas, bounds among them, are written here: all numbers are finite.
    return ((try? JSONValue.object(members).text()) ?? "{}") + "\n"
  }
}

extension TableSchema {
  var jsonSchema: JSONValue {
    var names: [String] = []
    for field in fields where !names.contains(field.name) { names.append(field.name) }
    let properties = names.map { name -> (key: String, value: JSONValue) in
      // A key that means different things in different kinds of physics has several fields.
      let meanings = fields.filter { $0.name == name }
      var members: [(key: String, value: JSONValue)] = [
        ("description", .string(meanings.map(\.explained).joined(separator: "; or ")))
      ]
      if let standard = meanings[0].standard.flatMap(TableSchema.jsonValue) {
        members.append(("default", standard))
      }
      if case .object(let type) = FieldType.either(meanings.map(\.type)).jsonSchema {
        members += type
      }
      return (name, .object(members))
    }
    var members: [(key: String, value: JSONValue)] = [
      ("type", .string("object")), ("additionalProperties", .boolean(false)),
      ("properties", .object(properties)),
    ]
    let required = fields.filter { $0.isRequired && $0.kinds == nil }.map {
      JSONValue.string($0.name)
    }
    if !required.isEmpty { members.append(("required", .array(required))) }
    func requirement(_ key: String) -> JSONValue {
      .object([("required", .array([.string(key)]))])
    }
    let rules =
      exactlyOneOf.map { JSONValue.object([("oneOf", .array($0.map(requirement)))]) }
      + atLeastOneOf.map { JSONValue.object([("anyOf", .array($0.map(requirement)))]) }
    if !rules.isEmpty { members.append(("allOf", .array(rules))) }
    return .object(members)
  }

  /// The value a TOML text such as `"linear"` or `1` stands for.
  static func jsonValue(_ text: String) -> JSONValue? {
    let node = (try? TOMLTable(parsing: Array("v = \(text)".utf8), file: ""))?["v"]
    switch node?.value {
    case .string(let s): return .string(s)
    case .integer(let i): return .integer(Int(i))
    case .number(let x): return .number(x)
    case .boolean(let b): return .boolean(b)
    default: return nil
    }
  }
}

extension FieldType {
  var jsonSchema: JSONValue {
    func type(_ name: String, _ more: (key: String, value: JSONValue)...) -> JSONValue {
      .object([("type", .string(name))] + more)
    }
    func anyOf(_ types: [JSONValue]) -> JSONValue { .object([("anyOf", .array(types))]) }
    switch self {
    case .string: return type("string")
    case .path, .units, .expression: return type("string", ("minLength", .integer(1)))
    case .choice(let words): return .object([("enum", .array(words.map { .string($0) }))])
    case .integer(let range):
      return type(
        "integer", ("minimum", .integer(range.lowerBound)),
        ("maximum", .integer(range.upperBound)))
    case .boolean: return type("boolean")
    case .number(let limits):
      var members: [(key: String, value: JSONValue)] = [("type", .string("number"))]
      let excludes = JSONValue.boolean(true)
      if let lower = limits.lower {
        members.append(("minimum", .number(lower)))
        if limits.excludesEnds { members.append(("exclusiveMinimum", excludes)) }
      }
      if let upper = limits.upper {
        members.append(("maximum", .number(upper)))
        if limits.excludesEnds { members.append(("exclusiveMaximum", excludes)) }
      }
      return .object(members)
    case .quantity(_, let limits):
      return anyOf([FieldType.number(limits).jsonSchema, FieldType.expression.jsonSchema])
    case .coefficient: return .object([("type", .array([.string("number"), .string("string")]))])
    case .tensor:
      let entry = FieldType.coefficient(nil, .none)
      return FieldType.either([
        entry, .list(entry, count: 2...3), .list(.list(entry, count: 2...3), count: 2...3),
      ]).jsonSchema
    case .regions:
      let name = FieldType.expression.jsonSchema
      return anyOf([name, type("array", ("items", name), ("minItems", .integer(1)))])
    case .scalar:
      let names = ["number", "string", "boolean"].map { JSONValue.string($0) }
      return .object([("type", .array(names))])
    case .list(let member, let count):
      return type(
        "array", ("items", member.jsonSchema), ("minItems", .integer(count.lowerBound)),
        ("maxItems", .integer(count.upperBound)))
    case .either(let types):
      return types.count == 1 ? types[0].jsonSchema : anyOf(types.map(\.jsonSchema))
    case .table(let schema): return schema.jsonSchema
    case .tables(let schema): return type("array", ("items", schema.jsonSchema))
    }
  }
}
