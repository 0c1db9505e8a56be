public import FiniteElements
public import Meshes
public import ModelReduction

/// The full-order model of an ``ElastoviscoplasticProblem``: implicit Euler in time, at each step
/// Newton's method with the consistent tangents of the laws.
///
/// A step of the grid that does not converge is cut in halves, which grow again by doubling. With a
/// tolerance in time it is gone over in increments as long as their estimated error allows.
///
/// - Source: Simo, Hughes, *Computational Inelasticity*, Springer 1998, chapters 3 and 4.
public struct QuasiStaticModel: Sendable {
  /// How steps are solved and cut.
  public struct Settings: Sendable, Equatable {
    /// When Newton's method ends.
    public var newton: NewtonSettings
    /// How often a step of the grid may be halved before the run is given up.
    public var cuts: Int
    /// How much strains and stresses may err by an increment of implicit Euler, relative; nil takes
    /// the steps of the grid as they are, whatever they err by.
    public var timeTolerance: Double?

    /// Settings.
    ///
    /// - Precondition: A tolerance is positive; at most 50 cuts.
    public init(
      newton: NewtonSettings = NewtonSettings(iterations: 20), cuts: Int = 8,
      timeTolerance: Double? = nil
    ) {
      precondition(0...50 ~= cuts && timeTolerance ?? 1 > 0, "\(cuts) cuts, \(timeTolerance ?? 1)")
      (self.newton, self.cuts, self.timeTolerance) = (newton, cuts, timeTolerance)
    }
  }

  /// The body at one time.
  public struct Frame: Sendable {
    /// t.
    public let time: Double
    /// u at all degrees of freedom.
    public let displacement: [Double]
    /// Strain, stress, temperature and history at the points.
    public let state: MaterialState
    /// The forces of the supports at all degrees of freedom, zero at the free ones up to the
    /// tolerance of Newton's method.
    public let reaction: [Double]
    /// Newton's method in each increment of the step that led here; none at the start.
    public internal(set) var reports: [NewtonReport]
    /// How many increments have led here from the start.
    public let increments: Int
    /// What the next increment starts with.
    public internal(set) var next: StepStart

    /// Newton iterations of the step. The first goes along the tangent at its start; it is left out
    /// where the body goes on as it went, and all are where that is accurate enough.
    public var iterations: Int { reports.reduce(0) { $0 + $1.stepLengths.count } }
  }

  /// The problem.
  public let problem: ElastoviscoplasticProblem
  /// Where μ lives.
  public let parameterSpace: ParameterSpace
  /// The times at which the body is asked for.
  public let grid: TimeGrid
  /// How steps are solved and cut.
  public let settings: Settings
  let body: MechanicalBody
  let tangents = TangentLedger()

  /// The space of u.
  public var space: VectorSpace { body.space }
  /// Where stresses live.
  public var points: IntegrationPoints { body.points }
  /// What is worth a word.
  public var notes: [String] { body.notes }
  /// The number of unknowns that nothing prescribes.
  public var freeCount: Int { body.constraints.free.count }
  /// The tangents that the runs so far have factorized.
  public var factorizations: Int { tangents.factorizations }
  /// The systems of Newton's method that were solved iteratively; nil where all were factorized.
  public var sequence: SequenceAccount? { tangents.sequence }

  /// Prepares points, laws, supports and loads.
  ///
  /// - Throws: What is wrong with the data, and in which entry; a body that can move freely is
  ///   refused with its motions.
  public init(
    _ problem: ElastoviscoplasticProblem, on mesh: Mesh, over grid: TimeGrid,
    parameters: ParameterSpace = .point, settings: Settings = Settings()
  ) throws(PhysicsError) {
    (self.problem, parameterSpace, self.grid) = (problem, parameters, grid)
    self.settings = settings
    body = try MechanicalBody(problem, mesh, parameters, grid)
  }

  /// The body at rest at the start: without displacement, strain, stress or history.
  public func start(at mu: Parameter) throws(ModelError) -> Frame {
    let zero = [Double](repeating: 0, count: space.dofCount)
    let temperature = try body.temperatures.values(at: mu, time: grid.start)
    return Frame(
      time: grid.start, displacement: zero, state: body.materials.rest(temperature: temperature),
      reaction: zero, reports: [], increments: 0, next: StepStart())
  }

  /// Computes the body at all times of the grid in their order.
  ///
  /// - Parameters:
  ///   - frame: Where to go on from, a frame of an earlier run with the same problem and grid; nil
  ///     for the body at rest.
  ///   - visit: Called with each frame as it comes, the first of them `frame` itself.
  /// - Throws: `ModelError.notConverged` with the time reached, when a step fails however short it is
  ///   made; everything visited before remains right.
  public func trajectory(
    at mu: Parameter, from frame: Frame? = nil, _ visit: (Frame) throws -> Void
  ) throws {
    guard mu.count == parameterSpace.dimension else {
      throw ModelError.parameterCount(expected: parameterSpace.dimension, found: mu.count)
    }
    var now = try frame ?? start(at: mu)
    try visit(now)
    let stepper = MechanicalStepper(self, mu)
    for time in grid.times where time > now.time {
      now = try stepper.advance(now, to: time)
      try visit(now)
    }
  }

  /// Its sizes in one line.
  public var summary: String {
    "\(space.dofCount) unknowns, \(freeCount) free; \(points.count) integration points; "
      + "\(grid.stepCount) time steps"
  }
}
