internal import RealModule

/// The quality of cells that are no simplices, from the edges that meet in their corners.
/// - Source: Knupp, *Achieving finite element mesh quality via optimization of the Jacobian matrix
///   norm and associated quantities*, IJNME 48 (2000) (scaled Jacobian).
struct CornerQuality {
  private let shape: CellShape
  /// In the order of their frame, the neighbours of each corner that has as many as dimensions.
  private let frames: [(corner: Int, neighbours: [Int])]
  /// Two facets at an edge: the corner, the edge's other end, and the next corner on either facet.
  private let wedges: [(corner: Int, end: Int, left: Int, right: Int)]

  init(_ shape: CellShape) {
    self.shape = shape
    var frames: [(corner: Int, neighbours: [Int])] = []
    var wedges: [(corner: Int, end: Int, left: Int, right: Int)] = []
    // Each facet turns outwards, so at a corner its next and its previous corner, seen from inside,
    // turn counter-clockwise; a plane cell is itself the one "facet".
    let facets = shape.dimension == 3 ? shape.facets : [Array(0..<shape.vertexCount)]
    for corner in 0..<shape.vertexCount {
      var following: [Int: Int] = [:]
      for facet in facets {
        guard let place = facet.firstIndex(of: corner) else { continue }
        let next = facet[(place + 1) % facet.count]
        following[facet[(place + facet.count - 1) % facet.count]] = next
      }
      if shape.dimension == 2 {
        for (previous, next) in following { frames.append((corner, [next, previous])) }
        continue
      }
      let first = following.keys.sorted()[0]
      var around = [first]
      while around.count < following.count, let next = following[around[around.count - 1]] {
        around.append(next)
      }
      if around.count == 3 { frames.append((corner, around)) }
      for (place, end) in around.enumerated() {
        wedges.append(
          (
            corner, end, around[(place + around.count - 1) % around.count],
            around[(place + 1) % around.count]
          ))
      }
    }
    self.frames = frames
    self.wedges = wedges
  }

  /// The least determinant and the cosine of the smallest angle.
  func measure(_ nodes: [SIMD3<Double>]) -> (ratio: Double, cosine: Double) {
    func unit(_ from: Int, _ to: Int) -> SIMD3<Double> {
      let along = nodes[to] - nodes[from]
      return along / (along * along).sum().squareRoot()
    }
    var lowest = Double.infinity
    var cosine = -1.0
    for (corner, neighbours) in frames {
      let (a, b) = (unit(corner, neighbours[0]), unit(corner, neighbours[1]))
      if shape.dimension == 2 {
        lowest = min(lowest, a.x * b.y - a.y * b.x)
        cosine = max(cosine, (a * b).sum())
      } else {
        lowest = min(lowest, (a * CellMap.cross(b, unit(corner, neighbours[2]))).sum())
      }
    }
    for (corner, end, left, right) in wedges {
      let axis = unit(corner, end)
      func across(_ other: Int) -> SIMD3<Double> {
        let side = unit(corner, other)
        let part = side - (side * axis).sum() * axis
        return part / (part * part).sum().squareRoot()
      }
      cosine = max(cosine, (across(left) * across(right)).sum())
    }
    let regular =
      switch shape {
      case .wedge: 0.75.squareRoot()
      case .pyramid: 0.5.squareRoot()
      default: 1.0
      }
    return (max(0, min(1, lowest / regular)), cosine)
  }
}
