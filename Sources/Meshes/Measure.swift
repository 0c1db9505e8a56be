extension Mesh {
  /// The length, area or volume of a region (for points their number), in the unit of the
  /// coordinates to the power of the dimension.
  ///
  /// Straight and flat cells by the determinant; curved ones by Gauss rules that are exact for
  /// cells of the domain and right to rounding for sides of moderate curvature.
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
    let flat = CellMap(shape, .corners, points: [.zero])
    let reference = [1.0, 1.0, 0.5, 1.0 / 6.0][shape.dimension]
    // Degree of the determinant: 2 in the plane, 3 in space. Sides have square roots of polynomials.
    let rule =
      block.order == 2
      ? CellMap.collapsedGauss(shape, count: shape.dimension == dimension ? 3 : 14)
      : (points: [], weights: [])
    let curved = CellMap(shape, block.nodeSet, points: rule.points)
    var nodes = [SIMD3<Double>](repeating: .zero, count: block.nodesPerCell)
    for cell in cells {
      load(&nodes, block, Int(cell))
      guard block.order == 2, !Mesh.isStraight(nodes, shape) else {
        body(cell, flat.density(nodes, 0, spaceDimension: dimension) * reference)
        continue
      }
      var sum = 0.0
      for point in 0..<curved.pointCount {
        sum += rule.weights[point] * curved.density(nodes, point, spaceDimension: dimension)
      }
      body(cell, sum)
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

  /// Whether every edge node of a second-order cell is the middle of its edge, to rounding.
  static func isStraight(_ nodes: [SIMD3<Double>], _ shape: CellShape) -> Bool {
    for (index, edge) in shape.edges.enumerated() {
      let (a, b) = (nodes[edge[0]], nodes[edge[1]])
      let off = nodes[shape.vertexCount + index] - (a + b) / 2
      let along = b - a
      if (off * off).sum() > 1e-30 * (along * along).sum() { return false }
    }
    return true
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
