internal import CSuiteSparse

/// Memory for one solve at a time, with a CHOLMOD state of its own.
@safe final class CholeskyWorkspace: @unchecked Sendable {
  private var common: UnsafeMutablePointer<cholmod_common>?
  private var y: UnsafeMutableRawPointer?
  private var e: UnsafeMutableRawPointer?

  /// Overwrites `count` columns of `n` entries at `x`; 0 if all went well.
  func solve(
    _ factor: UnsafeMutablePointer<cholmod_factor>, _ n: Int, _ count: Int,
    _ x: UnsafeMutablePointer<Double>
  ) -> Int32 {
    if unsafe common == nil { unsafe common = ritz_cholmod_start(0) }
    guard let common = unsafe common else { return -2 }
    return unsafe ritz_cholmod_solve(factor, n, count, x, &y, &e, common)
  }

  deinit {
    guard let common = unsafe common else { return }
    unsafe ritz_cholmod_free_workspace(y, common)
    unsafe ritz_cholmod_free_workspace(e, common)
    unsafe ritz_cholmod_finish(common)
  }
}

/// The pivots of a supernodal factor, read where they stand.
@safe struct CholeskyPivots {
  private let count: Int
  private let first: UnsafePointer<Int>
  private let rowStart: UnsafePointer<Int>
  private let valueStart: UnsafePointer<Int>
  private let rows: UnsafePointer<Int>
  private let values: UnsafePointer<Double>

  init(_ factor: UnsafeMutablePointer<cholmod_factor>) {
    count = unsafe ritz_factor_supernodes(factor)
    unsafe first = ritz_factor_super(factor)
    unsafe rowStart = ritz_factor_pi(factor)
    unsafe valueStart = ritz_factor_px(factor)
    unsafe rows = ritz_factor_s(factor)
    unsafe values = ritz_factor_x(factor)
  }

  /// Visits Lₖₖ for all k in ascending order.
  func forEach(_ body: (_ k: Int, _ pivot: Double) -> Void) {
    for s in 0..<count {
      let height = unsafe rowStart[s + 1] - rowStart[s]
      for k in unsafe first[s]..<first[s + 1] {
        unsafe body(k, values[valueStart[s] + (k - first[s]) * (height + 1)])
      }
    }
  }

  /// Σ_{c<k} Lₖ꜀², over the columns that were completed before the factorization stopped at k.
  func squaredNorm(ofRow k: Int) -> Double {
    var sum = 0.0
    for s in 0..<count where unsafe first[s] < k {
      let (low, high) = unsafe (rowStart[s], rowStart[s + 1])
      guard let row = (low..<high).first(where: { unsafe rows[$0] == k }) else { continue }
      for c in unsafe 0..<min(first[s + 1], k) - first[s] {
        let entry = unsafe values[valueStart[s] + c * (high - low) + row - low]
        sum += entry * entry
      }
    }
    return sum
  }
}
