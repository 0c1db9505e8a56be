internal import LinearAlgebra

/// The square or cube that all points lie in.
struct RootBox: Sendable {
  let dimension: Int
  /// The corner with the least coordinates.
  let corner: SIMD3<Double>
  let width: Double

  init(_ clouds: [PointList], dimension: Int) {
    self.dimension = dimension
    var low = SIMD3<Double>(repeating: .infinity)
    var high = -low
    for cloud in clouds {
      for i in 0..<cloud.count {
        low = pointwiseMin(low, cloud[i])
        high = pointwiseMax(high, cloud[i])
      }
    }
    guard low.x <= high.x else {
      (corner, width) = (.zero, 1)
      return
    }
    let extent = (high - low).max()
    // A little room, so that no point lies on the upper faces.
    width = extent > 0 ? extent * (1 + 1e-9) : 1
    let middle = 0.5 * (low + high)
    var start = middle - 0.5 * width
    if dimension == 2 { start.z = -0.5 * width }
    corner = start
  }

  func width(level: Int) -> Double { width / Double(1 << level) }
}

/// Points in an octree (quadtree in the plane) whose leaves hold few of them; empty cells are left
/// out.
struct PointTree: Sendable {
  struct Cell: Sendable {
    let level: Int
    /// Which of the 2^level cells along each axis.
    let place: SIMD3<Int32>
    /// Its points, in the order of the tree.
    let points: Range<Int>
    let parent: Int
    /// Consecutive cells; none for a leaf.
    var children: Range<Int>

    var isLeaf: Bool { children.isEmpty }
    /// Which child of its parent: a bit for each axis.
    var octant: Int {
      Int(place.x & 1) | Int(place.y & 1) << 1 | Int(place.z & 1) << 2
    }
  }

  /// Cells of width 10⁻⁶ of the root's are not split: points closer than that stay together.
  static let deepest = 20

  let box: RootBox
  /// The number each point had before.
  let order: [Int]
  let points: PointList
  /// By levels, children of one cell side by side.
  let cells: [Cell]
  /// The cells of each level.
  let levels: [Range<Int>]

  init(_ cloud: PointList, in box: RootBox, leafSize: Int) {
    self.box = box
    let d = box.dimension
    let sorted = PointTree.curve(cloud, box)
    order = sorted.map(\.index)
    var points = PointList()
    points.x = order.map { cloud.x[$0] }
    points.y = order.map { cloud.y[$0] }
    points.z = order.map { cloud.z[$0] }
    self.points = points
    var cells = [
      Cell(level: 0, place: .zero, points: 0..<cloud.count, parent: -1, children: 0..<0)
    ]
    var levels = [0..<1]
    while let last = levels.last {
      let level = levels.count - 1
      guard level < PointTree.deepest else { break }
      let shift = UInt64(d * (PointTree.deepest - 1 - level))
      for c in last where cells[c].points.count > leafSize {
        let first = cells.count
        var start = cells[c].points.lowerBound
        let end = cells[c].points.upperBound
        while start < end {
          let digit = sorted[start].key >> shift
          // The curve visits one child after the other.
          var (low, high) = (start, end)
          while high - low > 1 {
            let middle = (low + high) / 2
            if sorted[middle].key >> shift == digit { low = middle } else { high = middle }
          }
          let octant = Int32(truncatingIfNeeded: digit & (1 << UInt64(d) - 1))
          let bits = SIMD3<Int32>(octant & 1, (octant >> 1) & 1, d == 3 ? (octant >> 2) & 1 : 0)
          cells.append(
            Cell(
              level: level + 1, place: 2 &* cells[c].place &+ bits, points: start..<high, parent: c,
              children: 0..<0))
          start = high
        }
        cells[c].children = first..<cells.count
      }
      guard cells.count > last.upperBound else { break }
      levels.append(last.upperBound..<cells.count)
    }
    (self.cells, self.levels) = (cells, levels)
  }

  /// The middle of a cell.
  func centre(_ cell: Cell) -> SIMD3<Double> {
    let w = box.width(level: cell.level)
    var c = box.corner + w * (SIMD3<Double>(cell.place) + 0.5)
    if box.dimension == 2 { c.z = 0 }
    return c
  }

  /// Points along the curve that visits the cells of every level one after the other (Morton's).
  private static func curve(_ cloud: PointList, _ box: RootBox) -> [(key: UInt64, index: Int)] {
    let scale = Double(1 << deepest) / box.width
    let top = Double(1 << deepest - 1)
    let dimension = box.dimension
    var keys = [(key: UInt64, index: Int)](repeating: (0, 0), count: cloud.count)
    for i in 0..<cloud.count {
      let place = pointwiseMin(
        pointwiseMax((cloud[i] - box.corner) * scale, .zero), SIMD3(repeating: top))
      var key = spread(UInt64(place.x), dimension) | spread(UInt64(place.y), dimension) << 1
      if dimension == 3 { key |= spread(UInt64(place.z), dimension) << 2 }
      keys[i] = (key, i)
    }
    keys.sort { ($0.key, $0.index) < ($1.key, $1.index) }
    return keys
  }

  /// The bits of a number with d − 1 zeros before each.
  private static func spread(_ value: UInt64, _ d: Int) -> UInt64 {
    var result: UInt64 = 0
    for bit in 0..<UInt64(deepest) { result |= (value >> bit & 1) << (bit * UInt64(d)) }
    return result
  }
}
