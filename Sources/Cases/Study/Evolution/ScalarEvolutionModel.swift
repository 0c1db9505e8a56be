internal import FiniteElements
internal import Meshes
internal import ModelReduction
internal import Physics

/// A scalar field that moves in time, in a study.
struct ScalarEvolutionModel: EvolutionStudyModel {
  let solver: FullEvolutionSolver
  let facts: StudyModelFacts
  let heldFluxes: [HeldFlux]
  private let space: FunctionSpace
  private let outputs: [FieldOutput]
  private let plot: (mesh: Mesh, dofs: [Int32])

  init(
    kind: String, space: FunctionSpace, solver: FullEvolutionSolver, fieldOutputs: [FieldOutput],
    heldFluxes: [HeldFlux], summary: String, notes: [String],
    interpolations: [CoefficientInterpolation.Report]
  ) {
    (self.solver, self.space, outputs) = (solver, space, fieldOutputs)
    self.heldFluxes = heldFluxes
    let plot = space.plotMesh()
    self.plot = plot
    facts = StudyModelFacts(
      kind: kind,
      space: Results.Space(
        dofs: space.dofCount, free: solver.evolution.dofCount, degree: space.degree),
      summary: summary,
      notes: notes + StudyModelFacts.notes(onInterpolatedFullModel: interpolations),
      reductionNotes: StudyModelFacts.notes(
        onFieldOutputs: fieldOutputs.map(\.name) + heldFluxes.map(\.name)),
      plan: solver.evolution.plan,
      terms: solver.evolution.termsInWords, plotMesh: plot.mesh, interpolations: interpolations)
  }

  var hasFieldOutputs: Bool { !outputs.isEmpty }

  func fieldOutputs(of whole: [Double], at point: Parameter) throws -> Results.Outputs {
    let field = FiniteElements.Field(space, whole)
    let mu = Parameter(Array(point.values.dropLast()))
    return try outputs.map {
      (key: $0.name, value: try $0.value(of: field, at: mu, time: point.values.last))
    }
  }

  func fields(of whole: [Double], named name: String?) -> [StudyField] {
    [SavedFields.scalar.field(whole, at: plot.dofs, named: name)]
  }

  var attachments: [String: StoredValue] { StoredMesh(plot.mesh, dofs: plot.dofs).attachments }
}
