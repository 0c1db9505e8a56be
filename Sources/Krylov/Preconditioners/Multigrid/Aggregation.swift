/// The nodes of a graph in groups of neighbours, each to become one node of the coarser level.
struct Aggregation: Sendable {
  /// The group of each node; −1 for nodes without neighbours, which need no coarser level.
  private(set) var group: [Int32]
  /// The number of groups.
  private(set) var count = 0

  /// Groups nodes greedily in their order: whole neighbourhoods first, then what borders on them,
  /// then the rest.
  ///
  /// - Source: Vaněk, Mandel, Brezina, *Algebraic multigrid by smoothed aggregation for second and
  ///   fourth order elliptic problems*, Computing 56 (1996), Algorithm 2.
  init(_ graph: NodeGraph) {
    let n = graph.count
    group = [Int32](repeating: -1, count: n)
    for i in 0..<n where group[i] < 0 {
      let row = graph.neighbours(i)
      guard !row.isEmpty, row.allSatisfy({ group[Int($0)] < 0 }) else { continue }
      group[i] = Int32(count)
      for j in row { group[Int(j)] = Int32(count) }
      count += 1
    }
    // Judged by the groups of the first pass, so that groups do not grow into chains.
    let whole = group
    for i in 0..<n where whole[i] < 0 {
      if let j = graph.neighbours(i).first(where: { whole[Int($0)] >= 0 }) {
        group[i] = whole[Int(j)]
      }
    }
    for i in 0..<n where group[i] < 0 {
      let row = graph.neighbours(i)
      guard !row.isEmpty else { continue }
      group[i] = Int32(count)
      for j in row where group[Int(j)] < 0 { group[Int(j)] = Int32(count) }
      count += 1
    }
  }

  /// The nodes of each group, ascending: group g has `node[start[g]..<start[g + 1]]`.
  var members: (start: [Int], node: [Int32]) {
    var start = [Int](repeating: 0, count: count + 1)
    for g in group where g >= 0 { start[Int(g) + 1] += 1 }
    for g in 0..<count { start[g + 1] += start[g] }
    var node = [Int32](repeating: 0, count: start[count])
    var next = start
    for (i, g) in group.enumerated() where g >= 0 {
      node[next[Int(g)]] = Int32(i)
      next[Int(g)] += 1
    }
    return (start, node)
  }
}
