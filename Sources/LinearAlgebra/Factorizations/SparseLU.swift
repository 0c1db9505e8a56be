internal import CSuiteSparse
internal import Synchronization

/// P R A Q = L U of a sparse square matrix, real or complex, by unsymmetric multifrontal
/// elimination; each solve includes iterative refinement.
///
/// Any number of threads may solve with one factorization at the same time; `refactorize` must not
/// run beside them.
///
/// - Source: Davis, *Algorithm 832: UMFPACK V4.3*, ACM TOMS 30 (2004).
@safe public final class SparseLU<S: Scalar>: @unchecked Sendable {
  /// The analysis, to be shared with further matrices of the same pattern.
  public let symbolic: SymbolicLU<S>
  /// min |uⱼⱼ| / max |uⱼⱼ|, a rough estimate of 1 / condition number.
  public private(set) var reciprocalCondition = 1.0
  /// Entries of L and U.
  public private(set) var factorEntryCount = 0.0
  /// Floating-point operations of the factorization.
  public private(set) var flops = 0.0
  /// Bytes held by the factors.
  public private(set) var bytes = 0
  private var isReady = false
  private var values: [S]
  private var numeric: UnsafeMutableRawPointer?

  /// n.
  public var order: Int { symbolic.pattern.rowCount }

  /// Analyses and factorizes.
  ///
  /// - Throws: `notFinite`; `singular` with the unknown whose pivot vanishes; `outOfMemory`.
  public convenience init(
    _ a: SparseMatrix<S>, ordering: FillReducingOrdering = .metis
  ) throws(FactorizationError) {
    try self.init(a, symbolic: SymbolicLU(a, ordering: ordering))
  }

  /// Factorizes a member of a family that was analysed before.
  ///
  /// - Precondition: `a` has the identical pattern (`===`) of the analysis.
  /// - Throws: `notFinite`; `singular` with the unknown whose pivot vanishes; `outOfMemory`.
  public init(_ a: SparseMatrix<S>, symbolic: SymbolicLU<S>) throws(FactorizationError) {
    self.symbolic = symbolic
    values = a.values
    try refactorize(a)
  }

  deinit { discard() }

  private func discard() {
    if let numeric = unsafe numeric {
      unsafe ritz_umfpack_free_numeric(S.isComplex ? 1 : 0, numeric)
    }
    unsafe numeric = nil
  }

  /// Replaces the factors by those of another matrix with the same pattern.
  ///
  /// After a throw the object cannot solve until a later call succeeds.
  ///
  /// - Precondition: `a` has the identical pattern (`===`); no solve is running.
  /// - Throws: `notFinite`; `singular` with the unknown whose pivot vanishes; `outOfMemory`.
  public func refactorize(_ a: SparseMatrix<S>) throws(FactorizationError) {
    precondition(a.pattern === symbolic.pattern, "refactorize: the pattern is another object")
    isReady = false
    discard()
    if let (row, column) = a.firstNonFiniteEntry { throw .notFinite(row: row, column: column) }
    values = a.values
    if let handle = unsafe symbolic.handle {
      var info = [Double](repeating: 0, count: Int(ritz_umfpack_info_count()))
      let status = unsafe values.withUnsafeBytes { values in
        unsafe ritz_umfpack_numeric(
          S.isComplex ? 1 : 0, a.pattern.rowStart, symbolic.columns, values.baseAddress, handle,
          &numeric, &info)
      }
      unsafe reciprocalCondition = ritz_umfpack_rcond(info)
      unsafe factorEntryCount = ritz_umfpack_entries(info)
      unsafe flops = ritz_umfpack_flops(info)
      bytes = unsafe Int(max(0, ritz_umfpack_bytes(info)))
      if status == 1 { throw .singular(pivot: weakestUnknown) }
      guard status == 0 else {
        throw FactorizationError(umfpack: Int(status), order: order, bytes: bytes)
      }
    }
    isReady = true
    if !(reciprocalCondition > 1e-9), isSingularToWorkingPrecision(a) {
      isReady = false
      throw .singular(pivot: weakestUnknown)
    }
  }

  /// op(A)⁻¹ b.
  ///
  /// - Precondition: `b` has n entries; the factorization succeeded.
  public func solve(_ b: [S], _ op: Operand = .plain) -> [S] {
    solve(DenseMatrix(rowCount: b.count, columnCount: 1, values: b), op).values
  }

  /// op(A)⁻¹ B, the columns on all threads.
  ///
  /// - Precondition: `b` has n rows; the factorization succeeded.
  public func solve(_ b: DenseMatrix<S>, _ op: Operand = .plain) -> DenseMatrix<S> {
    precondition(b.rowCount == order, "solve: \(b.rowCount) rows for \(order) unknowns")
    precondition(isReady, "solve: the last refactorize threw, there is no factor to solve with")
    let n = order
    var x = DenseMatrix<S>(rowCount: n, columnCount: b.columnCount)
    guard n > 0 else { return x }
    unsafe x.values.withDisjointWrites { x in
      forEachChunk(of: b.columnCount, size: 1) { column in
        let j = column.lowerBound
        guard let base = unsafe x.base.baseAddress, let numeric = unsafe numeric else { return }
        // (conj A)ᵀ x = b is Aᵀ conj(x) = conj(b).
        var right = b.column(j)
        if op == .adjoint { conjugate(&right) }
        // Safe: UMFPACK only reads the factors in a solve and brings its own workspace.
        let status = unsafe values.withUnsafeBytes { values in
          unsafe right.withUnsafeBytes { right in
            unsafe ritz_umfpack_solve(
              S.isComplex ? 1 : 0, op == .plain ? 0 : 1, symbolic.pattern.rowStart,
              symbolic.columns, values.baseAddress, base + j * n, right.baseAddress, numeric)
          }
        }
        precondition(status >= 0, "solve: no memory for \(n) numbers of workspace")
      }
    }
    if op == .adjoint { conjugate(&x.values) }
    return x
  }

  /// The unknown with the smallest pivot.
  private var weakestUnknown: Int {
    guard let numeric = unsafe numeric else { return 0 }
    var unknown = [Int](repeating: 0, count: order)
    var diagonal = [Double](repeating: 0, count: order)
    var imaginary = S.isComplex ? diagonal : []
    _ = unsafe ritz_umfpack_pivots(
      S.isComplex ? 1 : 0, &unknown, &diagonal, &imaginary, numeric)
    for k in imaginary.indices { diagonal[k] = diagonal[k].magnitude + imaginary[k].magnitude }
    let k = diagonal.indices.min { diagonal[$0].magnitude < diagonal[$1].magnitude }
    return k.map { unknown[$0] } ?? 0
  }

  /// One inverse iteration towards the null space: with z = A⁻¹ e, A counts as singular if A z is
  /// nowhere above the round-off of its own evaluation.
  private func isSingularToWorkingPrecision(_ a: SparseMatrix<S>) -> Bool {
    var e = [S](repeating: S.zero, count: order)
    e[weakestUnknown] = 1
    var z = solve(e, .transposed)
    guard let largest = z.map(\.absolute).max(), largest.isFinite, largest > 0 else { return true }
    scale(S(real: 1 / largest), &z)
    z = solve(z)
    guard let size = z.map(\.absolute).max(), size.isFinite, size > 0 else { return true }
    scale(S(real: 1 / size), &z)
    let image = a * z
    let bound =
      SparseMatrix<Double>(pattern: a.pattern, values: a.values.map(\.absolute))
      * z.map(\.absolute)
    return zip(image, bound).allSatisfy { $0.absolute <= 64 * Double.ulpOfOne * $1 }
  }
}
