public import LinearAlgebra

/// A cheap stand-in for the classifier that will choose among local bases.
public enum ClusterProxy: Sendable, Equatable {
  /// Every snapshot is given to its own cluster: the best any classifier can do.
  case oracle
  /// The most frequent cluster among the nearest `count` training snapshots, in features that are
  /// standardized: one snapshot per column.
  case nearestNeighbours(features: DenseMatrix<Double>, count: Int)

  /// Neighbours in the space of the parameters.
  ///
  /// - Precondition: All parameters have the same number of components.
  public static func parameters(_ parameters: [Parameter], count: Int = 5) -> ClusterProxy {
    .nearestNeighbours(
      features: DenseMatrix(
        rowCount: parameters.first?.count ?? 0, columns: parameters.map(\.values)),
      count: count)
  }

  /// The clusters of test snapshots, from the labels of the training snapshots.
  func predictions(of test: [Int], training: [Int], labels: [Int]) -> [Int] {
    guard case .nearestNeighbours(let features, let count) = self else {
      return test.map { labels[$0] }
    }
    let points = standardized(features, over: training)
    return test.map { i in
      let here = points.column(i)
      let near = training.map { j -> (distance: Double, index: Int) in
        var sum = 0.0
        for (x, y) in zip(here, points.column(j)) { sum += (x - y) * (x - y) }
        return (sum, j)
      }.sorted { $0 < $1 }.prefix(max(1, count))
      var votes: [Int: Int] = [:]
      for neighbour in near { votes[labels[neighbour.index], default: 0] += 1 }
      let most = votes.values.max() ?? 0
      // Among clusters with as many votes, that of the nearest neighbour.
      return near.map { labels[$0.index] }.first { votes[$0] == most } ?? 0
    }
  }

  private func standardized(
    _ features: DenseMatrix<Double>, over training: [Int]
  ) -> DenseMatrix<Double> {
    var result = features
    let n = Double(training.count)
    for k in 0..<features.rowCount {
      let mean = training.reduce(0) { $0 + features[k, $1] / n }
      let variance = training.reduce(0) {
        $0 + (features[k, $1] - mean) * (features[k, $1] - mean) / n
      }
      let deviation = variance > 0 ? variance.squareRoot() : 1
      for j in 0..<features.columnCount { result[k, j] = (features[k, j] - mean) / deviation }
    }
    return result
  }
}

/// Spearman's correlation of two sets of dissimilarities over all pairs (over a million of them,
/// drawn by a seed, if there are more).
///
/// Between parameter distances and sine dissimilarities: above about 0.8 the nearest medoid in
/// parameter space finds the cluster; if it is low, clustering parameters cannot work, and a
/// trained classifier is needed.
///
/// - Source: C. Spearman, Am. J. Psychol. 15 (1904).
/// - Precondition: As many objects in both.
public func rankCorrelation(
  _ a: DissimilarityMatrix, _ b: DissimilarityMatrix, seed: UInt64 = 1
) -> Double {
  precondition(a.count == b.count, "dissimilarities of \(a.count) and \(b.count) objects")
  var (x, y) = (a.packed, b.packed)
  let limit = 1_000_000
  if x.count > limit {
    var random = SplitMix64(seed: seed)
    let places = (0..<limit).map { _ in Int(random.unit() * Double(a.packed.count)) }
    (x, y) = (places.map { a.packed[$0] }, places.map { b.packed[$0] })
  }
  let (p, q) = (ranks(x), ranks(y))
  let mean = Double(x.count - 1) / 2
  var (pq, pp, qq) = (0.0, 0.0, 0.0)
  for (u, v) in zip(p, q) {
    pq += (u - mean) * (v - mean)
    pp += (u - mean) * (u - mean)
    qq += (v - mean) * (v - mean)
  }
  return pp > 0 && qq > 0 ? pq / (pp.squareRoot() * qq.squareRoot()) : 0
}

/// The places of values in ascending order from 0, the mean place for equal ones.
private func ranks(_ values: [Double]) -> [Double] {
  let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
  var result = [Double](repeating: 0, count: values.count)
  var first = 0
  while first < order.count {
    var end = first + 1
    while end < order.count, values[order[end]] == values[order[first]] { end += 1 }
    for k in first..<end { result[order[k]] = Double(first + end - 1) / 2 }
    first = end
  }
  return result
}
