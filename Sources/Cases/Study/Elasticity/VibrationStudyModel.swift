internal import FiniteElements
internal import Meshes
internal import ModelReduction
internal import Physics

/// An elasticity problem whose natural frequencies are asked for.
struct VibrationStudyProblem: StudyProblem {
  let problem: ElasticityProblem
  /// How many modes.
  let count: Int
  /// Near which frequency.
  let shift: Double
  /// The outputs of the case that are frequencies: a name and a number from 1.
  let outputs: [(name: String, number: Int)]

  func model(_ setting: StudySetting) throws(PhysicsError) -> any StudyModel {
    VibrationStudyModel(
      self, try VibrationModel(problem, on: setting.mesh(), parameters: setting.parameters))
  }
}

/// Natural frequencies and mode shapes in a study.
struct VibrationStudyModel: StudyModel {
  let facts: StudyModelFacts
  private let asked: VibrationStudyProblem
  private let model: VibrationModel
  private let plot: ElasticPlot
  private let meter = WorkMeter()

  init(_ asked: VibrationStudyProblem, _ model: VibrationModel) {
    (self.asked, self.model) = (asked, model)
    let plot = ElasticPlot(model.space)
    self.plot = plot
    let space = model.space
    facts = StudyModelFacts(
      kind: "natural frequencies, " + asked.problem.words(dimension: space.scalar.mesh.dimension),
      space: Results.Space(
        dofs: space.dofCount, free: model.freeCount, degree: space.scalar.degree,
        components: space.components),
      summary: model.summary, notes: model.notes,
      plan: [
        (
          "modes",
          "\(asked.count)"
            + (asked.shift > 0 ? " nearest \(asked.shift) Hz" : " of lowest frequency")
        )
      ], terms: "none: an eigenproblem", plotMesh: plot.mesh)
  }

  var work: FullOrderSolver.Work { meter.work }

  func answers(at points: [Parameter]) throws -> [StudyAnswer] {
    try points.map { mu in try meter.measure { try answer(at: mu) } }
  }

  private func answer(at mu: Parameter) throws -> StudyAnswer {
    let modes = try model.modes(count: asked.count, shift: asked.shift, at: mu)
    var query = Results.Query(
      parameter: mu.values,
      outputs: asked.outputs.compactMap { output in
        modes.frequencies.indices.contains(output.number - 1)
          ? (key: output.name, value: modes.frequencies[output.number - 1]) : nil
      })
    query.frequencies = modes.frequencies
    let shapes = modes.shapes
    return StudyAnswer(
      query: query,
      frames: StudyFrames(modes.frequencies.map { .mode(frequency: $0) }) { frame in
        [plot.displacement.field(shapes[frame], at: plot.dofs, named: "mode")]
      },
      warnings: modes.rigidCount > 0
        ? ["\(modes.rigidCount) of the modes are rigid motions: the body is not held"] : [])
  }

  func reduce(_ task: inout ReductionTask) throws -> any StudyReduction {
    throw StudyError.notReducible(
      "natural frequencies cannot be reduced yet; take out [reduction], [training] and "
        + "[validation], or [modes] for a static solution")
  }
}

extension ProblemReading {
  /// The problem of natural frequencies of a case with [modes].
  mutating func vibrationProblem(_ modes: CaseFile.Entry) -> VibrationStudyProblem {
    let count = modes["count"]?.integer ?? 6
    var outputs: [(name: String, number: Int)] = []
    for output in caseFile.outputs {
      guard case .frequency(let number) = output.quantity else {
        report(
          output.location, "with [modes] the outputs are frequencies: give 'frequency' = 1, 2, …")
        continue
      }
      if number > count {
        report(
          output.location, "frequency \(number) is asked for, but 'count' in [modes] is \(count)")
      }
      outputs.append((name: output.name, number: number))
    }
    for material in caseFile.materials where material["density"] == nil {
      report(
        material.location, "missing key 'density' in [[material]]: frequencies need the mass")
    }
    return VibrationStudyProblem(
      problem: elasticityProblem(), count: count, shift: modes["shift"]?.number ?? 0,
      outputs: outputs)
  }
}
