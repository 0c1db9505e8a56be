internal import RealModule

// One step of an inelastic material comes down to one equation for x = Δp. With a_k = 1 + D_k x and
// Z(x) = s_trial − Σ X_k/a_k, the direction of flow at the end of the step is n = 3/2 Z/J(Z), and
//
//   F(x) = J(Z) − (3G + Σ C_k/a_k) x − R(p + x) − K (x/(γ Δt))^{1/n} = 0.
//
// A backstress keeps J(X_k) ≤ C_k/D_k, hence D_k n:X_k ≤ C_k and F' ≤ −3G − R': unless the
// material softens faster than 3G the root is unique, and as J(Z) ≤ J(s_trial) + Σ J(X_k) it lies
// below that sum over 3G.

/// The part of F without overstress, at one point of a material.
@safe struct FlowEquation {
  let trial: SixVector
  /// X_k at the start of the step.
  let backstresses: UnsafePointer<SixVector>
  let backstressCount: Int
  /// Coefficients by `InelasticSlot`.
  let c: UnsafePointer<Double>
  let threeShear: Double
  /// p at the start.
  let start: Double
  /// Plastic strains of the hardening table; none for a curve in closed form.
  let tableStrains: UnsafePointer<Double>
  let tableCount: Int

  /// F without overstress at some x, and what it is made of.
  struct Value {
    var residual: Double
    var slope: Double
    var direction: SixVector
    var equivalent: Double
  }

  /// R and R' at a plastic strain.
  @inline(__always)
  func yieldStress(_ p: Double) -> (stress: Double, slope: Double) {
    if tableCount > 0 { return tabulated(p) }
    var stress = unsafe c[InelasticSlot.initial] + c[InelasticSlot.modulus] * p
    var slope = unsafe c[InelasticSlot.modulus]
    let saturation = unsafe c[InelasticSlot.saturation]
    if saturation != 0 {
      let rate = unsafe c[InelasticSlot.hardeningRate]
      let decay = Double.exp(-rate * p)
      stress += saturation * (1 - decay)
      slope += saturation * rate * decay
    }
    return (stress, slope)
  }

  private func tabulated(_ p: Double) -> (stress: Double, slope: Double) {
    let stresses = unsafe c + InelasticSlot.backstresses + 2 * backstressCount
    // The first place beyond p.
    var (low, high) = (0, tableCount)
    while low < high {
      let middle = (low + high) / 2
      if unsafe tableStrains[middle] > p { high = middle } else { low = middle + 1 }
    }
    if low == 0 { return (unsafe stresses[0], 0) }
    if low == tableCount { return (unsafe stresses[low - 1], 0) }
    let rise = unsafe stresses[low] - stresses[low - 1]
    let slope = unsafe rise / (tableStrains[low] - tableStrains[low - 1])
    return (unsafe stresses[low - 1] + slope * (p - tableStrains[low - 1]), slope)
  }

  /// F without overstress at `x`.
  @inline(__always)
  func value(at x: Double) -> Value {
    var z = trial
    var stiffness = threeShear
    var slope = -threeShear
    for k in 0..<backstressCount {
      let modulus = unsafe c[InelasticSlot.backstresses + 2 * k]
      let recall = unsafe c[InelasticSlot.backstresses + 2 * k + 1]
      let inverse = 1 / (1 + recall * x)
      unsafe z -= inverse * backstresses[k]
      stiffness += modulus * inverse
      slope -= modulus * inverse * inverse
    }
    let equivalent = equivalentStress(z)
    let direction = equivalent > 0 ? (1.5 / equivalent) * z : SixVector()
    for k in 0..<backstressCount {
      let recall = unsafe c[InelasticSlot.backstresses + 2 * k + 1]
      let inverse = 1 / (1 + recall * x)
      slope += unsafe recall * inverse * inverse * contraction(direction, backstresses[k])
    }
    let (stress, hardening) = yieldStress(start + x)
    return Value(
      residual: equivalent - stiffness * x - stress, slope: slope - hardening,
      direction: direction, equivalent: equivalent)
  }

  /// J(s_trial) + Σ J(X_k): bounds J(Z), and rounding is relative to it.
  @inline(__always)
  var stressScale: Double {
    var scale = equivalentStress(trial)
    for k in 0..<backstressCount { scale += unsafe equivalentStress(backstresses[k]) }
    return scale
  }
}

/// The root of F with what the tangent needs of it.
struct FlowSolution {
  /// Δp.
  var increment: Double
  /// −1/F'(Δp), at most 1/(3G) unless the material softens.
  var compliance: Double
  var value: FlowEquation.Value
  /// |F| at the root relative to the scale of stresses.
  var defect: Double

  /// Steps of bisection that exhaust the digits of a double many times over.
  static let stepLimit = 200
  /// A root is where |F| falls below this fraction of the scale of stresses: a few units in the
  /// last place of the terms of F.
  static let tolerance = 4 * Double.ulpOfOne
  /// Where rounding keeps F from falling below the tolerance although no number lies between the
  /// ends of the bracket, this much is still accepted.
  static let acceptableDefect = 1e-12

  /// Whether it is a root.
  var isAccurate: Bool { defect <= FlowSolution.acceptableDefect }
}

extension FlowEquation {
  /// The root without overstress; Newton inside a bracket.
  ///
  /// - Precondition: F(0) > 0, given as `initial`.
  func plasticRoot(_ initial: Value) -> FlowSolution {
    let scale = stressScale
    var (low, high) = (0.0, scale / threeShear)
    var x = initial.slope < 0 ? min(high, -initial.residual / initial.slope) : high
    var value = self.value(at: x)
    for _ in 0..<FlowSolution.stepLimit {
      if value.residual.magnitude <= FlowSolution.tolerance * scale { break }
      if value.residual > 0 { low = x } else { high = x }
      var next = x - value.residual / value.slope
      if !(next > low && next < high) { next = low + (high - low) / 2 }
      if next == x || !(next > low && next < high) { break }
      x = next
      value = self.value(at: x)
    }
    return FlowSolution(
      increment: x, compliance: -1 / value.slope, value: value,
      defect: value.residual.magnitude / scale)
  }

  /// The root with overstress K (x/(γΔt))^{1/n}; Newton in y = log x inside a bracket.
  ///
  /// In y the two terms that grow, e^y and e^{y/n}, make F concave, so that Newton approaches
  /// the root from the right without overshooting however large n is, whereas in x an exponent
  /// of 30 makes F nearly a step. It starts where the larger of the two terms alone would
  /// balance F(0), which is to the right of the root by a factor of two in stress at most. x may
  /// underflow to zero while its overstress does not: the point is then elastic to all digits.
  ///
  /// - Parameters:
  ///   - initial: F without overstress at 0, positive.
  ///   - logRate: log(γ Δt).
  func viscousRoot(_ initial: Value, logRate: Double) -> FlowSolution {
    let scale = stressScale
    let resistance = unsafe c[InelasticSlot.resistance]
    let inverse = unsafe 1 / c[InelasticSlot.exponent]
    let excess = initial.residual
    let logBound = Double.log(scale / threeShear)
    var y =
      initial.slope < 0 ? min(logBound, Double.log(-excess / initial.slope)) : logBound
    if resistance > 0 {
      y = unsafe min(y, logRate + Double.log(excess / resistance) * c[InelasticSlot.exponent])
    }
    var (low, high) = (-Double.infinity, logBound)
    var reach = unsafe 1 + c[InelasticSlot.exponent]
    var value = initial
    var (x, residual, slope) = (0.0, 0.0, 0.0)
    for step in 0...FlowSolution.stepLimit {
      x = Double.exp(y)
      value = self.value(at: x)
      let overstress = resistance * Double.exp((y - logRate) * inverse)
      residual = value.residual - overstress
      slope = x * value.slope - overstress * inverse
      if residual.magnitude <= FlowSolution.tolerance * scale { break }
      if residual > 0 { low = y } else { high = y }
      var next = y - residual / slope
      // Past the middle of its travel Newton converges in a handful of steps; if it has not,
      // the curve is not what it seems and halving is safer.
      if step > 60 || !(next > low && next <= high) {
        if low == -.infinity {
          next = high - reach
          reach *= 2
        } else {
          next = low + (high - low) / 2
        }
      }
      if next == y { break }
      if low > -.infinity, !(next > low && next < high), next != logBound { break }
      y = next
    }
    return FlowSolution(
      increment: x, compliance: -x / slope, value: value, defect: residual.magnitude / scale)
  }
}
