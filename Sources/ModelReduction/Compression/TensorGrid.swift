/// The nodes of a tensor product of one to three axes, evenly spaced along each, and how they are
/// thinned out: every second node and the last stay, until each axis has two.
public struct TensorGrid: Sendable, Hashable {
  /// Nodes along each axis; the first runs fastest in memory.
  public let shape: [Int]

  /// A grid.
  ///
  /// - Precondition: One to three axes of at least one node each.
  public init(shape: [Int]) {
    precondition(
      (1...3).contains(shape.count) && shape.allSatisfy { $0 > 0 },
      "a grid of \(shape) nodes; one to three axes have at least one each")
    self.shape = shape
  }

  /// N, the number of nodes.
  public var nodeCount: Int { shape.reduce(1, *) }

  /// L: how often the grid can be thinned out.
  public var levelCount: Int { shape.map(TensorGrid.depth).max() ?? 0 }

  /// D, the number of axes of more than one node.
  var dimension: Int { shape.count { $0 > 1 } }

  /// Nodes along each axis of level 0, …, L; an axis that is down to two stays while others shrink.
  var levelShapes: [[Int]] {
    var shapes = [shape]
    for _ in 0..<levelCount { shapes.append((shapes.last ?? shape).map(TensorGrid.thinned)) }
    return shapes.reversed()
  }

  private static func thinned(_ count: Int) -> Int { count <= 2 ? count : count / 2 + 1 }

  private static func depth(_ count: Int) -> Int {
    var (rest, depth) = (count, 0)
    while rest > 2 { (rest, depth) = (thinned(rest), depth + 1) }
    return depth
  }
}
