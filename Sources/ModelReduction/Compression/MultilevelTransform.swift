/// A function on a tensor grid as its L² projection onto the coarsest level and the details that
/// interpolation misses on each finer one.
///
/// Level ℓ: the details k = u − Πu at the nodes that are not in the level below are kept; the coarse
/// values become those of the L² projection, c ← c + M⁻¹R M k, by tridiagonal solves along each
/// axis. The way back subtracts the same correction, computed from the same details, so that nothing
/// is lost but round-off.
///
/// - Source: M. Ainsworth, O. Tugluk, B. Whitney, S. Klasky, *Multilevel techniques for compression
///   and reduction of scientific data: the multivariate case*, SIAM J. Sci. Comput. 41 (2019).
public struct MultilevelTransform: Sendable {
  /// The grid.
  public let grid: TensorGrid
  /// Nodes along each axis of level 0, …, L.
  public let levelShapes: [[Int]]
  /// Which coefficients belong to level 0, …, L: the coarsest come first.
  public let levels: [Range<Int>]
  /// The axes between level ℓ and ℓ + 1.
  private let coarsenings: [[AxisCoarsening]]

  /// The transform of a grid.
  public init(_ grid: TensorGrid) {
    self.grid = grid
    let shapes = grid.levelShapes
    levelShapes = shapes
    let ends = shapes.map { $0.reduce(1, *) }
    levels = ends.indices.map { ($0 == 0 ? 0 : ends[$0 - 1])..<ends[$0] }
    var positions = grid.shape.map { (0..<$0).map(Double.init) }
    var coarsenings: [[AxisCoarsening]] = []
    for level in (0..<shapes.count - 1).reversed() {
      let axes = zip(positions, shapes[level]).map {
        AxisCoarsening(positions: $0, coarseCount: $1)
      }
      positions = axes.map(\.coarsePosition)
      coarsenings.append(axes)
    }
    self.coarsenings = coarsenings.reversed()
  }

  /// The coefficients of nodal values.
  ///
  /// - Parameter values: N numbers, the first axis running fastest.
  /// - Returns: N numbers in the order of `levels`; within a level as the nodes stand.
  /// - Complexity: O(N).
  public func decomposed(_ values: [Double]) -> [Double] {
    check(values)
    var coefficients = values
    var current = values
    for level in (1..<levels.count).reversed() {
      let axes = coarsenings[level - 1]
      var coarse = MultilevelTransform.along(axes, current) { $0.restricted($1, inner: $2) }
      let inside = MultilevelTransform.interpolated(coarse, axes)
      for i in current.indices { current[i] -= inside[i] }
      var place = levels[level].lowerBound
      forEachNewNode(of: level) { node in
        coefficients[place] = current[node]
        place += 1
      }
      let correction = MultilevelTransform.along(axes, current) { $0.projected($1, inner: $2) }
      for i in coarse.indices { coarse[i] += correction[i] }
      current = coarse
    }
    for i in levels[0] { coefficients[i] = current[i] }
    return coefficients
  }

  /// The nodal values of coefficients.
  ///
  /// - Parameters:
  ///   - coefficients: N numbers.
  ///   - level: Where to stop; nil for the grid itself.
  /// - Returns: The values at the nodes of that level: those of the L² projection onto it.
  /// - Complexity: O(N).
  public func recomposed(_ coefficients: [Double], upTo level: Int? = nil) -> [Double] {
    check(coefficients)
    let last = level ?? levels.count - 1
    precondition(levels.indices.contains(last), "level \(last) of 0…\(levels.count - 1)")
    var current = Array(coefficients[levels[0]])
    for level in 1..<last + 1 {
      let axes = coarsenings[level - 1]
      var details = [Double](repeating: 0, count: levels[level].upperBound)
      var place = levels[level].lowerBound
      forEachNewNode(of: level) { node in
        details[node] = coefficients[place]
        place += 1
      }
      let correction = MultilevelTransform.along(axes, details) { $0.projected($1, inner: $2) }
      for i in current.indices { current[i] -= correction[i] }
      current = MultilevelTransform.interpolated(current, axes)
      for i in current.indices { current[i] += details[i] }
    }
    return current
  }

  private func check(_ values: [Double]) {
    precondition(
      values.count == grid.nodeCount, "\(values.count) values on a grid of \(grid.nodeCount) nodes")
  }

  /// The nodes of a level that the one below lacks, as they stand.
  private func forEachNewNode(of level: Int, _ body: (Int) -> Void) {
    let (shape, axes) = (levelShapes[level], coarsenings[level - 1])
    let (first, rest) = (axes[0], Array(axes.dropFirst()))
    var node = 0
    for line in 0..<shape.dropFirst().reduce(1, *) {
      var (isOld, index) = (true, line)
      for (axis, count) in zip(rest, shape.dropFirst()) {
        isOld = isOld && axis.isCoarse(index % count)
        index /= count
      }
      for j in 0..<shape[0] {
        if !(isOld && first.isCoarse(j)) { body(node) }
        node += 1
      }
    }
  }

  /// From fine to coarse, axis by axis; the first ones are done first.
  private static func along(
    _ axes: [AxisCoarsening], _ fine: [Double],
    _ body: (AxisCoarsening, [Double], _ inner: Int) -> [Double]
  ) -> [Double] {
    var (array, inner) = (fine, 1)
    for axis in axes {
      array = body(axis, array, inner)
      inner *= axis.coarseCount
    }
    return array
  }

  private static func interpolated(_ coarse: [Double], _ axes: [AxisCoarsening]) -> [Double] {
    var (array, inner) = (coarse, 1)
    for axis in axes {
      array = axis.interpolated(array, inner: inner)
      inner *= axis.fineCount
    }
    return array
  }
}
