internal import CSuiteSparse
internal import Foundation

/// How many eigenvalues of a sparse symmetric matrix are negative, from P A Pᵀ = L D Lᵀ.
///
/// By Sylvester's law D has as many negative entries as A has negative eigenvalues; applied to
/// K − τ M it counts the eigenvalues of the pencil (K, M) below τ. The factorization does not pivot,
/// so it gives no count where a pivot vanishes to round-off: choose τ away from eigenvalues.
///
/// - Source: Parlett, *The Symmetric Eigenvalue Problem*, SIAM 1998, section 3.3; CHOLMOD.
public struct Inertia: Sendable, Equatable {
  /// The number of negative eigenvalues.
  public let negativeCount: Int
  /// min |D| / max |D|: near round-off the count is not to be trusted.
  public let pivotRatio: Double

  /// Counts the negative eigenvalues of `a`, of which both triangles are stored.
  ///
  /// - Parameter a: The symmetric matrix.
  /// - Precondition: The matrix is square.
  /// - Throws: `notFinite`, `notSymmetric`, `singular` where a pivot is zero, `outOfMemory`.
  public init(_ a: SparseMatrix<Double>) throws(FactorizationError) {
    let n = a.rowCount
    precondition(n == a.columnCount, "inertia of a \(n) × \(a.columnCount) matrix")
    if let defect = a.firstDefect { throw defect }
    guard n > 0 else {
      (negativeCount, pivotRatio) = (0, 1)
      return
    }
    SingleThreadedBLAS.ready
    // Safe: CHOLMOD reads the arrays of the pattern and the values, which agree by construction.
    let columns = a.pattern.column.map(Int.init)
    var counts = [0, 0]
    var ratio = 0.0
    let status = METISTurn.lock.withLock {
      unsafe a.pattern.rowStart.withUnsafeBufferPointer { start in
        unsafe columns.withUnsafeBufferPointer { column in
          unsafe a.values.withUnsafeBufferPointer { values in
            unsafe ritz_cholmod_inertia(
              n, start.baseAddress, column.baseAddress, values.baseAddress, &counts, &ratio)
          }
        }
      }
    }
    guard status >= 0 else {
      throw FactorizationError(cholmod: Int(status), order: n, bytes: 16 * a.pattern.entryCount)
    }
    guard counts[1] == 0, status == 0 else { throw .singular(pivot: 0) }
    negativeCount = counts[0]
    pivotRatio = ratio
  }
}
