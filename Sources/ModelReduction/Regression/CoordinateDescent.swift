internal import LinearAlgebra

/// Minimises wᵀC w / 2 − cᵀw + λ ‖w‖₁ + μ ‖w‖² / 2 coefficient by coefficient.
///
/// Where inputs nearly depend on each other the coefficients settle slowly, though it is soon clear
/// which of them vanish. Every few sweeps the others are therefore solved for with their signs
/// fixed, as far as the signs allow.
struct CoordinateDescent: Sendable {
  /// C.
  let covariance: DenseMatrix<Double>
  /// λ.
  let lasso: Double
  /// μ.
  let ridge: Double

  func minimum(_ correlation: [Double]) -> (weights: [Double], isConverged: Bool) {
    let m = correlation.count
    var (w, gradient) = ([Double](repeating: 0, count: m), correlation)
    for sweep in 1...2000 {
      // What the conditions |c − C w − μ w| ≤ λ, with equality for w ≠ 0, are violated by.
      var violation = 0.0
      for j in 0..<m {
        let curvature = covariance[j, j]
        guard curvature + ridge > 0 else { continue }
        let slope = gradient[j] - ridge * w[j]
        let excess =
          w[j] > 0
          ? (slope - lasso).magnitude
          : w[j] < 0 ? (slope + lasso).magnitude : max(0, slope.magnitude - lasso)
        violation = max(violation, excess)
        let target = gradient[j] + curvature * w[j]
        let size = max(0, target.magnitude - lasso) / (curvature + ridge)
        let change = (target < 0 ? -size : size) - w[j]
        guard change != 0 else { continue }
        w[j] += change
        axpy(-change, covariance.values, column: j, of: m, into: &gradient)
      }
      if violation <= 1e-6 * lasso { return (w, true) }
      if sweep % 20 == 0 {
        while moveWithFixedSigns(&w, gradient) { gradient = residual(w, correlation) }
        gradient = residual(w, correlation)
      }
    }
    return (w, false)
  }

  /// c − C w.
  private func residual(_ w: [Double], _ correlation: [Double]) -> [Double] {
    var gradient = correlation
    axpy(-1, covariance * w, into: &gradient)
    return gradient
  }

  /// Goes to the minimum over the coefficients that do not vanish, or to the first of them that
  /// would change its sign, which then vanishes: the function falls all the way.
  ///
  /// - Returns: Whether a coefficient vanished.
  private func moveWithFixedSigns(_ w: inout [Double], _ gradient: [Double]) -> Bool {
    let active = w.indices.filter { w[$0] != 0 }
    var matrix = DenseMatrix<Double>(rowCount: active.count, columnCount: active.count)
    for (b, j) in active.enumerated() {
      for (a, i) in active.enumerated() { matrix[a, b] = covariance[i, j] }
      matrix[b, b] += ridge
    }
    guard !active.isEmpty else { return false }
    let slopes = active.map { gradient[$0] - ridge * w[$0] - (w[$0] > 0 ? lasso : -lasso) }
    var (step, limit) = ([Double](), 1.0)
    do throws(FactorizationError) {
      step = try Cholesky(matrix).solve(slopes)
    } catch {
      // The input of the failing pivot depends on those before it: exchanging it for them changes
      // no prediction, and one way does not raise the penalty.
      guard let exchange = CoordinateDescent.exchange(matrix, error) else { return false }
      let sign = dot(slopes, exchange) < 0 ? -1.0 : 1.0
      (step, limit) = (exchange.map { sign * $0 }, .infinity)
    }
    var (length, first) = (limit, Int?.none)
    for (a, j) in active.enumerated() where step[a] * w[j] < 0 {
      let reach = -w[j] / step[a]
      if reach < length { (length, first) = (reach, j) }
    }
    guard length.isFinite else { return false }
    for (a, j) in active.enumerated() { w[j] += length * step[a] }
    if let first { w[first] = 0 }
    return first != nil
  }

  /// A direction v with C v = 0, from the pivot at which C turned out singular.
  private static func exchange(
    _ matrix: DenseMatrix<Double>, _ error: FactorizationError
  ) -> [Double]? {
    let pivot: Int
    switch error {
    case .singular(let k), .notPositiveDefinite(let k): pivot = k
    default: return nil
    }
    let leading = matrix.rows(0..<pivot).columns(0..<pivot)
    guard let factor = try? Cholesky(leading) else { return nil }
    let share = factor.solve(Array(matrix.column(pivot)[..<pivot]))
    return share + [-1] + [Double](repeating: 0, count: matrix.columnCount - pivot - 1)
  }
}
