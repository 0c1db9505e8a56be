internal import FiniteElements
internal import Meshes
internal import ModelReduction
internal import Physics

/// An inelastic body in a study, computed from time to time.
struct InelasticStudyModel: StudyModel {
  let facts: StudyModelFacts
  private let model: QuasiStaticModel
  private let outputs: [PlacedOutput]
  private let fields: InelasticFields
  private let progress: RunProgress?
  private let meter = WorkMeter()

  init(_ model: QuasiStaticModel, outputs: [PlacedOutput], progress: RunProgress?) {
    (self.model, self.outputs, self.progress) = (model, outputs, progress)
    fields = InelasticFields(model)
    let (problem, space) = (model.problem, model.space)
    facts = StudyModelFacts(
      kind: problem.words(dimension: space.scalar.mesh.dimension),
      space: Results.Space(
        dofs: space.dofCount, free: model.freeCount, degree: space.scalar.degree,
        components: space.components),
      summary: model.summary, notes: model.notes,
      plan: [
        ("laws", problem.materials.map(\.law.words).joined(separator: "; ")),
        (
          "time",
          "\(model.grid.stepCount) steps to t = \(plain(model.grid.end))"
            + (model.settings.timeTolerance.map {
              ", in increments that err by \(plain($0)) at most"
            } ?? "")
        ),
        ("outputs", outputs.map(\.name).joined(separator: ", ")),
      ], terms: "none: stresses depend on their history", plotMesh: fields.plot.mesh)
  }

  var work: FullOrderSolver.Work { meter.work(factorizations: model.factorizations) }

  var sequence: SequenceAccount? { model.sequence }

  func reduce(_ task: inout ReductionTask) throws -> any StudyReduction {
    try InelasticReduction(model, outputs, fields, progress, &task)
  }

  func answers(at points: [Parameter]) throws -> [StudyAnswer] {
    try meter.measure {
      var run = InelasticRun(model, outputs, fields, progress, points: points)
      return try run.answers()
    }
  }
}

extension ElastoviscoplasticProblem {
  /// "elastoviscoplasticity, plane strain".
  fileprivate func words(dimension: Int) -> String {
    "elastoviscoplasticity"
      + (dimension == 3 ? "" : ", \(assumption.rawValue.replacing("-", with: " "))")
      + (locking == .none ? "" : ", averaged dilatation")
  }
}

extension ConstitutiveLaw {
  /// What it is and what it remembers.
  fileprivate var words: String {
    let name =
      switch self {
      case let law as InelasticMaterial: law.words
      case let law as ExternalLaw: "user material \(law.path)"
      default: "elastic"
      }
    return stateCount == 0 ? name : "\(name) with \(stateCount) numbers of history per point"
  }
}

extension InelasticMaterial {
  fileprivate var words: String {
    switch flow {
    case .rateIndependent: "plastic"
    case .norton: "creep"
    case .perzyna: "Perzyna viscoplastic"
    case .chaboche: "Chaboche viscoplastic"
    }
  }
}
