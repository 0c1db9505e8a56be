public import FiniteElements
public import LinearAlgebra
internal import Meshes
public import ModelReduction

extension FunctionSpace {
  /// ∫ u v over the whole mesh: the product in which modes of random fields are orthonormal.
  ///
  /// - Throws: `PhysicsError` where a cell cannot be integrated over.
  public func massProduct() throws(PhysicsError) -> InnerProduct<Double> {
    let domain = mesh.topology.everything(ofDimension: mesh.dimension)
    do throws(AssemblyError) {
      return InnerProduct(
        try AssemblyPlan(self).assemble([.mass(.constant(1), on: domain)]), name: "L2")
    } catch { throw PhysicsError(.problem, "\(error)") }
  }
}
