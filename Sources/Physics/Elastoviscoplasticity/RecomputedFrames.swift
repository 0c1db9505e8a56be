internal import FiniteElements
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
    try visit(try start(at: mu))
    var driver = try LawDriver(self, at: mu)
    for (displacement, end) in zip(displacements, grid.times.dropFirst()) {
      try driver.advance(to: displacement, time: end)
      try visit(
        Frame(
          time: end, displacement: displacement, state: driver.state,
          reaction: try driver.unbalanced(time: end), reports: [], increments: driver.increments,
          next: StepStart()))
    }
  }
}
