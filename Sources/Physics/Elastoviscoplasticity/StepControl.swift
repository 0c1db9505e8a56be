internal import ModelReduction
internal import RealModule

/// Goes over one step of a grid in as many increments as Newton's method and the error in time need.
///
/// With a tolerance every increment is computed twice, at once and in two halves. Implicit Euler errs
/// by C h² in an increment of length h, by half of that in two halves: what the two differ by estimates
/// the error of the halves, which are kept. The estimate looks at nothing before the increment, so a
/// kink of a load at its start does not disturb it.
///
/// - Source: Hairer, Nørsett, Wanner, *Solving Ordinary Differential Equations I*, Springer 1993,
///   section II.4.
struct StepControl {
  let settings: QuasiStaticModel.Settings
  let mu: Parameter

  /// Why an increment failed.
  struct Failure: Error {
    var report: NewtonReport
    /// What a law wants the increment shortened by.
    var factor: Double?
  }

  /// From one frame to the end of the step.
  ///
  /// - Parameters:
  ///   - length: Of the increment to try first; nil for the whole step.
  ///   - attempt: One increment from a frame to a time.
  ///   - distance: Of the frame of the halves, the third, from the one computed at once, the second,
  ///     both begun at the first; relative.
  ///   - accept: Called with the frame at the end of each increment that counts.
  /// - Returns: What the next step is to try first.
  func advance<Frame>(
    _ start: Frame, from begin: Double, to end: Double, length: Double?,
    attempt: (Frame, Double) throws(ModelError) -> Result<Frame, Failure>,
    distance: (Frame, Frame, Frame) -> Double, accept: (Frame) -> Void
  ) throws(ModelError) -> Double? {
    var cutting = StepCutting(from: begin, to: end, length: length, cuts: settings.cuts)
    var (now, time) = (start, begin)
    func shorten(_ failure: Failure) throws(ModelError) {
      guard cutting.cut(min(0.5, failure.factor ?? 0.5)) else {
        throw .notConverged(failure.report, at: mu)
      }
    }
    while let target = cutting.next {
      let whole: Frame
      switch try attempt(now, target) {
      case .success(let found): whole = found
      case .failure(let failure):
        try shorten(failure)
        continue
      }
      guard let tolerance = settings.timeTolerance else {
        (now, time) = (whole, target)
        accept(now)
        cutting.accept()
        continue
      }
      let half: Frame
      let fine: Frame
      let middle = time + (target - time) / 2
      switch try attempt(now, middle) {
      case .success(let found): half = found
      case .failure(let failure):
        try shorten(failure)
        continue
      }
      switch try attempt(half, target) {
      case .success(let found): fine = found
      case .failure(let failure):
        try shorten(failure)
        continue
      }
      let error = distance(now, whole, fine)
      let factor = 0.9 * Double.sqrt(tolerance / max(error, tolerance * 1e-4))
      guard error <= tolerance else {
        guard cutting.cut(factor) else {
          throw .notConverged(refusal(error, tolerance, length: target - time, at: target), at: mu)
        }
        continue
      }
      (now, time) = (fine, target)
      accept(half)
      accept(fine)
      cutting.accept(growth: min(4, factor))
    }
    return settings.timeTolerance == nil ? nil : cutting.length
  }

  private func refusal(
    _ error: Double, _ tolerance: Double, length: Double, at time: Double
  ) -> NewtonReport {
    NewtonReport(
      reason: .inaccurateInTime(
        "an increment of \(Float(length)) errs by \(Float(error)) in time, where \(tolerance) is "
          + "allowed"), residuals: [], stepLengths: [], tolerance: settings.newton.tolerance,
      time: time)
  }
}

extension MaterialState {
  /// How far another end of the same increment is from this one: the larger of the differences of
  /// strain and stress, each in the norm of L² over the points, relative to the largest value at any
  /// of the three; NaN where a number is none.
  ///
  /// - Parameters:
  ///   - start: Where the increment began.
  ///   - weights: Of the points.
  ///   - moduli: dσ/dε there, 36 numbers per point: a stress that is nothing but the rounding of large
  ///     strains, as in a body free to expand, is measured by what these would give.
  func distance(
    to other: MaterialState, from start: MaterialState, weights: [Double], moduli: [Double]
  ) -> Double {
    func largest(_ field: KeyPath<MaterialState, [Double]>, _ shear: Double) -> Double {
      [start, self, other].map { pointNorm($0[keyPath: field], weights, shear: shear) }.max() ?? 0
    }
    // What is not a number must not look accurate: max would drop it.
    func relative(_ gap: Double, _ scale: Double) -> Double { gap == 0 ? 0 : gap / scale }
    let strains = largest(\.strain, 0.5)
    let stiffness = weights.indices.reduce(0.0) { max($0, abs(moduli[36 * $1])) }
    let ofStrain = relative(pointNorm(strain, less: other.strain, weights, shear: 0.5), strains)
    let ofStress = relative(
      pointNorm(stress, less: other.stress, weights, shear: 2),
      max(largest(\.stress, 2), 1e-8 * stiffness * strains))
    return ofStrain.isNaN || ofStress.isNaN ? .nan : max(ofStrain, ofStress)
  }
}

/// √(Σ w |x − y|²) of tensors of six components at each point.
///
/// - Parameter shear: What the square of a shear component counts: 2 for stresses, ½ for strains.
private func pointNorm(
  _ x: [Double], less y: [Double]? = nil, _ weights: [Double], shear: Double
) -> Double {
  var sum = 0.0
  for (p, weight) in weights.enumerated() {
    for c in 6 * p..<6 * p + 6 {
      let value = x[c] - (y?[c] ?? 0)
      sum += weight * (c < 6 * p + 3 ? 1 : shear) * value * value
    }
  }
  return sum.squareRoot()
}
