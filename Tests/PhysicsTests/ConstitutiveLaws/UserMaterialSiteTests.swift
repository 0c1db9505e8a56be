import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import TestSupport
import Testing

/// A plate that stiffens along x, by a user material that looks at the coordinates, or by a law of the
/// temperature in a plate whose temperature is x.
private struct GradedPlate {
  let problem: ElastoviscoplasticProblem
  let mesh = Box(size: [2, 1], cells: [4, 2], shape: .quadrilateral).mesh()

  init(_ law: any ConstitutiveLaw) throws {
    let scope = ExpressionScope(coordinates: 2)
    problem = ElastoviscoplasticProblem(
      assumption: .planeStrain, materials: [.init(regions: ["*"], law: law)],
      boundaries: [
        .init(regions: ["left"], value: [Expression(0), Expression(0)]),
        .init(
          regions: ["right"],
          traction: [
            try Expression(parsing: "100*t", in: scope),
            try Expression(parsing: "40*t^2", in: scope),
          ]),
      ], temperatures: [.init(regions: ["*"], value: try Expression(parsing: "x", in: scope))])
  }

  func model(cuts: Int = 8) throws -> QuasiStaticModel {
    try QuasiStaticModel(
      problem, on: mesh, over: TimeGrid(end: 1, step: 0.25),
      settings: .init(newton: NewtonSettings(tolerance: 1e-10), cuts: cuts))
  }
}

@Suite struct `User materials that look at their place` {
  private static let compilers: [(Compiler, String)] = [
    (.gcc, "graded.c"), (.gfortran, "graded.f90"),
  ]

  @Test(arguments: compilers)
  func `see coordinates, cell, point and increment, in full and reduced runs and from a file`(
    compiler: Compiler, source: String
  ) throws {
    guard compiler.isThere else { return }
    try inFolder { folder in
      let library = folder + "/graded.so"
      try compiler.build(sample(source), into: library)
      let law = try ExternalLaw(
        path: library, properties: [2e5, 0.3], states: 7, tangentSymmetry: .symmetric)
      let model = try GradedPlate(law).model()
      let known = try GradedPlate(
        ElasticMaterial(.isotropic(young: ofTemperature("2e5*(1 + T)"), poisson: number(0.3)))
      ).model()
      var (frames, reference): ([QuasiStaticModel.Frame], [QuasiStaticModel.Frame]) = ([], [])
      try model.trajectory(at: Parameter([])) { frames.append($0) }
      try known.trajectory(at: Parameter([])) { reference.append($0) }
      for (k, (a, b)) in zip(frames, reference).enumerated() {
        let gap = norm(zip(a.displacement, b.displacement).map { $0 - $1 })
        #expect(gap <= 1e-9 * norm(b.displacement))
        #expect(a.increments == k)
        guard k > 0 else { continue }
        for p in 0..<model.points.count {
          let cell = model.points.cell(ofPoint: p)
          let told = Array(a.state.variables[0][7 * p..<7 * p + 7])
          #expect(
            told == [
              model.points.places[0][p], model.points.places[1][p], 0,
              Double(firstCell(cell.block, model) + cell.cell + 1), Double(cell.place + 1), 1,
              Double(k),
            ])
        }
      }
      let reduced = try Self.reduced(model, frames)
      #expect(reduced.pointCount < model.points.count)
      var answers: [HyperReducedModel.Frame] = []
      try reduced.trajectory(at: Parameter([])) { answers.append($0) }
      let last = try #require(answers.last)
      // The few points are told what they were told in the body.
      let numbers = Set(
        (0..<model.points.count).map { p in
          frames[4].state.variables[0][7 * p..<7 * p + 7].map { $0 }
        })
      for p in 0..<reduced.pointCount {
        #expect(numbers.contains(last.state.variables[0][7 * p..<7 * p + 7].map { $0 }))
      }
      let parts = try #require(reduced.parts)
      var again: [HyperReducedModel.Frame] = []
      try HyperReducedModel(parts).trajectory(at: Parameter([])) { again.append($0) }
      #expect(again.last?.state == last.state)
    }
  }

  /// The number of cells before those of a block.
  private func firstCell(_ block: Int, _ model: QuasiStaticModel) -> Int {
    let mesh = model.space.scalar.mesh
    return mesh.blocks[..<block].filter { $0.dimension == mesh.dimension }
      .reduce(0) { $0 + $1.cellCount }
  }

  private static func reduced(
    _ model: QuasiStaticModel, _ frames: [QuasiStaticModel.Frame]
  ) throws -> HyperReducedModel {
    var snapshots = MechanicalSnapshots(of: model)
    for frame in frames { snapshots.add(frame) }
    let reduction = try HyperReduction(
      of: snapshots, model, in: try model.innerProduct(.l2),
      options: HyperReductionOptions(displacement: 1e-8, cubature: 1e-8, dual: 1e-8))
    return HyperReducedModel(reduction, of: model)
  }

  @Test(.enabled(if: Compiler.gcc.isThere))
  func `count the increments of steps that were cut`() throws {
    try inFolder { folder in
      // Isotropic without Poisson's ratio; the first attempt at an increment longer than 0.1 is refused.
      let body =
        "for (int i = 0; i < 36; i++) c[i] = 0; for (int i = 0; i < 6; i++) { "
        + "c[7 * i] = i < 3 ? 2e5 : 1e5; s[i] = c[7 * i] * (e[i] + d[i]); } "
        + "if (*dtime > 0.13) *pnewdt = 0.5; v[0] = *kinc; v[1] = time[1];"
      let law = try ExternalLaw(
        path: build("cut", body, in: folder), states: 2, tangentSymmetry: .symmetric)
      let model = try GradedPlate(law).model()
      var frames: [QuasiStaticModel.Frame] = []
      try model.trajectory(at: Parameter([])) { frames.append($0) }
      #expect(frames.map(\.increments) == [0, 2, 4, 6, 8])
      #expect(frames.dropFirst().map { $0.state.variables[0][0] } == [2, 4, 6, 8])
      // Gone on with from a frame that was kept, the count goes on.
      let kept = frames[2]
      let state = kept.state
      let frame = try #require(
        model.frame(
          time: kept.time, displacement: kept.displacement, reaction: kept.reaction,
          strain: state.strain, stress: state.stress, temperature: state.temperature,
          variables: state.variables, increments: kept.increments, next: kept.next))
      var rest: [QuasiStaticModel.Frame] = []
      try model.trajectory(at: Parameter([]), from: frame) { rest.append($0) }
      #expect(rest.last?.state == frames.last?.state && rest.last?.increments == 8)
    }
  }
}
