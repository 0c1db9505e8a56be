/// For each of some cells the cells it has to do with.
struct Adjacency: Sendable {
  /// Pairs in the order they were found.
  struct Pairs: Sendable {
    private(set) var first: [Int32] = []
    private(set) var second: [Int32] = []

    mutating func add(_ a: Int, _ b: Int) {
      first.append(Int32(a))
      second.append(Int32(b))
    }
  }

  private let starts: [Int]
  private let others: [Int32]

  /// - Parameter count: Of cells that may come first.
  init(_ pairs: Pairs, count: Int) {
    var starts = [Int](repeating: 0, count: count + 1)
    for a in pairs.first { starts[Int(a) + 1] += 1 }
    for a in 0..<count { starts[a + 1] += starts[a] }
    var (next, others) = (starts, [Int32](repeating: 0, count: pairs.first.count))
    for (a, b) in zip(pairs.first, pairs.second) {
      others[next[Int(a)]] = b
      next[Int(a)] += 1
    }
    (self.starts, self.others) = (starts, others)
  }

  /// In the order they were found.
  subscript(a: Int) -> ArraySlice<Int32> { others[starts[a]..<starts[a + 1]] }
}
