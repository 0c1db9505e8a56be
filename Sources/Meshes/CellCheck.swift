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
  private let curved: CellMap
  private let extent: Double
  private var nodes: [SIMD3<Double>]

  /// - Parameter index: A block whose cells have the dimension of the mesh.
  init(_ mesh: Mesh, block index: Int) {
    self.mesh = mesh
    block = mesh.blocks[index]
    let shape = block.shape
    straight = CellMap(
      shape, .corners, points: shape.isSimplex ? [.zero] : CellCheck.places(shape, inner: 2))
    curved = CellMap(
      shape, block.nodeSet, points: block.order == 2 ? CellCheck.places(shape, inner: 3) : [])
    let box = mesh.boundingBox
    extent = zip(box.lower, box.upper).reduce(0) { max($0, $1.1 - $1.0) }
    nodes = [SIMD3<Double>](repeating: .zero, count: block.nodesPerCell)
  }

  /// Where the determinant is looked at: corners, middles of edges and faces, and Gauss points.
  /// At the apex of a pyramid, where it depends on the direction, just below it instead.
  private static func places(_ shape: CellShape, inner: Int) -> [SIMD3<Double>] {
    let rule = CellMap.collapsedGauss(shape, count: inner).points
    let nodes = shape.referenceNodes(.complete)
    guard shape == .pyramid else { return nodes + rule }
    let top = SIMD3(0.0, 0, 1)
    return nodes.filter { $0 != top } + (0..<4).map { top + (nodes[$0] - top) / 1024 } + rule
  }

  /// The verdict on a cell. A determinant counts as zero below the rounding of coordinates of the
  /// mesh's extent L: |det| ≤ 8 ε L h^{d−1} for a cell of size h.
  mutating func verdict(_ cell: Int) -> Verdict {
    mesh.load(&nodes, block, cell)
    var size = 0.0
    for edge in block.shape.edges {
      let along = nodes[edge[1]] - nodes[edge[0]]
      size = max(size, (along * along).sum())
    }
    size = size.squareRoot()
    let noise = 8 * Double.ulpOfOne * extent * (mesh.dimension == 3 ? size * size : size)
    guard block.shape.isStraight(nodes, block.nodeSet) else { return verdict(curved, noise) }
    return verdict(straight, noise)
  }

  private func verdict(_ map: CellMap, _ noise: Double) -> Verdict {
    var lowest = Double.infinity
    var highest = -Double.infinity
    for point in 0..<map.pointCount {
      let value = map.density(nodes, point, spaceDimension: mesh.dimension)
      // Coordinates whose products overflow give infinity or NaN.
      guard value.isFinite else { return .bad(.flat(measure: value)) }
      lowest = min(lowest, value)
      highest = max(highest, value)
    }
    // A straight angle between two edges of a quadrilateral is no fold: zero at a corner passes.
    if highest > noise, lowest >= -noise { return .sound }
    if lowest < -noise, highest <= noise { return .inverted }
    guard highest > noise else {
      return .bad(.flat(measure: highest * block.shape.referenceMeasure))
    }
    return .bad(.folded(lowest: lowest, highest: highest))
  }
}

extension CellShape {
  /// The corners of the mirrored cell: corner i of it is corner `mirroredCorners[i]` of the original.
  private var mirroredCorners: [Int] {
    switch self {
    case .point: [0]
    case .line: [1, 0]
    case .triangle: [0, 2, 1]
    case .quadrilateral: [0, 3, 2, 1]
    case .tetrahedron: [0, 2, 1, 3]
    case .hexahedron: [0, 3, 2, 1, 4, 7, 6, 5]
    case .wedge: [0, 2, 1, 3, 5, 4]
    case .pyramid: [0, 3, 2, 1, 4]
    }
  }

  /// All nodes of the mirrored cell likewise: the node of an edge or a face is that of the edge or
  /// face between the mirrored corners.
  func mirroredNodes(_ set: NodeSet) -> [Int] {
    let corners = mirroredCorners
    func mirrored(_ groups: [[Int]], from first: Int) -> [Int] {
      groups.map { group in
        let wanted = Set(group.map { corners[$0] })
        return first + (groups.firstIndex { Set($0) == wanted } ?? 0)
      }
    }
    guard set != .corners else { return corners }
    let withEdges = corners + mirrored(edges, from: vertexCount)
    guard set == .complete else { return withEdges }
    let withFaces = withEdges + mirrored(quadrilaterals, from: withEdges.count)
    return withFaces + (self == .hexahedron ? [withFaces.count] : [])
  }
}

extension CellBlock {
  /// The block with the given cells turned round, each mirrored in the order of its nodes.
  func turning(_ cells: [Int32]) -> CellBlock {
    let order = shape.mirroredNodes(nodeSet)
    var nodes = connectivity
    for cell in cells {
      let base = Int(cell) * nodesPerCell
      for (node, from) in order.enumerated() { nodes[base + node] = connectivity[base + from] }
    }
    return CellBlock(shape: shape, nodes: nodeSet, connectivity: nodes)
  }
}
