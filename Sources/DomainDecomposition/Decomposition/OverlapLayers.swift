public import LinearAlgebra

extension OverlappingDecomposition {
  /// Cuts the graph of a matrix with METIS and lets the parts overlap.
  ///
  /// - Parameters:
  ///   - pattern: The pattern of the matrix, square; edges count in both directions.
  ///   - count: The number of subdomains.
  ///   - overlap: The layers of the graph that each part grows by.
  ///   - unity: How shared unknowns are divided.
  ///   - seed: The same seed gives the same parts.
  /// - Throws: As ``Graph/partition(adjacencyStart:adjacency:parts:seed:)``.
  public init(
    _ pattern: SparsityPattern, count: Int, overlap: Int,
    unity: PartitionOfUnity = .multiplicity, seed: Int = 1
  ) throws(PartitionError) {
    let graph = MatrixGraph(pattern)
    let parts = try Graph.partition(
      adjacencyStart: graph.start.map { Int32($0) }, adjacency: graph.neighbours, parts: count,
      seed: seed)
    self.init(graph, parts: parts, overlap: overlap, unity: unity)
  }

  /// Lets given parts overlap.
  ///
  /// - Parameters:
  ///   - pattern: The pattern of the matrix, square; edges count in both directions.
  ///   - parts: The part of each unknown, numbered from 0 without gaps.
  ///   - overlap: The layers of the graph that each part grows by.
  ///   - unity: How shared unknowns are divided.
  public init(
    _ pattern: SparsityPattern, parts: [Int32], overlap: Int,
    unity: PartitionOfUnity = .multiplicity
  ) {
    self.init(MatrixGraph(pattern), parts: parts, overlap: overlap, unity: unity)
  }

  private init(_ graph: MatrixGraph, parts: [Int32], overlap: Int, unity: PartitionOfUnity) {
    let n = graph.start.count - 1
    precondition(parts.count == n, "\(parts.count) parts for \(n) unknowns")
    precondition(overlap >= 0, "an overlap of \(overlap) layers")
    var sets = [[Int32]](repeating: [], count: Int(parts.max() ?? -1) + 1)
    for (i, part) in parts.enumerated() {
      precondition(part >= 0, "unknown \(i) is in part \(part)")
      sets[Int(part)].append(Int32(i))
    }
    var mark = [Int](repeating: -1, count: n)
    for j in sets.indices { graph.grow(&sets[j], by: overlap, mark: &mark, stamp: j) }
    self.init(order: n, sets: sets, owner: parts, unity: unity)
  }
}

/// The graph of a square matrix: an edge for each pair with an entry in either place.
struct MatrixGraph {
  let start: [Int]
  let neighbours: [Int32]

  init(_ pattern: SparsityPattern) {
    precondition(
      pattern.rowCount == pattern.columnCount,
      "the graph of a \(pattern.rowCount) × \(pattern.columnCount) matrix")
    let both = pattern.union(pattern.transposed())
    var (start, neighbours) = ([0], [Int32]())
    start.reserveCapacity(both.rowCount + 1)
    neighbours.reserveCapacity(both.entryCount)
    for i in 0..<both.rowCount {
      for k in both.rowStart[i]..<both.rowStart[i + 1] where Int(both.column[k]) != i {
        neighbours.append(both.column[k])
      }
      start.append(neighbours.count)
    }
    (self.start, self.neighbours) = (start, neighbours)
  }

  /// Adds layers of neighbours to a set and sorts it.
  ///
  /// - Parameters:
  ///   - mark: The last stamp of each vertex; lets one array serve many sets.
  ///   - stamp: A number that no set before had.
  func grow(_ set: inout [Int32], by layers: Int, mark: inout [Int], stamp: Int) {
    for i in set { mark[Int(i)] = stamp }
    var front = 0
    for _ in 0..<layers {
      let end = set.count
      for place in front..<end {
        let i = Int(set[place])
        for k in start[i]..<start[i + 1] where mark[Int(neighbours[k])] != stamp {
          mark[Int(neighbours[k])] = stamp
          set.append(neighbours[k])
        }
      }
      front = end
    }
    set.sort()
  }
}
