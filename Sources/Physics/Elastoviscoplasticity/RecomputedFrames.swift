internal import FiniteElements
internal import LinearAlgebra
public import ModelReduction

extension QuasiStaticModel {
  /// The frames that belong to displacements of another program: the laws are driven through their
  /// history at every point, which gives the stresses and internal variables that were not exported.
  ///
  /// Reactions are what the stresses leave unbalanced, at the free unknowns too: how far the
  /// displacements are from the equilibrium of this model.
  /// - Parameters:
  ///   - displacements: At all degrees of freedom, one for each time of the grid but the first.
  ///   - visit: Called with each frame in its order, the body at rest first.
  /// - Throws: `ModelError.notAssembled` where a law has no answer or the numbers do not fit.
  /// - Source: Casenave, Akkari, Bordeu, Rey, Ryckelynck, *A nonintrusive distributed reduced-order
  ///   modeling framework for nonlinear structural mechanics*, Int. J. Numer. Methods Eng. 121 (2020).
  public func recompute(
    _ displacements: [[Double]], at mu: Parameter, _ visit: (Frame) throws -> Void
  ) throws {
    guard displacements.count <= grid.stepCount,
      displacements.allSatisfy({ $0.count == space.dofCount && $0.allSatisfy(\.isFinite) })
    else {
      throw ModelError.notAssembled(
        "\(displacements.count) displacements for \(grid.stepCount) time steps; each needs "
          + "\(space.dofCount) finite numbers", at: mu)
    }
    var now = try start(at: mu)
    try visit(now)
    var response = body.materials.response()
    for (k, displacement) in displacements.enumerated() {
      let (begin, end) = (grid.times[k], grid.times[k + 1])
      let temperature = try body.temperatures.values(at: mu, time: end)
      let strain = points.strains(of: displacement)
      do throws(MaterialFailure) {
        try body.materials.advance(
          from: now.state, to: strain, temperature: temperature,
          over: TimeIncrement(start: begin, length: end - begin, number: k + 1),
          into: &response)
      } catch {
        throw ModelError.notAssembled(
          "\(error.message) (\(body.words(ofPoint: error.point)), t = \(end))", at: mu)
      }
      var reaction = points.force(of: response.stress)
      axpy(-1, try body.external(at: mu, time: end), into: &reaction)
      now = Frame(
        time: end, displacement: displacement,
        state: MaterialState(
          strain: strain, stress: response.stress, temperature: temperature,
          variables: response.variables), reaction: reaction, reports: [], increments: k + 1)
      try visit(now)
    }
  }
}
