import Cases
import Foundation
import Testing

@Suite struct `The declared tables` {
  @Test(arguments: CaseSchema.kinds)
  func `give for every physics a template that passes its own checks`(kind: String) throws {
    let file = try read(CaseSchema.template(of: kind))
    #expect(file.physics.kind == kind)
    #expect(file.warnings.isEmpty)
  }

  @Test func `give a template that carries every table`() throws {
    let template = CaseSchema.template(of: "diffusion")
    let file = try read(template)
    #expect(file.reduction?.method == .greedy)
    #expect(file.layout.componentNames == ["k"])
    for table in [
      "mesh", "physics", "parameter", "material", "boundary", "source", "output", "training",
      "reduction", "validation", "query", "expect",
    ] {
      #expect(template.contains("[\(table)]"), "\(table)")
    }
    #expect(file.boundaries.map { $0["value"]?.number ?? 0 } == [293.15, 0])
    #expect(file.boundaries[1]["flux"]?.number == 1000)
  }

  @Test(arguments: CaseSchema.kinds)
  func `give a template whose optional keys are also right`(kind: String) throws {
    let template = CaseSchema.template(of: kind)
    // Each commented key alone, put to use, must be accepted or exclude another one.
    for (i, line) in template.split(separator: "\n").enumerated()
    where line.hasPrefix("# ") && line.split(separator: " ").dropFirst(2).first == "=" {
      var lines = template.split(separator: "\n").map(String.init)
      lines[i] = String(line.dropFirst(2))
      let found = complaints(lines.joined(separator: "\n"))
      let isRule = found.allSatisfy { message in
        [
          "exclude each other", "No such file", "cannot hold", "belongs to", "needs a",
          "needs sampling", "a number needs", "has no meaning",
        ]
        .contains { message.contains($0) }
      }
      #expect(isRule, "\(line): \(found)")
    }
  }

  @Test func `give a JSON Schema that is JSON and knows every key`() throws {
    let text = CaseSchema.jsonSchema
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    #expect(object is [String: Any])
    let json = try JSONValue(parsing: text)
    #expect(try json.value(at: "'$schema'").string == "http://json-schema.org/draft-04/schema#")
    #expect(try json.value(at: "properties.reduction.properties.tolerance.type").string == "number")
    #expect(try json.value(at: "properties.material.items.required[0]").string == "on")
    #expect(try json.value(at: "required[0]").string == "schema")
    #expect(
      try json.value(at: "properties.physics.properties.degree.default").number == 1)
  }

  @Test func `give a reference page with a row for every key`() {
    let page = CaseSchema.referencePage
    for row in ["| `tolerance` |", "| `conductivity` |", "## [boundary.exchange]", "## [[expect]]"]
    {
      #expect(page.contains(row), "\(row)")
    }
  }
}

@Suite struct `Suggestions` {
  @Test(arguments: [
    ("tolerence", "tolerance"), ("colour", nil), ("mehtod", "method"), ("METHOD", "method"),
    ("siz", "size"),
  ])
  func `finds the word that was meant, or none`(word: String, meant: String?) {
    #expect(Spelling.nearest(to: word, among: ["method", "tolerance", "size", "product"]) == meant)
  }
}

@Suite struct `The book` {
  @Test func `has the reference page that the declared tables give`() throws {
    let book = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/Ritz/Ritz.docc/CaseReference.md")
    let page = try String(contentsOf: book, encoding: .utf8)
    let isSame =
      page.trimmingCharacters(in: .newlines)
      == CaseSchema.referencePage.trimmingCharacters(in: .newlines)
    #expect(isSame, "write it anew: ritz schema --reference")
  }
}
