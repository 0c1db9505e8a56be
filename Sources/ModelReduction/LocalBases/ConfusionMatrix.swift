/// How often objects of each cluster are taken for those of each other.
public struct ConfusionMatrix: Sendable, Equatable {
  /// Entry [j][k]: objects of cluster j taken for k.
  public let counts: [[Int]]

  /// Counts.
  ///
  /// - Precondition: As many predictions as labels, all in 0..<count.
  public init(labels: [Int], predictions: [Int], count: Int) {
    precondition(labels.count == predictions.count, "\(labels.count) labels")
    var table = [[Int]](repeating: [Int](repeating: 0, count: count), count: count)
    for (j, k) in zip(labels, predictions) { table[j][k] += 1 }
    counts = table
  }

  /// P(k | j); the identity row for a cluster without objects.
  public var probabilities: [[Double]] {
    counts.enumerated().map { j, row in
      let total = row.reduce(0, +)
      return row.enumerated().map { k, n in
        total > 0 ? Double(n) / Double(total) : (j == k ? 1 : 0)
      }
    }
  }

  /// The fraction that is taken for what it is.
  public var accuracy: Double {
    let total = counts.reduce(0) { $0 + $1.reduce(0, +) }
    let right = counts.indices.reduce(0) { $0 + counts[$1][$1] }
    return total > 0 ? Double(right) / Double(total) : 1
  }
}

/// The cluster of a parameter by the nearest medoid in the scaled coordinates of the space.
///
/// It suffices where near parameters have near solutions: see `rankCorrelation`.
public struct NearestMedoidRule: Sendable {
  /// The parameters of the medoids.
  public let medoids: [Parameter]
  /// The space that scales their components.
  public let space: ParameterSpace

  /// A rule.
  ///
  /// - Throws: `empty` for no medoids; `mismatch` for one of another length.
  public init(medoids: [Parameter], in space: ParameterSpace) throws(SnapshotError) {
    guard !medoids.isEmpty else { throw .empty(source: "the medoids") }
    for (c, mu) in medoids.enumerated() where mu.count != space.dimension {
      throw .mismatch(
        source: "medoid \(c)", found: "\(mu.count) numbers", expected: "\(space.dimension)")
    }
    (self.medoids, self.space) = (medoids, space)
  }

  /// The cluster of a parameter; the lowest among equally near ones.
  ///
  /// - Precondition: As many components as the space.
  public func cluster(of mu: Parameter) -> Int { space.nearestRow(of: medoids, to: mu) ?? 0 }
}
