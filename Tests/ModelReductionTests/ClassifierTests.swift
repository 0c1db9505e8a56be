import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

@Suite struct `Classifiers of parameters` {
  static func parameters(_ count: Int, _ dimension: Int, seed: UInt64) -> [Parameter] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in Parameter((0..<dimension).map { _ in random.uniform() }) }
  }

  @Test func `the gradient vanishes at the trained weights`() throws {
    let parameters = Self.parameters(300, 2, seed: 1)
    var random = SeededRandom(seed: 2)
    let labels = parameters.map { mu in
      mu[0] + 0.3 * random.uniform() > 0 ? (mu[1] > 0.2 ? 2 : 1) : 0
    }
    let trained = try LogisticClassifier(
      parameters: parameters, labels: labels, terms: .linear, ridge: 1e-2)
    #expect(trained.report.isConverged && trained.report.iterations < 30)
    // At the optimum the probabilities of each cluster sum to its members: the constant is free.
    for c in 0..<3 {
      let sum = parameters.reduce(0) { $0 + trained.probabilities(at: $1)[c] }
      #expect((sum - Double(labels.filter { $0 == c }.count)).magnitude < 1e-4)
    }
    let right = zip(parameters, labels).filter { trained.cluster(of: $0) == $1 }.count
    #expect(right > 240)
  }

  @Test func `two clusters with one feature give the logistic curve of the closed form`() throws {
    // At -1: 3 of 4 in cluster 0; at 1: 1 of 4. The optimum without penalty has odds 3 and 1/3.
    let parameters = (0..<8).map { Parameter([$0 < 4 ? -1 : 1]) }
    let labels = [0, 0, 0, 1, 0, 1, 1, 1]
    let trained = try LogisticClassifier(
      parameters: parameters, labels: labels, terms: .linear, ridge: 1e-10)
    #expect((trained.probabilities(at: [-1])[0] - 0.75).magnitude < 1e-7)
    #expect((trained.probabilities(at: [1])[0] - 0.25).magnitude < 1e-7)
    #expect((trained.probabilities(at: [0])[0] - 0.5).magnitude < 1e-7)
  }

  @Test func `clusters that a plane separates give finite weights`() throws {
    let parameters = Self.parameters(100, 3, seed: 4)
    let labels = parameters.map { $0[0] + $0[1] > 0.1 ? 1 : 0 }
    for ridge in [1e-2, 1e-4, 1e-7] {
      let trained = try LogisticClassifier(
        parameters: parameters, labels: labels, terms: .linear, ridge: ridge)
      #expect(trained.report.isConverged)
      #expect(trained.weights.values.allSatisfy { $0.isFinite && $0.magnitude < 1e4 })
      let right = zip(parameters, labels).filter { trained.cluster(of: $0) == $1 }.count
      #expect(right >= (ridge > 1e-3 ? 90 : 98))
    }
    #expect(throws: SnapshotError.self) {
      try LogisticClassifier(parameters: parameters, labels: labels, ridge: 0)
    }
  }

  @Test func `one cluster, constant features and unused labels are no trouble`() throws {
    let parameters = (0..<20).map { Parameter([7, Double($0)]) }
    let same = try LogisticClassifier(
      parameters: parameters, labels: Array(repeating: 0, count: 20))
    #expect(same.cluster(of: [7, 3]) == 0 && same.report.isConverged)
    let gap = try LogisticClassifier(
      parameters: parameters, labels: (0..<20).map { $0 < 10 ? 0 : 2 })
    #expect(gap.count == 3)
    #expect(gap.probabilities(at: [7, 4])[1] == 0)
    #expect(gap.cluster(of: [7, 0]) == 0 && gap.cluster(of: [7, 19]) == 2)
  }

  @Test func `selection finds the features that matter`() throws {
    // Only a² + b² decides; c, d and e are noise.
    let parameters = Self.parameters(400, 5, seed: 9)
    let labels = parameters.map { $0[0] * $0[0] + $0[1] * $0[1] < 0.6 ? 0 : 1 }
    let training = try ClassifierTraining(
      parameters: parameters, labels: labels, names: ["a", "b", "c", "d", "e"],
      folds: Folds(of: 400, count: 4))
    #expect(Set(training.featureNames.prefix(2)) == ["a²", "b²"])
    #expect(training.featureNames.count <= 6)
    let history = training.lossHistory
    #expect(zip(history, history.dropFirst()).allSatisfy { $1 < $0 })
    #expect(training.confusion.accuracy > 0.93)
    #expect(training.confusion.counts.joined().reduce(0, +) == 400)
    let fresh = Self.parameters(500, 5, seed: 10)
    let right = fresh.filter {
      training.classifier.cluster(of: $0) == ($0[0] * $0[0] + $0[1] * $0[1] < 0.6 ? 0 : 1)
    }
    #expect((Double(right.count) / 500 - training.confusion.accuracy).magnitude < 0.05)
  }

  @Test func `the nearest medoid is that in scaled coordinates`() throws {
    let space = try ParameterSpace(axes: [
      ParameterAxis(name: "a", range: 0...1),
      ParameterAxis(name: "k", range: 1...1_000_000, scale: .log),
    ])
    let rule = try NearestMedoidRule(medoids: [[0.2, 10], [0.2, 100_000]], in: space)
    #expect(rule.cluster(of: [0.9, 200]) == 0)
    #expect(rule.cluster(of: [0.9, 5000]) == 1)
    #expect(throws: SnapshotError.self) { try NearestMedoidRule(medoids: [], in: space) }
    #expect(throws: SnapshotError.self) { try NearestMedoidRule(medoids: [[1]], in: space) }
  }
}
