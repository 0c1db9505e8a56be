public import LinearAlgebra

/// An output of a ``ReducedSystem`` or ``ReducedEvolution``.
public enum ReducedSystemOutput<S: Scalar>: Sendable, Equatable {
  /// Linear in the state.
  case functional(ReducedFunctional<S>)
  /// Quadratic in the state, its root, or an extremum: real systems only.
  case real(ReducedOutput)

  /// The output's name.
  public var name: String {
    switch self {
    case .functional(let output): output.name
    case .real(let output): output.name
    }
  }

  func prefix(_ n: Int) -> ReducedSystemOutput {
    switch self {
    case .functional(let output): .functional(output.prefix(n))
    case .real(let output): .real(output.prefix(n))
    }
  }
}

/// Σ θ_q ℓ_q · V γ + Σ θ_j o_j.
public struct ReducedFunctional<S: Scalar>: Sendable, Equatable {
  /// How results call it.
  public let name: String
  /// θ_q.
  public let coefficients: CoefficientFamily
  /// The part without free unknowns.
  public let offset: AffineScalar<S>
  /// ℓ_q · vᵢ at q + i Q.
  public internal(set) var functionals: [S]
  /// The functionals in an orthonormal basis of their representatives: ‖ℓ(μ)‖_{X'} = ‖R θ‖.
  public let dualNorm: ResidualFactor<S>
  /// The dual problem that corrects it, where there is one.
  public internal(set) var dual: SystemDualCorrection<S>? = nil

  func prefix(_ n: Int) -> ReducedFunctional {
    var result = self
    result.functionals = Array(functionals.prefix(n * coefficients.count))
    result.dual = dual?.prefix(n)
    return result
  }

  /// The value for coordinates γ, and the sizes of the numbers summed.
  func value(of gamma: [S], at mu: Parameter) -> (name: String, value: S, size: Double) {
    let theta = coefficients.values(at: mu)
    let q = theta.count
    var value = offset.value(at: mu)
    var size = value.absolute
    for (i, factor) in gamma.enumerated() {
      for k in 0..<q {
        let term = S(real: theta[k]) * factor * functionals[i * q + k]
        value += term
        size += term.absolute
      }
    }
    return (name, value, size)
  }

  /// The dual norm of the functional.
  func norm(at mu: Parameter) -> Double {
    guard dualNorm.columnCount > 0 else { return 0 }
    return LinearAlgebra.norm(dualNorm.matrix * coefficients.values(at: mu).map { S(real: $0) })
  }
}

/// The value of an output with the estimate of its error.
public struct SystemOutputValue<S: Scalar>: Sendable, Equatable {
  /// The output's name.
  public let name: String
  /// The value.
  public let value: S
  /// The estimate of its distance (in absolute value) to the full model's value.
  public let estimate: ErrorEstimate
}

extension ReducedSystemOutput {
  /// The value of coordinates γ at μ; its error is at most the norm of the functional, or the
  /// Lipschitz constant of the output, times that of the state.
  func value(
    of gamma: [S], at mu: Parameter, stateError: ErrorEstimate
  ) -> SystemOutputValue<S> {
    switch self {
    case .functional(let output):
      return SystemOutputValue(
        name: output.name, value: output.value(of: gamma, at: mu).value,
        estimate: stateError.scaled(by: output.norm(at: mu)))
    case .real(let output):
      let (value, error) = output.plainValue(
        of: gamma.map(\.realPart), at: mu, stateError: stateError)
      return SystemOutputValue(name: output.name, value: S(real: value), estimate: error)
    }
  }
}

extension ErrorEstimate {
  /// The estimate of something that differs by at most `factor` times the error.
  func scaled(by factor: Double) -> ErrorEstimate {
    ErrorEstimate(
      value: factor == 0 ? 0 : value * factor, guarantee: guarantee,
      floor: factor == 0 ? 0 : floor * factor)
  }

  /// The same number, without a claim.
  func indicating() -> ErrorEstimate {
    ErrorEstimate(value: value, guarantee: .indicator, floor: floor)
  }
}

extension ReducedOutput {
  /// The value without any correction and the estimate of its error from that of the state.
  func plainValue(
    of gamma: [Double], at mu: Parameter, stateError: ErrorEstimate
  ) -> (value: Double, estimate: ErrorEstimate) {
    switch self {
    case .linear(let output):
      let functional = ReducedFunctional<Double>(
        name: output.name, coefficients: output.coefficients, offset: output.offset,
        functionals: output.functionals, dualNorm: output.dualNorm)
      return (
        functional.value(of: gamma, at: mu).value,
        stateError.scaled(by: functional.norm(at: mu))
      )
    case .quadratic(let output): return output.plainValue(gamma, mu, stateError)
    case .extremum(let output):
      var values = [Double](repeating: 0, count: output.rowCount)
      for (i, factor) in gamma.enumerated() {
        axpy(factor, output.vectors, column: i, of: output.rowCount, into: &values)
      }
      for (d, theta) in output.liftCoefficients.values(at: mu).enumerated() {
        axpy(theta, output.lifts, column: d, of: output.rowCount, into: &values)
      }
      let estimate = stateError.scaled(by: output.rowNorm)
      return (
        (output.kind == .maximum ? values.max() : values.min()) ?? .nan,
        output.rowNormIsBound ? estimate : estimate.indicating()
      )
    }
  }
}

extension ReducedQuadraticOutput {
  fileprivate func plainValue(
    _ gamma: [Double], _ mu: Parameter, _ stateError: ErrorEstimate
  ) -> (value: Double, estimate: ErrorEstimate) {
    let q = linearCoefficients.count
    let theta = linearCoefficients.values(at: mu)
    var form = constant.value(at: mu)
    for i in gamma.indices {
      for j in 0...i {
        let factor = i == j ? 1.0 : 2.0
        form += factor * gamma[i] * gamma[j] * matrix[i * (i + 1) / 2 + j]
      }
      for k in 0..<q { form += theta[k] * gamma[i] * linear[i * q + k] }
    }
    let root = max(0, form).squareRoot()
    guard let normBound else {
      // Nothing is known of the form: the relative error of the state, doubled for a square.
      let size = LinearAlgebra.norm(gamma)
      let relative = size > 0 ? stateError.value / size : .infinity
      let unit = value == .squareRoot ? root : 2 * form.magnitude
      return (
        value == .squareRoot ? root : form,
        ErrorEstimate(value: relative * unit, guarantee: .indicator, floor: 0)
      )
    }
    // | ‖u‖ − ‖u_N‖ | ≤ √λ Δ for a seminorm; its square differs by at most √λ Δ (2‖u_N‖ + √λ Δ).
    let seminorm = stateError.scaled(by: normBound.squareRoot())
    switch value {
    case .squareRoot: return (root, seminorm)
    case .form:
      return (form, seminorm.scaled(by: 2 * root + seminorm.value))
    }
  }
}
