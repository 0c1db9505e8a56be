internal import LinearAlgebra

extension CoefficientRatios {
  /// The parts C_q of a stiffness C = Σ θ_q C_q, compared with C̄ by the extreme eigenvalues of the
  /// pencils (C_q, C̄).
  ///
  /// - Parameters:
  ///   - parts: For each q and each entry of the upper triangle, row by row, the values at the
  ///     points.
  ///   - reference: θ_q at the reference.
  ///   - order: The number of components of a strain.
  init(stiffness parts: [[[Double]]], reference: [Double], order: Int) {
    self.init(parts) { values in
      Comparison(
        ofMatrices: values.map { DenseMatrix(upperTriangle: $0, order: order) },
        reference: reference)
    }
  }
}

extension CoefficientRatios.Comparison {
  fileprivate init(ofMatrices matrices: [DenseMatrix<Double>], reference: [Double]) {
    let order = matrices[0].rowCount
    var whole = DenseMatrix<Double>(rowCount: order, columnCount: order)
    for (matrix, theta) in zip(matrices, reference) {
      axpy(theta, matrix.values, into: &whole.values)
    }
    self.init(isSemidefinite: matrices.map(\.isPositiveSemidefinite), ranges: nil)
    guard let spectrum = try? SymmetricEigen(whole), let least = spectrum.values.first,
      let most = spectrum.values.last, least > 1e-14 * most
    else { return }
    let ranges = matrices.compactMap { matrix -> ClosedRange<Double>? in
      guard let pencil = try? GeneralizedEigen(matrix, whole), let a = pencil.values.first,
        let b = pencil.values.last
      else { return nil }
      // Backward errors of the pencil are of the order of ε cond(C̄) ‖C_q‖/‖C̄‖.
      let size = matrix.values.reduce(0) { max($0, $1.magnitude) }
      let slack = 64 * Double(order) * Double.ulpOfOne * size / least
      return (a - slack)...(b + slack)
    }
    if ranges.count == matrices.count { self.ranges = ranges }
  }
}

extension DenseMatrix where S == Double {
  /// Whether no eigenvalue is negative, up to round-off.
  fileprivate var isPositiveSemidefinite: Bool {
    guard let values = try? SymmetricEigen(self).values, let least = values.first,
      let most = values.last
    else { return false }
    return least >= -1e-14 * max(most.magnitude, least.magnitude)
  }

  /// The symmetric matrix of an upper triangle, written row by row.
  init(upperTriangle entries: [Double], order: Int) {
    self.init(rowCount: order, columnCount: order)
    var next = 0
    for i in 0..<order {
      for j in i..<order {
        self[i, j] = entries[next]
        self[j, i] = entries[next]
        next += 1
      }
    }
  }
}
