import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

@Suite struct `The gain of a dictionary` {
  static func gain(
    _ set: AdvectedGaussians, clusters: [Int], modes: [Int], proxy: ClusterProxy, parts: Int = 5
  ) throws -> DictionaryGain {
    let product = `Local bases`.product
    return try dictionaryGain(
      of: SnapshotCoordinates(of: set.source, in: product),
      dissimilarities: DissimilarityMatrix(of: set.source, in: product, measure: .sine),
      clusters: clusters, modes: modes, proxy: proxy,
      folds: Folds(of: set.source.count, count: parts))
  }

  @Test func `one cluster gains nothing, exactly`() throws {
    let set = AdvectedGaussians(120, seed: 11)
    let gain = try Self.gain(
      set, clusters: [1], modes: [1, 3, 5], proxy: .parameters(set.parameters), parts: 20)
    for entry in gain.entries {
      #expect(entry.ratio == 1 && entry.ratioAtEqualMemory == 1)
      #expect(entry.confusion.accuracy == 1)
    }
    #expect(gain.choice == nil)
  }

  @Test func `an oracle leaves the errors within the clusters`() throws {
    let set = AdvectedGaussians(150, seed: 12)
    let gain = try Self.gain(set, clusters: [4], modes: [3], proxy: .oracle)
    let entry = gain.entries[0]
    #expect(entry.predictedError == entry.oracleError)
    let sizes = entry.confusion.counts.map { $0.reduce(0, +) }
    let within = (0..<4).reduce(0.0) {
      $0 + Double(sizes[$1]) / 150 * entry.errors[$1][$1]
    }
    #expect((entry.predictedError - within).magnitude < 1e-14)
    #expect((entry.pessimisticError - within).magnitude < 1e-14)
    // On another basis than their own, members are served worse.
    for j in 0..<4 {
      for k in 0..<4 where k != j { #expect(entry.errors[j][k] > entry.errors[j][j]) }
    }
  }

  /// The most frequent label among the five nearest parameters, each divided by its range.
  static func vote(_ mu: Parameter, _ known: [Parameter], _ labels: [Int]) -> Int {
    let near = known.indices.map { i -> (distance: Double, index: Int) in
      let (a, b) = ((known[i][0] - mu[0]) / 0.8, (known[i][1] - mu[1]) / 0.03)
      return (a * a + b * b, i)
    }.sorted { $0 < $1 }.prefix(5).map { labels[$0.index] }
    let most = near.map { label in near.filter { $0 == label }.count }
    return near[most.firstIndex(of: most.max() ?? 0) ?? 0]
  }

  @Test func `the predicted error is that of unseen bumps within a fifth`() throws {
    let (set, test) = (AdvectedGaussians(300, seed: 13), AdvectedGaussians(1500, seed: 14))
    let gain = try Self.gain(
      set, clusters: [2, 4, 8], modes: [3, 6], proxy: .parameters(set.parameters), parts: 20)
    for entry in gain.entries {
      let clusters = try `Local bases`.clusters(set, entry.clusters)
      let bases = try LocalBases(
        of: set.source, clusters: clusters, measure: .sine, in: `Local bases`.product,
        tolerance: 0, size: entry.modes)
      let own = (0..<1500).map { j in
        bases.relativeError(
          of: test.states.column(j),
          in: Self.vote(test.parameters[j], set.parameters, clusters.labels))
      }
      #expect((entry.predictedError / `Local bases`.mean(own) - 1).magnitude < 0.2)
      #expect(entry.oracleError <= entry.predictedError)
      // A trained classifier does no worse than its stand-in.
      let trained = try LogisticClassifier(
        parameters: set.parameters, labels: clusters.labels, ridge: 1e-4)
      let errors = (0..<1500).map { j in
        bases.relativeError(
          of: test.states.column(j), in: trained.cluster(of: test.parameters[j]))
      }
      #expect(`Local bases`.mean(errors) < 1.2 * entry.predictedError)
    }
    let choice = try #require(gain.choice)
    #expect(choice.clusters >= 4 && choice.ratio < 0.5 && choice.isSupported)
    #expect(gain.verdict.hasPrefix("local bases pay"))
  }

  @Test func `snapshots in all directions alike need no dictionary`() throws {
    var random = SeededRandom(seed: 5)
    let values = (0..<200 * 12).map { _ in random.uniform() }
    let inner = DenseMatrix(rowCount: 12, columnCount: 200, values: values)
    let modes = try ReducedBasis(
      spanning: DenseMatrix<Double>.random(60, 12, seed: 6),
      in: InnerProduct(euclidean: 60)
    ).vectors
    let source = SnapshotSet(states: modes * inner)
    let product = InnerProduct<Double>(euclidean: 60)
    let gain = try dictionaryGain(
      of: SnapshotCoordinates(of: source, in: product),
      dissimilarities: DissimilarityMatrix(of: source, in: product, measure: .sine),
      clusters: [1, 2, 4], modes: [2, 3], proxy: .oracle, folds: Folds(of: 200, count: 4))
    #expect(gain.choice == nil)
    #expect(gain.verdict.hasPrefix("local bases do not pay"))
  }

  @Test func `parts are made of whole simulations`() throws {
    let groups = (0..<60).map { $0 / 6 }
    let folds = try Folds(of: 60, count: 4, groups: groups, seed: 3)
    for g in 0..<10 {
      #expect(Set((6 * g..<6 * g + 6).map { folds.assignment[$0] }).count == 1)
    }
    #expect(Set(folds.assignment) == [0, 1, 2, 3])
    #expect(throws: SnapshotError.self) { try Folds(of: 60, count: 11, groups: groups) }
  }

  @Test func `equal orders correlate fully, opposite ones fully against`() throws {
    let a = try DissimilarityMatrix(count: 4, packed: [1, 2, 3, 4, 5, 6], measure: "a")
    let b = try DissimilarityMatrix(count: 4, packed: [1, 4, 9, 16, 25, 36], measure: "b")
    let c = try DissimilarityMatrix(count: 4, packed: [6, 5, 4, 3, 2, 1], measure: "c")
    #expect((rankCorrelation(a, b) - 1).magnitude < 1e-15)
    #expect((rankCorrelation(a, c) + 1).magnitude < 1e-15)
    let set = AdvectedGaussians(80, seed: 15)
    let places = try DissimilarityMatrix(
      betweenColumnsOf: DenseMatrix(rows: [set.parameters.map { $0[0] }]))
    let sine = try DissimilarityMatrix(
      of: set.source, in: `Local bases`.product, measure: .sine)
    #expect((0.5...1).contains(rankCorrelation(places, sine)))
  }
}
