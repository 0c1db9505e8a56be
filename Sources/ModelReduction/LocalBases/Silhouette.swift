/// How well objects fit their clusters: (b − a) / max(a, b), where a is the mean dissimilarity to
/// the others of the own cluster and b the smallest mean dissimilarity to another cluster.
///
/// 1 is well inside, 0 on the border, negative closer to another cluster; 0 for an object that is
/// alone in its cluster.
///
/// - Source: P. J. Rousseeuw, *Silhouettes*, J. Comput. Appl. Math. 20 (1987).
public struct Silhouette: Sendable, Equatable {
  /// One per object.
  public let values: [Double]
  /// Their mean.
  public let mean: Double
  /// Their mean in each cluster; 0 for a label that no object has.
  public let clusterMeans: [Double]

  /// Judges a clustering.
  ///
  /// - Parameters:
  ///   - labels: Clusters counted from 0.
  ///   - dissimilarities: Those it was made by, or others.
  /// - Throws: `refused` where fewer than two clusters have objects.
  /// - Precondition: One label per object, none negative.
  /// - Complexity: m².
  public init(of labels: [Int], in dissimilarities: DissimilarityMatrix) throws(SnapshotError) {
    precondition(
      labels.count == dissimilarities.count && labels.allSatisfy { $0 >= 0 },
      "\(labels.count) labels for \(dissimilarities.count) objects")
    let count = (labels.max() ?? -1) + 1
    let sizes = clusterMembers(labels, count: count).map(\.count)
    guard sizes.filter({ $0 > 0 }).count > 1 else {
      throw .refused("silhouettes compare clusters; at least two are needed")
    }
    let sums = dissimilarities.clusterSums(labels, count: count)
    values = labels.enumerated().map { i, own in
      guard sizes[own] > 1 else { return 0 }
      let a = sums[i][own] / Double(sizes[own] - 1)
      var b = Double.infinity
      for c in 0..<count where c != own && sizes[c] > 0 {
        b = min(b, sums[i][c] / Double(sizes[c]))
      }
      return max(a, b) > 0 ? (b - a) / max(a, b) : 0
    }
    mean = values.reduce(0, +) / Double(values.count)
    var means = [Double](repeating: 0, count: count)
    for (label, value) in zip(labels, values) { means[label] += value / Double(sizes[label]) }
    clusterMeans = means
  }
}

/// How far two clusterings of the same objects agree on which pairs belong together: 1 for equal
/// partitions whatever their numbering, 0 on average for unrelated ones.
///
/// - Source: Hubert, Arabie, *Comparing partitions*, J. Classif. 2 (1985).
/// - Precondition: As many labels in both.
public func adjustedRandIndex(_ a: [Int], _ b: [Int]) -> Double {
  precondition(a.count == b.count, "\(a.count) and \(b.count) labels")
  func pairs(_ n: Int) -> Double { Double(n) * Double(n - 1) / 2 }
  var (table, rows, columns) = ([[Int]: Int](), [Int: Int](), [Int: Int]())
  for (x, y) in zip(a, b) {
    table[[x, y], default: 0] += 1
    rows[x, default: 0] += 1
    columns[y, default: 0] += 1
  }
  // Sums of whole numbers: the order of the dictionary does not matter below 2⁵³.
  let together = table.values.reduce(0) { $0 + pairs($1) }
  let (inA, inB) = (
    rows.values.reduce(0) { $0 + pairs($1) }, columns.values.reduce(0) { $0 + pairs($1) }
  )
  let all = pairs(a.count)
  guard all > 0 else { return 1 }
  let expected = inA * inB / all
  let most = (inA + inB) / 2
  // Both all in one cluster, or both all apart: equal partitions.
  return most == expected ? 1 : (together - expected) / (most - expected)
}
