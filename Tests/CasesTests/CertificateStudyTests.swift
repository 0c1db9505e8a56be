import Cases
import Foundation
import ModelReduction
import TestSupport
import Testing

/// What a case may ask of its certificates and of its training.
@Suite struct `Certificates in a study` {
  private static func text(_ reduction: String, training: String = "count = 60") -> String {
    """
    schema = 1
    title = "block"
    [mesh]
    box = { size = [1, 1], cells = [8, 8], shape = "triangle" }
    [physics]
    kind = "diffusion"
    [[parameter]]
    name = "k"
    size = 4
    range = [0.1, 10]
    scale = "log"
    [[material]]
    on = "*"
    conductivity = "if(x < 0.5, if(y < 0.5, k[0], k[1]), if(y < 0.5, k[2], k[3]))"
    [[boundary]]
    on = "top"
    value = 0
    [[boundary]]
    on = "bottom"
    flux = 1
    [[output]]
    name = "right"
    mean = "u*x"
    [[output]]
    name = "largest"
    max = "u"
    [training]
    sampling = "log-random"
    \(training)
    [reduction]
    method = "greedy"
    tolerance = 1e-3
    size = 30
    \(reduction)
    [validation]
    count = 10
    sizes = [2, 4, 6]
    estimators = ["classical", "eim", "hierarchical"]
    [query]
    points = [[1, 2, 3, 4]]
    """
  }

  private func run(_ text: String, _ body: (StudyOutcome) throws -> Void) throws {
    try inFolder { folder in
      let study = try Study(parsing: Array(text.utf8), path: "block.toml")
      try body(study.run(into: folder + "/out", loudness: .quiet))
    }
  }

  @Test func `estimators agree where round-off is far away`() throws {
    try run(Self.text("")) { outcome in
      let first = try #require(outcome.results.validation.first)
      let bound = try #require(first.points.compactMap(\.estimate).max())
      for name in ["classical", "eim"] {
        let value = try #require(first.estimators.first { $0.key == name }?.value)
        #expect((value - bound).magnitude < 1e-3 * bound)
      }
      let error = first.points.map(\.error).max() ?? 0
      let next = try #require(first.estimators.first { $0.key == "hierarchical" }?.value)
      #expect(next > 0.5 * error && next < 2 * error)
      #expect(
        outcome.results.validation.last?.estimators.contains { $0.key == "hierarchical" } == false)
    }
  }

  @Test func `stability constants come from eigenproblems where they are asked for`() throws {
    try run(Self.text("stability = \"successive-constraints\"")) { outcome in
      let stability = try #require(outcome.results.reduction?.stability)
      #expect(stability.uncovered == 0 && stability.eigenproblems > 4)
      #expect((stability.range?.lowerBound ?? 0) > 0)
      for point in outcome.results.validation.flatMap(\.points) {
        #expect(point.guarantee == .upperBound)
        #expect((point.estimate ?? 0) >= point.error)
      }
    }
  }

  @Test func `several parameters give constants to coefficients that spread, also from the file`()
    throws
  {
    let text = Self.text("stability = \"multi-parameter-min-theta\"")
    try run(text) { outcome in
      let stability = try #require(outcome.results.reduction?.stability)
      #expect(stability.uncovered == 0 && stability.references > 1)
      for point in outcome.results.validation.flatMap(\.points) {
        #expect(point.guarantee == .upperBound)
        #expect((point.estimate ?? 0) >= point.error)
      }
      let model = try SavedModel(reading: outcome.directory + "/model.ritz")
      let answer = try #require(try model.answers(at: [[1, 2, 3, 4]]).first)
      #expect(answer.estimate == outcome.results.query[0].estimate)
    }
    let flow = text.replacingOccurrences(
      of: "kind = \"diffusion\"", with: "kind = \"advection-diffusion\""
    ).replacingOccurrences(
      of: "estimators = [\"classical\", \"eim\", \"hierarchical\"]", with: "")
    try run(flow) { outcome in
      #expect(outcome.results.warnings.contains { $0.contains("needs terms that are symmetric") })
      #expect(outcome.results.reduction?.stability == nil)
    }
  }

  /// Bounds of systems do not count what interpolation misses.
  @Test func `nothing is called certified where a velocity had to be interpolated`() throws {
    for (velocity, isCertified) in [("k[0]", true), ("1/(1 + k[0]*x)", false)] {
      let text = Self.text("stability = \"successive-constraints\"")
        .replacingOccurrences(of: "kind = \"diffusion\"", with: "kind = \"advection-diffusion\"")
        .replacingOccurrences(
          of: "[[boundary]]\non = \"top\"",
          with: "velocity = [\"\(velocity)\", 0]\n[[boundary]]\non = \"top\""
        )
        .replacingOccurrences(
          of: "estimators = [\"classical\", \"eim\", \"hierarchical\"]", with: "")
      try run(text) { outcome in
        let points = outcome.results.validation.flatMap(\.points)
        #expect(!points.isEmpty)
        for point in points {
          #expect((point.guarantee == .indicator) == !isCertified)
          if isCertified { #expect((point.estimate ?? 0) >= point.error) }
        }
        #expect(
          outcome.results.warnings.contains { $0.contains("nothing could be certified") }
            == !isCertified)
      }
    }
  }

  @Test func `advection in time is certified by the constants of its symmetric part`() throws {
    let text = bent(
      bent(KindTexts.stream, "stabilization = \"supg\"", ""), "velocity = [1, 0]",
      "velocity = [\"k\", \"k*x*(1 - x)\"]"
    ).replacingOccurrences(of: "conductivity = 0.01", with: "conductivity = 0.1")
    for (stability, isCertified) in [("successive-constraints", true), ("coefficients", false)] {
      let study = """
        \(text)
        [[parameter]]
        name = "k"
        range = [0.1, 0.5]
        [time]
        end = 1
        step = 0.1
        scheme = "backward-euler"
        [training]
        count = 12
        [reduction]
        method = "greedy"
        tolerance = 1e-3
        stability = "\(stability)"
        [validation]
        count = 6
        """
      try run(study) { outcome in
        let reduction = try #require(outcome.results.reduction)
        #expect((reduction.stability?.uncovered == 0) == isCertified)
        let points = outcome.results.validation.flatMap(\.points)
        #expect(points.count >= 6)
        for point in points {
          #expect((point.guarantee == .upperBound) == isCertified)
          if isCertified { #expect((point.estimate ?? 0) >= point.error) }
        }
        // The constants are in the file, too.
        let model = try SavedModel(reading: outcome.directory + "/model.ritz")
        let answer = try #require(try model.answers(at: [[0.3]]).first)
        #expect((answer.guarantee == .upperBound) == isCertified)
      }
    }
  }

  @Test func `a goal needs fewer vectors than the field, and fresh points join the training`()
    throws
  {
    var sizes: [Int] = []
    for text in [
      Self.text("goal = \"right\""), Self.text(""),
      Self.text("", training: "count = 5\nadaptive = 500"),
    ] {
      try run(text) { outcome in
        let reduction = try #require(outcome.results.reduction)
        #expect(reduction.greedy.last?.estimate ?? 1 <= 1e-3)
        sizes.append(reduction.size)
      }
    }
    #expect(sizes[0] < sizes[1])
    #expect(sizes[2] >= sizes[1])
  }

  @Test func `a domain is split where one basis of the allowed size is not enough`() throws {
    let text = Self.text("parts = 20").replacingOccurrences(of: "size = 30", with: "size = 12")
    try run(text) { outcome in
      let reduction = try #require(outcome.results.reduction)
      #expect(reduction.parts.count > 1 && reduction.parts.allSatisfy { $0.size <= 12 })
      let validation = outcome.results.validation
      #expect(validation.map(\.size) == [2, 4, 6])
      for judged in validation {
        #expect(judged.points.count == 10)
        #expect(judged.points.allSatisfy { ($0.estimate ?? 0) >= $0.error })
        // The expanded residual is the same number as long as it is far above its round-off.
        let largest = judged.points.compactMap(\.estimate).max() ?? 0
        for name in ["classical", "eim"] {
          let value = try #require(judged.estimators.first { $0.key == name }?.value)
          #expect(abs(value / largest - 1) < 1e-3, "\(name) at \(judged.size)")
        }
        let relative = try #require(judged.errors.first)
        #expect(relative.max > relative.mean && relative.mean > 0)
      }
      // Each size is nearer, and to the next one there is a distance.
      #expect(
        zip(validation, validation.dropFirst()).allSatisfy { $1.errors[0].max < $0.errors[0].max })
      #expect(validation[0].estimators.contains { $0.key == "hierarchical" })
      let model = try SavedModel(reading: outcome.directory + "/model.ritz")
      #expect(model.summary.contains("\(reduction.parts.count) boxes"))
      let saved = try model.answers(at: [[1, 2, 3, 4]])[0]
      let found = try #require(outcome.results.query.first)
      #expect(saved.outputs.map(\.value) == found.outputs.map(\.value))
      try model.writeField(at: [1, 2, 3, 4], to: outcome.directory + "/u.vtu")
    }
  }

  private static let parted = text("parts = 20").replacingOccurrences(
    of: "size = 30", with: "size = 12"
  ).replacing("sizes = [2, 4, 6]", with: "sizes = [2, 6, 12]")

  /// The output "right" is no multiple of the load.
  @Test func `outputs of a model in parts have dual problems, in the file as in the run`() throws {
    try run(Self.parted) { outcome in
      let reduction = try #require(outcome.results.reduction)
      #expect(reduction.parts.count > 1)
      let points = try #require(outcome.results.validation.last?.points)
      for point in points {
        let (full, reduced) = (point.full[0].value, point.reduced[0].value)
        let bound = try #require(point.outputBounds.first { $0.key == "right" }?.value)
        #expect(bound >= (full - reduced).magnitude)
        #expect(point.outputGuarantees.first { $0.key == "right" }?.value == .upperBound)
      }
      let model = try SavedModel(reading: outcome.directory + "/model.ritz")
      let answers = try model.answers(at: points.map { Parameter($0.parameter) })
      for (answer, point) in zip(answers, points) {
        #expect(answer.outputs[0].value == point.reduced[0].value)
        let bound = try #require(answer.outputBounds.first { $0.key == "right" }?.value)
        #expect(bound == point.outputBounds.first { $0.key == "right" }?.value)
        // Without a dual problem it would be ‖ℓ‖ Δ, and ‖ℓ‖ is at least |ℓ(u)| / ‖u‖.
        let (norm, estimate) = (try #require(answer.norm), try #require(answer.estimate))
        #expect(bound < 0.05 * answer.outputs[0].value.magnitude / norm * estimate)
      }
    }
  }

  @Test func `a goal goes with parts, each of which meets its tolerance`() throws {
    let text = Self.text("goal = \"right\"\nparts = 20").replacingOccurrences(
      of: "size = 30", with: "size = 9")
    try run(text) { outcome in
      let reduction = try #require(outcome.results.reduction)
      #expect(reduction.parts.count > 1)
      #expect(reduction.parts.allSatisfy { $0.size <= 9 && $0.estimate ?? 1 <= 1e-3 })
      for point in outcome.results.validation.flatMap(\.points) {
        let bound = try #require(point.outputBounds.first { $0.key == "right" }?.value)
        #expect(bound >= (point.full[0].value - point.reduced[0].value).magnitude)
      }
    }
  }

  @Test func `what makes no sense is refused where it stands`() throws {
    func messages(_ text: String) -> [String] {
      do {
        _ = try Study(parsing: Array(text.utf8), path: "block.toml")
        return []
      } catch let error as CaseDiagnostics { return error.diagnostics.map(\.message) } catch {
        return ["\(error)"]
      }
    }
    #expect(
      messages(Self.text("goal = \"rihgt\"")).contains {
        $0.contains("none called 'rihgt'; did you mean 'right'?")
      })
    #expect(
      messages(
        Self.text("", training: "count = 5\nadaptive = 500").replacingOccurrences(
          of: "\"greedy\"", with: "\"pod\"")
      ).contains { $0.contains("belongs to method = \"greedy\"") })
    #expect(
      messages(Self.text("stability = \"succesive-constraints\"")).contains {
        $0.contains("successive-constraints")
      })
    #expect(
      messages(Self.text("parts = 5\nstart = 1")).contains {
        $0.contains("'start' in [reduction] goes with one basis")
      })
    let moving = """
      \(KindTexts.heat.replacingOccurrences(of: "conductivity = 4", with: "conductivity = \"k\""))
      [[parameter]]
      name = "k"
      range = [1, 4]
      """
    for (key, training) in [("goal = \"warm\"", ""), ("parts = 4", ""), ("", "adaptive = 9")] {
      let text = """
        \(moving)
        [training]
        count = 5
        \(training)
        [reduction]
        method = "greedy"
        tolerance = 1e-3
        \(key)
        """
      #expect(
        messages(text) == [
          "'\((key + training).prefix { $0 != " " })' in [\(key.isEmpty ? "training" : "reduction")] "
            + "has no meaning for problems that move in time"
        ])
    }
    for key in ["parts = 5", "goal = \"right\""] {
      #expect(
        messages(Self.text(key, training: "count = 5\nadaptive = 500")).contains {
          $0.contains("'adaptive' in [training] goes with one basis for the field")
        })
    }
    #expect {
      try run(Self.text("goal = \"largest\"")) { _ in }
    } throws: { "\($0)".contains("not linear in the solution") }
  }

  @Test func `answers outside the ranges or above the tolerance are marked`() throws {
    try run(Self.text("")) { outcome in
      let model = try SavedModel(reading: outcome.directory + "/model.ritz")
      #expect(model.acceptance == Acceptance(tolerance: 1e-3))
      let good = try model.judgedAnswers(at: [[1, 2, 3, 4]])
      #expect(!good[0].isOutside && !good[0].isAboveTolerance)
      #expect(model.complaint(about: good) == nil)
      let outside = try model.judgedAnswers(at: [[1, 2, 3, 4], [1, 2, 3, 40]])
      #expect(outside[1].isOutside)
      #expect(model.complaint(about: outside)?.contains("of 2 answers 1 outside") == true)
      let strict = try model.judgedAnswers(
        at: [[1, 2, 3, 4]], Acceptance(tolerance: 1e-14, isRelative: false))
      #expect(strict[0].isAboveTolerance)
      #expect(model.text(strict).contains("above the tolerance"))
    }
  }

  /// A run into a folder where an interrupted one of the same case has left solutions behind.
  @Test func `a run that goes on gives the same model`() throws {
    try inFolder { folder in
      let study = try Study(parsing: Array(Self.text("").utf8), path: "block.toml")
      let whole = try study.run(into: folder + "/a", loudness: .quiet)
      let again = try study.run(into: folder + "/a", loudness: .quiet, from: .checkpoint)
      let (first, second) = (whole.results.reduction, again.results.reduction)
      #expect(first?.greedy.map(\.estimate) == second?.greedy.map(\.estimate))
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder + "/a")
          .allSatisfy { !$0.hasPrefix("solution-") })
    }
  }

  /// A first run that ends where full and reduced model are to be compared, at a point without a solution.
  @Test(arguments: [parted, parted.replacing("parts = 20", with: "parts = 20\ngoal = \"right\"")])
  func `a run in parts that was interrupted solves what it has not kept, dual problems too`(
    text: String
  ) throws {
    let text = text.replacing("[validation]\ncount = 10", with: "[validation]\nfile = \"new.csv\"")
    try inFolder { folder in
      let files = FileManager.default
      func run(_ folder: String, _ point: String, _ start: StudyStart) throws -> StudyOutcome {
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "k[0],k[1],k[2],k[3]\n\(point)\n".write(
          toFile: folder + "/new.csv", atomically: true, encoding: .utf8)
        let study = try Study(parsing: Array(text.utf8), path: folder + "/block.toml")
        return try study.run(into: folder + "/out", loudness: .quiet, from: start)
      }
      func kept(_ folder: String) throws -> [String] {
        try files.contentsOfDirectory(atPath: folder + "/out").filter { $0.hasPrefix("solution-") }
          .sorted()
      }
      let (place, other) = (folder + "/a", folder + "/b")
      let whole = try run(place, "1,2,3,5", .beginning)
      #expect(whole.results.reduction?.parts.isEmpty == false)
      #expect(throws: (any Error).self) { _ = try run(other, "-1,-1,-1,-1", .beginning) }
      let names = try kept(other)
      #expect(names.count == whole.results.ledger.fullSolves && names.count > 20)
      for name in names.prefix(7) { try files.removeItem(atPath: other + "/out/" + name) }
      let resumed = try run(other, "1,2,3,5", .checkpoint)
      #expect(resumed.results.ledger.fullSolves == 7)
      #expect(try kept(other).isEmpty)
      #expect(
        files.contentsEqual(
          atPath: place + "/out/model.ritz", andPath: other + "/out/model.ritz"))
      let numbers = try [place, other].map { folder in
        try String(contentsOfFile: folder + "/out/results.json", encoding: .utf8)
          .components(separatedBy: "\"ledger\"")[0]
      }
      #expect(numbers[0] == numbers[1])
    }
  }
}
