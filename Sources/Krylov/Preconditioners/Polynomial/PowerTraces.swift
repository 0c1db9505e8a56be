internal import ComplexModule
public import LinearAlgebra

/// tr A, tr A², …, of a Hermitian matrix that is divided by its mean eigenvalue, so that powers stay in
/// range.
public struct PowerTraces: Sendable, Equatable {
  /// How the traces are found.
  public enum Rule: Sendable, Equatable {
    /// From all unit vectors: n ⌈τ/2⌉ products.
    case exact
    /// From random vectors of ±1.
    case hutchinson(samples: Int, seed: UInt64)
  }

  /// n.
  public let order: Int
  /// tr A / n.
  public let mean: Double
  /// tr (A / mean)ᵏ for k = 1, 2, ….
  public let values: [Double]

  /// Finds the traces of powers up to `count`.
  ///
  /// - Throws: `notPositiveDefinite` where tr A is not positive; `notFinite`.
  /// - Source: Hutchinson, *A stochastic estimator of the trace of the influence matrix*, Commun.
  ///   Statist. Simula. 19 (1990).
  public init<A: LinearOperator>(
    of a: A, count: Int, by rule: Rule = .exact
  ) throws(FactorizationError) {
    typealias S = A.Element
    let n = a.rowCount
    precondition(n == a.columnCount && n > 0, "traces of \(n) × \(a.columnCount)")
    precondition(count > 0, "traces of \(count) powers")
    let samples: Int
    switch rule {
    case .exact: samples = n
    case .hutchinson(let wanted, _):
      precondition(wanted > 0, "\(wanted) random vectors")
      samples = wanted
    }
    var scale = 1.0
    var sums: [Double] = []
    // The first power alone, for the scale; then all.
    for powers in [1, count] {
      var random = SplitMix64(seed: rule.seed)
      sums = [Double](repeating: 0, count: powers)
      for sample in 0..<samples {
        var v = [S](repeating: S.zero, count: n)
        switch rule {
        case .exact: v[sample] = 1
        case .hutchinson: for i in 0..<n { v[i] = S(real: random.sign()) }
        }
        // vᴴA^(i+j)v = (Aⁱv)ᴴ(Aʲv): each product serves two powers.
        var (w, next) = (v, v)
        for power in 0..<powers {
          if power % 2 == 0 {
            a.apply(w, into: &next)
            LinearAlgebra.scale(S(real: 1 / scale), &next)
            sums[power] += dot(w, next).realPart
          } else {
            sums[power] += dot(next, next).realPart
            swap(&w, &next)
          }
        }
      }
      if rule != .exact { for k in sums.indices { sums[k] *= 1 / Double(samples) } }
      if powers == 1, scale == 1 {
        scale = sums[0] / Double(n)
        guard scale.isFinite else { throw .notFinite(row: 0, column: 0) }
        guard scale > 0 else { throw .notPositiveDefinite(pivot: 0) }
      }
    }
    if let k = sums.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: k, column: 0) }
    (order, mean, values) = (n, scale, sums)
  }
}

extension PowerTraces.Rule {
  fileprivate var seed: UInt64 {
    switch self {
    case .exact: 0
    case .hutchinson(_, let seed): seed
    }
  }
}
