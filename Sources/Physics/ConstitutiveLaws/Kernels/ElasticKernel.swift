extension ElasticMaterial {
  /// All points of a batch; `columns` are the varying coefficients.
  func advance(_ a: PointAccess, _ columns: [[Double]]) -> ConstitutiveError? {
    let stiffnessVaries = coefficients.varying.contains { $0 < modes.count }
    return unsafe withUnsafeTemporaryAllocation(
      of: Double.self, capacity: coefficients.constants.count + 1
    ) { c in
      guard let c = c.baseAddress else { return nil }
      for (i, value) in coefficients.constants.enumerated() { unsafe c[i] = value }
      for p in 0..<a.count {
        let temperature = unsafe a.temperature[p]
        for (k, i) in coefficients.varying.enumerated() {
          let value = columns[k][p]
          guard coefficients.entries[i].range.contains(value) else {
            return ConstitutiveError(
              point: p,
              message: coefficients.objection(to: i, value: value, temperature: temperature))
          }
          unsafe c[i] = value
        }
        let tangent = unsafe a.tangent + 36 * p
        if p == 0 || stiffnessVaries {
          unsafe assemble(into: tangent, c)
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
}
