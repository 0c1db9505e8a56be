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

  @Test func `is refused in time, where laws depend on u, and where nothing is held`() throws {
    for text in [KindTexts.heat, KindTexts.radiating] {
      let found = objections(text + "\n" + Self.outputs)
      #expect(found.count == 1 && found[0].contains("'in left': the flux through held values"))
    }
    let free = objections(bent(Self.bar, "on = \"right\"\nvalue = 290", "on = \"right\"\nflux = 1"))
    #expect(free.count == 1 && free[0].contains("nothing is held there"), "\(free)")
    let force = objections(bent(KindTexts.elastic, "reaction = \"x\"", "reaction = \"flux\""))
    #expect(force.contains { $0.contains("must be one of \"x\", \"y\", \"z\"") })
  }
}
