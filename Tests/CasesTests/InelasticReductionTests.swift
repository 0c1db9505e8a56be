import Cases
import Foundation
import ModelReduction
import Testing

@Suite struct `Reduced studies of material that remembers` {
  private static func text(_ more: String) -> String {
    InelasticTexts.loaded(
      "[250, 400]", InelasticTexts.taught("grid", 2, modes: "1e-8", cubature: "1e-6") + more)
  }

  @Test func `answer beside the full model and are judged field by field`() throws {
    let more = """

      [validation]
      count = 2
      [query]
      points = [[320]]
      """
    try run(Self.text(more)) { (outcome) throws in
      let results = outcome.results
      let reduction = try #require(results.reduction)
      #expect(reduction.size >= 1 && reduction.singularValues.count >= reduction.size)
      #expect((reduction.points ?? 0) > 0 && (reduction.cubatureResidual ?? 1) <= 1e-6)
      #expect(reduction.enrichments.isEmpty)
      let query = results.query[0]
      #expect(query.steps.count == 9)
      for step in query.steps {
        // The plate is homogeneous: one mode of it knows every load.
        let known = try #require(step.fullOutputs)
        for (found, full) in zip(step.outputs, known) {
          #expect(abs(found.value - full.value) < 1e-5 * max(1, abs(full.value)), "\(found.key)")
        }
        #expect(step.estimate != nil)
      }
      let errors = try #require(results.validation.first).errors
      let names = errors.map(\.field)
      #expect(
        ["displacement", "reaction", "stress", "plasticStrain", "p"].allSatisfy(names.contains))
      #expect(errors.allSatisfy { $0.max < 1e-4 }, "\(errors)")
      let modes = outcome.directory + "/fields/modes.vtu"
      let file = String(decoding: try Data(contentsOf: URL(fileURLWithPath: modes)), as: UTF8.self)
      #expect(file.contains("cubature weight") && file.contains("mode 0"))
      #expect(!reduction.cubatureHistory.isEmpty && !reduction.indicatorPairs.isEmpty)
      let report = try String(
        contentsOf: URL(fileURLWithPath: outcome.directory + "/report.html"), encoding: .utf8)
      #expect(report.contains("relative residual of the cubature"))
      #expect(report.contains("relative error of stress and history"))
    }
  }

  @Test func `count the increments that an error in time asks for, reduced as in full`() throws {
    let text = Self.text("\n[query]\npoints = [[320]]")
      .replacing("[time]", with: "[time]\ntolerance = 1e-3")
    try run(text) { (outcome) throws in
      let counts = outcome.results.query[0].steps.map { $0.increments ?? -1 }
      #expect(counts[0] == 0 && counts.dropFirst().allSatisfy { $0 >= 2 && $0 % 2 == 0 })
      let report = try String(
        contentsOf: URL(fileURLWithPath: outcome.directory + "/report.html"), encoding: .utf8)
      #expect(report.contains("How far the increments went in time"))
    }
  }

  @Test func `answer from their file what they answered in the run, enriched as it left them`()
    throws
  {
    for (more, isSame) in [("", true), ("\nenrich = 1e-12\nfull-steps = 2", false)] {
      try run(Self.text(more + "\n[query]\npoints = [[320]]")) { (outcome) throws in
        let path = outcome.directory + "/model.ritz"
        let model = try SavedModel(reading: path)
        let answer = try #require(try model.answers(at: [[320]]).first)
        let known = outcome.results.query[0]
        #expect(answer.steps.map(\.time) == known.steps.map(\.time))
        for (found, expected) in zip(answer.steps, known.steps) {
          for (a, b) in zip(found.outputs, expected.outputs) {
            #expect(a.key == b.key)
            #expect(
              isSame ? a.value == b.value : abs(a.value - b.value) <= 1e-6 * max(1, abs(b.value)))
          }
        }
        #expect(model.summary.contains("kind        elastoviscoplasticity"))
        #expect(try model.answers(at: [[900]])[0].isOutside)
        let target = outcome.directory + "/end.vtu"
        try model.writeField(at: [320], to: target)
        let file = String(
          decoding: try Data(contentsOf: URL(fileURLWithPath: target)), as: UTF8.self)
        for name in ["displacement", "von Mises stress", "stress", "\"p\""] {
          #expect(file.contains(name), "\(name)")
        }
      }
    }
  }

  @Test func `without tolerance for error every step is computed in full`() throws {
    let more = "\nenrich = 0\nfull-steps = 3\n[query]\npoints = [[320]]"
    try run(Self.text(more)) { (outcome) throws in
      let steps = try #require(outcome.results.reduction).enrichments
      #expect(steps.map(\.time) == [0.25, 0.5, 0.75])
      #expect(steps.allSatisfy { $0.query == 0 && $0.size >= 1 })
    }
  }

  @Test func `validation judges what queries have taught, beside what training alone knew`() throws
  {
    // Training knows one shape of the temperature between the two that the queries have.
    let text = """
      [[parameter]]
      name = "s"
      range = [0, 1]
      [temperature]
      value = "20 + 300*t*(s*x*y + (1 - s)*y)"
      [training]
      sampling = "random"
      count = 1
      [reduction]
      method = "pod"
      tolerance = 1e-6
      cubature = 1e-6
      enrich = 1e-3
      [query]
      points = [[320, 0], [320, 1]]
      [validation]
      count = 2
      """
    try run(InelasticTexts.loaded("[200, 330]", text)) { (outcome) throws in
      let results = outcome.results
      let reduction = try #require(results.reduction)
      #expect(reduction.enrichments.contains { $0.query == 0 })
      let judged = try #require(results.validation.first)
      #expect(judged.trainedErrors.map(\.field) == judged.errors.map(\.field))
      for (enriched, trained) in zip(judged.errors, judged.trainedErrors)
      where ["displacement", "stress", "p"].contains(enriched.field) {
        #expect(enriched.max < 0.5 * trained.max, "\(enriched) \(trained)")
      }
      // What is judged is what the file answers.
      let model = try SavedModel(reading: outcome.directory + "/model.ritz")
      let point = judged.points[0]
      let answer = try #require(try model.answers(at: [Parameter(point.parameter)]).first)
      #expect(answer.steps.last?.outputs.map(\.value) == point.reduced.map(\.value))
      let report = try String(
        contentsOf: URL(fileURLWithPath: outcome.directory + "/report.html"), encoding: .utf8)
      for text in [
        "before enrichment, largest", "Steps whose estimated error", "full less reduced",
        "where the selected points lie",
      ] { #expect(report.contains(text), "\(text)") }
    }
  }

  @Test func `without an enriched step training and queries leave the same model`() throws {
    let more = "\nenrich = 10\n[validation]\ncount = 1\n[query]\npoints = [[320]]"
    try run(Self.text(more)) { (outcome) throws in
      let reduction = try #require(outcome.results.reduction)
      let judged = try #require(outcome.results.validation.first)
      #expect(reduction.enrichments.isEmpty && judged.trainedErrors.isEmpty)
    }
  }

  @Test(arguments: [
    ("until = 0.3", "", "'until' in [training] is 0.3, which is no time of [time]"),
    ("", "subdomains = 100000", "'subdomains' in [reduction] is 100000, but the mesh has"),
    ("", "full-steps = 3", "'full-steps' in [reduction] limits what 'enrich' asks for"),
  ])
  func `say what they cannot do`(training: String, reduction: String, message: String) {
    let text = bent(
      Self.text("\n" + reduction + "\n[query]\npoints = [[320]]"), "count = 2",
      "count = 2\n" + training)
    #expect { try run(text) { _ in } } throws: { "\($0)".contains(message) }
  }

  @Test func `know no greedy algorithm`() {
    let text = bent(Self.text(""), "\"pod\"", "\"greedy\"")
    #expect { try run(text) { _ in } } throws: { "\($0)".contains("\"pod\"") }
  }
}

@Suite struct `Reconstruction by regression` {
  /// The plate under a load and a field of temperature, of which each run has its own.
  private static func text(_ more: String) -> String {
    InelasticTexts.loaded(
      "[200, 330]",
      """
      [[parameter]]
      name = "s"
      range = [0, 1]
      [temperature]
      value = "20 + 300*t*(s*x*y + (1 - s)*y)"
      \(InelasticTexts.taught("halton", 8, modes: "1e-3", cubature: "1e-3"))
      reconstruction = "regression"
      [validation]
      sampling = "random"
      count = 3
      [query]
      points = [[280, 0.4]]
      \(more)
      """)
  }

  @Test func `stands beside gappy POD in validation and is saved with the model`() throws {
    try run(Self.text("")) { outcome in
      let results = outcome.results
      let learnt = try #require(results.reduction).reconstructions
      #expect(learnt.map(\.field).contains("stress") && learnt.map(\.field).contains("p"))
      // Leaving out runs decides; what gains nothing remains the fit.
      #expect(learnt.contains { $0.isTaken })
      #expect(
        learnt.allSatisfy { $0.isTaken == ($0.error < 0.95 * $0.gappyError) && $0.penalty > 0 })
      let judged = try #require(results.validation.first)
      #expect(judged.gappyErrors.map(\.field) == judged.errors.map(\.field))
      for (found, gappy) in zip(judged.errors, judged.gappyErrors) {
        if ["displacement", "reaction"].contains(found.field) { continue }
        #expect(found.mean <= 1.1 * gappy.mean, "\(found.field)")
      }
      // Its own error on the runs it has learnt from would promise too much.
      for point in judged.points {
        let worst = point.steps.map(\.error).max() ?? .nan
        #expect(try #require(point.estimate) >= worst, "\(point.parameter)")
      }
      let stress = try #require(judged.errors.first { $0.field == "stress" })
      let gappy = try #require(judged.gappyErrors.first { $0.field == "stress" })
      #expect(stress.mean != gappy.mean)
      let report = try String(
        contentsOf: URL(fileURLWithPath: outcome.directory + "/report.html"), encoding: .utf8)
      #expect(report.contains("gappy POD, largest"))
      let model = try SavedModel(reading: outcome.directory + "/model.ritz")
      let answer = try #require(try model.answers(at: [[280, 0.4]]).first)
      let known = results.query[0]
      #expect(
        answer.steps.map { $0.outputs.map(\.value) } == known.steps.map { $0.outputs.map(\.value) })
    }
  }

  @Test func `goes without enrichment`() {
    #expect {
      try run(Self.text("").replacing("[validation]", with: "enrich = 1e-3\n[validation]")) { _ in }
    } throws: { "\($0)".contains("'enrich' in [reduction] changes the modes on the way") }
  }
}

@Suite struct `Reconstruction by the laws` {
  /// The plate under a load and a field of temperature, by few modes.
  private static func text(_ reduction: String) -> String {
    InelasticTexts.loaded(
      "[200, 330]",
      """
      [temperature]
      value = "20 + 300*t*x*y"
      \(InelasticTexts.taught("halton", 3, modes: "1e-5", cubature: "1e-5"))
      \(reduction)
      [validation]
      sampling = "random"
      count = 2
      [query]
      points = [[280]]
      """)
  }

  @Test
  func `errs less than the fit beside it, the less the more sweeps, and counts its time apart`()
    throws
  {
    var history: [Double] = []
    for sweeps in [0, 1, 3] {
      let text = Self.text("reconstruction = \"laws\"\nsweeps = \(sweeps)")
      try run(text) { outcome in
        let judged = try #require(outcome.results.validation.first)
        #expect(judged.gappyErrors.map(\.field) == judged.errors.map(\.field))
        for name in ["stress", "plasticStrain", "p"] {
          let found = try #require(judged.errors.first { $0.field == name })
          let gappy = try #require(judged.gappyErrors.first { $0.field == name })
          #expect(found.mean < gappy.mean, "\(sweeps) sweeps: \(name), \(found) \(gappy)")
          if name == "p" { history.append(found.mean) }
        }
        #expect((outcome.results.ledger.secondsOfReconstruction ?? 0) > 0)
        #expect(
          throws: Never.self,
          performing: {
            try outcome.results.json.value(at: "ledger.secondsPerQuery.reconstruction")
          })
        let report = try String(
          contentsOf: URL(fileURLWithPath: outcome.directory + "/report.html"), encoding: .utf8)
        #expect(report.contains("query: whole fields at all times, on top"))
      }
    }
    #expect(history.count == 3 && history[1] < history[0] && history[2] < history[1], "\(history)")
  }

  @Test func `leaves outputs to the reduced model, whose file says what whole fields would take`()
    throws
  {
    try run(Self.text("reconstruction = \"laws\"")) { outcome in
      let model = try SavedModel(reading: outcome.directory + "/model.ritz")
      let answer = try #require(try model.answers(at: [[280]]).first)
      let known = outcome.results.query[0]
      #expect(
        answer.steps.map { $0.outputs.map(\.value) } == known.steps.map { $0.outputs.map(\.value) })
      #expect(model.summary.contains("fields      not in the file"))
      #expect {
        try model.writeField(at: [280], to: outcome.directory + "/end.vtu")
      } throws: {
        "\($0)".contains("laws at all integration points") && "\($0)".contains("[query]")
      }
    }
  }

  @Test(arguments: [
    ("reconstruction = \"laws\"\nenrich = 1e-3", "'enrich' in [reduction] goes on from states"),
    ("sweeps = 2", "'sweeps' in [reduction] belongs to reconstruction = \"laws\""),
    ("reconstruction = \"law\"", "\"laws\""),
  ])
  func `says what it does not go with`(reduction: String, message: String) {
    #expect { try run(Self.text(reduction)) { _ in } } throws: { "\($0)".contains(message) }
  }
}
