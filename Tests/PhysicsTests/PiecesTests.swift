import DomainDecomposition
import Krylov
import LinearAlgebra
import LinearSolvers
import Meshes
import ModelReduction
import Physics
import TestSupport
import Testing

/// A mesh cut for some ranks; regions know the points that are theirs by cells of other pieces, found
/// in the whole.
private func pieces(of mesh: Mesh, _ count: Int) throws -> [MeshPiece] {
  let partition = try Meshes.Partition(mesh, parts: count)
  return (0..<count).map { part in
    let piece = MeshPiece(part, of: partition, mesh)
    return piece.withFringes(
      mesh.regions.map { region in
        let nodes = Set(
          region.members.flatMap { member in
            member.cells.flatMap { mesh.blocks[member.block].nodes(of: Int($0)) }
          })
        return piece.points.indices.filter { nodes.contains(piece.points[$0]) }.map { Int32($0) }
      })
  }
}

private let settings: SolverSettings = {
  var settings = SolverSettings()
  settings.rule.relative = 1e-11
  return settings
}()

/// What ranks find of a problem in pieces.
private struct Found: Sendable {
  var outputs: [[String: Double]] = []
  var norms: [Double] = []
  var rows: [Int] = []
  var estimates: [Double] = []
  var errors: [[Double]] = []
  var model: GalerkinReducedModel?
  var corrected: GalerkinReducedModel?
  var sigma: [Double] = []
}

/// Solves and reduces pieces on ranks that are threads.
private func found(
  _ parts: [ProblemPiece], at points: [Parameter], training: [Parameter], size: Int
) throws -> [Found] {
  try ThreadCommunicator.run(parts.count) { world in
    let problem = try DividedProblem(parts[world.rank], settings, world)
    var found = Found()
    for mu in points {
      let u = try problem.refinedSolution(at: mu)
      found.norms.append(problem.norm(u))
      found.outputs.append(
        Dictionary(uniqueKeysWithValues: try problem.outputValues(of: u, at: mu).map { ($0, $1) }))
    }
    var ledger = CostLedger()
    let options = WeakGreedy.Options(tolerance: 1e-9, size: size)
    let greedy = try DividedGreedy(
      try DividedProjection(of: problem), over: training, options: options, ledger: &ledger)
    (found.rows, found.estimates) = (greedy.steps.map(\.row), greedy.steps.map(\.estimate))
    let model = greedy.projection.model
    found.model = model
    for mu in points {
      let states = try (1...model.size).map { try model.truncated(to: $0).solve(at: mu) }
      found.errors.append(try greedy.projection.trueErrors(of: states, at: mu))
    }
    if let name = model.outputsToCorrect.first,
      let empty = greedy.projection.dual(ofOutput: name)
    {
      let dual = try DividedGreedy(empty, over: training, options: options, ledger: &ledger)
      found.corrected = greedy.projection.corrected(
        model, by: dual.projection, forOutput: name)
    }
    let states = try training.map { try problem.solve(at: $0) }
    found.sigma = try DividedPOD(states, of: problem, tolerance: 0, size: 6).singularValues
    return found
  }
}

@Suite struct `A problem in pieces` {
  /// Holds what ranks find against the model on the whole mesh.
  private func compare(
    _ found: [Found], _ whole: AffineDecomposition, at points: [Parameter],
    training: [Parameter], size: Int
  ) throws {
    let solver = FullOrderSolver(whole)
    var ledger = CostLedger()
    let greedy = try WeakGreedy(
      of: solver, over: training, options: .init(tolerance: 1e-9, size: size), ledger: &ledger)
    let states = try training.map { try solver.solve(at: $0) }
    let pod = try POD(
      of: SnapshotSet(
        states: DenseMatrix(rowCount: whole.dofCount, columns: states), parameters: training),
      in: whole.innerProduct, tolerance: 0, size: 6)
    for rank in found {
      // Every rank knows the same to the last bit.
      #expect(rank.model == found[0].model && rank.corrected == found[0].corrected)
      #expect(rank.rows == greedy.steps.map(\.row))
      for (a, step) in zip(rank.estimates, greedy.steps) {
        #expect((a - step.estimate).magnitude <= 1e-6 * step.estimate + 1e-9)
      }
      let model = try #require(rank.model)
      for (k, mu) in points.enumerated() {
        let u = try solver.refinedSolution(at: mu)
        let norm = whole.innerProduct.norm(u)
        #expect((rank.norms[k] - norm).magnitude <= 1e-8 * norm)
        for (name, value) in try whole.outputValues(of: u, at: mu) {
          let mine = try #require(rank.outputs[k][name])
          #expect((mine - value).magnitude <= 1e-12 * max(1, value.magnitude), "\(name)")
        }
        for (n, error) in rank.errors[k].enumerated() {
          let answer = try model.truncated(to: n + 1).answer(at: mu)
          #expect(answer.estimate.guarantee != .indicator)
          #expect(answer.estimate.value >= error)
          let reference = try greedy.model.truncated(to: n + 1).answer(at: mu)
          #expect(
            (answer.estimate.value - reference.estimate.value).magnitude
              <= 1e-5 * reference.estimate.value + 1e-9 * norm)
          let truth = try solver.trueError(
            of: reference.state, in: greedy.basis.prefix(n + 1), at: mu)
          #expect((error - truth).magnitude <= 1e-5 * truth + 1e-9 * norm)
        }
        if let corrected = rank.corrected {
          let answer = try corrected.answer(at: mu)
          for (output, (name, value)) in zip(
            answer.outputs, try whole.outputValues(of: u, at: mu))
          {
            #expect(output.name == name)
            guard output.estimate.guarantee != .indicator else { continue }
            #expect(
              (output.value - value).magnitude
                <= output.estimate.value + 1e-10 * max(1, value.magnitude), "\(name)")
          }
        }
      }
      for (a, b) in zip(rank.sigma, pod.singularValues) {
        #expect((a - b).magnitude <= 1e-8 * pod.singularValues[0])
      }
    }
  }

  /// Blocks that some pieces do not meet, an essential value that moves, means over parts.
  private func diffusion(_ dimension: Int) throws -> (DiffusionProblem, DiffusionTexts) {
    let t = try DiffusionTexts(
      dimension: dimension, ParameterAxis(name: "k", size: 2, range: 0.2...5, scale: .log),
      ParameterAxis(name: "h", range: 0.5...4))
    return (
      DiffusionProblem(
        materials: [
          try t.material("k[0]"), try t.material("k[1]*(1 + x)", on: ["block1"]),
          try t.material("1", reaction: "h", on: ["block2"]),
        ],
        boundaries: [
          try t.value("1 + h*y", on: "left"), try t.exchange("h", ambient: "1", on: "right"),
          try t.flux("h", on: "bottom"),
        ], sources: [try t.source("2", on: "block1")],
        outputs: [
          try t.mean("u", on: "bottom", name: "mean"),
          try t.integral("h*u + x*dx(u)", on: "block1", name: "mixed"),
          .init(name: "point", kind: .value(at: [0.5, 0.5, 0.5].prefix(dimension).map { $0 })),
          .init(name: "L2", kind: .normL2),
          try t.integral("dx(u)^2 + u", on: "block3", name: "slope"),
          .init(name: "max", kind: .maximum, regions: ["right"]),
          .init(name: "min", kind: .minimum, regions: ["bottom"]),
          .init(name: "in", kind: .inflow, regions: ["left"]),
        ]), t
    )
  }

  @Test(arguments: [(2, 2), (2, 3), (3, 4)])
  func `of diffusion is solved, reduced and certified as the whole`(
    dimension: Int, ranks: Int
  ) throws {
    let (problem, t) = try diffusion(dimension)
    let mesh = Mesh.unitBox(dimension, dimension == 2 ? 10 : 4).cut(into: 2)
    let whole = try DiffusionModel(problem, on: mesh, parameters: t.parameters)
    let parts = try pieces(of: mesh, ranks).map { piece in
      try DiffusionModel(problem, on: piece.mesh, parameters: t.parameters)
        .piece(points: piece.points)
    }
    let training = try Sampling.halton.points(count: 12, seed: 1, in: t.parameters)
    let points = try Sampling.random.points(count: 3, seed: 5, in: t.parameters)
    let found = try found(parts, at: points, training: training, size: 5)
    try compare(found, whole.decomposition, at: points, training: training, size: 5)
  }

  @Test func `is held by a region of cells, and of degree 1 on a second-order mesh`() throws {
    let (problem, t) = try diffusion(2)
    var held = problem
    held.boundaries = [try t.value("h", on: "block2"), try t.flux("1", on: "right")]
    held.outputs.removeAll { $0.name == "in" }
    let mesh = Mesh.unitBox(2, 6).cut(into: 2).withEdgeNodes()
    let whole = try DiffusionModel(held, on: mesh, parameters: t.parameters)
    let parts = try pieces(of: mesh, 3).map { piece in
      try DiffusionModel(held, on: piece.mesh, parameters: t.parameters)
        .piece(points: piece.points)
    }
    let training = try Sampling.halton.points(count: 8, seed: 1, in: t.parameters)
    let points = try Sampling.random.points(count: 2, seed: 5, in: t.parameters)
    let found = try found(parts, at: points, training: training, size: 3)
    try compare(found, whole.decomposition, at: points, training: training, size: 3)
  }

  @Test(arguments: [1, 2])
  func `of elasticity is solved, reduced and certified as the whole`(degree: Int) throws {
    let t = try ElasticTexts(
      ParameterAxis(name: "E1", range: 1...20, scale: .log),
      ParameterAxis(name: "E2", range: 1...20, scale: .log))
    var mesh = Box(size: [1, 1], cells: [8, 8], shape: .quadrilateral).mesh().cut(into: 2)
    if degree == 2 { mesh = mesh.withEdgeNodes() }
    let problem = ElasticityProblem(
      degree: degree,
      materials: [
        try t.material("E1", "0.3"), try t.material("E2*(1 + x)", "0.3", on: ["block1"]),
      ],
      boundaries: [
        try t.value("free", "0", on: "bottom"), try t.value("0.01*E1", "free", on: "left"),
        try t.traction("0", "-1", on: "right"),
      ],
      outputs: [
        .init(name: "tip", kind: .mean(try t("u.y")), regions: ["right"]),
        .init(name: "pull", kind: .reaction(axis: 0), regions: ["left"]),
        .init(name: "inside", kind: .reaction(axis: 1), regions: ["block1"]),
        .init(name: "point", kind: .value(try t("u.x + u.y"), at: [1, 1])),
      ])
    let whole = try ElasticityModel(problem, on: mesh, parameters: t.parameters)
    let parts = try pieces(of: mesh, 3).map { piece in
      try ElasticityModel(problem, on: piece.mesh, parameters: t.parameters)
        .piece(points: piece.points, about: [0.5, 0.5])
    }
    let training = try Sampling.halton.points(count: 10, seed: 1, in: t.parameters)
    let points = try Sampling.random.points(count: 2, seed: 5, in: t.parameters)
    let found = try found(parts, at: points, training: training, size: 4)
    try compare(found, whole.decomposition, at: points, training: training, size: 4)
  }

  @Test func `refuses outputs that no piece has and what is no sum over pieces`() throws {
    let t = try DiffusionTexts(ParameterAxis(name: "k", range: 0.2...5))
    func words(_ output: DiffusionProblem.Output, degree: Int = 1) throws -> [String] {
      let problem = DiffusionProblem(
        degree: degree, materials: [try t.material("k")],
        boundaries: [try t.value("0", on: "left")], outputs: [output])
      let parts = try pieces(of: Mesh.unitBox(2, 4), 2)
      return try ThreadCommunicator.run(2) { world in
        do {
          let piece = parts[world.rank]
          let model = try DiffusionModel(problem, on: piece.mesh, parameters: t.parameters)
          _ = try DividedProblem(model.piece(points: piece.points), settings, world)
          return "done"
        } catch { return "\(error)" }
      }
    }
    #expect(
      try words(.init(name: "far", kind: .value(at: [2, 2]))).allSatisfy {
        $0.contains("output 'far': its point lies outside the mesh")
      })
    #expect(
      try words(.init(name: "through", kind: .inflow, regions: ["right"])).allSatisfy {
        $0.contains("so nothing is held there")
      })
    #expect(
      try words(try t.integral("u^3", on: "*", name: "cube")).allSatisfy {
        $0.contains("output 'cube' is neither linear nor quadratic")
      })
    #expect(
      try words(.init(name: "L2", kind: .normL2), degree: 2).allSatisfy {
        $0.contains("need a mesh of second order")
      })
  }
}
