public import LinearAlgebra

/// A basis of snapshots that follows their changes in any product, centred or not.
///
/// Everything happens in coordinates. With snapshots sⱼ, factors fⱼ of what is partly forgotten
/// (one, until `decay`) and, for a centred basis, their mean s̄ weighted by fⱼ²,
///
///     F = [f₁ (s₁ − s̄), f₂ (s₂ − s̄), …] = V Σ Wᵀ, up to `errorBound`,
///
/// and V, orthonormal in the product, carries the product through: new snapshots extend V by an
/// orthonormal Q of what lies beside it, F = [V Q] M Pᵀ with P orthonormal and M small, and the
/// singular values of M are those of F in the product. A change of the snapshots moves their mean
/// by [V Q] M Pᵀf / ‖f‖², hence F by a correction of rank one, F (I − f fᵀ/‖f‖²): with p = Pᵀf/‖f‖
/// and the rest ρ q of f/‖f‖ beside P this is
///
///     [V Q] [M (I − p pᵀ), −ρ M p] [P q]ᵀ.
///
/// Nothing is squared: without truncation the result is that of all snapshots, centred, to
/// round-off. What truncation cuts off is orthogonal to f, and so keeps out of the mean.
///
///     var basis = try UpdatedBasis(BasisFile(reading: "basis.h5"), in: product)
///     try basis.append(newSnapshots)
///     try basis.remove([3, 17])
///     basis.mean             // of those that are left
///
/// - Complexity: 4 n k s + 2 n (k + s) k operations for s snapshots of n numbers beside k modes, and
///   2 m k² for m snapshots with coordinates.
/// - Source: M. Brand, Linear Algebra Appl. 415 (2006), for the correction of rank one that centres;
///   A. Levy, M. Lindenbaum, IEEE Trans. Image Process. 9 (2000), for blocks; D. Ross et al., Int. J.
///   Comput. Vision 77 (2008), for moving means with forgetting.
public struct UpdatedBasis: Sendable {
  /// The product the modes are orthonormal in.
  public let product: InnerProduct<Double>
  /// The most modes kept.
  public let rankLimit: Int
  /// The part of the root of the energy that may be cut off since the start.
  public let tolerance: Double
  /// V, n × k.
  public internal(set) var modes: DenseMatrix<Double>
  /// σ₁ ≥ σ₂ ≥ … > 0, one for each mode.
  public internal(set) var singularValues: [Double] = []
  /// s̄; nil for a basis that is not centred.
  public internal(set) var mean: [Double]?
  /// f, one for each snapshot; empty where the snapshots have no coordinates.
  public internal(set) var factors: [Double]
  /// Wᵀ, k × m; nil where the snapshots have no coordinates.
  var right: DenseMatrix<Double>?
  let matrix: SparseMatrix<Double>?
  var closedBound: Double
  var openSquares = 0.0
  var cutSquares = 0.0
  var changes = 0

  /// Continues a basis.
  ///
  /// Modes that are orthonormal only to some digits, as from a file in single precision, are made
  /// orthonormal first, without changing the snapshots they stand for; a mean that is not that of
  /// the coordinates is made so.
  ///
  /// - Parameters:
  ///   - file: The basis; its coordinates tell the snapshots.
  ///   - product: The product of its modes.
  ///   - rank: The most modes kept.
  ///   - tolerance: The part of √Σσ² that may be cut off; zero keeps all above round-off.
  /// - Throws: `mismatch` for another product; `refused` for modes without singular values, a
  ///   centred basis without coordinates; `factorization` for dependent modes.
  public init(
    _ file: BasisFile, in product: InnerProduct<Double>, rank: Int = .max, tolerance: Double = 0
  ) throws(SnapshotError) {
    guard file.dimension == product.dimension else {
      throw .mismatch(
        source: "the product \"\(product.name)\"", found: "order \(product.dimension)",
        expected: "\(file.dimension), the numbers of a mode")
    }
    guard rank >= 0, tolerance >= 0, tolerance < 1 else {
      throw .refused(
        "\(rank) modes within a tolerance of \(tolerance); zero or more and one in [0, 1) are needed"
      )
    }
    guard file.coefficients != nil || file.singularValues.count >= file.size else {
      throw .refused("modes without singular values cannot be updated; keep them in .npz or .h5")
    }
    guard file.coefficients != nil || file.mean == nil else {
      throw .refused(
        "a centred basis without coordinates of its snapshots does not tell how many moved its "
          + "mean; make it with 'ritz reduce -o basis.npz', which keeps them")
    }
    (self.product, matrix, self.tolerance) = (product, product.matrix, tolerance)
    (mean, rankLimit) = (file.mean, min(rank, file.dimension))
    let count = file.coefficients?.columnCount ?? 0
    factors = file.snapshotFactors ?? [Double](repeating: 1, count: count)
    closedBound = file.errorBound ?? norm(Array(file.singularValues.dropFirst(file.size)))
    modes = DenseMatrix(rowCount: file.dimension, columnCount: 0)
    guard file.size > 0 else {
      right = file.coefficients
      return
    }
    do throws(FactorizationError) {
      let v = try CholeskyQR(file.modes, in: matrix)
      if let coefficients = file.coefficients {
        let (small, rows) = try UpdatedBasis.orthonormal(rows: coefficients)
        try settle(v.q, v.t * small, rows, isAppended: true, tolerance: 0)
      } else {
        var small = v.t
        small.scaleColumns(by: file.singularValues)
        try settle(v.q, small, nil, isAppended: true, tolerance: 0)
      }
    } catch { throw .factorization(error) }
  }

  /// k.
  public var rank: Int { singularValues.count }

  /// What ‖F − V Σ Wᵀ‖ does not exceed in the product, round-off aside, if the start kept to its own
  /// bound.
  public var errorBound: Double { closedBound + openSquares.squareRoot() }

  /// Σ Wᵀ, a column of coordinates for each snapshot, times its factor; nil where not known.
  public var coefficients: DenseMatrix<Double>? {
    right.map {
      var result = $0
      result.scaleRows(by: singularValues)
      return result
    }
  }

  /// Takes up snapshots, one per column.
  ///
  /// - Throws: `mismatch`, `notFinite`, `refused` where squares overflow; then nothing has changed.
  public mutating func append(_ block: DenseMatrix<Double>) throws(SnapshotError) {
    try check(block)
    guard block.columnCount > 0 else { return }
    var rest = block
    if let mean {
      for j in 0..<rest.columnCount {
        for i in 0..<rest.rowCount { rest.values[i + j * rest.rowCount] -= mean[i] }
      }
    }
    let (k, s) = (rank, block.columnCount)
    do throws(FactorizationError) {
      var columns = GramSchmidt(orthonormal: modes, product: matrix)
      let inside = try columns.append(rest).coefficients
      var small = DenseMatrix<Double>(rowCount: inside.rowCount, columnCount: k)
      for i in 0..<k { small[i, i] = singularValues[i] }
      small.appendColumns(of: inside)
      let rows = right.map { old in
        var rows = DenseMatrix<Double>(rowCount: k + s, columnCount: old.columnCount + s)
        for j in 0..<old.columnCount { for i in 0..<k { rows[i, j] = old[i, j] } }
        for j in 0..<s { rows[k + j, old.columnCount + j] = 1 }
        return rows
      }
      let before = factors
      if right != nil { factors += [Double](repeating: 1, count: s) }
      do throws(FactorizationError) {
        try settle(columns.vectors, small, rows, isAppended: true, tolerance: tolerance)
      } catch {
        factors = before
        throw error
      }
    } catch { throw .factorization(error) }
  }

  /// Takes up all snapshots of a source, read in blocks.
  ///
  /// - Throws: What reading throws, and as for a block.
  public mutating func append(
    contentsOf source: some SnapshotSource, blockSize: Int = 16
  ) throws(SnapshotError) {
    for first in stride(from: 0, to: source.count, by: max(1, blockSize)) {
      try append(source.snapshots(first..<min(source.count, first + max(1, blockSize))))
    }
  }

  /// Forgets snapshots, counted from zero; those behind move up.
  ///
  /// - Throws: `refused` for one that is not there or named twice, and where the snapshots have no
  ///   coordinates; then nothing has changed.
  public mutating func remove(_ places: [Int]) throws(SnapshotError) {
    let old = try coordinates(of: places)
    guard !places.isEmpty else { return }
    let gone = Set(places)
    let kept = (0..<old.columnCount).filter { !gone.contains($0) }
    let before = factors
    factors = kept.map { before[$0] }
    do throws(FactorizationError) {
      var (small, rows) = try UpdatedBasis.orthonormal(
        rows: DenseMatrix(rowCount: rank, columns: kept.map { old.column($0) }))
      small.scaleRows(by: singularValues)
      try settle(modes, small, rows, isAppended: false, tolerance: tolerance)
    } catch {
      factors = before
      throw .factorization(error)
    }
  }

  /// Puts snapshots in the places of others: column k of the block in the k-th place listed.
  ///
  /// - Throws: As `remove` and `append` do, and `mismatch` for another number of snapshots than
  ///   places; then nothing has changed.
  public mutating func replace(
    _ places: [Int], by block: DenseMatrix<Double>
  ) throws(SnapshotError) {
    let count = try coordinates(of: places).columnCount
    try check(block)
    guard block.columnCount == places.count else {
      throw .mismatch(
        source: "block of snapshots", found: "\(block.columnCount) snapshots",
        expected: "\(places.count), one for each place")
    }
    var next = self
    try next.remove(places)
    try next.append(block)
    var origin = [Int](repeating: -1, count: count)
    for (k, place) in places.enumerated() { origin[place] = count - places.count + k }
    var kept = 0
    for place in origin.indices where origin[place] < 0 {
      origin[place] = kept
      kept += 1
    }
    if let right = next.right {
      next.right = DenseMatrix(rowCount: next.rank, columns: origin.map { right.column($0) })
      next.factors = origin.map { next.factors[$0] }
    }
    self = next
  }

  /// Multiplies what is old by λ: its deviations from the mean, and with λ² its share in the mean.
  ///
  /// - Throws: `refused` for λ outside (0, 1].
  public mutating func decay(_ factor: Double) throws(SnapshotError) {
    guard factor > 0, factor <= 1 else {
      throw .refused("a decay of \(factor); it multiplies what is old and lies in (0, 1]")
    }
    factors = factors.map { factor * $0 }
    singularValues = singularValues.map { factor * $0 }
    closedBound *= factor
    openSquares *= factor * factor
    cutSquares *= factor * factor
  }
}
