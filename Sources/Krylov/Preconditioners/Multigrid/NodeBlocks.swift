public import LinearAlgebra

/// Which unknowns stand at the same node: consecutive ones, at each node those components that no
/// boundary condition prescribes.
public struct NodeBlocks: Sendable, Equatable {
  /// Node i has the unknowns `start[i]..<start[i + 1]`, at least one.
  let start: [Int32]
  /// The node of each unknown.
  let node: [Int32]
  /// The component of each unknown, from zero.
  let component: [Int32]
  /// How many components a whole node has.
  public let componentCount: Int

  /// The number of nodes with unknowns.
  public var nodeCount: Int { start.count - 1 }
  /// The number of unknowns.
  public var unknownCount: Int { node.count }

  /// `d` unknowns at each node.
  ///
  /// - Precondition: `n` is a multiple of `d`, which is positive.
  public init(unknowns n: Int, perNode d: Int) {
    precondition(d > 0 && n % d == 0, "\(n) unknowns, \(d) at each node")
    start = (0...n / d).map { Int32($0 * d) }
    node = (0..<n).map { Int32($0 / d) }
    component = (0..<n).map { Int32($0 % d) }
    componentCount = d
  }

  /// The nodes of the unknowns that are left of `d` at each node when some are prescribed.
  ///
  /// - Parameters:
  ///   - numbers: Ascending numbers of those that are left; component c of node i has the number
  ///     i d + c.
  ///   - d: How many components a whole node has.
  /// - Precondition: `d` is positive, the numbers ascend from zero or more.
  public init(unknowns numbers: [Int32], of d: Int) {
    precondition(d > 0 && numbers.first ?? 0 >= 0, "\(d) components at each node")
    var (start, node): ([Int32], [Int32]) = ([], [])
    node.reserveCapacity(numbers.count)
    for (i, number) in numbers.enumerated() {
      precondition(i == 0 || number > numbers[i - 1], "the numbers of unknowns do not ascend")
      if i == 0 || number / Int32(d) != numbers[i - 1] / Int32(d) { start.append(Int32(i)) }
      node.append(Int32(start.count - 1))
    }
    (self.start, self.node) = (start + [Int32(numbers.count)], node)
    component = numbers.map { $0 % Int32(d) }
    componentCount = d
  }

  /// The nodes that show in a matrix: rows of neighbours with the same columns, two to six in a row.
  ///
  /// Matrices of vector fields have them where no entry was left out. Nil where rows stand alone, and
  /// where more are alike than a node has unknowns.
  public init?(foundIn pattern: SparsityPattern) {
    let n = pattern.rowCount
    var start: [Int32] = []
    for i in 0..<n where i == 0 || !pattern.hasSameColumns(i, i - 1) { start.append(Int32(i)) }
    let longest = zip(start, start.dropFirst() + [Int32(n)]).reduce(0) { max($0, $1.1 - $1.0) }
    guard (2...6).contains(longest) else { return nil }
    self.start = start + [Int32(n)]
    var (node, component): ([Int32], [Int32]) = ([], [])
    for i in 0..<start.count {
      for row in self.start[i]..<self.start[i + 1] {
        node.append(Int32(i))
        component.append(row - self.start[i])
      }
    }
    (self.node, self.component, componentCount) = (node, component, Int(longest))
  }

  /// Whether every node has all components.
  public var isUniform: Bool { nodeCount * componentCount == unknownCount }

  /// The unknowns of node i.
  @inline(__always)
  func unknowns(_ i: Int) -> Range<Int> { Int(start[i])..<Int(start[i + 1]) }

  /// The constants of each component.
  var constants: DenseMatrix<Double> {
    var result = DenseMatrix<Double>(rowCount: unknownCount, columnCount: componentCount)
    for (i, c) in component.enumerated() { result[i, Int(c)] = 1 }
    return result
  }
}
