import Cases
import Foundation
import ModelReduction
import Testing

@Suite struct `Studies of each physics` {
  @Test func `heat in time answers at every step and writes a series of fields`() throws {
    try run(KindTexts.heat) { (outcome) throws in
      let query = outcome.results.query[0]
      #expect(query.steps.map(\.time) == (0...8).map { 0.25 * Double($0) })
      let values = query.steps.map { $0.outputs[0].value }
      #expect(abs(values[0] - 293.15) < 1e-9)
      #expect(values[8] > values[4] && values[4] > values[0])
      #expect(query.outputs[0].value == values[8])
      let json = outcome.results.json
      #expect(try json.value(at: "query[0].steps[8].t").number == 2)
      #expect(try json.value(at: "query[0].steps[8].outputs.warm").number == values[8])
      for file in ["query-0.pvd", "query-0-0.vtu", "query-0-8.vtu", "queries.pvd"] {
        #expect(
          FileManager.default.fileExists(atPath: outcome.directory + "/fields/" + file), "\(file)")
      }
    }
  }

  @Test func `outputs outside reduced models are a note only where a model is reduced`() throws {
    let text =
      KindTexts.elastic + """

        [[output]]
        name = "peak"
        max = "stress.von-mises"
        """
    try run(text) { (outcome) throws in
      #expect(!outcome.results.warnings.contains { $0.contains("'peak'") })
    }
    let reduced =
      text.replacing("young = \"210 GPa\"", with: "young = \"E\"") + """

        [[parameter]]
        name = "E"
        range = [1e11, 2e11]
        [training]
        sampling = "grid"
        count = 3
        [reduction]
        method = "greedy"
        tolerance = 1e-3
        size = 2
        [query]
        points = [[1.5e11]]
        """
    try run(reduced) { (outcome) throws in
      #expect(outcome.results.warnings.count { $0.contains("'peak'") } == 1)
    }
  }

  @Test func `the report draws the subdomains of a Schwarz method, and of no other`() throws {
    let solver = "\n[solver]\nmethod = \"cg\"\npreconditioner = "
    for (name, isDrawn) in [("schwarz", true), ("two-level-schwarz", true), ("jacobi", false)] {
      let cut = isDrawn ? "\nsubdomains = 3\n" : "\n"
      try run(KindTexts.elastic + solver + "\"\(name)\"" + cut) { (outcome) throws in
        let report = try String(
          contentsOfFile: outcome.directory + "/report.html", encoding: .utf8)
        #expect(report.contains("The 3 subdomains of the Schwarz method") == isDrawn, "\(name)")
      }
    }
  }

  @Test func `radiation balances conduction`() throws {
    try run(KindTexts.radiating) { (outcome) throws in
      let query = outcome.results.query[0]
      #expect(query.iteration?.converged == true)
      // (K(1000) − K(u)) / L = ε σ (u⁴ − T⁴) with K' = 40 + 0.01 u, by bisection.
      func defect(_ u: Double) -> Double {
        func integral(_ u: Double) -> Double { 40 * u + 0.005 * u * u }
        return (integral(1000) - integral(u)) / 2
          - 0.9 * 5.670374419e-8 * (u * u * u * u - 300 * 300 * 300 * 300)
      }
      var (low, high) = (300.0, 1000.0)
      for _ in 0..<100 {
        let middle = (low + high) / 2
        if defect(middle) > 0 { low = middle } else { high = middle }
      }
      #expect(abs(query.outputs[0].value - low) < 0.05)
    }
  }

  @Test func `an iteration that does not converge leaves its history`() throws {
    try run(bent(KindTexts.radiating, "iterations = 20", "iterations = 1")) { (outcome) throws in
      let failure = try #require(outcome.failure)
      #expect(failure.exitCode == 10)
      #expect(failure.description.contains("did not converge"))
      let bytes = try Data(contentsOf: URL(fileURLWithPath: outcome.directory + "/results.json"))
      let json = try JSONValue(parsing: Array(bytes))
      if case .boolean(let converged)? = try? json.value(at: "query[0].iteration.converged") {
        #expect(!converged)
      } else {
        Issue.record("no word on the iteration")
      }
    }
  }

  @Test func `a flow that changes with a parameter is reduced with its weights of SUPG`() throws {
    let text =
      bent(
        KindTexts.stream, "velocity = [1, 0]\n",
        "velocity = [\"cos(k*x)\", 0]\n[[parameter]]\nname = \"k\"\nrange = [1, 2]\n") + """

        [training]
        sampling = "grid"
        count = 9
        [reduction]
        method = "greedy"
        tolerance = 1e-4
        size = 9
        [query]
        points = [[1.55]]
        """
    try run(text) { (outcome) throws in
      let names = outcome.results.interpolations.map(\.name)
      #expect(names.contains("weight of SUPG") && names.contains("velocity"), "\(names)")
      // As a reader knows it: in the size h of a cell.
      #expect(outcome.results.interpolations.allSatisfy { !$0.text.contains("coordinate[") })
      let answer = outcome.results.query[0]
      let full = try #require(answer.fullOutputs?.first).value
      #expect(abs(answer.outputs[0].value - full) < 1e-3 * abs(full))
      #expect(outcome.results.warnings.contains { $0.contains("nothing is certified") } == false)
      #expect(answer.guarantee == .indicator)
    }
  }

  @Test func `a nonlinear problem says why it cannot be reduced`() throws {
    let text =
      bent(KindTexts.radiating, "\"1000 K\"", "\"T\"") + """

        [[parameter]]
        name = "T"
        range = [900, 1100]
        [training]
        count = 5
        [reduction]
        method = "pod"
        tolerance = 1e-3
        """
    #expect { try run(text) { _ in } } throws: { error in
      "\(error)".contains("nonlinear") && (error as? StudyError)?.exitCode == 65
    }
  }

  @Test func `a bar under tension stretches and is held`() throws {
    try run(KindTexts.elastic) { (outcome) throws in
      let outputs = outcome.results.query[0].outputs
      #expect(abs(outputs[0].value - 2 * 1e6 / 210e9) < 1e-9 * 2e-5)
      #expect(abs(outputs[1].value + 1e5) < 1e-6)
      #expect(outcome.results.space.components == 2)
      let file = outcome.directory + "/fields/query-0.vtu"
      let text = try String(contentsOfFile: file, encoding: .isoLatin1)
      #expect(text.contains("Name=\"displacement\"") && text.contains("NumberOfComponents=\"3\""))
      #expect(text.contains("Name=\"von Mises stress\""))
    }
  }

  @Test func `a body without supports is refused with its motions`() throws {
    let text = KindTexts.elastic.replacing(
      "[[boundary]]\non = \"left\"\nvalue = [0, \"free\"]\n", with: ""
    )
    .replacing("[[boundary]]\non = \"bottom\"\nvalue = [\"free\", 0]\n", with: "")
    let found = objections(text)
    #expect(found.contains { $0.contains("rigid") }, "\(found)")
  }

  @Test func `a wave in a channel leaves at its end`() throws {
    try run(bent(KindTexts.wave, "wavenumber", "degree = 2\nwavenumber")) { (outcome) throws in
      for query in outcome.results.query {
        let k = query.parameter[0]
        let expected = ["far.re": cos(2 * k), "far.im": sin(2 * k), "far.abs": 1]
        #expect(query.outputs.map(\.key) == ["far.re", "far.im", "far.abs"])
        for output in query.outputs {
          #expect(
            abs(output.value - (expected[output.key] ?? .nan)) < 5e-3, "\(output.key) at \(k)")
        }
      }
    }
  }

  @Test func `a reduced model of each structure answers from its file like the run`() throws {
    let reduction = """

      [training]
      count = 12
      seed = 3
      [reduction]
      method = "greedy"
      tolerance = 1e-6
      size = 12
      [validation]
      count = 3
      seed = 5
      """
    let texts = [
      KindTexts.wave + reduction,
      bent(KindTexts.heat, "conductivity = 4", "conductivity = \"k\"") + """

        [[parameter]]
        name = "k"
        range = [1, 8]
        [query]
        points = [[2], [5]]
        """ + reduction,
      bent(KindTexts.elastic, "\"210 GPa\"", "\"E\"") + """

        [[parameter]]
        name = "E"
        range = [1e11, 3e11]
        [query]
        points = [[2e11]]
        """ + reduction,
    ]
    for text in texts {
      try run(text) { (outcome) throws in
        let model = try SavedModel(reading: outcome.directory + "/model.ritz")
        let points = outcome.results.query.map { Parameter($0.parameter) }
        for (answer, query) in zip(try model.answers(at: points), outcome.results.query) {
          #expect(answer.outputs.map(\.key) == query.outputs.map(\.key))
          #expect(answer.outputs.map(\.value) == query.outputs.map(\.value))
          #expect(answer.estimate == query.estimate)
          #expect(answer.steps.count == query.steps.count)
          for (full, reduced) in zip(query.fullOutputs ?? [], query.outputs) {
            #expect(abs(full.value - reduced.value) <= 1e-4 * (abs(full.value) + 1e-9))
          }
        }
        try model.writeField(at: points[0], to: outcome.directory + "/field.vtu")
      }
    }
  }
}
