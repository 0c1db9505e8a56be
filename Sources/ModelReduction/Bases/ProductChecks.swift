internal import LinearAlgebra

extension InnerProduct<Double> {
  /// Refuses what is no inner product for snapshots of N entries.
  ///
  /// - Parameter operations: How many operations a proof that the matrix is definite may cost.
  /// - Returns: Whether definiteness is proven; a matrix too costly to factorize is judged by the
  ///   snapshots alone.
  func requireDefinite(
    dimension n: Int, operations: Double
  ) throws(SnapshotError) -> Bool {
    guard dimension == n else {
      throw .mismatch(
        source: "the inner product \"\(name)\"", found: "order \(dimension)",
        expected: "\(n), the entries of a snapshot")
    }
    if let weights {
      if let i = weights.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
        throw .refused(
          "weight \(i) of \"\(name)\" is \(weights[i]); weights are positive numbers, "
            + "so take rows without weight out of the snapshots")
      }
      return true
    }
    guard let matrix else { return true }
    if let (row, column) = matrix.firstNonFiniteEntry {
      throw .factorization(.notFinite(row: row, column: column))
    }
    if let (row, column) = matrix.firstAsymmetricEntry(tolerance: 1e-8) {
      throw .factorization(.notSymmetric(row: row, column: column))
    }
    if let i = matrix.diagonal.firstIndex(where: { !($0 > 0) }) {
      throw .factorization(.notPositiveDefinite(pivot: i))
    }
    if matrix.isStrictlyDominant { return true }
    do throws(FactorizationError) {
      let symbolic = try SymbolicCholesky(matrix.pattern)
      guard symbolic.flops <= operations else { return false }
      _ = try SparseCholesky(matrix, symbolic: symbolic)
    } catch { throw .factorization(error) }
    return true
  }
}

extension SparseMatrix<Double> {
  /// A pair of entries that differ by more than round-off; nil if A = Aᵀ.
  fileprivate func firstAsymmetricEntry(tolerance: Double) -> (row: Int, column: Int)? {
    if isSymmetric(tolerance: tolerance) { return nil }
    let scales = diagonal.map { $0.magnitude.squareRoot() }
    for i in 0..<rowCount {
      for k in pattern.rowStart[i]..<pattern.rowStart[i + 1] {
        let j = Int(pattern.column[k])
        let difference = (values[k] - self[j, i]).magnitude
        if difference > tolerance * (scales[i] * scales[j] + values[k].magnitude)
          || pattern.index(row: j, column: i) == nil
        {
          return (max(i, j), min(i, j))
        }
      }
    }
    return (0, 0)
  }

  /// aᵢᵢ > Σ |aᵢⱼ| in every row: by Gershgorin's circles a symmetric matrix is then definite.
  fileprivate var isStrictlyDominant: Bool {
    (0..<rowCount).allSatisfy { i in
      var (diagonal, others) = (0.0, 0.0)
      for k in pattern.rowStart[i]..<pattern.rowStart[i + 1] {
        if Int(pattern.column[k]) == i {
          diagonal = values[k]
        } else {
          others += values[k].magnitude
        }
      }
      return diagonal > (1 + 1e-10) * others
    }
  }
}
