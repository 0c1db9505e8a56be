internal import CMETIS
internal import Foundation

/// Why a graph cannot be cut.
public enum PartitionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Fewer vertices than parts, or no part at all.
  case tooManyParts(parts: Int, vertices: Int)
  /// A part without vertices came out and could not be filled.
  case emptyPart(Int)
  /// METIS refused the graph with this status.
  case refused(status: Int)

  /// The error in one line.
  public var description: String {
    switch self {
    case .tooManyParts(let parts, let vertices): "\(vertices) vertices cannot make \(parts) parts"
    case .emptyPart(let part): "part \(part) is empty"
    case .refused(let status): "METIS refuses the graph (status \(status))"
    }
  }
}

/// METIS draws its random numbers from the one sequence of the C library: two calls at the same time
/// would disturb each other and give other results each time. Whoever calls METIS, also through an
/// ordering of CHOLMOD or UMFPACK, takes this turn.
enum METISTurn {
  static let lock = NSLock()
}

/// Algorithms on graphs in compressed rows.
public enum Graph {
  /// Cuts a graph into parts of nearly equal size with few edges between them.
  ///
  /// - Parameters:
  ///   - adjacencyStart: The start of each vertex's row, one more than vertices.
  ///   - adjacency: The neighbours; each edge stands in both rows, no vertex in its own.
  ///   - parts: The number of parts, from 1 to the number of vertices.
  ///   - seed: The same seed gives the same parts.
  /// - Returns: The part of each vertex; no part is empty.
  /// - Source: Karypis, Kumar, *A fast and high quality multilevel scheme for partitioning irregular
  ///   graphs*, SIAM J. Sci. Comput. 20 (1998).
  public static func partition(
    adjacencyStart: [Int32], adjacency: [Int32], parts: Int, seed: Int
  ) throws(PartitionError) -> [Int32] {
    let count = adjacencyStart.count - 1
    guard parts >= 1, parts <= count else {
      throw .tooManyParts(parts: parts, vertices: max(0, count))
    }
    precondition(
      Int(adjacencyStart[count]) == adjacency.count,
      "the rows end at \(adjacencyStart[count]), the neighbours at \(adjacency.count)")
    guard parts > 1 else { return [Int32](repeating: 0, count: count) }
    var options = [Int32](repeating: -1, count: Int(METIS_NOPTIONS))
    unsafe METIS_SetDefaultOptions(&options)
    options[Int(METIS_OPTION_SEED.rawValue)] = Int32(truncatingIfNeeded: seed)
    var (vertices, constraints, wanted, cut) = (Int32(count), Int32(1), Int32(parts), Int32(0))
    var part = [Int32](repeating: 0, count: count)
    var (rows, neighbours) = (adjacencyStart, adjacency)
    // Safe: METIS reads `count` rows and writes one part a vertex.
    let status = METISTurn.lock.withLock {
      unsafe METIS_PartGraphKway(
        &vertices, &constraints, &rows, &neighbours, nil, nil, nil, &wanted, nil, nil, &options,
        &cut, &part)
    }
    guard status == METIS_OK.rawValue else { throw .refused(status: Int(status)) }
    return try filled(part, parts)
  }

  /// METIS leaves parts empty on tiny graphs: each takes the last vertex of the largest part.
  private static func filled(_ part: [Int32], _ parts: Int) throws(PartitionError) -> [Int32] {
    var part = part
    var sizes = [Int](repeating: 0, count: parts)
    for index in part { sizes[Int(index)] += 1 }
    for empty in 0..<parts where sizes[empty] == 0 {
      guard let largest = sizes.indices.max(by: { (sizes[$0], -$0) < (sizes[$1], -$1) }),
        sizes[largest] > 1, let vertex = part.lastIndex(of: Int32(largest))
      else { throw .emptyPart(empty) }
      part[vertex] = Int32(empty)
      sizes[largest] -= 1
      sizes[empty] += 1
    }
    return part
  }
}
