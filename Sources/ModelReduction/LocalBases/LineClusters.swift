internal import LinearAlgebra

/// Lower bounds for clustering snapshots around representatives in the mean square of the sine:
/// representatives may be any lines, not only those of members.
public struct LineClusters: Sendable, Equatable {
  /// Σ sin² to the best free line of each given cluster: what its medoid cannot undercut.
  public let costOfPartition: Double
  /// Σ sin² after alternating assignment and best lines from the given clusters until nothing
  /// changes: the continuous relaxation of k-medoids, a local optimum at most `costOfPartition`.
  public let relaxedCost: Double
  /// The clusters then.
  public let relaxedLabels: [Int]
  /// Below this no choice of k lines gets, in any partition: they span no more than k dimensions,
  /// so the energy beyond the k leading modes of the normalised snapshots is lost.
  public let guaranteedBound: Double

  /// Bounds for a clustering.
  ///
  /// - Parameters:
  ///   - coordinates: Of the snapshots.
  ///   - labels: Their clusters, counted from 0.
  /// - Throws: `refused` for zero snapshots; `factorization`.
  /// - Precondition: One label per snapshot, none negative.
  public init(
    around coordinates: SnapshotCoordinates, labels: [Int], iterationLimit: Int = 100
  ) throws(SnapshotError) {
    precondition(labels.count == coordinates.count, "\(labels.count) labels")
    let unit = try coordinates.normalised().matrix
    let k = (labels.max() ?? -1) + 1
    do {
      let all = try SVD.singularValues(of: unit)
      guaranteedBound = all.dropFirst(k).reversed().reduce(0) { $0 + $1 * $1 }
      var current = labels
      var cost = Double.infinity
      var first: Double?
      for _ in 0..<max(1, iterationLimit) {
        let lines = try LineClusters.bestLines(unit, current, k)
        let within = LineClusters.squares(unit, lines, current)
        if first == nil { first = within.reduce(0, +) }
        let next = LineClusters.assign(unit, lines, current)
        cost = within.reduce(0, +)
        if next == current { break }
        current = next
      }
      costOfPartition = first ?? 0
      (relaxedCost, relaxedLabels) = (cost, current)
    } catch { throw .factorization(error) }
  }

  private static func bestLines(
    _ unit: DenseMatrix<Double>, _ labels: [Int], _ k: Int
  ) throws(FactorizationError) -> DenseMatrix<Double> {
    var lines = DenseMatrix<Double>(rowCount: unit.rowCount, columnCount: k)
    for (c, group) in clusterMembers(labels, count: k).enumerated() where !group.isEmpty {
      let part = DenseMatrix(rowCount: unit.rowCount, columns: group.map { unit.column($0) })
      lines.setColumn(c, try SVD(part).leftVectors.column(0))
    }
    return lines
  }

  /// sin² between each unit column and the line of its label.
  private static func squares(
    _ unit: DenseMatrix<Double>, _ lines: DenseMatrix<Double>, _ labels: [Int]
  ) -> [Double] {
    labels.enumerated().map { i, c in square(unit.column(i), lines.column(c)) }
  }

  private static func square(_ u: [Double], _ line: [Double]) -> Double {
    var rest = u
    axpy(-dot(u, line), line, into: &rest)
    return dot(rest, rest)
  }

  private static func assign(
    _ unit: DenseMatrix<Double>, _ lines: DenseMatrix<Double>, _ labels: [Int]
  ) -> [Int] {
    let cosines = unit.adjointTimes(lines)
    return labels.enumerated().map { i, own in
      var best = (label: own, cosine: cosines[i, own].magnitude * (1 + 1e-14))
      for c in 0..<lines.columnCount where cosines[i, c].magnitude > best.cosine {
        best = (c, cosines[i, c].magnitude)
      }
      return best.label
    }
  }
}
