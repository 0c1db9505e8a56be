import Cases
import Foundation
import LinearAlgebra
import ModelReduction
import Testing

/// A case on a generated box, small enough to run in a blink.
private func slabCase(
  method: String = "greedy", product: String = "energy", boundary: String = "", extra: String = ""
) -> String {
  """
  schema = 1
  title = "slab"
  [mesh]
  box = { size = [1, 1], cells = [12, 12], shape = "triangle" }
  [physics]
  kind = "diffusion"
  degree = 1
  [[parameter]]
  name = "k"
  size = 2
  range = [0.1, 10.0]
  scale = "log"
  [[parameter]]
  name = "T"
  range = [0, 4]
  default = 1
  [[material]]
  on = "*"
  conductivity = "if(x < 0.5, k[0], k[1])"
  reaction = "0.5"
  [[boundary]]
  on = "top"
  value = "T * (1 + x)"
  [[boundary]]
  on = "bottom"
  flux = 1
  [[boundary]]
  on = "left"
  exchange = { coefficient = "k[0]", ambient = 2 }
  \(boundary)
  [[output]]
  name = "mean"
  mean = "u"
  on = "*"
  [[output]]
  name = "bottom"
  integral = "u"
  on = "bottom"
  [[output]]
  name = "peak"
  max = "u"
  on = "*"
  [[output]]
  name = "energy"
  integral = "dx(u)^2 + dy(u)^2"
  on = "*"
  [[output]]
  name = "radiated"
  integral = "k[0] * u^4"
  on = "left"
  [[output]]
  name = "lost"
  integral = "-k[1] * dx(u)"
  on = "right"
  [[output]]
  name = "middle"
  at = [0.5, 0.25]
  [training]
  sampling = "log-random"
  count = 60
  seed = 3
  [reduction]
  method = "\(method)"
  product = "\(product)"
  tolerance = 1e-6
  size = 20
  [validation]
  sampling = "random"
  count = 12
  seed = 5
  sizes = [2, 5, 9, 20]
  [query]
  points = [[1, 1, 1], [0.2, 7, 3]]
  \(extra)
  """
  .replacingOccurrences(of: "sampling = \"log-random\"", with: "sampling = \"random\"")
}

/// Writes a case into a folder of its own and runs it.
private func run(_ text: String, threads: Int? = nil) throws -> StudyOutcome {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "ritz-study-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  let file = folder.appendingPathComponent("slab.toml")
  try text.write(to: file, atomically: true, encoding: .utf8)
  return try Study(reading: file.path).run(
    into: folder.appendingPathComponent("out").path, loudness: .quiet, threads: threads)
}

private func diagnostics(_ text: String) -> [String] {
  do {
    _ = try Study(parsing: Array(text.utf8), path: "slab.toml").plan()
    return []
  } catch let error as CaseDiagnostics {
    return error.diagnostics.map(\.description)
  } catch { return ["\(error)"] }
}

@Suite struct `Studies from case to results` {
  @Test(arguments: ["energy", "H1", "L2", "euclidean"])
  func `the bound holds at every unseen point and size, in every product`(
    product: String
  ) throws {
    let outcome = try run(slabCase(product: product))
    #expect(outcome.results.reduction?.product == product)
    var compared = 0
    for validation in outcome.results.validation {
      for point in validation.points {
        #expect(point.guarantee != .indicator)
        #expect(try #require(point.estimate) >= point.error)
        for (bound, guarantee) in zip(point.outputBounds, point.outputGuarantees)
        where guarantee.value != .indicator {
          let full = try #require(point.full.first { $0.key == bound.key }).value
          let reduced = try #require(point.reduced.first { $0.key == bound.key }).value
          #expect(abs(full - reduced) <= bound.value, "\(bound.key) at \(validation.size)")
          compared += 1
        }
      }
    }
    #expect(compared > 100)
  }

  @Test func `a decomposition of snapshots reduces like the greedy algorithm`() throws {
    let outcome = try run(slabCase(method: "pod"))
    let reduction = try #require(outcome.results.reduction)
    #expect(reduction.singularValues.count == 60)
    #expect(reduction.greedy.isEmpty)
    let last = try #require(outcome.results.validation.last)
    #expect(last.errors[0].max < 1e-4)
    #expect(last.points.allSatisfy { ($0.estimate ?? 0) >= $0.error })
  }

  @Test func `one thread and two give the same results to the last bit`() throws {
    func numbers(_ threads: Int) throws -> String {
      var results = try run(slabCase(), threads: threads).results
      results.ledger = Results.Ledger()
      results.threads = nil
      return try results.json.text()
    }
    let before = Threads.count
    defer { Threads.count = before }
    let isSame = try numbers(1) == numbers(2)
    #expect(isSame)
  }

  @Test func `the saved model answers like the run, to the last bit`() throws {
    let outcome = try run(slabCase())
    let model = try SavedModel(reading: outcome.directory + "/model.ritz")
    let points = outcome.results.query.map { Parameter($0.parameter) }
    for (answer, query) in zip(try model.answers(at: points), outcome.results.query) {
      #expect(answer.outputs.map(\.value) == query.outputs.map(\.value))
      #expect(answer.estimate == query.estimate)
      #expect(answer.outputBounds.map(\.value) == query.outputBounds.map(\.value))
    }
    let target = outcome.directory + "/field.vtu"
    try model.writeField(at: points[1], to: target)
    let written = try Data(contentsOf: URL(fileURLWithPath: target))
    #expect(written.count > 1000)
  }

  @Test func `results on disk hold what the contract names`() throws {
    let outcome = try run(
      slabCase(
        extra: """
          [[expect]]
          quantity = "query[0].outputs.mean"
          atLeast = 0.0
          [[expect]]
          quantity = "space.dofs"
          value = 169
          [[expect]]
          quantity = "mesh.regions.left.measure"
          value = 2
          absolute = 1e-9
          """))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: outcome.directory + "/results.json"))
    let json = try JSONValue(parsing: Array(bytes))
    for path in [
      "schema", "ritz", "case", "caseHash", "meshHash", "mesh.dimension", "mesh.points",
      "mesh.cells.triangle", "mesh.regions.domain.measure", "space.free", "space.degree",
      "reduction.method", "reduction.size", "reduction.greedy[0].row",
      "reduction.greedy[0].parameter.k[1]", "reduction.greedy[0].estimate",
      "reduction.certifiedDownTo", "validation[0].size", "validation[0].points[3].effectivity",
      "validation[0].points[0].full.outputs.peak", "validation[0].points[0].residual",
      "validation[0].errors.u.max", "query[1].fullOutputs.energy", "query[1].estimate",
      "ledger.fullSolves", "ledger.seconds.factorization", "ledger.secondsPerQuery.estimate",
      "ledger.breakEvenQueries", "ledger.peakMemoryBytes",
    ] {
      #expect(throws: Never.self, "\(path)") { try json.value(at: path) }
    }
    #expect(try json.value(at: "ledger.peakMemoryBytes").number ?? 0 > 1e6)
    #expect(outcome.expectations.map(\.passes) == [true, true, false])
    for file in ["report.html", "model.ritz", "fields/modes.vtu", "fields/query-1.vtu"] {
      #expect(FileManager.default.fileExists(atPath: outcome.directory + "/" + file), "\(file)")
    }
  }

  @Test func `reduced outputs converge to those of the full model`() throws {
    let results = try run(slabCase()).results
    for query in results.query {
      let full = try #require(query.fullOutputs)
      for (f, r) in zip(full, query.outputs) {
        #expect(abs(f.value - r.value) <= 1e-4 * abs(f.value), "\(f.key)")
      }
    }
  }

  @Test func `a plain run answers with the full model`() throws {
    let text = """
      schema = 1
      title = "wall"
      [mesh]
      box = { size = [2, 1, 1], cells = [4, 2, 2], shape = "tetrahedron" }
      [physics]
      kind = "diffusion"
      degree = 2
      [[material]]
      on = "*"
      conductivity = 4
      [[boundary]]
      on = "left"
      value = 3
      [[boundary]]
      on = "right"
      flux = 8
      [[output]]
      name = "warm"
      mean = "u"
      on = "right"
      """
    let outcome = try run(text)
    // u = 3 + 8 x / 4, so that u = 7 on the right: heat through one dimension.
    #expect(outcome.results.query.count == 1)
    #expect(abs(outcome.results.query[0].outputs[0].value - 7) < 1e-12)
    #expect(outcome.results.reduction == nil)
  }

  @Test func `every mistake of a case is told at once, with its place and a suggestion`() throws {
    let text = slabCase(
      boundary: """
        [[boundary]]
        on = "rihgt"
        flux = "exp(y) + sni(x)"
        """)
    let found = diagnostics(text)
    #expect(found.count == 2)
    #expect(found.contains { $0.contains("unknown region 'rihgt'; did you mean 'right'?") })
    #expect(found.contains { $0.contains("did you mean 'sin'?") && $0.contains("^^^") })
    #expect(found.allSatisfy { $0.hasPrefix("slab.toml:") })
  }

  @Test func `a coefficient that does not separate is interpolated, or refused where it stands`()
    throws
  {
    let text = slabCase().replacingOccurrences(
      of: "conductivity = \"if(x < 0.5, k[0], k[1])\"",
      with: "conductivity = \"1 / (1 + k[0]*x)\"")
    let found = diagnostics(text + "\n[interpolation]\nsize = 2\n")
    #expect(found.count == 1)
    #expect(found.first?.contains("2 terms of an interpolation still err by") == true)
    #expect(found.first?.hasPrefix("slab.toml:") == true)
    try run(text) { (outcome: StudyOutcome) throws in
      let report = try #require(outcome.results.interpolations.first)
      #expect(report.name == "conductivity" && report.terms > 2 && report.error < 1e-7)
      #expect(outcome.results.warnings.contains { $0.contains("interpolated by") })
      let model = try SavedModel(reading: outcome.directory + "/model.ritz")
      let mu = model.parameterSpace.reference
      #expect(
        model.text(try model.answers(at: [mu])).contains("bounds allow for twice as large errors"))
    }
  }

  @Test func `a problem without a unique solution is refused with a cure`() throws {
    let text = slabCase().replacingOccurrences(of: "reaction = \"0.5\"", with: "")
      .replacingOccurrences(of: "value = \"T * (1 + x)\"", with: "flux = 0")
      .replacingOccurrences(
        of: "exchange = { coefficient = \"k[0]\", ambient = 2 }", with: "flux = 1")
    #expect { try run(text) } throws: { error in
      guard let error = error as? StudyError else { return false }
      return error.exitCode == 65 && error.description.contains("is u fixed by a value")
    }
  }
}
