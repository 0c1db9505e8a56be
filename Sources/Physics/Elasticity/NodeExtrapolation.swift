internal import FiniteElements
internal import LinearAlgebra
internal import Meshes

/// The points of a shape where stresses are taken, and the weights that carry them to its nodes.
struct NodeExtrapolation {
  let rule: Quadrature
  let nodeCount: Int
  /// Nodes × points.
  let weights: DenseMatrix<Double>

  /// - Parameter rule: The points; nil for those where stresses are most accurate.
  init(_ space: FunctionSpace, block: Int, rule: Quadrature? = nil) {
    let shape = space.mesh.blocks[block].shape
    let element = Lagrange(shape, space.nodeSet(ofBlock: block))
    nodeCount = element.count
    self.rule = rule ?? Quadrature(shape, degree: shape.isSimplex && space.degree == 1 ? 0 : 2)
    guard self.rule.count > 1 else {
      weights = DenseMatrix(
        rowCount: element.count, columnCount: 1,
        values: [Double](repeating: 1, count: element.count))
      return
    }
    let corners = Lagrange(shape, .corners)
    let (c, q, m) = (corners.count, self.rule.count, shape.dimension)
    let atPoints = DenseMatrix(rowCount: c, columnCount: q, values: corners.values(at: self.rule))
    let nodes = element.nodes
    let atNodes = DenseMatrix(
      rowCount: c, columnCount: element.count,
      values: (0..<element.count).flatMap { corners.values(at: nodes[$0 * m..<($0 + 1) * m]) })
    // Least squares: W = Nᵀ_nodes (P Pᵀ)⁻¹ P with P the corner functions at the points.
    let gram = atPoints * atPoints.transposed()
    guard let factor = try? Cholesky(gram) else {
      weights = DenseMatrix(
        rowCount: element.count, columnCount: q,
        values: [Double](repeating: 1 / Double(q), count: element.count * q))
      return
    }
    weights = atNodes.adjointTimes(factor.solve(atPoints))
  }
}
