internal import FiniteElements
internal import Meshes

extension VectorSpace {
  /// Displacements of what a mesh stands for.
  ///
  /// - Throws: Where a body of revolution reaches beyond its axis.
  init(
    displacementsOver scalar: FunctionSpace, _ assumption: ElasticityProblem.Assumption
  ) throws(PhysicsError) {
    let dimension = scalar.mesh.dimension
    let isAxisymmetric = dimension == 2 && assumption == .axisymmetric
    if isAxisymmetric, let least = scalar.smallestRadius, least < 0 {
      throw PhysicsError(
        .problem, "a body of revolution has x as its radius, but the mesh reaches to x = \(least)")
    }
    self.init(
      scalar, components: dimension, geometry: isAxisymmetric ? .axisymmetric : .cartesian)
  }
}

extension FunctionSpace {
  /// The smallest x of a node, beyond rounding.
  fileprivate var smallestRadius: Double? {
    let radii = (0..<dofCount).map { place(ofDof: $0).x }
    guard let least = radii.min(), let most = radii.max() else { return nil }
    return least > -1e-12 * max(most, -least) ? 0 : least
  }
}

extension Mesh {
  /// Refuses an averaged dilatation where it cannot help.
  func refuseAveragedDilatation(degree: Int) throws(PhysicsError) {
    guard
      degree == 1,
      let simplices = cellBlocks(ofDimension: dimension).first(where: {
        $0.shape.isSimplex && $0.cellCount > 0
      })
    else { return }
    throw PhysicsError(
      .problem,
      "locking = \"b-bar\" cannot help linear \(simplices.shape.plural), whose dilatation is "
        + "constant already: use degree = 2, or quadrilaterals or hexahedra")
  }
}
