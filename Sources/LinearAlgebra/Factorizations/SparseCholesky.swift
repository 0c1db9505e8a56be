internal import CSuiteSparse
internal import RealModule
internal import Synchronization

/// P A Pᵀ = L Lᵀ of a sparse symmetric positive definite matrix, by supernodes.
///
/// Any number of threads may solve with one factorization at the same time; `refactorize` must not
/// run beside them. The factor is kept until the object goes.
///
/// - Source: Chen, Davis, Hager, Rajamanickam, *Algorithm 887: CHOLMOD*, ACM TOMS 35 (2008).
@safe public final class SparseCholesky: @unchecked Sendable {
  /// The analysis, to be shared with further matrices of the same pattern.
  public let symbolic: SymbolicCholesky
  /// ln det A.
  public private(set) var logDeterminant = 0.0
  /// min Lⱼⱼ²/aⱼⱼ: how much of the smallest pivot is left; 1/this bounds the condition number of
  /// the matrix scaled to a unit diagonal from below.
  public private(set) var smallestPivotRatio = 1.0
  /// Bytes held by the factor.
  public private(set) var bytes = 0
  private var isReady = false
  private let common: UnsafeMutablePointer<cholmod_common>?
  let factor: UnsafeMutablePointer<cholmod_factor>?
  private let workspaces = Mutex([CholeskyWorkspace]())

  /// n.
  public var order: Int { symbolic.pattern.rowCount }
  /// Entries of the factor L, without those that supernodes store as zeros.
  public var factorEntryCount: Double { symbolic.factorEntryCount }
  /// Floating-point operations of one factorization.
  public var flops: Double { symbolic.flops }

  /// Analyses and factorizes.
  ///
  /// - Throws: `notFinite`, `notSymmetric`, `notPositiveDefinite`, `singular`, `outOfMemory`.
  public convenience init(
    _ a: SparseMatrix<Double>, ordering: FillReducingOrdering = .metis
  ) throws(FactorizationError) {
    if let (row, column) = a.firstNonFiniteEntry { throw .notFinite(row: row, column: column) }
    try self.init(a, symbolic: SymbolicCholesky(a.pattern, ordering: ordering))
  }

  /// Factorizes a member of a family that was analysed before.
  ///
  /// - Precondition: `a` has the identical pattern (`===`) of the analysis.
  /// - Throws: `notFinite`, `notSymmetric`, `notPositiveDefinite`, `singular`, `outOfMemory`.
  public init(
    _ a: SparseMatrix<Double>, symbolic: SymbolicCholesky
  ) throws(FactorizationError) {
    self.symbolic = symbolic
    guard let source = unsafe symbolic.factor else {
      unsafe (common, factor) = (nil, nil)
      isReady = true
      return
    }
    let common = unsafe ritz_cholmod_start(0)
    unsafe self.common = common
    guard let common = unsafe common else {
      unsafe factor = nil
      throw unsafe .outOfMemory(bytes: MemoryLayout<cholmod_common>.size)
    }
    unsafe factor = ritz_cholmod_copy(source, common)
    guard unsafe factor != nil else {
      throw .outOfMemory(bytes: Int(symbolic.factorEntryCount))
    }
    try refactorize(a)
  }

  deinit {
    if let common = unsafe common {
      if let factor = unsafe factor { unsafe ritz_cholmod_free_factor(factor, common) }
      unsafe ritz_cholmod_finish(common)
    }
  }

  /// Replaces the factor by that of another matrix with the same pattern.
  ///
  /// After a throw the object cannot solve until a later call succeeds.
  ///
  /// - Precondition: `a` has the identical pattern (`===`); no solve is running.
  /// - Throws: `notFinite`, `notSymmetric`, `notPositiveDefinite`, `singular`, `outOfMemory`.
  public func refactorize(_ a: SparseMatrix<Double>) throws(FactorizationError) {
    precondition(a.pattern === symbolic.pattern, "refactorize: the pattern is another object")
    guard let factor = unsafe factor, let common = unsafe common else { return }
    isReady = false
    if let defect = a.firstDefect { throw defect }
    let status = unsafe a.pattern.rowStart.withUnsafeBufferPointer { start in
      unsafe symbolic.columns.withUnsafeBufferPointer { column in
        unsafe a.values.withUnsafeBufferPointer { values in
          unsafe ritz_cholmod_factorize(
            order, start.baseAddress, column.baseAddress, values.baseAddress, factor, common)
        }
      }
    }
    bytes = unsafe ritz_factor_bytes(factor)
    guard status >= 0 else {
      throw FactorizationError(cholmod: Int(status), order: order, bytes: bytes)
    }
    try inspectPivots(of: a, failed: status == 1)
    isReady = true
  }

  /// A⁻¹ b.
  ///
  /// - Precondition: `b` has n entries; the factorization succeeded.
  public func solve(_ b: [Double]) -> [Double] {
    var x = b
    solve(inPlace: &x)
    return x
  }

  /// x ← A⁻¹ x.
  ///
  /// - Precondition: `x` has n entries; the factorization succeeded.
  public func solve(inPlace x: inout [Double]) {
    precondition(x.count == order, "solve: \(x.count) entries for \(order) unknowns")
    requireFactor()
    unsafe x.withUnsafeMutableBufferPointer { x in
      guard let base = x.baseAddress else { return }
      unsafe solveColumns(at: base, count: 1)
    }
  }

  /// A⁻¹ B, eight columns at a time, the groups on all threads.
  ///
  /// - Precondition: `b` has n rows; the factorization succeeded.
  public func solve(_ b: DenseMatrix<Double>) -> DenseMatrix<Double> {
    precondition(b.rowCount == order, "solve: \(b.rowCount) rows for \(order) unknowns")
    requireFactor()
    var x = b
    let n = order
    unsafe x.values.withDisjointWrites { x in
      forEachChunk(of: b.columnCount, size: 8) { columns in
        guard let base = unsafe x.base.baseAddress else { return }
        unsafe solveColumns(at: base + columns.lowerBound * n, count: columns.count)
      }
    }
    return x
  }

  /// A⁻¹ b with one step of refinement: the residual becomes as small as the entries of A allow.
  ///
  /// - Precondition: `a` is the matrix that was factorized.
  public func solveRefined(_ b: [Double], with a: SparseMatrix<Double>) -> [Double] {
    precondition(a.pattern === symbolic.pattern, "solveRefined: the pattern is another object")
    var x = solve(b)
    var residual = a * x
    for i in residual.indices { residual[i] = b[i] - residual[i] }
    solve(inPlace: &residual)
    axpy(1, residual, into: &x)
    return x
  }

  private func requireFactor() {
    precondition(isReady, "solve: the last refactorize threw, there is no factor to solve with")
  }

  private func solveColumns(at x: UnsafeMutablePointer<Double>, count: Int) {
    guard let factor = unsafe factor else { return }
    // Safe: CHOLMOD only reads the factor; every call has its own workspace.
    let workspace = workspaces.withLock { $0.popLast() } ?? CholeskyWorkspace()
    let status = unsafe workspace.solve(factor, order, count, x)
    precondition(status == 0, "solve: no memory for \(order) × \(count) numbers of workspace")
    workspaces.withLock { $0.append(workspace) }
  }

  /// Reads the pivots and refuses a factor that is not that of a definite matrix.
  ///
  /// A pivot left with a millionth of its diagonal entry raises suspicion. One inverse iteration
  /// then finds the direction z it belongs to, and the matrix counts as singular if
  /// zᵀAz ≤ 16 ε zᵀDz: no digit of that energy is above round-off (D is the diagonal of A).
  ///
  /// Where round-off makes a pivot negative, a singular matrix can only be told from an indefinite
  /// one while the pivot is small; a badly conditioned singular one is refused as indefinite.
  private func inspectPivots(
    of a: SparseMatrix<Double>, failed: Bool
  ) throws(FactorizationError) {
    guard let factor = unsafe factor else { return }
    let diagonal = a.diagonal
    let pivots = unsafe CholeskyPivots(factor)
    if failed {
      let k = unsafe ritz_factor_minor(factor)
      let row = symbolic.permutation[k]
      // A pivot at round-off may come out positive and let a later one fail: the first counts.
      var first: Int?
      pivots.forEach { j, pivot in
        let earlier = symbolic.permutation[j]
        if j < k, first == nil, pivot * pivot <= 1e-12 * diagonal[earlier] { first = earlier }
      }
      if let first { throw .singular(pivot: first) }
      let value = diagonal[row] - pivots.squaredNorm(ofRow: k)
      if diagonal[row] >= 0, value.magnitude <= 1e-10 * diagonal[row] {
        throw .singular(pivot: row)
      }
      throw .notPositiveDefinite(pivot: row)
    }
    var smallest = (ratio: Double.infinity, row: 0)
    logDeterminant = 0
    pivots.forEach { k, pivot in
      let row = symbolic.permutation[k]
      let ratio = pivot * pivot / diagonal[row]
      if !(ratio >= smallest.ratio) { smallest = (ratio, row) }
      logDeterminant += 2 * Double.log(pivot)
    }
    smallestPivotRatio = smallest.ratio
    guard !(smallest.ratio > 1e-6) else { return }
    var z = [Double](repeating: 0, count: order)
    z[smallest.row] = 1 / diagonal[smallest.row]
    unsafe z.withUnsafeMutableBufferPointer { z in
      guard let base = z.baseAddress else { return }
      unsafe solveColumns(at: base, count: 1)
    }
    let largest = z.reduce(0) { max($0, $1.magnitude) }
    scale(1 / largest, &z)
    let energy = a.bilinear(z, z).magnitude
    let reference = zip(z, diagonal).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
    guard energy > 16 * Double.ulpOfOne * reference else { throw .singular(pivot: smallest.row) }
  }
}
