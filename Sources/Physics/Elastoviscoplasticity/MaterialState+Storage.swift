internal import FiniteElements

extension QuasiStaticModel {
  /// A frame from numbers that were kept of it, to go on from.
  ///
  /// - Parameters:
  ///   - time: t.
  ///   - displacement: u at all degrees of freedom.
  ///   - reaction: The forces of the supports at all degrees of freedom.
  ///   - strain: Six numbers per point.
  ///   - stress: Six numbers per point.
  ///   - temperature: One number per point.
  ///   - variables: For each material its internal variables, point after point.
  ///   - increments: How many increments have led there.
  ///   - next: What the next increment starts with.
  /// - Returns: The frame, without reports on how it was found; nil where there are not as many
  ///   numbers as this body has, or some are not finite.
  public func frame(
    time: Double, displacement: [Double], reaction: [Double], strain: [Double], stress: [Double],
    temperature: [Double], variables: [[Double]], increments: Int,
    next: StepStart = StepStart()
  ) -> Frame? {
    let state = MaterialState(
      strain: strain, stress: stress, temperature: temperature, variables: variables)
    let likeness = body.materials.rest(temperature: [Double](repeating: 0, count: points.count))
    guard time.isFinite, increments >= 0, next.length ?? 1 > 0,
      next.rate?.count ?? space.dofCount == space.dofCount, state.counts == likeness.counts,
      displacement.count == space.dofCount,
      reaction.count == space.dofCount,
      ([displacement, reaction, strain, stress, temperature, next.rate ?? []] + variables)
        .allSatisfy({ $0.allSatisfy(\.isFinite) })
    else { return nil }
    return Frame(
      time: time, displacement: displacement, state: state, reaction: reaction, reports: [],
      increments: increments, next: next)
  }
}

extension MaterialState {
  /// How many numbers there are of everything.
  fileprivate var counts: [Int] {
    [strain.count, stress.count, temperature.count] + variables.map(\.count)
  }
}
