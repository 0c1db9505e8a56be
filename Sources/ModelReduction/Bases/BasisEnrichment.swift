public import LinearAlgebra

/// A basis after new snapshots, with what takes coordinates of the old one to the new one.
///
/// The basis stands for the snapshots V Σ Wᵀ it was computed from; with new ones C the leading left
/// singular vectors of [V Σ, C] in the product are the new basis, found from a small decomposition.
///
/// - Source: M. Brand, *Fast low-rank modifications of the thin singular value decomposition*, Linear
///   Algebra Appl. 415 (2006), in a product.
public struct BasisEnrichment: Sendable {
  /// The new basis, orthonormal in the product of the old one.
  public let basis: ReducedBasis<Double>
  /// Its singular values, descending.
  public let singularValues: [Double]
  /// T = V′ᵀXV, new modes × old modes: the state V c is nearest to V′ T c.
  public let transfer: DenseMatrix<Double>
  /// Coordinates of the new snapshots in the new basis.
  public let coordinates: DenseMatrix<Double>
  /// Σ of the squared singular values that were left out.
  public let truncatedEnergy: Double

  /// Coordinates in the new basis of a state given in the old one.
  public func transferred(_ state: ReducedState<Double>) -> ReducedState<Double> {
    ReducedState(transfer * state.coordinates)
  }
}

extension ReducedBasis<Double> {
  /// The basis of the snapshots it stands for and of new ones.
  ///
  /// - Parameters:
  ///   - snapshots: C, one per column, over the free unknowns.
  ///   - singularValues: σ of this basis, one for each mode; they weigh old snapshots against new
  ///     ones.
  ///   - tolerance: The part of √(Σσ² + Σ‖c‖²) that may be lost; zero keeps all above round-off, and
  ///     then old states and new snapshots all lie in the new space.
  /// - Throws: `SnapshotError`: `mismatch`, `notFinite`; `refused` for a tolerance outside [0, 1) or
  ///   singular values that are negative.
  /// - Complexity: O(N (n + s)²) for N unknowns, n modes and s snapshots.
  public func enriched(
    by snapshots: DenseMatrix<Double>, singularValues: [Double], tolerance: Double = 0
  ) throws(SnapshotError) -> BasisEnrichment {
    let (n, s) = (size, snapshots.columnCount)
    guard snapshots.rowCount == product.dimension, singularValues.count == n else {
      throw .mismatch(
        source: "enrichment",
        found:
          "snapshots of \(snapshots.rowCount) numbers, \(singularValues.count) singular values",
        expected: "\(product.dimension) numbers, \(n) singular values")
    }
    guard tolerance >= 0, tolerance < 1, singularValues.allSatisfy({ $0 >= 0 && $0.isFinite })
    else {
      throw .refused(
        "a tolerance of \(tolerance) or a negative singular value; a tolerance lies in [0, 1)")
    }
    if let (row, column) = snapshots.firstNonFiniteEntry {
      throw .notFinite(
        value: snapshots[row, column], row: row, snapshot: column, source: "enrichment")
    }
    do throws(FactorizationError) {
      var columns = GramSchmidt(orthonormal: vectors, product: product.matrix)
      let taken = try columns.append(snapshots)
      let width = columns.vectors.columnCount
      var small = DenseMatrix<Double>(rowCount: width, columnCount: n + s)
      for j in 0..<n { small[j, j] = singularValues[j] }
      for j in 0..<s { for i in 0..<width { small[i, n + j] = taken.coefficients[i, j] } }
      let svd = try SVD(small)
      let sigma = svd.singularValues
      let budget = tolerance * tolerance * sigma.reduce(0) { $0 + $1 * $1 }
      let floor = Double(width + n + s) * Double.ulpOfOne * (sigma.first ?? 0)
      var (kept, lost) = (sigma.count, 0.0)
      while kept > 0 {
        let next = lost + sigma[kept - 1] * sigma[kept - 1]
        guard next <= budget || sigma[kept - 1] <= floor else { break }
        (kept, lost) = (kept - 1, next)
      }
      let u = svd.leftVectors.columns(0..<kept)
      return BasisEnrichment(
        basis: ReducedBasis(orthonormal: columns.vectors * u, in: product),
        singularValues: Array(sigma[..<kept]), transfer: u.rows(0..<n).transposed(),
        coordinates: u.adjointTimes(taken.coefficients), truncatedEnergy: lost)
    } catch {
      throw .factorization(error)
    }
  }

  /// V′ᵀXV of another basis V over the same unknowns: takes its coordinates to those of the nearest
  /// states of this one.
  ///
  /// - Precondition: Both have as many unknowns.
  public func transfer(from other: ReducedBasis) -> DenseMatrix<Double> {
    vectors.adjointTimes(product.apply(other.vectors))
  }
}
