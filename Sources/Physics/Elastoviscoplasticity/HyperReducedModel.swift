internal import FiniteElements
public import LinearAlgebra
public import ModelReduction

/// The online stage: Newton's method for a few coordinates, with the laws evaluated at a few points;
/// no step costs anything that grows with the mesh.
///
/// - Source: as ``HyperReduction``.
public struct HyperReducedModel: Sendable {
  /// The body at one time, as the reduced model knows it.
  public struct Frame: Sendable {
    /// t.
    public let time: Double
    /// γ: the displacement is V γ at the free unknowns.
    public let coordinates: ReducedState<Double>
    /// Strain, stress, temperature and history at the selected points.
    public let state: MaterialState
    /// Newton's method in each part of the step that led here.
    public let reports: [NewtonReport]
    /// η: how far the history at the selected points is from what training has seen; see
    /// ``GappyPOD/indicator(misfit:reference:)``.
    public let indicator: Double

    /// Newton iterations of the step.
    public var iterations: Int { reports.reduce(0) { $0 + $1.stepLengths.count } }
  }

  /// The offline stage it came from.
  public let reduction: HyperReduction
  /// The times at which the body is asked for.
  public let grid: TimeGrid
  /// How steps are solved and cut.
  public let settings: QuasiStaticModel.Settings
  let full: QuasiStaticModel
  let materials: MaterialAssignment
  /// E, 6 m × modes, and the same of the prescribed displacements.
  let strains: DenseMatrix<Double>
  let liftStrains: DenseMatrix<Double>
  /// Vᵀ f_p.
  let loads: DenseMatrix<Double>
  private let temperatures: TemperatureHistory

  /// Modes, points and loads of a reduction, ready to run.
  public init(_ reduction: HyperReduction, of model: QuasiStaticModel) {
    (self.reduction, full) = (reduction, model)
    (grid, settings) = (model.grid, model.settings)
    let body = model.body
    let points = reduction.points
    materials = body.materials.restricted(to: points)
    temperatures = body.temperatures.restricted(to: points)
    let rows = points.flatMap { 6 * $0..<6 * $0 + 6 }
    strains = HyperReducedModel.rows(rows, of: reduction.strains)
    liftStrains = DenseMatrix(
      rowCount: rows.count,
      columns: body.constraints.lifts.map { lift in
        let all = body.points.strains(of: lift)
        return rows.map { all[$0] }
      })
    let v = reduction.basis.vectors
    loads = DenseMatrix(
      rowCount: reduction.basis.size,
      columns: body.loads.map { v.adjointTimes(body.constraints.reduced($0)) })
  }

  private static func rows(_ rows: [Int], of a: DenseMatrix<Double>) -> DenseMatrix<Double> {
    DenseMatrix(
      rowCount: rows.count,
      columns: (0..<a.columnCount).map { k in
        let column = a.column(k)
        return rows.map { column[$0] }
      })
  }

  /// The body at rest at the start.
  public func start(at mu: Parameter) throws(ModelError) -> Frame {
    Frame(
      time: grid.start,
      coordinates: ReducedState([Double](repeating: 0, count: reduction.basis.size)),
      state: materials.rest(temperature: try temperatures.values(at: mu, time: grid.start)),
      reports: [], indicator: 0)
  }

  /// Computes the body at all times of the grid in their order.
  ///
  /// - Parameters:
  ///   - frame: Where to go on from; nil for the body at rest.
  ///   - visit: Called with each frame as it comes, the first of them `frame` itself.
  /// - Throws: `ModelError.notConverged` with the time reached, when a step fails however short it is
  ///   made.
  public func trajectory(
    at mu: Parameter, from frame: Frame? = nil, _ visit: (Frame) throws -> Void
  ) throws {
    var now = try frame ?? start(at: mu)
    try visit(now)
    let workspace = ReducedWorkspace(self)
    for time in grid.times where time > now.time {
      now = try advance(now, to: time, at: mu, workspace)
      try visit(now)
    }
  }

  /// One step of the grid.
  func advance(
    _ frame: Frame, to end: Double, at mu: Parameter, _ workspace: ReducedWorkspace
  ) throws(ModelError) -> Frame {
    var stepping = StepCutting(from: frame.time, to: end, cuts: settings.cuts)
    var now = frame
    var reports: [NewtonReport] = []
    while let target = stepping.next {
      let theta = mu.at(time: target)
      let body = full.body
      let equations = ReducedEquations(
        self, from: now.state, over: TimeIncrement(start: now.time, length: target - now.time),
        temperature: try temperatures.values(at: mu, time: target),
        loads: try body.loadCoefficients.checkedValues(at: theta, in: body.timeSpace),
        lifts: try body.liftCoefficients.checkedValues(at: theta, in: body.timeSpace), workspace)
      var gamma = now.coordinates.coordinates
      var copy = equations
      var report = NewtonMethod(settings: settings.newton).solve(&copy, from: &gamma, time: target)
      guard report.isConverged else {
        if let failure = equations.failure {
          report.reason = .notFinite(
            "\(failure.message) (\(body.words(ofPoint: reduction.points[failure.point])))")
        }
        guard stepping.cut(equations.failure?.shorterStep) else {
          throw .notConverged(report, at: mu)
        }
        continue
      }
      if let last = report.residuals.last, last > report.tolerance {
        _ = equations.residual(at: gamma)
      }
      reports.append(report)
      stepping.accept()
      let state = equations.committed
      now = Frame(
        time: target, coordinates: ReducedState(gamma), state: state, reports: reports,
        indicator: indicator(state))
    }
    return now
  }

  /// η of a state: the larger one of the stress and of the cumulated plastic strain, where the laws
  /// have one. The strain alone would not see a thermal expansion that the modes cannot follow, which
  /// strains nothing plastically at first.
  private func indicator(_ state: MaterialState) -> Double {
    let judged = reduction.duals.filter { $0.field.group == nil || $0.field.width == 1 }
    var worst = 0.0
    for dual in judged where dual.reference > 0 {
      var z = [Double](repeating: 0, count: dual.gappy.modeCount)
      let misfit = dual.gappy.solve(samples(of: dual, state), into: &z)
      worst = max(worst, dual.gappy.indicator(misfit: misfit, reference: dual.reference))
    }
    return worst
  }

  /// What the fit of a dual field reads.
  private func samples(of dual: HyperReduction.DualModes, _ state: MaterialState) -> [Double] {
    let field = dual.field
    guard let group = field.group else {
      return dual.samples.map { state.stress[6 * $0.point + $0.component] }
    }
    let s = materials.groups[group].law.stateCount
    var place = 0
    // The samples go through the points of the group in their order.
    return dual.samples.map { sample in
      defer { if sample.component == field.width - 1 { place += 1 } }
      return state.variables[group][s * place + field.offset + sample.component]
    }
  }

  /// The whole body: displacement from the modes, stresses and history from those at the selected
  /// points.
  ///
  /// - Complexity: Grows with the mesh; meant for frames that are looked at.
  public func whole(_ frame: Frame, at mu: Parameter) throws(ModelError) -> QuasiStaticModel.Frame {
    let body = full.body
    let free = reduction.basis.state(frame.coordinates)
    let prescribed = try body.prescribed(at: mu, time: frame.time)
    var displacement = body.constraints.field(free: free)
    axpy(1, prescribed, into: &displacement)
    let temperature = try body.temperatures.values(at: mu, time: frame.time)
    var state = body.materials.rest(temperature: temperature)
    body.points.strains(of: displacement, into: &state.strain)
    for dual in reduction.duals {
      let z = dual.gappy.coordinates(of: samples(of: dual, frame.state))
      dual.field.write(
        dual.modes * z, stress: &state.stress, variables: &state.variables, body.materials)
    }
    var reaction = body.points.force(of: state.stress)
    axpy(-1, try body.external(at: mu, time: frame.time), into: &reaction)
    // Forces at free unknowns are what the reconstruction leaves unbalanced, no reaction.
    if body.constraints.isRestriction {
      for dof in body.constraints.free { reaction[Int(dof)] = 0 }
    }
    return QuasiStaticModel.Frame(
      time: frame.time, displacement: displacement, state: state, reaction: reaction,
      reports: frame.reports)
  }
}
