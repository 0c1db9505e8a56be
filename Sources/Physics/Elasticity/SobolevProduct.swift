internal import FiniteElements
internal import LinearAlgebra
internal import Meshes

extension VectorAssemblyPlan {
  /// ∫ u·v, with gradients ∫ u·v + ∇u : ∇v.
  func sobolevProduct(gradients: Bool) throws(AssemblyError) -> SparseMatrix<Double> {
    let mesh = space.scalar.mesh
    let domain = mesh.topology.everything(ofDimension: mesh.dimension)
    var matrix = try assemble([.mass(.constant(1), on: domain)])
    guard gradients else { return matrix }
    let stiffness = try scalar.assemble([.stiffness(.constant(1), on: domain)])
    for row in 0..<space.dofCount {
      let (node, k) = (row / space.components, row % space.components)
      for entry in stiffness.pattern.rowStart[node]..<stiffness.pattern.rowStart[node + 1] {
        let column = Int(stiffness.pattern.column[entry]) * space.components + k
        if let place = pattern.index(row: row, column: column) {
          matrix.values[place] += stiffness.values[entry]
        }
      }
    }
    return matrix
  }
}
