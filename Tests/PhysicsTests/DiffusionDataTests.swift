import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import Testing

@Suite struct `The data of a diffusion problem` {
  private let mesh = Mesh.square(4).cut(into: 2)

  private func texts(dimension: Int = 2) throws -> DiffusionTexts {
    try DiffusionTexts(dimension: dimension, ParameterAxis(name: "k", range: 0.5...2))
  }

  /// What is wrong with a problem: the error of making the model.
  private func refusal(
    _ problem: DiffusionProblem, on mesh: Mesh? = nil, _ texts: DiffusionTexts
  ) throws -> PhysicsError {
    let error = #expect(throws: PhysicsError.self) {
      try DiffusionModel(problem, on: mesh ?? self.mesh, parameters: texts.parameters)
    }
    return try #require(error)
  }

  @Test func `let the later of two materials hold, with "*" for everything`() throws {
    let t = try texts()
    let all = try t.material("1")
    let inside = try t.material("k", on: ["block1", "block2"])
    let boundaries = [try t.value("0", on: "left"), try t.flux("1", on: "right")]
    let layered = try DiffusionModel(
      DiffusionProblem(materials: [all, inside], boundaries: boundaries), on: mesh,
      parameters: t.parameters)
    let apart = try DiffusionModel(
      DiffusionProblem(
        materials: [try t.material("1", on: ["block0", "block3"]), inside], boundaries: boundaries),
      on: mesh, parameters: t.parameters)
    let covered = try DiffusionModel(
      DiffusionProblem(materials: [inside, all], boundaries: boundaries), on: mesh,
      parameters: t.parameters)
    let mu = Parameter([1.7])
    #expect(
      try layered.decomposition.systemMatrix(at: mu).values
        == apart.decomposition.systemMatrix(at: mu).values)
    #expect(covered.decomposition.operatorSum.terms.count == 1)
    #expect(covered.decomposition.operatorCoefficients.values(at: mu) == [1])
  }

  @Test func `hold the facets of a name that also some cells have`() throws {
    let t = try texts()
    // As decks of Abaqus name it: the side, and the cells beside it.
    let beside = Region(
      name: "left", dimension: 2, members: [Region.Member(block: 0, cells: [0, 1, 2, 3])])
    let named = Mesh(
      dimension: 2, coordinates: mesh.coordinates, blocks: mesh.blocks,
      regions: [beside] + mesh.regions)
    let problem = DiffusionProblem(
      materials: [try t.material("k")], boundaries: [try t.value("0", on: "left")])
    let plain = try DiffusionModel(problem, on: mesh, parameters: t.parameters)
    let model = try DiffusionModel(problem, on: named, parameters: t.parameters)
    #expect(
      model.decomposition.operatorSum.terms[0].rowCount
        == plain.decomposition.operatorSum.terms[0].rowCount)
  }

  @Test func `are refused where cells have no material, with their number`() throws {
    let t = try texts()
    let error = try refusal(
      DiffusionProblem(
        materials: [try t.material("k", on: ["block0", "block1", "block2"])],
        boundaries: [try t.value("0", on: "left")]), t)
    #expect(error.subject == .problem)
    // A quarter of the 32 triangles.
    #expect(error.message.contains("8 cells"))
  }

  @Test func `are refused by name where a region does not exist or has another dimension`() throws {
    let t = try texts()
    let good = [try t.material("k")]
    let cold = try t.value("0", on: "left")
    let cases: [(DiffusionProblem, PhysicsError.Subject, String)] = [
      (
        DiffusionProblem(
          materials: good + [try t.material("1", on: ["blok1"])], boundaries: [cold]),
        .material(1), "'blok1'"
      ),
      (DiffusionProblem(materials: [try t.material("1", on: ["left"])]), .material(0), "'left'"),
      (
        DiffusionProblem(materials: good, boundaries: [cold, try t.value("0", on: "rihgt")]),
        .boundary(1), "'rihgt'"
      ),
      (
        DiffusionProblem(materials: good, boundaries: [cold, try t.flux("1", on: "domain")]),
        .boundary(1), "'domain'"
      ),
      (
        DiffusionProblem(
          materials: good, boundaries: [cold, try t.exchange("1", ambient: "0", on: "block0")]),
        .boundary(1), "'block0'"
      ),
      (
        DiffusionProblem(
          materials: good, boundaries: [cold], sources: [try t.source("1", on: "top")]),
        .source(0), "'top'"
      ),
      (
        DiffusionProblem(
          materials: good, boundaries: [cold], outputs: [try t.mean("u", on: "centre")]),
        .output(0), "'centre'"
      ),
      (
        DiffusionProblem(
          materials: good, boundaries: [cold],
          outputs: [.init(name: "n", kind: .normL2, regions: ["top"])]),
        .output(0), "'top'"
      ),
    ]
    for (problem, subject, name) in cases {
      let error = try refusal(problem, t)
      #expect(error.subject == subject)
      #expect(error.message.contains(name))
    }
  }

  @Test func `are refused with the names a mesh has, for one it does not have`() throws {
    let t = try texts()
    let error = try refusal(DiffusionProblem(materials: [try t.material("k", on: ["blok1"])]), t)
    for name in ["domain", "block0", "block3"] { #expect(error.message.contains("'\(name)'")) }
    #expect(!error.message.contains("'left'"))
  }

  @Test func `refuse two values on the same side, but not the same value twice`() throws {
    func model(_ second: String) throws -> DiffusionModel {
      let t = try DiffusionTexts(dimension: 2, ParameterAxis(name: "k", size: 2, range: 0.5...2))
      return try DiffusionModel(
        DiffusionProblem(
          materials: [.init(regions: ["*"], conductivity: .scalar(try t("k[0]")))],
          boundaries: [
            .init(regions: ["left"], value: try t("k[1]")),
            .init(regions: ["top", "left"], value: try t(second)),
          ]), on: Box(size: [1, 1], cells: [3, 4]).mesh(), parameters: t.parameters)
    }
    _ = try model("k[1]")
    let error = #expect(throws: PhysicsError.self) { try model("2*k[1]") }
    let refusal = try #require(error)
    #expect(refusal.subject == .boundary(1))
    #expect(refusal.message.contains("share 4 facets"))
  }

  @Test func `note where two essential values contradict each other, and let the later hold`()
    throws
  {
    let t = try texts()
    func model(_ boundaries: [DiffusionProblem.Boundary]) throws -> DiffusionModel {
      try DiffusionModel(
        DiffusionProblem(materials: [try t.material("k")], boundaries: boundaries), on: mesh,
        parameters: t.parameters)
    }
    let clash = try model([try t.value("1", on: "left"), try t.value("2", on: "top")])
    #expect(clash.notes.count == 1)
    #expect(clash.notes.first?.contains("1 point") == true)
    let corner = try #require(
      (0..<clash.space.dofCount).first { clash.space.place(ofDof: $0) == [0, 1, 0] })
    #expect(try clash.solution(at: [1]).values[corner] == 2)
    // The same value on both sides is no contradiction, whatever its rounding.
    #expect(
      try model([try t.value("x + y", on: "left"), try t.value("y + x", on: "top")]).notes == [])
    #expect(
      try model([try t.value("sin(pi*y)", on: "left"), try t.value("0", on: "top")]).notes == [])
  }

  @Test func `add up: sources on the same cells, fluxes and exchanges on the same side`() throws {
    let t = try texts()
    let material = [try t.material("1 + x")]
    let cold = try t.value("k*y", on: "left")
    let split = try DiffusionModel(
      DiffusionProblem(
        materials: material,
        boundaries: [
          cold, try t.flux("k", on: "right"), try t.exchange("1", ambient: "k", on: "right", "top"),
          try t.flux("x*k^2", on: "right", "top"),
        ],
        sources: [
          try t.source("k*x"), try t.source("2", on: "block0", "block0"),
          try t.source("k^2*x"),
        ]),
      on: mesh, parameters: t.parameters)
    let joined = try DiffusionModel(
      DiffusionProblem(
        materials: material,
        boundaries: [
          cold, try t.exchange("1", ambient: "k*(k*x + 2)", on: "right"),
          try t.exchange("1", ambient: "k + x*k^2", on: "top"),
        ], sources: [try t.source("k*x + k^2*x"), try t.source("2", on: "block0")]),
      on: mesh, parameters: t.parameters)
    for mu in try t.points(3, seed: 9) {
      #expect(
        relativeDistance(
          try split.decomposition.load(at: mu), try joined.decomposition.load(at: mu)) < 1e-13)
      #expect(relativeDistance(try split.solve(at: mu), try joined.solve(at: mu)) < 1e-12)
    }
  }

  @Test func `without anything that fixes the level of u are refused when solved`() throws {
    let t = try texts()
    for (dimension, degree) in [(2, 1), (2, 2), (3, 1)] {
      let t = try texts(dimension: dimension)
      let problem = DiffusionProblem(
        degree: degree, materials: [try t.material("k*(1 + x)")],
        boundaries: [try t.flux("1", on: "left"), try t.flux("-1", on: "right")])
      let model = try DiffusionModel(
        problem, on: .unitBox(dimension, 4), parameters: t.parameters, product: .h1)
      let error = #expect(throws: ModelError.self) { try model.solve(at: [1.3]) }
      guard case .factorization(let cause, let mu) = try #require(error) else {
        Issue.record("\(String(describing: error)) is no factorization error")
        continue
      }
      #expect(mu == [1.3])
      switch cause {
      case .notPositiveDefinite, .singular: break
      default: Issue.record("\(cause) does not say that the matrix is singular")
      }
    }
    // With a reaction the level is fixed: k u = 1.
    let fixed = try DiffusionModel(
      DiffusionProblem(
        materials: [try t.material("1", reaction: "k")], sources: [try t.source("1")]),
      on: mesh, parameters: t.parameters)
    let state = try fixed.solve(at: [1.6])
    #expect(state.allSatisfy { abs($0 - 1 / 1.6) < 1e-12 })
  }

  @Test func `are refused where an essential value is infinite, with the entry that says so`()
    throws
  {
    let t = try texts()
    let error = try refusal(
      DiffusionProblem(
        materials: [try t.material("k")],
        boundaries: [
          try t.value("0", on: "right"), try t.flux("1", on: "top"),
          try t.value("k/x", on: "bottom"),
        ]), t)
    #expect(error.subject == .boundary(2))
    #expect(error.message.contains("'bottom'"))
  }

  @Test func `that leave nothing unknown are refused`() throws {
    let t = try texts()
    let error = try refusal(
      DiffusionProblem(materials: [try t.material("k")], boundaries: [try t.value("x", on: "*")]), t
    )
    #expect(error.subject == .problem)
    #expect(error.message.contains("essential"))
  }

  @Test func `that do not separate are refused with the part that stands in the way`() throws {
    let t = try texts()
    let cold = try t.value("0", on: "left")
    let error = try refusal(
      DiffusionProblem(materials: [try t.material("1 + exp(k*x)")], boundaries: [cold]), t)
    #expect(error.subject == .material(0))
    #expect(error.message.contains("cannot be reduced"))
    #expect(error.message.contains("exp(k"))
    let nonlinear = try refusal(
      DiffusionProblem(materials: [try t.material("1 + u^2")], boundaries: [cold]), t)
    #expect(nonlinear.subject == .material(0))
    #expect(nonlinear.message.contains("u"))
  }

  @Test(arguments: ["0", "-k", "k - 2", "x - 0.5", "1/x", "1/(k - 1.25)", "log(x - 2)"])
  func `with a conductivity that is not a positive number are refused`(text: String) throws {
    let t = try texts()
    // The middle of the range, 1.25, is the reference.
    let mesh = Box(size: [1, 1], cells: [4, 4], origin: [-0.5, 0]).mesh()
    let error = try refusal(
      DiffusionProblem(
        materials: [try t.material(text)], boundaries: [try t.value("0", on: "left")]),
      on: mesh, t)
    #expect(error.subject == .material(0))
    #expect(error.message.contains("conductivity"))
  }

  @Test(arguments: [["1", "1"], ["1", "1", "0", "0"], ["1", "1", "2"], ["k", "0", "0"]])
  func `with a tensor of a wrong number of entries or not positive definite are refused`(
    entries: [String]
  ) throws {
    let t = try texts()
    let material = DiffusionProblem.Material(
      regions: ["*"], conductivity: .tensor(try entries.map { try t($0) }))
    let error = try refusal(
      DiffusionProblem(materials: [material], boundaries: [try t.value("0", on: "left")]), t)
    #expect(error.subject == .material(0))
    #expect(error.message.contains("conductivity"))
  }

  @Test func `may be zero: a reaction, a source, a flux, an exchange of nothing`() throws {
    let t = try texts()
    let plain = DiffusionProblem(
      materials: [try t.material("1 + k*x^2")],
      boundaries: [try t.value("0", on: "left"), try t.flux("1", on: "right")])
    var padded = plain
    padded.materials[0].reaction = try t("0")
    padded.sources = [try t.source("0")]
    padded.boundaries.append(try t.exchange("0", ambient: "3", on: "top"))
    padded.boundaries.append(try t.flux("0*k", on: "top"))
    let a = try DiffusionModel(plain, on: mesh, parameters: t.parameters)
    let b = try DiffusionModel(padded, on: mesh, parameters: t.parameters)
    #expect(b.decomposition.operatorSum.terms.count == 2)
    #expect(b.decomposition.loadSum.terms.count == 1)
    #expect(try a.solve(at: [1.9]) == b.solve(at: [1.9]))
    // Nothing is added, so nothing is lost of the certificate.
    #expect(a.decomposition.coercivity == b.decomposition.coercivity)
  }

  @Test func `of degree 3 are refused`() throws {
    let t = try texts()
    let error = try refusal(
      DiffusionProblem(degree: 3, materials: [try t.material("k")]), t)
    #expect(error.message.contains("3"))
  }
}
