import Cases
import Foundation
import ModelReduction
import Testing

@Suite struct `Studies of waves and of matrices from files` {
  /// A folder of its own with files, and the study of its case run in it.
  private func run(_ text: String, files: [String: String] = [:]) throws -> StudyOutcome {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "ritz-study-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, content) in files {
      try content.write(
        to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
    let file = folder.appendingPathComponent("case.toml")
    try text.write(to: file, atomically: true, encoding: .utf8)
    return try Study(reading: file.path).run(
      into: folder.appendingPathComponent("out").path, loudness: .quiet)
  }

  static let duct = """
    schema = 1
    title = "duct"
    [mesh]
    box = { size = [1, 0.25], cells = [24, 6], shape = "quadrilateral" }
    [physics]
    kind = "helmholtz"
    degree = 2
    wavenumber = "k"
    [[parameter]]
    name = "k"
    range = [1, 6]
    [[material]]
    on = "*"
    index = ["1 + 0.2*x", 0]
    [[boundary]]
    on = "left"
    absorbing = true
    incident = ["cos(k*x)", "sin(k*x)"]
    [[boundary]]
    on = "top"
    robin = { coefficient = [0, 0.3] }
    [[boundary]]
    on = "right"
    absorbing = true
    [[output]]
    name = "end"
    mean = "u"
    on = "right"
    [training]
    sampling = "grid"
    count = 40
    [reduction]
    method = "greedy"
    tolerance = 1e-8
    size = 20
    [validation]
    sampling = "random"
    count = 6
    seed = 2
    [query]
    points = [[2.2], [5.7]]
    """

  @Test func `a query where interpolated data have no value is refused before anything runs`()
    throws
  {
    let wrong = objections(bent(Self.duct, "[[2.2], [5.7]]", "[[2.2], [9]]"))
    let message = try #require(wrong.first)
    #expect(wrong.count == 1)
    #expect(message.hasPrefix("41:18: query point 1 has no answer: 'k' = 9.0 lies outside"))
    #expect(message.contains("1.0 to 6.0") && message.contains("interpolated"))
    #expect(message.count < 300)
    #expect(objections(Self.duct).isEmpty)
  }

  @Test func `a sweep over k is reduced, judged, saved and answered in complex numbers`() throws {
    let outcome = try run(Self.duct)
    let last = try #require(outcome.results.validation.last)
    for point in last.points {
      #expect(point.guarantee == .indicator)
      #expect(point.error < 1e-5)
    }
    let query = outcome.results.query[0]
    #expect(query.outputs.map(\.key) == ["end.re", "end.im", "end.abs"])
    let (re, im, size) = (query.outputs[0].value, query.outputs[1].value, query.outputs[2].value)
    #expect(abs(re * re + im * im - size * size) < 1e-12)
    let model = try SavedModel(reading: outcome.directory + "/model.ritz")
    let refusal = #expect(throws: ModelError.self) { try model.answers(at: [[9]]) }
    #expect(refusal == .outsideRange(name: "k", value: 9, range: 1...6))
    for (answer, query) in zip(
      try model.answers(at: outcome.results.query.map { Parameter($0.parameter) }),
      outcome.results.query)
    {
      for (a, b) in zip(answer.outputs, query.outputs) {
        #expect(a.key == b.key && abs(a.value - b.value) < 1e-6)
      }
    }
  }

  static let springs = """
    schema = 1
    title = "springs"
    [physics]
    kind = "matrices"
    [[parameter]]
    name = "k"
    size = 2
    range = [0.5, 4]
    [[operator]]
    file = "left.mtx"
    coefficient = "k[0]"
    [[operator]]
    file = "right.mtx"
    coefficient = "k[1]"
    [[load]]
    file = "pull.mtx"
    [[output]]
    name = "end"
    vector = "pull.mtx"
    [training]
    sampling = "random"
    count = 20
    seed = 1
    [reduction]
    method = "greedy"
    tolerance = 1e-10
    size = 3
    [query]
    points = [[1, 2]]
    """

  static let files = [
    "left.mtx": """
    %%MatrixMarket matrix coordinate real symmetric
    3 3 1
    1 1 1

    """,
    "right.mtx": """
    %%MatrixMarket matrix coordinate real symmetric
    3 3 5
    1 1 1
    2 1 -1
    2 2 2
    3 2 -1
    3 3 1

    """,
    "pull.mtx": """
    %%MatrixMarket matrix array real general
    3 1
    0
    0
    1

    """,
  ]

  @Test func `springs in files make a certified model that stretches as springs do`() throws {
    let outcome = try run(Self.springs, files: Self.files)
    let query = outcome.results.query[0]
    // 1/k₀ and twice 1/k₁ in series.
    #expect(abs(query.outputs[0].value - 2) < 1e-10)
    #expect(
      try SavedModel(reading: outcome.directory + "/model.ritz").answers(at: [[1, 2]]).count == 1)
  }

  @Test func `a matrix that does not fit is blamed at its line`() throws {
    var files = Self.files
    files["pull.mtx"] = "%%MatrixMarket matrix array real general\n2 1\n0\n1\n"
    do {
      _ = try run(Self.springs, files: files)
      Issue.record("accepted")
    } catch let error as CaseDiagnostics {
      #expect("\(error.diagnostics[0])".contains("has 2 entries, the operators are of order 3"))
    }
    files["pull.mtx"] = "%%MatrixMarket matrix array real general\n3 1\n0\nnan\n1\n"
    #expect(throws: CaseDiagnostics.self) { try run(Self.springs, files: files) }
  }

  @Test func `the hanging chain of the repository sinks by what its springs carry`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let study = try Study(reading: root.appending(path: "cases/matrices-greedy.toml").path)
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let results = try study.run(into: folder.path, loudness: .quiet).results
    #expect(abs(results.query[0].outputs[0].value - 715) < 1e-6)
    #expect(results.reduction?.size == 2)
    for point in try #require(results.validation.last).points {
      #expect(point.guarantee != .indicator)
    }
  }
}
