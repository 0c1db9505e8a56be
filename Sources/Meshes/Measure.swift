extension Mesh {
  /// The length, area or volume of a region (for points their number), in the unit of the
  /// coordinates to the power of the dimension.
  ///
  /// Affine cells by the determinant; others by Gauss rules that are exact for cells of the domain
  /// and for flat sides, and right to rounding for sides of moderate curvature.
  public func measure(of region: Region) -> Double {
    var total = CompensatedSum()
    for member in region.members {
      forEachMeasure(ofBlock: member.block, cells: member.cells) { total.add($1) }
    }
    return total.value
  }

  /// The measure of each cell of a block; cells of the domain have a sign.
  public func cellMeasures(ofBlock index: Int) -> [Double] {
    var measures: [Double] = []
    measures.reserveCapacity(blocks[index].cellCount)
    forEachMeasure(ofBlock: index, cells: 0..<Int32(blocks[index].cellCount)) {
      measures.append($1)
    }
    return measures
  }

  /// Calls `body` with the number and the measure of each of the given cells.
  func forEachMeasure(
    ofBlock index: Int, cells: some Sequence<Int32>, _ body: (Int32, Double) -> Void
  ) {
    let block = blocks[index]
    let shape = block.shape
    // Two points in each direction are exact for the determinant of corners' maps and for flat
    // quadrilaterals, three for those of second order; curved sides have square roots of polynomials.
    let fills = shape.dimension == dimension
    let straight = MeasureRule(shape, .corners, count: 2)
    let warped = MeasureRule(shape, .corners, count: shape.isSimplex || fills ? 0 : 14)
    let curved = MeasureRule(
      shape, block.nodeSet, count: block.order == 1 ? 0 : fills ? 3 : 14)
    var nodes = [SIMD3<Double>](repeating: .zero, count: block.nodesPerCell)
    for cell in cells {
      load(&nodes, block, Int(cell))
      if !shape.isStraight(nodes, block.nodeSet) {
        body(cell, curved.measure(nodes, spaceDimension: dimension))
      } else if shape.isAffine(nodes) {
        body(cell, straight.affine(nodes, spaceDimension: dimension))
      } else {
        let rule = fills || Mesh.isFlat(nodes) ? straight : warped
        body(cell, rule.measure(nodes, spaceDimension: dimension))
      }
    }
  }

  /// The coordinates of the nodes of a cell, with a zero third coordinate in the plane.
  @inline(__always)
  func load(_ nodes: inout [SIMD3<Double>], _ block: CellBlock, _ cell: Int) {
    let base = cell * block.nodesPerCell
    for node in 0..<block.nodesPerCell {
      let start = Int(block.connectivity[base + node]) * dimension
      nodes[node] = SIMD3(
        coordinates[start], coordinates[start + 1], dimension == 3 ? coordinates[start + 2] : 0)
    }
  }

}

/// A sum whose error does not grow with the number of terms.
/// - Source: Neumaier, *Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen*,
///   ZAMM 54 (1974).
struct CompensatedSum {
  private var sum = 0.0
  private var correction = 0.0

  mutating func add(_ term: Double) {
    let next = sum + term
    correction += abs(sum) >= abs(term) ? (sum - next) + term : (term - next) + sum
    sum = next
  }

  var value: Double { sum + correction }
}
