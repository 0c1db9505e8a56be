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
  /// The clusters of that number.
  public let clusters: KMedoids
  /// How well they are apart; nil for one cluster.
  public let silhouette: Silhouette?

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
    var entries: [Entry] = []
    var best: (value: Double, clusters: KMedoids, silhouette: Silhouette?)?
    for k in counts {
      let clusters = try KMedoids(of: dissimilarities, count: k, starts: starts, seed: seed)
      let silhouette = k == 1 ? nil : try Silhouette(of: clusters.labels, in: dissimilarities)
      let value = silhouette?.mean ?? 0
      entries.append(
        Entry(
          count: k, cost: clusters.cost, silhouette: value,
          smallestCluster: clusters.members.map(\.count).min() ?? 0))
      if best.map({ (-value, k) < (-$0.value, $0.clusters.count) }) ?? true {
        best = (value, clusters, silhouette)
      }
    }
    guard let best else {
      throw .refused("no number of clusters was given; give some, such as 2 to 10")
    }
    self.entries = entries
    (natural, clusters, silhouette) = (best.clusters.count, best.clusters, best.silhouette)
  }
}
