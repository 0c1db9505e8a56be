internal import FiniteElements
internal import LinearSolvers
internal import Meshes
internal import ModelReduction
internal import Physics

/// Linear elasticity in a study: a static solution, or natural frequencies.
struct ElasticityStudy: StudyPhysics {
  static let kind = "elasticity"
  static let keepsSolutions = true

  static func fields(dimension: Int) -> [String] {
    ProblemReading.elasticFields(dimension: dimension)
  }

  static func problem(_ reading: inout ProblemReading) -> any StudyProblem {
    if let modes = reading.caseFile.entry("modes") { return reading.vibrationProblem(modes) }
    return reading.elasticityProblem()
  }
}

extension ElasticityProblem: StudyProblem {
  func model(_ setting: StudySetting) throws(PhysicsError) -> any StudyModel {
    try ElasticityStudyModel(self, setting)
  }

  /// "linear elasticity, plane stress".
  func words(dimension: Int) -> String {
    "linear elasticity"
      + (dimension == 3 ? "" : ", \(assumption.rawValue.replacing("-", with: " "))")
      + (locking == .none ? "" : ", averaged dilatation")
  }
}

/// The displacement of an elastic body at the points of its plot mesh.
struct ElasticPlot: Sendable {
  /// The mesh drawn on.
  let mesh: Mesh
  /// For each point its place in the space of each component, −1 where there is none.
  let dofs: [Int32]
  /// How the displacement is drawn, also from a saved model.
  let displacement: SavedFields

  init(_ space: VectorSpace) {
    (mesh, dofs) = space.scalar.plotMesh()
    displacement = SavedFields(
      name: "displacement", components: Array(["x", "y", "z"].prefix(space.components)),
      isDisplacement: true)
  }

  /// Numbers at the nodes of the space, drawn.
  func scalar(_ name: String, _ values: [Double]) -> StudyField {
    StudyField(name, dofs.map { $0 < 0 ? .nan : values[Int($0)] })
  }
}

/// A static elastic model in a study.
struct ElasticityStudyModel: CoerciveStudyModel {
  let facts: StudyModelFacts
  let model: ElasticityModel
  let plot: ElasticPlot
  private let problem: ElasticityProblem
  private let setting: StudySetting

  init(_ problem: ElasticityProblem, _ setting: StudySetting) throws(PhysicsError) {
    (self.problem, self.setting) = (problem, setting)
    let (separated, interpolations) = try setting.interpolated(problem)
    model = try ElasticityStudyModel.model(separated, setting, interpolations)
    let plot = ElasticPlot(model.space)
    self.plot = plot
    let space = model.space
    facts = StudyModelFacts(
      kind: model.problem.words(dimension: space.scalar.mesh.dimension),
      space: Results.Space(
        dofs: space.dofCount, free: model.decomposition.dofCount, degree: space.scalar.degree,
        components: space.components),
      summary: model.summary, notes: model.notes,
      reductionNotes: StudyModelFacts.notes(onFieldOutputs: model.fieldOutputs.map(\.name)),
      plan: model.decomposition.words.plan,
      terms: model.decomposition.words.terms, plotMesh: plot.mesh, interpolations: interpolations)
  }

  private static func model(
    _ problem: ElasticityProblem, _ setting: StudySetting,
    _ interpolations: [CoefficientInterpolation.Report] = []
  ) throws(PhysicsError) -> ElasticityModel {
    try ElasticityModel(
      problem, on: setting.mesh(), parameters: setting.parameters,
      product: setting.product.flatMap(ElasticityModel.Product.init) ?? .energy,
      interpolations: interpolations)
  }

  var solver: FullOrderSolver { model.solver }

  func use(_ settings: SolverSettings) {
    var settings = settings
    settings.nearNullSpace = model.rigidMotions
    settings.nodes = model.nodes
    solver.use(settings)
  }

  func solver(at mu: Parameter) throws -> FullOrderSolver {
    if facts.interpolations.isEmpty { return solver }
    return try ElasticityStudyModel.model(setting.frozen(problem, at: mu), setting).solver
  }

  var hasFieldOutputs: Bool { !model.fieldOutputs.isEmpty }

  func fieldOutputs(
    of whole: @autoclosure () throws -> [Double], at mu: Parameter
  ) throws -> Results.Outputs {
    hasFieldOutputs ? try model.fieldOutputValues(ofField: try whole(), at: mu) : []
  }

  func fields(of whole: [Double], at mu: Parameter) throws -> [StudyField] {
    let stress = model.stress(of: whole, at: mu)
    var fields = [plot.displacement.field(whole, at: plot.dofs)]
    if let vonMises = stress.field("von-mises") {
      fields.append(plot.scalar("von Mises stress", vonMises))
    }
    let names = ["xx", "yy", "zz", "yz", "xz", "xy"]
    let columns = names.compactMap { stress.field($0) }
    if columns.count == names.count {
      fields.append(
        StudyField(
          "stress", components: names,
          plot.dofs.flatMap { dof in columns.map { dof < 0 ? .nan : $0[Int(dof)] } },
          role: .record))
    }
    return fields
  }

  func mode(_ number: Int, _ whole: [Double]) -> StudyField {
    plot.displacement.field(whole, at: plot.dofs, named: "mode \(number)")
  }

  var attachments: [String: StoredValue] {
    var stored = StoredMesh(plot.mesh, dofs: plot.dofs).attachments
    stored["field names"] = plot.displacement.attachment
    return stored
  }
}
