internal import Meshes
internal import RealModule

/// A vector field at the points of a rule on some cells, as columns, cell after cell.
public struct VectorSamples: Sendable {
  /// The weights times the cells' ratios of measures, with 2πr for bodies of revolution.
  public private(set) var weights: [Double] = []
  /// x, y, z.
  public private(set) var points: [[Double]] = [[], [], []]
  /// u_k, a column for each component.
  public private(set) var values: [[Double]]
  /// ∂u_k/∂x_m, column k d + m of d coordinates; empty on cells of the boundary.
  public private(set) var gradients: [[Double]]

  /// Samples a field.
  ///
  /// - Parameters:
  ///   - space: The space.
  ///   - dofs: The values at its dofs.
  ///   - block: A block of the mesh.
  ///   - cells: Cells of the block, of the domain or of its boundary.
  ///   - rule: Where on the reference cell.
  public init(
    _ space: VectorSpace, _ dofs: [Double], block: Int, cells: [Int32], rule: Quadrature
  ) {
    precondition(dofs.count == space.dofCount, "\(dofs.count) values for \(space.dofCount) dofs")
    let scalar = space.scalar
    let (d, c) = (scalar.mesh.dimension, space.components)
    let m = scalar.mesh.blocks[block].dimension
    let table = VectorTable(
      scalar.element(ofBlock: block), geometry: scalar.geometricElement(ofBlock: block),
      rule: rule)
    let (n, pointCount) = (table.count, rule.count)
    let hasGradient = m == d
    let total = cells.count * pointCount
    var weights = [Double](repeating: 0, count: total)
    var points = [[Double]](repeating: weights, count: 3)
    var values = [[Double]](repeating: weights, count: c)
    var gradients = [[Double]](repeating: weights, count: hasGradient ? c * d : 0)
    let (map, coordinates) = (scalar.dofMap.cellDofs[block], scalar.dofCoordinates)
    var place = 0
    for cell in cells {
      let first = Int(cell) * n
      for q in 0..<pointCount {
        var (a, b, e) = (SIMD3<Double>.zero, SIMD3<Double>.zero, SIMD3<Double>.zero)
        var x = SIMD3<Double>.zero
        for k in 0..<table.geometryCount {
          let node = Int(map[first + k]) * d
          let p = SIMD3(
            coordinates[node], coordinates[node + 1], d == 3 ? coordinates[node + 2] : 0)
          let g = (q * table.geometryCount + k)
          x += p * table.geometryValues[g]
          if m > 0 { a += p * table.geometryGradients[g * m] }
          if m > 1 { b += p * table.geometryGradients[g * m + 1] }
          if m > 2 { e += p * table.geometryGradients[g * m + 2] }
        }
        let geometry = m == 0 ? CellGeometry() : CellGeometry(a, b, e, m, d)
        let ring = space.geometry == .axisymmetric ? 2 * Double.pi * x.x : 1
        weights[place] = rule.weights[q] * geometry.ratio * ring
        for axis in 0..<3 { points[axis][place] = x[axis] }
        for k in 0..<c {
          var value = 0.0
          var reference = SIMD3<Double>.zero
          for j in 0..<n {
            let u = dofs[Int(map[first + j]) * c + k]
            value += u * table.values[q * n + j]
            if hasGradient {
              let g = q * m * n + j
              reference.x += u * table.gradients[g]
              reference.y += u * table.gradients[g + n]
              if m > 2 { reference.z += u * table.gradients[g + 2 * n] }
            }
          }
          values[k][place] = value
          if hasGradient {
            let slope = geometry.gradient(reference)
            for axis in 0..<d { gradients[k * d + axis][place] = slope[axis] }
          }
        }
        place += 1
      }
    }
    (self.weights, self.points) = (weights, points)
    (self.values, self.gradients) = (values, gradients)
  }
}
