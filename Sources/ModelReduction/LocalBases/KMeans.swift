internal import LinearAlgebra

/// k groups of objects whose squared Euclidean distances to the mean of their group have the
/// smallest sum Lloyd's iteration finds: for comparison with k-medoids.
///
/// Only distances are needed: ‖x − c‖² = Σ_j d²(x, j) / n − Σ_jl d²(j, l) / 2n² for the mean c of n
/// objects j, l. So it runs in any inner product and at any size of the snapshots.
///
/// - Source: S. P. Lloyd, IEEE Trans. Inf. Theory 28 (1982); Arthur, Vassilvitskii, *k-means++*,
///   SODA 2007, for the starts.
public struct KMeans: Sendable, Equatable {
  /// The cluster of each object, numbered by their first objects.
  public let labels: [Int]
  /// Σ ‖x − c‖².
  public let cost: Double
  /// Iterations of the start that won.
  public let iterations: Int
  /// Whether the labels had settled when it ended.
  public let isConverged: Bool

  /// k.
  public var count: Int { (labels.max() ?? -1) + 1 }
  /// The objects of each cluster, ascending.
  public var members: [[Int]] { clusterMembers(labels, count: count) }

  /// Clusters.
  ///
  /// - Parameters:
  ///   - distances: Euclidean ones.
  ///   - k: How many clusters; equal objects can leave fewer.
  ///   - starts: Seeded starts, the best of which is kept.
  ///   - seed: Of the starts.
  ///   - iterationLimit: Of each start.
  /// - Throws: `empty`; `refused` for k < 1, k > m, and dissimilarities that are not Euclidean.
  /// - Complexity: m² per iteration.
  public init(
    of distances: DissimilarityMatrix, count k: Int, starts: Int = 10, seed: UInt64 = 1,
    iterationLimit: Int = 200
  ) throws(SnapshotError) {
    try requireCount(k, of: distances.count)
    guard distances.measure == SnapshotDissimilarity.euclidean.rawValue else {
      throw .refused(
        "k-means needs euclidean distances, not '\(distances.measure)'; use k-medoids for others")
    }
    let squares = distances.squared()
    var random = SplitMix64(seed: seed)
    var best: (labels: [Int], cost: Double, iterations: Int, isConverged: Bool)?
    for _ in 0..<max(1, starts) {
      let result = KMeans.run(squares, k, &random, iterationLimit)
      if best.map({ result.cost < $0.cost * (1 - 1e-12) }) ?? true { best = result }
    }
    let found = best ?? ([], 0, 0, true)
    labels = numberedByFirst(found.labels)
    (cost, iterations, isConverged) = (found.cost, found.iterations, found.isConverged)
  }

  private static func run(
    _ squares: DissimilarityMatrix, _ k: Int, _ random: inout SplitMix64, _ limit: Int
  ) -> (labels: [Int], cost: Double, iterations: Int, isConverged: Bool) {
    let m = squares.count
    var labels = seeds(squares, k, &random)
    var iteration = 0
    while true {
      iteration += 1
      let sums = squares.clusterSums(labels, count: k)
      let sizes = clusterMembers(labels, count: k).map(\.count)
      var inner = [Double](repeating: 0, count: k)
      for i in 0..<m { inner[labels[i]] += sums[i][labels[i]] }
      var (next, cost, isSettled) = (labels, 0.0, true)
      for i in 0..<m {
        var nearest = Double.infinity
        for c in 0..<k where sizes[c] > 0 {
          let n = Double(sizes[c])
          let square = max(0, sums[i][c] / n - inner[c] / (2 * n * n))
          if square < nearest { (nearest, next[i]) = (square, c) }
        }
        // The own cluster wins against others as near up to round-off: else ties might cycle.
        let n = Double(sizes[labels[i]])
        let own = max(0, sums[i][labels[i]] / n - inner[labels[i]] / (2 * n * n))
        if own <= nearest * (1 + 1e-12) { next[i] = labels[i] }
        if next[i] != labels[i] { isSettled = false }
        cost += min(own, nearest)
      }
      if isSettled || iteration >= limit { return (labels, cost, iteration, isSettled) }
      labels = next
    }
  }

  /// The nearest of k objects drawn one after another with chances that grow with the squared
  /// distance to those drawn.
  private static func seeds(
    _ squares: DissimilarityMatrix, _ k: Int, _ random: inout SplitMix64
  ) -> [Int] {
    let m = squares.count
    var labels = [Int](repeating: 0, count: m)
    var nearest = squares.row(Int(random.unit() * Double(m)))
    for c in 1..<max(1, k) {
      var rest = random.unit() * nearest.reduce(0, +)
      guard let last = nearest.lastIndex(where: { $0 > 0 }) else { break }
      var drawn = last
      for i in 0...last where nearest[i] > 0 {
        rest -= nearest[i]
        if rest < 0 {
          drawn = i
          break
        }
      }
      for (i, square) in squares.row(drawn).enumerated() where square < nearest[i] {
        (nearest[i], labels[i]) = (square, c)
      }
    }
    return labels
  }
}

/// The same partition, its clusters numbered in the order of their first objects.
func numberedByFirst(_ labels: [Int]) -> [Int] {
  var numbers: [Int: Int] = [:]
  return labels.map { label in
    let number = numbers[label] ?? numbers.count
    numbers[label] = number
    return number
  }
}
