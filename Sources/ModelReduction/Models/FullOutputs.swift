internal import LinearAlgebra

extension AffineDecomposition {
  /// The quantities of interest of a state over the free unknowns, by name, in the order of
  /// `outputs`.
  ///
  /// - Throws: When `mu` does not fit the space or a coefficient is not finite.
  public func outputValues(
    of state: [Double], at mu: Parameter
  ) throws(ModelError) -> [(key: String, value: Double)] {
    precondition(state.count == dofCount, "\(state.count) values for \(dofCount) free unknowns")
    var values: [(key: String, value: Double)] = []
    for output in outputs {
      switch output {
      case .linear(let linear):
        values.append((linear.name, try value(linear, state, mu)))
      case .quadratic(let quadratic):
        values.append((quadratic.name, try value(quadratic, state, mu)))
      case .extremum(let extremum):
        values.append((extremum.name, try value(extremum, state, mu)))
      }
    }
    return values
  }

  private func value(
    _ output: LinearOutput, _ state: [Double], _ mu: Parameter
  ) throws(ModelError) -> Double {
    let theta = try output.coefficients.checkedValues(at: mu, in: parameterSpace)
    return zip(theta, output.functional.terms).reduce(output.offset.value(at: mu)) {
      $0 + $1.0 * dot($1.1, state)
    }
  }

  private func value(
    _ output: QuadraticOutput, _ state: [Double], _ mu: Parameter
  ) throws(ModelError) -> Double {
    let theta = try output.linearCoefficients.checkedValues(at: mu, in: parameterSpace)
    let form = zip(theta, output.linear.terms).reduce(
      output.matrix.bilinear(state, state) + output.constant.value(at: mu)
    ) { $0 + $1.0 * dot($1.1, state) }
    return output.value == .form ? form : max(0, form).squareRoot()
  }

  private func value(
    _ output: ExtremumOutput, _ state: [Double], _ mu: Parameter
  ) throws(ModelError) -> Double {
    var values =
      output.lifts.terms.isEmpty
      ? [Double](repeating: 0, count: output.rows.count)
      : output.lifts.combined(
        with: try output.liftCoefficients.checkedValues(at: mu, in: parameterSpace))
    for (i, row) in output.rows.enumerated() where row >= 0 { values[i] += state[Int(row)] }
    return (output.kind == .maximum ? values.max() : values.min()) ?? 0
  }
}
