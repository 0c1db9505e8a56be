internal import FiniteElements
internal import Meshes
internal import ModelReduction
internal import Physics

/// Bodies whose material yields, creeps and hardens, in a study.
struct InelasticStudy: StudyPhysics {
  static let kind = "elastoviscoplasticity"
  static let keepsCheckpoints = true

  /// What is known before the laws are; they add their internal variables.
  static func fields(dimension: Int) -> [String] {
    ProblemReading.elasticFields(dimension: dimension)
  }

  static func problem(_ reading: inout ProblemReading) -> any StudyProblem {
    reading.inelasticProblem()
  }
}

/// An inelastic body with the times at which it is computed, and how.
struct InelasticStudyProblem: StudyProblem {
  let problem: ElastoviscoplasticProblem
  let outputs: [ElasticityOutput]
  /// Nil where [time] could not be read, which has been reported.
  let grid: TimeGrid?
  let settings: QuasiStaticModel.Settings

  func model(_ setting: StudySetting) throws(PhysicsError) -> any StudyModel {
    guard let grid else { throw PhysicsError(.problem, "the case has no [time]") }
    let model = try QuasiStaticModel(
      problem, on: setting.mesh(), over: grid, parameters: setting.parameters, settings: settings)
    // A long run must not end at its first output.
    var placed: [PlacedOutput] = []
    for (o, output) in outputs.enumerated() {
      do throws(PhysicsError) { placed.append(try model.placed(output)) } catch {
        throw PhysicsError(.output(o), error.message)
      }
    }
    return InelasticStudyModel(model, outputs: placed, progress: setting.progress)
  }
}
