internal import FiniteElements
internal import Meshes
internal import ModelReduction
internal import Physics

/// Heat conduction in a study: steady, in time, or nonlinear.
struct HeatStudy: StudyPhysics {
  static let kind = "heat"
  static let keepsSolutions = true

  static func problem(_ reading: inout ProblemReading) -> any StudyProblem {
    reading.heatProblem()
  }
}

/// A heat problem with how it is to be solved.
struct HeatStudyProblem: StudyProblem {
  let problem: HeatProblem
  let time: (scheme: TimeScheme, grid: TimeGrid)?
  let newton: NewtonSettings

  func model(_ setting: StudySetting) throws(PhysicsError) -> any StudyModel {
    let mesh = try setting.mesh()
    let product = setting.product.flatMap(DiffusionModel.Product.init) ?? .energy
    if problem.isNonlinear {
      return NonlinearHeatStudyModel(
        try NonlinearHeatModel(
          problem, on: mesh, parameters: setting.parameters,
          time: time.map { NonlinearHeatModel.Time($0.scheme, $0.grid) }, newton: newton))
    }
    guard let time else {
      return try DiffusionStudyModel(
        problem.conduction, setting, kind: "steady heat conduction")
    }
    let (problem, interpolations) = try setting.interpolated(problem, over: time.grid)
    let model = try HeatModel(
      problem, on: mesh, parameters: setting.parameters, scheme: time.scheme, grid: time.grid,
      product: product, interpolations: interpolations)
    return ScalarEvolutionModel(
      kind: "heat conduction in time", space: model.space, solver: model.solver,
      fieldOutputs: model.fieldOutputs, heldFluxes: model.heldFluxes, summary: model.summary,
      notes: model.notes, interpolations: interpolations)
  }
}
