internal import Meshes

extension FunctionSpace {
  /// For each cell of a boundary block, 1 where its normal points out of the domain, −1 where it
  /// points in; 0 for cells outside the member.
  ///
  /// The normal of a line turns its direction clockwise, that of a surface follows the right hand.
  /// - Throws: `innerFacets` where cells of the domain lie on both sides, `looseCells` where on none.
  func sides(of member: Region.Member, region: String) throws(AssemblyError) -> [Int8] {
    let block = mesh.blocks[member.block]
    var isNear = [Bool](repeating: false, count: mesh.pointCount)
    var wanted: [FacetKey: Int32] = [:]
    for cell in member.cells {
      let corners = block.vertices(of: Int(cell))
      for corner in corners { isNear[Int(corner)] = true }
      wanted[FacetKey(corners)] = cell
    }
    var sides = [Int8](repeating: 0, count: block.cellCount)
    var doubled = 0
    for index in mesh.topology.blockIndices(ofDimension: mesh.dimension) {
      let domain = mesh.blocks[index]
      let facets = domain.shape.facets
      for cell in 0..<domain.cellCount {
        let corners = domain.vertices(of: cell)
        let first = corners.startIndex
        guard corners.count(where: { isNear[Int($0)] }) >= mesh.dimension else { continue }
        for facet in facets {
          guard facet.allSatisfy({ isNear[Int(corners[first + $0])] }) else { continue }
          let outward = facet.map { corners[first + $0] }
          guard let found = wanted[FacetKey(outward[...])] else { continue }
          if sides[Int(found)] != 0 { doubled += 1 }
          sides[Int(found)] = isSameTurn(Array(block.vertices(of: Int(found))), outward) ? 1 : -1
        }
      }
    }
    if doubled > 0 { throw .innerFacets(region: region, count: doubled) }
    let orphans = member.cells.count { sides[Int($0)] == 0 }
    if orphans > 0 { throw .looseCells(region: region, count: orphans) }
    return sides
  }
}

/// The corners of a facet in ascending order.
private struct FacetKey: Hashable {
  let corners: SIMD4<Int32>

  init(_ nodes: ArraySlice<Int32>) {
    var sorted = SIMD4<Int32>(repeating: -1)
    for (k, node) in nodes.sorted().enumerated() { sorted[k] = node }
    corners = sorted
  }
}

/// Whether two lists of the same corners go around in the same direction.
private func isSameTurn(_ a: [Int32], _ b: [Int32]) -> Bool {
  guard a.count > 2, let start = b.firstIndex(of: a[0]) else { return a == b }
  return b[(start + 1) % b.count] == a[1]
}
