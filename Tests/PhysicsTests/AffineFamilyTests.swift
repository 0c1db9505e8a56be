import Expressions
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import TestSupport
import Testing

@Suite struct `The affine family of a diffusion problem` {
  /// A sum of products of functions of the parameters k[0], k[1] and of the coordinates, small
  /// enough not to change the sign of a constant of 3.
  private func separable(_ random: inout SeededRandom, dimension: Int) -> String {
    let thetas = [
      "k[0]", "k[1]^2", "exp(-k[0])", "k[0]*k[1]", "1/(1 + k[1])", "sin(k[0])", "sqrt(k[1])", "1",
    ]
    let functions = ["x", "y^2", "sin(pi*x)", "exp(-y)", "x*y", "cos(x + y)", "1"]
    let solid = functions + ["z", "exp(x - z)"]
    let terms = (0..<Int.random(in: 1...4, using: &random)).map { _ in
      let factor = random.uniform(0.01...0.2)
      let theta = thetas.randomElement(using: &random) ?? "1"
      let g = (dimension == 2 ? functions : solid).randomElement(using: &random) ?? "1"
      return "\(factor)*\(theta)*\(g)"
    }
    return terms.joined(separator: " + ")
  }

  private func randomProblem(
    _ texts: DiffusionTexts, degree: Int, _ random: inout SeededRandom
  ) throws -> DiffusionProblem {
    let d = texts.dimension
    func any() -> String { separable(&random, dimension: d) }
    let diagonal = (0..<d).map { _ in "3 + " + any() }
    let shear = (0..<(d == 2 ? 1 : 3)).map { _ in any() }
    return DiffusionProblem(
      degree: degree,
      materials: [
        try texts.material("3 + " + any()),
        DiffusionProblem.Material(
          regions: ["block1"], conductivity: try texts.conductivity(diagonal + shear),
          reaction: try texts("1 + " + any())),
      ],
      boundaries: [
        try texts.value(any(), on: "left"), try texts.value(any(), on: "bottom"),
        try texts.flux(any(), on: "right"),
        try texts.exchange("1 + " + any(), ambient: any(), on: "top"),
      ],
      sources: [try texts.source(any()), try texts.source(any(), on: "block0")],
      outputs: [
        try texts.integral("(\(any()))*u + dx(u) + \(any())"),
        try texts.mean("u^2 + (\(any()))*u", on: "block1"),
      ])
  }

  @Test(arguments: [(2, 1), (2, 2), (3, 1), (3, 2)], 1...4)
  func `equals the problem with the parameters put in as numbers, for random separable data`(
    shape: (dimension: Int, degree: Int), seed: Int
  ) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let texts = try DiffusionTexts(
      dimension: shape.dimension, ParameterAxis(name: "k", size: 2, range: 0.1...2))
    let mesh = Mesh.unitBox(shape.dimension, shape.dimension == 2 ? 6 : 2).cut(into: 2)
    let problem = try randomProblem(texts, degree: shape.degree, &random)
    let family = try DiffusionModel(problem, on: mesh, parameters: texts.parameters)
    for mu in try texts.points(3, seed: UInt64(seed)) {
      let fixed = try DiffusionModel(problem.at(mu), on: mesh, parameters: .point)
      let matrix = try family.decomposition.systemMatrix(at: mu)
      let expected = try fixed.decomposition.systemMatrix(at: [])
      #expect(matrix.pattern.column == expected.pattern.column)
      #expect(relativeDistance(matrix.values, expected.values) < 1e-13)
      #expect(
        relativeDistance(
          try family.decomposition.load(at: mu), try fixed.decomposition.load(at: [])) < 1e-13)
      let state = try family.solve(at: mu)
      #expect(relativeDistance(state, try fixed.solve(at: [])) < 1e-11)
      #expect(
        relativeDistance(
          try family.field(state, at: mu), try fixed.field(state, at: [])) < 1e-13)
      let outputs = try family.decomposition.outputValues(of: state, at: mu).map(\.value)
      let numbers = try fixed.decomposition.outputValues(of: state, at: []).map(\.value)
      #expect(relativeDistance(outputs, numbers) < 1e-13)
    }
  }

  @Test(arguments: [2, 3])
  func `is symmetric term by term`(dimension: Int) throws {
    var random = SeededRandom(seed: 11)
    let texts = try DiffusionTexts(
      dimension: dimension, ParameterAxis(name: "k", size: 2, range: 0.1...2))
    let problem = try randomProblem(texts, degree: 2, &random)
    let mesh = Mesh.unitBox(dimension, 2).cut(into: 2)
    let model = try DiffusionModel(problem, on: mesh, parameters: texts.parameters)
    for term in model.decomposition.operatorSum.terms {
      #expect(term.isSymmetric(tolerance: 1e-14))
    }
  }

  @Test func `has one term per block of a thermal block`() throws {
    let texts = try DiffusionTexts(ParameterAxis(name: "k", size: 9, range: 0.1...10, scale: .log))
    let problem = DiffusionProblem(
      materials: try (0..<9).map { try texts.material("k[\($0)]", on: ["block\($0)"]) },
      boundaries: [try texts.value("0", on: "top"), try texts.flux("1", on: "bottom")])
    let model = try DiffusionModel(
      problem, on: Mesh.square(6).cut(into: 3), parameters: texts.parameters)
    #expect(model.decomposition.operatorSum.terms.count == 9)
    #expect(model.decomposition.operatorCoefficients.texts == (0..<9).map { "k[\($0)]" })
    #expect(model.decomposition.loadSum.terms.count == 1)
    #expect(model.notes.isEmpty)
  }

  @Test func `joins terms of equal coefficient, whichever integral they belong to`() throws {
    let texts = try DiffusionTexts(
      ParameterAxis(name: "k", range: 0.1...10), ParameterAxis(name: "q", range: 0...1))
    let problem = DiffusionProblem(
      materials: [
        try texts.material("k", reaction: "k*x", on: ["block0", "block1"]),
        try texts.material("k*(1 + y)", on: ["block2", "block3"]),
      ],
      boundaries: [
        try texts.value("0", on: "top"), try texts.exchange("k", ambient: "q/k", on: "left"),
        try texts.flux("q*y", on: "right"),
      ],
      sources: [try texts.source("q"), try texts.source("q*x", on: "block1")])
    let model = try DiffusionModel(
      problem, on: Mesh.square(4).cut(into: 2), parameters: texts.parameters)
    #expect(model.decomposition.operatorSum.terms.count == 1)
    #expect(model.decomposition.loadSum.terms.count == 1)
  }

  @Test func `joins terms whose coefficients differ by a positive number`() throws {
    let texts = try DiffusionTexts(ParameterAxis(name: "k", range: 0.1...10))
    let problem = DiffusionProblem(
      materials: [
        try texts.material("2", on: ["block0"]), try texts.material("k", on: ["block1"]),
        try texts.material("3*k", "1", "0.1*k", on: ["block2"]),
        try texts.material("5 + x", reaction: "0.5*k*y", on: ["block3"]),
      ],
      boundaries: [try texts.value("0", on: "top"), try texts.flux("4", on: "left")],
      sources: [try texts.source("7*x")])
    let model = try DiffusionModel(
      problem, on: Mesh.square(4).cut(into: 2), parameters: texts.parameters)
    #expect(model.decomposition.operatorSum.terms.count == 2)
    #expect(model.decomposition.loadSum.terms.count == 1)
  }

  @Test func `takes essential data into the loads only where they act`() throws {
    let texts = try DiffusionTexts(
      ParameterAxis(name: "k", size: 2, range: 0.1...10), ParameterAxis(name: "g", range: 0...1))
    let materials = [
      try texts.material("k[0]", on: ["block0", "block2"]),
      try texts.material("k[1]", on: ["block1", "block3"]),
    ]
    let mesh = Mesh.square(4).cut(into: 2)
    // The prescribed side touches the second material alone: one load k[1]·g.
    let one = try DiffusionModel(
      DiffusionProblem(materials: materials, boundaries: [try texts.value("g", on: "right")]),
      on: mesh, parameters: texts.parameters)
    #expect(one.decomposition.loadSum.terms.count == 1)
    #expect(one.decomposition.loadCoefficients.values(at: [2, 3, 0.5]) == [1.5])
    // Zero data act nowhere.
    let none = try DiffusionModel(
      DiffusionProblem(materials: materials, boundaries: [try texts.value("0", on: "right")]),
      on: mesh, parameters: texts.parameters)
    #expect(try none.solve(at: [2, 3, 0.5]).allSatisfy { $0 == 0 })
  }

  @Test func `has the same bits on one thread and on two, and twice in a row`() throws {
    let before = Threads.count
    defer { Threads.count = before }
    let texts = try DiffusionTexts(ParameterAxis(name: "k", size: 2, range: 0.1...2))
    var runs:
      [(terms: [[Double]], loads: [[Double]], states: [[Double]], model: GalerkinReducedModel)]
    runs = []
    for threads in [1, 2, 2] {
      Threads.count = threads
      var random = SeededRandom(seed: 21)
      let problem = try randomProblem(texts, degree: 2, &random)
      let model = try DiffusionModel(
        problem, on: Mesh.square(24).cut(into: 2), parameters: texts.parameters)
      let solver = FullOrderSolver(model.decomposition)
      var ledger = CostLedger()
      let training = try texts.points(20, seed: 4)
      let greedy = try WeakGreedy(
        of: solver, over: training, options: .init(tolerance: 1e-8, size: 6), ledger: &ledger)
      runs.append(
        (
          model.decomposition.operatorSum.terms.map(\.values), model.decomposition.loadSum.terms,
          try model.solve(at: training), greedy.model
        ))
    }
    for run in runs.dropFirst() {
      #expect(run.terms == runs[0].terms)
      #expect(run.loads == runs[0].loads)
      #expect(run.states == runs[0].states)
      #expect(run.model == runs[0].model)
    }
  }
}
