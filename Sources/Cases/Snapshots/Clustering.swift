internal import LinearAlgebra
public import ModelReduction

/// What `ritz cluster` does: snapshots in clusters with a basis each, and whether that pays.
public struct Clustering: Sendable {
  /// How unlike two objects are.
  public enum Measure: Sendable, Equatable {
    /// Between snapshots.
    case snapshots(SnapshotDissimilarity)
    /// Between files, each a trajectory, by the spaces of their leading modes.
    case trajectories(modes: Int, SubspaceDistance)

    /// Its name.
    public var name: String {
      switch self {
      case .snapshots(let measure): measure.rawValue
      case .trajectories(let modes, let distance): "\(distance.rawValue) of \(modes) modes"
      }
    }
  }

  /// What is asked for.
  public struct Request: Sendable {
    /// The snapshots and the product.
    public var input: SnapshotInput
    /// The numbers of clusters to try; the best is taken.
    public var counts: [Int]
    /// How unlike.
    public var measure: Measure
    /// Whether the mean snapshot is subtracted first.
    public var centring: Centring
    /// BUILD and random starts of the search; nil for as many as the number of objects allows.
    public var starts: Int?
    /// Of random numbers.
    public var seed: UInt64
    /// Of the local bases, √(discarded / total energy) of normalised snapshots.
    public var tolerance: Double
    /// The most modes of a local basis.
    public var size: Int
    /// How far clusters reach into their neighbours.
    public var overlap: Double
    /// A table with a row of parameters for each snapshot.
    public var parameterFile: String?

    /// A request.
    public init(
      _ input: SnapshotInput, counts: [Int], measure: Measure = .snapshots(.sine),
      centring: Centring = .none, starts: Int? = nil, seed: UInt64 = 1, tolerance: Double = 1e-3,
      size: Int = .max, overlap: Double = 0, parameterFile: String? = nil
    ) {
      (self.input, self.counts, self.measure) = (input, counts, measure)
      (self.centring, self.starts, self.seed) = (centring, starts, seed)
      (self.tolerance, self.size, self.overlap) = (tolerance, size, overlap)
      self.parameterFile = parameterFile
    }
  }

  /// What was asked for.
  public let request: Request
  /// Objects that were clustered: snapshots, or trajectories.
  public let count: Int
  /// The snapshots' length.
  public let dimension: Int
  /// Sentences of the dissimilarities and the files.
  public let notes: [String]
  /// What each number of clusters gives.
  public let study: ClusterCountStudy
  /// The clusters.
  public let clusters: KMedoids
  /// How well they are apart; nil for one cluster.
  public let silhouette: Silhouette?
  /// The clusters of k-means and how alike they are (adjusted Rand index), for comparison; of few
  /// snapshots only.
  public let means: (clusters: KMeans, agreement: Double)?
  /// Kolmogorov widths of all snapshots, then of each cluster.
  public let widths: [KolmogorovWidths]
  /// Whether local bases pay; nil where there are too few snapshots to tell.
  public let gain: DictionaryGain?
  /// A basis for each cluster; nil for trajectories.
  public let bases: LocalBases?
  /// How new parameters are assigned; nil without parameters.
  public let classifier: ClassifierTraining?
  /// The snapshots in the plane of their two leading modes, for the eye.
  let plane: DenseMatrix<Double>
  /// The wall time, in seconds.
  public let seconds: Double

  /// Clusters.
  ///
  /// - Throws: `SnapshotError`.
  public init(_ request: Request) throws(SnapshotError) {
    let start = ContinuousClock.now
    let (input, seed) = (request.input, request.seed)
    let source = try input.source()
    guard source.count > 0 else { throw .empty(source: input.title) }
    let product = try input.product(dimension: source.dimension)
    let mean = request.centring == .mean ? try source.mean(memory: input.memory) : nil
    let coordinates = try SnapshotCoordinates(
      of: source, in: product, subtracting: mean, memory: input.memory)
    plane = try coordinates.leadingPlane()
    let dissimilarities: DissimilarityMatrix
    var groups: [Int]?
    switch request.measure {
    case .snapshots(let measure):
      dissimilarities = try DissimilarityMatrix(
        of: source, in: product, measure: measure, subtracting: mean, memory: input.memory)
    case .trajectories(let modes, let distance):
      let owners = source.facts.enumerated().flatMap {
        [Int](repeating: $0.offset, count: $0.element.count)
      }
      groups = owners
      dissimilarities = try DissimilarityMatrix(
        betweenTrajectories: coordinates, groups: owners, modes: modes, distance: distance)
    }
    study = try ClusterCountStudy(
      of: dissimilarities, counts: request.counts, starts: request.starts, seed: seed)
    (clusters, silhouette) = (study.clusters, study.silhouette)
    (count, dimension) = (dissimilarities.count, source.dimension)
    notes = source.facts.flatMap(\.notes).uniqued + dissimilarities.notes
    let parameters = try ParameterTable(
      of: input, table: request.parameterFile, count: dissimilarities.count)
    classifier = try Clustering.classifier(clusters, parameters, seed)
    self.request = request
    guard groups == nil, case .snapshots(let measure) = request.measure else {
      (means, widths, gain, bases) = (nil, [], nil, nil)
      seconds = Clustering.seconds(since: start)
      return
    }
    means = try Clustering.means(
      source, product, mean, clusters, measure == .euclidean ? dissimilarities : nil, request)
    let norms = coordinates.norms
    let size = min(12, source.count)
    if norms.allSatisfy({ $0 > 0 }) {
      var all = [try KolmogorovWidths(of: coordinates, upTo: size)]
      for members in clusters.members {
        all.append(
          try KolmogorovWidths(of: coordinates, members: members, upTo: min(size, members.count)))
      }
      widths = all
      gain = try Clustering.gain(coordinates, dissimilarities, clusters, parameters, request)
      bases = try LocalBases(
        of: source, clusters: clusters, measure: measure, in: product,
        tolerance: request.tolerance, size: request.size, overlap: request.overlap,
        subtracting: mean)
    } else {
      (widths, gain, bases) = ([], nil, nil)
    }
    seconds = Clustering.seconds(since: start)
  }

  private static func seconds(since start: ContinuousClock.Instant) -> Double {
    let spent = start.duration(to: .now).components
    return Double(spent.seconds) + 1e-18 * Double(spent.attoseconds)
  }

  /// k-means of the snapshots themselves; of more than 2000 it would cost more than it tells.
  private static func means(
    _ source: some SnapshotSource, _ product: InnerProduct<Double>, _ mean: [Double]?,
    _ clusters: KMedoids, _ known: DissimilarityMatrix?, _ request: Request
  ) throws(SnapshotError) -> (clusters: KMeans, agreement: Double)? {
    guard source.count <= 2000 else { return nil }
    let distances: DissimilarityMatrix
    if let known {
      distances = known
    } else {
      distances = try DissimilarityMatrix(
        of: source, in: product, measure: .euclidean, subtracting: mean,
        memory: request.input.memory)
    }
    let means = try KMeans(
      of: distances, count: clusters.count, starts: request.starts ?? 10, seed: request.seed)
    return (means, adjustedRandIndex(means.labels, clusters.labels))
  }

  /// Judged by five parts left out; of fewer than ten snapshots nothing can be said.
  private static func gain(
    _ coordinates: SnapshotCoordinates, _ dissimilarities: DissimilarityMatrix,
    _ clusters: KMedoids, _ parameters: ParameterTable?, _ request: Request
  ) throws(SnapshotError) -> DictionaryGain? {
    guard coordinates.count >= 10, coordinates.count <= 2000 else { return nil }
    let largest = max(1, coordinates.count / (5 * max(1, clusters.count)))
    let modes = [1, 2, 3, 5, 8, 12, 20].filter { $0 <= min(largest, request.size) }
    return try dictionaryGain(
      of: coordinates, dissimilarities: dissimilarities,
      clusters: Array(Set(request.counts + [1, clusters.count])).sorted(), modes: modes,
      proxy: parameters.map { .parameters($0.rows) } ?? .oracle,
      folds: try Folds(of: coordinates.count, count: 5, seed: request.seed), seed: request.seed)
  }

  private static func classifier(
    _ clusters: KMedoids, _ parameters: ParameterTable?, _ seed: UInt64
  ) throws(SnapshotError) -> ClassifierTraining? {
    guard let parameters, clusters.count > 1, parameters.rows.count >= 4 else { return nil }
    return try ClassifierTraining(
      parameters: parameters.rows, labels: clusters.labels, names: parameters.names,
      folds: try Folds(of: parameters.rows.count, count: min(5, parameters.rows.count), seed: seed))
  }
}

extension SnapshotSource {
  /// The mean snapshot, read in parts of at most `memory` bytes.
  func mean(memory: Int) throws(SnapshotError) -> [Double] {
    var sum = [Double](repeating: 0, count: dimension)
    let width = max(1, memory / max(1, 16 * dimension))
    for first in stride(from: 0, to: count, by: width) {
      let part = try snapshots(first..<min(count, first + width))
      for j in 0..<part.columnCount {
        for i in 0..<dimension { sum[i] += part.values[i + j * dimension] }
      }
    }
    return sum.map { $0 / Double(max(1, count)) }
  }
}

extension SnapshotCoordinates {
  /// The two leading principal components of each snapshot, a column for each.
  func leadingPlane() throws(SnapshotError) -> DenseMatrix<Double> {
    do throws(FactorizationError) {
      let modes = try SVD(matrix).leftVectors
      return modes.columns(0..<min(2, modes.columnCount)).adjointTimes(matrix)
    } catch { throw .factorization(error) }
  }
}
