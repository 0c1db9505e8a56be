internal import LinearAlgebra
internal import RealModule

/// A classifier with the features that pay, judged on parameters it was not trained on.
public struct ClassifierTraining: Sendable {
  /// Trained on all parameters.
  public let classifier: LogisticClassifier
  /// The names of its features in the order they were chosen.
  public let featureNames: [String]
  /// By cross-validation.
  public let confusion: ConfusionMatrix
  /// The mean negative logarithm of the probability of the right cluster, by cross-validation: of
  /// no features, and after each that was added.
  public let lossHistory: [Double]

  /// Adds features one after another, each time the one that lowers the cross-validated loss most,
  /// for as long as that lowers it by at least 5 %.
  ///
  /// - Parameters:
  ///   - parameters: The training set.
  ///   - labels: Their clusters, counted from 0.
  ///   - names: Of the components.
  ///   - terms: Which functions of the components may become features.
  ///   - ridge: λ of the classifier.
  ///   - folds: Parts left out in turn.
  /// - Throws: As `LogisticClassifier`.
  /// - Complexity: At most a training per part for each pair of features.
  public init(
    parameters: [Parameter], labels: [Int], names: [String]? = nil,
    terms: ParameterFeatures.Terms = .quadratic, ridge: Double = 1e-3, folds: Folds
  ) throws(SnapshotError) {
    precondition(folds.assignment.count == parameters.count, "folds of other parameters")
    let all = try ParameterFeatures(of: parameters, names: names, terms: terms)
    func validate(_ selection: [Int]) throws(SnapshotError) -> (loss: Double, predictions: [Int]) {
      var predictions = [Int](repeating: 0, count: labels.count)
      var loss = 0.0
      for fold in 0..<folds.count {
        let (training, test) = folds.split(fold)
        let trained = try LogisticClassifier(
          parameters: training.map { parameters[$0] }, labels: training.map { labels[$0] },
          names: names, terms: terms, selection: selection, ridge: ridge)
        for i in test {
          let p = trained.probabilities(at: parameters[i])
          predictions[i] = lowestMinimum(p.map { -$0 })
          // A cluster that no other parameter belongs to cannot be predicted, and must not weigh
          // infinitely.
          let right = labels[i] < p.count ? p[labels[i]] : 0
          loss -= Double.log(max(right, 1e-12)) / Double(labels.count)
        }
      }
      return (loss, predictions)
    }
    var chosen: [Int] = []
    var best = try validate([])
    var history = [best.loss]
    while chosen.count < all.count {
      let candidates = (0..<all.count).filter { !chosen.contains($0) }
      var winner: (feature: Int, result: (loss: Double, predictions: [Int]))?
      for feature in candidates {
        let result = try validate((chosen + [feature]).sorted())
        if winner.map({ result.loss < $0.result.loss }) ?? true { winner = (feature, result) }
      }
      guard let winner, winner.result.loss < 0.95 * best.loss else { break }
      chosen.append(winner.feature)
      best = winner.result
      history.append(best.loss)
    }
    classifier = try LogisticClassifier(
      parameters: parameters, labels: labels, names: names, terms: terms,
      selection: chosen.sorted(), ridge: ridge)
    featureNames = chosen.map { all.names[$0] }
    confusion = ConfusionMatrix(
      labels: labels, predictions: best.predictions, count: (labels.max() ?? -1) + 1)
    lossHistory = history
  }
}
