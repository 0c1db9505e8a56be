/// A rectangle cut into triangles or a brick cut into tetrahedra.
///
/// Its regions: the whole is "domain"; the sides are "left" and "right" (smallest and largest x);
/// in the plane "bottom" and "top" (y); in space "front" and "back" (y), "bottom" and "top" (z).
public struct Box: Sendable, Hashable {
  /// How each rectangle of the grid is cut into triangles.
  public enum Split: String, Sendable, Hashable, CaseIterable {
    /// Along the diagonal from lower left to upper right.
    case rising
    /// Along the diagonal from upper left to lower right.
    case falling
    /// Rising and falling in turn, like a chess board.
    case alternating
    /// Along both diagonals, with one more point in the middle: four triangles.
    case crossed
  }

  /// The corner with the smallest coordinates, 2 or 3 numbers.
  public let origin: [Double]
  /// The lengths of the sides, positive, as many as dimensions.
  public let size: [Double]
  /// The number of grid cells along each side, positive.
  public let cells: [Int]
  /// The cut of the rectangles; in space each brick is cut into six tetrahedra around its main
  /// diagonal (Kuhn), whatever this says.
  public let split: Split

  /// A box; the origin is at zero unless given.
  public init(size: [Double], cells: [Int], origin: [Double]? = nil, split: Split = .rising) {
    precondition(size.count == 2 || size.count == 3, "a box has 2 or 3 sides, not \(size.count)")
    precondition(cells.count == size.count, "\(cells.count) cell counts for \(size.count) sides")
    precondition(
      size.allSatisfy { $0 > 0 && $0.isFinite }, "the sides of a box are positive: \(size)")
    precondition(cells.allSatisfy { $0 > 0 }, "the cell counts of a box are positive: \(cells)")
    precondition(
      cells.reduce(1.0) { $0 * Double($1 + 1) } < 2e8, "a box of \(cells) cells is too large")
    let corner = origin ?? [Double](repeating: 0, count: size.count)
    precondition(corner.count == size.count && corner.allSatisfy(\.isFinite), "origin \(corner)")
    self.size = size
    self.cells = cells
    self.origin = corner
    self.split = split
  }

  /// The mesh: one block of domain cells, one of boundary cells.
  public func mesh() -> Mesh { size.count == 2 ? planar() : solid() }

  /// The coordinate of grid line `index` along `axis`; exact at both ends.
  private func coordinate(_ axis: Int, _ index: Int) -> Double {
    index == cells[axis]
      ? origin[axis] + size[axis]
      : origin[axis] + size[axis] * Double(index) / Double(cells[axis])
  }

  private func planar() -> Mesh {
    let (nx, ny) = (cells[0], cells[1])
    func at(_ i: Int, _ j: Int) -> Int32 { Int32(j * (nx + 1) + i) }
    var coordinates: [Double] = []
    for j in 0...ny { for i in 0...nx { coordinates += [coordinate(0, i), coordinate(1, j)] } }
    if split == .crossed {
      for j in 0..<ny {
        for i in 0..<nx {
          coordinates += [
            (coordinate(0, i) + coordinate(0, i + 1)) / 2,
            (coordinate(1, j) + coordinate(1, j + 1)) / 2,
          ]
        }
      }
    }
    var triangles: [Int32] = []
    for j in 0..<ny {
      for i in 0..<nx {
        let (a, b, c, d) = (at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1))
        switch split {
        case .crossed:
          let m = Int32((nx + 1) * (ny + 1) + j * nx + i)
          triangles += [a, b, m, b, c, m, c, d, m, d, a, m]
        case .rising: triangles += [a, b, c, a, c, d]
        case .falling: triangles += [a, b, d, b, c, d]
        case .alternating:
          triangles += (i + j).isMultiple(of: 2) ? [a, b, c, a, c, d] : [a, b, d, b, c, d]
        }
      }
    }
    var sides = Sides()
    sides.add("bottom", (0..<nx).flatMap { [at($0, 0), at($0 + 1, 0)] }, 2)
    sides.add("right", (0..<ny).flatMap { [at(nx, $0), at(nx, $0 + 1)] }, 2)
    sides.add("top", (0..<nx).reversed().flatMap { [at($0 + 1, ny), at($0, ny)] }, 2)
    sides.add("left", (0..<ny).reversed().flatMap { [at(0, $0 + 1), at(0, $0)] }, 2)
    return sides.mesh(
      coordinates, CellBlock(shape: .triangle, order: 1, connectivity: triangles), sides: .line)
  }

  /// The corners of the six tetrahedra of a brick, as bits (x = 1, y = 2, z = 4): one for each order
  /// in which the three axes lead from corner 0 to corner 7.
  /// - Source: Kuhn, *Some combinatorial lemmas in topology*, IBM J. Res. Dev. 4 (1960).
  private static let kuhn = [
    [0, 1, 3, 7], [0, 5, 1, 7], [0, 3, 2, 7], [0, 2, 6, 7], [0, 4, 5, 7], [0, 6, 4, 7],
  ]

  private func solid() -> Mesh {
    let (nx, ny, nz) = (cells[0], cells[1], cells[2])
    func at(_ i: Int, _ j: Int, _ k: Int) -> Int32 { Int32((k * (ny + 1) + j) * (nx + 1) + i) }
    var coordinates: [Double] = []
    coordinates.reserveCapacity(3 * (nx + 1) * (ny + 1) * (nz + 1))
    for k in 0...nz {
      for j in 0...ny {
        for i in 0...nx {
          coordinates.append(coordinate(0, i))
          coordinates.append(coordinate(1, j))
          coordinates.append(coordinate(2, k))
        }
      }
    }
    let corners = Box.kuhn.flatMap { $0 }.map { at($0 & 1, $0 >> 1 & 1, $0 >> 2) }
    var tetrahedra: [Int32] = []
    tetrahedra.reserveCapacity(24 * nx * ny * nz)
    for k in 0..<nz {
      for j in 0..<ny {
        for i in 0..<nx {
          let base = at(i, j, k)
          for corner in corners { tetrahedra.append(base + corner) }
        }
      }
    }
    /// The side across `axis`, as two triangles a rectangle whose normals point out; the diagonal
    /// is the one that Kuhn's tetrahedra leave there, from the lowest to the highest corner.
    func side(_ axis: Int, upper: Bool) -> [Int32] {
      let (u, v) = ((axis + 1) % 3, (axis + 2) % 3)
      var triangles: [Int32] = []
      for q in 0..<cells[v] {
        for p in 0..<cells[u] {
          func corner(_ dp: Int, _ dq: Int) -> Int32 {
            var index = [0, 0, 0]
            index[axis] = upper ? cells[axis] : 0
            index[u] = p + dp
            index[v] = q + dq
            return at(index[0], index[1], index[2])
          }
          let (a, b, c, d) = (corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1))
          triangles += upper ? [a, b, c, a, c, d] : [a, c, b, a, d, c]
        }
      }
      return triangles
    }
    var sides = Sides()
    let names = [("left", "right"), ("front", "back"), ("bottom", "top")]
    for (axis, (lower, upper)) in names.enumerated() {
      sides.add(lower, side(axis, upper: false), 3)
      sides.add(upper, side(axis, upper: true), 3)
    }
    return sides.mesh(
      coordinates, CellBlock(shape: .tetrahedron, order: 1, connectivity: tetrahedra),
      sides: .triangle)
  }
}

/// The boundary cells of a box while they are collected, side after side.
private struct Sides {
  private var connectivity: [Int32] = []
  private var ranges: [(name: String, cells: Range<Int32>)] = []

  mutating func add(_ name: String, _ nodes: [Int32], _ nodesPerCell: Int) {
    let first = Int32(connectivity.count / nodesPerCell)
    connectivity += nodes
    ranges.append((name, first..<Int32(connectivity.count / nodesPerCell)))
  }

  /// The finished mesh: block 0 holds the domain, block 1 the sides.
  func mesh(_ coordinates: [Double], _ domain: CellBlock, sides shape: CellShape) -> Mesh {
    let whole = Region(
      name: "domain", dimension: domain.dimension,
      members: [Region.Member(block: 0, cells: Array(0..<Int32(domain.cellCount)))])
    let regions = ranges.map {
      Region(
        name: $0.name, dimension: shape.dimension,
        members: [Region.Member(block: 1, cells: Array($0.cells))])
    }
    return Mesh(
      dimension: domain.dimension, coordinates: coordinates,
      blocks: [domain, CellBlock(shape: shape, order: 1, connectivity: connectivity)],
      regions: [whole] + regions)
  }
}
