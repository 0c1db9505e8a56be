import Cases
import Foundation
import ModelReduction
import Testing

@Suite struct `A random temperature` {
  private static let parameter = """

    [[parameter]]
    name = "xi"
    size = 3
    range = [-3, 3]
    scale = "normal"
    """

  private static let covariance = """

    [temperature]
    value = "20 + 50*t"
    [temperature.random]
    parameter = "xi"
    deviation = 80
    length = [0.8, 0.5]
    kernel = "matern-5/2"
    factor = "min(t, 1)"
    """

  private static let learning = """

    [training]
    sampling = "latin-hypercube"
    count = 4
    seed = 5
    [reduction]
    method = "pod"
    product = "L2"
    tolerance = 1e-8
    cubature = 1e-7
    [query]
    points = [[0.5, -1, 1.5]]
    """

  private func text(_ more: String...) -> String { InelasticTexts.plate + more.joined() }

  /// Runs a case beside files.
  private func study(
    _ text: String, _ files: [String: String] = [:], _ body: (StudyOutcome) throws -> Void
  ) throws {
    try withFolder { folder in
      for (name, content) in files {
        try content.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
      }
      let file = folder + "/case.toml"
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      try body(try Study(reading: file).run(into: folder + "/out", loudness: .quiet))
    }
  }

  private func complaints(_ text: String, _ files: [String: String] = [:]) throws -> [String] {
    do {
      try study(text, files) { _ in }
      return []
    } catch let error as CaseDiagnostics {
      return error.diagnostics.map { "\($0.location.line): \($0.message)" }
    }
  }

  @Test func `is an ordinary family of the reduced model, also from its file`() throws {
    try study(text(Self.parameter, Self.covariance, Self.learning)) { outcome in
      let field = try #require(outcome.results.randomField)
      #expect(field.parameter == "xi" && field.variances.count == 3 && field.shares.count == 3)
      // ∫ σ² over the 2 × 1 plate, less what interpolation between nodes takes away.
      #expect((0.9..<1).contains(field.total / (2 * 6400)))
      #expect(field.shares[2] > 0.5 && field.shares[2] < 1 && field.unresolved < 1e-9)
      let report = try String(
        contentsOf: URL(fileURLWithPath: outcome.directory + "/report.html"), encoding: .utf8)
      #expect(
        report.contains("3 modes of ") && report.contains(" % of the variance")
          && report.contains("normal"))
      let query = outcome.results.query[0]
      for step in query.steps {
        for (found, full) in zip(step.outputs, step.fullOutputs ?? []) {
          #expect(
            abs(found.value - full.value) <= 5e-2 * max(0.1, abs(full.value)), "\(found.key)")
        }
      }
      let model = try SavedModel(reading: outcome.directory + "/model.ritz")
      let answer = try #require(try model.answers(at: [[0.5, -1, 1.5]]).first)
      #expect(
        answer.steps.map { $0.outputs.map(\.value) } == query.steps.map { $0.outputs.map(\.value) })
      #expect(try model.answers(at: [[0.5, -1, 4]])[0].isOutside)
    }
  }

  @Test func `is its mean where all numbers are zero, and differs elsewhere`() throws {
    let plain = try histories(of: text("\n[temperature]\nvalue = \"20 + 50*t\"\n"))
    let mean = try histories(
      of: text(Self.parameter, Self.covariance, "\n[query]\npoints = [[0, 0, 0]]"))
    #expect(mean == plain)
    let other = try histories(
      of: text(Self.parameter, Self.covariance, "\n[query]\npoints = [[1, 0, 0]]"))
    #expect(distance(other, plain) > 1e-3)
  }

  /// 8 × 4 cells: 45 nodes in rows.
  private static func column(_ value: (Double, Double) -> Double) -> [Double] {
    (0..<45).map { value(Double($0 % 9) / 4, Double($0 / 9) / 4) }
  }

  private static func csv(_ columns: [[Double]]) -> String {
    (0..<45).map { i in columns.map { "\($0[i])" }.joined(separator: ",") }.joined(separator: "\n")
  }

  @Test func `of two sample fields goes from one to the other`() throws {
    // Their mean is 70 + 10 x, their only mode 20 y − 10 but for its size: ξ = ±1/√2 gives them back.
    let a = Self.column { 60 + 10 * $0 + 20 * $1 }
    let b = Self.column { 80 + 10 * $0 - 20 * $1 }
    let files = ["ab.csv": Self.csv([a, b]), "a.csv": Self.csv([a]), "b.csv": Self.csv([b])]
    let one = Self.parameter.replacing("size = 3", with: "size = 1")
    func known(_ value: String) throws -> [[Double]] {
      try histories(of: text("\n[temperature]\nvalue = \"\(value)\"\n"))
    }
    let ends = [try known("60 + 10*x + 20*y"), try known("80 + 10*x - 20*y")]
    for fields in ["[\"ab.csv\"]", "[\"a.csv\", \"b.csv\"]"] {
      let random = "\n[temperature.random]\nparameter = \"xi\"\nfields = \(fields)\n"
      var found: [[[Double]]] = []
      for sign in ["", "-"] {
        found.append(
          try histories(
            of: text(
              one, "\n[temperature]\n", random,
              "\n[query]\npoints = [[\(sign)0.70710678118654752]]"), files: files))
      }
      // Which of the two is the positive direction the sign rule says.
      let isStraight = distance(found[0], ends[0]) < 1e-9 && distance(found[1], ends[1]) < 1e-9
      let isTurned = distance(found[0], ends[1]) < 1e-9 && distance(found[1], ends[0]) < 1e-9
      #expect(isStraight || isTurned)
    }
  }

  @Test func `separates in linear elasticity, with bounds`() throws {
    let steady = """

      [[parameter]]
      name = "xi"
      size = 3
      range = [-3, 3]
      scale = "normal"
      [temperature]
      value = 20
      [temperature.random]
      parameter = "xi"
      deviation = 30
      length = 0.7
      [training]
      sampling = "random"
      count = 30
      [reduction]
      method = "greedy"
      tolerance = 1e-8
      [validation]
      count = 5
      """
    try study(KindTexts.elastic + steady) { outcome in
      let results = outcome.results
      #expect(results.randomField?.shares.count == 3)
      // The load and one field for each mode.
      #expect(results.reduction?.size == 4)
      let points = try #require(results.validation.first).points
      #expect(
        points.allSatisfy { $0.error < 1e-8 * 1e6 && $0.parameter.allSatisfy { abs($0) <= 3 } })
    }
  }

  @Test(arguments: [
    (
      "parameter = \"xi\"", "parameter = \"xj\"", "no [[parameter]] called 'xj'; did you mean 'xi'?"
    ),
    ("scale = \"normal\"", "scale = \"linear\"", "'xi' needs scale = \"normal\""),
    ("scale = \"normal\"", "scale = \"norml\"", "did you mean \"normal\"?"),
    ("range = [-3, 3]", "range = [50, 60]", "none of them lies from 50 to 60"),
    ("length = [0.8, 0.5]", "length = -1", "'length' in [temperature.random] must be"),
    ("length = [0.8, 0.5]", "length = [1, 1, 1]", "'length' has 3 components; the mesh has 2"),
    ("length = [0.8, 0.5]", "", "missing key 'length' in [temperature.random]"),
    ("length", "lenght", "unknown key 'lenght' in [temperature.random]; did you mean 'length'?"),
    ("deviation = 80", "deviation = 0", "'deviation' in [temperature.random] must be"),
    ("deviation = 80", "", "give 'deviation' or 'fields'"),
    ("\"matern-5/2\"", "\"matern-5\"", "did you mean \"matern-5/2\"?"),
    ("deviation = 80", "deviation = 80\nfields = [\"a.csv\"]", "exclude each other"),
    ("kernel", "field = \"u\"\nkernel", "'field' in [temperature.random] belongs to 'fields'"),
    (
      "size = 3", "size = 46",
      "'xi' has 46 components, one for each mode; a field on this mesh has 45"
    ),
    ("value = \"20 + 50*t\"", "", "has no mean to deviate from: give 'value' or 'file'"),
    ("value = \"20 + 50*t\"", "value = 3\nfile = \"a.csv\"", "'value' gives the temperature"),
    ("factor = \"min(t, 1)\"", "factor = \"min(t, 1\"", "')' is missing"),
    ("name = \"xi\"", "name = \"T_1\"", "'T_1' is the name of a nodal field"),
  ])
  func `says what is wrong with it`(piece: String, other: String, message: String) throws {
    var text = text(Self.parameter, Self.covariance, "\n[query]\npoints = [[0, 0, 0]]")
    text = text.replacing(piece, with: other, maxReplacements: 1)
    if other.contains("T_1") {
      text = text.replacing("parameter = \"xi\"", with: "parameter = \"T_1\"")
    }
    let found = try complaints(text)
    #expect(found.contains { $0.contains(message) }, "\(found)")
  }

  @Test func `says where its samples are too few, or not of this mesh`() throws {
    let random = "\n[temperature]\n[temperature.random]\nparameter = \"xi\"\nfields = [\"a.csv\"]\n"
    let three = (0..<3).map { k in Self.column { x, _ in x * Double(k) } }
    let few = try complaints(text(Self.parameter, random), ["a.csv": Self.csv(three)])
    #expect(
      few.contains {
        $0.contains(
          "3 sample fields deviate from their mean in 2 directions; 'xi' asks for 3 modes")
      }, "\(few)")
    let short = try complaints(text(Self.parameter, random), ["a.csv": "1\n2\n3\n"])
    #expect(short.contains { $0.contains("not as many as the points of this mesh: 3 against 45") })
    let missing = try complaints(text(Self.parameter, random))
    #expect(missing.contains { $0.contains("a.csv") }, "\(missing)")
    let both = try complaints(
      text(Self.parameter, random.replacing("fields", with: "length = 2\nfields")),
      ["a.csv": Self.csv(three)])
    #expect(
      both.contains { $0.contains("'length' in [temperature.random] belongs to 'deviation'") })
  }
}
