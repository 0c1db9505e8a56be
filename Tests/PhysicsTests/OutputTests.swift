import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import RealModule
import Testing

@Suite struct `Outputs of a diffusion problem` {
  private func texts(_ dimension: Int) throws -> DiffusionTexts {
    try DiffusionTexts(
      dimension: dimension, ParameterAxis(name: "k", size: 2, range: 0.5...2))
  }

  /// Nonzero essential data that depend on the parameters, and something of everything else.
  private func problem(
    _ t: DiffusionTexts, degree: Int, outputs: [DiffusionProblem.Output]
  ) throws -> DiffusionProblem {
    DiffusionProblem(
      degree: degree,
      materials: [
        try t.material("k[0]"), try t.material("k[1]", reaction: "1", on: ["block1"]),
      ],
      boundaries: [
        try t.value("1 + k[0]*y", on: "left"), try t.value("k[1] - x^2", on: "bottom"),
        try t.exchange("k[0]", ambient: "3", on: "right"),
      ], sources: [try t.source("1 + x*k[1]")], outputs: outputs)
  }

  private func region(_ name: String, of mesh: Mesh) throws -> Region {
    try #require(mesh.region(named: name))
  }

  @Test(arguments: [(2, 1), (2, 2), (3, 1), (3, 2)])
  func `are what direct evaluation of the field gives, essential data included`(
    dimension: Int, degree: Int
  ) throws {
    let t = try texts(dimension)
    let mesh = Mesh.unitBox(dimension, dimension == 2 ? 6 : 3).cut(into: 2)
    let point = [0.31, 0.62, 0.13].prefix(dimension)
    let integrands = [
      ("u", "*"), ("u", "right"), ("k[0]*u + k[1]*y*u + k[0]*k[1]", "*"), ("x*u - 2", "left"),
      ("dx(u)", "*"), ("k[1]*dx(u) - y*dy(u) + u", "block1"), ("dx(u)^2 + dy(u)^2", "*"),
      ("u^2", "right"), ("(u - 2)^2", "block1"), ("u^2 + k[0]*u + k[1]", "*"),
      ("2*u^2 + dx(u)*dy(u) + x*dy(u)^2 - dx(u)", "block0"), ("3 + x", "*"), ("0*u", "*"),
    ]
    var outputs: [DiffusionProblem.Output] = []
    for (text, region) in integrands {
      outputs.append(try t.integral(text, on: region))
      outputs.append(try t.mean(text, on: region))
    }
    outputs.append(.init(name: "point", kind: .value(at: Array(point))))
    outputs.append(.init(name: "max", kind: .maximum, regions: ["*"]))
    outputs.append(.init(name: "min", kind: .minimum, regions: ["right", "top"]))
    outputs.append(.init(name: "L2", kind: .normL2, regions: ["block0", "block1"]))
    outputs.append(.init(name: "H1", kind: .normH1, regions: ["*"]))
    let model = try DiffusionModel(
      try problem(t, degree: degree, outputs: outputs), on: mesh, parameters: t.parameters)
    #expect(model.decomposition.outputs.count == outputs.count)
    for mu in try t.points(3, seed: 2) {
      let field = try model.solution(at: mu)
      let found = try model.decomposition.outputValues(of: try model.solve(at: mu), at: mu)
      var expected: [Double] = []
      for (text, name) in integrands {
        let region = try region(name, of: mesh)
        let integral = try field.integral(of: try t(text).at(mu), over: region)
        expected += [integral, integral / mesh.measure(of: region)]
      }
      expected.append(try field.value(at: Array(point), CellLocator(mesh)))
      expected.append(try #require(field.maximum(over: mesh.domain)))
      expected.append(
        min(
          try #require(field.minimum(over: try region("right", of: mesh))),
          try #require(field.minimum(over: try region("top", of: mesh)))))
      let (first, second) = (try region("block0", of: mesh), try region("block1", of: mesh))
      let parts = [try field.normL2(over: first), try field.normL2(over: second)]
      expected.append((parts[0] * parts[0] + parts[1] * parts[1]).squareRoot())
      expected.append(try field.normH1(over: mesh.domain))
      for (output, value) in zip(found, expected) {
        #expect(abs(output.value - value) < 1e-12 * max(1, abs(value)), "\(output.key) at \(mu)")
      }
    }
  }

  @Test(arguments: [
    "abs(u)", "max(u, 0)", "min(u, 1)", "u > 0.5 ? 1 : 0", "u > 2 ? u : 0", "floor(u)", "sign(u)*u",
    "u^3", "sin(u)", "exp(u)", "1/u", "sqrt(u^2)", "u*dx(u)", "u*dx(u)^2", "step(u - 1)",
    "hypot(dx(u), dy(u))",
  ])
  func `that no quadratic form represents are taken of the whole field, which is no defect`(
    text: String
  ) throws {
    let t = try texts(2)
    let model = try DiffusionModel(
      try problem(t, degree: 1, outputs: [try t.integral("u"), try t.integral(text)]),
      on: Mesh.square(2).cut(into: 2), parameters: t.parameters)
    #expect(model.decomposition.outputs.count == 1)
    #expect(model.fieldOutputs.count == 1)
    #expect(!model.notes.contains { $0.contains("output") })
  }

  @Test(arguments: ["k[0]*u^2", "dx(u)^2*k[1]", "exp(k[0]*u)"])
  func `with coefficients of the parameters in a nonlinear part are those of the numbers put in`(
    text: String
  ) throws {
    let t = try texts(2)
    let model = try DiffusionModel(
      try problem(t, degree: 1, outputs: [try t.integral(text)]),
      on: Mesh.square(2).cut(into: 2), parameters: t.parameters)
    let output = try #require(model.fieldOutputs.first)
    // u = x: the integrals over the unit square are k/3, k and (e^k − 1)/k.
    let field = Field(model.space, model.space.interpolate { $0.x })
    var mu = t.parameters.reference
    (mu[0], mu[1]) = (0.7, 1.3)
    let expected = ["k[0]*u^2": 0.7 / 3, "dx(u)^2*k[1]": 1.3][text] ?? (Double.exp(0.7) - 1) / 0.7
    #expect(abs(try output.value(of: field, at: mu) - expected) < 1e-5)
  }

  @Test func `at a point outside are refused`() throws {
    let t = try texts(2)
    let outputs = [
      DiffusionProblem.Output(name: "p", kind: .value(at: [1.5, 0.5])),
      DiffusionProblem.Output(name: "p", kind: .value(at: [0.5])),
    ]
    for output in outputs {
      let error = #expect(throws: PhysicsError.self) {
        try DiffusionModel(
          try problem(t, degree: 1, outputs: [output]), on: Mesh.square(2).cut(into: 2),
          parameters: t.parameters)
      }
      #expect(try #require(error).subject == .output(0))
    }
  }

  @Test func `of a square of a norm know that their error can be bounded`() throws {
    let t = try texts(2)
    let outputs = [
      try t.integral("dx(u)^2 + dy(u)^2"),
      try t.integral("u^2 + 2*dx(u)^2 + dx(u)*dy(u) + dy(u)^2"),
      try t.integral("u^2 - dx(u)^2"), try t.integral("x*u^2"), try t.integral("u^2 + u"),
      try t.integral("dx(u)*dy(u)"),
    ]
    let model = try DiffusionModel(
      try problem(t, degree: 1, outputs: outputs), on: Mesh.square(2).cut(into: 2),
      parameters: t.parameters)
    let claims = model.decomposition.outputs.map { output -> QuadraticOutput.Definiteness? in
      if case .quadratic(let quadratic) = output { quadratic.definiteness } else { nil }
    }
    #expect(claims == [.seminorm, .seminorm, .unknown, .unknown, .unknown, .unknown])
  }

  @Test func `mean of one is one, on a curved mesh with straight elements as well`() throws {
    var notes: [String] = []
    let path = "meshes/disc-p2.msh"
    let mesh = try Mesh(reading: path, notes: &notes)
    let t = try texts(2)
    for degree in [1, 2] {
      let side = try #require(mesh.regions.first { $0.dimension == 1 }).name
      let problem = DiffusionProblem(
        degree: degree, materials: [try t.material("k[0]")],
        boundaries: [try t.value("k[1]", on: side)],
        outputs: [try t.mean("u"), try t.mean("u", on: side), try t.mean("1")])
      let model = try DiffusionModel(problem, on: mesh, parameters: t.parameters)
      let mu = Parameter([0.7, 1.5])
      let values = try model.decomposition.outputValues(of: try model.solve(at: mu), at: mu)
      #expect(abs(values[0].value - 1.5) < 1e-12)
      #expect(abs(values[1].value - 1.5) < 1e-12)
      #expect(abs(values[2].value - 1) < 1e-12)
    }
  }
}
