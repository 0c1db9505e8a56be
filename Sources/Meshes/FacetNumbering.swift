/// One number for each facet (side) of the cells of the domain, and the cells on its two sides.
///
/// Cells are counted through all blocks of the domain's dimension, in the order of the blocks. Facets
/// are known by their corners: 2 in the plane, 3 or 4 in space, where a mesh may have both.
public struct FacetNumbering: Sendable {
  /// The facets of all cells, cell after cell, each in the order of `CellShape.facets`.
  public let cellFacets: [Int32]
  /// Where the facets of each cell start in `cellFacets`; one more number than cells.
  public let cellStart: [Int32]
  /// The cells next to each facet, two numbers; −1 where there is none.
  public let cells: [Int32]
  /// Facets with more than two cells, ascending: the mesh is not a manifold there.
  public let crowded: [Int32]
  /// The corners of each facet, ascending, `stride` numbers, the last of them −1 for a triangle
  /// among quadrilaterals.
  private let vertices: [Int32]
  private let stride: Int

  /// The number of facets.
  public var count: Int { cells.count / 2 }

  /// Numbers the facets of the cells of the domain, in the lexicographic order of their corners.
  ///
  /// - Complexity: Linear in the number of cells.
  public init(_ topology: MeshTopology) {
    let blocks = topology.blocks.filter { $0.dimension == topology.dimension }
    var cellStart: [Int32] = [0]
    cellStart.reserveCapacity(topology.cellCount(ofDimension: topology.dimension) + 1)
    var widest = 0
    for block in blocks where block.cellCount > 0 {
      let sides = block.shape.facets
      widest = max(widest, sides.map(\.count).max() ?? 0)
      for _ in 0..<block.cellCount {
        cellStart.append(cellStart[cellStart.count - 1] + Int32(sides.count))
      }
    }
    stride = widest
    // Triangles need 64 bits beside their lowest corner, quadrilaterals 96.
    if widest < 4 {
      let keys = FacetNumbering.keys(of: blocks, count: Int(cellStart[cellStart.count - 1])) {
        UInt64(truncatingIfNeeded: $0.rest >> 64)
      }
      let numbering = UniqueNumbering(
        lowest: keys.lowest, rest: keys.rest, pointCount: topology.pointCount)
      cellFacets = numbering.number
      vertices = numbering.firstPlace.flatMap { place in
        let rest = keys.rest[Int(place)]
        return [
          keys.lowest[Int(place)], Int32(truncatingIfNeeded: rest >> 32) &- 1,
          Int32(truncatingIfNeeded: rest) &- 1,
        ].prefix(widest)
      }
      (cells, crowded) = FacetNumbering.neighbours(numbering, cellStart)
    } else {
      let keys = FacetNumbering.keys(of: blocks, count: Int(cellStart[cellStart.count - 1])) { $0 }
      let numbering = UniqueNumbering(
        lowest: keys.lowest, rest: keys.rest, pointCount: topology.pointCount)
      cellFacets = numbering.number
      vertices = numbering.firstPlace.flatMap { place in
        let key = keys.rest[Int(place)]
        return [key.lowest, key.corner(1), key.corner(2), key.corner(3)]
      }
      (cells, crowded) = FacetNumbering.neighbours(numbering, cellStart)
    }
    self.cellStart = cellStart
  }

  /// The keys of the facets of all cells: the lowest corner, and what `shortened` leaves of it.
  @inline(__always)
  private static func keys<Key>(
    of blocks: [CellBlock], count: Int, _ shortened: (CornerKey) -> Key
  ) -> (lowest: [Int32], rest: [Key]) {
    var lowest: [Int32] = []
    var rest: [Key] = []
    lowest.reserveCapacity(count)
    rest.reserveCapacity(count)
    for block in blocks {
      let sides = block.shape.facets
      for base in Swift.stride(from: 0, to: block.connectivity.count, by: block.nodesPerCell) {
        for side in sides {
          let key = CornerKey(side.lazy.map { block.connectivity[base + $0] })
          lowest.append(key.lowest)
          rest.append(shortened(key))
        }
      }
    }
    return (lowest, rest)
  }

  private static func neighbours(
    _ numbering: UniqueNumbering, _ cellStart: [Int32]
  ) -> (cells: [Int32], crowded: [Int32]) {
    var cells = [Int32](repeating: -1, count: 2 * numbering.firstPlace.count)
    var crowded: Set<Int32> = []
    for cell in 0..<cellStart.count - 1 {
      for place in cellStart[cell]..<cellStart[cell + 1] {
        let facet = numbering.number[Int(place)]
        if cells[2 * Int(facet)] < 0 {
          cells[2 * Int(facet)] = Int32(cell)
        } else if cells[2 * Int(facet) + 1] < 0 {
          cells[2 * Int(facet) + 1] = Int32(cell)
        } else {
          crowded.insert(facet)
        }
      }
    }
    return (cells, crowded.sorted())
  }

  /// The facets of a cell, in the order of `CellShape.facets`.
  public func facets(ofCell cell: Int) -> ArraySlice<Int32> {
    cellFacets[Int(cellStart[cell])..<Int(cellStart[cell + 1])]
  }

  /// The corners of a facet, ascending: 2 in the plane, 3 or 4 in space.
  public func vertices(of facet: Int) -> ArraySlice<Int32> {
    let padded = vertices[facet * stride..<(facet + 1) * stride]
    return padded.last == -1 ? padded.dropLast() : padded
  }

  /// The facets with one cell only, ascending: the boundary of the domain.
  public var exterior: [Int32] {
    (0..<Int32(count)).filter { cells[2 * Int($0) + 1] < 0 }
  }

  /// The number of the facet with the given corners, in any order; nil if there is none.
  ///
  /// - Complexity: Logarithmic in the number of facets.
  public func facet(withVertices corners: some Collection<Int32>) -> Int? {
    let wanted = corners.sorted()
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if vertices(of: middle).lexicographicallyPrecedes(wanted) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low < count && vertices(of: low).elementsEqual(wanted) ? low : nil
  }
}
