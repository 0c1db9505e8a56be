public import Meshes

/// A unit square or cube filled with cells of one shape or of several that share their sides, its
/// inner points moved about at will.
///
/// Regions: "domain", and "left", "right", "bottom", "top", in space also "front", "back".
public struct ShapedBox: Sendable, CustomStringConvertible {
  /// What fills the box.
  public enum Filling: String, Sendable, CaseIterable {
    /// Two to a grid cell.
    case triangles
    /// One to a grid cell.
    case quadrilaterals
    /// Columns of quadrilaterals and of triangles.
    case planarMixture = "planar mixture"
    /// Six to a grid cell.
    case tetrahedra
    /// One to a grid cell.
    case hexahedra
    /// Two to a grid cell.
    case wedges
    /// Six to a grid cell, around its centre.
    case pyramids
    /// Columns of hexahedra, wedges, pyramids and tetrahedra.
    case solidMixture = "solid mixture"

    /// 2 or 3.
    public var dimension: Int {
      switch self {
      case .triangles, .quadrilaterals, .planarMixture: 2
      default: 3
      }
    }
    /// Whether some cells are pyramids.
    public var hasPyramids: Bool { self == .pyramids || self == .solidMixture }
  }

  /// What fills the box.
  public let filling: Filling
  /// The filling in words.
  public var description: String { filling.rawValue }

  /// Every filling.
  public static let all = Filling.allCases.map { ShapedBox($0) }

  /// A box of the given filling.
  public init(_ filling: Filling) { self.filling = filling }

  /// The mesh.
  ///
  /// - Parameters:
  ///   - n: The number of grid cells along each side, at least 4 for mixtures; multiples of 4 give
  ///     equal parts to their shapes.
  ///   - across: The number of grid cells along y and z; nil takes `n`.
  ///   - distortion: By which part of a grid cell inner points are moved at most.
  ///   - seed: Of the random moves.
  ///   - map: Applied to all points in the end.
  public func mesh(
    _ n: Int, across: Int? = nil, distortion: Double = 0, seed: UInt64 = 5,
    map: (SIMD3<Double>) -> SIMD3<Double> = { $0 }
  ) -> Mesh {
    let m = across ?? n
    var builder = ShapedBoxBuilder(n, across: m, filling.dimension)
    for k in 0..<(filling.dimension == 3 ? m : 1) {
      for j in 0..<m { for i in 0..<n { builder.fill(i, j, k, filling) } }
    }
    return builder.mesh(distortion, seed, map)
  }
}

/// Points, cells and sides of a box while they are collected.
private struct ShapedBoxBuilder {
  /// Grid cells along x, and along y and z.
  let n, m: Int
  let dimension: Int
  var points: [SIMD3<Double>] = []
  var cells: [CellShape: [Int32]] = [:]

  init(_ n: Int, across m: Int, _ dimension: Int) {
    (self.n, self.m, self.dimension) = (n, m, dimension)
    for k in 0...(dimension == 3 ? m : 0) {
      for j in 0...m {
        for i in 0...n { points.append(place(Double(i), Double(j), Double(k))) }
      }
    }
  }

  /// Where the grid has a point of the given number along each axis.
  private func place(_ i: Double, _ j: Double, _ k: Double) -> SIMD3<Double> {
    SIMD3(i, j, k) / SIMD3(Double(n), Double(m), Double(m))
  }

  private func at(_ i: Int, _ j: Int, _ k: Int) -> Int32 {
    Int32((k * (m + 1) + j) * (n + 1) + i)
  }

  mutating func fill(_ i: Int, _ j: Int, _ k: Int, _ filling: ShapedBox.Filling) {
    let base = [at(i, j, k), at(i + 1, j, k), at(i + 1, j + 1, k), at(i, j + 1, k)]
    func add(_ shape: CellShape, _ nodes: [Int32]) { cells[shape, default: []] += nodes }
    if dimension == 2 {
      let isWhole = filling == .quadrilaterals || (filling == .planarMixture && i < n / 2)
      if isWhole {
        add(.quadrilateral, base)
      } else {
        add(.triangle, [base[0], base[1], base[2]])
        add(.triangle, [base[0], base[2], base[3]])
      }
      return
    }
    let c = base + base.map { $0 + Int32((n + 1) * (m + 1)) }
    let quarter = min(3, 4 * i / n)
    let shape: CellShape =
      switch filling {
      case .hexahedra: .hexahedron
      case .wedges: .wedge
      case .pyramids: .pyramid
      case .solidMixture: [.hexahedron, .wedge, .pyramid, .tetrahedron][quarter]
      default: .tetrahedron
      }
    switch shape {
    case .hexahedron: add(shape, c)
    case .wedge:
      add(shape, [c[0], c[1], c[2], c[4], c[5], c[6]])
      add(shape, [c[0], c[2], c[3], c[4], c[6], c[7]])
    case .pyramid:
      let centre = Int32(points.count)
      points.append(place(Double(i) + 0.5, Double(j) + 0.5, Double(k) + 0.5))
      let isLast = filling == .solidMixture && 4 * (i + 1) / n > 2
      for facet in CellShape.hexahedron.facets {
        let inward = facet.reversed().map { c[$0] }
        // The side towards the tetrahedra is cut along their diagonal, from corner 1 to corner 6.
        if isLast, Set(facet) == [1, 2, 6, 5] {
          add(.tetrahedron, [c[1], c[6], c[2], centre])
          add(.tetrahedron, [c[1], c[5], c[6], centre])
        } else {
          add(.pyramid, inward + [centre])
        }
      }
    default:
      // Kuhn's six tetrahedra: a path along the axes from corner 0 to corner 6 each.
      for path in [[1, 2], [1, 5], [3, 2], [3, 7], [4, 5], [4, 7]] {
        add(.tetrahedron, [c[0], c[path[0]], c[path[1]], c[6]])
      }
    }
  }

  /// Tetrahedra turned so that their measure is positive.
  private func turned(_ shape: CellShape, _ nodes: [Int32]) -> [Int32] {
    guard shape == .tetrahedron else { return nodes }
    var result = nodes
    for first in stride(from: 0, to: nodes.count, by: 4) {
      let p = (0..<4).map { points[Int(nodes[first + $0])] }
      let (a, b, c) = (p[1] - p[0], p[2] - p[0], p[3] - p[0])
      let volume =
        a.x * (b.y * c.z - b.z * c.y) - a.y * (b.x * c.z - b.z * c.x)
        + a.z * (b.x * c.y - b.y * c.x)
      if volume < 0 { result.swapAt(first, first + 1) }
    }
    return result
  }

  func mesh(_ distortion: Double, _ seed: UInt64, _ map: (SIMD3<Double>) -> SIMD3<Double>) -> Mesh {
    let domain = CellShape.allCases.compactMap { shape in
      cells[shape].map {
        CellBlock(shape: shape, nodes: .corners, connectivity: turned(shape, $0))
      }
    }
    var facets: [[Int32]: [Int32]] = [:]
    var order: [[Int32]] = []
    for block in domain {
      for cell in 0..<block.cellCount {
        let nodes = Array(block.vertices(of: cell))
        for facet in block.shape.facets {
          let corners = facet.map { nodes[$0] }
          let key = corners.sorted()
          if facets[key] == nil { order.append(key) }
          facets[key] = facets[key] == nil ? corners : []
        }
      }
    }
    let names = [("left", "right"), ("front", "back"), ("bottom", "top")]
    let planar = [("left", "right"), ("bottom", "top")]
    var sides: [CellShape: [Int32]] = [:]
    var members: [String: [CellShape: [Int32]]] = [:]
    for key in order {
      guard let corners = facets[key], !corners.isEmpty else { continue }
      let shape: CellShape = [.line, .triangle, .quadrilateral][corners.count - 2]
      let number = Int32((sides[shape] ?? []).count / corners.count)
      sides[shape, default: []] += corners
      for (axis, pair) in (dimension == 2 ? planar : names).enumerated() {
        for (value, name) in [(0.0, pair.0), (1.0, pair.1)]
        where corners.allSatisfy({ points[Int($0)][axis] == value }) {
          members[name, default: [:]][shape, default: []].append(number)
        }
      }
    }
    let sideShapes = CellShape.allCases.filter { sides[$0] != nil }
    let blocks =
      domain
      + sideShapes.map {
        CellBlock(shape: $0, nodes: .corners, connectivity: sides[$0] ?? [])
      }
    let whole = Region(
      name: "domain", dimension: dimension,
      members: domain.indices.map {
        Region.Member(block: $0, cells: Array(0..<Int32(domain[$0].cellCount)))
      })
    let regions = members.keys.sorted().map { name in
      Region(
        name: name, dimension: dimension - 1,
        members: sideShapes.enumerated().compactMap { place, shape in
          members[name]?[shape].map { Region.Member(block: domain.count + place, cells: $0) }
        })
    }
    var random = SeededRandom(seed: seed)
    var coordinates: [Double] = []
    for point in points {
      var moved = point
      let isInside = (0..<dimension).allSatisfy { point[$0] > 0 && point[$0] < 1 }
      for axis in 0..<dimension {
        let step = random.uniform() * distortion / Double(max(n, m))
        if isInside { moved[axis] += step }
      }
      let place = map(moved)
      coordinates += (0..<dimension).map { place[$0] }
    }
    return Mesh(
      dimension: dimension, coordinates: coordinates, blocks: blocks, regions: [whole] + regions)
  }
}
