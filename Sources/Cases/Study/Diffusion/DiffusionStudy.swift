internal import FiniteElements
internal import Meshes
internal import ModelReduction
internal import Physics

/// Steady diffusion in a study.
struct DiffusionStudy: StudyPhysics {
  static let kind = "diffusion"
  static let keepsSolutions = true

  static func problem(_ reading: inout ProblemReading) -> any StudyProblem {
    reading.diffusionProblem()
  }
}

extension DiffusionProblem: StudyProblem {
  func model(_ setting: StudySetting) throws(PhysicsError) -> any StudyModel {
    try DiffusionStudyModel(self, setting, kind: "steady diffusion")
  }
}

/// A diffusion model in a study.
struct DiffusionStudyModel: CoerciveStudyModel {
  let model: DiffusionModel
  let facts: StudyModelFacts
  let plot: (mesh: Mesh, dofs: [Int32])
  private let problem: DiffusionProblem
  private let setting: StudySetting

  init(
    _ problem: DiffusionProblem, _ setting: StudySetting, kind: String
  ) throws(PhysicsError) {
    (self.problem, self.setting) = (problem, setting)
    let (separated, interpolations) = try setting.interpolated(problem)
    model = try DiffusionStudyModel.model(separated, setting, interpolations)
    let plot = model.space.plotMesh()
    self.plot = plot
    facts = StudyModelFacts(
      kind: kind,
      space: Results.Space(
        dofs: model.space.dofCount, free: model.decomposition.dofCount,
        degree: model.space.degree), summary: model.summary, notes: model.notes,
      reductionNotes: StudyModelFacts.notes(onFieldOutputs: model.fieldOutputs.map(\.name)),
      plan: model.decomposition.words.plan, terms: model.decomposition.words.terms,
      plotMesh: plot.mesh, interpolations: interpolations)
  }

  private static func model(
    _ problem: DiffusionProblem, _ setting: StudySetting,
    _ interpolations: [CoefficientInterpolation.Report] = []
  ) throws(PhysicsError) -> DiffusionModel {
    try DiffusionModel(
      problem, on: setting.mesh(), parameters: setting.parameters,
      product: setting.product.flatMap(DiffusionModel.Product.init) ?? .energy,
      interpolations: interpolations)
  }

  var solver: FullOrderSolver { model.solver }

  func solver(at mu: Parameter) throws -> FullOrderSolver {
    if facts.interpolations.isEmpty { return solver }
    return try DiffusionStudyModel.model(setting.frozen(problem, at: mu), setting).solver
  }

  func fieldOutputs(
    of whole: @autoclosure () throws -> [Double], at mu: Parameter
  ) throws -> Results.Outputs {
    try model.fieldOutputValues(ofField: try whole(), at: mu)
  }

  func fields(of whole: [Double], at mu: Parameter) -> [StudyField] {
    [DiffusionStudyModel.field("u", whole, at: plot.dofs)]
  }

  func mode(_ number: Int, _ whole: [Double]) -> StudyField {
    DiffusionStudyModel.field("mode \(number)", whole, at: plot.dofs)
  }

  /// Values at dofs, drawn at the points that have some.
  static func field(_ name: String, _ whole: [Double], at dofs: [Int32]) -> StudyField {
    StudyField(name, dofs.map { $0 < 0 ? .nan : whole[Int($0)] })
  }

  var attachments: [String: StoredValue] {
    var stored = StoredMesh(plot.mesh, dofs: plot.dofs).attachments
    if !model.fieldOutputs.isEmpty {
      stored["field outputs"] = .text(SavedFieldOutputs.text(model.fieldOutputs))
    }
    return stored
  }

  var hasFieldOutputs: Bool { !model.fieldOutputs.isEmpty }
}
