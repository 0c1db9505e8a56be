import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

@Suite struct `Local bases` {
  static let product = InnerProduct<Double>(euclidean: 400)

  static func clusters(
    _ set: AdvectedGaussians, _ k: Int, _ measure: SnapshotDissimilarity = .sine
  ) throws -> KMedoids {
    let d = try DissimilarityMatrix(of: set.source, in: product, measure: measure)
    return try KMedoids(of: d, count: k)
  }

  static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  /// The relative errors of unseen bumps on the bases their nearest medoids choose.
  static func errors(
    _ bases: LocalBases, _ test: AdvectedGaussians
  ) throws -> [Double] {
    try (0..<test.source.count).map { j in
      let u = test.states.column(j)
      return bases.relativeError(of: u, in: try bases.cluster(ofField: u).index)
    }
  }

  @Test func `amplitude rules Euclidean clusters and not sine clusters`() throws {
    // Measured independently: 235 of 300 bumps fall into one of eight Euclidean clusters.
    let set = AdvectedGaussians(300, seed: 1)
    let largest = { (k: KMedoids) in k.members.map(\.count).max() ?? 0 }
    #expect((150...290).contains(largest(try Self.clusters(set, 8, .euclidean))))
    #expect(largest(try Self.clusters(set, 8)) < 90)
  }

  @Test(arguments: [
    // Modes, clusters, mean and tolerance. Few clusters scatter: five draws of an independent
    // program lay between 0.27 and 0.33, and between 0.061 and 0.107, for four.
    (3, 1, 0.78, 0.05), (3, 4, 0.27, 0.07), (3, 8, 0.12, 0.03), (3, 16, 0.066, 0.02),
    (6, 1, 0.54, 0.05), (6, 4, 0.055, 0.045), (6, 8, 0.021, 0.008), (6, 16, 0.007, 0.004),
  ])
  func `unseen bumps have the published errors`(
    modes: Int, clusters: Int, expected: Double, tolerance: Double
  ) throws {
    let (set, test) = (AdvectedGaussians(300, seed: 2), AdvectedGaussians(300, seed: 3))
    let bases = try LocalBases(
      of: set.source, clusters: try Self.clusters(set, clusters), measure: .sine,
      in: Self.product, tolerance: 0, size: modes)
    #expect(bases.bases.allSatisfy { $0.size == modes })
    let mean = Self.mean(try Self.errors(bases, test))
    #expect((mean - expected).magnitude < tolerance)
  }

  @Test func `a medoid as the only mode errs by the cost of the clusters`() throws {
    let set = AdvectedGaussians(120, seed: 4)
    let clusters = try Self.clusters(set, 6)
    var sum = 0.0
    for (i, label) in clusters.labels.enumerated() {
      let medoid = set.states.column(clusters.medoids[label])
      let line = try ReducedBasis(
        spanning: DenseMatrix(rowCount: 400, columnCount: 1, values: medoid), in: Self.product)
      let u = set.states.column(i)
      sum += line.distance(to: u) / Self.product.norm(u)
    }
    #expect((sum - clusters.cost).magnitude < 1e-11 * sum)
  }

  @Test func `overlap lends the members of a border to both sides`() throws {
    let set = AdvectedGaussians(150, seed: 5)
    let clusters = try Self.clusters(set, 5)
    let make = { (tau: Double) in
      try LocalBases(
        of: set.source, clusters: clusters, measure: .sine, in: Self.product, tolerance: 1e-3,
        overlap: tau)
    }
    let (apart, shared) = (try make(0), try make(0.3))
    #expect(apart.summaries.allSatisfy { $0.borrowedCount == 0 })
    #expect(apart.training == clusters.members)
    #expect(shared.summaries.contains { $0.borrowedCount > 0 })
    for c in 0..<5 {
      #expect(Set(shared.training[c]).isSuperset(of: clusters.members[c]))
      for i in shared.training[c] where clusters.labels[i] != c {
        #expect(clusters.secondLabels[i] == c)
        #expect(clusters.secondDistances[i] < 1.3 * clusters.distances[i])
      }
      let v = shared.bases[c].vectors
      #expect((v.adjointTimes(v) - .identity(v.columnCount)).frobeniusNorm < 1e-13)
    }
    // Members are given to their own cluster, and served to the tolerance on average.
    for i in stride(from: 0, to: 150, by: 7) {
      let found = try apart.cluster(ofField: set.states.column(i))
      #expect(found.index == clusters.labels[i])
      #expect((found.distance - clusters.distances[i]).magnitude < 1e-12)
    }
    #expect(apart.summaries.allSatisfy { $0.meanError <= 1e-3 && $0.worstError >= $0.meanError })
    #expect(throws: SnapshotError.self) { try make(-1) }
  }

  @Test func `free lines cost no more than medoids, and no k lines less than the bound`() throws {
    let set = AdvectedGaussians(100, seed: 6)
    let coordinates = try SnapshotCoordinates(of: set.source, in: Self.product)
    let d = try DissimilarityMatrix(of: set.source, in: Self.product, measure: .sine).squared()
    for k in [1, 3, 8, 20] {
      let clusters = try KMedoids(of: d, count: k)
      let lines = try LineClusters(around: coordinates, labels: clusters.labels)
      #expect(lines.costOfPartition <= clusters.cost)
      #expect(lines.relaxedCost <= lines.costOfPartition * (1 + 1e-12))
      #expect(lines.guaranteedBound <= lines.relaxedCost * (1 + 1e-12))
      #expect(lines.guaranteedBound > 0)
      if k == 1 {
        #expect((lines.guaranteedBound - lines.costOfPartition).magnitude < 1e-10)
      }
    }
  }

  @Test func `widths fall, and those of clusters lie below those of all`() throws {
    let set = AdvectedGaussians(200, seed: 7)
    let coordinates = try SnapshotCoordinates(of: set.source, in: Self.product)
    let all = try KolmogorovWidths(of: coordinates, upTo: 8)
    #expect((all.worst[0] - 1).magnitude < 1e-14 && (all.meanSquare[0] - 1).magnitude < 1e-14)
    for widths in [all.worst, all.meanSquare, all.greedyWorst] {
      #expect(zip(widths, widths.dropFirst()).allSatisfy { $1 <= $0 * (1 + 1e-12) })
    }
    #expect(zip(all.meanSquare, all.podWorst).allSatisfy { $0 <= $1 })
    let clusters = try Self.clusters(set, 6)
    for group in clusters.members {
      let local = try KolmogorovWidths(of: coordinates, members: group, upTo: 8)
      for n in 1...8 { #expect(local.meanSquare[n] < all.meanSquare[n]) }
    }
    // As many dimensions as snapshots leave nothing.
    let few = try KolmogorovWidths(of: coordinates, members: [3, 50, 90], upTo: 5)
    #expect(few.worst[3] < 1e-14 && few.worst[5] < 1e-14 && few.worst[2] > 1e-6)
  }
}
