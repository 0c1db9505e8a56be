public import Meshes
internal import RealModule

extension FunctionSpace {
  /// The points at which integrals of the given degree sample their coefficients, as columns x, y, z.
  ///
  /// - Parameters:
  ///   - region: Of any dimension.
  ///   - degree: The degree of the quadrature.
  /// - Returns: Three columns, cell after cell; z is zero in the plane.
  public func quadraturePoints(on region: Region, degree: Int) -> [[Double]] {
    let d = mesh.dimension
    var columns = [[Double]](repeating: [], count: 3)
    for member in region.members {
      let block = mesh.blocks[member.block]
      let rule = Quadrature(block.shape, degree: degree)
      let map = Lagrange(block.shape, geometry(ofBlock: member.block))
      let weights = map.values(at: rule)
      let nodeCount = weights.count / rule.count
      for cell in member.cells {
        let nodes = block.nodes(of: Int(cell)).prefix(nodeCount)
        for q in 0..<rule.count {
          var point = SIMD3<Double>.zero
          for (k, node) in nodes.enumerated() {
            for axis in 0..<d {
              point[axis] += weights[q * nodeCount + k] * mesh.coordinates[Int(node) * d + axis]
            }
          }
          for axis in 0..<3 { columns[axis].append(point[axis]) }
        }
      }
    }
    return columns
  }

  /// The longest edge of the cell of each of these points, in their order.
  ///
  /// - Parameters:
  ///   - region: Of the dimension of the mesh.
  ///   - degree: The degree of the quadrature.
  public func cellSizes(on region: Region, degree: Int) -> [Double] {
    region.members.flatMap { member -> [Double] in
      let shape = mesh.blocks[member.block].shape
      let count = Quadrature(shape, degree: degree).count
      return member.cells.flatMap { cell in
        [Double](
          repeating: longestEdge(ofCell: Int(cell), member.block, shape.edges), count: count)
      }
    }
  }

  /// The longest distance between the ends of an edge.
  func longestEdge(ofCell cell: Int, _ block: Int, _ edges: [[Int]]) -> Double {
    let (count, d) = (dofMap.dofsPerCell[block], mesh.dimension)
    let dofs = dofMap.cellDofs[block]
    var largest = 0.0
    for edge in edges {
      let (a, b) = (Int(dofs[cell * count + edge[0]]), Int(dofs[cell * count + edge[1]]))
      var square = 0.0
      for axis in 0..<d {
        let side = dofCoordinates[a * d + axis] - dofCoordinates[b * d + axis]
        square += side * side
      }
      largest = max(largest, square)
    }
    return Double.sqrt(largest)
  }

  /// ℓ with ℓ · u = u(point): one value for each dof, zero but on the cell of the point.
  ///
  /// - Parameter point: As many coordinates as the mesh has dimensions.
  /// - Throws: `FieldError.outside` where the point is in no cell of the domain.
  public func pointFunctional(at point: [Double]) throws(FieldError) -> [Double] {
    // Cells are searched as the space sees them: straight ones where the degree is 1.
    let seen = degree == 1 && mesh.order > 1 ? mesh.vertexOnly() : mesh
    guard point.count == mesh.dimension, let place = CellLocator(seen).locate(point) else {
      throw .outside(point: point)
    }
    let values = Lagrange(mesh.blocks[place.block].shape, nodeSet(ofBlock: place.block)).values(
      at: place.reference)
    var functional = [Double](repeating: 0, count: dofCount)
    let count = dofMap.dofsPerCell[place.block]
    for k in 0..<count {
      let dof = dofMap.cellDofs[place.block][place.cell * count + k]
      functional[Int(dof)] += values[k]
    }
    return functional
  }
}
