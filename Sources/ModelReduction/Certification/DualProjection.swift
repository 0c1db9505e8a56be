internal import LinearAlgebra

extension GalerkinProjection {
  /// The dual problem of a linear output, ready to be reduced: its solver, and its projection onto
  /// nothing yet, which shares the Riesz map and the stability of this one.
  ///
  /// - Throws: When the functional has no finite representative.
  public func dual(
    of output: LinearOutput
  ) throws(ModelError) -> (solver: FullOrderSolver, projection: GalerkinProjection) {
    let family = problem.dual(of: output)
    let projection = try GalerkinProjection(
      of: family, riesz: riesz, coercivity: coercivity.withoutLoad)
    return (FullOrderSolver(family), projection)
  }
}

extension GalerkinReducedModel {
  /// The model with the dual correction of one linear output.
  ///
  /// The output's value becomes s_N + r(z_N) with r(v) = f(v) − a(u_N, v); its error is then at most
  /// ‖r‖ ‖r_du‖/α, a product of two residuals, where no coefficient had to be interpolated.
  ///
  /// - Parameters:
  ///   - dual: The reduced problem A(μ) z = ℓ(μ), see ``AffineDecomposition/dual(of:)``.
  ///   - name: The output it belongs to.
  ///   - primal: The projection this model came from.
  /// - Precondition: `name` is a linear output of this model; both projections are of one family.
  public func corrected(
    by dual: GalerkinProjection, forOutput name: String, of primal: GalerkinProjection
  ) -> GalerkinReducedModel {
    let w = dual.basis.vectors
    let v = primal.basis.vectors.columns(0..<size)
    var operators = [Double](
      repeating: 0, count: w.columnCount * operatorCoefficients.count * size)
    let (m, count) = (w.columnCount, operatorCoefficients.count)
    for (q, term) in primal.problem.operatorSum.terms.enumerated() {
      let block = w.adjointTimes(compensatedProduct(term, v))
      for i in 0..<size {
        for k in 0..<m { operators[(i * count + q) * m + k] = block[k, i] }
      }
    }
    let loads = primal.problem.loadSum.terms.flatMap { w.adjointTimes($0) }
    return corrected(
      by: DualCorrection(model: dual.model, loads: loads, operators: operators), forOutput: name)
  }

  /// The model with a correction of one linear output.
  func corrected(by correction: DualCorrection, forOutput name: String) -> GalerkinReducedModel {
    var result = self
    let place = outputs.firstIndex { output in
      if case .linear(let linear) = output { linear.name == name } else { false }
    }
    guard let place, case .linear(var linear) = outputs[place] else {
      preconditionFailure("'\(name)' is no linear output of this model")
    }
    linear.dual = correction
    result.outputs[place] = .linear(linear)
    return result
  }

  /// The names of the linear outputs that a dual problem would improve: those not compliant.
  public var outputsToCorrect: [String] {
    outputs.compactMap { output in
      guard case .linear(let linear) = output, linear.compliance == nil, linear.dual == nil,
        linear.dualNorm.columnCount > 0
      else { return nil }
      return linear.name
    }
  }
}

extension CoercivityBound {
  /// The same for a problem with another load.
  var withoutLoad: CoercivityBound {
    var bound = CoercivityBound(
      conditions: conditions.with(conditions.consistency.withoutLoad),
      referenceCoefficients: referenceCoefficients, constant: constant)
    (bound.constraints, bound.references) = (constraints, references)
    return bound
  }
}
