internal import LinearAlgebra
internal import ModelReduction
internal import RealModule

/// Bumps that travel: a family for which one basis is poor and local ones are good.
private func bumps(count: Int, rows n: Int = 400) -> DenseMatrix<Double> {
  var states = DenseMatrix<Double>(rowCount: n, columnCount: count)
  for j in 0..<count {
    let centre = 0.1 + 0.8 * Double(j) / Double(max(1, count - 1))
    for i in 0..<n {
      let z = (Double(i) / Double(n - 1) - centre) / 0.05
      states[i, j] = Double.exp(-z * z)
    }
  }
  return states
}

/// A basis that holds a tolerance, whatever the source; the method is chosen by what is asked for.
///
/// - Returns: Its size, and the relative projection error found on the snapshots.
public func basisOfBumps(tolerance: Double) throws -> (size: Int, error: Double) {
  let source = SnapshotSet(states: bumps(count: 60))
  let pod = try POD(of: source, options: PODOptions(tolerance: .energy(tolerance)))
  return (pod.basis.size, pod.report?.projectionError.relative ?? 0)
}

/// Snapshots that are seen once, five at a time, and let go.
///
/// - Returns: The stated bound of what was lost, and what was.
public func streamedBumps(rank: Int) throws -> (bound: Double, lost: Double) {
  let states = bumps(count: 60)
  var stream = try StreamingPOD(in: InnerProduct(euclidean: states.rowCount), rank: rank)
  for first in stride(from: 0, to: 60, by: 5) {
    try stream.append(states.columns(first..<first + 5))
  }
  let modes = stream.basis.vectors
  return (stream.errorBound, (states - modes * modes.adjointTimes(states)).frobeniusNorm)
}

/// A decomposition that follows its matrix: a column more, another forgotten.
///
/// - Returns: The leading singular value before, and after.
public func updatedBumps() throws -> (before: Double, after: Double) {
  let states = bumps(count: 12)
  var svd = try UpdatedSVD(TruncatedSVD(of: states.columns(0..<11), rank: 12), rank: 12)
  let before = svd.singularValues[0]
  try svd.apply(.appendColumns(.dense(states.columns(11..<12))))
  try svd.apply(.removeColumns([0]))
  return (before, svd.singularValues[0])
}

/// Clusters by the angle between lines, with a basis each.
///
/// - Returns: The mean relative error of the members in their own bases of at most `size` modes, and
///   that in one basis of as many.
public func localBumps(clusters: Int, size: Int) throws -> (local: Double, global: Double) {
  let source = SnapshotSet(states: bumps(count: 60))
  let product = InnerProduct<Double>(euclidean: source.dimension)
  let angles = try DissimilarityMatrix(of: source, in: product, measure: .sine)
  let medoids = try KMedoids(of: angles, count: clusters)
  let bases = try LocalBases(
    of: source, clusters: medoids, measure: .sine, in: product, tolerance: 0, size: size)
  let one = try POD(of: source, options: PODOptions(size: size)).basis
  let (mine, all) = (0..<60).reduce((0.0, 0.0)) { sum, j in
    let u = source.states.column(j)
    return (
      sum.0 + bases.relativeError(of: u, in: medoids.labels[j]) / 60,
      sum.1 + one.distance(to: u) / product.norm(u) / 60
    )
  }
  return (mine, all)
}

/// A field that does not split, from its values at a few points that the greedy chose.
///
/// - Returns: How many points, the largest error of a bump that was not among the snapshots, and what
///   the value at one more point said of it.
public func interpolatedBump(tolerance: Double) throws -> (
  points: Int, error: Double, indicated: Double
) {
  let all = bumps(count: 121)
  let seen = DenseMatrix(
    rowCount: all.rowCount, columns: stride(from: 0, to: 121, by: 2).map { all.column($0) })
  let eim = try EIM(of: seen, options: InterpolationOptions(tolerance: tolerance))
  let unseen = all.column(61)
  let image = eim.interpolated(unseen)
  let next = eim.nextPoint ?? 0
  return (
    eim.size, zip(unseen, image).reduce(0) { max($0, ($1.0 - $1.1).magnitude) },
    eim.nextPointError(of: eim.points.map { unseen[$0] }, next: unseen[next])
  )
}
