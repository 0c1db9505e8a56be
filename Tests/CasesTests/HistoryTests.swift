import Cases
import Foundation
import ModelReduction
import Testing

@Suite struct `Time histories from files` {
  static let ramp = "# time, load\ntime,load,other\n0.5,0,7\n1,2,7\n1.5,1,7\n"
  /// The same by hand.
  static let formula = "if(t < 0.5, 0, if(t < 1, 4*t - 2, if(t < 1.5, 4 - 2*t, 1)))"

  private let inputs =
    "value = \"293.15 + 10*t\"\n[[boundary]]\non = \"right\"\nexchange = { coefficient = 5, "
    + "ambient = \"20 degC\" }"

  /// A case with data at the left, at the right and inside, each with what follows it.
  private func text(
    value: String, flux: String, ambient: String, source: String, _ rest: String = ""
  ) -> String {
    bent(
      KindTexts.heat, inputs,
      """
      value = \(value)
      [[boundary]]
      on = "right"
      exchange = { coefficient = 5, ambient = \(ambient) }
      \(rest)
      [[boundary]]
      on = "top"
      flux = \(flux)
      \(rest)
      [[source]]
      on = "*"
      value = \(source)
      """)
  }

  private func run(
    _ text: String, files: [String: String] = ["ramp.csv": ramp],
    _ body: (StudyOutcome) throws -> Void
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

  private func complaint(
    _ text: String, files: [String: String] = ["ramp.csv": ramp]
  ) -> CaseDiagnostics? {
    var found: CaseDiagnostics?
    do { try run(text, files: files) { _ in } } catch { found = error as? CaseDiagnostics }
    return found
  }

  private let history = "history = \"ramp.csv\"\nhistory-column = \"load\""

  private func withHistory(_ rest: String = "") -> String {
    text(
      value: "\"300 + y\"\n\(history)", flux: "\"3*x\"", ambient: "40",
      source: "\"1 + x\"\n\(history)\n\(rest)", history)
  }

  @Test func `multiply values, flows, surroundings and sources as a formula of t does`() throws {
    let h = Self.formula
    let written = text(
      value: "\"(300 + y)*\(h)\"", flux: "\"3*x*\(h)\"", ambient: "\"40*\(h)\"",
      source: "\"(1 + x)*\(h)\"")
    var expected: [Double] = []
    try run(written) { expected = $0.results.query[0].steps.map { $0.outputs[0].value } }
    try run(withHistory()) { (outcome) throws in
      let found = outcome.results.query[0].steps.map { $0.outputs[0].value }
      #expect(found.count == 9)
      for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-9) }
      #expect(Set(found).count == 9)
    }
  }

  @Test func `of many lines add one term, and are saved with the reduced model`() throws {
    let long =
      "0,0\n"
      + (1...400).map { "\(Double($0) / 100),\(($0 * 37) % 11)" }
      .joined(separator: "\n")
    let reduced =
      bent(
        KindTexts.heat, "value = \"293.15 + 10*t\"", "value = 300\nhistory = \"ramp.csv\""
      ).replacing("conductivity = 4", with: "conductivity = \"k\"") + """

        [[parameter]]
        name = "k"
        range = [2, 6]
        [training]
        sampling = "grid"
        count = 4
        [reduction]
        method = "pod"
        tolerance = 1e-9
        size = 20
        [query]
        points = [[3]]
        """
    try run(reduced, files: ["ramp.csv": long]) { (outcome) throws in
      let query = outcome.results.query[0]
      let model = try SavedModel(reading: outcome.directory + "/model.ritz")
      let saved = try model.answers(at: [[3]])[0]
      #expect(saved.steps.map(\.outputs[0].value) == query.steps.map(\.outputs[0].value))
      for step in query.steps {
        let full = try #require(step.fullOutputs?.first?.value)
        #expect(abs(step.outputs[0].value - full) < 1e-4 * 300)
      }
    }
  }

  @Test(arguments: [
    ("0,1\n1,x\n", "ramp.csv:2:1: error: expected "),
    ("0,1\n2,3\n1,4\n", "found 1.0 after 2.0"),
    ("0,1,2\n1,2,3\n", "it has 3 columns"),
    ("0,-1e308\n1e-9,1e308\n", "rises too fast"),
  ])
  func `that make no sense are refused with the file and the line`(
    content: String, message: String
  ) throws {
    let text = bent(KindTexts.heat, "\"293.15 + 10*t\"", "300\nhistory = \"ramp.csv\"")
    let found = try #require(complaint(text, files: ["ramp.csv": content]))
    #expect(found.diagnostics.count == 1)
    #expect(found.description.contains(message), "\(found)")
    #expect(found.exitCode == 65)
  }

  @Test func `that are missing, without time or of a steady kind are refused`() throws {
    let text = bent(KindTexts.heat, "\"293.15 + 10*t\"", "300\nhistory = \"ramp.csv\"")
    let missing = try #require(complaint(text, files: [:]))
    #expect(missing.exitCode == 66)
    #expect(missing.diagnostics[0].location.line == 21)
    let steady = bent(
      text, "[time]\nscheme = \"crank-nicolson\"\nend = 2\nstep = 0.25\n", "")
    #expect(complaint(steady)?.description.contains("it needs [time]") == true)
    let column = bent(KindTexts.heat, "\"293.15 + 10*t\"", "300\nhistory-column = 2")
    #expect(complaint(column)?.description.contains("belongs to 'history'") == true)
    let elastic = bent(KindTexts.elastic, "traction =", "history = \"ramp.csv\"\ntraction =")
    #expect(
      complaint(elastic)?.description.contains("belongs to heat, advection-diffusion") == true)
  }
}
