/// A rectangle filled with triangles or quadrilaterals, or a brick filled with bodies of one shape.
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
  /// The cut of the rectangles where the cells are triangles.
  public let split: Split
  /// The shape of the cells. Tetrahedra are six to a brick, around its main diagonal (Kuhn); wedges
  /// two, over the rising diagonal of the bottom; pyramids six, with their apices in the middle.
  public let shape: CellShape

  /// A box of triangles or tetrahedra; the origin is at zero unless given.
  public init(size: [Double], cells: [Int], origin: [Double]? = nil, split: Split = .rising) {
    self.init(
      size: size, cells: cells, origin: origin, split: split,
      shape: size.count == 2 ? .triangle : .tetrahedron)
  }

  /// A box of cells of a shape, of dimension 2 or 3 as the box; the origin is at zero unless given.
  public init(size: [Double], cells: [Int], origin: [Double]? = nil, shape: CellShape) {
    self.init(size: size, cells: cells, origin: origin, split: .rising, shape: shape)
  }

  private init(
    size: [Double], cells: [Int], origin: [Double]?, split: Split, shape: CellShape
  ) {
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
    precondition(
      shape.dimension == size.count, "\(shape.plural) do not fill a box of \(size.count) sides")
    self.split = split
    self.shape = shape
  }

  /// The mesh: one block of domain cells, then the boundary cells, a block for each of their shapes.
  public func mesh() -> Mesh { size.count == 2 ? planar() : solid() }

  /// The coordinate of grid line `index` along `axis`; exact at both ends.
  func coordinate(_ axis: Int, _ index: Int) -> Double {
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
    var connectivity: [Int32] = []
    for j in 0..<ny {
      for i in 0..<nx {
        let (a, b, c, d) = (at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1))
        if shape == .quadrilateral {
          connectivity += [a, b, c, d]
          continue
        }
        switch split {
        case .crossed:
          let m = Int32((nx + 1) * (ny + 1) + j * nx + i)
          connectivity += [a, b, m, b, c, m, c, d, m, d, a, m]
        case .rising: connectivity += [a, b, c, a, c, d]
        case .falling: connectivity += [a, b, d, b, c, d]
        case .alternating:
          connectivity += (i + j).isMultiple(of: 2) ? [a, b, c, a, c, d] : [a, b, d, b, c, d]
        }
      }
    }
    var sides = BoxSides()
    sides.add("bottom", .line, (0..<nx).flatMap { [at($0, 0), at($0 + 1, 0)] })
    sides.add("right", .line, (0..<ny).flatMap { [at(nx, $0), at(nx, $0 + 1)] })
    sides.add("top", .line, (0..<nx).reversed().flatMap { [at($0 + 1, ny), at($0, ny)] })
    sides.add("left", .line, (0..<ny).reversed().flatMap { [at(0, $0 + 1), at(0, $0)] })
    return sides.mesh(
      coordinates, CellBlock(shape: shape, nodes: .corners, connectivity: connectivity))
  }
}
