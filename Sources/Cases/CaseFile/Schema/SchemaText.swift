extension CaseSchema {
  /// A case of a kind of physics that runs as it stands, every key explained, for `ritz new`.
  ///
  /// - Parameter kind: One of `kinds`.
  public static func template(of kind: String) -> String {
    var text = """
      #:schema ritz.schema.json
      # A case of Ritz: \(kind). Keys behind a # are optional; remove the # to use them.


      """
    let template = CaseTemplates.of(kind)
    text += root.templateKeys(occurrence: 0, template, kind)
    for field in root.fields(for: kind) {
      switch field.type {
      case .table(let schema):
        text += schema.templateBlocks(header: "[\(field.name)]", template, kind)
      case .tables(let schema):
        text += schema.templateBlocks(header: "[[\(field.name)]]", template, kind)
      default: continue
      }
    }
    return text
  }

  /// Files that the template of a kind names, to be written beside it.
  public static func templateFiles(of kind: String) -> [(name: String, text: String)] {
    CaseTemplates.companions(of: kind)
  }

  /// The reference page of all tables and keys, in Markdown.
  public static var referencePage: String {
    var text = """
      # The case file

      \(root.meaning).

      A number may be a number, a text with a unit where `units` names a system, and, where the
      tables below say "expression", an expression in the coordinates and the parameters, in `t`
      where the case has a `[time]`, and in `u` where a law may depend on the solution. A text
      that begins with a number followed by a letter is a quantity: `"15 W/(m K)"`; everything
      else is an expression: `"1 + 0.2*k[0]"`. Paths are relative to the file they stand in.

      Keys that only some kinds of physics know name them in front of their meaning; in a case of
      another kind they are an error.


      """
    text += root.referenceSection(title: "Top level", path: "")
    return text
  }
}

extension Field {
  /// The meaning, with the kinds of physics in front where not all know the key.
  var explained: String {
    guard let kinds else { return meaning }
    return kinds.joined(separator: ", ") + ": " + meaning
  }
}

extension TableSchema {
  /// The lines of one occurrence: given keys live, the others commented out with an example.
  fileprivate func templateKeys(
    occurrence: Int, _ template: CaseTemplates.Template, _ kind: String
  ) -> String {
    let all = template[name] ?? []
    let given = all.indices.contains(occurrence) ? all[occurrence] : []
    var lines: [(code: String, meaning: String)] = []
    for field in fields(for: kind) {
      if case .tables = field.type { continue }
      if let value = given.first(where: { $0.key == field.name })?.value {
        lines.append(("\(field.name) = \(value)", occurrence == 0 ? field.meaning : ""))
        continue
      }
      guard occurrence == 0, let value = field.example ?? field.standard else { continue }
      let standard = field.standard.map { "; default \($0)" } ?? ""
      lines.append(("# \(field.name) = \(value)", field.meaning + standard))
    }
    let width = min(44, lines.map(\.code.count).max() ?? 0)
    return lines.map { code, meaning in
      if meaning.isEmpty { return code + "\n" }
      return code + String(repeating: " ", count: max(2, width - code.count + 2))
        + "# \(meaning)\n"
    }.joined()
  }

  fileprivate func templateBlocks(
    header: String, _ template: CaseTemplates.Template, _ kind: String
  ) -> String {
    (template[name] ?? []).indices.map { i in
      "\n" + (i == 0 ? "# \(meaning).\n" : "") + header + "\n"
        + templateKeys(occurrence: i, template, kind)
    }.joined()
  }

  fileprivate func referenceSection(title: String, path: String) -> String {
    var text = "## \(title)\n\n"
    if !path.isEmpty { text += "\(meaning).\n\n" }
    text += "| key | holds | default | meaning |\n|---|---|---|---|\n"
    for field in fields {
      let standard = field.isRequired ? "required" : field.standard.map { "`\($0)`" } ?? ""
      let noun = field.type.noun.replacing("|", with: "\\|")
      text += "| `\(field.name)` | \(noun) | \(standard) | \(field.explained) |\n"
    }
    for group in exactlyOneOf {
      text += "\nExactly one of \(group.map { "`\($0)`" }.joined(separator: ", ")) is given.\n"
    }
    for group in atLeastOneOf {
      text += "\nAt least one of \(group.map { "`\($0)`" }.joined(separator: ", ")) is given.\n"
    }
    text += "\n"
    for field in fields {
      let inner = path.isEmpty ? field.name : "\(path).\(field.name)"
      switch field.type {
      case .table(let schema):
        text += schema.referenceSection(title: "[\(inner)]", path: inner)
      case .tables(let schema):
        text += schema.referenceSection(title: "[[\(inner)]]", path: inner)
      default: continue
      }
    }
    return text
  }
}
