internal import LinearAlgebra

/// How the parts C_q of a stiffness C = Σ θ_q C_q compare with C̄, its value at the reference, over
/// some points: by the extreme eigenvalues of the pencils (C_q, C̄).
struct StiffnessRatios {
  /// lower_q C̄ ≤ C_q ≤ upper_q C̄ at every point; nil where C̄ is not positive definite everywhere.
  let box: (lower: [Double], upper: [Double])?
  /// Whether C_q is positive semidefinite at every point.
  let isSemidefinite: [Bool]
  /// The first point where a part is infinite or not a number.
  let firstNotFinite: Int?
  /// The first point where C̄ is not positive definite.
  let firstNotPositive: Int?

  /// - Parameters:
  ///   - parts: For each q and each entry of the upper triangle, row by row, the values at the
  ///     points.
  ///   - reference: θ_q at the reference.
  init(_ parts: [[[Double]]], reference: [Double], order: Int) {
    let pointCount = parts.first?.first?.count ?? 0
    var lower = [Double](repeating: .infinity, count: parts.count)
    var upper = [Double](repeating: -.infinity, count: parts.count)
    var semidefinite = [Bool](repeating: true, count: parts.count)
    var notFinite: Int?
    var notPositive: Int?
    for point in 0..<pointCount {
      let entries = parts.map { part in part.map { $0[point] } }
      guard entries.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
        notFinite = notFinite ?? point
        continue
      }
      let matrices = entries.map { StiffnessRatios.square($0, order) }
      var whole = DenseMatrix<Double>(rowCount: order, columnCount: order)
      for (matrix, theta) in zip(matrices, reference) {
        axpy(theta, matrix.values, into: &whole.values)
      }
      for (q, matrix) in matrices.enumerated() where semidefinite[q] {
        guard let eigen = try? SymmetricEigen(matrix), let least = eigen.values.first,
          let most = eigen.values.last, least >= -1e-14 * max(most.magnitude, least.magnitude)
        else {
          semidefinite[q] = false
          continue
        }
      }
      guard let spectrum = try? SymmetricEigen(whole), let least = spectrum.values.first,
        let most = spectrum.values.last, least > 1e-14 * most
      else {
        notPositive = notPositive ?? point
        continue
      }
      for (q, matrix) in matrices.enumerated() {
        guard let pencil = try? GeneralizedEigen(matrix, whole), let a = pencil.values.first,
          let b = pencil.values.last
        else {
          notPositive = notPositive ?? point
          continue
        }
        // Backward errors of the pencil are of the order of ε cond(C̄) ‖C_q‖/‖C̄‖.
        let size = matrix.values.reduce(0) { max($0, $1.magnitude) }
        let slack = 64 * Double(order) * Double.ulpOfOne * size / least
        lower[q] = min(lower[q], a - slack)
        upper[q] = max(upper[q], b + slack)
      }
    }
    firstNotFinite = notFinite
    firstNotPositive = notPositive
    isSemidefinite = semidefinite
    box = notFinite == nil && notPositive == nil && pointCount > 0 ? (lower, upper) : nil
  }

  /// The symmetric matrix of an upper triangle.
  static func square(_ upper: [Double], _ order: Int) -> DenseMatrix<Double> {
    var matrix = DenseMatrix<Double>(rowCount: order, columnCount: order)
    var next = 0
    for i in 0..<order {
      for j in i..<order {
        matrix[i, j] = upper[next]
        matrix[j, i] = upper[next]
        next += 1
      }
    }
    return matrix
  }
}
