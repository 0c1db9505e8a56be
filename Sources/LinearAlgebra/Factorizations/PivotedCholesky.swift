/// A symmetric positive semidefinite matrix of which only single columns can be had, as L Lᵀ of low
/// rank: C − L Lᵀ is semidefinite too, and vanishes in the rows of the pivots.
///
/// The next pivot is where most of the weighted diagonal is left. Among those that are equal to a few
/// digits the first is taken, so that symmetric data give the same pivots whatever the rounding.
///
/// - Source: Harbrecht, Peters, Schneider, *On the low-rank approximation by the pivoted Cholesky
///   decomposition*, Appl. Numer. Math. 62 (2012).
public struct PivotedCholesky: Sendable {
  /// L, a column for each pivot.
  public let factor: DenseMatrix<Double>
  /// The rows in the order they were taken.
  public let pivots: [Int]
  /// The diagonal of C − L Lᵀ, none negative.
  public let remainder: [Double]

  /// Decomposes.
  ///
  /// - Parameters:
  ///   - diagonal: That of C, none negative.
  ///   - weights: How much each row counts; none negative, and zero for rows that shall not be pivots.
  ///   - tolerance: The part of Σ w_i C_ii that may be left.
  ///   - rank: The most columns.
  ///   - floor: What is no pivot because it has no digit; 4 N ε of the largest where nil.
  ///   - column: Column p of C.
  /// - Throws: `notFinite` where a column is not.
  /// - Complexity: One column of C for each of k pivots, O(N k²) operations, O(N k) memory.
  public init(
    diagonal: [Double], weights: [Double], tolerance: Double, rank: Int,
    floor: Double? = nil, column: (Int) -> [Double]
  ) throws(FactorizationError) {
    let n = diagonal.count
    precondition(weights.count == n, "\(weights.count) weights for \(n) rows")
    var left = diagonal
    var (values, pivots): ([Double], [Int]) = ([], [])
    func weightedTrace() -> Double {
      zip(weights, left).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let whole = weightedTrace()
    let floor = floor ?? 4 * Double(n) * Double.ulpOfOne * (diagonal.max() ?? 0)
    while pivots.count < min(rank, n), weightedTrace() > tolerance * whole {
      var largest = 0.0
      for i in 0..<n where left[i] > floor { largest = max(largest, weights[i] * left[i]) }
      guard largest > 0,
        let p = (0..<n).first(where: {
          left[$0] > floor && weights[$0] * left[$0] >= (1 - 1e-9) * largest
        })
      else { break }
      var next = column(p)
      guard next.count == n, next.allSatisfy(\.isFinite) else {
        throw .notFinite(row: 0, column: p)
      }
      if !pivots.isEmpty {
        let known = DenseMatrix(rowCount: n, columnCount: pivots.count, values: values)
        axpy(-1, known * (0..<pivots.count).map { known[p, $0] }, into: &next)
      }
      let root = left[p].squareRoot()
      for i in 0..<n { next[i] /= root }
      // The rows of earlier pivots are zero but for rounding.
      for q in pivots { next[q] = 0 }
      next[p] = root
      for i in 0..<n { left[i] = max(0, left[i] - next[i] * next[i]) }
      left[p] = 0
      values += next
      pivots.append(p)
    }
    remainder = left
    factor = DenseMatrix(rowCount: n, columnCount: pivots.count, values: values)
    self.pivots = pivots
  }
}
