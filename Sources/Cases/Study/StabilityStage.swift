internal import LinearAlgebra
internal import ModelReduction

extension ReductionTask {
  /// The bound of a system's stability that the case asks for; nil where it asks for none.
  mutating func infSup<S: Scalar>(
    of system: AffineSystem<S>, _ facts: StudyModelFacts, _ results: inout Results.Reduction
  ) throws -> (riesz: RieszMap, bound: InfSupBound)? {
    guard request.stability != .multiParameterMinTheta else {
      warnings.append(ReductionTask.withoutEnergies)
      return nil
    }
    guard request.stability == .successiveConstraints, isExact(facts) else { return nil }
    let training = training
    progress(0, "stability constants")
    let (riesz, found) = try ledger.measure(.reduction) {
      let riesz = try RieszMap(system.innerProduct)
      return (riesz, try system.successiveConstraints(over: training, riesz: riesz))
    }
    note(found.report, &results)
    return (riesz, found.bound)
  }

  /// A projection of a coercive problem with the stability constants that the case asks for; nil where
  /// it asks for none.
  mutating func projection(
    of problem: AffineDecomposition, _ facts: StudyModelFacts,
    _ results: inout Results.Reduction
  ) throws -> GalerkinProjection? {
    // Interpolated coefficients are part of the bounds of such problems; sums of samples are not.
    guard request.stability != .coefficients, facts.nonintrusive.isEmpty || isExact(facts)
    else { return nil }
    let (training, stability) = (training, request.stability)
    progress(0, "stability constants")
    let found = try ledger.measure(.reduction) {
      () throws -> (GalerkinProjection, StabilityReport)? in
      let riesz = try RieszMap(problem.innerProduct)
      let known = try CoercivityBound(of: problem)
      let (bound, report): (CoercivityBound, StabilityReport)
      if stability == .successiveConstraints {
        let found = try problem.successiveConstraints(over: training, riesz: riesz)
        (bound, report) = (known.with(found.bound), found.report)
      } else {
        guard let found = try problem.multiParameterMinTheta(over: training) else { return nil }
        (bound, report) = (known.with(found.bound), found.report)
      }
      return (try GalerkinProjection(of: problem, riesz: riesz, coercivity: bound), report)
    }
    return noted(found, &results)
  }

  /// The same of an evolution.
  mutating func projection(
    of evolution: AffineEvolution, _ facts: StudyModelFacts, _ results: inout Results.Reduction
  ) throws -> EvolutionProjection? {
    // What interpolated coefficients miss is part of the conditions, where the evolution has some.
    guard request.stability != .coefficients, evolution.coercivity != nil || isExact(facts)
    else { return nil }
    let (training, stability) = (training, request.stability)
    progress(0, "stability constants")
    let found = try ledger.measure(.reduction) {
      () throws -> (EvolutionProjection, StabilityReport)? in
      let riesz = try RieszMap(evolution.innerProduct)
      let found =
        stability == .successiveConstraints
        ? try evolution.successiveConstraints(over: training, riesz: riesz)
        : try evolution.multiParameterMinTheta(over: training)
      guard let found else { return nil }
      return (
        try EvolutionProjection(of: evolution, riesz: riesz, coercivity: found.bound), found.report
      )
    }
    return noted(found, &results)
  }

  private mutating func noted<Projection>(
    _ found: (projection: Projection, report: StabilityReport)?, _ results: inout Results.Reduction
  ) -> Projection? {
    guard let found else {
      warnings.append(ReductionTask.withoutEnergies)
      return nil
    }
    note(found.report, &results)
    return found.projection
  }

  private static let withoutEnergies =
    "no stability constants: multi-parameter min-θ needs terms that are symmetric and positive "
    + "semidefinite for certain; stability = \"successive-constraints\" does not"

  /// Whether a certificate would hold for what was asked for; a warning says so where not.
  private mutating func isExact(_ facts: StudyModelFacts) -> Bool {
    guard facts.isInexact else { return true }
    warnings.append(
      "no stability constants: nothing could be certified, because bounds of this kind of problem do "
        + "not count what interpolated data or sums of samples miss")
    return false
  }

  private mutating func note(_ report: StabilityReport, _ results: inout Results.Reduction) {
    results.stability = Results.Stability(
      references: report.references, eigenproblems: report.eigenproblems,
      uncovered: report.uncovered, range: report.range)
    if report.uncovered > 0 { warnings.append(report.words) }
  }
}
