internal import LinearAlgebra
internal import RealModule

/// min ‖F θ − y‖ for one arm, from sums over the rows f of F: small dense problems that grow by a row at
/// a time.
struct BoxLeastSquares: Sendable {
  /// Σ f fᵀ.
  private var gram: DenseMatrix<Double>
  /// Σ y f.
  private var moment: [Double]

  init(count: Int) {
    gram = DenseMatrix(rowCount: count, columnCount: count)
    moment = [Double](repeating: 0, count: count)
  }

  mutating func append(_ f: [Double], _ y: Double) {
    for j in f.indices {
      for i in f.indices { gram[i, j] += f[i] * f[j] }
      moment[j] += y * f[j]
    }
  }

  /// The shortest minimiser of ‖F θ − s y‖ if it lies in the box |θⱼ| ≤ bounds[j], else a minimiser in
  /// the box.
  func solution(scaledBy s: Double, bounds: [Double]) -> [Double] {
    let target = moment.map { $0 * s }
    let free = shortest(target)
    if zip(free, bounds).allSatisfy({ $0.magnitude <= $1 }) { return free }
    // Coordinate descent: the sum of squares falls with each step, and the box is a product.
    var theta = zip(free, bounds).map { min(max($0, -$1), $1) }
    for _ in 0..<500 {
      var change = 0.0
      for j in theta.indices where gram[j, j] > 0 {
        let slope = theta.indices.reduce(target[j]) { $0 - gram[j, $1] * theta[$1] }
        let next = min(max(theta[j] + slope / gram[j, j], -bounds[j]), bounds[j])
        change = max(change, (next - theta[j]).magnitude)
        theta[j] = next
      }
      if change <= 1e-9 { break }
    }
    return theta
  }

  private func shortest(_ target: [Double]) -> [Double] {
    guard let eigen = try? SymmetricEigen(gram), let largest = eigen.values.last, largest > 0 else {
      return target.map { _ in 0 }
    }
    var theta = [Double](repeating: 0, count: target.count)
    for (k, value) in eigen.values.enumerated() where value > 1e-12 * largest {
      let v = eigen.vectors.column(k)
      axpy(dot(v, target) / value, v, into: &theta)
    }
    return theta
  }
}
