internal import Expressions
public import FiniteElements
internal import LinearAlgebra
public import Meshes
public import ModelReduction

/// Heat conduction with coefficients that depend on the temperature, or with radiation, steady or in
/// time, by Newton's method with the consistent tangent from symbolic derivatives.
///
/// A step in time is c̄ (d₀ u + d₁ u¹ + d₂ u²) + w₀ F(u) + w₁ F(u¹) = 0 with the numbers of
/// ``StepFormula``; c̄ is the capacity at the new temperature or, for Crank–Nicolson, the mean of old
/// and new.
public struct NonlinearHeatModel: Sendable {
  /// Times to solve at.
  public struct Time: Sendable {
    /// How time is stepped.
    public let scheme: TimeScheme
    /// The steps.
    public let grid: TimeGrid

    /// A scheme on a grid.
    public init(_ scheme: TimeScheme, _ grid: TimeGrid) {
      (self.scheme, self.grid) = (scheme, grid)
    }
  }

  /// A solution with how it was found.
  public struct Solution: Sendable {
    /// u at all degrees of freedom, essential data included.
    public let field: [Double]
    /// t; nil for a steady problem.
    public let time: Double?
    /// Newton's method; nil for the initial state.
    public let report: NewtonReport?
    /// The heat that flows in through the essential regions, per time: what balances all else. Of a
    /// step of Crank–Nicolson its mean, of other schemes that at the end; 0 at the start.
    public let inflow: Double
    /// The same through the held values of each output that asks for it, by its name.
    public let inflows: [String: Double]
  }

  /// The problem.
  public let problem: HeatProblem
  /// Where μ lives.
  public let parameterSpace: ParameterSpace
  /// The function space of u.
  public let space: FunctionSpace
  /// Nil for a steady problem.
  public let time: Time?
  /// When Newton's method ends.
  public let newton: NewtonSettings
  /// What is worth a word.
  public let notes: [String]
  private let essential: EssentialData
  private let elimination: Elimination
  private let assembly: ScalarAssembly
  private let balance: HeatBalance
  private let liftCoefficients: CoefficientFamily
  /// The held unknowns of each output that asks for the flux through them.
  private let held: [String: [Int32]]
  private let tangents = TangentLedger()

  /// Prepares the integrals and their derivatives.
  ///
  /// - Throws: What is wrong with the data, and in which entry.
  public init(
    _ problem: HeatProblem, on mesh: Mesh, parameters: ParameterSpace, time: Time? = nil,
    newton: NewtonSettings = NewtonSettings()
  ) throws(PhysicsError) {
    (self.problem, parameterSpace, self.time, self.newton) = (problem, parameters, time, newton)
    if time != nil, problem.capacities.isEmpty {
      throw PhysicsError(.problem, "heat in time needs a density and a specific heat")
    }
    assembly = try ScalarAssembly(mesh, degree: problem.conduction.degree, parameters)
    space = assembly.space
    essential = try assembly.essential(EssentialValue.all(problem.conduction))
    elimination = Elimination(assembly.plan.pattern, essential.dofs)
    var held: [String: [Int32]] = [:]
    for (o, output) in problem.conduction.outputs.enumerated() {
      guard case .inflow = output.kind else { continue }
      held[output.name] = try output.heldDofs(space, essential, .output(o))
    }
    self.held = held
    balance = try HeatBalance(problem, mesh)
    try NonlinearHeatModel.check(balance, parameters, times: time?.grid.times ?? [])
    notes = essential.notes
    var timeSpace = parameters
    if let time {
      do throws(ParameterSpaceError) { timeSpace = try parameters.withTime(over: time.grid) } catch
      {
        throw PhysicsError(.problem, "\(error)")
      }
    }
    liftCoefficients = try coefficientFamily(essential.coefficients, in: timeSpace, .problem)
  }

  /// Every symbol must be known: coordinates, u, parameters, and t in time; and what does not depend on
  /// u must be finite at all times.
  private static func check(
    _ balance: HeatBalance, _ parameters: ParameterSpace, times: [Double]
  ) throws(PhysicsError) {
    let all =
      balance.conductivities.map { ($0.entries, $0.subject) }
      + (balance.densities + balance.capacities).map { ([$0.value], $0.subject) }
    for (entries, subject) in all {
      for symbol in entries.reduce(into: Set<Symbol>(), { $0.formUnion($1.symbols) }) {
        if case .field(let name) = symbol, name != "u" {
          throw PhysicsError(
            subject, "a coefficient depends on \(name); nonlinear heat knows u alone")
        }
      }
      for entry in entries where !entry.usesField {
        for (theta, _) in (try? entry.affineSplit(positive: [])) ?? [] {
          try checkFinite(theta, in: parameters, times: times, of: subject, as: "a coefficient")
        }
      }
    }
  }

  /// The solution of the steady problem.
  ///
  /// - Throws: `ModelError.notConverged` with the history of the residual, or when μ does not fit.
  public func solve(at mu: Parameter) throws(ModelError) -> Solution {
    try check(mu)
    var equations = try equations(at: mu, time: nil, tangentSolver(at: mu))
    var u = try start(at: mu, equations)
    let report = NewtonMethod(settings: newton).solve(&equations, from: &u)
    guard report.isConverged else { throw .notConverged(report, at: mu) }
    return solution(u, equations, nil, report)
  }

  /// Computes the states at all times in their order, the first of them the initial one.
  ///
  /// - Parameter visit: Called with each state as it comes.
  /// - Throws: As ``solve(at:)``. A model without time has one state, its steady solution.
  public func trajectory(at mu: Parameter, _ visit: (Solution) -> Void) throws(ModelError) {
    guard let time else {
      visit(try solve(at: mu))
      return
    }
    try check(mu)
    let solver = tangentSolver(at: mu)
    var now = try equations(at: mu, time: time.grid.start, solver)
    var u = elimination.essential.free(of: try initialValues(at: mu))
    var (state, before) = (now.whole(u), now.whole(u))
    visit(
      Solution(
        field: state, time: time.grid.start, report: nil, inflow: 0,
        inflows: held.mapValues { _ in 0 }))
    for k in 0..<time.grid.stepCount {
      let formula = time.scheme.formula(ofStep: k, in: time.grid)
      let (d, w) = (formula.derivative, formula.weights)
      var history = [Double](repeating: 0, count: state.count)
      axpy(d[1], state, into: &history)
      if d[2] != 0 { axpy(d[2], before, into: &history) }
      var rest = [Double](repeating: 0, count: state.count)
      if w[1] != 0 {
        now.step = nil
        guard let old = try? now.balance(at: u) else {
          let report = NewtonReport(
            reason: .notFinite("a coefficient is not finite"), residuals: [], stepLengths: [],
            tolerance: newton.tolerance, time: now.time)
          throw .notConverged(report, at: mu)
        }
        axpy(w[1], old.sum, into: &rest)
      }
      let end = time.grid.times[k + 1]
      now = try equations(at: mu, time: end, solver)
      now.step = HeatStep(
        weight: w[0], rateSlope: d[0], history: history, before: state, rest: rest)
      let report = NewtonMethod(settings: newton).solve(&now, from: &u, time: end)
      guard report.isConverged else { throw .notConverged(report, at: mu) }
      before = state
      state = now.whole(u)
      visit(solution(u, now, end, report))
    }
  }

  /// The value of an output of the problem.
  ///
  /// - Throws: `PhysicsError` where the mesh lacks its regions or the integrand is not finite.
  public func value(
    of output: DiffusionProblem.Output, _ solution: Solution, at mu: Parameter
  ) throws(PhysicsError) -> Double {
    if case .inflow = output.kind {
      guard let inflow = solution.inflows[output.name], inflow.isFinite else {
        throw PhysicsError(.problem, "output '\(output.name)': the residual is not finite")
      }
      return inflow
    }
    return try output.value(of: Field(space, solution.field), at: mu, time: solution.time)
  }

  /// Its sizes in one line.
  public var summary: String {
    "\(space.dofCount) unknowns, \(essential.freeDofs.count) free; nonlinear, "
      + (time.map { "\($0.grid.stepCount) steps of \($0.scheme.rawValue)" } ?? "steady")
  }

  /// The number of unknowns that no essential data fix.
  public var freeCount: Int { essential.freeDofs.count }
  /// The tangents that were factorized so far.
  public var factorizations: Int { tangents.factorizations }
  /// The systems of Newton's method that were solved iteratively; nil where all were factorized.
  public var sequence: SequenceAccount? { tangents.sequence }

  // MARK: Parts

  private func tangentSolver(at mu: Parameter) -> TangentSolver {
    TangentSolver(isSymmetric: balance.isSymmetric, newton.linearSolver, at: mu, tangents)
  }

  private func check(_ mu: Parameter) throws(ModelError) {
    guard mu.count == parameterSpace.dimension else {
      throw .parameterCount(expected: parameterSpace.dimension, found: mu.count)
    }
    if let bad = mu.values.firstIndex(where: { !$0.isFinite }) {
      throw .parameterNotFinite(name: parameterSpace.names[bad])
    }
  }

  private func equations(
    at mu: Parameter, time: Double?, _ solver: TangentSolver
  ) throws(ModelError) -> HeatEquations {
    let point = time.map { mu.at(time: $0) } ?? mu
    let theta = liftCoefficients.values(at: point)
    var prescribed = [Double](repeating: 0, count: essential.dofs.constrained.count)
    for (lift, factor) in zip(essential.lifts, theta) {
      for (i, dof) in essential.dofs.constrained.enumerated() {
        prescribed[i] += factor * lift[Int(dof)]
      }
    }
    return HeatEquations(
      assembly: assembly, elimination: elimination, solver: solver,
      balance: balance.at(mu, time: time), prescribed: prescribed, time: time)
  }

  private func solution(
    _ u: [Double], _ equations: HeatEquations, _ time: Double?, _ report: NewtonReport
  ) -> Solution {
    let sum = (try? equations.balance(at: u))?.sum ?? []
    func through(_ dofs: [Int32]) -> Double {
      sum.isEmpty ? .nan : dofs.reduce(0) { $0 + sum[Int($1)] }
    }
    return Solution(
      field: equations.whole(u), time: time, report: report,
      inflow: through(essential.dofs.constrained), inflows: held.mapValues(through))
  }

  private func initialValues(at mu: Parameter) throws(ModelError) -> [Double] {
    var values = [Double](repeating: 0, count: space.dofCount)
    do throws(PhysicsError) {
      let initial = try InitialValues(problem.initials, space)
      for (k, entry) in problem.initials.enumerated() {
        let g = entry.value.substituting {
          if case .parameter(let index) = $0 { Expression(mu[index]) } else { nil }
        }
        try initial.add(g.simplified(), of: k, to: &values)
      }
    } catch {
      let report = NewtonReport(
        reason: .notFinite("\(error)"), residuals: [], stepLengths: [],
        tolerance: newton.tolerance)
      throw .notConverged(report, at: mu)
    }
    return values
  }

  /// Where Newton's method begins: the initial values if there are any, else a constant between the
  /// data.
  private func start(at mu: Parameter, _ equations: HeatEquations) throws(ModelError) -> [Double] {
    if !problem.initials.isEmpty {
      return elimination.essential.free(of: try initialValues(at: mu))
    }
    var known = equations.prescribed
    if known.isEmpty {
      let ambients =
        problem.radiations.map(\.ambient)
        + problem.conduction.boundaries.compactMap { $0.exchange?.ambient }
      known = ambients.map { ambient in
        ambient.evaluate { symbol in
          if case .parameter(let index) = symbol { mu[index] } else { 0 }
        }
      }.filter(\.isFinite)
    }
    let mean = known.isEmpty ? 0 : known.reduce(0, +) / Double(known.count)
    return [Double](repeating: mean, count: essential.freeDofs.count)
  }
}
