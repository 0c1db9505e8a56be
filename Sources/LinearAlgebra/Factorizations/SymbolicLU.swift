internal import CSuiteSparse
internal import Foundation

/// What the LU factorizations of all matrices with one pattern share.
///
/// - Source: Davis, *Algorithm 832: UMFPACK V4.3*, ACM TOMS 30 (2004).
@safe public final class SymbolicLU<S: Scalar>: @unchecked Sendable {
  /// The pattern analysed.
  public let pattern: SparsityPattern
  /// Columns in the index type of UMFPACK's long interface.
  let columns: [Int]
  // Only read after `init`, so that several threads may use it at once.
  let handle: UnsafeMutableRawPointer?

  /// Analyses the pattern of a typical member of a family; its values help to choose a strategy.
  ///
  /// - Precondition: The matrix is square.
  /// - Throws: `notFinite`; `outOfMemory`.
  public init(
    _ a: SparseMatrix<S>, ordering: FillReducingOrdering = .metis
  ) throws(FactorizationError) {
    let n = a.rowCount
    precondition(n == a.columnCount, "LU of a \(n) × \(a.columnCount) matrix")
    if let (row, column) = a.firstNonFiniteEntry { throw .notFinite(row: row, column: column) }
    SingleThreadedBLAS.ready
    pattern = a.pattern
    let columns = a.pattern.column.map(Int.init)
    self.columns = columns
    guard n > 0 else {
      unsafe handle = nil
      return
    }
    var handle: UnsafeMutableRawPointer?
    var info = [Double](repeating: 0, count: Int(ritz_umfpack_info_count()))
    METISTurn.lock.lock()
    let status = unsafe a.values.withUnsafeBytes { values in
      unsafe ritz_umfpack_symbolic(
        S.isComplex ? 1 : 0, ordering == .metis ? 1 : 0, n, a.pattern.rowStart, columns,
        values.baseAddress, &handle, &info)
    }
    METISTurn.lock.unlock()
    unsafe self.handle = handle
    guard status == 0, unsafe handle != nil else {
      throw FactorizationError(umfpack: Int(status), order: n, bytes: 16 * columns.count)
    }
  }

  deinit {
    if let handle = unsafe handle { unsafe ritz_umfpack_free_symbolic(handle) }
  }
}

extension Scalar {
  static var isComplex: Bool { MemoryLayout<Self>.size > MemoryLayout<Double>.size }
}

extension FactorizationError {
  /// A negative status of UMFPACK.
  init(umfpack status: Int, order: Int, bytes: Int) {
    switch status {
    case -1: self = .outOfMemory(bytes: bytes)
    default: self = .library(name: "UMFPACK", status: status)
    }
  }
}
