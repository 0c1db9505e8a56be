/// Judges the cells of a block of the domain by the determinant of their map.
struct CellCheck {
  enum Verdict {
    case sound
    /// Sound once its corners are turned round.
    case inverted
    case bad(CellDefect)
  }

  private let mesh: Mesh
  private let block: CellBlock
  private let straight: CellMap
  private let control: CellMap
  private let extent: Double
  private var nodes: [SIMD3<Double>]

  /// - Parameter index: A block whose cells have the dimension of the mesh.
  init(_ mesh: Mesh, block index: Int) {
    self.mesh = mesh
    block = mesh.blocks[index]
    straight = CellMap(block.shape, .corners, points: [.zero])
    let corners = (0..<block.shape.vertexCount).map { corner in
      var point = SIMD3<Double>.zero
      if corner > 0 { point[corner - 1] = 1 }
      return point
    }
    let middles = block.shape.edges.map { (corners[$0[0]] + corners[$0[1]]) / 2 }
    let inner = CellMap.collapsedGauss(block.shape, count: 3).points
    control = CellMap(
      block.shape, block.nodeSet, points: block.order == 2 ? corners + middles + inner : [])
    let box = mesh.boundingBox
    extent = zip(box.lower, box.upper).reduce(0) { max($0, $1.1 - $1.0) }
    nodes = [SIMD3<Double>](repeating: .zero, count: block.nodesPerCell)
  }

  /// The verdict on a cell. A determinant counts as zero below the rounding of coordinates of the
  /// mesh's extent L: |det| ≤ 8 ε L h^{d−1} for a cell of size h.
  mutating func verdict(_ cell: Int) -> Verdict {
    mesh.load(&nodes, block, cell)
    let determinant = straight.density(nodes, 0, spaceDimension: mesh.dimension)
    var size = 0.0
    for edge in block.shape.edges {
      let along = nodes[edge[1]] - nodes[edge[0]]
      size = max(size, (along * along).sum())
    }
    size = size.squareRoot()
    let noise = 8 * Double.ulpOfOne * extent * (mesh.dimension == 3 ? size * size : size)
    let share = mesh.dimension == 3 ? 6.0 : 2.0
    // NaN (coordinates whose products overflow) fails this comparison, too.
    guard abs(determinant) > noise, determinant.isFinite else {
      return .bad(.flat(measure: determinant / share))
    }
    guard block.order == 2, !Mesh.isStraight(nodes, block.shape) else {
      return determinant > 0 ? .sound : .inverted
    }
    var lowest = Double.infinity
    var highest = -Double.infinity
    for point in 0..<control.pointCount {
      let value = control.density(nodes, point, spaceDimension: mesh.dimension)
      guard value.isFinite else { return .bad(.flat(measure: value)) }
      lowest = min(lowest, value)
      highest = max(highest, value)
    }
    if lowest > noise { return .sound }
    if highest < -noise { return .inverted }
    return .bad(.folded(lowest: lowest, highest: highest))
  }
}

extension CellBlock {
  /// The block with the given cells turned round: their second and third corners change places,
  /// and so do the edge nodes between them and the others.
  func turning(_ cells: [Int32]) -> CellBlock {
    var swaps = [(1, 2)]
    if order == 2 {
      // Edges of the triangle 01 12 02; of the tetrahedron 01 12 02 03 23 13.
      swaps.append(shape == .tetrahedron ? (4, 6) : (3, 5))
      if shape == .tetrahedron { swaps.append((8, 9)) }
    }
    var nodes = connectivity
    for cell in cells {
      for (first, second) in swaps {
        nodes.swapAt(Int(cell) * nodesPerCell + first, Int(cell) * nodesPerCell + second)
      }
    }
    return CellBlock(shape: shape, order: order, connectivity: nodes)
  }
}
