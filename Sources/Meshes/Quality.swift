internal import RealModule

/// How well shaped the cells of the domain are, judged by their corners.
///
/// The ratio of a cell is 1 if it is regular and 0 if it is flat. For triangles and tetrahedra it is
/// the ratio d · r / R of the radii of the inscribed and the circumscribed circle or sphere; for other
/// shapes the least determinant of the unit vectors along the edges that meet in a corner, divided by
/// its value in the regular cell (for pyramids in the corners of the base, at most 1).
public struct Quality: Sendable, Hashable {
  /// The ratio of each cell, through all blocks of the domain.
  public let ratios: [Double]
  /// The smallest ratio.
  public let lowest: Double
  /// The mean of the ratios.
  public let mean: Double
  /// The smallest angle in degrees: between two sides of a plane cell, between two faces of a body.
  public let smallestAngle: Double
  /// The shortest edge, in the unit of the coordinates.
  public let shortestEdge: Double
  /// The longest edge, in the unit of the coordinates.
  public let longestEdge: Double
  /// The cell with the lowest ratio, through all blocks of the domain.
  public let worstCell: Int

  /// The quality of the cells of a mesh that has at least one.
  public init(_ mesh: Mesh) {
    var ratios: [Double] = []
    ratios.reserveCapacity(mesh.cellCount)
    var sum = CompensatedSum()
    var sharpest = -1.0
    var shortest = Double.infinity
    var longest = 0.0
    for block in mesh.cellBlocks(ofDimension: mesh.dimension) {
      var nodes = [SIMD3<Double>](repeating: .zero, count: block.nodesPerCell)
      let edges = block.shape.edges
      let corners = CornerQuality(block.shape)
      for index in 0..<block.cellCount {
        mesh.load(&nodes, block, index)
        for edge in edges {
          let length = Quality.length(nodes[edge[1]] - nodes[edge[0]])
          shortest = min(shortest, length)
          longest = max(longest, length)
        }
        let (ratio, cosine) =
          switch block.shape {
          case .triangle: Quality.triangle(nodes)
          case .tetrahedron: Quality.tetrahedron(nodes)
          default: corners.measure(nodes)
          }
        sharpest = max(sharpest, cosine)
        sum.add(ratio)
        ratios.append(ratio)
      }
    }
    self.ratios = ratios
    lowest = ratios.min() ?? 0
    mean = ratios.isEmpty ? 0 : sum.value / Double(ratios.count)
    smallestAngle = Double.acos(max(-1, min(1, sharpest))) * 180 / .pi
    shortestEdge = ratios.isEmpty ? 0 : shortest
    longestEdge = longest
    worstCell = ratios.firstIndex(of: lowest) ?? 0
  }

  private static func length(_ vector: SIMD3<Double>) -> Double {
    (vector * vector).sum().squareRoot()
  }

  /// 2 r / R and the cosine of the smallest angle.
  private static func triangle(_ nodes: [SIMD3<Double>]) -> (Double, Double) {
    let a = length(nodes[2] - nodes[1])
    let b = length(nodes[0] - nodes[2])
    let c = length(nodes[1] - nodes[0])
    let ratio = (b + c - a) * (c + a - b) * (a + b - c) / (a * b * c)
    let cosine = max(
      (b * b + c * c - a * a) / (2 * b * c), (c * c + a * a - b * b) / (2 * c * a),
      (a * a + b * b - c * c) / (2 * a * b))
    return (max(0, ratio), cosine)
  }

  /// 3 r / R with r = 3 V / Σ areas and R from the products of opposite edges (Crelle), and the
  /// cosine of the smallest angle between two faces.
  private static func tetrahedron(_ nodes: [SIMD3<Double>]) -> (Double, Double) {
    // Normals of the faces, pointing out, twice as long as the areas.
    let normals = CellShape.tetrahedron.facets.map {
      CellMap.cross(nodes[$0[1]] - nodes[$0[0]], nodes[$0[2]] - nodes[$0[0]])
    }
    let areas = normals.map(length)
    let volume = abs((normals[0] * (nodes[3] - nodes[0])).sum()) / 6
    func edge(_ i: Int, _ j: Int) -> Double { length(nodes[j] - nodes[i]) }
    let p = edge(0, 1) * edge(2, 3)
    let q = edge(0, 2) * edge(1, 3)
    let r = edge(0, 3) * edge(1, 2)
    let heron = max(0, (p + q + r) * (q + r - p) * (r + p - q) * (p + q - r)).squareRoot() / 4
    let inner = 6 * volume / areas.reduce(0, +)
    var cosine = -1.0
    for i in 0..<4 {
      for j in i + 1..<4 {
        cosine = max(cosine, -(normals[i] * normals[j]).sum() / (areas[i] * areas[j]))
      }
    }
    return (heron > 0 ? 3 * inner * 6 * volume / heron : 0, cosine)
  }
}
