internal import Meshes

/// Weights on the values and the gradients of a vector field at the points of a rule on some cells:
/// the functional u ↦ Σ (w_k u_k + W_km ∂u_k/∂x_m), the transpose of ``VectorSamples``.
public struct VectorSampling: Sendable {
  /// The space.
  public let space: VectorSpace
  /// A block of the domain's cells.
  public let block: Int
  /// Cells of the block.
  public let cells: [Int32]
  /// Where on the reference cell.
  public let rule: Quadrature
  /// x, y, z of the points, cell after cell.
  public let points: [[Double]]

  /// Points on cells of the domain.
  public init(_ space: VectorSpace, block: Int, cells: [Int32], rule: Quadrature) {
    precondition(
      space.scalar.mesh.blocks[block].dimension == space.scalar.mesh.dimension,
      "gradients are sampled on cells of the domain")
    (self.space, self.block, self.cells, self.rule) = (space, block, cells, rule)
    let zero = [Double](repeating: 0, count: space.dofCount)
    points = VectorSamples(space, zero, block: block, cells: cells, rule: rule).points
  }

  /// The functional of some weights over all dofs.
  ///
  /// - Parameters:
  ///   - values: For each component k a column of w_k over the points; empty for none.
  ///   - gradients: For each entry k d + m a column of W_km.
  public func functional(values: [[Double]] = [], gradients: [[Double]]) -> [Double] {
    let scalar = space.scalar
    let (d, c) = (scalar.mesh.dimension, space.components)
    precondition(gradients.count == c * d, "\(gradients.count) columns for \(c * d) derivatives")
    let table = VectorTable(
      scalar.element(ofBlock: block), geometry: scalar.geometricElement(ofBlock: block),
      rule: rule)
    let n = table.count
    let (map, coordinates) = (scalar.dofMap.cellDofs[block], scalar.dofCoordinates)
    var result = [Double](repeating: 0, count: space.dofCount)
    for (place, cell) in cells.enumerated() {
      let first = Int(cell) * n
      for q in 0..<rule.count {
        let point = place * rule.count + q
        var (a, b, e) = (SIMD3<Double>.zero, SIMD3<Double>.zero, SIMD3<Double>.zero)
        for k in 0..<table.geometryCount {
          let node = Int(map[first + k]) * d
          let x = SIMD3(
            coordinates[node], coordinates[node + 1], d == 3 ? coordinates[node + 2] : 0)
          let g = (q * table.geometryCount + k) * d
          a += x * table.geometryGradients[g]
          b += x * table.geometryGradients[g + 1]
          if d > 2 { e += x * table.geometryGradients[g + 2] }
        }
        let geometry = CellGeometry(a, b, e, d, d)
        for j in 0..<n {
          let g = q * d * n + j
          let slope = geometry.gradient(
            SIMD3(
              table.gradients[g], table.gradients[g + n],
              d > 2 ? table.gradients[g + 2 * n] : 0))
          for k in 0..<c {
            var sum = values.isEmpty ? 0 : values[k][point] * table.values[q * n + j]
            for m in 0..<d { sum += gradients[k * d + m][point] * slope[m] }
            result[Int(map[first + j]) * c + k] += sum
          }
        }
      }
    }
    return result
  }
}
