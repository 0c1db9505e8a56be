/// One number for each facet (side) of the cells of the domain, and the cells on its two sides.
///
/// Cells are counted through all blocks of the domain's dimension, in the order of the blocks.
public struct FacetNumbering: Sendable {
  /// The number of corners of a facet: 2 in the plane, 3 in space.
  public let verticesPerFacet: Int
  /// The corners of each facet, ascending, `verticesPerFacet` numbers.
  public let vertices: [Int32]
  /// The facets of each cell, in the order of `CellShape.facets`, `dimension + 1` numbers a cell.
  public let cellFacets: [Int32]
  /// The cells next to each facet, two numbers; −1 where there is none.
  public let cells: [Int32]
  /// Facets with more than two cells, ascending: the mesh is not a manifold there.
  public let crowded: [Int32]

  /// The number of facets.
  public var count: Int { cells.count / 2 }

  /// Numbers the facets of the cells of the domain.
  ///
  /// - Complexity: Linear in the number of cells.
  public init(_ topology: MeshTopology) {
    let dimension = topology.dimension
    let corners = dimension
    let blocks = topology.blocks.filter { $0.dimension == dimension }
    let total = blocks.reduce(0) { $0 + $1.cellCount * $1.shape.facets.count }
    var lowest: [Int32] = []
    var rest: [UInt64] = []
    lowest.reserveCapacity(total)
    rest.reserveCapacity(total)
    for block in blocks {
      let sides = block.shape.facets
      for base in stride(from: 0, to: block.connectivity.count, by: block.nodesPerCell) {
        for side in sides {
          let a = block.connectivity[base + side[0]]
          let b = corners > 1 ? block.connectivity[base + side[1]] : a
          let c = corners > 2 ? block.connectivity[base + side[2]] : b
          let low = min(a, b, c)
          let high = max(a, b, c)
          let middle = corners > 2 ? a ^ b ^ c ^ low ^ high : high
          lowest.append(low)
          rest.append(UInt64(UInt32(bitPattern: middle)) << 32 | UInt64(UInt32(bitPattern: high)))
        }
      }
    }
    let numbering = UniqueNumbering(lowest: lowest, rest: rest, pointCount: topology.pointCount)
    cellFacets = numbering.number
    verticesPerFacet = corners
    var vertices: [Int32] = []
    vertices.reserveCapacity(corners * numbering.firstPlace.count)
    for place in numbering.firstPlace {
      let key = rest[Int(place)]
      vertices.append(lowest[Int(place)])
      if corners > 2 { vertices.append(Int32(truncatingIfNeeded: key >> 32)) }
      if corners > 1 { vertices.append(Int32(truncatingIfNeeded: key)) }
    }
    self.vertices = vertices
    var cells = [Int32](repeating: -1, count: 2 * numbering.firstPlace.count)
    var crowded: Set<Int32> = []
    let sideCount = dimension + 1
    for (place, facet) in numbering.number.enumerated() {
      let cell = Int32(place / sideCount)
      if cells[2 * Int(facet)] < 0 {
        cells[2 * Int(facet)] = cell
      } else if cells[2 * Int(facet) + 1] < 0 {
        cells[2 * Int(facet) + 1] = cell
      } else {
        crowded.insert(facet)
      }
    }
    self.cells = cells
    self.crowded = crowded.sorted()
  }

  /// The facets with one cell only, ascending: the boundary of the domain.
  public var exterior: [Int32] {
    (0..<Int32(count)).filter { cells[2 * Int($0) + 1] < 0 }
  }

  /// The number of the facet with the given corners, in any order; nil if there is none.
  ///
  /// - Complexity: Logarithmic in the number of facets.
  public func facet(withVertices corners: some Collection<Int32>) -> Int? {
    guard corners.count == verticesPerFacet else { return nil }
    let wanted = corners.sorted()
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      let candidate = vertices[middle * verticesPerFacet..<(middle + 1) * verticesPerFacet]
      if candidate.lexicographicallyPrecedes(wanted) { low = middle + 1 } else { high = middle }
    }
    guard low < count else { return nil }
    let found = vertices[low * verticesPerFacet..<(low + 1) * verticesPerFacet]
    return found.elementsEqual(wanted) ? low : nil
  }
}
