public import LinearAlgebra

/// What a reduced dual problem does for one linear output ℓ · u of a system: its value becomes
/// ℓ · u_N + z_N · r with r = f − A u_N, and with e = u − u_N and r_du = ℓ − Aᵀ z_N
///
///     s − s_N − z_N · r = r_du · e,
///
/// so that the error is at most ‖r_du‖ ‖e‖: the dual residual times the bound of the state.
///
/// - Source: Pierce, Giles, *Adjoint recovery of superconvergent functionals from PDE
///   approximations*, SIAM Review 42 (2000); Rozza, Huynh, Patera, Arch. Comput. Methods Eng. 15
///   (2008), section 11, for the bound.
public struct SystemDualCorrection<S: Scalar>: Sendable, Equatable {
  /// The reduced problem Aᵀ z = ℓ.
  public let model: ReducedSystem<S>
  /// Wᵀ f_p, M × P, with the dual basis W and no conjugate.
  public let loads: DenseMatrix<S>
  /// Wᵀ A_q V, M × N.
  public let operators: [DenseMatrix<S>]

  /// For the first n basis vectors of the state.
  func prefix(_ n: Int) -> SystemDualCorrection {
    SystemDualCorrection(
      model: model, loads: loads, operators: operators.map { $0.leading($0.rowCount, n) })
  }
}

extension AffineSystem {
  /// Aᵀ z = ℓ of a linear output, in the product of this system and as stable.
  public func dual(of output: LinearFunctional<S>) -> AffineSystem {
    let (pattern, source) = operatorSum.terms[0].pattern.transposedWithSource()
    return AffineSystem(
      parameterSpace: parameterSpace,
      operatorSum: AffineSum(
        operatorSum.terms.map { term in
          SparseMatrix(pattern: pattern, values: source.map { term.values[$0] })
        }),
      operatorCoefficients: operatorCoefficients, loadSum: output.functional,
      loadCoefficients: output.coefficients, innerProduct: innerProduct,
      coercivity: coercivity.map { $0.with($0.consistency.withoutLoad) },
      referenceStability: referenceStability)
  }
}

extension ReducedSystem {
  /// The names of the linear outputs that a dual problem would improve.
  public var outputsToCorrect: [String] {
    outputs.compactMap {
      guard case .functional(let output) = $0, output.dual == nil, output.dualNorm.columnCount > 0
      else { return nil }
      return output.name
    }
  }

  /// The model with the dual correction of one linear output.
  ///
  /// - Parameters:
  ///   - dual: The projection of ``AffineSystem/dual(of:)``.
  ///   - name: The output it belongs to.
  ///   - primal: The projection this model came from.
  /// - Precondition: `name` is a linear output of this model.
  public func corrected(
    by dual: SystemProjection<S>, forOutput name: String, of primal: SystemProjection<S>
  ) -> ReducedSystem {
    // wᵀ = (conj w)ᴴ.
    var w = dual.basis.vectors
    for k in w.values.indices { w.values[k] = w.values[k].conjugate }
    let v = primal.basis.vectors.columns(0..<size)
    let correction = SystemDualCorrection(
      model: dual.model,
      loads: w.adjointTimes(
        DenseMatrix(rowCount: w.rowCount, columns: primal.system.loadSum.terms)),
      operators: primal.system.operatorSum.terms.map {
        w.adjointTimes(compensatedProduct($0, v))
      })
    var result = self
    let place = outputs.firstIndex { $0.name == name }
    guard let place, case .functional(var output) = outputs[place] else {
      preconditionFailure("'\(name)' is no linear output of this model")
    }
    output.dual = correction
    result.outputs[place] = .functional(output)
    return result
  }
}

/// A dual correction prepared for many queries.
struct SystemDualQuery<S: Scalar>: Sendable {
  private let correction: SystemDualCorrection<S>
  private let query: SystemQuery<S>
  // ‖Wᵀ f_p‖ and ‖Wᵀ A_q V‖: they scale the round-off of the correction.
  private let loadNorms: [Double]
  private let operatorNorms: [Double]

  init?(_ output: ReducedSystemOutput<S>) {
    guard case .functional(let functional) = output, let dual = functional.dual else { return nil }
    correction = dual
    query = SystemQuery(dual.model)
    loadNorms = (0..<dual.loads.columnCount).map { norm(dual.loads.column($0)) }
    operatorNorms = dual.operators.map(\.frobeniusNorm)
  }

  /// A corrected value.
  ///
  /// - Parameters:
  ///   - value: s_N and the sizes of the numbers summed in it.
  ///   - solution: γ with the coefficients at μ.
  ///   - stateError: The estimate of ‖e‖.
  ///   - consistency: What interpolated coefficients add to the residual r.
  func corrected(
    _ value: (name: String, value: S, size: Double), _ solution: SystemQuery<S>.Solution,
    at mu: Parameter, stateError: ErrorEstimate, consistency: Double
  ) throws(ModelError) -> SystemOutputValue<S> {
    let dual = try query.solution(at: mu)
    let (residual, slack, dualConsistency) = query.residual(of: dual, at: mu)
    let (z, gamma) = (dual.state.coordinates, solution.state.coordinates)
    var image = correction.loads * solution.phi.map { S(real: $0) }
    for (factor, term) in zip(solution.theta, correction.operators) {
      axpy(1, term * gamma.map { S(real: -factor) * $0 }, into: &image)
    }
    let part = plainDot(z, image)
    var size = zip(solution.phi, loadNorms).reduce(0) { $0 + ($1.0 * $1.1).magnitude }
    size += zip(solution.theta, operatorNorms).reduce(0) {
      $0 + ($1.0 * $1.1).magnitude * solution.state.norm
    }
    let zNorm = dual.state.norm
    let roundoff = 16 * Double.ulpOfOne * (value.size + size * zNorm)
    let main = (residual + slack + dualConsistency) * stateError.value + consistency * zNorm
    return SystemOutputValue(
      name: value.name, value: value.value + part,
      estimate: ErrorEstimate(
        output: main, roundoff: roundoff, isProven: stateError.guarantee != .indicator))
  }
}
