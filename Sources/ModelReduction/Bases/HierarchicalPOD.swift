internal import LinearAlgebra
internal import RealModule

extension SnapshotDecomposition {
  /// By decompositions of decompositions: each node of a tree decomposes the scaled modes U Σ of its
  /// children, or a batch of snapshots, and hands on what it keeps.
  ///
  /// What a node cuts off has right vectors orthogonal to those of what it keeps, so that B Bᵀ is
  /// exactly the sum of what the root keeps and of all that was cut off anywhere: squared errors
  /// add up. With L nodes from leaf to root, the root may therefore cut ω² of the squared tolerance
  /// and every other level (1 − ω²)/(L − 1), a node its share by the energy (or number) of its
  /// snapshots, and the whole meets the tolerance.
  ///
  /// For the worst case the same holds along the path of one snapshot: what it loses in different
  /// nodes is orthogonal, so that with shares of the tolerance times the smallest snapshot beneath
  /// a node (1 − ω²) of the squared tolerance is lost before the root, which measures on the
  /// snapshots how many modes do the rest. For singular values above a limit, a tenth of the limit
  /// may be lost, which moves those above it by at most half a percent.
  ///
  /// - Source: Himpe, Leibner, Rave, *Hierarchical approximate proper orthogonal decomposition*,
  ///   SIAM J. Sci. Comput. 40 (2018).
  static func hierarchical(
    _ snapshots: PreparedSnapshots, _ options: PODOptions
  ) throws(SnapshotError) -> SnapshotDecomposition {
    guard snapshots.reader.readsSnapshots else {
      throw .refused(
        "the hierarchical method reads whole snapshots, the source is stored by rows; use "
          + "tallSkinnyQR")
    }
    let budget = try NodeBudget(options, count: snapshots.count)
    let most = snapshots.reader.states == nil ? snapshots.reader.batchSize : 256
    guard most > 0 else {
      throw .refused(
        "\(snapshots.reader.memory) bytes hold no batch of snapshots of \(snapshots.dimension) "
          + "entries; allow at least \(32 * snapshots.dimension) bytes")
    }
    let size = max(1, min(options.hierarchy.batch ?? most, most))
    var tree = PODTree(snapshots, budget)
    let root: PODTree.Node
    switch options.hierarchy.tree {
    case .chain: root = try tree.chain(batch: size)
    case .balanced(let arity): root = try tree.balanced(batch: size, arity: max(2, arity))
    }
    return try tree.decomposition(of: root)
  }
}

/// How much of the squared norm of the snapshots a node may cut off.
private struct NodeBudget {
  private let tolerance: PODTolerance
  private let omega: Double
  private let count: Int

  init(_ options: PODOptions, count: Int) throws(SnapshotError) {
    (tolerance, omega, self.count) = (options.tolerance, options.hierarchy.omega, count)
    guard omega > 0, omega < 1 else {
      throw .refused("ω = \(omega); the root takes a share between 0 and 1")
    }
  }

  /// The root of what a node other than the root may cut off.
  ///
  /// - Parameters:
  ///   - energy: ‖·‖ of the snapshots beneath the node.
  ///   - smallest: The least norm among them that counts.
  ///   - snapshots: Their number.
  ///   - depth: L.
  func inner(energy: Double, smallest: Double, snapshots: Int, depth: Int) -> Double {
    let level = ((1 - omega * omega) / Double(max(1, depth - 1))).squareRoot()
    let share = (Double(snapshots) / Double(count)).squareRoot()
    switch tolerance {
    case .energy(let value): return level * value * energy
    case .frobenius(let value): return level * value * share
    case .singularValue(let value): return level * 0.1 * value * share
    case .worstCase(let value): return smallest.isFinite ? level * value * smallest : 0
    }
  }
}

/// Decompositions along a tree, and what they cut off so far.
private struct PODTree {
  /// What a node hands on.
  struct Node {
    /// U Σ.
    var scaled: DenseMatrix<Double>
    /// The norm of the snapshots beneath.
    var energy: Double
    var count: Int
    /// The least norm of a snapshot beneath that is no round-off beside those seen so far.
    var smallest = Double.infinity
  }

  let snapshots: PreparedSnapshots
  let budget: NodeBudget
  /// √ of what was cut off in all nodes.
  private(set) var lost = 0.0
  private var norms: [Double]
  private var largestEntryNorm = 0.0
  private var largestNorm = 0.0

  init(_ snapshots: PreparedSnapshots, _ budget: NodeBudget) {
    (self.snapshots, self.budget) = (snapshots, budget)
    norms = [Double](repeating: 0, count: snapshots.count)
  }

  /// Every batch joins what was kept of all before it; returns the input of the root.
  mutating func chain(batch size: Int) throws(SnapshotError) -> Node {
    let depth = (snapshots.count + size - 1) / size
    var node = empty
    try snapshots.forEachBatch(of: size) { batch, range throws(SnapshotError) in
      node = join([node, try leaf(batch, range)])
      if range.upperBound < snapshots.count { node = try cut(node, depth: depth) }
    }
    return node
  }

  /// Batches, and groups of groups of them; returns the input of the root.
  mutating func balanced(batch size: Int, arity: Int) throws(SnapshotError) -> Node {
    let batches = (snapshots.count + size - 1) / size
    var (depth, width) = (1, 1)
    while width < batches { (depth, width) = (depth + 1, width * arity) }
    return try input(0..<batches, width: width, depth: depth, batch: size, arity: arity)
  }

  private mutating func input(
    _ batches: Range<Int>, width: Int, depth: Int, batch size: Int, arity: Int
  ) throws(SnapshotError) -> Node {
    if batches.count == 1 {
      let first = batches.lowerBound * size
      let range = first..<min(snapshots.count, first + size)
      return try leaf(try snapshots.batch(range), range)
    }
    var node = empty
    let part = width / arity
    for first in stride(from: batches.lowerBound, to: batches.upperBound, by: part) {
      let child = try input(
        first..<min(batches.upperBound, first + part), width: part, depth: depth, batch: size,
        arity: arity)
      node = join([node, try cut(child, depth: depth)])
    }
    return node
  }

  private var empty: Node {
    Node(
      scaled: DenseMatrix(rowCount: snapshots.dimension, columnCount: 0), energy: 0, count: 0)
  }

  private func join(_ nodes: [Node]) -> Node {
    var result = nodes[0]
    for node in nodes.dropFirst() {
      result.scaled.appendColumns(of: node.scaled)
      result.energy = Double.hypot(result.energy, node.energy)
      result.count += node.count
      result.smallest = min(result.smallest, node.smallest)
    }
    return result
  }

  /// A batch of prepared snapshots, uncut.
  private mutating func leaf(
    _ batch: DenseMatrix<Double>, _ range: Range<Int>
  ) throws(SnapshotError) -> Node {
    let image = snapshots.correlation.map { $0 * batch } ?? batch
    for j in 0..<range.count {
      let entries = norm(batch.column(j))
      largestEntryNorm = max(largestEntryNorm, entries)
      norms[range.lowerBound + j] =
        snapshots.correlation == nil
        ? entries : max(0, dot(batch.column(j), image.column(j))).squareRoot()
    }
    let energy = norm(Array(norms[range]))
    guard energy.isFinite else {
      throw snapshots.reader.notFinite
        ?? .refused("the norms of the snapshots overflow; scale the snapshots")
    }
    // Against the largest so far, which the largest of all can only exceed.
    largestNorm = norms[range].reduce(largestNorm, max)
    let smallest = norms[range].filter { $0 > negligible([largestNorm]) }.min()
    return Node(
      scaled: batch, energy: energy, count: range.count, smallest: smallest ?? .infinity)
  }

  /// What a node other than the root hands on.
  private mutating func cut(_ node: Node, depth: Int) throws(SnapshotError) -> Node {
    let prepared = PreparedSnapshots(states: node.scaled, snapshots.correlation)
    let decomposition = try SnapshotDecomposition.qr(prepared)
    let selection = ModeSelection(
      of: decomposition.sigma, rowCount: snapshots.dimension,
      tolerance: .frobenius(
        budget.inner(
          energy: node.energy, smallest: node.smallest, snapshots: node.count, depth: depth)),
      size: .max,
      roundOff: decomposition.bounds.first ?? 0)
    lost = Double.hypot(lost, selection.remainders[selection.count])
    var scaled = try decomposition.modes(selection.count).vectors
    for k in 0..<selection.count {
      for i in 0..<scaled.rowCount {
        scaled.values[i + k * scaled.rowCount] *= decomposition.sigma[k]
      }
    }
    return Node(
      scaled: scaled, energy: node.energy, count: node.count, smallest: node.smallest)
  }

  /// The decomposition at the root.
  func decomposition(of root: Node) throws(SnapshotError) -> SnapshotDecomposition {
    let last = try SnapshotDecomposition.qr(
      PreparedSnapshots(states: root.scaled, snapshots.correlation))
    let lost = lost
    let missing = min(snapshots.count, snapshots.dimension) - last.sigma.count
    let sigma = last.sigma + [Double](repeating: 0, count: max(0, missing))
    return SnapshotDecomposition(
      method: .hierarchical, sigma: sigma,
      bounds: sigma.map { growth($0, lost) + (last.bounds.first ?? 0) }, trustedDownTo: 0,
      norms: norms, largestEntryNorm: largestEntryNorm,
      worst: { [snapshots] () throws(SnapshotError) in
        let known = last.sigma.prefix { $0 > (last.bounds.first ?? 0) }.count
        return try snapshots.worstErrors(of: try last.modes(known).vectors)
      },
      modes: { n throws(SnapshotError) in
        SnapshotDecomposition.Modes(vectors: try last.modes(n).vectors, coefficients: nil)
      },
      remainder: lost)
  }
}
