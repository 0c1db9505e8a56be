internal import LinearAlgebra

/// What removes the rough part of an error before and after the correction on the coarser level: S, then
/// Sᵀ, neither of which makes any error grow in the energy norm; for a unit diagonal.
enum MultigridSmoother: Sendable {
  case chebyshev(ChebyshevSteps, SparseMatrix<Double>, degree: Int)
  case gaussSeidel(any GaussSeidelPasses)

  init(
    _ a: SparseMatrix<Double>, _ bounds: SpectralBounds, _ choice: SmoothedAggregation.Smoother
  ) throws(FactorizationError) {
    switch choice {
    case .chebyshev(let degree, let ratio):
      precondition(degree > 0 && ratio > 0 && ratio < 1, "\(degree) steps from \(ratio)")
      let end = 1.05 * bounds.largest
      self = .chebyshev(ChebyshevSteps(from: ratio * end, to: end), a, degree: degree)
    case .gaussSeidel: self = .gaussSeidel(try makeGaussSeidel(a))
    }
  }

  /// x ← S r and w ← r − A x.
  func begin(
    _ r: [Double], into x: inout [Double], rest w: inout [Double], _ pool: VectorPool<Double>
  ) {
    switch self {
    case .chebyshev(let steps, let a, let degree):
      pool.withVector { d in
        steps.run(a, inverse: nil, r, from: &x, isFromZero: true, degree: degree, &d, &w)
      }
      residual(a, x, of: r, into: &w)
    case .gaussSeidel(let passes): passes.begin(r, into: &x, rest: &w)
    }
  }

  /// x ← x + Sᵀ (r − A x).
  func end(_ r: [Double], on x: inout [Double], _ pool: VectorPool<Double>) {
    switch self {
    case .chebyshev(let steps, let a, let degree):
      pool.withVector { d in
        pool.withVector { y in
          steps.run(a, inverse: nil, r, from: &x, isFromZero: false, degree: degree, &d, &y)
        }
      }
    case .gaussSeidel(let passes): passes.end(r, on: &x)
    }
  }
}
