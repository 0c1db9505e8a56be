internal import COpenBLAS
internal import CSuiteSparse
internal import LinearAlgebra

/// CHOLMOD called as its user guide says, with nothing of Ritz in between: the yardstick of the
/// sparse direct solver.
///
/// - Source: Davis, *User Guide for CHOLMOD*, §4 (analyze, factorize, solve).
@safe final class BareCHOLMOD {
  private let common: UnsafeMutablePointer<cholmod_common>
  private let matrix: UnsafeMutablePointer<cholmod_sparse>
  private var factor: UnsafeMutablePointer<cholmod_factor>?

  /// Hands over the upper triangle of a symmetric matrix; nil if memory is short.
  // Safe: the arrays of CHOLMOD are allocated for exactly what is written.
  init?(_ a: SparseMatrix<Double>) {
    let (n, start, column) = (a.rowCount, a.pattern.rowStart, a.pattern.column)
    unsafe common = .allocate(capacity: 1)
    unsafe common.initialize(to: cholmod_common())
    _ = unsafe cholmod_l_start(common)
    unsafe common.pointee.supernodal = Int32(CHOLMOD_SUPERNODAL)
    unsafe common.pointee.final_ll = 1
    unsafe common.pointee.nmethods = 1
    unsafe common.pointee.method.0.ordering = Int32(CHOLMOD_METIS)
    // By rows what lies left of the diagonal, by columns what lies above it.
    var count = 0
    for i in 0..<n { for k in start[i]..<start[i + 1] where Int(column[k]) <= i { count += 1 } }
    guard
      let upper = unsafe cholmod_l_allocate_sparse(n, n, count, 1, 1, 1, CHOLMOD_REAL, common)
    else {
      unsafe common.deallocate()
      return nil
    }
    unsafe matrix = upper
    let p = unsafe upper.pointee.p.assumingMemoryBound(to: Int.self)
    let i = unsafe upper.pointee.i.assumingMemoryBound(to: Int.self)
    let x = unsafe upper.pointee.x.assumingMemoryBound(to: Double.self)
    var next = 0
    for j in 0..<n {
      unsafe p[j] = next
      for k in start[j]..<start[j + 1] where Int(column[k]) <= j {
        unsafe i[next] = Int(column[k])
        unsafe x[next] = a.values[k]
        next += 1
      }
    }
    unsafe p[n] = next
  }

  deinit {
    unsafe cholmod_l_free_factor(&factor, common)
    var matrix: UnsafeMutablePointer<cholmod_sparse>? = unsafe matrix
    unsafe cholmod_l_free_sparse(&matrix, common)
    unsafe cholmod_l_finish(common)
    unsafe common.deallocate()
  }

  /// Orders the unknowns and lays out the factor, which replaces the one before.
  func analyze() {
    unsafe cholmod_l_free_factor(&factor, common)
    unsafe factor = cholmod_l_analyze(matrix, common)
  }

  /// Computes the factor; false where it failed.
  func factorize() -> Bool {
    guard let factor = unsafe factor else { return false }
    return unsafe cholmod_l_factorize(matrix, factor, common) != 0 && common.pointee.status == 0
  }

  /// A⁻¹ b; nil if memory is short.
  // Safe: the solution has n numbers.
  func solve(_ b: [Double]) -> [Double]? {
    var right = b
    return unsafe right.withUnsafeMutableBufferPointer { b -> [Double]? in
      var dense = unsafe cholmod_dense()
      unsafe (dense.nrow, dense.ncol, dense.nzmax, dense.d) = (b.count, 1, b.count, b.count)
      unsafe dense.x = UnsafeMutableRawPointer(b.baseAddress)
      unsafe (dense.xtype, dense.dtype) = (CHOLMOD_REAL, CHOLMOD_DOUBLE)
      var solution = unsafe cholmod_l_solve(CHOLMOD_A, factor, &dense, common)
      guard let x = unsafe solution?.pointee.x.assumingMemoryBound(to: Double.self) else {
        return nil
      }
      let result = unsafe Array(UnsafeBufferPointer(start: x, count: b.count))
      unsafe cholmod_l_free_dense(&solution, common)
      return result
    }
  }
}

/// The threads of OpenBLAS, which Ritz keeps at one.
enum BLASThreads {
  /// Does some work with several.
  static func with<Value>(_ count: Int, _ work: () throws -> Value) rethrows -> Value {
    openblas_set_num_threads(Int32(count))
    defer { openblas_set_num_threads(1) }
    return try work()
  }
}
