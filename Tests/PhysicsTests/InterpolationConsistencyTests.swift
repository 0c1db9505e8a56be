import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import TestSupport
import Testing

/// Bounds of problems whose coefficients were interpolated coarsely on purpose, so that the
/// interpolation is most of the error, held against the problem that was asked for.
@Suite struct `Bounds of interpolated problems` {
  private struct Study {
    let problem: DiffusionProblem
    let mesh: Mesh
    let space: ParameterSpace
    let reports: [CoefficientInterpolation.Report]
    let model: DiffusionModel

    init(_ problem: DiffusionProblem, cells: Int = 16, tolerance: Double) throws {
      self.problem = problem
      mesh = Box(size: [1, 1], cells: [cells, cells], shape: .triangle).mesh()
      space = try ParameterSpace(axes: [ParameterAxis(name: "mu", range: 0.2...0.8)])
      var work = try CoefficientInterpolation(
        over: space, settings: .init(tolerance: tolerance))
      var interpolated = problem
      try interpolated.transformCoefficients(by: &work, on: mesh)
      reports = work.reports
      model = try DiffusionModel(
        interpolated, on: mesh, parameters: space, interpolations: work.reports)
    }

    /// The family in which μ is a number wherever that does not separate.
    func exact(at mu: Parameter) throws -> DiffusionModel {
      var freezing = CoefficientFreezing(at: mu, in: space)
      var frozen = problem
      try frozen.transformCoefficients(by: &freezing, on: mesh)
      return try DiffusionModel(frozen, on: mesh, parameters: space)
    }

    func greedy(tolerance: Double = 1e-12) throws -> WeakGreedy {
      var ledger = CostLedger()
      return try WeakGreedy(
        of: model.solver, over: try Sampling.halton.points(count: 60, seed: 0, in: space),
        options: .init(tolerance: tolerance, size: 30), ledger: &ledger)
    }
  }

  private static func parsed(_ text: String) throws -> Expression {
    try Expression(
      parsing: text,
      in: ExpressionScope(parameters: [(name: "mu", size: nil)], coordinates: 2, time: false))
  }

  /// A moving front of conductivity, a moving source, a reaction, exchange and inhomogeneous essential
  /// data.
  private static func problem() throws -> DiffusionProblem {
    DiffusionProblem(
      materials: [
        .init(
          regions: ["*"],
          conductivity: .scalar(try parsed("1.5 + tanh((x + 0.3*y - mu)/0.3)")),
          reaction: try parsed("1/(1 + 5*(x - mu)^2)"))
      ],
      boundaries: [
        .init(regions: ["left"], value: try parsed("1 + mu")),
        .init(regions: ["top"], flux: try parsed("exp(-20*(x - mu)^2)")),
        .init(
          regions: ["right"],
          exchange: (try parsed("1/(0.5 + (y - mu)^2)"), try parsed("0"))),
      ],
      sources: [.init(regions: ["*"], value: try parsed("exp(-10*((x - mu)^2 + (y - mu)^2))"))],
      outputs: [
        .init(name: "mean", kind: .mean(Expression(.field("u")))),
        .init(name: "corner", kind: .value(at: [1, 1])),
        .init(name: "norm", kind: .normL2),
        .init(name: "largest", kind: .maximum),
      ])
  }

  @Test(arguments: [1e-2, 1e-4, 1e-6])
  func `are at least the distance to the problem that was asked for`(tolerance: Double) throws {
    let study = try Study(Self.problem(), tolerance: tolerance)
    #expect(Set(study.reports.map(\.use.name)).count == 5)
    let greedy = try study.greedy()
    #expect(greedy.limit == .interpolation)
    // Further vectors leave nothing but the interpolation in the error.
    var projection = greedy.projection
    for mu in try Sampling.halton.points(count: 12, seed: 5, in: study.space) {
      do { try projection.extend(by: study.model.solve(at: mu)) } catch ExtensionError
        .linearlyDependent
      {}
    }
    let model = projection.model
    var (share, sharpest) = (0.0, Double.infinity)
    for mu in try Sampling.random.points(count: 12, seed: 3, in: study.space) {
      let answer = try model.answer(at: mu)
      let exact = try study.exact(at: mu)
      let error = try exact.solver.trueError(of: answer.state, in: projection.basis, at: mu)
      #expect(answer.estimate.guarantee == .upperBound)
      #expect(answer.estimate.value >= error)
      sharpest = min(sharpest, answer.estimate.value / error)
      // Without the term of the interpolation the same number would lie.
      let bare = answer.residual / (answer.coercivity ?? .nan)
      share = max(share, error / bare)
      let state = try exact.solver.refinedSolution(at: mu)
      let values = try exact.decomposition.outputValues(of: state, at: mu)
      for (output, value) in zip(answer.outputs, values) {
        #expect((output.value - value.value).magnitude <= output.estimate.value)
        // An extremum has no bound where its rows' norm is only estimated.
        #expect((output.estimate.guarantee == .upperBound) == (output.name != "largest"))
      }
    }
    #expect(share > 1)
    // The largest error stands for all of them, everywhere and at every parameter.
    #expect(sharpest < 1000)
  }

  @Test func `shrink in proportion to the tolerance of the interpolation`() throws {
    let bounds = try [1e-3, 1e-5, 1e-7].map { tolerance in
      let study = try Study(Self.problem(), tolerance: tolerance)
      return try study.greedy().model.answer(at: [0.37]).estimate.value / tolerance
    }
    #expect(bounds.allSatisfy { $0 > bounds[0] / 30 && $0 < 30 * bounds[0] })
  }

  @Test func `correct outputs by dual problems and stay true`() throws {
    let study = try Study(Self.problem(), tolerance: 1e-3)
    let greedy = try study.greedy(tolerance: 1e-2)
    var model = greedy.model
    for name in model.outputsToCorrect {
      guard
        case .linear(let output)? = study.model.decomposition.outputs.first(where: {
          $0.name == name
        })
      else { continue }
      var ledger = CostLedger()
      let dual = study.model.decomposition.dual(of: output)
      let corrected = try WeakGreedy(
        of: FullOrderSolver(dual), over: greedy.parameters,
        options: .init(tolerance: 1e-2, size: 20), ledger: &ledger)
      model = model.corrected(
        by: corrected.projection, forOutput: name, of: greedy.projection)
    }
    #expect(model.outputsToCorrect.isEmpty)
    for mu in try Sampling.random.points(count: 8, seed: 9, in: study.space) {
      let answer = try model.answer(at: mu)
      let exact = try study.exact(at: mu)
      let state = try exact.solver.refinedSolution(at: mu)
      let values = try exact.decomposition.outputValues(of: state, at: mu)
      for (output, value) in zip(answer.outputs, values) {
        #expect((output.value - value.value).magnitude <= output.estimate.value)
      }
    }
  }

  @Test func `go into a model file and come out with the same bits`() throws {
    let study = try Study(Self.problem(), tolerance: 1e-4)
    let model = try study.greedy().model
    let consistency = model.coercivity.conditions.consistency
    #expect(consistency.operatorError > 0 && consistency.loadError > 0)
    #expect(consistency.liftErrors.contains { $0 > 0 })
    try inFolder { folder in
      let path = folder + "/model.ritz"
      try ModelFile(model: model).write(to: path)
      guard case .coercive(let read) = try ModelFile.open(path).content else {
        Issue.record("another kind of model came back")
        return
      }
      #expect(read == model)
      #expect(try read.answer(at: [0.4]) == model.answer(at: [0.4]))
    }
  }

  @Test func `are given up where an interpolated value or the flux through it is not bounded`()
    throws
  {
    var held = try Self.problem()
    held.boundaries[0].value = try Self.parsed("1/(1 + (y - mu)^2)")
    var flux = try Self.problem()
    flux.outputs.append(.init(name: "inflow", kind: .inflow, regions: ["left"]))
    for problem in [held, flux] {
      let study = try Study(problem, tolerance: 1e-4)
      #expect(study.model.notes.contains { $0.contains("nothing is certified") })
      let answer = try study.greedy(tolerance: 1e-3).model.answer(at: [0.5])
      #expect(answer.estimate.guarantee == .indicator)
      #expect(answer.estimate.value > 0 && answer.estimate.value.isFinite)
    }
  }

  @Test func `take an exact problem as it is`() throws {
    let study = try Study(
      DiffusionProblem(
        materials: [
          .init(regions: ["*"], conductivity: .scalar(try Self.parsed("1 + mu*x")))
        ],
        boundaries: [.init(regions: ["left"], value: try Self.parsed("0"))],
        sources: [.init(regions: ["*"], value: try Self.parsed("1"))]),
      tolerance: 1e-8)
    #expect(study.reports.isEmpty)
    #expect(study.model.decomposition.coercivity.consistency == .exact)
  }
}

/// The same of an elastic body whose stiffness has a front that moves, and of forces that do.
@Suite struct `Bounds of interpolated elastic problems` {
  private static func parsed(_ text: String) throws -> Expression {
    try Expression(
      parsing: text,
      in: ExpressionScope(parameters: [(name: "mu", size: nil)], coordinates: 2, time: false))
  }

  /// Laws whose coefficients do not separate.
  enum Kind: CaseIterable {
    case isotropic, orthotropic, stiffness

    func law() throws -> ElasticLaw {
      let front = "2 + tanh((x - mu)/0.3)"
      switch self {
      case .isotropic:
        return .isotropic(
          young: try parsed(front), poisson: try parsed("0.3 - 0.1*exp(-5*(y - mu)^2)"))
      case .orthotropic:
        return ElasticLaw(
          .orthotropic(
            young: [try parsed(front), try parsed("1 + 0.2*x"), try parsed("1")],
            poisson: try ["0.3", "0.2", "0.25"].map(parsed),
            shear: [try parsed("0.4/(1 + (y - mu)^2)"), try parsed("0.5"), try parsed("0.5")]),
          axes: [[0.8, 0.6], [-0.6, 0.8]])
      case .stiffness:
        let (a, b) = (try parsed(front), try parsed("0.3*exp(-(x - mu)^2)"))
        let zero = try parsed("0")
        return ElasticLaw(
          .stiffness([[a, b, zero], [b, try parsed("2"), zero], [zero, zero, try parsed("1")]]))
      }
    }

    private func parsed(_ text: String) throws -> Expression {
      try `Bounds of interpolated elastic problems`.parsed(text)
    }
  }

  @Test(
    arguments: [
      ElasticityProblem.Assumption.planeStrain, .planeStress,
    ], Kind.allCases)
  func `are at least the distance to the problem that was asked for`(
    assumption: ElasticityProblem.Assumption, kind: Kind
  ) throws {
    let problem = ElasticityProblem(
      assumption: assumption,
      materials: [.init(regions: ["*"], law: try kind.law())],
      boundaries: [
        .init(regions: ["left"], value: [try Self.parsed("0"), try Self.parsed("0")]),
        .init(
          regions: ["right"],
          traction: [try Self.parsed("0"), try Self.parsed("exp(-20*(y - mu)^2)")]),
      ])
    let mesh = Box(size: [1, 1], cells: [10, 10], shape: .triangle).mesh()
    let space = try ParameterSpace(axes: [ParameterAxis(name: "mu", range: 0.2...0.8)])
    var work = try CoefficientInterpolation(over: space, settings: .init(tolerance: 1e-3))
    var interpolated = problem
    try interpolated.transformCoefficients(by: &work, on: mesh)
    #expect(Set(work.reports.map(\.use.name)) == ["stiffness", "traction"])
    let model = try ElasticityModel(
      interpolated, on: mesh, parameters: space, interpolations: work.reports)
    var ledger = CostLedger()
    let training = try Sampling.halton.points(count: 50, seed: 0, in: space)
    var empty = try GalerkinProjection(of: model.decomposition)
    if kind != .isotropic {
      // Matrices of which no part is semidefinite: ratios alone say too little.
      let (bound, _) = try model.decomposition.successiveConstraints(
        over: training, riesz: empty.riesz)
      empty = try GalerkinProjection(
        of: model.decomposition, riesz: empty.riesz, coercivity: empty.coercivity.with(bound))
    }
    let greedy = try WeakGreedy(
      of: model.solver, over: training, options: .init(tolerance: 1e-10, size: 25),
      projection: empty, ledger: &ledger)
    #expect(greedy.limit == .interpolation)
    for mu in try Sampling.random.points(count: 10, seed: 3, in: space) {
      var freezing = CoefficientFreezing(at: mu, in: space)
      var frozen = problem
      try frozen.transformCoefficients(by: &freezing, on: mesh)
      let exact = try ElasticityModel(frozen, on: mesh, parameters: space)
      let answer = try greedy.model.answer(at: mu)
      let error = try exact.solver.trueError(of: answer.state, in: greedy.basis, at: mu)
      #expect(answer.estimate.guarantee == .upperBound)
      #expect(answer.estimate.value >= error)
    }
  }
}
