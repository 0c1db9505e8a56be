public import LinearAlgebra

/// A dictionary of reduced bases, one per cluster of snapshots, each the POD of the normalised
/// members: the dissimilarity of lines is blind to amplitudes, and so are the bases.
public struct LocalBases: Sendable {
  /// What became of one cluster.
  public struct Summary: Sendable, Equatable {
    /// The snapshot that represents it.
    public let medoid: Int
    /// The number of its own members.
    public let memberCount: Int
    /// The number taken from neighbours to overlap with them.
    public let borrowedCount: Int
    /// The number of modes.
    public let size: Int
    /// The mean relative projection error of its own members.
    public let meanError: Double
    /// The largest.
    public let worstError: Double
  }

  /// One basis per cluster, orthonormal in the product.
  public let bases: [ReducedBasis<Double>]
  /// One summary per cluster.
  public let summaries: [Summary]
  /// The snapshots each basis was made of, ascending: members and borrowed ones.
  public let training: [[Int]]
  /// What new fields are assigned by.
  public let measure: SnapshotDissimilarity
  /// The snapshots of the medoids, one per column.
  public let medoidStates: DenseMatrix<Double>
  /// The product of all bases.
  public let product: InnerProduct<Double>
  private let shift: [Double]?

  /// The number of clusters.
  public var count: Int { bases.count }

  /// Bases of the clusters of snapshots.
  ///
  /// - Parameters:
  ///   - source: The snapshots.
  ///   - clusters: Their clusters.
  ///   - measure: The dissimilarity these came from; new fields are assigned by it.
  ///   - product: X.
  ///   - tolerance: Of each POD, relative to the energy of the normalised members.
  ///   - size: The largest number of modes.
  ///   - overlap: τ; a snapshot whose second nearest medoid is less than (1 + τ) times as far as its
  ///     nearest joins the training of that cluster too. Zero shares ties only from the other side
  ///     of a border, that is none.
  ///   - shift: Subtracted from every snapshot before, as for the dissimilarities.
  /// - Throws: What the source throws; `mismatch`; `refused` for zero snapshots; `factorization`.
  /// - Complexity: A POD per cluster, of which the snapshots are in memory at a time.
  public init(
    of source: some SnapshotSource, clusters: KMedoids, measure: SnapshotDissimilarity,
    in product: InnerProduct<Double>, tolerance: Double, size: Int = .max, overlap: Double = 0,
    subtracting shift: [Double]? = nil
  ) throws(SnapshotError) {
    try requireFit(source, product)
    precondition(
      clusters.labels.count == source.count,
      "\(clusters.labels.count) labels for \(source.count) snapshots")
    guard overlap >= 0, overlap.isFinite else {
      throw .refused("the overlap is \(overlap); it must be zero or more, such as 0.1")
    }
    let training = clusters.overlapping(by: overlap)
    let members = clusters.members
    var (bases, summaries) = ([ReducedBasis<Double>](), [Summary]())
    for c in training.indices {
      let states = try source.normalised(training[c], in: product, subtracting: shift)
      let basis: ReducedBasis<Double>
      do {
        basis = try POD(
          of: SnapshotSet(states: states), in: product, tolerance: tolerance, size: size
        ).basis
      } catch { throw .factorization(error) }
      let own = Set(members[c])
      let errors = zip(training[c], basis.distances(to: states)).filter { own.contains($0.0) }
        .map(\.1)
      summaries.append(
        Summary(
          medoid: clusters.medoids[c], memberCount: own.count,
          borrowedCount: training[c].count - own.count, size: basis.size,
          meanError: errors.reduce(0, +) / Double(max(1, errors.count)),
          worstError: errors.max() ?? 0))
      bases.append(basis)
    }
    (self.bases, self.summaries, self.training) = (bases, summaries, training)
    (self.measure, self.product, self.shift) = (measure, product, shift)
    medoidStates = try source.selected(clusters.medoids, subtracting: shift)
  }

  /// The cluster of a new field: that of the nearest medoid, the lowest among equally near ones.
  ///
  /// - Throws: `mismatch` of lengths; `refused` for zero where directions are compared.
  public func cluster(ofField u: [Double]) throws(SnapshotError) -> (index: Int, distance: Double) {
    let field = shift.map { shift in zip(u, shift).map { $0 - $1 } } ?? u
    let distances = try DissimilarityMatrix.distances(
      of: shift.map { $0.count == u.count ? field : u } ?? u, to: medoidStates, in: product,
      measure: measure)
    let nearest = lowestMinimum(distances)
    return (nearest, distances[nearest])
  }

  /// ‖u − P u‖ / ‖u‖ for the projection onto the basis of a cluster; 0 for a zero field.
  ///
  /// - Precondition: `u` has as many entries as the product; the cluster exists.
  public func relativeError(of u: [Double], in cluster: Int) -> Double {
    let field = shift.map { shift in zip(u, shift).map { $0 - $1 } } ?? u
    let length = product.norm(field)
    return length > 0 ? bases[cluster].distance(to: field) / length : 0
  }
}

extension KMedoids {
  /// For each cluster its members and those of others that are less than (1 + τ) times as far from
  /// its medoid, their second nearest, as from their own.
  func overlapping(by tau: Double) -> [[Int]] {
    var result = [[Int]](repeating: [], count: count)
    for (i, label) in labels.enumerated() {
      result[label].append(i)
      let second = secondLabels[i]
      if second != label, secondDistances[i] < (1 + tau) * distances[i] { result[second].append(i) }
    }
    return result
  }
}

extension ReducedBasis<Double> {
  /// ‖u − V Vᵀ X u‖ for each column.
  func distances(to states: DenseMatrix<Double>) -> [Double] {
    var rest = states - vectors * vectors.adjointTimes(product.apply(states))
    rest = rest - vectors * vectors.adjointTimes(product.apply(rest))
    return columnDots(rest, product.apply(rest)).map { max(0, $0).squareRoot() }
  }
}

extension SnapshotSource {
  /// Some snapshots, in the order given, neighbours read together.
  func selected(
    _ indices: [Int], subtracting shift: [Double]?
  ) throws(SnapshotError) -> DenseMatrix<Double> {
    var result = DenseMatrix<Double>(rowCount: dimension, columnCount: 0)
    var first = 0
    while first < indices.count {
      var end = first + 1
      while end < indices.count, indices[end] == indices[end - 1] + 1 { end += 1 }
      result.appendColumns(of: try snapshots(indices[first]..<indices[end - 1] + 1))
      first = end
    }
    if let shift {
      for k in result.values.indices { result.values[k] -= shift[k % dimension] }
    }
    return result
  }

  /// Some snapshots, each divided by its norm.
  func normalised(
    _ indices: [Int], in product: InnerProduct<Double>, subtracting shift: [Double]?
  ) throws(SnapshotError) -> DenseMatrix<Double> {
    var states = try selected(indices, subtracting: shift)
    let norms = columnDots(states, product.apply(states)).map { max(0, $0).squareRoot() }
    let empty = norms.indices.filter { !(norms[$0] > 0) }
    guard empty.isEmpty else {
      throw .refused(
        "\(snapshotList(empty.map { indices[$0] })) zero, without a direction: leave zero "
          + "snapshots out")
    }
    for j in norms.indices {
      for k in j * dimension..<(j + 1) * dimension { states.values[k] /= norms[j] }
    }
    return states
  }
}
