internal import FiniteElements
internal import Meshes
internal import ModelReduction

/// Goes from time to time, and keeps what one step leaves for the next: storage and the analysis of
/// the tangent.
struct MechanicalStepper {
  private let model: QuasiStaticModel
  private let mu: Parameter
  private let solver: TangentSolver
  private let workspace: MechanicalWorkspace

  init(_ model: QuasiStaticModel, _ mu: Parameter) {
    (self.model, self.mu) = (model, mu)
    solver = TangentSolver(
      isSymmetric: model.body.materials.isSymmetric, model.settings.newton.linearSolver, at: mu,
      model.tangents)
    workspace = MechanicalWorkspace(model.body)
  }

  /// The frame at the end of one step of the grid.
  func advance(
    _ frame: QuasiStaticModel.Frame, to end: Double
  ) throws(ModelError) -> QuasiStaticModel.Frame {
    var last = frame
    var reports: [NewtonReport] = []
    last.next.length = try StepControl(settings: model.settings, mu: mu).advance(
      frame, from: frame.time, to: end, length: frame.next.length, attempt: attempt,
      distance: { [model, workspace] start, whole, halves in
        halves.state.distance(
          to: whole.state, from: start.state, weights: model.points.weights,
          moduli: workspace.response.moduli)
      },
      accept: {
        reports += $0.reports
        last = $0
      })
    last.reports = reports
    return last
  }

  private func attempt(
    _ frame: QuasiStaticModel.Frame, to end: Double
  ) throws(ModelError) -> Result<QuasiStaticModel.Frame, StepControl.Failure> {
    let body = model.body
    let equations = MechanicalEquations(
      body, from: frame.state,
      over: TimeIncrement(
        start: frame.time, length: end - frame.time, number: frame.increments + 1),
      temperature: try body.temperatures.values(at: mu, time: end),
      external: try body.external(at: mu, time: end),
      prescribed: try body.prescribed(at: mu, time: end), solver: solver, workspace: workspace)
    func failed(_ report: NewtonReport) -> StepControl.Failure {
      var report = report
      report.time = end
      if let failure = equations.failure {
        report.reason = .notFinite(
          "\(failure.message) (\(body.words(ofPoint: failure.point)), material "
            + "'\(body.regions[failure.material].name)')")
      }
      return StepControl.Failure(report: report, factor: equations.failure?.shorterStep)
    }
    var report = NewtonReport(
      reason: .iterations, residuals: [], stepLengths: [],
      tolerance: model.settings.newton.tolerance, time: end)
    let length = end - frame.time
    var free = body.constraints.free.map { frame.displacement[Int($0)] }
    var known: (value: [Double], scale: Double)?
    let rate = frame.next.rate.map { rate in body.constraints.free.map { rate[Int($0)] } }
    if let ahead = equations.goingOn(from: free, at: rate, for: length) {
      (free, known) = ahead
    } else {
      switch equations.predict(from: frame.displacement) {
      case .success(let predicted):
        free = predicted.free
        report.residuals = [predicted.residual]
        report.stepLengths = [1]
      case .failure(let failure):
        report.reason = .singular(failure.message)
        return .failure(failed(report))
      }
    }
    var copy = equations
    let found = NewtonMethod(settings: model.settings.newton).solve(
      &copy, from: &free, time: end, known: known)
    report.reason = found.reason
    report.residuals += found.residuals
    report.stepLengths += found.stepLengths
    guard found.isConverged else { return .failure(failed(report)) }
    let displacement = equations.whole(free)
    return .success(
      QuasiStaticModel.Frame(
        time: end, displacement: displacement, state: equations.committed,
        reaction: equations.unbalanced, reports: [report], increments: frame.increments + 1,
        next: StepStart(rate: zip(frame.displacement, displacement).map { ($1 - $0) / length })))
  }
}
