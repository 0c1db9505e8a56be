/// Holds a tree of TOML against the declared tables and collects everything that is wrong.
struct SchemaValidation {
  let units: UnitSystem?
  /// The kind of physics, whose keys are known.
  let kind: String
  private(set) var diagnostics: [Diagnostic] = []

  /// Who has so many has mistaken the file; the rest would only cost time.
  static let mostErrors = 500

  init(units: UnitSystem?, kind: String) { (self.units, self.kind) = (units, kind) }

  mutating func report(_ location: SourceLocation, _ message: String) {
    diagnostics.append(Diagnostic(at: location, message))
  }

  /// Checks the keys of a table.
  ///
  /// - Parameters:
  ///   - place: How messages name the table: `in [mesh]`, `at the top level`.
  ///   - location: Where a missing key is reported.
  mutating func check(
    _ table: TOMLTable, _ schema: TableSchema, place: String, path: String,
    at location: SourceLocation
  ) {
    let fields = schema.fields(for: kind)
    let names = fields.map(\.name)
    for entry in table.entries {
      guard diagnostics.count < SchemaValidation.mostErrors else { return }
      guard let field = schema.field(entry.key, for: kind) else {
        let others = schema.kinds(ofKey: entry.key)
        guard others.isEmpty else {
          report(
            entry.keyLocation,
            "'\(entry.key)' \(place) belongs to \(others.joined(separator: ", ")); "
              + "this case is '\(kind)'")
          continue
        }
        let hint = Spelling.hint(for: entry.key, among: names)
        report(entry.keyLocation, "unknown key '\(entry.key)' \(place)\(hint)")
        continue
      }
      check(entry, field, place: place, path: path)
    }
    let given = Set(table.entries.map(\.key))
    // A misspelt key is reported once, not a second time as missing.
    let meant = Set(
      given.subtracting(names).compactMap { Spelling.nearest(to: $0, among: names) })
    for field in fields where field.isRequired {
      if given.contains(field.name) || meant.contains(field.name) { continue }
      report(location, "missing key '\(field.name)' \(place): \(field.meaning)")
    }
    for all in schema.exactlyOneOf + schema.atLeastOneOf {
      let group = all.filter(names.contains)
      if group.isEmpty { continue }
      // Where the kind leaves no choice, the key itself is required.
      if fields.contains(where: { $0.isRequired && group.contains($0.name) }) { continue }
      if !meant.isDisjoint(with: group) || !given.isDisjoint(with: group) { continue }
      report(location, "missing key \(place): give \(alternatives(group))")
    }
    for group in schema.exactlyOneOf {
      let present = table.entries.filter { group.contains($0.key) }
      for extra in present.dropFirst() {
        report(
          extra.keyLocation,
          "'\(extra.key)' and '\(present[0].key)' exclude each other \(place); give one of them")
      }
    }
    for rule in schema.exclusions where rule.kinds.contains(kind) && given.contains(rule.key) {
      for other in table.entries where rule.others.contains(other.key) {
        report(
          other.keyLocation, "\(rule.reason): '\(other.key)' cannot hold \(rule.place)")
      }
    }
  }

  private func alternatives(_ group: [String]) -> String {
    let quoted = group.map { "'\($0)'" }
    return quoted.count < 2
      ? quoted.joined() : quoted.dropLast().joined(separator: ", ") + " or \(quoted.last ?? "")"
  }

  private mutating func check(
    _ entry: TOMLTable.Entry, _ field: Field, place: String, path: String
  ) {
    let name = path.isEmpty ? field.name : "\(path).\(field.name)"
    switch (field.type, entry.node.value) {
    case (.table(let schema), .table(let table)):
      check(table, schema, place: "in [\(name)]", path: name, at: entry.node.location)
    case (.tables(let schema), .array(let nodes)) where nodes.allSatisfy(\.isTable):
      for node in nodes {
        guard let table = node.table, diagnostics.count < SchemaValidation.mostErrors else {
          return
        }
        check(table, schema, place: "in [[\(name)]]", path: name, at: node.location)
      }
    case (.tables, .table):
      report(
        entry.keyLocation,
        "'\(field.name)' may be given several times: write [[\(name)]] with two brackets")
    case (.table, .array(let nodes)) where nodes.allSatisfy(\.isTable) && !nodes.isEmpty:
      report(
        entry.keyLocation, "'\(field.name)' is given once: write [\(name)] with one bracket")
    default:
      if let problem = problem(with: entry.node, field.type) {
        report(problem.location, "'\(field.name)' \(place) \(problem.message)")
      }
    }
  }

  /// Whether a value is one of a type.
  func accepts(_ node: TOMLNode, as type: FieldType) -> Bool { problem(with: node, type) == nil }

  /// What is wrong with a value, if anything.
  private func problem(
    with node: TOMLNode, _ type: FieldType
  ) -> (location: SourceLocation, message: String)? {
    let mismatch = (node.location, "must be \(type.noun); found \(node.value.noun)")
    switch type {
    case .string, .path, .expression, .units:
      guard let text = node.string else { return mismatch }
      if case .string = type { return nil }
      if text.trimmingBlanks.isEmpty { return (node.location, "must be \(type.noun), not empty") }
      if case .path = type, text.unicodeScalars.contains("\0") {
        return (node.location, "must be the path of a file; it holds a NUL character")
      }
      if case .units = type {
        do throws(UnitError) { _ = try UnitSystem(named: text) } catch {
          return (node.location, "is not understood: \(error)")
        }
      }
      return nil
    case .choice(let words):
      guard let text = node.string else { return mismatch }
      if words.contains(text) { return nil }
      let near = Spelling.nearest(to: text, among: words).map { "; did you mean \"\($0)\"?" } ?? ""
      return (node.location, "must be \(type.noun); found \"\(text)\"\(near)")
    case .integer(let range):
      guard let i = node.integer else {
        if let x = node.number, let whole = Int(exactly: x) {
          return (node.location, "must be \(type.noun); write \(whole) instead of \(x)")
        }
        return mismatch
      }
      return range.contains(i) ? nil : mismatch
    case .boolean: return node.boolean == nil ? mismatch : nil
    case .number(let limits):
      guard let x = node.number else { return mismatch }
      return x.isFinite && limits.contains(x) ? nil : mismatch
    case .scalar:
      if node.string != nil || node.boolean != nil { return nil }
      return node.number?.isFinite == true ? nil : mismatch
    case .quantity(let dimension, let limits):
      guard node.string != nil || node.number != nil else { return mismatch }
      switch Reading.quantity(node, dimension: dimension, units: units) {
      case .failure(let error): return (node.location, error.description)
      case .success(let x): return limits.contains(x) ? nil : mismatch
      }
    case .coefficient(let dimension, let limits):
      if let text = node.string, !Quantity.isQuantity(text) {
        return text.trimmingBlanks.isEmpty ? mismatch : nil
      }
      return problem(with: node, .quantity(dimension, limits)).map { found in
        // What is wrong with the number is not that it is no expression.
        found.message.hasPrefix("must be a number") && node.string == nil
          ? (found.location, "must be \(type.noun); found \(node.value.noun)") : found
      }
    case .tensor(let dimension): return tensorProblem(with: node, dimension, mismatch)
    case .regions:
      if let name = node.string { return name.isEmpty ? mismatch : nil }
      guard let members = node.array, !members.isEmpty else { return mismatch }
      for member in members where member.string?.isEmpty ?? true {
        return (member.location, "must be \(type.noun); found \(member.value.noun) in the list")
      }
      return nil
    case .list(let member, let count):
      guard let nodes = node.array else { return mismatch }
      if !count.contains(nodes.count) { return mismatch }
      for each in nodes {
        if let found = problem(with: each, member) { return found }
      }
      return nil
    case .either(let types):
      let found = types.map { problem(with: node, $0) }
      if found.contains(where: { $0 == nil }) { return nil }
      // The alternative of the same kind says what is wrong inside.
      let isText = node.string != nil
      for (type, problem) in zip(types, found) {
        switch type {
        case .list where node.array != nil:
          if problem?.location != node.location { return problem }
        case .quantity where isText, .coefficient where isText: return problem
        case .table where node.isTable: return problem
        default: continue
        }
      }
      return mismatch
    case .table(let schema), .tables(let schema):
      return (node.location, "must be a table [\(schema.name)]; found \(node.value.noun)")
    }
  }

  /// A tensor is symmetric, and where its entries are numbers those of a diagonal are positive.
  private func tensorProblem(
    with node: TOMLNode, _ dimension: Dimension?, _ mismatch: (SourceLocation, String)
  ) -> (location: SourceLocation, message: String)? {
    let entry = FieldType.coefficient(dimension, .none)
    let positive = FieldType.coefficient(dimension, .positive)
    guard let members = node.array else { return problem(with: node, positive) }
    guard (2...3).contains(members.count) else { return mismatch }
    guard members.contains(where: { $0.array != nil }) else {
      for member in members {
        if let found = problem(with: member, positive) {
          return (
            found.location,
            found.message.replacing("must be a number > 0", with: "must be > 0 in every direction")
          )
        }
      }
      return nil
    }
    for row in members {
      guard let row = row.array, row.count == members.count else {
        return (node.location, "must be square: \(members.count) rows of \(members.count)")
      }
      for member in row { if let found = problem(with: member, entry) { return found } }
    }
    let texts = members.map { row in
      (row.array ?? []).map { Reading.coefficient($0, dimension, units)?.text ?? "" }
    }
    for i in texts.indices {
      for j in 0..<i where texts[i][j] != texts[j][i] {
        return (
          members[i].array?[j].location ?? node.location,
          "must be symmetric: entry [\(i)][\(j)] is \(texts[i][j]), entry [\(j)][\(i)] is "
            + texts[j][i]
        )
      }
    }
    return nil
  }
}
