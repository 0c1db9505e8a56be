import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

@Suite struct `Clustering by dissimilarities` {
  static func points(_ m: Int, _ p: Int = 2, seed: UInt64) throws -> DissimilarityMatrix {
    var random = SeededRandom(seed: seed)
    return try DissimilarityMatrix(
      betweenColumnsOf: DenseMatrix(
        rowCount: p, columnCount: m, values: (0..<m * p).map { _ in random.uniform() }))
  }

  static func cost(_ d: DissimilarityMatrix, _ medoids: [Int]) -> Double {
    (0..<d.count).reduce(0) { sum, i in sum + (medoids.map { d[i, $0] }.min() ?? 0) }
  }

  static func bestCost(_ d: DissimilarityMatrix, _ k: Int) -> Double {
    var best = Double.infinity
    func choose(_ chosen: [Int], from first: Int) {
      guard chosen.count < k else {
        best = min(best, cost(d, chosen))
        return
      }
      for c in first..<d.count { choose(chosen + [c], from: c + 1) }
    }
    choose([], from: 0)
    return best
  }

  @Test(arguments: [1, 2, 3])
  func `medoids of small sets are the best of all choices`(k: Int) throws {
    for seed in 0..<5 as Range<UInt64> {
      let d = try Self.points(24, seed: seed)
      let clusters = try KMedoids(of: d, count: k)
      #expect(clusters.search == .exact)
      #expect((clusters.cost - Self.bestCost(d, k)).magnitude < 1e-12)
      #expect((clusters.cost - Self.cost(d, clusters.medoids)).magnitude < 1e-12)
    }
  }

  @Test func `swaps reach the best choice of sets that are searched whole elsewhere`() throws {
    for seed in 10..<14 as Range<UInt64> {
      let d = try Self.points(60, seed: seed)
      let clusters = try KMedoids(of: d, count: 3, starts: 10)
      #expect(clusters.search == .swaps)
      #expect((clusters.cost - Self.bestCost(d, 3)).magnitude < 1e-12)
    }
  }

  @Test func `the cost never rises and no single swap improves the end`() throws {
    let d = try Self.points(400, 3, seed: 6)
    let clusters = try KMedoids(of: d, count: 9, starts: 4)
    let history = clusters.costHistory
    #expect(zip(history, history.dropFirst()).allSatisfy { $1 < $0 })
    #expect(clusters.startCosts.count == 4)
    #expect(clusters.startCosts.allSatisfy { $0 >= clusters.cost * (1 - 1e-12) })
    for slot in 0..<9 {
      for c in stride(from: 0, to: 400, by: 7) where !clusters.medoids.contains(c) {
        var other = clusters.medoids
        other[slot] = c
        #expect(Self.cost(d, other) >= clusters.cost * (1 - 1e-12))
      }
    }
    for i in 0..<400 {
      let medoid = clusters.medoids[clusters.labels[i]]
      #expect(clusters.distances[i] == d[i, medoid])
      #expect(clusters.secondDistances[i] >= clusters.distances[i])
    }
    #expect(try KMedoids(of: d, count: 9, starts: 4) == clusters)
  }

  @Test func `a cluster per object costs nothing, one cluster has the most central medoid`() throws
  {
    let d = try Self.points(50, seed: 1)
    let all = try KMedoids(of: d, count: 50)
    #expect(all.cost == 0 && all.labels == Array(0..<50) && all.search == .exact)
    let one = try KMedoids(of: d, count: 1)
    #expect((one.cost - Self.bestCost(d, 1)).magnitude < 1e-12)
    #expect(one.labels.allSatisfy { $0 == 0 } && one.secondDistances.allSatisfy { $0 == .infinity })
    for k in [0, 51] {
      #expect(throws: SnapshotError.self) { try KMedoids(of: d, count: k) }
    }
  }

  @Test func `a study keeps the clusters of the number it finds natural`() throws {
    for seed in 0..<4 as Range<UInt64> {
      let d = try Self.points(70, seed: seed)
      let study = try ClusterCountStudy(of: d, counts: [1, 2, 3, 5, 8], seed: seed)
      let again = try KMedoids(of: d, count: study.natural, seed: seed)
      #expect(study.clusters == again)
      let silhouette = try #require(study.silhouette)
      #expect(silhouette == (try Silhouette(of: again.labels, in: d)))
      #expect(silhouette.mean == study.entries.map(\.silhouette).max())
    }
    let one = try ClusterCountStudy(of: try Self.points(50, seed: 1), counts: [1])
    #expect(one.natural == 1 && one.silhouette == nil)
    #expect(throws: SnapshotError.self) {
      try ClusterCountStudy(of: try Self.points(50, seed: 1), counts: [])
    }
  }

  @Test func `duplicates leave no cluster empty`() throws {
    // Three different points, each twenty times.
    let values = (0..<60).flatMap { i -> [Double] in [Double(i % 3), 0] }
    let d = try DissimilarityMatrix(
      betweenColumnsOf: DenseMatrix(rowCount: 2, columnCount: 60, values: values))
    for k in [2, 3, 5, 20] {
      let clusters = try KMedoids(of: d, count: k)
      #expect(clusters.members.allSatisfy { !$0.isEmpty })
      #expect(Set(clusters.medoids).count == k)
      #expect(clusters.cost == (k == 2 ? 20 : 0))
    }
    #expect(try KMeans(of: d, count: 5).cost == 0)
    let same = try DissimilarityMatrix(
      betweenColumnsOf: DenseMatrix(
        rowCount: 1, columnCount: 50, values: Array(repeating: 1, count: 50)))
    let clusters = try KMedoids(of: same, count: 4)
    #expect(clusters.cost == 0 && clusters.members.allSatisfy { !$0.isEmpty })
  }

  @Test func `the order of the objects does not change the partition`() throws {
    let d = try Self.points(80, seed: 21)
    var random = SeededRandom(seed: 2)
    let order = Array(0..<80).shuffled(using: &random)
    let clusters = try KMedoids(of: d, count: 4, starts: 15)
    let shuffled = try KMedoids(of: d.selecting(order), count: 4, starts: 15)
    #expect((clusters.cost - shuffled.cost).magnitude < 1e-12)
    #expect(adjustedRandIndex(order.map { clusters.labels[$0] }, shuffled.labels) == 1)
  }

  @Test func `k-means through distances is k-means`() throws {
    var random = SeededRandom(seed: 3)
    let centres = [(-5.0, 0.0), (5.0, 0.0), (0.0, 8.0)]
    let xy = (0..<90).flatMap { i in
      [centres[i % 3].0 + random.uniform(), centres[i % 3].1 + random.uniform()]
    }
    let d = try DissimilarityMatrix(
      betweenColumnsOf: DenseMatrix(rowCount: 2, columnCount: 90, values: xy))
    let means = try KMeans(of: d, count: 3)
    #expect(means.isConverged && means.labels == (0..<90).map { $0 % 3 })
    var cost = 0.0
    for group in means.members {
      for axis in 0..<2 {
        let values = group.map { xy[2 * $0 + axis] }
        let mean = values.reduce(0, +) / Double(values.count)
        cost += values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      }
    }
    #expect((means.cost - cost).magnitude < 1e-11 * cost)
    #expect(try adjustedRandIndex(KMedoids(of: d, count: 3).labels, means.labels) == 1)
    #expect(throws: SnapshotError.self) { try KMeans(of: d.squared(), count: 3) }
  }

  @Test func `silhouettes of two pairs on a line are those of the paper's formula`() throws {
    let d = try DissimilarityMatrix(
      betweenColumnsOf: DenseMatrix(rows: [[0, 1, 10, 11]]))
    let silhouette = try Silhouette(of: [0, 0, 1, 1], in: d)
    let expected = [9.5 / 10.5, 8.5 / 9.5, 8.5 / 9.5, 9.5 / 10.5]
    for (found, value) in zip(silhouette.values, expected) {
      #expect((found - value).magnitude < 1e-15)
    }
    #expect((silhouette.mean - expected.reduce(0, +) / 4).magnitude < 1e-15)
    let wrong = try Silhouette(of: [0, 1, 0, 1], in: d)
    #expect(wrong.mean < 0)
    #expect(try Silhouette(of: [0, 0, 0, 1], in: d).values[3] == 0)
    #expect(throws: SnapshotError.self) { try Silhouette(of: [0, 0, 0, 0], in: d) }
  }

  @Test func `the adjusted Rand index has its published values`() {
    #expect(adjustedRandIndex([0, 0, 1, 1], [5, 5, 2, 2]) == 1)
    #expect((adjustedRandIndex([0, 0, 1, 1], [0, 0, 1, 2]) - 4.0 / 7).magnitude < 1e-15)
    #expect(adjustedRandIndex([0, 0, 0, 0], [0, 1, 2, 3]) == 0)
    // The table (1 1 0; 1 2 1; 0 0 4) of Yeung and Ruzzo, Bioinformatics 17 (2001), supplement.
    let rows = [0, 0, 1, 1, 1, 1, 2, 2, 2, 2]
    let columns = [0, 1, 0, 1, 1, 2, 2, 2, 2, 2]
    #expect((adjustedRandIndex(rows, columns) - 0.313).magnitude < 5e-4)
    var random = SeededRandom(seed: 17)
    let labels = (0..<100).map { $0 % 4 }
    let mean =
      (0..<400).reduce(0.0) { sum, _ in
        sum + adjustedRandIndex(labels, labels.shuffled(using: &random))
      } / 400
    #expect(mean.magnitude < 0.005)
  }
}
