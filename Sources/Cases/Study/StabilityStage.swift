internal import LinearAlgebra
internal import ModelReduction

extension ReductionTask {
  /// The bound of a system's stability that the case asks for; nil where it asks for none.
  mutating func infSup<S: Scalar>(
    of system: AffineSystem<S>, _ results: inout Results.Reduction
  ) throws -> (riesz: RieszMap, bound: InfSupBound)? {
    guard request.stability == .successiveConstraints else { return nil }
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
    of problem: AffineDecomposition, _ results: inout Results.Reduction
  ) throws -> GalerkinProjection? {
    guard request.stability == .successiveConstraints else { return nil }
    let training = training
    progress(0, "stability constants")
    let (projection, report) = try ledger.measure(.reduction) {
      let riesz = try RieszMap(problem.innerProduct)
      let found = try problem.successiveConstraints(over: training, riesz: riesz)
      let bound = try CoercivityBound(of: problem).with(found.bound)
      return (try GalerkinProjection(of: problem, riesz: riesz, coercivity: bound), found.report)
    }
    note(report, &results)
    return projection
  }

  private mutating func note(_ report: StabilityReport, _ results: inout Results.Reduction) {
    results.stability = Results.Stability(
      references: report.references, eigenproblems: report.eigenproblems,
      uncovered: report.uncovered, range: report.range)
    if report.uncovered > 0 { warnings.append(report.words) }
  }
}
