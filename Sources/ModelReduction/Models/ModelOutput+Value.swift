internal import LinearAlgebra

extension ModelOutput {
  /// The output of a full state over the free unknowns.
  ///
  /// - Throws: When μ does not fit the space or a coefficient is not finite.
  public func value(
    of u: [Double], at mu: Parameter, in space: ParameterSpace
  ) throws(ModelError) -> Double {
    switch self {
    case .linear(let output):
      let theta = try output.coefficients.checkedValues(at: mu, in: space)
      return try output.offset.checkedValue(at: mu, in: space)
        + linear(output.functional, theta, u)
    case .quadratic(let output):
      let theta = try output.linearCoefficients.checkedValues(at: mu, in: space)
      let form =
        try output.constant.checkedValue(at: mu, in: space)
        + output.matrix.bilinear(u, u) + linear(output.linear, theta, u)
      return output.value == .squareRoot ? max(0, form).squareRoot() : form
    case .extremum(let output):
      let theta = try output.liftCoefficients.checkedValues(at: mu, in: space)
      var values = output.rows.map { $0 < 0 ? 0 : u[Int($0)] }
      for (factor, lift) in zip(theta, output.lifts.terms) { axpy(factor, lift, into: &values) }
      return (output.kind == .maximum ? values.max() : values.min()) ?? .nan
    }
  }

  private func linear(_ sum: AffineSum<[Double]>, _ theta: [Double], _ u: [Double]) -> Double {
    zip(theta, sum.terms).reduce(0) { $0 + $1.0 * dot($1.1, u) }
  }
}

extension AffineScalar {
  /// The number at μ.
  ///
  /// - Throws: When μ does not fit the space or a coefficient is not finite.
  func checkedValue(
    at mu: Parameter, in space: ParameterSpace
  ) throws(ModelError) -> S {
    let theta = try coefficients.checkedValues(at: mu, in: space)
    return zip(theta, values).reduce(S.zero) { $0 + S(real: $1.0) * $1.1 }
  }
}
