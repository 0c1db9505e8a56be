/// How the parts g_q of a coefficient κ = Σ θ_q g_q compare with κ̄, its value at the reference, over
/// the quadrature points: what a certificate may conclude without looking at the points again.
struct CoefficientRatios {
  /// lower_q ≤ g_q/κ̄ ≤ upper_q at every point; nil where κ̄ is not positive everywhere. For
  /// tensors the extreme eigenvalues of the pencil (G_q, K̄) take the place of the ratio.
  let box: (lower: [Double], upper: [Double])?
  /// Whether g_q ≥ 0 at every point (G_q positive semidefinite).
  let isSemidefinite: [Bool]
  /// The first point where a part is infinite or not a number.
  let firstNotFinite: Int?
  /// The first point where κ̄ is not positive (K̄ not positive definite).
  let firstNotPositive: Int?

  /// - Parameters:
  ///   - parts: For each q and each component the values at the points; 1 component or those of a
  ///     symmetric tensor: xx, yy, xy or xx, yy, zz, yz, xz, xy.
  ///   - reference: θ_q at the reference.
  init(_ parts: [[[Double]]], reference: [Double], dimension: Int) {
    let pointCount = parts.first?.first?.count ?? 0
    let isScalar = (parts.first?.count ?? 1) == 1
    var lower = [Double](repeating: .infinity, count: parts.count)
    var upper = [Double](repeating: -.infinity, count: parts.count)
    var semidefinite = [Bool](repeating: true, count: parts.count)
    var notFinite: Int?
    var notPositive: Int?
    for point in 0..<pointCount {
      let values = parts.map { part in part.map { $0[point] } }
      guard values.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
        notFinite = notFinite ?? point
        continue
      }
      if isScalar {
        let kappa = zip(values, reference).reduce(0) { $0 + $1.0[0] * $1.1 }
        for (q, value) in values.enumerated() where value[0] < 0 { semidefinite[q] = false }
        guard kappa > 0, kappa.isFinite else {
          notPositive = notPositive ?? point
          continue
        }
        for (q, value) in values.enumerated() {
          let ratio = value[0] / kappa
          lower[q] = min(lower[q], ratio.nextDown)
          upper[q] = max(upper[q], ratio.nextUp)
        }
      } else {
        let tensors = parts.map { SymmetricTensor($0, at: point) }
        var kappa = SymmetricTensor(diagonal: .zero, shear: .zero)
        for (tensor, theta) in zip(tensors, reference) {
          kappa.diagonal += theta * tensor.diagonal
          kappa.shear += theta * tensor.shear
        }
        for (q, tensor) in tensors.enumerated()
        where semidefinite[q] && tensor.eigenvalueRange.lowerBound < -1e-14 * tensor.size {
          semidefinite[q] = false
        }
        guard let pencil = TensorPencil(kappa) else {
          notPositive = notPositive ?? point
          continue
        }
        for (q, tensor) in tensors.enumerated() {
          let range = pencil.range(of: tensor)
          lower[q] = min(lower[q], range.lowerBound)
          upper[q] = max(upper[q], range.upperBound)
        }
      }
    }
    firstNotFinite = notFinite
    firstNotPositive = notPositive
    isSemidefinite = semidefinite
    box = notFinite == nil && notPositive == nil && pointCount > 0 ? (lower, upper) : nil
  }
}
