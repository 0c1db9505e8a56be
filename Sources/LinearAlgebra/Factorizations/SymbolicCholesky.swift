internal import CSuiteSparse
internal import Foundation

/// How the unknowns are renumbered so that a factor stays sparse.
public enum FillReducingOrdering: Sendable {
  /// Nested dissection: best for meshes in three dimensions and large ones in two.
  case metis
  /// Approximate minimum degree: quick to compute, good for small matrices.
  case amd
}

/// What the factorizations of all symmetric matrices with one pattern share: the order of
/// elimination and the places of the factor's entries.
///
/// Analyse once, then factorize each member of a parametric family with
/// ``SparseCholesky/init(_:symbolic:)``, on several threads if you like.
///
/// - Source: Chen, Davis, Hager, Rajamanickam, *Algorithm 887: CHOLMOD*, ACM TOMS 35 (2008).
@safe public final class SymbolicCholesky: @unchecked Sendable {
  /// The pattern analysed.
  public let pattern: SparsityPattern
  /// The ordering asked for.
  public let ordering: FillReducingOrdering
  /// Entries of the factor L, without those that supernodes store as zeros.
  public let factorEntryCount: Double
  /// Floating-point operations of one numerical factorization.
  public let flops: Double
  /// The order of elimination: row `permutation[k]` of the matrix is eliminated as number k.
  public let permutation: [Int]
  /// Columns in the index type of CHOLMOD's long interface.
  let columns: [Int]
  // Only read after `init`, so that several threads may copy it at once.
  let factor: UnsafeMutablePointer<cholmod_factor>?
  private let common: UnsafeMutablePointer<cholmod_common>?

  /// Analyses a pattern.
  ///
  /// - Precondition: The pattern is square.
  /// - Throws: `notSymmetric` where an entry (i, j) has no partner (j, i); `outOfMemory`.
  public init(
    _ pattern: SparsityPattern, ordering: FillReducingOrdering = .metis
  ) throws(FactorizationError) {
    let n = pattern.rowCount
    precondition(n == pattern.columnCount, "Cholesky of \(n) × \(pattern.columnCount) rows")
    if let (row, column) = pattern.firstUnpairedEntry {
      throw .notSymmetric(row: row, column: column)
    }
    SingleThreadedBLAS.ready
    self.pattern = pattern
    self.ordering = ordering
    let columns = pattern.column.map(Int.init)
    self.columns = columns
    guard n > 0 else {
      (factorEntryCount, flops, permutation) = (0, 0, [])
      unsafe (factor, common) = (nil, nil)
      return
    }
    guard let common = unsafe ritz_cholmod_start(ordering == .metis ? 1 : 0) else {
      throw unsafe .outOfMemory(bytes: MemoryLayout<cholmod_common>.size)
    }
    let factor = unsafe METISTurn.lock.withLock {
      unsafe pattern.rowStart.withUnsafeBufferPointer { start in
        unsafe columns.withUnsafeBufferPointer { column in
          unsafe ritz_cholmod_analyze(n, start.baseAddress, column.baseAddress, common)
        }
      }
    }
    guard let factor = unsafe factor else {
      let status = unsafe ritz_cholmod_status(common)
      unsafe ritz_cholmod_finish(common)
      throw FactorizationError(cholmod: Int(status), order: n, bytes: 16 * pattern.entryCount)
    }
    factorEntryCount = unsafe ritz_cholmod_entries(common)
    flops = unsafe ritz_cholmod_flops(common)
    permutation = unsafe Array(
      UnsafeBufferPointer(start: ritz_factor_permutation(factor), count: n))
    unsafe (self.factor, self.common) = (factor, common)
  }

  deinit {
    if let common = unsafe common {
      if let factor = unsafe factor { unsafe ritz_cholmod_free_factor(factor, common) }
      unsafe ritz_cholmod_finish(common)
    }
  }
}

extension FactorizationError {
  /// A negative status of CHOLMOD.
  init(cholmod status: Int, order: Int, bytes: Int) {
    switch status {
    case -2: self = .outOfMemory(bytes: bytes)
    case -3: self = .tooLarge(rows: order, columns: order)
    default: self = .library(name: "CHOLMOD", status: status)
    }
  }
}

extension SparsityPattern {
  /// The first entry (i, j) without a partner (j, i), found in one pass; nil if all have one.
  ///
  /// - Precondition: The pattern is square.
  var firstUnpairedEntry: (row: Int, column: Int)? {
    // Rows are visited in ascending order, so row j meets its upper partners in order too.
    var next = upperStart
    for i in 0..<rowCount {
      for k in rowStart[i]..<rowStart[i + 1] {
        let j = Int(column[k])
        guard j < i else { break }
        guard next[j] < rowStart[j + 1] else { return (i, j) }
        let partner = Int(column[next[j]])
        guard partner == i else { return partner < i ? (j, partner) : (i, j) }
        next[j] += 1
      }
    }
    for j in 0..<rowCount where next[j] < rowStart[j + 1] { return (j, Int(column[next[j]])) }
    return nil
  }

  /// For each row the offset of its first entry right of the diagonal.
  var upperStart: [Int] {
    (0..<rowCount).map { i in
      var (low, high) = (rowStart[i], rowStart[i + 1])
      while low < high {
        let middle = (low + high) / 2
        if Int(column[middle]) <= i { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }
}
