internal import FiniteElements
public import LinearAlgebra
public import ModelReduction

/// The online stage: Newton's method for a few coordinates, with the laws evaluated at a few points;
/// no step costs anything that grows with the mesh.
///
/// It holds all it needs: neither the mesh nor the offline stage it came from.
///
///     let reduced = HyperReducedModel(reduction, of: model, outputs: [placed])
///     try reduced.trajectory(at: mu) { print(try reduced.values(in: $0, at: mu)) }
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
    public internal(set) var reports: [NewtonReport]
    /// η: how far the history at the selected points is from what training has seen; see
    /// ``GappyPOD/indicator(misfit:reference:)``.
    public let indicator: Double
    /// How many increments have led here from the start.
    public let increments: Int
    /// What the next increment starts with.
    public internal(set) var next: StepStart
    /// The increments of the step that led here, in their order and the last of them with the numbers
    /// of the frame: one where the step was not cut, none at the start.
    var path: [Increment]

    /// Where an increment ends.
    struct Increment: Sendable {
      let time: Double
      let coordinates: ReducedState<Double>
    }

    /// Newton iterations of the step.
    public var iterations: Int { reports.reduce(0) { $0 + $1.stepLengths.count } }
  }

  /// Where μ lives.
  public let parameterSpace: ParameterSpace
  /// The times at which the body is asked for.
  public let grid: TimeGrid
  /// How steps are solved and cut.
  public let settings: QuasiStaticModel.Settings
  /// What the indicator means; nil where nothing has been learnt.
  public var calibration: ErrorCalibration?
  /// The name of the product in which the modes are orthonormal.
  let productName: String
  /// The selected points in words, for messages.
  let places: [String]
  /// x, one for each selected point.
  let weights: [Double]
  let materials: MaterialAssignment
  let temperatures: TemperatureHistory
  /// E, 6 m × modes, and the same of the prescribed displacements.
  let strains: DenseMatrix<Double>
  let liftStrains: DenseMatrix<Double>
  let liftCoefficients: CoefficientFamily
  /// Vᵀ f_p.
  let loads: DenseMatrix<Double>
  let loadCoefficients: CoefficientFamily
  let timeSpace: ParameterSpace
  let duals: [SampledField]
  let outputs: [HyperReducedOutput]

  /// The number of displacement modes.
  public var size: Int { strains.columnCount }
  /// The number of points where laws are evaluated.
  public var pointCount: Int { weights.count }
  /// The names of the outputs, in their order.
  public var outputNames: [String] { outputs.map(\.name) }

  var layout: ReducedLayout {
    ReducedLayout(
      modes: size, lifts: liftStrains.columnCount, loads: loads.columnCount,
      duals: duals.map(\.modes.columnCount))
  }

  /// Modes, points, loads and outputs of a reduction, ready to run.
  public init(
    _ reduction: HyperReduction, of model: QuasiStaticModel, outputs: [PlacedOutput] = []
  ) {
    let body = model.body
    let points = reduction.points
    (parameterSpace, grid, settings) = (model.parameterSpace, model.grid, model.settings)
    productName = reduction.basis.product.name
    places = points.map(body.words(ofPoint:))
    weights = reduction.weights
    materials = body.materials.restricted(to: points)
    temperatures = body.temperatures.restricted(to: points)
    let rows = points.flatMap { 6 * $0..<6 * $0 + 6 }
    strains = reduction.strains.gathering(rows: rows)
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
    (liftCoefficients, loadCoefficients) = (body.liftCoefficients, body.loadCoefficients)
    timeSpace = body.timeSpace
    duals = reduction.duals.map(\.sampled)
    let making = OutputReduction(reduction, body)
    self.outputs = outputs.map(making.output)
  }

  init(
    _ parameterSpace: ParameterSpace, _ grid: TimeGrid, _ settings: QuasiStaticModel.Settings,
    calibration: ErrorCalibration?, productName: String, places: [String], weights: [Double],
    materials: MaterialAssignment, temperatures: TemperatureHistory, strains: DenseMatrix<Double>,
    lifts: (strains: DenseMatrix<Double>, coefficients: CoefficientFamily),
    loads: (values: DenseMatrix<Double>, coefficients: CoefficientFamily),
    timeSpace: ParameterSpace, duals: [SampledField], outputs: [HyperReducedOutput]
  ) {
    (self.parameterSpace, self.grid, self.settings) = (parameterSpace, grid, settings)
    (self.calibration, self.productName, self.places) = (calibration, productName, places)
    (self.weights, self.materials, self.temperatures) = (weights, materials, temperatures)
    self.strains = strains
    (liftStrains, liftCoefficients) = lifts
    (self.loads, loadCoefficients) = loads
    (self.timeSpace, self.duals, self.outputs) = (timeSpace, duals, outputs)
  }

  /// The body at rest at the start.
  public func start(at mu: Parameter) throws(ModelError) -> Frame {
    Frame(
      time: grid.start,
      coordinates: ReducedState([Double](repeating: 0, count: size)),
      state: materials.rest(temperature: try temperatures.values(at: mu, time: grid.start)),
      reports: [], indicator: 0, increments: 0, next: StepStart(), path: [])
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
    guard mu.count == parameterSpace.dimension else {
      throw ModelError.parameterCount(expected: parameterSpace.dimension, found: mu.count)
    }
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
    var last = frame
    var reports: [NewtonReport] = []
    var path: [Frame.Increment] = []
    last.next.length = try StepControl(settings: settings, mu: mu).advance(
      frame, from: frame.time, to: end, length: frame.next.length,
      attempt: { start, target throws(ModelError) in
        try increment(start, to: target, at: mu, workspace)
      },
      distance: { start, whole, halves in
        halves.state.distance(
          to: whole.state, from: start.state, weights: weights,
          moduli: workspace.response.moduli)
      },
      accept: {
        reports += $0.reports
        path += $0.path
        last = $0
      })
    (last.reports, last.path) = (reports, path)
    return last
  }

  private func increment(
    _ frame: Frame, to end: Double, at mu: Parameter, _ workspace: ReducedWorkspace
  ) throws(ModelError) -> Result<Frame, StepControl.Failure> {
    let theta = mu.at(time: end)
    let equations = ReducedEquations(
      self, from: frame.state,
      over: TimeIncrement(
        start: frame.time, length: end - frame.time, number: frame.increments + 1),
      temperature: try temperatures.values(at: mu, time: end),
      loads: try loadCoefficients.checkedValues(at: theta, in: timeSpace),
      lifts: try liftCoefficients.checkedValues(at: theta, in: timeSpace), workspace)
    var gamma = frame.coordinates.coordinates
    let length = end - frame.time
    let ahead = equations.goingOn(from: gamma, at: frame.next.rate, for: length)
    if let ahead { gamma = ahead.u }
    var copy = equations
    var report = NewtonMethod(settings: settings.newton).solve(
      &copy, from: &gamma, time: end, known: ahead?.residual)
    guard report.isConverged else {
      if let failure = equations.failure {
        report.reason = .notFinite("\(failure.message) (\(places[failure.point]))")
      }
      return .failure(
        StepControl.Failure(report: report, factor: equations.failure?.shorterStep))
    }
    let (state, coordinates) = (equations.committed, ReducedState(gamma))
    let rate = zip(frame.coordinates.coordinates, gamma).map { ($1 - $0) / length }
    return .success(
      Frame(
        time: end, coordinates: coordinates, state: state, reports: [report],
        indicator: indicator(state), increments: frame.increments + 1,
        next: StepStart(rate: rate),
        path: [Frame.Increment(time: end, coordinates: coordinates)]))
  }

  /// η of a state: the larger one of the stress and of the cumulated plastic strain, where the laws
  /// have one. The strain alone would not see a thermal expansion that the modes cannot follow, which
  /// strains nothing plastically at first.
  private func indicator(_ state: MaterialState) -> Double {
    let judged = duals.filter { $0.field.group == nil || $0.field.width == 1 }
    var worst = 0.0
    for dual in judged where dual.reference > 0 {
      var z = [Double](repeating: 0, count: dual.gappy.modeCount)
      let misfit = dual.gappy.solve(dual.values(state, materials), into: &z)
      worst = max(worst, dual.gappy.indicator(misfit: misfit, reference: dual.reference))
    }
    return worst
  }

  /// The error estimated for a frame; the indicator itself where its meaning has not been learnt.
  public func estimate(_ frame: Frame) -> Double {
    calibration?.estimate(of: frame.indicator) ?? frame.indicator
  }

  /// The dual fields, in the order of their coordinates.
  public var dualFields: [DualField] { duals.map(\.field) }

  /// The coordinates of each dual field in its modes.
  public func dualCoordinates(of frame: Frame) -> [[Double]] {
    duals.map { $0.coordinates(of: $0.values(frame.state, materials)) }
  }

  /// The values of all outputs in a frame, in their order.
  ///
  /// - Throws: `ModelError.notAssembled` where one is not finite.
  public func values(in frame: Frame, at mu: Parameter) throws(ModelError) -> [Double] {
    guard !outputs.isEmpty else { return [] }
    let theta = mu.at(time: frame.time)
    let loads = try loadCoefficients.checkedValues(at: theta, in: timeSpace)
    let s =
      frame.coordinates.coordinates
      + (try liftCoefficients.checkedValues(at: theta, in: timeSpace)) + loads
      + dualCoordinates(of: frame).flatMap { $0 }
    var stress = frame.state.stress
    for (k, weight) in weights.enumerated() { for c in 0..<6 { stress[6 * k + c] *= weight } }
    var values: [Double] = []
    for output in outputs {
      let value = try output.value(s, stress: stress, loads: loads, at: mu, time: frame.time)
      guard value.isFinite else {
        throw .notAssembled("output '\(output.name)' is not a finite number", at: mu)
      }
      values.append(value)
    }
    return values
  }
}
