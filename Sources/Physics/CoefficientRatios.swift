internal import LinearAlgebra
internal import RealModule

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
        let tensors = values.map { CoefficientRatios.matrix($0, dimension) }
        var kappa = DenseMatrix<Double>(rowCount: dimension, columnCount: dimension)
        for (tensor, theta) in zip(tensors, reference) { kappa = kappa + theta * tensor }
        for (q, tensor) in tensors.enumerated() {
          let size = tensor.frobeniusNorm
          if let least = (try? SymmetricEigen(tensor))?.values.min(), least < -1e-14 * size {
            semidefinite[q] = false
          }
        }
        guard (try? Cholesky(kappa)) != nil else {
          notPositive = notPositive ?? point
          continue
        }
        for (q, tensor) in tensors.enumerated() {
          guard let pencil = try? GeneralizedEigen(tensor, kappa), let least = pencil.values.min(),
            let most = pencil.values.max()
          else {
            notPositive = notPositive ?? point
            continue
          }
          // A small multiple of round-off keeps the interval an enclosure.
          let slack = 64 * Double.ulpOfOne * max(abs(least), abs(most))
          lower[q] = min(lower[q], least - slack)
          upper[q] = max(upper[q], most + slack)
        }
      }
    }
    firstNotFinite = notFinite
    firstNotPositive = notPositive
    isSemidefinite = semidefinite
    box = notFinite == nil && notPositive == nil && pointCount > 0 ? (lower, upper) : nil
  }

  private static func matrix(_ entries: [Double], _ dimension: Int) -> DenseMatrix<Double> {
    dimension == 2
      ? DenseMatrix(rows: [[entries[0], entries[2]], [entries[2], entries[1]]])
      : DenseMatrix(rows: [
        [entries[0], entries[5], entries[4]], [entries[5], entries[1], entries[3]],
        [entries[4], entries[3], entries[2]],
      ])
  }
}
