extension Box {
  /// The corners of the cells of a brick, as bits (x = 1, y = 2, z = 4); 8 is its middle.
  ///
  /// Tetrahedra: one for each order in which the three axes lead from corner 0 to corner 7.
  /// - Source: Kuhn, *Some combinatorial lemmas in topology*, IBM J. Res. Dev. 4 (1960).
  private static func corners(_ shape: CellShape) -> [Int] {
    let cube = [0, 1, 3, 2, 4, 5, 7, 6]
    return switch shape {
    case .hexahedron: cube
    case .wedge: [0, 1, 3, 4, 5, 7, 0, 3, 2, 4, 7, 6]
    case .pyramid:
      // The bases are the faces of the brick, seen counter-clockwise from its middle.
      CellShape.hexahedron.facets.flatMap { $0.reversed().map { cube[$0] } + [8] }
    default:
      [0, 1, 3, 7, 0, 5, 1, 7, 0, 3, 2, 7, 0, 2, 6, 7, 0, 4, 5, 7, 0, 6, 4, 7]
    }
  }

  /// The number of a grid point.
  private func point(_ index: [Int]) -> Int32 {
    Int32((index[2] * (cells[1] + 1) + index[1]) * (cells[0] + 1) + index[0])
  }

  private func forEachBrick(_ body: (_ i: Int, _ j: Int, _ k: Int) -> Void) {
    for k in 0..<cells[2] { for j in 0..<cells[1] { for i in 0..<cells[0] { body(i, j, k) } } }
  }

  func solid() -> Mesh {
    var coordinates: [Double] = []
    let bricks = cells.reduce(1, *)
    coordinates.reserveCapacity(
      3 * (cells.reduce(1) { $0 * ($1 + 1) } + (shape == .pyramid ? bricks : 0)))
    for k in 0...cells[2] {
      for j in 0...cells[1] {
        for i in 0...cells[0] {
          coordinates.append(coordinate(0, i))
          coordinates.append(coordinate(1, j))
          coordinates.append(coordinate(2, k))
        }
      }
    }
    let firstMiddle = Int32(coordinates.count / 3)
    if shape == .pyramid {
      forEachBrick { i, j, k in
        for (axis, index) in [i, j, k].enumerated() {
          coordinates.append((coordinate(axis, index) + coordinate(axis, index + 1)) / 2)
        }
      }
    }
    let pattern = Box.corners(shape)
    let offsets = pattern.map { point([$0 & 1, $0 >> 1 & 1, $0 >> 2 & 1]) }
    var connectivity: [Int32] = []
    connectivity.reserveCapacity(pattern.count * bricks)
    var middle = firstMiddle
    forEachBrick { i, j, k in
      let base = point([i, j, k])
      for (corner, offset) in zip(pattern, offsets) {
        connectivity.append(corner == 8 ? middle : base + offset)
      }
      middle += 1
    }
    var sides = BoxSides()
    let names = [("left", "right"), ("front", "back"), ("bottom", "top")]
    for (axis, (lower, upper)) in names.enumerated() {
      let isCut = shape == .tetrahedron || (shape == .wedge && axis == 2)
      let sideShape = isCut ? CellShape.triangle : .quadrilateral
      sides.add(lower, sideShape, side(axis, upper: false, isCut))
      sides.add(upper, sideShape, side(axis, upper: true, isCut))
    }
    return sides.mesh(
      coordinates, CellBlock(shape: shape, nodes: .corners, connectivity: connectivity))
  }

  /// The side across `axis`, with normals that point out: a quadrilateral for each rectangle, or two
  /// triangles whose common diagonal leads from its lowest to its highest corner.
  private func side(_ axis: Int, upper: Bool, _ isCut: Bool) -> [Int32] {
    let (u, v) = ((axis + 1) % 3, (axis + 2) % 3)
    var connectivity: [Int32] = []
    for q in 0..<cells[v] {
      for p in 0..<cells[u] {
        func corner(_ dp: Int, _ dq: Int) -> Int32 {
          var index = [0, 0, 0]
          index[axis] = upper ? cells[axis] : 0
          index[u] = p + dp
          index[v] = q + dq
          return point(index)
        }
        let (a, b, c, d) = (corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1))
        if isCut {
          connectivity += upper ? [a, b, c, a, c, d] : [a, c, b, a, d, c]
        } else {
          connectivity += upper ? [a, b, c, d] : [a, d, c, b]
        }
      }
    }
    return connectivity
  }
}
