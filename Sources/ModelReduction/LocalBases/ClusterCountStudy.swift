/// Clusterings for several numbers of clusters, to choose one.
public struct ClusterCountStudy: Sendable {
  /// What one number of clusters gives.
  public struct Entry: Sendable, Equatable {
    /// k.
    public let count: Int
    /// The sum of dissimilarities to the medoids.
    public let cost: Double
    /// The mean silhouette; 0 for one cluster, which has none.
    public let silhouette: Double
    /// The members of the smallest cluster.
    public let smallestCluster: Int
  }

  /// One per number, in the order given.
  public let entries: [Entry]
  /// The number with the largest mean silhouette, the smallest of equals: how the snapshots fall
  /// apart by themselves. What pays for reduction says ``DictionaryGain``.
  public let natural: Int

  /// Clusters for each number.
  ///
  /// - Parameters:
  ///   - dissimilarities: D.
  ///   - counts: The numbers of clusters.
  ///   - starts: As of `KMedoids`.
  ///   - seed: As of `KMedoids`.
  /// - Throws: As `KMedoids`; `refused` for no numbers.
  public init(
    of dissimilarities: DissimilarityMatrix, counts: [Int], starts: Int? = nil, seed: UInt64 = 1
  ) throws(SnapshotError) {
    guard let first = counts.first else {
      throw .refused("no number of clusters was given; give some, such as 2 to 10")
    }
    var entries: [Entry] = []
    for k in counts {
      let clusters = try KMedoids(of: dissimilarities, count: k, starts: starts, seed: seed)
      entries.append(
        Entry(
          count: k, cost: clusters.cost,
          silhouette: k == 1 ? 0 : try Silhouette(of: clusters.labels, in: dissimilarities).mean,
          smallestCluster: clusters.members.map(\.count).min() ?? 0))
    }
    self.entries = entries
    natural =
      entries.min { (-$0.silhouette, $0.count) < (-$1.silhouette, $1.count) }?.count ?? first
  }
}
