/// One number for each edge of a mesh, shared by all cells around it: where the second-order
/// degrees of freedom of a first-order mesh live.
///
/// Edges are numbered in the lexicographic order of their two end points.
public struct EdgeNumbering: Sendable {
  /// The end points of each edge, two numbers, the lower point first.
  public let vertices: [Int32]
  /// For each block of the topology, the edges of its cells: cell after cell, in the order of
  /// `CellShape.edges`; empty for blocks of points.
  public let cellEdges: [[Int32]]

  /// The number of edges.
  public var count: Int { vertices.count / 2 }

  /// Numbers the edges of all cells of dimension one and more.
  ///
  /// - Complexity: Linear in the number of cells.
  public init(_ topology: MeshTopology) {
    let total = topology.blocks.reduce(0) { $0 + $1.cellCount * $1.shape.edges.count }
    var lower: [Int32] = []
    var upper: [Int32] = []
    lower.reserveCapacity(total)
    upper.reserveCapacity(total)
    for block in topology.blocks {
      let ends = block.shape.edges.map { ($0[0], $0[1]) }
      let stride = block.nodesPerCell
      for base in Swift.stride(from: 0, to: block.connectivity.count, by: stride) {
        for (first, second) in ends {
          let a = block.connectivity[base + first]
          let b = block.connectivity[base + second]
          lower.append(min(a, b))
          upper.append(max(a, b))
        }
      }
    }
    let numbering = UniqueNumbering(lowest: lower, rest: upper, pointCount: topology.pointCount)
    vertices = numbering.firstPlace.flatMap { [lower[Int($0)], upper[Int($0)]] }
    var place = 0
    cellEdges = topology.blocks.map { block in
      let count = block.cellCount * block.shape.edges.count
      defer { place += count }
      return Array(numbering.number[place..<place + count])
    }
  }
}
