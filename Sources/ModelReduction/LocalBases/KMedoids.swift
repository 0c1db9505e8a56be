internal import LinearAlgebra

/// k of m objects, the medoids, such that the dissimilarities of all objects to their nearest
/// medoid have the smallest sum.
///
/// With the sine dissimilarity, medoids are the snapshots whose lines serve best as local bases of
/// one vector each, and cost / m is their mean relative projection error.
///
/// Small sets are searched whole; others from the greedy start (BUILD) and several random ones by
/// swaps of a medoid with another object, until none helps. All k swaps with one object are
/// weighed in one pass over its dissimilarities.
///
/// - Source: Kaufman, Rousseeuw, *Finding Groups in Data* (1990), for BUILD; Schubert, Rousseeuw,
///   *Fast and eager k-medoids clustering*, Inf. Syst. 101 (2021), for the swaps.
public struct KMedoids: Sendable, Equatable {
  /// How the medoids were found.
  public enum Search: String, Sendable {
    /// All choices were compared: no better one exists.
    case exact
    /// No swap of one medoid improves them.
    case swaps
  }

  /// The medoids, ascending; medoid c represents cluster c.
  public let medoids: [Int]
  /// The cluster of each object: that of the nearest medoid, the lowest where several are as near.
  public let labels: [Int]
  /// The dissimilarity of each object to its medoid.
  public let distances: [Double]
  /// The dissimilarity of each object to the nearest medoid of another cluster; infinite for k = 1.
  public let secondDistances: [Double]
  /// The cluster of that medoid; for k = 1 the own.
  public let secondLabels: [Int]
  /// Σ `distances`.
  public let cost: Double
  /// The cost at the start and after each swap, of the start that won.
  public let costHistory: [Double]
  /// The final cost of each start, BUILD first.
  public let startCosts: [Double]
  /// How they were found.
  public let search: Search

  /// k.
  public var count: Int { medoids.count }
  /// The objects of each cluster, ascending.
  public var members: [[Int]] { clusterMembers(labels, count: count) }

  /// Sets of at most this many objects are searched whole, unless that means more than
  /// `choiceLimit` choices.
  public static let exactLimit = 40
  /// See `exactLimit`.
  public static let choiceLimit = 100_000

  /// Clusters.
  ///
  /// - Parameters:
  ///   - dissimilarities: D, m × m.
  ///   - k: How many clusters.
  ///   - starts: BUILD and `starts` − 1 random choices; where nil, ten starts, or three for more
  ///     than 2000 objects, whose starts end within a fraction of a percent of each other.
  ///   - seed: Of the random choices.
  /// - Throws: `empty` for no objects; `refused` for k < 1 or k > m.
  /// - Complexity: m² per pass over all objects; few passes for each start.
  public init(
    of dissimilarities: DissimilarityMatrix, count k: Int, starts: Int? = nil, seed: UInt64 = 1
  ) throws(SnapshotError) {
    try requireCount(k, of: dissimilarities.count)
    let m = dissimilarities.count
    var results: [MedoidSearch] = []
    if k == 1 {
      results = [MedoidSearch(dissimilarities, [lowestMinimum(dissimilarities.rowSums())])]
      search = .exact
    } else if k == m {
      results = [MedoidSearch(dissimilarities, Array(0..<m))]
      search = .exact
    } else if m <= KMedoids.exactLimit, choices(k, of: m, atMost: KMedoids.choiceLimit) != nil {
      results = [MedoidSearch(dissimilarities, bestMedoids(dissimilarities, k))]
      search = .exact
    } else {
      var random = SplitMix64(seed: seed)
      for start in 0..<max(1, starts ?? (m > 2000 ? 3 : 10)) {
        let first =
          start == 0 ? buildMedoids(dissimilarities, k) : random.distinct(k, below: m)
        var search = MedoidSearch(dissimilarities, first)
        search.improve()
        results.append(search)
      }
      search = .swaps
    }
    startCosts = results.map(\.cost)
    var best = results[0]
    // Costs that differ by round-off are equal: the earlier start wins.
    for result in results where result.cost < best.cost * (1 - 1e-12) { best = result }
    costHistory = best.history
    let assignment = MedoidSearch(dissimilarities, best.medoids.sorted())
    (medoids, labels) = (assignment.medoids, assignment.nearest.map(Int.init))
    (distances, secondDistances) = (assignment.distances, assignment.seconds)
    secondLabels = assignment.secondNearest.map(Int.init)
    cost = assignment.cost
  }
}

/// The greedy start: the object nearest to all, then each time the one that saves most.
func buildMedoids(_ d: DissimilarityMatrix, _ k: Int) -> [Int] {
  var medoids = [lowestMinimum(d.rowSums())]
  var nearest = d.row(medoids[0])
  while medoids.count < k {
    let savings = d.savings(over: nearest)
    // Where nothing is left to save (duplicates), the lowest object not chosen yet.
    var best: Int?
    for c in savings.indices where !medoids.contains(c) {
      if best.map({ savings[c] > savings[$0] }) ?? true { best = c }
    }
    guard let next = best else { break }
    medoids.append(next)
    for (i, distance) in d.row(next).enumerated() where distance < nearest[i] {
      nearest[i] = distance
    }
  }
  return medoids
}

/// The best of all choices of k medoids, the first in lexicographic order among equals.
private func bestMedoids(_ d: DissimilarityMatrix, _ k: Int) -> [Int] {
  let m = d.count
  let rows = (0..<m).map { d.row($0) }
  var best = (cost: Double.infinity, medoids: [Int]())
  func extend(_ chosen: [Int], _ nearest: [Double]) {
    if chosen.count == k {
      let cost = nearest.reduce(0, +)
      if cost < best.cost { best = (cost, chosen) }
      return
    }
    let first = (chosen.last ?? -1) + 1
    for c in first..<(m - (k - chosen.count) + 1) {
      extend(chosen + [c], zip(nearest, rows[c]).map { min($0, $1) })
    }
  }
  extend([], [Double](repeating: .infinity, count: m))
  return best.medoids
}

/// The binomial coefficient, or nil when it exceeds `limit`.
private func choices(_ k: Int, of m: Int, atMost limit: Int) -> Int? {
  var result = 1
  for i in 0..<min(k, m - k) {
    result = result * (m - i) / (i + 1)
    if result > limit { return nil }
  }
  return result
}

/// The first of the smallest.
func lowestMinimum(_ values: [Double]) -> Int {
  var best = 0
  for i in values.indices where values[i] < values[best] { best = i }
  return best
}

/// The objects of each of `count` clusters, ascending.
func clusterMembers(_ labels: [Int], count: Int) -> [[Int]] {
  var members = [[Int]](repeating: [], count: count)
  for (i, label) in labels.enumerated() { members[label].append(i) }
  return members
}

func requireCount(_ k: Int, of m: Int) throws(SnapshotError) {
  guard m > 0 else { throw .empty(source: "the dissimilarities") }
  guard k >= 1 else { throw .refused("\(k) clusters were asked for; at least one is needed") }
  guard k <= m else {
    throw .refused("\(k) clusters were asked for, but there are only \(m) objects")
  }
}

extension SplitMix64 {
  /// k different numbers of 0..<n, in random order.
  mutating func distinct(_ k: Int, below n: Int) -> [Int] {
    var pool = Array(0..<n)
    for i in 0..<k { pool.swapAt(i, i + Int(unit() * Double(n - i))) }
    return Array(pool[..<k])
  }
}
