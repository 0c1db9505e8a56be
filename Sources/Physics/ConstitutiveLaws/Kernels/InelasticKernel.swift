internal import RealModule

/// Factors from engineering to tensor components.
@inline(__always)
private var tensorFactors: SixVector { SixVector(1, 1, 1, 0.5, 0.5, 0.5, 0, 0) }

/// Factors from tensor to engineering components.
@inline(__always)
private var engineeringFactors: SixVector { SixVector(1, 1, 1, 2, 2, 2, 0, 0) }

extension InelasticMaterial {
  /// All points of a batch; the columns are the varying coefficients.
  func advance(
    _ a: PointAccess, _ columns: [[Double]], _ startColumns: [[Double]], _ length: Double
  ) -> ConstitutiveError? {
    let backstressCount = backstresses.count
    return unsafe withUnsafeTemporaryAllocation(
      of: Double.self, capacity: coefficients.constants.count
    ) { c in
      unsafe withUnsafeTemporaryAllocation(of: SixVector.self, capacity: backstressCount + 1) { x in
        unsafe tableStrains.withUnsafeBufferPointer { strains in
          guard let c = c.baseAddress, let x = x.baseAddress else { return nil }
          for (i, value) in coefficients.constants.enumerated() { unsafe c[i] = value }
          let point = unsafe InelasticPoint(
            c: c, backstresses: x, backstressCount: backstressCount,
            tableStrains: strains.baseAddress ?? UnsafePointer(c), tableCount: strains.count,
            referenceTemperature: elasticity.referenceTemperature,
            isRateDependent: isRateDependent, length: length, logLength: Double.log(length))
          for p in 0..<a.count {
            if let message = unsafe load(p, a, columns, startColumns, c, x) {
              return ConstitutiveError(point: p, message: message)
            }
            if let error = point.advance(p, a) { return error }
          }
          return nil
        }
      }
    }
  }

  /// The coefficients of point `p` and its backstresses, scaled to the temperature of its end.
  @inline(__always)
  private func load(
    _ p: Int, _ a: PointAccess, _ columns: [[Double]], _ startColumns: [[Double]],
    _ c: UnsafeMutablePointer<Double>, _ x: UnsafeMutablePointer<SixVector>
  ) -> String? {
    if let objection = unsafe coefficients.load(c, columns, at: p, a.temperature[p]) {
      return objection
    }
    let state = unsafe a.startState + a.stateCount * p + 7
    for k in 0..<backstresses.count { unsafe x[k] = unsafe sixVector(state + 6 * k) }
    for (k, i) in startModuli.varying.enumerated() {
      let start = startColumns[k][p]
      guard startModuli.entries[i].range.contains(start) else {
        return unsafe startModuli.objection(
          to: i, value: start, temperature: a.startTemperature[p])
      }
      let end = unsafe c[InelasticSlot.backstresses + 2 * i]
      // Where C was zero so was X, and there is nothing to scale.
      if start > 0, end != start { unsafe x[i] *= end / start }
    }
    return nil
  }
}

/// One point on its way through a step.
@safe private struct InelasticPoint {
  let c: UnsafeMutablePointer<Double>
  let backstresses: UnsafeMutablePointer<SixVector>
  let backstressCount: Int
  let tableStrains: UnsafePointer<Double>
  let tableCount: Int
  let referenceTemperature: Double
  let isRateDependent: Bool
  let length: Double
  let logLength: Double

  @inline(__always)
  func advance(_ p: Int, _ a: PointAccess) -> ConstitutiveError? {
    let young = unsafe c[InelasticSlot.young]
    let poisson = unsafe c[InelasticSlot.poisson]
    let shear = young / (2 * (1 + poisson))
    let bulk = young / (3 * (1 - 2 * poisson))
    let rise = unsafe a.temperature[p] - referenceTemperature
    let startState = unsafe a.startState + a.stateCount * p
    let plastic = unsafe sixVector(startState)
    var elastic = unsafe sixVector(a.strain + 6 * p) - plastic
    unsafe elastic -= (c[InelasticSlot.expansion] * rise) * identitySix
    let trace = elastic[0] + elastic[1] + elastic[2]
    let trial = (2 * shear) * ((elastic - (trace / 3) * identitySix) * tensorFactors)
    let equation = unsafe FlowEquation(
      trial: trial, backstresses: UnsafePointer(backstresses), backstressCount: backstressCount,
      c: UnsafePointer(c), threeShear: 3 * shear, start: startState[6],
      tableStrains: tableStrains, tableCount: tableCount)

    let initial = equation.value(at: 0)
    let canFlow = unsafe !isRateDependent || (length > 0 && c[InelasticSlot.rate] > 0)
    guard canFlow, initial.residual > 0 else {
      let stress = trial + (bulk * trace) * identitySix
      finishElastically(p, a, stress, shear, bulk)
      guard 0 * (stress.sum() + initial.residual) == 0 else { return notFinite(p, a) }
      return nil
    }
    let solution =
      isRateDependent
      ? unsafe equation.viscousRoot(
        initial, logRate: logLength + Double.log(c[InelasticSlot.rate]))
      : equation.plasticRoot(initial)
    let (increment, n) = (solution.increment, solution.value.direction)
    let stress = trial - (2 * shear * increment) * n + (bulk * trace) * identitySix
    let flowStiffness = 4 * shear * shear
    guard 0 * (stress.sum() + increment + solution.compliance) == 0 else {
      return notFinite(p, a)
    }
    guard solution.isAccurate else {
      return ConstitutiveError(
        point: p,
        message: "the increment of plastic strain was not found: the yield condition is missed by "
          + "\(solution.defect) of the stress after an increment of \(increment); does the "
          + "material soften?", remedy: .shorterStep(factor: 0.5))
    }
    unsafe store(stress, to: a.stress + 6 * p)

    // dΔp = 2G β n·dε, dZ = 2G dev dε + V dΔp, and n turns by what of dZ is across it.
    let state = unsafe a.state + a.stateCount * p
    unsafe store(plastic + (increment * n) * engineeringFactors, to: state)
    unsafe state[6] = startState[6] + increment
    var recalled = SixVector()
    for k in 0..<backstressCount {
      let recall = unsafe c[InelasticSlot.backstresses + 2 * k + 1]
      let inverse = 1 / (1 + recall * increment)
      let x = unsafe backstresses[k]
      recalled += (recall * inverse * inverse) * x
      let rate = unsafe 2.0 / 3 * c[InelasticSlot.backstresses + 2 * k] * increment
      unsafe store(inverse * (x + rate * n), to: state + 7 + 6 * k)
    }
    let turning = increment / solution.value.equivalent
    let across = recalled - (2.0 / 3 * contraction(n, recalled)) * n
    let row =
      (flowStiffness * (turning - solution.compliance)) * n
      - (1.5 * flowStiffness * turning * solution.compliance) * across
    let tangent = unsafe a.tangent + 36 * p
    for i in 0..<6 { unsafe store(row[i] * n, to: tangent + 6 * i) }
    unsafe addIsotropic(to: tangent, bulk, shear * (1 - 3 * shear * turning))
    return nil
  }

  /// An elastic end of the step: nothing changes but the stress and, with the temperature, the
  /// backstress.
  @inline(__always)
  private func finishElastically(
    _ p: Int, _ a: PointAccess, _ stress: SixVector, _ shear: Double, _ bulk: Double
  ) {
    unsafe store(stress, to: a.stress + 6 * p)
    let state = unsafe a.state + a.stateCount * p
    unsafe state.update(from: a.startState + a.stateCount * p, count: 7)
    for k in 0..<backstressCount { unsafe store(backstresses[k], to: state + 7 + 6 * k) }
    let tangent = unsafe a.tangent + 36 * p
    unsafe tangent.update(repeating: 0, count: 36)
    unsafe addIsotropic(to: tangent, bulk, shear)
  }

  /// Adds bulk 1⊗1 + 2 shear I_dev, for engineering shears.
  @inline(__always)
  private func addIsotropic(
    to tangent: UnsafeMutablePointer<Double>, _ bulk: Double, _ shear: Double
  ) {
    let lambda = bulk - 2.0 / 3 * shear
    for i in 0..<3 {
      for j in 0..<3 { unsafe tangent[6 * i + j] += lambda }
      unsafe tangent[7 * i] += 2 * shear
      unsafe tangent[7 * (i + 3)] += shear
    }
  }

  private func notFinite(_ p: Int, _ a: PointAccess) -> ConstitutiveError {
    ConstitutiveError(
      point: p,
      message: unsafe "the stress is not finite: strain \(sixVector(a.strain + 6 * p)), T = "
        + "\(a.temperature[p]), plastic strain \(sixVector(a.startState + a.stateCount * p)), p = "
        + "\(a.startState[a.stateCount * p + 6])")
  }
}
