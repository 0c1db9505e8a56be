internal import Expressions
internal import LinearAlgebra

/// A reduced evolution prepared for many queries; any number of threads may ask.
///
/// For backward Euler with a positive semidefinite mass and an operator of proven coercivity the
/// estimates are bounds: with r the residual of a step,
/// ‖e_k‖²_M + Σ Δt a(e, e) ≤ ‖e_0‖²_M + Σ Δt ‖r‖²_{X'}/α, so that the right-hand side bounds
/// ‖e_k‖²_M and, divided by α, Σ Δt ‖e‖²_X. Otherwise the same number is an indicator, with the
/// smallest eigenvalue of the reduced A + M/T (T the duration) for α where none is proven.
///
/// - Source: Grepl, Patera, ESAIM: M2AN 39 (2005).
public struct EvolutionQuery: Sendable {
  /// The model queried.
  public let model: ReducedEvolution
  private let residualMatrix: DenseMatrix<Double>
  private let duals: [EvolutionDualQuery]

  /// Prepares a model.
  public init(_ model: ReducedEvolution) {
    self.model = model
    residualMatrix = model.residual.matrix
    duals = model.duals.map { EvolutionDualQuery($0) }
  }

  /// Steps through time, estimates and evaluates all outputs.
  ///
  /// - Throws: When μ does not fit, a coefficient is not finite, or a reduced step is singular.
  public func answer(at mu: Parameter) throws(ModelError) -> EvolutionAnswer {
    try run(at: mu, withOutputs: true)
  }

  /// The estimate of a trajectory, without outputs.
  func estimate(
    at mu: Parameter
  ) throws(ModelError) -> (estimate: ErrorEstimate, solutionNorm: Double) {
    let answer = try run(at: mu, withOutputs: false)
    return (answer.trajectory, answer.norm)
  }

  private func run(
    at mu: Parameter, withOutputs: Bool
  ) throws(ModelError) -> EvolutionAnswer {
    let model = model
    let space = model.parameterSpace
    let massTheta = try model.massCoefficients.checkedValues(at: mu, in: space)
    let theta = try model.operatorCoefficients.checkedValues(at: mu, in: space)
    let mass = combination(model.mass, massTheta)
    let matrix = combination(model.operators, theta)
    let start = try model.initialCoefficients.checkedValues(at: mu, in: space)
    var states = [model.initial * start]
    var data = [try timeData(at: mu, time: model.grid.start)]
    var factors: [StepMatrix: LU<Double>] = [:]
    var ledger = ErrorSum(
      model, at: mu, massTheta: massTheta, theta: theta, initial: start, mass: mass,
      matrix: matrix)
    var corrections: [EvolutionDualSum] = []
    for dual in withOutputs ? duals : [] {
      var sum = try dual.begin(at: mu)
      sum.begin(initial: start, state: states[0], massTheta: massTheta)
      corrections.append(sum)
    }
    var size = 0.0
    func step(_ time: Double, _ residual: Double, _ state: [Double], _ width: Double)
      -> EvolutionStep
    {
      EvolutionStep(
        time: time, state: ReducedState(state), residual: residual, estimate: ledger.massNorm,
        outputs: withOutputs
          ? model.outputs.map {
            let value = $0.value(
              of: state, at: mu.at(time: time), stateError: ledger.productNorm(step: width))
            return OutputValue(name: value.name, value: value.value, estimate: value.estimate)
          } : [])
    }
    var steps = [step(model.grid.start, 0, states[0], 0)]
    for k in 0..<model.grid.stepCount {
      let formula = model.scheme.formula(ofStep: k, in: model.grid)
      let (time, width) = (model.grid.times[k + 1], model.grid.steps[k])
      let factor: LU<Double>
      if let known = factors[formula.matrix] {
        factor = known
      } else {
        factor = try newFactor(formula.matrix, mass, matrix, mu)
        factors[formula.matrix] = factor
      }
      data.insert(try timeData(at: mu, time: time), at: 0)
      let right = functionalParts(formula, data, massTheta, theta)
      let unknown = [Double](repeating: 0, count: model.size)
      let history = rates(formula, [unknown] + states)
      let previous = means(formula, [unknown] + states)
      var b = model.functionals * right.values
      axpy(-1, mass * history.values, into: &b)
      axpy(-1, matrix * previous.values, into: &b)
      states.insert(factor.solve(b), at: 0)
      let (rate, mean) = (rates(formula, states), means(formula, states))
      let (norm, slack) = residualNorm(right, rate, mean, massTheta, theta)
      for d in corrections.indices {
        corrections[d].add(
          k, width: width, right: right.values, rate: rate.values, mean: mean.values,
          massTheta: massTheta, theta: theta)
      }
      let consistency = model.coercivity?.conditions.consistency.residualError(
        stateNorm: LinearAlgebra.norm(states[0]), at: mu.at(time: time))
      ledger.add(residual: norm, slack: slack, consistency: consistency ?? 0, step: width)
      size += width * dot(states[0], states[0])
      steps.append(step(time, norm, states[0], width))
      (states, data) = (Array(states.prefix(2)), Array(data.prefix(2)))
    }
    if let last = steps.popLast() {
      steps.append(corrected(last, corrections, at: mu, ledger.trajectory))
    }
    return EvolutionAnswer(
      parameter: mu, steps: steps, trajectory: ledger.trajectory, norm: size.squareRoot(),
      residual: ledger.residual,
      factorizations: factors.count)
  }

  /// The last step with its outputs corrected.
  private func corrected(
    _ step: EvolutionStep, _ corrections: [EvolutionDualSum], at mu: Parameter,
    _ trajectory: ErrorEstimate
  ) -> EvolutionStep {
    guard !corrections.isEmpty else { return step }
    let outputs = zip(model.outputs, step.outputs).map { output, value in
      guard case .functional(let linear) = output,
        let correction = corrections.first(where: { $0.output == linear.name })
      else { return value }
      let plain = linear.value(of: step.state.coordinates, at: mu.at(time: step.time))
      return correction.corrected(plain, trajectory: trajectory)
    }
    return EvolutionStep(
      time: step.time, state: step.state, residual: step.residual, estimate: step.estimate,
      outputs: outputs)
  }

  private func newFactor(
    _ key: StepMatrix, _ mass: DenseMatrix<Double>, _ matrix: DenseMatrix<Double>, _ mu: Parameter
  ) throws(ModelError) -> LU<Double> {
    do throws(FactorizationError) {
      return try LU(key.mass * mass + key.operator * matrix)
    } catch { throw .factorization(error, at: mu) }
  }

  private func timeData(at mu: Parameter, time: Double) throws(ModelError) -> TimeData {
    let point = mu.at(time: time)
    let values = TimeData(
      loads: model.loadCoefficients.values(at: point),
      lifts: model.liftCoefficients.values(at: point))
    for (list, family) in [
      (values.loads, model.loadCoefficients), (values.lifts, model.liftCoefficients),
    ] {
      if let bad = list.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(family.expressions[bad], at: point, in: model.parameterSpace)
      }
    }
    return values
  }

  /// Numbers with the sizes of what they were summed from.
  private struct Sums {
    var values: [Double]
    var sizes: [Double]
  }

  /// d₀ x⁰ + d₁ x¹ + d₂ x², component by component.
  private func rates(_ formula: StepFormula, _ x: [[Double]]) -> Sums {
    sums(Array(zip(formula.derivative, x)))
  }

  /// w₀ x⁰ + w₁ x¹.
  private func means(_ formula: StepFormula, _ x: [[Double]]) -> Sums {
    sums(Array(zip(formula.weights, x)))
  }

  private func sums(_ terms: [(Double, [Double])]) -> Sums {
    var result = Sums(
      values: [Double](repeating: 0, count: terms[0].1.count),
      sizes: [Double](repeating: 0, count: terms[0].1.count))
    for (factor, x) in terms where factor != 0 {
      for i in x.indices {
        result.values[i] += factor * x[i]
        result.sizes[i] += (factor * x[i]).magnitude
      }
    }
    return result
  }

  /// The coefficients of the functionals: w θ_p of the loads, then minus those of the lifts.
  private func functionalParts(
    _ formula: StepFormula, _ data: [TimeData], _ massTheta: [Double], _ theta: [Double]
  ) -> Sums {
    var result = means(formula, data.map(\.loads))
    guard let lifts = data.first?.lifts, !lifts.isEmpty else { return result }
    for (part, factors) in [
      (rates(formula, data.map(\.lifts)), massTheta), (means(formula, data.map(\.lifts)), theta),
    ] {
      for d in lifts.indices {
        for factor in factors {
          result.values.append(-factor * part.values[d])
          result.sizes.append(factor.magnitude * part.sizes[d])
        }
      }
    }
    return result
  }

  private func residualNorm(
    _ right: Sums, _ rate: Sums, _ mean: Sums, _ massTheta: [Double], _ theta: [Double]
  ) -> (norm: Double, slack: Double) {
    var (x, sizes) = (right.values, right.sizes)
    for i in rate.values.indices {
      for factor in massTheta {
        x.append(-factor * rate.values[i])
        sizes.append(factor.magnitude * rate.sizes[i])
      }
      for factor in theta {
        x.append(-factor * mean.values[i])
        sizes.append(factor.magnitude * mean.sizes[i])
      }
    }
    let slack = zip(sizes, model.residual.slack).reduce(0) { $0 + $1.0 * $1.1 }
    return (norm(residualMatrix * x), slack)
  }
}

/// Σ θ_q T_q of small matrices.
func combination(
  _ terms: [DenseMatrix<Double>], _ theta: [Double]
) -> DenseMatrix<Double> {
  var result = theta[0] * terms[0]
  for (factor, term) in zip(theta, terms).dropFirst() {
    axpy(factor, term.values, into: &result.values)
  }
  return result
}
