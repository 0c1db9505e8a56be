public import LinearAlgebra

/// Points from which modes can be told apart with a bounded amplification of errors.
///
/// Given points stay. Where they see the modes too poorly, Q-DEIM points are added; and while the
/// condition number is above the limit, each time the point that raises the smallest singular value
/// most, by a bound that costs one product with its vector.
///
/// - Source: Peherstorfer, Drmač, Gugercin, *Stability of discrete empirical interpolation and
///   gappy proper orthogonal decomposition with randomized and deterministic sampling points*,
///   SIAM J. Sci. Comput. 42 (2020) (GappyPOD+E).
public struct ReconstructionPoints: Sendable {
  /// The given points and behind them those that were added.
  public let points: [Int]
  /// Those that were added.
  public let added: [Int]
  /// σ₁/σ_r of the modes at the points.
  public let conditionNumber: Double

  /// Proposes points.
  ///
  /// - Parameters:
  ///   - modes: Ψ, n × r.
  ///   - given: Points that are there anyway, such as those of a cubature.
  ///   - limit: The condition number to stay below.
  /// - Throws: `mismatch` for a row that does not exist; as ``QDEIM``; `refused` when even all rows
  ///   stay above the limit.
  public init(
    for modes: DenseMatrix<Double>, given: [Int] = [], conditionBelow limit: Double = 100
  ) throws(HyperReductionError) {
    let r = modes.columnCount
    guard given.allSatisfy({ $0 >= 0 && $0 < modes.rowCount }) else {
      throw .mismatch(
        what: "points of a reconstruction", found: "row \(given.max() ?? -1) or a negative one",
        expected: "rows 0 to \(modes.rowCount - 1)")
    }
    var chosen = given
    guard r > 0 else {
      (points, added, conditionNumber) = (given, [], 1)
      return
    }
    func spectrum() throws(HyperReductionError) -> (SVD<Double>, Double) {
      do throws(FactorizationError) {
        let svd = try SVD(modes.gathering(rows: chosen))
        let least = svd.singularValues.count < r ? 0 : svd.singularValues[r - 1]
        return (svd, least > 0 ? svd.singularValues[0] / least : .infinity)
      } catch {
        throw .factorization(error)
      }
    }
    var condition = chosen.count < r ? Double.infinity : try spectrum().1
    if condition > limit {
      let present = Set(chosen)
      chosen += try QDEIM(modes).points.filter { !present.contains($0) }
      condition = try spectrum().1
    }
    while condition > limit {
      let svd = try spectrum().0
      guard let next = ReconstructionPoints.best(modes, svd, excluding: Set(chosen)) else {
        throw .refused(
          "the modes have a condition number of \(condition) at all \(modes.rowCount) points, above "
            + "\(limit): leave out the last modes, or raise the limit")
      }
      chosen.append(next)
      condition = try spectrum().1
    }
    (points, conditionNumber) = (chosen, condition)
    added = Array(chosen[given.count...])
  }

  /// The row that raises the smallest eigenvalue of Ψ_SᵀΨ_S most, by the bound g + u² − √((g + u²)² −
  /// 4 g u_r²), with g the gap above it and u the row in the singular vectors.
  private static func best(
    _ modes: DenseMatrix<Double>, _ svd: SVD<Double>, excluding chosen: Set<Int>
  ) -> Int? {
    let (r, sigma) = (modes.columnCount, svd.singularValues)
    let rows = modes * svd.rightVectors
    let gap = r > 1 ? (sigma[r - 2] - sigma[r - 1]) * (sigma[r - 2] + sigma[r - 1]) : 0
    var (best, value) = (Int?.none, -1.0)
    for i in 0..<rows.rowCount where !chosen.contains(i) {
      let square = (0..<r).reduce(0) { $0 + rows[i, $1] * rows[i, $1] }
      let last = rows[i, r - 1]
      // The difference written without cancellation.
      let sum = gap + square
      let root = max(0, sum * sum - 4 * gap * last * last).squareRoot()
      let gain = r > 1 && sum + root > 0 ? 4 * gap * last * last / (sum + root) : square
      if gain > value { (best, value) = (i, gain) }
    }
    return best
  }
}
