import Expressions
import FiniteElements
import LinearAlgebra
import LinearSolvers
import Meshes
import ModelReduction
import Physics
import TestSupport
import Testing

@Suite struct `Quasi-static equilibrium of inelastic bodies` {
  /// Linear isotropic elasticity, by hand.
  private struct HookeLaw: ConstitutiveLaw {
    let lambda = 1.5
    let mu = 0.7
    var variables: [InternalVariable] { [] }
    var tangentSymmetry: TangentSymmetry { .symmetric }

    func advance(
      _ points: inout MaterialPoints, over step: TimeIncrement
    ) throws(ConstitutiveError) {
      for p in 0..<points.count {
        let e = (0..<6).map { points.strain[6 * p + $0] }
        for i in 0..<6 {
          points.stress[6 * p + i] =
            i < 3 ? lambda * (e[0] + e[1] + e[2]) + 2 * mu * e[i] : mu * e[i]
          for j in 0..<6 {
            points.tangent[36 * p + 6 * i + j] =
              (i < 3 && j < 3 ? lambda : 0) + (i == j ? (i < 3 ? 2 * mu : mu) : 0)
          }
        }
      }
    }
  }

  @Test func `systems of Newton's method recycle, and are told with and without`() throws {
    let cube = try CyclicCube()
    let grid = try TimeGrid(end: 0.8, step: 0.1)
    func last(_ solver: SolverSettings?) throws -> (frame: QuasiStaticModel.Frame, QuasiStaticModel)
    {
      let newton = NewtonSettings(tolerance: 1e-9, linearSolver: solver)
      let model = try QuasiStaticModel(
        cube.problem, on: cube.mesh, over: grid,
        settings: QuasiStaticModel.Settings(newton: newton))
      var frame = try model.start(at: [])
      try model.trajectory(at: []) { frame = $0 }
      return (frame, model)
    }
    let (direct, factorized) = try last(nil)
    #expect(factorized.sequence == nil && factorized.factorizations > 8)
    var settings = SolverSettings()
    settings.recycle = 20
    let (recycled, model) = try last(settings)
    let account = try #require(model.sequence)
    // The law's tangents are not symmetric once it flows.
    #expect(account.notes.contains { $0.contains("no longer symmetric") })
    #expect(model.factorizations == 0 && account.entries.count > 8 && account.run == [])
    let bothWays = account.entries.filter { $0.plainIterations != nil }
    #expect(!bothWays.isEmpty)
    #expect(bothWays.allSatisfy { 2 * $0.iterations <= $0.plainIterations ?? 0 })
    let size = norm(direct.displacement)
    let distance = norm(zip(direct.displacement, recycled.displacement).map { $0 - $1 })
    #expect(distance <= 1e-8 * size, "\(distance / size)")
  }

  @Test func `elastic material gives the solution of linear elasticity in one iteration`() throws {
    for row in ShapedCase.all where row.degree == 1 || row.nodes == .complete {
      let mesh = row.mesh(2, distortion: 0.1, map: ShapedCase.bend)
      let d = row.dimension
      let scope = ExpressionScope(coordinates: d)
      let stretch = try (0..<d).map {
        try Expression(parsing: "0.1*x*y + \($0 + 1)*0.01*x", in: scope)
      }
      let force = try (0..<d).map { try Expression(parsing: "\($0 + 1)*cos(x)", in: scope) }
      let boundaries = [
        ElasticityProblem.Boundary(regions: ["left"], value: stretch),
        ElasticityProblem.Boundary(regions: ["right"], pressure: Expression(0.3)),
      ]
      let sources = [ElasticityProblem.Source(regions: ["*"], value: force)]
      let young = 0.7 * (3 * 1.5 + 2 * 0.7) / (1.5 + 0.7)
      let linear = try ElasticityModel(
        ElasticityProblem(
          degree: row.degree,
          materials: [
            ElasticityProblem.Material(
              regions: ["*"],
              law: .isotropic(young: Expression(young), poisson: Expression(1.5 / (2 * 2.2))))
          ], boundaries: boundaries, sources: sources), on: mesh, parameters: .point)
      let exact = try linear.field(linear.solve(at: Parameter([])), at: Parameter([]))
      let model = try QuasiStaticModel(
        ElastoviscoplasticProblem(
          degree: row.degree,
          quadratureDegree: 2 * row.degree,
          materials: [.init(regions: ["*"], law: HookeLaw())], boundaries: boundaries,
          sources: sources), on: mesh, over: try TimeGrid(end: 1, step: 1))
      var last: QuasiStaticModel.Frame?
      try model.trajectory(at: Parameter([])) { last = $0 }
      let frame = try #require(last)
      #expect(frame.iterations == 1, "\(row): \(frame.reports)")
      let size = exact.reduce(0) { max($0, abs($1)) }
      let gap = zip(exact, frame.displacement).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(gap < 1e-10 * size, "\(row): \(gap / size)")
      // The supports carry the loads.
      let domain = try #require(mesh.region(named: "*"))
      let right = try #require(mesh.region(named: "right"))
      let loads = try model.points.plan.assemble([
        .force(try Coefficient(force), on: domain), .pressure(.constant(0.3), on: right),
      ])
      for k in 0..<d {
        let total = stride(from: k, to: loads.count, by: d).reduce(0.0) { $0 + loads[$1] }
        let carried = stride(from: k, to: loads.count, by: d).reduce(0.0) {
          $0 + frame.reaction[$1]
        }
        #expect(abs(total + carried) < 1e-9, "\(row): \(total), \(carried)")
      }
    }
  }

  /// The largest cumulated plastic strain of a frame.
  private func largestStrain(
    _ model: QuasiStaticModel, _ frame: QuasiStaticModel.Frame
  ) throws -> Double {
    let p = Expression(.field("p"))
    return try model.value(
      of: ElasticityOutput(name: "p", kind: .maximum(p)), in: frame, at: Parameter([]))
  }

  @Test func `the cyclic cube ratchets as its published numbers say`() throws {
    let model = try CyclicCube().model(cycles: 4)
    #expect(model.points.count == 1728)
    var frames: [QuasiStaticModel.Frame] = []
    try model.trajectory(at: Parameter([])) { frames.append($0) }
    let first = frames[1...20].reduce(0) { $0 + $1.iterations }
    // 61 iterations are known from a start without a step along the tangent.
    #expect(first <= 61 + 20, "\(first) iterations")
    #expect(frames.allSatisfy { $0.reports.count <= 1 })
    #expect(abs(try largestStrain(model, frames[20]) - 0.0031) < 0.00005)
    #expect(abs(try largestStrain(model, frames[80]) - 0.0037) < 0.00005)
    // The plastic strain never decreases, at no point.
    for (before, after) in zip(frames, frames.dropFirst()) {
      let s = 13
      for p in stride(from: 6, to: before.state.variables[0].count, by: s) {
        #expect(after.state.variables[0][p] >= before.state.variables[0][p])
      }
    }
  }

  @Test func `a run that goes on from one of its frames ends with the same bits`() throws {
    let kept = Threads.count
    defer { Threads.count = kept }
    let model = try CyclicCube().model(cycles: 1)
    var frames: [QuasiStaticModel.Frame] = []
    Threads.count = 1
    try model.trajectory(at: Parameter([])) { if $0.time < 1 { frames.append($0) } }
    Threads.count = 3
    var last: QuasiStaticModel.Frame?
    try model.trajectory(at: Parameter([])) { last = $0 }
    var resumed: QuasiStaticModel.Frame?
    try model.trajectory(at: Parameter([]), from: frames[7]) { resumed = $0 }
    let (a, b) = (try #require(last), try #require(resumed))
    #expect(a.displacement == b.displacement)
    #expect(a.state == b.state)
    #expect(a.reaction == b.reaction)
  }

  @Test func `displacements alone give back the stresses and histories of their run`() throws {
    let model = try CyclicCube().model(cycles: 1)
    var frames: [QuasiStaticModel.Frame] = []
    try model.trajectory(at: Parameter([])) { frames.append($0) }
    var found: [QuasiStaticModel.Frame] = []
    try model.recompute(frames.dropFirst().map(\.displacement), at: Parameter([])) {
      found.append($0)
    }
    #expect(found.count == frames.count)
    for (a, b) in zip(frames, found) {
      #expect(a.state == b.state && a.reaction == b.reaction && a.time == b.time)
    }
    let error = #expect(throws: ModelError.self) {
      try model.recompute([[1, 2]], at: Parameter([])) { _ in }
    }
    #expect(error?.description.contains("1 displacements for 20 time steps") == true)
  }

  @Test func `a body free to expand has no stress, whatever its temperature`() throws {
    let cube = try CyclicCube()
    let problem = try cube.freeToExpand(temperature: "20 + 300*t")
    let model = try QuasiStaticModel(
      problem, on: cube.mesh, over: TimeGrid(end: 1, step: 0.5))
    var last: QuasiStaticModel.Frame?
    try model.trajectory(at: Parameter([])) { last = $0 }
    let frame = try #require(last)
    #expect(frame.state.stress.allSatisfy { abs($0) < 1e-6 })
    for dof in 0..<model.space.scalar.dofCount {
      let x = model.space.scalar.place(ofDof: dof)
      #expect(abs(frame.displacement[3 * dof] - 6e-3 * x.x) < 1e-10)
    }
  }

  /// A cantilever bent until a good part of it yields, with a law of each kind of hardening.
  @Test(arguments: [0, 1, 2])
  func `plastic steps converge quadratically, in six iterations to ten digits`(kind: Int) throws {
    let zero = Expression(0)
    let laws = try [
      InelasticMaterial(
        elasticity: .init(young: Expression(1000), poisson: Expression(0.3)),
        yieldStress: .linear(initial: Expression(1), modulus: Expression(50))),
      InelasticMaterial(
        elasticity: .init(young: Expression(1000), poisson: Expression(0.3)),
        yieldStress: .constant(Expression(1)),
        backstresses: [.init(modulus: Expression(100), recall: Expression(20))]),
      InelasticMaterial(
        elasticity: .init(young: Expression(1000), poisson: Expression(0.3)),
        yieldStress: .voce(
          initial: Expression(1), saturation: Expression(0.6), rate: Expression(200),
          modulus: Expression(0))),
    ]
    let load = try Expression(parsing: "-0.16*t", in: ExpressionScope(coordinates: 2))
    let model = try QuasiStaticModel(
      ElastoviscoplasticProblem(
        assumption: .planeStrain, locking: .averagedDilatation,
        materials: [.init(regions: ["*"], law: laws[kind])],
        boundaries: [
          .init(regions: ["left"], value: [zero, zero]),
          .init(regions: ["right"], traction: [zero, load]),
        ]),
      on: Box(size: [3, 1], cells: [18, 6], shape: .quadrilateral).mesh(),
      over: TimeGrid(end: 1, step: 0.1),
      settings: .init(newton: NewtonSettings(tolerance: 1e-10)))
    var frames: [QuasiStaticModel.Frame] = []
    try model.trajectory(at: Parameter([])) { frames.append($0) }
    let last = try #require(frames.last)
    #expect(try largestStrain(model, last) > 5e-4)
    for frame in frames.dropFirst() {
      #expect(frame.iterations <= 6, "\(frame.time): \(frame.reports)")
      // From where the residual is small on its exponent doubles, down to round-off.
      let residuals = frame.reports.flatMap(\.residuals).filter { $0 > 1e-13 }
      for (r, next) in zip(residuals, residuals.dropFirst()) where r < 1e-3 && next > 1e-11 {
        #expect(next < 100 * r * r, "\(frame.time): \(residuals)")
      }
    }
  }

  /// A quarter of a thick tube of radii 1 and 2, kept in plane strain along its axis.
  private func tube(
    degree: Int, pressure: Expression, over grid: TimeGrid
  ) throws -> QuasiStaticModel {
    let law = try InelasticMaterial(
      elasticity: .init(young: Expression(1000), poisson: Expression(0.3)),
      yieldStress: .constant(Expression(1)))
    let mesh = Box(
      size: [1, 0.25], cells: [12, 2], origin: [1, 0], shape: .quadrilateral
    ).mesh()
    return try QuasiStaticModel(
      ElastoviscoplasticProblem(
        degree: degree, assumption: .axisymmetric,
        locking: degree == 1 ? .averagedDilatation : .none,
        materials: [.init(regions: ["*"], law: law)],
        boundaries: [
          .init(regions: ["bottom", "top"], value: [nil, Expression(0)]),
          .init(regions: ["left"], pressure: pressure),
        ]), on: mesh, over: grid)
  }

  @Test(arguments: [1, 2])
  func `a thick tube collapses at 2/√3 ln(b/a) times its yield stress`(degree: Int) throws {
    let limit = 2 / 3.0.squareRoot() * 0.6931471805599453
    let ramp = try Expression(
      parsing: "t*\(limit)", in: ExpressionScope(coordinates: 2))
    let model = try tube(
      degree: degree, pressure: ramp,
      over: TimeGrid(
        steps: [Double](repeating: 0.05, count: 18) + [Double](repeating: 0.01, count: 20)))
    var frames: [QuasiStaticModel.Frame] = []
    let failure = #expect(throws: ModelError.self) {
      try model.trajectory(at: Parameter([])) { frames.append($0) }
    }
    let reached = try #require(frames.last).time
    try #require(frames.count > 6, "\(failure.debugDescription)")
    // The mesh is a little stiffer than the tube; the last load it carried brackets the limit.
    #expect(reached > 0.975 && reached < 1.015, "degree \(degree): \(reached)")
    #expect(failure?.isNotConverged == true)
    // Before it yields at p = σ_y (1 − a²/b²)/√3 …, Lamé's displacement at the bore.
    let (e, nu, p) = (1000.0, 0.3, 0.3 * limit)
    let exact = p / (e * 3) * (1 + nu) * ((1 - 2 * nu) + 4)
    let early = frames[6]
    let bore = try model.value(
      of: ElasticityOutput(
        name: "u", kind: .value(Expression(.field("u.x")), at: [1, 0.1])), in: early,
      at: Parameter([]))
    #expect(abs(bore / exact - 1) < (degree == 1 ? 5e-3 : 1e-4), "\(bore / exact)")
    // Plastic steps converge quadratically: few iterations.
    for frame in frames.dropFirst().prefix(18) { #expect(frame.iterations <= 8) }
  }

  @Test func `an unloaded tube keeps the residual stresses of its elastic unloading`() throws {
    // Autofrettage: unloading without reverse yield subtracts Lamé's solution.
    let top = 0.9 * 2 / 3.0.squareRoot() * 0.6931471805599453
    let path = try Expression(
      parsing: "\(top)*min(t, 2 - t)", in: ExpressionScope(coordinates: 2))
    let model = try tube(degree: 2, pressure: path, over: TimeGrid(end: 2, step: 0.05))
    var frames: [QuasiStaticModel.Frame] = []
    try model.trajectory(at: Parameter([])) { frames.append($0) }
    let (loaded, rest) = (frames[20], frames[40])
    let p = loaded.state.variables[0], q = rest.state.variables[0]
    #expect(p.contains { $0 > 1e-6 })
    #expect(p == q, "no reverse yield")
    for k in 0..<model.points.count {
      let r = model.points.places[0][k]
      let hoop = top / 3 * (1 + 4 / (r * r)), radial = top / 3 * (1 - 4 / (r * r))
      #expect(abs(rest.state.stress[6 * k + 2] - (loaded.state.stress[6 * k + 2] - hoop)) < 2e-3)
      #expect(abs(rest.state.stress[6 * k] - (loaded.state.stress[6 * k] - radial)) < 5e-3)
    }
  }

  /// An elastic law that asks for short steps, or fails whatever the step.
  private struct ImpatientLaw: ConstitutiveLaw {
    let longest: Double
    var variables: [InternalVariable] { [] }
    var tangentSymmetry: TangentSymmetry { .symmetric }

    func advance(
      _ points: inout MaterialPoints, over step: TimeIncrement
    ) throws(ConstitutiveError) {
      guard step.length <= longest * (1 + 1e-12) else {
        throw ConstitutiveError(
          point: 1, message: "too much at once", remedy: .shorterStep(factor: 0.25))
      }
      for p in 0..<points.count {
        for i in 0..<6 {
          points.stress[6 * p + i] = points.strain[6 * p + i]
          for j in 0..<6 { points.tangent[36 * p + 6 * i + j] = i == j ? 1 : 0 }
        }
      }
    }
  }

  @Test func `a step that fails is cut until it succeeds, or the run says where it stands`() throws
  {
    let mesh = Box(size: [1, 1], cells: [2, 2], shape: .quadrilateral).mesh()
    func model(_ law: ImpatientLaw) throws -> QuasiStaticModel {
      try QuasiStaticModel(
        ElastoviscoplasticProblem(
          materials: [.init(regions: ["*"], law: law)],
          boundaries: [
            .init(regions: ["left"], value: [Expression(0), Expression(0)]),
            .init(
              regions: ["right"],
              value: [try Expression(parsing: "t", in: ExpressionScope(coordinates: 2)), nil]),
          ]), on: mesh, over: TimeGrid(end: 1, step: 0.5))
    }
    var frames: [QuasiStaticModel.Frame] = []
    try model(ImpatientLaw(longest: 0.125)).trajectory(at: Parameter([])) { frames.append($0) }
    #expect(frames.map(\.time) == [0, 0.5, 1])
    #expect((4...8).contains(frames[1].reports.count), "\(frames[1].reports.count) parts")
    let error = #expect(throws: ModelError.self) {
      try model(ImpatientLaw(longest: 1e-9)).trajectory(at: Parameter([])) { _ in }
    }
    let words = try #require(error).description
    #expect(words.contains("too much at once") && words.contains("of quadrilateral 0"), "\(words)")
  }
}
