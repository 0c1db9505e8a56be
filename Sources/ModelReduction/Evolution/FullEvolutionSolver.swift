internal import Krylov
public import LinearAlgebra
public import LinearSolvers
internal import Synchronization

/// The state of an evolution at one time.
public struct EvolutionState: Sendable, Equatable {
  /// The number of the step that led here, 0 at the start.
  public let index: Int
  /// t.
  public let time: Double
  /// The values at the free unknowns.
  public let state: [Double]
}

/// Steps an ``AffineEvolution`` through time, with one factorization per parameter and distinct
/// matrix of a step.
///
/// Several threads may ask at the same time; factors are their own for the time of a trajectory.
public final class FullEvolutionSolver: Sendable {
  /// The problem.
  public let evolution: AffineEvolution
  private let symbolic: StepAnalysis
  private let pool = FactorPool<StepFactor>()
  private let settings = Mutex<SolverSettings?>(nil)
  private let account = Mutex<SequenceAccount?>(nil)

  /// What has been done so far.
  public var work: FullOrderSolver.Work { pool.work }

  /// The systems that were solved iteratively; nil where all are factorized.
  public var sequence: SequenceAccount? { account.withLock { $0 } }

  /// Solves the systems of steps as the settings say from now on: each trajectory is a sequence of
  /// its own, which begins from the extrapolated state and carries its space from step to step.
  public func use(_ settings: SolverSettings) {
    self.settings.withLock { $0 = settings }
    account.withLock { $0 = SequenceAccount(order: .given) }
  }

  /// Analyses the common pattern of the terms.
  ///
  /// - Throws: When a symmetric evolution has a pattern that is not, a term is not finite, or memory
  ///   is short.
  public init(_ evolution: AffineEvolution) throws(FactorizationError) {
    self.evolution = evolution
    switch evolution.structure {
    case .symmetric:
      symbolic = .symmetric(try SymbolicCholesky(evolution.massSum.terms[0].pattern))
    case .general:
      var typical = evolution.massSum.terms[0]
      for term in evolution.massSum.terms.dropFirst() + evolution.operatorSum.terms {
        axpy(1, term.values, into: &typical.values)
      }
      symbolic = .general(try SymbolicLU(typical))
    }
  }

  /// Computes the states at all times in their order, the first of them the initial one.
  ///
  /// - Parameter visit: Called with each state as it comes: nothing else is kept, memory stays that
  ///   of a few states and of the factors still needed.
  /// - Throws: When μ does not fit, a coefficient is not finite at some time, or the matrix of a
  ///   step has no factorization.
  public func trajectory(
    at mu: Parameter, _ visit: (EvolutionState) -> Void
  ) throws(ModelError) {
    let evolution = evolution
    let grid = evolution.grid
    let mass = try evolution.mass(at: mu)
    let matrix = try evolution.systemMatrix(at: mu)
    let formulas = (0..<grid.stepCount).map { evolution.scheme.formula(ofStep: $0, in: grid) }
    var uses: [StepMatrix: Int] = [:]
    for formula in formulas { uses[formula.matrix, default: 0] += 1 }
    let stepMatrix: (StepMatrix) -> SparseMatrix<Double> = { key in
      var sum = mass
      scale(key.mass, &sum.values)
      axpy(key.operator, matrix.values, into: &sum.values)
      return sum
    }
    var systems = StepSystems(
      symbolic, pool, settings.withLock { $0 }, steps: grid.stepCount, at: mu, stepMatrix)
    defer { systems.close(account) }
    let lifted = try LiftedLoads(evolution, at: mu)
    var state = try evolution.initialState(at: mu)
    var before = state
    var data = try lifted.values(at: grid.start)
    var dataBefore = data
    visit(EvolutionState(index: 0, time: grid.start, state: state))
    for (k, formula) in formulas.enumerated() {
      let time = grid.times[k + 1]
      let next = try lifted.values(at: time)
      var history = [Double](repeating: 0, count: state.count)
      let (d, w) = (formula.derivative, formula.weights)
      axpy(-d[1], state, into: &history)
      if d[2] != 0 { axpy(-d[2], before, into: &history) }
      var right = mass * history
      if w[1] != 0 { axpy(-w[1], matrix * state, into: &right) }
      lifted.add(formula, [next, data, dataBefore], to: &right)
      let guess = zip(state, before).map { 2 * $0 - $1 }
      before = state
      uses[formula.matrix, default: 1] -= 1
      state = try systems.solve(
        formula.matrix, right, from: guess, isLast: uses[formula.matrix] == 0)
      (dataBefore, data) = (data, next)
      visit(EvolutionState(index: k + 1, time: time, state: state))
    }
  }

  /// All states of a trajectory: n numbers per time, kept in memory.
  ///
  /// - Throws: As ``trajectory(at:_:)``.
  public func states(at mu: Parameter) throws(ModelError) -> [EvolutionState] {
    var states: [EvolutionState] = []
    try trajectory(at: mu) { states.append($0) }
    return states
  }

  /// The outputs at all times, one row per time in the order of the grid.
  ///
  /// - Throws: As ``trajectory(at:_:)``.
  public func outputs(
    at mu: Parameter
  ) throws(ModelError) -> [(time: Double, values: [(key: String, value: Double)])] {
    var rows: [(time: Double, values: [(key: String, value: Double)])] = []
    var failure: ModelError?
    try trajectory(at: mu) { step in
      guard failure == nil else { return }
      do throws(ModelError) {
        rows.append(
          (step.time, try evolution.outputValues(of: step.state, at: mu, time: step.time)))
      } catch { failure = error }
    }
    if let failure { throw failure }
    return rows
  }
}

/// The coefficients of loads and lifts at one time.
struct TimeData: Sendable {
  var loads: [Double]
  var lifts: [Double]
}

/// Loads and lifts of an evolution at one parameter.
private struct LiftedLoads {
  let evolution: AffineEvolution
  let mu: Parameter
  /// Σ_q θ_q (M_q w_d) and Σ_q θ_q (A_q w_d), one per lift.
  let massImages: [[Double]]
  let operatorImages: [[Double]]

  init(_ evolution: AffineEvolution, at mu: Parameter) throws(ModelError) {
    (self.evolution, self.mu) = (evolution, mu)
    let space = evolution.parameterSpace
    let massTheta = try evolution.massCoefficients.checkedValues(at: mu, in: space)
    let theta = try evolution.operatorCoefficients.checkedValues(at: mu, in: space)
    massImages = evolution.lifts?.mass.map { $0.combined(with: massTheta) } ?? []
    operatorImages = evolution.lifts?.operators.map { $0.combined(with: theta) } ?? []
  }

  func values(at time: Double) throws(ModelError) -> TimeData {
    try evolution.timeData(at: mu, time: time)
  }

  /// right += w f − M w_d d − A w_d w, for the data at the new time and the two before it.
  func add(_ formula: StepFormula, _ data: [TimeData], to right: inout [Double]) {
    let w = formula.weights
    for (p, load) in evolution.loadSum.terms.enumerated() {
      let factor = w[0] * data[0].loads[p] + w[1] * data[1].loads[p]
      if factor != 0 { axpy(factor, load, into: &right) }
    }
    for k in massImages.indices {
      let theta = data.map { $0.lifts[k] }
      let rate = formula.rate(of: theta)
      if rate != 0 { axpy(-rate, massImages[k], into: &right) }
      let mean = w[0] * theta[0] + w[1] * theta[1]
      if mean != 0 { axpy(-mean, operatorImages[k], into: &right) }
    }
  }
}

extension StepFormula {
  /// d₀ x⁰ + d₁ x¹ + d₂ x².
  func rate(of x: [Double]) -> Double {
    derivative[0] * x[0] + derivative[1] * x[1] + derivative[2] * x[2]
  }
}

extension AffineEvolution {
  /// The coefficients of loads and lifts at (μ, t).
  func timeData(at mu: Parameter, time: Double) throws(ModelError) -> TimeData {
    let point = mu.at(time: time)
    return TimeData(
      loads: try loadCoefficients.checkedValues(at: point, in: timeSpace),
      lifts: try lifts?.coefficients.checkedValues(at: point, in: timeSpace) ?? [])
  }
}
