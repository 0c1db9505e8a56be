internal import RealModule

/// The eigenpairs of K x = λ M x nearest a shift σ, K symmetric and M symmetric positive definite:
/// block Lanczos on (K − σ M)⁻¹ M with full reorthogonalization in M.
///
/// Blocks find multiple eigenvalues; start vectors come from a fixed sequence, so results have the
/// same bits every time. Known eigenvectors, such as rigid motions, are kept out of the search.
///
/// - Source: Ericsson, Ruhe, *The spectral transformation Lanczos method*, Math. Comp. 35 (1980);
///   Grimes, Lewis, Simon, *A shifted block Lanczos algorithm for solving sparse symmetric
///   generalized eigenproblems*, SIAM J. Matrix Anal. Appl. 15 (1994).
public struct ShiftInvertLanczos: Sendable {
  /// K, n × n.
  public let stiffness: SparseMatrix<Double>
  /// M, n × n, with the pattern of K.
  public let mass: SparseMatrix<Double>
  /// σ.
  public let shift: Double
  private let solve: @Sendable (DenseMatrix<Double>) -> DenseMatrix<Double>
  /// Whether K − σ M is positive definite, so that all eigenvalues lie above σ.
  public let isDefinite: Bool

  /// Factorizes K − σ M.
  ///
  /// - Precondition: K and M share one pattern (`===`).
  /// - Throws: `singular` where σ is an eigenvalue to round-off, and as ``SparseCholesky`` and
  ///   ``SparseLU``.
  public init(
    stiffness: SparseMatrix<Double>, mass: SparseMatrix<Double>, shift: Double = 0
  ) throws(FactorizationError) {
    (self.stiffness, self.mass, self.shift) = (stiffness, mass, shift)
    let shifted = AffineSum([stiffness, mass]).combined(with: [1, -shift])
    do throws(FactorizationError) {
      let factor = try SparseCholesky(shifted)
      solve = { factor.solve($0) }
      isDefinite = true
    } catch {
      guard case .notPositiveDefinite = error, shift > 0 else { throw error }
      let factor = try SparseLU(shifted)
      solve = { factor.solve($0) }
      isDefinite = false
    }
  }

  /// The eigenpairs nearest the shift, ascending.
  ///
  /// - Parameters:
  ///   - count: How many, besides the known ones.
  ///   - known: Eigenvectors that are known, orthonormal in M, which the search leaves out.
  ///   - tolerance: The residual ‖K x − λ M x‖ relative to ‖K x‖ + |λ| ‖M x‖ in the norm of
  ///     (K − σM)⁻¹ up to which a pair counts as found.
  /// - Throws: `notConverged` with the number of pairs left open.
  public func nearest(
    count: Int, known: DenseMatrix<Double>? = nil, tolerance: Double = 1e-12
  ) throws(FactorizationError) -> SparseEigenpairs {
    let n = stiffness.rowCount
    let knownCount = known?.columnCount ?? 0
    let wanted = min(count, n - knownCount)
    guard wanted > 0 else {
      return SparseEigenpairs(self, [], DenseMatrix(rowCount: n, columnCount: 0), 0)
    }
    let blockSize = min(max(3, min(6, wanted)), n - knownCount)
    let largest = min(n - knownCount, max(20 * wanted + 20 * blockSize, 300))
    var start = StartVectors(n)
    var basis =
      known.map { GramSchmidt(orthonormal: $0, product: mass) }
      ?? GramSchmidt(rowCount: n, product: mass)
    var block = try extended(&basis, by: solve(mass * start.block(blockSize)))
    var columns: [[Double]] = []
    while true {
      let processed = basis.vectors.columnCount - knownCount - block.count
      let current = basis.vectors.columns(
        knownCount + processed..<knownCount + processed + block.count)
      let image = solve(mass * current)
      let before = basis.vectors.columnCount
      let result = try basis.append(image, tolerance: 1e-11)
      let fresh = basis.vectors.columnCount - before
      for j in 0..<block.count {
        columns.append(Array(result.coefficients.column(j).dropFirst(knownCount)))
      }
      let m = columns.count
      let pairs = try ritz(columns)
      // A pair converges where its part of the newest block couples to nothing new.
      let order = pairs.values.indices.sorted {
        pairs.values[$0].magnitude > pairs.values[$1].magnitude
      }
      let open = order.prefix(wanted).count { k in
        let residual = coupling(columns, pairs.vectors, k, m, fresh)
        return residual > tolerance * pairs.values[k].magnitude
      }
      let isInvariant = fresh == 0 && m >= n - knownCount
      if m >= wanted, open == 0 || isInvariant {
        return collect(pairs, Array(order.prefix(wanted)), basis.vectors, knownCount, m)
      }
      if m >= largest { throw .notConverged(method: "block Lanczos", count: open) }
      if fresh == 0 {
        // An invariant space that is too small: go on with new directions.
        block = try extended(&basis, by: start.block(blockSize))
      } else {
        block = Array(before..<before + fresh)
      }
    }
  }

  /// Appends directions to a basis; their places.
  private func extended(
    _ basis: inout GramSchmidt<Double>, by columns: DenseMatrix<Double>
  ) throws(FactorizationError) -> [Int] {
    let before = basis.vectors.columnCount
    try basis.append(columns, tolerance: 1e-10)
    return Array(before..<basis.vectors.columnCount)
  }

  /// The eigenpairs of the projected operator.
  private func ritz(_ columns: [[Double]]) throws(FactorizationError) -> SymmetricEigen<Double> {
    let m = columns.count
    var t = DenseMatrix<Double>(rowCount: m, columnCount: m)
    for i in 0..<m {
      for j in 0..<m {
        let upper = i < columns[j].count ? columns[j][i] : 0
        let lower = j < columns[i].count ? columns[i][j] : 0
        // Either entry is ⟨v_i, A v_j⟩; early columns lack rows that came later.
        t[i, j] =
          i < columns[j].count && j < columns[i].count ? 0.5 * (upper + lower) : upper + lower
      }
    }
    return try SymmetricEigen(t)
  }

  /// ‖β s‖: what the operator maps out of the space from Ritz vector k.
  private func coupling(
    _ columns: [[Double]], _ vectors: DenseMatrix<Double>, _ k: Int, _ m: Int, _ fresh: Int
  ) -> Double {
    var sum = 0.0
    for row in m..<m + fresh {
      var entry = 0.0
      for j in 0..<m where row < columns[j].count { entry += columns[j][row] * vectors[j, k] }
      sum += entry * entry
    }
    return sum.squareRoot()
  }

  private func collect(
    _ pairs: SymmetricEigen<Double>, _ chosen: [Int], _ basis: DenseMatrix<Double>,
    _ knownCount: Int, _ m: Int
  ) -> SparseEigenpairs {
    let space = basis.columns(knownCount..<knownCount + m)
    let sorted = chosen.map { (lambda: shift + 1 / pairs.values[$0], place: $0) }
      .sorted { $0.lambda < $1.lambda }
    let combination = DenseMatrix(
      rowCount: m, columns: sorted.map { pairs.vectors.column($0.place) })
    var vectors = space * combination
    for j in sorted.indices {
      // The entry of largest size is positive.
      let column = vectors.column(j)
      let peak = column.max { $0.magnitude < $1.magnitude } ?? 0
      if peak < 0 { vectors.setColumn(j, column.map { -$0 }) }
    }
    return SparseEigenpairs(self, sorted.map(\.lambda), vectors, m)
  }
}

/// Vectors of a fixed sequence without structure.
private struct StartVectors {
  private let length: Int
  private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

  init(_ length: Int) { self.length = length }

  mutating func block(_ count: Int) -> DenseMatrix<Double> {
    var matrix = DenseMatrix<Double>(rowCount: length, columnCount: count)
    for k in matrix.values.indices {
      // Marsaglia, *Xorshift RNGs*, J. Stat. Softw. 8 (2003).
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      matrix.values[k] = Double(state >> 11) * 0x1p-52 - 1
    }
    return matrix
  }
}
