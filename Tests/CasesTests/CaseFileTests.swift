import Cases
import Testing

@Suite struct `A case file` {
  @Test func `fills in every default and converts every unit`() throws {
    let file = try read(wholeCase)
    #expect(file.title == "Block")
    #expect(file.physics.degree == 2)
    #expect(file.layout.componentNames == ["k[0]", "k[1]", "h"])
    #expect(file.parameters[0].ranges == [0.1...10, 0.1...10])
    #expect(abs(file.parameters[0].reference[1] - 1) < 1e-15)
    #expect(file.parameters[1].reference == [2])
    #expect(file.boundaries[0]["value"]?.number == 293.15)
    #expect(
      file.boundaries[1]["exchange"]?.table?["coefficient"]?.coefficient?.expression?.text == "h")
    let centre = try #require(file.outputs[1].expression)
    #expect(
      file.outputs[1].quantity == .at([0.5, 0.5], value: SourceText("u", at: centre.location)))
    #expect(file.training?.points == .sampled(.halton, count: 50, seed: 1))
    #expect(file.validation?.points == .sampled(.halton, count: 5, seed: 2))
    #expect(file.reduction?.product == .energy)
    #expect(file.reduction?.error == .relative)
    #expect(file.query == [[1, 2, 3]])
    #expect(file.expectations[0].relative == 1e-6)
    #expect(file.mesh?.partitions == 1)
  }

  @Test func `takes a whole number wherever a number is wanted`() throws {
    let file = try read(bent("conductivity = \"k[0]\"", "conductivity = 10"))
    #expect(file.materials[0]["conductivity"]?.number == 10)
  }

  @Test func `keeps the place of each expression and region`() throws {
    let file = try read(wholeCase)
    let flux = try #require(file.boundaries[1]["flux"]?.coefficient?.expression)
    #expect(flux.text == "1 + 0.2*x")
    #expect("\(flux.line):\(flux.column)" == place(of: "1 + 0.2*x"))
    let region = file.materials[0].on.names[1]
    #expect(region.text == "right half")
    #expect("\(region.line):\(region.column)" == place(of: "\"right half\""))
    let diagnostic = file.diagnostic(at: flux.location(ofColumn: 9), "unknown name 'x'")
    let lines = diagnostic.description.split(separator: "\n")
    #expect(lines[0].hasPrefix("case.toml:\(flux.line):\(flux.column + 8): error: unknown name"))
    #expect(lines[1].dropFirst(lines[2].count - 1) == "x\"")
  }

  @Test func `takes conductivities as scalars, diagonals and symmetric tensors`() throws {
    func conductivity(_ text: String) throws -> CaseFile.Value? {
      try read(bent("\"k[0]\"", text)).materials[0]["conductivity"]
    }
    #expect(try conductivity("[1, \"k[1]\"]")?.list?.count == 2)
    let full = try conductivity("[[2, \"h\"], [\"h\", 3]]")
    #expect(full?.list?[1].list?[0].text == "h")
    #expect(
      complaints(bent("\"k[0]\"", "[[2, \"h\"], [1, 3]]")).first?.contains("must be symmetric")
        == true)
    #expect(complaints(bent("\"k[0]\"", "[1, -2]")).first?.contains("must be > 0") == true)
  }

  @Test func `without a reduction is a plain run with one unnamed point`() throws {
    let text = """
      schema = 1
      [mesh]
      box = { size = [1, 1, 1], cells = [2, 2, 2] }
      [physics]
      kind = "diffusion"
      [[material]]
      on = "*"
      conductivity = 1
      """
    let file = try read(text)
    #expect(file.layout.count == 0)
    #expect(file.query == nil)
    #expect(file.reduction == nil)
  }

  @Test func `warns of query points outside the parameter domain`() throws {
    let file = try read(bent("[[1, 2, 3]]", "[[1, 20, 3]]"))
    #expect(file.warnings.count == 1)
    #expect(file.warnings.first?.message.contains("'k[1]': 20 is not in 0.1 to 10") == true)
    #expect(try read(wholeCase).warnings.isEmpty)
  }

  @Test func `resolved reads back to the same case with the same fingerprint`() throws {
    let overrides = ["reduction.tolerance=1e-8", "parameter[1].default=1.25"]
    let file = try read(wholeCase, overrides)
    let resolved = file.resolvedText(in: "")
    let again = try read(resolved)
    #expect(again.resolvedText(in: "") == resolved)
    #expect(again.hash == file.hash)
    #expect(again.hash.count == 64)
    #expect(again.reduction?.tolerance == 1e-8)
    #expect(again.parameters.map(\.reference) == file.parameters.map(\.reference))
    #expect(again.parameters.map(\.ranges) == file.parameters.map(\.ranges))
    #expect(again.materials.map { $0["conductivity"]?.text } == ["k[0]"])
    #expect(try read(wholeCase).hash != file.hash)
  }
}
