internal import ComplexModule
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
  public init<S: Scalar>(
    for modes: DenseMatrix<S>, given: [Int] = [], conditionBelow limit: Double = 100
  ) throws(HyperReductionError) {
    try self.init(
      for: modes, given: given, among: nil, isPoor: { $0 > limit }, while: { _ in false })
    guard conditionNumber <= limit else {
      throw .refused(
        "the modes have a condition number of \(conditionNumber) at all \(modes.rowCount) points, "
          + "above \(limit): leave out the last modes, or raise the limit")
    }
  }

  /// Proposes a number of points: those given, Q-DEIM points, and then the most useful ones.
  ///
  /// - Parameters:
  ///   - count: How many in all; more only where fewer do not tell the modes apart.
  ///   - candidates: The rows that may be added; all where nil.
  /// - Throws: As ``init(for:given:conditionBelow:)``; fewer candidates are all taken.
  public init<S: Scalar>(
    for modes: DenseMatrix<S>, given: [Int] = [], count: Int, among candidates: [Int]? = nil
  ) throws(HyperReductionError) {
    // Coordinates would have no digit beyond this condition number.
    try self.init(
      for: modes, given: given, among: candidates, isPoor: { $0 > 1e13 }, while: { $0 < count })
  }

  /// Adds points while the condition number is poor or their number asks for more, until all are
  /// taken.
  private init<S: Scalar>(
    for modes: DenseMatrix<S>, given: [Int], among candidates: [Int]?,
    isPoor: (Double) -> Bool, while isWanting: (Int) -> Bool
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
    func spectrum() throws(HyperReductionError) -> (SVD<S>, Double) {
      do throws(FactorizationError) {
        let svd = try SVD(modes.gathering(rows: chosen))
        let least = svd.singularValues.count < r ? 0 : svd.singularValues[r - 1]
        return (svd, least > 0 ? svd.singularValues[0] / least : .infinity)
      } catch {
        throw .factorization(error)
      }
    }
    var condition = chosen.count < r ? Double.infinity : try spectrum().1
    if isPoor(condition) {
      let present = Set(chosen)
      chosen += try QDEIM(modes, among: candidates).points.filter { !present.contains($0) }
      condition = try spectrum().1
    }
    while isPoor(condition) || isWanting(chosen.count) {
      let svd = try spectrum().0
      guard
        let next = ReconstructionPoints.best(
          modes, svd, among: candidates, excluding: Set(chosen))
      else { break }
      chosen.append(next)
      condition = try spectrum().1
    }
    (points, conditionNumber) = (chosen, condition)
    added = Array(chosen[given.count...])
  }

  /// The row that raises the smallest eigenvalue of Ψ_SᵀΨ_S most, by the bound g + u² − √((g + u²)² −
  /// 4 g u_r²), with g the gap above it and u the row in the singular vectors.
  private static func best<S: Scalar>(
    _ modes: DenseMatrix<S>, _ svd: SVD<S>, among candidates: [Int]?, excluding chosen: Set<Int>
  ) -> Int? {
    let (r, sigma) = (modes.columnCount, svd.singularValues)
    let rows = modes * svd.rightVectors
    let gap = r > 1 ? (sigma[r - 2] - sigma[r - 1]) * (sigma[r - 2] + sigma[r - 1]) : 0
    var (best, value) = (Int?.none, -1.0)
    let squares = rows.rowSquares()
    for i in candidates ?? Array(0..<rows.rowCount) where !chosen.contains(i) {
      let square = squares[i]
      let last = rows[i, r - 1].absolute
      // The difference written without cancellation.
      let sum = gap + square
      let root = max(0, sum * sum - 4 * gap * last * last).squareRoot()
      let gain = r > 1 && sum + root > 0 ? 4 * gap * last * last / (sum + root) : square
      if gain > value { (best, value) = (i, gain) }
    }
    return best
  }
}

extension DenseMatrix {
  /// Σ_j |a_ij|² for each row.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func rowSquares() -> [Double] {
    var squares = [Double](repeating: 0, count: rowCount)
    for j in 0..<columnCount {
      for i in 0..<rowCount {
        let value = values[i + j * rowCount]
        squares[i] += (value.conjugate * value).realPart
      }
    }
    return squares
  }
}
