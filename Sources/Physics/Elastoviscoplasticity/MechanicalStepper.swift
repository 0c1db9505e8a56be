internal import Meshes
internal import ModelReduction

/// Goes from time to time, and keeps what one step leaves for the next: storage, the analysis of the
/// tangent, the length of the last step that went well.
struct MechanicalStepper {
  private let model: QuasiStaticModel
  private let mu: Parameter
  private let solver: TangentSolver
  private let workspace: MechanicalWorkspace

  init(_ model: QuasiStaticModel, _ mu: Parameter) {
    (self.model, self.mu) = (model, mu)
    solver = TangentSolver(
      isSymmetric: model.body.materials.isSymmetric, model.settings.newton.linearSolver)
    workspace = MechanicalWorkspace(model.body)
  }

  /// The frame at the end of one step of the grid.
  mutating func advance(
    _ frame: QuasiStaticModel.Frame, to end: Double
  ) throws(ModelError) -> QuasiStaticModel.Frame {
    var stepping = StepCutting(from: frame.time, to: end, cuts: model.settings.cuts)
    var now = frame
    var reports: [NewtonReport] = []
    while let target = stepping.next {
      switch try attempt(now, to: target) {
      case .success(let next):
        reports += next.reports
        now = next
        stepping.accept()
      case .failure(let failure):
        guard stepping.cut(failure.factor) else { throw .notConverged(failure.report, at: mu) }
      }
    }
    return QuasiStaticModel.Frame(
      time: end, displacement: now.displacement, state: now.state, reaction: now.reaction,
      reports: reports, increments: now.increments)
  }

  private struct Failure: Error {
    let report: NewtonReport
    let factor: Double?
  }

  private mutating func attempt(
    _ frame: QuasiStaticModel.Frame, to end: Double
  ) throws(ModelError) -> Result<QuasiStaticModel.Frame, Failure> {
    let body = model.body
    let equations = MechanicalEquations(
      body, from: frame.state,
      over: TimeIncrement(
        start: frame.time, length: end - frame.time, number: frame.increments + 1),
      temperature: try body.temperatures.values(at: mu, time: end),
      external: try body.external(at: mu, time: end),
      prescribed: try body.prescribed(at: mu, time: end), solver: solver, workspace: workspace)
    func failed(_ report: NewtonReport) -> Failure {
      var report = report
      report.time = end
      if let failure = equations.failure {
        report.reason = .notFinite(
          "\(failure.message) (\(body.words(ofPoint: failure.point)), material "
            + "'\(body.regions[failure.material].name)')")
      }
      return Failure(report: report, factor: equations.failure?.shorterStep)
    }
    var report = NewtonReport(
      reason: .iterations, residuals: [], stepLengths: [],
      tolerance: model.settings.newton.tolerance, time: end)
    var free: [Double]
    switch equations.predict(from: frame.displacement) {
    case .success(let predicted):
      free = predicted.free
      report.residuals = [predicted.residual]
      report.stepLengths = [1]
    case .failure(let failure):
      report.reason = .singular(failure.message)
      return .failure(failed(report))
    }
    var copy = equations
    let found = NewtonMethod(settings: model.settings.newton).solve(&copy, from: &free, time: end)
    report.reason = found.reason
    report.residuals += found.residuals
    report.stepLengths += found.stepLengths
    guard found.isConverged else { return .failure(failed(report)) }
    return .success(
      QuasiStaticModel.Frame(
        time: end, displacement: equations.whole(free), state: equations.committed,
        reaction: equations.unbalanced, reports: [report], increments: frame.increments + 1))
  }
}
