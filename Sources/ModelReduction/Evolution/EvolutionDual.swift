internal import Expressions
public import LinearAlgebra

/// What a reduced dual evolution does for one linear output ℓ · u(T) at the end of time.
///
/// The dual states run backwards: Mᵀ(ψᵏ − ψᵏ⁺¹) + Δt_k Aᵀψᵏ = 0 from Mᵀψᴷ + Δt_K Aᵀψᴷ = ℓ. With e = u − u_N,
/// the primal residuals rᵏ of the steps and the dual ones r_duᵏ, sums by parts give
///
///     ℓ · eᴷ = Σ Δt_k ψ_Nᵏ · rᵏ + ψ_N¹ · M e⁰ + Σ Δt_k r_duᵏ · eᵏ.
///
/// The first two are known and added to the value; the last is at most (Σ Δt ‖r_du‖²)^½ times the bound of
/// (Σ Δt ‖e‖²)^½: a product of two small numbers, where the norm of ℓ times the bound of e(T) has one.
///
/// - Source: Grepl, Patera, *A posteriori error bounds for reduced-basis approximations of parametrized
///   parabolic partial differential equations*, ESAIM: M2AN 39 (2005), section 4.
public struct EvolutionDualCorrection: Sendable, Equatable {
  /// The output it belongs to.
  public let output: String
  /// The reduced dual evolution, in the time that is left.
  public let model: ReducedEvolution
  /// Wᵀ applied to the right sides of the primal evolution, in the order of its functionals, with the
  /// dual basis W.
  public let functionals: DenseMatrix<Double>
  /// Wᵀ M_q V, M × N.
  public let mass: [DenseMatrix<Double>]
  /// Wᵀ A_q V, M × N.
  public let operators: [DenseMatrix<Double>]
  /// Wᵀ M_q e_k of the initial states' parts outside the space, M × K.
  public let initial: [DenseMatrix<Double>]

  /// For the first n basis vectors of the state; `left` are the coordinates of the initial states, those
  /// below n zero.
  func prefix(_ n: Int, left: DenseMatrix<Double>) -> EvolutionDualCorrection {
    EvolutionDualCorrection(
      output: output, model: model, functionals: functionals,
      mass: mass.map { $0.leading($0.rowCount, n) },
      operators: operators.map { $0.leading($0.rowCount, n) },
      initial: zip(initial, mass).map { $0 + $1 * left })
  }
}

extension AffineEvolution {
  /// The evolution of ψ in the time that is left, for a linear output at the end.
  ///
  /// Its load is ℓ over the first step alone.
  /// - Precondition: Backward Euler.
  public func dual(of output: LinearOutput) throws(ModelError) -> AffineEvolution {
    precondition(scheme == .backwardEuler, "dual evolutions are those of backward Euler")
    let (pattern, source) = operatorSum.terms[0].pattern.transposedWithSource()
    func transposed(_ sum: AffineSum<SparseMatrix<Double>>) -> AffineSum<SparseMatrix<Double>> {
      guard structure == .general else { return sum }
      return AffineSum(
        sum.terms.map { term in
          SparseMatrix(pattern: pattern, values: source.map { term.values[$0] })
        })
    }
    do {
      let left = try TimeGrid(start: grid.start, steps: grid.steps.reversed())
      let dualSpace = try parameterSpace.withTime(over: left)
      let window = try Expression(
        parsing: left.stepCount == 1
          ? "\(1 / left.steps[0])"
          : "if(t < \(left.times[1] + left.steps[1] / 2), \(1 / left.steps[0]), 0)",
        in: dualSpace.expressionScope)
      let end = Expression(grid.end)
      let time = Symbol.parameter(parameterSpace.dimension)
      let loads = output.coefficients.expressions.map { theta in
        (theta.substituting { $0 == time ? end : nil } * window).simplified()
      }
      return try AffineEvolution(
        parameterSpace: parameterSpace, scheme: scheme, grid: left, massSum: transposed(massSum),
        massCoefficients: massCoefficients, operatorSum: transposed(operatorSum),
        operatorCoefficients: operatorCoefficients, loadSum: output.functional,
        loadCoefficients: CoefficientFamily(loads, in: dualSpace), innerProduct: innerProduct,
        structure: structure, massConditions: massConditions, coercivity: coercivity)
    } catch {
      throw .notAssembled("the dual problem of '\(output.name)': \(error)", at: Parameter([]))
    }
  }
}

extension ReducedEvolution {
  /// The names of the linear outputs that a dual evolution would improve: those of backward Euler with
  /// coefficients that were not interpolated.
  public var outputsToCorrect: [String] {
    guard scheme == .backwardEuler, coercivity?.conditions.consistency.isExact ?? true else {
      return []
    }
    return outputs.compactMap { output in
      guard case .functional(let linear) = output, linear.dualNorm.columnCount > 0,
        !duals.contains(where: { $0.output == linear.name })
      else { return nil }
      return linear.name
    }
  }

  /// The model with the dual correction of one linear output at the end.
  ///
  /// - Parameters:
  ///   - dual: The projection of ``AffineEvolution/dual(of:)``.
  ///   - name: The output it belongs to.
  ///   - primal: The projection this model came from.
  public func corrected(
    by dual: EvolutionProjection, forOutput name: String, of primal: EvolutionProjection
  ) -> ReducedEvolution {
    let (w, v) = (dual.basis.vectors, primal.basis.vectors.columns(0..<size))
    let evolution = primal.evolution
    let rest = primal.initialRest
    var result = self
    result.duals.append(
      EvolutionDualCorrection(
        output: name, model: dual.model, functionals: w.adjointTimes(primal.rightSides),
        mass: evolution.massSum.terms.map { w.adjointTimes(compensatedProduct($0, v)) },
        operators: evolution.operatorSum.terms.map { w.adjointTimes(compensatedProduct($0, v)) },
        initial: evolution.massSum.terms.map { w.adjointTimes($0 * rest) }))
    return result
  }
}

/// A dual correction prepared for many queries.
struct EvolutionDualQuery: Sendable {
  fileprivate let correction: EvolutionDualCorrection
  private let query: EvolutionQuery
  // Norms of what is summed: they scale the round-off of the correction.
  fileprivate let functionalNorms: [Double]
  fileprivate let massNorms: [Double]
  fileprivate let operatorNorms: [Double]

  init(_ correction: EvolutionDualCorrection) {
    self.correction = correction
    query = EvolutionQuery(correction.model)
    let functionals = correction.functionals
    functionalNorms = (0..<functionals.columnCount).map { norm(functionals.column($0)) }
    massNorms = correction.mass.map(\.frobeniusNorm)
    operatorNorms = correction.operators.map(\.frobeniusNorm)
  }

  /// The dual states at a parameter, before the first step of the primal ones.
  func begin(at mu: Parameter) throws(ModelError) -> EvolutionDualSum {
    EvolutionDualSum(self, try query.answer(at: mu))
  }
}

/// The sum Σ Δt ψ · r of a run, on its way.
struct EvolutionDualSum {
  private let dual: EvolutionDualQuery
  /// ψ in the order of the primal steps.
  private let states: [[Double]]
  /// (Σ Δt (‖r_du‖ + δ)²)^½.
  private let residual: Double
  private var sum = 0.0
  private var size = 0.0

  fileprivate init(_ dual: EvolutionDualQuery, _ answer: EvolutionAnswer) {
    self.dual = dual
    states = answer.steps.dropFirst().reversed().map(\.state.coordinates)
    residual = answer.residual
  }

  /// The output it belongs to.
  var output: String { dual.correction.output }

  /// The part of the initial error.
  mutating func begin(
    initial theta: [Double], state: [Double], massTheta: [Double]
  ) {
    guard let psi = states.first else { return }
    for (q, factor) in massTheta.enumerated() {
      sum += factor * dot(psi, dual.correction.initial[q] * theta)
      // The state in the space is right to round-off of itself.
      size += (factor * dual.massNorms[q]).magnitude * norm(psi) * norm(state)
    }
  }

  /// Adds the step k, from 0 on.
  mutating func add(
    _ k: Int, width: Double, right: [Double], rate: [Double], mean: [Double], massTheta: [Double],
    theta: [Double]
  ) {
    let correction = dual.correction
    var image = correction.functionals * right
    var largest = zip(right, dual.functionalNorms).reduce(0) { $0 + ($1.0 * $1.1).magnitude }
    for (terms, norms, factors, x) in [
      (correction.mass, dual.massNorms, massTheta, rate),
      (correction.operators, dual.operatorNorms, theta, mean),
    ] {
      let length = norm(x)
      for (q, factor) in factors.enumerated() {
        axpy(-factor, terms[q] * x, into: &image)
        largest += (factor * norms[q]).magnitude * length
      }
    }
    sum += width * dot(states[k], image)
    size += width * norm(states[k]) * largest
  }

  /// The corrected value of the output at the end.
  func corrected(
    _ value: (name: String, value: Double, size: Double), trajectory: ErrorEstimate
  ) -> OutputValue {
    OutputValue(
      name: value.name, value: value.value + sum,
      estimate: ErrorEstimate(
        output: residual * trajectory.value,
        roundoff: 16 * Double.ulpOfOne * (value.size + size),
        isProven: trajectory.guarantee != .indicator))
  }
}
