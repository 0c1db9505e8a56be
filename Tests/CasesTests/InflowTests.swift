import Cases
import Testing

@Suite struct `The flux through held values` {
  private static let outputs = """
    [[output]]
    name = "in left"
    reaction = "flux"
    on = "left"
    [[output]]
    name = "in right"
    reaction = "flux"
    on = "right"
    """

  private static let bar = """
    schema = 1
    [mesh]
    \(KindTexts.box)
    [physics]
    kind = "diffusion"
    degree = 2
    [[material]]
    on = "*"
    conductivity = "k"
    [[parameter]]
    name = "k"
    range = [2, 8]
    [[boundary]]
    on = "left"
    value = "300 + y + k"
    [[boundary]]
    on = "right"
    value = 290
    \(outputs)
    """

  /// The answers of a case by name.
  private func answers(_ text: String) throws -> [String: Double] {
    var found: [String: Double] = [:]
    try run(text) { (outcome) throws in
      found = Dictionary(
        uniqueKeysWithValues: outcome.results.query[0].outputs.map { ($0.key, $0.value) })
    }
    return found
  }

  @Test func `of a bar is its conductivity times its slope`() throws {
    let text = bent(Self.bar, "300 + y + k", "300 + k") + "\n[query]\npoints = [[4]]"
    let found = try answers(text)
    #expect(abs(try #require(found["in left"]) - 4 * 14 / 2.0) < 1e-10)
    #expect(abs(try #require(found["in right"]) + 4 * 14 / 2.0) < 1e-10)
  }

  @Test(arguments: [1, 2])
  func `balances sources, fluxes and exchange`(degree: Int) throws {
    let text =
      bent(Self.bar, "degree = 2", "degree = \(degree)") + """

        [[source]]
        on = "*"
        value = "3*k"
        [[boundary]]
        on = "top"
        flux = "2*x"
        [[boundary]]
        on = "bottom"
        exchange = { coefficient = 5, ambient = 20 }
        [[output]]
        name = "in bottom"
        integral = "5*(20 - u)"
        on = "bottom"
        [training]
        sampling = "grid"
        count = 5
        [reduction]
        method = "greedy"
        tolerance = 1e-9
        size = 4
        [query]
        points = [[3]]
        """
    try run(text) { (outcome) throws in
      let query = outcome.results.query[0]
      let full = try #require(query.fullOutputs)
      // ∫ 3 k = 18 and ∫ 2 x = 4 besides what comes in through the three sides.
      #expect(abs(full.map(\.value).reduce(22, +)) < 1e-9)
      #expect(abs(full[0].value) > 100)
      for (a, b) in zip(query.outputs, full) {
        #expect(abs(a.value - b.value) < 1e-5 * abs(b.value))
      }
    }
  }

  @Test func `balances what a stream carries away, with upwinding or without`() throws {
    for word in ["supg", "none"] {
      let found = try answers(
        bent(KindTexts.stream, "\"supg\"", "\"\(word)\"") + "\n" + Self.outputs)
      let sum = try #require(found["in left"]) + #require(found["in right"])
      // ∫ b·∇u = ∫ u n_x = −1.
      #expect(abs(sum + 1) < 1e-9)
    }
  }

  /// The heat a body holds, what it takes in and gives off, at every time of a case.
  private static let balance =
    outputs + "\n" + """
      [[output]]
      name = "stored"
      integral = "6*u"
      [[output]]
      name = "other"
      integral = "GAIN"
      on = "top"
      """

  @Test(arguments: ["backward-euler", "crank-nicolson", "bdf2"])
  func `balances what a body stores in every step of time`(scheme: String) throws {
    var text = bent(KindTexts.heat, "crank-nicolson", scheme) + "\n" + Self.balance
    text = bent(text, "exchange = { coefficient = 5, ambient = \"20 degC\" }", "value = 280")
    text = bent(text, "GAIN", "5*(250 + 20*t - u)")
    text += """

      [[boundary]]
      on = "top"
      exchange = { coefficient = 5, ambient = "250 + 20*t" }
      [[source]]
      on = "*"
      value = "8*t"
      """
    try run(text) { (outcome) throws in try check(outcome, scheme, source: { 16 * $0 }) }
  }

  @Test(arguments: ["backward-euler", "crank-nicolson"])
  func `balances where laws depend on the solution`(scheme: String) throws {
    var text = bent(KindTexts.heat, "crank-nicolson", scheme) + "\n" + Self.balance
    text = bent(text, "conductivity = 4", "conductivity = \"4 + 0.01*u\"")
    text = bent(text, "exchange = { coefficient = 5, ambient = \"20 degC\" }", "value = 280")
    text = bent(text, "GAIN", "(5 + t)*(250 - u)")
    text += """

      [[boundary]]
      on = "top"
      exchange = { coefficient = "5 + t", ambient = 250 }
      [newton]
      tolerance = 1e-13
      """
    try run(text) { (outcome) throws in try check(outcome, scheme, source: { _ in 0 }) }
  }

  /// Of each step: the difference of what is stored over its length is what flowed in.
  private func check(
    _ outcome: StudyOutcome, _ scheme: String, source: (Double) -> Double
  ) throws {
    let steps = outcome.results.query[0].steps
    #expect(steps.count == 9)
    func value(_ k: Int, _ name: String) throws -> Double {
      try #require(steps[k].outputs.first { $0.key == name }).value
    }
    #expect(try value(0, "in left") == 0)
    for k in 1..<steps.count {
      let length = steps[k].time - steps[k - 1].time
      var stored = (try value(k, "stored") - value(k - 1, "stored")) / length
      if scheme == "bdf2", k > 1 {
        stored += (stored - (try value(k - 1, "stored") - value(k - 2, "stored")) / length) / 2
      }
      func gain(_ k: Int) throws -> Double { try value(k, "other") + source(steps[k].time) }
      let given =
        scheme == "crank-nicolson" ? (try gain(k) + gain(k - 1)) / 2 : try gain(k)
      let inflow = try value(k, "in left") + value(k, "in right")
      #expect(abs(stored - given - inflow) < 1e-9 * max(1, abs(stored)), "step \(k)")
      #expect(abs(inflow) > 1)
    }
  }

  @Test func `of a steady nonlinear body balances what it radiates`() throws {
    let text =
      KindTexts.radiating + """

        [[output]]
        name = "in left"
        reaction = "flux"
        on = "left"
        [[output]]
        name = "out"
        integral = "0.9*5.670374419e-8*(u^4 - 300^4)"
        on = "right"
        """
    let found = try answers(text)
    let inflow = try #require(found["in left"])
    #expect(abs(inflow - (try #require(found["out"]))) < 1e-9 * inflow)
  }

  @Test func `of a reduced evolution is that of the full one`() throws {
    let text =
      bent(
        bent(KindTexts.heat, "conductivity = 4", "conductivity = \"k\""), "[time]",
        "[[parameter]]\nname = \"k\"\nrange = [2, 6]\n[time]") + """

        [[output]]
        name = "in left"
        reaction = "flux"
        on = "left"
        [training]
        sampling = "grid"
        count = 5
        [reduction]
        method = "greedy"
        tolerance = 1e-8
        size = 20
        [query]
        points = [[3.3]]
        """
    var values: [Double] = []
    try run(text) { (outcome) throws in
      values = try outcome.results.query[0].steps.map {
        try #require($0.outputs.first { $0.key == "in left" }).value
      }
    }
    let full = text.replacing(
      "[training]\nsampling = \"grid\"\ncount = 5\n[reduction]\nmethod = \"greedy\"\n"
        + "tolerance = 1e-8\nsize = 20\n", with: "")
    try run(full) { (outcome) throws in
      let steps = outcome.results.query[0].steps
      #expect(steps.count == values.count && steps.count == 9)
      for (step, value) in zip(steps, values).dropFirst() {
        let exact = try #require(step.outputs.first { $0.key == "in left" }).value
        #expect(abs(exact - value) < 1e-4 * abs(exact))
      }
    }
  }

  @Test func `is refused where nothing is held`() throws {
    let free = objections(bent(Self.bar, "on = \"right\"\nvalue = 290", "on = \"right\"\nflux = 1"))
    #expect(free.count == 1 && free[0].contains("nothing is held there"), "\(free)")
    for text in [KindTexts.heat, KindTexts.radiating] {
      let found = objections(text + "\n" + Self.outputs)
      #expect(found.count == 1 && found[0].contains("nothing is held there"), "\(found)")
    }
    let force = objections(bent(KindTexts.elastic, "reaction = \"x\"", "reaction = \"flux\""))
    #expect(force.contains { $0.contains("must be one of \"x\", \"y\", \"z\"") })
    let moving = objections(
      bent(
        KindTexts.stream, "velocity = [1, 0]\n",
        "velocity = [\"cos(k*x)\", 0]\n[[parameter]]\nname = \"k\"\nrange = [1, 2]\n") + "\n"
        + Self.outputs)
    #expect(moving.count == 1 && moving[0].contains("velocity does not separate"), "\(moving)")
  }
}
