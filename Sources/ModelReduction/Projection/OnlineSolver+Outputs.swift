internal import LinearAlgebra
internal import RealModule

/// What the solution says that output bounds need.
struct PrimalState {
  let residual: Double
  let slack: Double
  /// What interpolated coefficients add to the residual.
  let consistency: Double
  let alpha: Double?
  let divisor: Double
  let estimate: ErrorEstimate
}

/// Sizes of an output's arrays, computed once: they scale the round-off of its value.
struct OutputDuty: Sendable {
  /// ‖V'A_qV‖_F, ‖V'f_p‖ of the model, for compliant outputs.
  var operatorNorms: [Double] = []
  var loadNorms: [Double] = []
  /// ‖W'A_q vᵢ‖ at q + i Q and ‖W'f_p‖, for dual corrections.
  var mixedNorms: [Double] = []
  var mixedLoadNorms: [Double] = []

  init(_ output: ReducedOutput, of model: GalerkinReducedModel) {
    guard case .linear(let linear) = output else { return }
    if let dual = linear.dual {
      let m = dual.model.size
      mixedNorms = rowNorms(dual.operators, m)
      mixedLoadNorms = rowNorms(dual.loads, m)
    }
    if linear.compliance != nil {
      operatorNorms = model.operators.map { 2 * norm($0) }
      let p = model.loadCoefficients.count
      loadNorms = (0..<p).map { k in
        norm((0..<model.size).map { model.loads[$0 * p + k] })
      }
    }
  }
}

/// The norms of consecutive groups of m numbers.
private func rowNorms(_ values: [Double], _ m: Int) -> [Double] {
  guard m > 0 else { return [] }
  return stride(from: 0, to: values.count, by: m).map { norm(Array(values[$0..<$0 + m])) }
}

extension OnlineSolver {
  /// The values of all outputs with their estimates.
  func outputValues(_ primal: PrimalState) throws(ModelError) -> [OutputValue] {
    let gamma = coordinates
    var values: [OutputValue] = []
    for (k, output) in model.outputs.enumerated() {
      switch output {
      case .linear(let linear): values.append(try value(linear, k, gamma, primal))
      case .quadratic(let quadratic): values.append(value(quadratic, gamma, primal))
      case .extremum(let extremum): values.append(value(extremum, gamma, primal))
      }
    }
    return values
  }

  /// A linear output. With e = u − u_N, r = f − A u_N, and a symmetric:
  ///
  /// - compliant, ℓ = κ f: s − s_N = κ (a(e, e) + r(u_N)), and r(u_N) is round-off, so that
  ///   |s − s_N| ≤ |κ| ‖r‖²/α;
  /// - with a reduced dual solution z_N of a(v, z) = ℓ(v) for all v: s − s_N − r(z_N) = a(e, z − z_N), so the
  ///   value is s_N + r(z_N) and its error at most ‖r‖ ‖r_du‖/α;
  /// - else |s − s_N| ≤ ‖ℓ‖_{X'} ‖e‖_X.
  ///
  /// Where coefficients were interpolated, c bounds what is missing in r. It adds to ‖r‖, and to the
  /// first two bounds c ‖κ u_N‖ and c ‖z_N‖, because only r is known where it is taken at u_N and z_N.
  ///
  /// - Source: Quarteroni, Manzoni, Negri, *Reduced Basis Methods for Partial Differential
  ///   Equations*, Springer 2016, section 3.8.
  private func value(
    _ output: ReducedLinearOutput, _ k: Int, _ gamma: [Double], _ primal: PrimalState
  ) throws(ModelError) -> OutputValue {
    let theta = try checked(output.coefficients)
    let offsets = try checked(output.offset.coefficients)
    var (value, size) = (0.0, 0.0)
    for (factor, constant) in zip(offsets, output.offset.values) {
      value += factor * constant
      size += (factor * constant).magnitude
    }
    for i in gamma.indices {
      for q in theta.indices {
        let term = theta[q] * output.functionals[i * theta.count + q] * gamma[i]
        value += term
        size += term.magnitude
      }
    }
    let bound = primal.residual + primal.slack + primal.consistency
    if let kappa = complianceFactor(output, theta) {
      let main =
        kappa.magnitude * (bound * bound / primal.divisor + primal.consistency * norm(gamma))
      size += kappa.magnitude * galerkinSize(duties[k], norm(gamma))
      return OutputValue(
        name: output.name, value: value, estimate: estimate(main, size, primal))
    }
    if let correction = output.dual, let solver = duals[k] {
      try solver.solve(at: parameter)
      let (residual, slack) = solver.residualNorm()
      let zeta = solver.coordinates
      let (part, partSize) = residualAction(correction, duties[k], on: zeta)
      let main =
        bound * (residual + slack + solver.consistencyError) / primal.divisor
        + primal.consistency * norm(zeta)
      return OutputValue(
        name: output.name, value: value + part,
        estimate: estimate(main, size + partSize, primal))
    }
    let functional = output.dualNorm.matrix * theta
    var dualNorm = norm(functional)
    for (factor, slack) in zip(theta, output.dualNorm.slack) {
      dualNorm += factor.magnitude * slack
    }
    return OutputValue(
      name: output.name, value: value,
      estimate: estimate(
        dualNorm * primal.estimate.value, size, primal,
        isFloor: primal.estimate.guarantee == .notCertified))
  }

  /// Sizes of the numbers that cancel in r(u_N).
  private func galerkinSize(_ duty: OutputDuty, _ gammaNorm: Double) -> Double {
    var size = 0.0
    for (factor, norm) in zip(loadCoefficients, duty.loadNorms) {
      size += factor.magnitude * norm * gammaNorm
    }
    for (factor, norm) in zip(operatorCoefficients, duty.operatorNorms) {
      size += factor.magnitude * norm * gammaNorm * gammaNorm
    }
    return size
  }

  /// κ(μ), nil where the output is not compliant or the load vanishes.
  private func complianceFactor(_ output: ReducedLinearOutput, _ theta: [Double]) -> Double? {
    switch output.compliance {
    case nil: return nil
    case .constant(let c): return c
    case .ratio(let c):
      guard let load = loadCoefficients.first, load != 0 else { return nil }
      return c * theta[0] / load
    }
  }

  /// r(z_N) and the sizes of the numbers in it.
  private func residualAction(
    _ correction: DualCorrection, _ duty: OutputDuty, on zeta: [Double]
  ) -> (value: Double, size: Double) {
    let (m, p) = (zeta.count, loadCoefficients.count)
    let length = norm(zeta)
    var (value, size) = (0.0, 0.0)
    for (c, x) in residualParts.enumerated() {
      let isLoad = c < p
      let start = (isLoad ? c : c - p) * m
      let row = isLoad ? correction.loads : correction.operators
      var sum = 0.0
      for k in 0..<m { sum += row[start + k] * zeta[k] }
      value += x * sum
      let rowNorm = m == 0 ? 0 : (isLoad ? duty.mixedLoadNorms[c] : duty.mixedNorms[c - p])
      size += x.magnitude * rowNorm * length
    }
    return (value, size)
  }

  /// The estimate of an output's error from the bound of exact arithmetic and the sizes of the
  /// numbers summed: 16 ε times these is the floor, reached by the stored numbers' own rounding.
  private func estimate(
    _ main: Double, _ size: Double, _ primal: PrimalState, isFloor: Bool = false
  ) -> ErrorEstimate {
    let roundoff = 16 * Double.ulpOfOne * size
    guard isFloor, primal.alpha != nil, main.isFinite else {
      return ErrorEstimate(output: main, roundoff: roundoff, isProven: primal.alpha != nil)
    }
    let value = max(2 * roundoff, main + roundoff)
    return ErrorEstimate(value: value, guarantee: .notCertified, floor: value)
  }

  /// A quadratic output. For a seminorm |u| with |v|² ≤ λ ‖v‖²_X: ||u| − |u_N|| ≤ √λ ‖e‖, and
  /// ||u|² − |u_N|²| ≤ 2 |u_N| √λ ‖e‖ + λ ‖e‖². Without one the derivative along the basis times
  /// ‖e‖ indicates the error.
  private func value(
    _ output: ReducedQuadraticOutput, _ gamma: [Double], _ primal: PrimalState
  ) -> OutputValue {
    let theta = output.linearCoefficients.values(at: parameter)
    let constant = output.constant.value(at: parameter)
    var (form, size) = (constant, constant.magnitude)
    var gradient = [Double](repeating: 0, count: gamma.count)
    var k = 0
    for i in gamma.indices {
      for j in 0...i {
        let entry = output.matrix[k]
        gradient[i] += 2 * entry * gamma[j]
        if j < i { gradient[j] += 2 * entry * gamma[i] }
        let term = (j < i ? 2 : 1) * entry * gamma[i] * gamma[j]
        form += term
        size += term.magnitude
        k += 1
      }
      for q in theta.indices {
        let slope = theta[q] * output.linear[i * theta.count + q]
        gradient[i] += slope
        form += slope * gamma[i]
        size += (slope * gamma[i]).magnitude
      }
    }
    let delta = primal.estimate.value
    let isFloor = primal.estimate.guarantee == .notCertified
    // A form that is a square can be negative by round-off only.
    let root = max(0, form).squareRoot()
    guard let lambda = output.normBound else {
      let slope = norm(gradient) * delta
      let isRoot = output.value == .squareRoot
      return OutputValue(
        name: output.name, value: isRoot ? root : form,
        estimate: ErrorEstimate(
          value: isRoot ? slope / (2 * root) : slope, guarantee: .indicator,
          floor: 32 * Double.ulpOfOne * size))
    }
    let reach = lambda.squareRoot() * delta
    switch output.value {
    case .form:
      return OutputValue(
        name: output.name, value: form,
        estimate: estimate(2 * root * reach + reach * reach, size, primal, isFloor: isFloor))
    case .squareRoot:
      // |√a − √b| ≤ |a − b|/√a, and ≤ √|a − b|.
      let roundoff = 16 * Double.ulpOfOne * size
      let shift = root > 0 ? min(roundoff / root, roundoff.squareRoot()) : roundoff.squareRoot()
      return OutputValue(
        name: output.name, value: root,
        estimate: estimate(reach, shift / (16 * Double.ulpOfOne), primal, isFloor: isFloor))
    }
  }

  /// The extremum over the reconstructed rows: it moves by no more than any single value.
  private func value(
    _ output: ReducedExtremumOutput, _ gamma: [Double], _ primal: PrimalState
  ) -> OutputValue {
    let m = output.rowCount
    var rows = [Double](repeating: 0, count: m)
    for (d, factor) in output.liftCoefficients.values(at: parameter).enumerated() {
      axpy(factor, output.lifts, column: d, of: m, into: &rows)
    }
    for i in gamma.indices { axpy(gamma[i], output.vectors, column: i, of: m, into: &rows) }
    let value = (output.kind == .maximum ? rows.max() : rows.min()) ?? .nan
    let main = output.rowNorm * primal.estimate.value
    let isFloor = primal.estimate.guarantee == .notCertified
    guard output.rowNormIsBound else {
      return OutputValue(
        name: output.name, value: value,
        estimate: ErrorEstimate(value: main, guarantee: .indicator, floor: 0))
    }
    return OutputValue(
      name: output.name, value: value,
      estimate: estimate(main, value.magnitude + norm(gamma), primal, isFloor: isFloor))
  }

  private func checked(_ family: CoefficientFamily) throws(ModelError) -> [Double] {
    try family.checkedValues(at: parameter, in: model.parameterSpace)
  }
}
