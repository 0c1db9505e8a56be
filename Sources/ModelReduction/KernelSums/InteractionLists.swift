/// Which cells interact in which way, so that every pair of a target and a source is counted once.
///
/// Pairs of cells are followed from the roots down, always of the same level: far ones interact
/// through their nodes, near ones are split. Where one of two near cells is a leaf, the children of
/// the other are looked at alone: a child that is far from the leaf, measured by its own width, sends
/// from its nodes to the leaf's points, or receives at its nodes from them, which its basis allows
/// because the far region of a cell is everything outside three widths. All that is left are points
/// with points. The lists are those known as U, V, W and X; what is near one level and far on the next
/// follows from the walk, so that no case has to be enumerated, and a level whose basis is of no use is
/// passed over by splitting its pairs once more.
struct InteractionLists: Sendable {
  /// Cells of a level that interact through their nodes.
  struct Far: Sendable {
    /// Displacements in widths, target minus source.
    var offsets: [SIMD3<Int32>] = []
    /// Numbers within the level.
    var targets: [Int32] = []
    var sources: [Int32] = []
    /// The displacement of each pair.
    var offset: [Int32] = []
    fileprivate var numbers: [SIMD3<Int32>: Int32] = [:]

    fileprivate mutating func add(_ target: Int, _ source: Int, _ shift: SIMD3<Int32>) {
      var number = numbers[shift]
      if number == nil {
        number = Int32(offsets.count)
        numbers[shift] = number
        offsets.append(shift)
      }
      targets.append(Int32(target))
      sources.append(Int32(source))
      offset.append(number ?? 0)
    }
  }

  /// For each level.
  private(set) var far: [Far]
  /// Leaf targets with the points of source cells.
  private(set) var near = Adjacency.Pairs()
  /// Leaf targets with the nodes of source cells.
  private(set) var fromNodes = Adjacency.Pairs()
  /// The nodes of target cells with the points of source leaves.
  private(set) var toNodes = Adjacency.Pairs()

  private let targets: PointTree
  private let sources: PointTree
  /// Of each level; nil where its basis is of no use.
  private let ranks: [Int?]

  init(_ targets: PointTree, _ sources: PointTree, ranks: [Int?]) {
    (self.targets, self.sources, self.ranks) = (targets, sources, ranks)
    far = ranks.map { _ in Far() }
    guard !targets.points.x.isEmpty, !sources.points.x.isEmpty else { return }
    var pairs: [(Int, Int)] = [(0, 0)]
    while !pairs.isEmpty {
      var next: [(Int, Int)] = []
      for (t, s) in pairs { split(t, s, into: &next) }
      pairs = next
    }
  }

  /// Settles a near pair of the same level, or hands its children on.
  private mutating func split(_ t: Int, _ s: Int, into next: inout [(Int, Int)]) {
    let (target, source) = (targets.cells[t], sources.cells[s])
    switch (target.isLeaf, source.isLeaf) {
    case (true, true): near.add(t, s)
    case (true, false): for child in source.children { send(to: t, from: child) }
    case (false, true): for child in target.children { receive(at: child, from: s) }
    case (false, false):
      let level = target.level + 1
      let rank = ranks[level]
      for tc in target.children {
        let t = targets.cells[tc]
        for sc in source.children {
          let s = sources.cells[sc]
          let shift = t.place &- s.place
          guard let rank, max(shift.max(), -shift.min()) >= 2 else {
            next.append((tc, sc))
            continue
          }
          // Few points with few others cost less than the nodes of both.
          if t.isLeaf, s.isLeaf, 100 * t.points.count * s.points.count <= rank * rank {
            near.add(tc, sc)
          } else {
            far[level].add(
              tc - targets.levels[level].lowerBound, sc - sources.levels[level].lowerBound, shift)
          }
        }
      }
    }
  }

  /// A leaf with a smaller source cell.
  private mutating func send(to t: Int, from s: Int) {
    let source = sources.cells[s]
    if let rank = ranks[source.level], Self.isFar(targets.cells[t], from: source) {
      source.points.count > rank ? fromNodes.add(t, s) : near.add(t, s)
    } else if source.isLeaf {
      near.add(t, s)
    } else {
      for child in source.children { send(to: t, from: child) }
    }
  }

  /// A smaller target cell with a leaf.
  private mutating func receive(at t: Int, from s: Int) {
    let target = targets.cells[t]
    if let rank = ranks[target.level], Self.isFar(sources.cells[s], from: target) {
      if target.points.count > rank { toNodes.add(t, s) } else { meet(t, s) }
    } else if target.isLeaf {
      near.add(t, s)
    } else {
      for child in target.children { receive(at: child, from: s) }
    }
  }

  /// The leaves of a target with a source cell.
  private mutating func meet(_ t: Int, _ s: Int) {
    let target = targets.cells[t]
    if target.isLeaf { near.add(t, s) } else { for child in target.children { meet(child, s) } }
  }

  /// Whether a cell lies outside of the three widths around one of the same or a deeper level.
  private static func isFar(_ large: PointTree.Cell, from small: PointTree.Cell) -> Bool {
    let factor = Int32(1) << Int32(small.level - large.level)
    let (low, high) = (large.place &* factor, (large.place &+ 1) &* factor)
    // A whole cell between them along some axis.
    return max((low &- small.place).max() - 1, (small.place &- high).max()) >= 1
  }
}
