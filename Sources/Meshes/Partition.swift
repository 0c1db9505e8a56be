public import LinearAlgebra

/// The cells of the domain in parts of nearly equal size with few facets between them.
public struct Partition: Sendable, Hashable {
  /// The number of parts; none is empty.
  public let partCount: Int
  /// The part of each cell, through all blocks of the domain in their order.
  public let part: [Int32]

  /// Cuts the dual graph of the mesh (cells joined across facets).
  ///
  /// - Parameters:
  ///   - mesh: The mesh.
  ///   - parts: The number of parts, from 1 to the number of cells.
  ///   - seed: The same seed gives the same parts.
  /// - Throws: `PartitionError` if a part would be empty.
  public init(_ mesh: Mesh, parts: Int, seed: Int = 1) throws(PartitionError) {
    let (start, neighbours) = Partition.dualGraph(FacetNumbering(mesh.topology), mesh.cellCount)
    partCount = parts
    part = try Graph.partition(
      adjacencyStart: start, adjacency: neighbours, parts: parts, seed: seed)
  }

  /// The cells of one part, ascending.
  public func cells(of wanted: Int) -> [Int32] {
    (0..<Int32(part.count)).filter { part[Int($0)] == Int32(wanted) }
  }

  /// For each cell the cells across its facets, in compressed rows.
  ///
  /// - Parameters:
  ///   - facets: The facets of the mesh.
  ///   - cellCount: The number of cells of the domain.
  /// - Returns: The start of each row (`cellCount` + 1 numbers) and the neighbours, ascending.
  public static func dualGraph(
    _ facets: FacetNumbering, _ cellCount: Int
  ) -> (start: [Int32], neighbours: [Int32]) {
    var start: [Int32] = [0]
    var neighbours: [Int32] = []
    for cell in 0..<cellCount {
      var row: [Int32] = []
      for facet in facets.facets(ofCell: cell) {
        let (a, b) = (facets.cells[2 * Int(facet)], facets.cells[2 * Int(facet) + 1])
        // A third cell at a crowded facet is joined to neither of the two.
        guard b >= 0, Int(a) == cell || Int(b) == cell else { continue }
        row.append(Int(a) == cell ? b : a)
      }
      neighbours += row.sorted()
      start.append(Int32(neighbours.count))
    }
    return (start, neighbours)
  }
}
