extension ElasticMaterial {
  /// All points of a batch; `columns` are the varying coefficients.
  func advance(_ a: PointAccess, _ columns: [[Double]]) -> ConstitutiveError? {
    let stiffnessVaries = coefficients.varying.contains { $0 < modes.count }
    return unsafe withUnsafeTemporaryAllocation(
      of: Double.self, capacity: 36 + coefficients.constants.count
    ) { buffer in
      guard let scratch = buffer.baseAddress else { return nil }
      let c = unsafe scratch + 36
      for (i, value) in coefficients.constants.enumerated() { unsafe c[i] = value }
      for p in 0..<a.count {
        let temperature = unsafe a.temperature[p]
        if let objection = unsafe coefficients.load(c, columns, at: p, temperature) {
          return ConstitutiveError(point: p, message: objection)
        }
        let tangent = unsafe a.tangent + 36 * p
        if p == 0 || stiffnessVaries {
          unsafe assemble(into: tangent, c)
          if let pivot = unsafe firstBadPivot(of: tangent, scratch) {
            return ConstitutiveError(
              point: p,
              message: "at T = \(temperature) \(ElasticMaterial.objection(to: pivot))")
          }
        } else {
          unsafe tangent.update(from: a.tangent, count: 36)
        }
        var strain = unsafe sixVector(a.strain + 6 * p)
        for (k, d) in thermalDirections.enumerated() {
          let rise = unsafe c[modes.count + k] * (temperature - referenceTemperature)
          for i in 0..<6 { strain[i] -= rise * d[i] }
        }
        // C is symmetric: its columns are its rows.
        var stress = SixVector()
        for j in 0..<6 { unsafe stress += strain[j] * sixVector(tangent + 6 * j) }
        unsafe store(stress, to: a.stress + 6 * p)
        guard 0 * stress.sum() == 0 else {
          return ConstitutiveError(
            point: p,
            message: "the elastic stress is \(stress.sum()) for the strain \(strain) at T = "
              + "\(temperature)")
        }
      }
      return nil
    }
  }

  @inline(__always)
  private func assemble(
    into tangent: UnsafeMutablePointer<Double>, _ c: UnsafeMutablePointer<Double>
  ) {
    unsafe tangent.update(repeating: 0, count: 36)
    for (k, mode) in modes.enumerated() {
      let factor = unsafe c[k]
      for i in 0..<36 { unsafe tangent[i] += factor * mode[i] }
    }
  }

  /// Why C = Σ c M of constant coefficients is no stiffness, if it is none.
  func objectionToConstantStiffness() -> String? {
    unsafe withUnsafeTemporaryAllocation(
      of: Double.self, capacity: 72 + coefficients.constants.count
    ) { buffer in
      guard let scratch = buffer.baseAddress else { return nil }
      let (stiffness, c) = unsafe (scratch + 36, scratch + 72)
      for (i, value) in coefficients.constants.enumerated() { unsafe c[i] = value }
      unsafe assemble(into: stiffness, c)
      return unsafe firstBadPivot(of: stiffness, scratch).map(ElasticMaterial.objection(to:))
    }
  }

  private static func objection(to pivot: (place: Int, value: Double)) -> String {
    "the stiffness is not positive definite (pivot \(pivot.place) of 6 is \(pivot.value)): some "
      + "strain would cost no energy; check the Poisson ratios against the moduli"
  }

  /// The first pivot of a symmetric elimination that is not positive; counted from one.
  @inline(__always)
  private func firstBadPivot(
    of stiffness: UnsafePointer<Double>, _ c: UnsafeMutablePointer<Double>
  ) -> (place: Int, value: Double)? {
    unsafe c.update(from: stiffness, count: 36)
    for k in 0..<6 {
      let pivot = unsafe c[7 * k]
      guard pivot > 0 else { return (k + 1, pivot) }
      for i in k + 1..<max(6, k + 1) {
        let factor = unsafe c[6 * k + i] / pivot
        for j in i..<6 { unsafe c[6 * i + j] -= factor * c[6 * k + j] }
      }
    }
    return nil
  }
}
