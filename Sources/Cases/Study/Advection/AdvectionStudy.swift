internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction
internal import Physics

/// Advection–diffusion in a study, steady or in time.
struct AdvectionStudy: StudyPhysics {
  static let kind = "advection-diffusion"

  static func problem(_ reading: inout ProblemReading) -> any StudyProblem {
    reading.advectionProblem()
  }
}

extension ProblemReading {
  /// Advection–diffusion as a case states it.
  mutating func advectionProblem() -> AdvectionStudyProblem {
    let time = timeStepping()
    let stabilization =
      caseFile.physics.settings["stabilization"]?.word
      .flatMap(AdvectionDiffusionProblem.Stabilization.init) ?? .none
    let nothing = [Expression](repeating: Expression(0), count: dimension)
    return AdvectionStudyProblem(
      problem: AdvectionDiffusionProblem(
        diffusion: diffusionProblem(),
        velocities: caseFile.materials.map { components($0, "velocity") ?? nothing },
        stabilization: stabilization, initials: initials()), time: time)
  }
}

/// An advection–diffusion problem with its steps in time.
struct AdvectionStudyProblem: StudyProblem {
  let problem: AdvectionDiffusionProblem
  let time: (scheme: TimeScheme, grid: TimeGrid)?

  func model(_ setting: StudySetting) throws(PhysicsError) -> any StudyModel {
    let mesh = try setting.mesh()
    let product = setting.product.flatMap(DiffusionModel.Product.init) ?? .energy
    // Where nothing is reduced, each point is assembled anew and nothing needs to separate.
    let (problem, interpolations) =
      time == nil && setting.product == nil
      ? (problem, []) : try setting.interpolated(problem, over: time?.grid)
    if let time {
      let model = try AdvectionDiffusionEvolution(
        problem, on: mesh, parameters: setting.parameters, scheme: time.scheme, grid: time.grid,
        product: product)
      return ScalarEvolutionModel(
        kind: "advection and diffusion in time", space: model.space, solver: model.solver,
        fieldOutputs: model.fieldOutputs, heldFluxes: model.heldFluxes, summary: model.summary,
        notes: model.notes, interpolations: interpolations)
    }
    let model = try AdvectionDiffusionModel(
      problem, on: mesh, parameters: setting.parameters, product: product)
    guard let system = model.system else { return AdvectionAnewModel(model) }
    do throws(FactorizationError) {
      return AdvectionStudyModel(model, try FullSystemSolver(system), interpolations)
    } catch { throw PhysicsError(.problem, "\(error)") }
  }
}

/// Steady advection–diffusion in a study, where the coefficients separate.
struct AdvectionStudyModel: SystemStudyModel {
  let facts: StudyModelFacts
  let solver: FullSystemSolver<Double>
  private let model: AdvectionDiffusionModel
  private let plot: (mesh: Mesh, dofs: [Int32])

  init(
    _ model: AdvectionDiffusionModel, _ solver: FullSystemSolver<Double>,
    _ interpolations: [CoefficientInterpolation.Report]
  ) {
    (self.model, self.solver) = (model, solver)
    let plot = model.space.plotMesh()
    self.plot = plot
    facts = StudyModelFacts(
      kind: "steady advection and diffusion",
      space: Results.Space(
        dofs: model.space.dofCount, free: solver.system.dofCount, degree: model.space.degree),
      summary: model.summary,
      notes: model.notes + StudyModelFacts.notes(onInterpolatedFullModel: interpolations),
      reductionNotes: model.reductionNotes
        + StudyModelFacts.notes(onFieldOutputs: model.fieldOutputs.map(\.name)),
      plan: solver.system.words.plan,
      terms: solver.system.words.terms, plotMesh: plot.mesh, interpolations: interpolations)
  }

  var hasFieldOutputs: Bool { !model.fieldOutputs.isEmpty }

  func fieldOutputs(
    of whole: [Double], at mu: Parameter
  ) throws -> [(key: String, value: Double)] {
    let field = FiniteElements.Field(model.space, whole)
    return try model.fieldOutputs.map { (key: $0.name, value: try $0.value(of: field, at: mu)) }
  }

  func fields(of whole: [Double], named name: String?) -> [StudyField] {
    [SavedFields.scalar.field(whole, at: plot.dofs, named: name)]
  }

  var attachments: [String: StoredValue] {
    var stored = StoredMesh(plot.mesh, dofs: plot.dofs).attachments
    if hasFieldOutputs {
      stored["field outputs"] = .text(SavedFieldOutputs.text(model.fieldOutputs))
    }
    return stored
  }
}

/// Steady advection–diffusion whose coefficients do not separate: assembled anew at every point.
struct AdvectionAnewModel: StudyModel {
  let facts: StudyModelFacts
  private let model: AdvectionDiffusionModel
  private let plot: (mesh: Mesh, dofs: [Int32])
  private let meter = WorkMeter()

  init(_ model: AdvectionDiffusionModel) {
    self.model = model
    let plot = model.space.plotMesh()
    self.plot = plot
    facts = StudyModelFacts(
      kind: "steady advection and diffusion",
      space: Results.Space(
        dofs: model.space.dofCount, free: model.freeCount, degree: model.space.degree),
      summary: model.summary, notes: model.notes, reductionNotes: model.reductionNotes,
      plan: [("outputs", model.problem.diffusion.outputs.map(\.name).joined(separator: ", "))],
      terms: "none: \(model.obstacle ?? "")", plotMesh: plot.mesh)
  }

  var work: FullOrderSolver.Work { meter.work }

  func answers(at points: [Parameter]) throws -> [StudyAnswer] {
    try points.map { mu in
      let whole = try meter.measure { try model.field(try model.solve(at: mu), at: mu) }
      let field = FiniteElements.Field(model.space, whole)
      return StudyAnswer(
        query: Results.Query(
          parameter: mu.values,
          outputs: try model.problem.diffusion.outputs.map {
            (key: $0.name, value: try $0.value(of: field, at: mu))
          }),
        frames: StudyFrames(solution: { [SavedFields.scalar.field(whole, at: plot.dofs)] }))
    }
  }

  func reduce(_ task: inout ReductionTask) throws -> any StudyReduction {
    throw StudyError.notReducible(
      "this problem has no affine form to reduce: \(model.obstacle ?? "its laws do not separate")")
  }
}
