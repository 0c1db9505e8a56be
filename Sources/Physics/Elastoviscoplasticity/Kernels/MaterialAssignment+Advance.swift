internal import LinearAlgebra

extension MaterialAssignment {
  /// Points that go through a law together.
  private static let batch = 128

  /// One step of all laws, on all threads.
  ///
  /// - Parameters:
  ///   - state: At the start of the step.
  ///   - strain: At its end, six numbers per point.
  ///   - temperature: At its end.
  ///   - response: Overwritten; undefined after a throw.
  // Safe: every chunk writes the answers of its own points.
  func advance(
    from state: MaterialState, to strain: [Double], temperature: [Double],
    over step: TimeIncrement, into response: inout MaterialResponse
  ) throws(MaterialFailure) {
    precondition(
      strain.count == 6 * count && temperature.count == count && state.strain.count == 6 * count,
      "\(strain.count) strains and \(temperature.count) temperatures for \(count) points")
    for (g, group) in groups.enumerated() {
      let size = MaterialAssignment.batch
      var failures = [ConstitutiveError?](
        repeating: nil, count: (group.points.count + size - 1) / size)
      var variables: [Double] = []
      swap(&variables, &response.variables[g])
      let s = group.law.stateCount
      unsafe response.stress.withDisjointWrites { stress in
        unsafe response.moduli.withDisjointWrites { moduli in
          unsafe variables.withDisjointWrites { variables in
            unsafe failures.withDisjointWrites { failures in
              forEachChunk(
                of: group.points.count, size: size,
                scratch: { MaterialPoints(capacity: size, stateCount: s) }
              ) { batch, range in
                batch.count = range.count
                if group.law.readsSites, !sites.isEmpty {
                  for (k, place) in range.enumerated() {
                    batch.sites[k] = sites[Int(group.points[place])]
                  }
                }
                for (k, place) in range.enumerated() {
                  let p = Int(group.points[place])
                  for c in 0..<6 {
                    batch.startStrain[6 * k + c] = state.strain[6 * p + c]
                    batch.strain[6 * k + c] = strain[6 * p + c]
                    batch.startStress[6 * k + c] = state.stress[6 * p + c]
                  }
                  batch.startTemperature[k] = state.temperature[p]
                  batch.temperature[k] = temperature[p]
                  for c in 0..<s { batch.startState[s * k + c] = state.variables[g][s * place + c] }
                }
                do throws(ConstitutiveError) {
                  try group.law.advance(&batch, over: step)
                } catch {
                  unsafe failures.base[range.lowerBound / size] = error
                  return
                }
                for (k, place) in range.enumerated() {
                  let p = Int(group.points[place])
                  for c in 0..<6 { unsafe stress.base[6 * p + c] = batch.stress[6 * k + c] }
                  for c in 0..<36 { unsafe moduli.base[36 * p + c] = batch.tangent[36 * k + c] }
                  for c in 0..<s { unsafe variables.base[s * place + c] = batch.state[s * k + c] }
                }
              }
            }
          }
        }
      }
      swap(&variables, &response.variables[g])
      if let chunk = failures.firstIndex(where: { $0 != nil }), let failure = failures[chunk] {
        var factor: Double?
        if case .shorterStep(let asked) = failure.remedy { factor = asked }
        throw MaterialFailure(
          point: Int(group.points[chunk * size + failure.point]), material: g,
          message: failure.message, shorterStep: factor)
      }
    }
  }
}
