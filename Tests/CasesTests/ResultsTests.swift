import Cases
import Files
import Foundation
import Testing

@Suite struct `Results of a run` {
  static func sample() -> Results {
    var results = Results(
      version: "0.1.0", caseName: "block.toml", caseHash: "ab", meshHash: "cd",
      layout: ParameterLayout([(name: "k", size: 2), (name: "h", size: nil)]),
      mesh: Results.Mesh(
        dimension: 2, points: 9, cells: [(key: "triangle", value: 8)],
        regions: [Results.Mesh.Region(name: "block1", dimension: 2, measure: 1.0 / 9)]),
      space: Results.Space(dofs: 9, free: 6, degree: 1))
    var reduction = Results.Reduction(method: "greedy", size: 1, product: "energy")
    reduction.greedy = [
      Results.GreedyStep(row: 3, parameter: [1, 2, 3], estimate: 0.5, guarantee: .upperBound)
    ]
    reduction.certifiedDownTo = 1e-12
    results.reduction = reduction
    results.validation = [
      Results.Validation(
        size: 4,
        points: [
          Results.Validation.Point(
            parameter: [1, 2, 3], full: [(key: "q", value: 1)], reduced: [(key: "q", value: 0.9)],
            error: 0.1, residual: 0.1, estimate: 0.2, guarantee: .upperBound, effectivity: 2)
        ], errors: [Results.Validation.FieldError(field: "temperature", max: 0.1, mean: 0.05)])
    ]
    results.query = [
      Results.Query(
        parameter: [1, 2, 3], outputs: [(key: "mean.bottom", value: 1)],
        fullOutputs: [(key: "mean.bottom", value: 1 + 1e-9)], estimate: 1e-7, guarantee: .upperBound
      )
    ]
    results.ledger.fullSolves = 24
    results.ledger.seconds = [(key: "solve", value: 0.25), (key: "report", value: 0.1)]
    return results
  }

  @Test func `carry every key of the contract, in its order`() throws {
    let json = Self.sample().json
    for path in [
      "schema", "ritz", "case", "caseHash", "meshHash", "mesh.dimension", "mesh.points",
      "mesh.cells.triangle", "mesh.regions.block1.measure", "mesh.regions.block1.dimension",
      "space.dofs", "space.free", "space.degree", "reduction.method", "reduction.size",
      "reduction.product", "reduction.singularValues", "reduction.retainedEnergy",
      "reduction.greedy[0].row", "reduction.greedy[0].parameter.k[1]",
      "reduction.greedy[0].estimate", "reduction.greedy[0].guarantee", "reduction.certifiedDownTo",
      "validation[0].size", "validation[0].points[0].parameter.h",
      "validation[0].points[0].full.outputs.q", "validation[0].points[0].reduced.outputs.q",
      "validation[0].points[0].error", "validation[0].points[0].residual",
      "validation[0].points[0].estimate", "validation[0].points[0].guarantee",
      "validation[0].points[0].effectivity", "validation[0].errors.temperature.max",
      "validation[0].errors.temperature.mean", "query[0].parameter.k[0]",
      "query[0].outputs.'mean.bottom'", "query[0].fullOutputs.'mean.bottom'", "query[0].estimate",
      "ledger.fullSolves", "ledger.seconds.mesh", "ledger.seconds.assembly",
      "ledger.seconds.factorization", "ledger.seconds.solve", "ledger.seconds.reduction",
      "ledger.seconds.online", "ledger.secondsPerQuery.full", "ledger.secondsPerQuery.reduced",
      "ledger.secondsPerQuery.estimate", "ledger.breakEvenQueries", "ledger.peakMemoryBytes",
    ] {
      #expect(throws: Never.self, "\(path)") { _ = try json.value(at: path) }
    }
    guard case .object(let members) = json else {
      Issue.record("no object")
      return
    }
    #expect(
      members.map(\.key) == [
        "schema", "ritz", "case", "caseHash", "meshHash", "mesh", "space", "reduction",
        "validation", "query", "ledger",
      ])
    #expect(try json.value(at: "ledger.seconds.solve").number == 0.25)
  }

  @Test func `are written whole, read back to the same numbers, and repeat byte for byte`() throws {
    try withFolder { folder in
      let directory = try OutputDirectory(folder + "/deep/out")
      try Self.sample().write(to: directory)
      let path = directory.file("results.json")
      let bytes = try FileBytes.read(path)
      let json = try JSONValue(parsing: bytes)
      #expect(try json.value(at: "query[0].fullOutputs.'mean.bottom'").number == 1 + 1e-9)
      #expect(try json.value(at: "mesh.regions.block1.measure").number == 1.0 / 9)
      try Self.sample().write(to: directory)
      #expect(try FileBytes.read(path) == bytes)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/deep/out")
      #expect(names.sorted() == [".lock", "results.json"])
    }
  }

  @Test func `with a number that is not finite leave the old file alone`() throws {
    try withFolder { folder in
      let directory = try OutputDirectory(folder)
      try Self.sample().write(to: directory)
      let bytes = try FileBytes.read(directory.file("results.json"))
      var broken = Self.sample()
      broken.query[0].estimate = .infinity
      #expect(throws: JSONError.notFinite(path: "query[0].estimate", value: "inf")) {
        try broken.write(to: directory)
      }
      #expect(try FileBytes.read(directory.file("results.json")) == bytes)
    }
  }

  @Test func `of two runs never meet in one folder`() throws {
    try withFolder { folder in
      do {
        let first = try OutputDirectory(folder + "/out")
        do throws(FileError) {
          _ = try OutputDirectory(folder + "/out")
          Issue.record("a second run entered")
        } catch {
          #expect(error.description.contains("another run (process \(getpid()))"))
        }
        _ = first.path
        withExtendedLifetime(first) {}
      }
      #expect(throws: Never.self) { _ = try OutputDirectory(folder + "/out") }
    }
  }

  @Test func `are refused a folder that is a file`() throws {
    try withFolder { folder in
      try FileBytes.write("x", to: folder + "/out")
      #expect(throws: FileError.self) { _ = try OutputDirectory(folder + "/out") }
      #expect(throws: FileError.self) { _ = try OutputDirectory(folder + "/out/deeper") }
      #expect(throws: FileError.self) { try FileBytes.write("x", to: folder + "/none/file") }
      #expect(throws: FileError.self) { _ = try FileBytes.read(folder) }
    }
  }
}

@Suite struct `An expectation` {
  func outcome(_ lines: String) throws -> ExpectationOutcome {
    let start = try #require(wholeCase.range(of: "[[expect]]"))
    let text = wholeCase[..<start.lowerBound] + "[[expect]]\n" + lines
    let expectation = try #require(try read(String(text)).expectations.first)
    return expectation.outcome(in: `Results of a run`.sample().json)
  }

  @Test(arguments: [
    ("quantity = \"query[0].fullOutputs.'mean.bottom'\"\nvalue = 1\nrelative = 1e-8", true),
    ("quantity = \"query[0].fullOutputs.'mean.bottom'\"\nvalue = 1\nrelative = 1e-10", false),
    ("quantity = \"query[0].fullOutputs.'mean.bottom'\"\nvalue = 1\nabsolute = 1e-8", true),
    ("quantity = \"query[0].fullOutputs.'mean.bottom'\"\nvalue = 1", false),
    ("quantity = \"space.dofs\"\nvalue = 9", true), ("quantity = \"space.dofs\"\nvalue = 8", false),
    ("quantity = \"reduction.method\"\nvalue = \"greedy\"", true),
    ("quantity = \"reduction.method\"\nvalue = \"pod\"", false),
    ("quantity = \"reduction.greedy[0].estimate\"\natMost = 0.5", true),
    ("quantity = \"reduction.greedy[0].estimate\"\natMost = 0.49", false),
    ("quantity = \"reduction.greedy[0].estimate\"\natLeast = 0.6", false),
    ("quantity = \"reduction.method\"\natLeast = 0.6", false),
    ("quantity = \"ledger.breakEvenQueries\"\natLeast = 0", false),
    ("quantity = \"query[7].estimate\"\natLeast = 0", false),
    ("quantity = \"space.dofs\"\nvalue = \"9\"", false),
    ("quantity = \"space.dofs\"\nvalue = true", false),
  ])
  func `passes exactly when its number holds`(lines: String, passes: Bool) throws {
    let outcome = try outcome(lines)
    #expect(outcome.passes == passes, "\(outcome)")
    #expect(outcome.description.hasPrefix(passes ? "pass " : "miss "))
  }
}
