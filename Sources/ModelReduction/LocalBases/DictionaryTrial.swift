internal import LinearAlgebra

/// Predicts what local bases would gain: see ``DictionaryGain``.
///
/// - Parameters:
///   - coordinates: Of the snapshots; they are normalised here.
///   - dissimilarities: What clusters are made by.
///   - clusters: The K to try; 1 gives ρ = 1.
///   - modes: The N_m to try.
///   - proxy: Stands in for the classifier.
///   - folds: Parts left out in turn; make them of whole simulations where snapshots are time steps.
///   - rule: When a dictionary pays.
///   - seed: Of the clustering.
/// - Throws: `refused` for zero snapshots, no K or N_m, K < 1 or above the number of snapshots, N_m
///   below 1; `factorization`.
/// - Complexity: A singular value decomposition of the coordinates per part and K.
public func dictionaryGain(
  of coordinates: SnapshotCoordinates, dissimilarities: DissimilarityMatrix, clusters: [Int],
  modes: [Int], proxy: ClusterProxy, folds: Folds, rule: DictionaryGain.Rule = .init(),
  seed: UInt64 = 1
) throws(SnapshotError) -> DictionaryGain {
  precondition(
    coordinates.count == dissimilarities.count && coordinates.count == folds.assignment.count,
    "\(coordinates.count) snapshots, dissimilarities of \(dissimilarities.count), "
      + "folds of \(folds.assignment.count)")
  if case .nearestNeighbours(let features, _) = proxy, features.columnCount != coordinates.count {
    throw .mismatch(
      source: "the features", found: "\(features.columnCount) columns",
      expected: "\(coordinates.count), one per snapshot")
  }
  guard !clusters.isEmpty, !modes.isEmpty, modes.allSatisfy({ $0 >= 1 }) else {
    throw .refused(
      "clusters \(clusters) and modes \(modes) were to be tried; at least one of each is needed, "
        + "and a basis has at least one mode")
  }
  let unit = try coordinates.normalised()
  let one = [Int](repeating: 0, count: unit.count)
  let globalSizes = Array(Set(modes + clusters.flatMap { k in modes.map { k * $0 } })).sorted()
  let global = try DictionaryTrial(unit, one, 1, globalSizes, .oracle, folds)
  var entries: [DictionaryGain.Entry] = []
  for k in clusters {
    let labels = try KMedoids(of: dissimilarities, count: k, seed: seed).labels
    let trial = try DictionaryTrial(unit, labels, k, modes, proxy, folds)
    let smallest = clusterMembers(labels, count: k).map(\.count).min() ?? 0
    for (s, n) in modes.enumerated() {
      let total = globalSizes.firstIndex(of: k * n) ?? 0
      let same = globalSizes.firstIndex(of: n) ?? 0
      let chosen = trial.chosenErrors(s)
      entries.append(
        DictionaryGain.Entry(
          clusters: k, modes: n, predictedError: trial.predictedError(s),
          quantile95: quantile(0.95, of: chosen), worst: chosen.max() ?? 0,
          oracleError: trial.oracleError(s), pessimisticError: trial.pessimisticError(s),
          globalError: global.predictedError(same),
          globalErrorAtEqualMemory: global.predictedError(total), errors: trial.errors(s),
          confusion: trial.confusion, smallestCluster: smallest,
          isSupported: smallest >= rule.membersPerMode * n))
    }
  }
  return DictionaryGain(entries, rule)
}

/// The errors of every snapshot on every local basis, none of which has seen it.
struct DictionaryTrial {
  private let labels: [Int]
  private let predictions: [Int]
  private let count: Int
  /// For each basis a row per size and a column per snapshot.
  private let all: [DenseMatrix<Double>]

  var confusion: ConfusionMatrix {
    ConfusionMatrix(labels: labels, predictions: predictions, count: count)
  }

  init(
    _ unit: SnapshotCoordinates, _ labels: [Int], _ count: Int, _ sizes: [Int],
    _ proxy: ClusterProxy, _ folds: Folds
  ) throws(SnapshotError) {
    let parts = try parallelTry(folds.count * count) { task throws(FactorizationError) in
      let (fold, cluster) = (task / count, task % count)
      let (training, test) = folds.split(fold)
      let members = training.filter { labels[$0] == cluster }
      return try NestedModes(of: unit.selecting(members).matrix).errors(
        of: unit.selecting(test).matrix, sizes: sizes)
    }
    var all = [DenseMatrix<Double>](
      repeating: DenseMatrix(rowCount: sizes.count, columnCount: labels.count), count: count)
    var predictions = labels
    for fold in 0..<folds.count {
      let (training, test) = folds.split(fold)
      for cluster in 0..<count {
        for (k, i) in test.enumerated() {
          for s in sizes.indices { all[cluster][s, i] = parts[fold * count + cluster][s, k] }
        }
      }
      let found = proxy.predictions(of: test, training: training, labels: labels)
      for (i, label) in zip(test, found) { predictions[i] = label }
    }
    (self.labels, self.predictions, self.count, self.all) = (labels, predictions, count, all)
  }

  /// e_{j→k} at the size of index s.
  func errors(_ s: Int) -> [[Double]] {
    clusterMembers(labels, count: count).map { group in
      all.map { errors in
        group.reduce(0) { $0 + errors[s, $1] } / Double(max(1, group.count))
      }
    }
  }

  /// Ê.
  func predictedError(_ s: Int) -> Double { mean(chosenErrors(s)) }

  /// Ê of a classifier that never errs.
  func oracleError(_ s: Int) -> Double {
    mean(labels.enumerated().map { i, cluster in all[cluster][s, i] })
  }

  /// Ê if mistakes struck the members of a cluster at random.
  func pessimisticError(_ s: Int) -> Double {
    let (errors, p) = (errors(s), confusion.probabilities)
    var sum = 0.0
    for (j, group) in clusterMembers(labels, count: count).enumerated() {
      let share = Double(group.count) / Double(labels.count)
      for k in 0..<count { sum += share * p[j][k] * errors[j][k] }
    }
    return sum
  }

  private func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(max(1, values.count))
  }

  /// The error of each snapshot on the basis chosen for it.
  func chosenErrors(_ s: Int) -> [Double] {
    predictions.enumerated().map { i, cluster in all[cluster][s, i] }
  }
}
