/// Finds the cell of the domain in which a point lies, through a grid of the cells' boxes.
public struct CellLocator: Sendable {
  /// A place within a cell.
  public struct Location: Sendable, Hashable {
    /// The index of the block in the topology.
    public let block: Int
    /// The cell of the block.
    public let cell: Int
    /// The coordinates in the reference cell of its shape, as many as dimensions.
    public let reference: [Double]
  }

  /// A point belongs to a cell if it lies less deep outside of the reference cell.
  private static let tolerance = 1e-9

  private let mesh: Mesh
  private let blockIndices: [Int]
  /// The first cell of each block, counted through all blocks of the domain.
  private let firstCell: [Int]
  private let lower: SIMD3<Double>
  private let step: SIMD3<Double>
  private let counts: SIMD3<Int>
  private let bucketStart: [Int32]
  private let bucketCells: [Int32]

  /// A locator for the cells of the domain.
  ///
  /// - Complexity: Linear in the number of cells, unless they are extremely long.
  public init(_ mesh: Mesh) {
    self.mesh = mesh
    blockIndices = mesh.topology.blockIndices(ofDimension: mesh.dimension)
    var firstCell: [Int] = []
    var boxes: [(SIMD3<Double>, SIMD3<Double>)] = []
    for index in blockIndices {
      firstCell.append(boxes.count)
      CellLocator.appendBoxes(mesh, mesh.blocks[index], to: &boxes)
    }
    self.firstCell = firstCell
    var low = SIMD3(repeating: Double.infinity)
    var high = -low
    for box in boxes {
      low = pointwiseMin(low, box.0)
      high = pointwiseMax(high, box.1)
    }
    if boxes.isEmpty { (low, high) = (.zero, .zero) }
    // Grid cells about as large as mesh cells: as many as there are, shared out by the extents.
    let extent = high - low
    var volume = 1.0
    for axis in 0..<mesh.dimension { volume *= max(extent[axis], Double.leastNormalMagnitude) }
    let side = CellLocator.root(volume / Double(max(1, boxes.count)), mesh.dimension)
    var counts = SIMD3<Int>(repeating: 1)
    for axis in 0..<mesh.dimension {
      let wanted = extent[axis] / side
      counts[axis] = wanted.isFinite ? max(1, min(Int(min(wanted, 1e6)), boxes.count, 4096)) : 1
    }
    while counts.x * counts.y * counts.z > 4 * boxes.count + 16 {
      for axis in 0..<3 { counts[axis] = max(1, counts[axis] / 2) }
    }
    var step = SIMD3<Double>(repeating: 1)
    for axis in 0..<3 where extent[axis] > 0 { step[axis] = extent[axis] / Double(counts[axis]) }
    lower = low
    self.step = step
    self.counts = counts
    let spans = boxes.map {
      (CellLocator.bucket($0.0, low, step, counts), CellLocator.bucket($0.1, low, step, counts))
    }
    var start = [Int32](repeating: 0, count: counts.x * counts.y * counts.z + 1)
    CellLocator.forEachBucket(spans, counts) { bucket, _ in start[bucket + 1] += 1 }
    for bucket in 1..<start.count { start[bucket] += start[bucket - 1] }
    var next = start
    var cells = [Int32](repeating: 0, count: Int(start[start.count - 1]))
    CellLocator.forEachBucket(spans, counts) { bucket, cell in
      cells[Int(next[bucket])] = Int32(cell)
      next[bucket] += 1
    }
    bucketStart = start
    bucketCells = cells
  }

  /// The cell that contains a point and the place of the point in it.
  ///
  /// - Parameter point: As many coordinates as the mesh has dimensions.
  /// - Returns: nil if the point is outside. On a facet between cells, the cell in which it lies
  ///   deepest; of equals the first.
  public func locate(_ point: [Double]) -> Location? {
    precondition(
      point.count == mesh.dimension,
      "a point with \(point.count) coordinates in a mesh of dimension \(mesh.dimension)")
    guard point.allSatisfy(\.isFinite), !bucketCells.isEmpty else { return nil }
    let target = SIMD3(point[0], point[1], mesh.dimension == 3 ? point[2] : 0)
    let place = CellLocator.bucket(target, lower, step, counts)
    let bucket = (place.z * counts.y + place.y) * counts.x + place.x
    var best: Location?
    var depth = -CellLocator.tolerance
    for cell in bucketCells[Int(bucketStart[bucket])..<Int(bucketStart[bucket + 1])] {
      var list = firstCell.count - 1
      while firstCell[list] > Int(cell) { list -= 1 }
      let index = blockIndices[list]
      guard let xi = mesh.reference(of: target, index, Int(cell) - firstCell[list]) else {
        continue
      }
      let lowest = mesh.blocks[index].shape.depth(of: xi)
      guard lowest > depth || (best == nil && lowest >= depth) else { continue }
      depth = lowest
      best = Location(
        block: index, cell: Int(cell) - firstCell[list],
        reference: (0..<mesh.dimension).map { xi[$0] })
    }
    return best
  }

  // MARK: The grid

  /// The boxes of the control points of each cell, which contain it, a little enlarged.
  private static func appendBoxes(
    _ mesh: Mesh, _ block: CellBlock, to boxes: inout [(SIMD3<Double>, SIMD3<Double>)]
  ) {
    var nodes = [SIMD3<Double>](repeating: .zero, count: block.nodesPerCell)
    for cell in 0..<block.cellCount {
      mesh.load(&nodes, block, cell)
      var low = nodes[0]
      var high = nodes[0]
      for point in block.shape.controlPoints(nodes, block.nodeSet) {
        low = pointwiseMin(low, point)
        high = pointwiseMax(high, point)
      }
      let margin = 1e-8 * (high - low).max()
      boxes.append((low - margin, high + margin))
    }
  }

  private static func root(_ value: Double, _ degree: Int) -> Double {
    if degree == 2 { return value.squareRoot() }
    var root = max(value, Double.leastNormalMagnitude)
    // Bisection in the exponent is enough for a grid width.
    var (low, high) = (1e-110, 1e110)
    for _ in 0..<60 {
      root = low.squareRoot() * high.squareRoot()
      if root * root * root < value { low = root } else { high = root }
    }
    return root
  }

  private static func bucket(
    _ point: SIMD3<Double>, _ lower: SIMD3<Double>, _ step: SIMD3<Double>, _ counts: SIMD3<Int>
  ) -> SIMD3<Int> {
    let scaled = (point - lower) / step
    var place = SIMD3<Int>.zero
    for axis in 0..<3 {
      let last = Double(counts[axis] - 1)
      place[axis] = scaled[axis] > 0 ? Int(min(scaled[axis], last)) : 0
    }
    return place
  }

  private static func forEachBucket(
    _ spans: [(SIMD3<Int>, SIMD3<Int>)], _ counts: SIMD3<Int>, _ body: (Int, Int) -> Void
  ) {
    for (cell, span) in spans.enumerated() {
      for k in span.0.z...span.1.z {
        for j in span.0.y...span.1.y {
          for i in span.0.x...span.1.x { body((k * counts.y + j) * counts.x + i, cell) }
        }
      }
    }
  }
}
