internal import ComplexModule
public import LinearAlgebra
internal import RealModule

/// x ← x + (D/ω + L)⁻¹ (b − A x): successive over-relaxation, Gauss–Seidel for ω = 1.
///
/// Converges for every Hermitian positive definite A and 0 < ω < 2; how fast depends on ω strongly.
///
/// - Complexity: A sweep and a product an iteration, on one thread; holds one vector.
/// - Source: Young, *Iterative methods for solving partial difference equations of elliptic type*,
///   Trans. AMS 76 (1954).
public struct SuccessiveOverrelaxation: Sendable {
  /// ω.
  public let omega: Double

  /// A method with the relaxation ω.
  public init(omega: Double) {
    precondition(omega > 0 && omega < 2, "a relaxation of \(omega)")
    self.omega = omega
  }

  /// The ω of the fastest asymptotic convergence for a consistently ordered A, 1 + (β/(1 + √(1 − β²)))².
  ///
  /// - Parameter beta: The spectral radius of I − D⁻¹A, below one.
  public static func best(jacobiRadius beta: Double) -> SuccessiveOverrelaxation {
    precondition(beta >= 0 && beta < 1, "a spectral radius of \(beta)")
    let t = beta / (1 + (1 - beta * beta).squareRoot())
    return SuccessiveOverrelaxation(omega: 1 + t * t)
  }

  /// Improves x until the residual meets the rule; other quantities are not observed.
  ///
  /// - Precondition: A is square and has no zero on its diagonal; b and x have its order.
  public func solve<S: Scalar>(
    _ a: SparseMatrix<S>, _ b: [S], from x: inout [S], until rule: StoppingRule = StoppingRule()
  ) -> SolveReport {
    let n = a.rowCount
    precondition(
      a.columnCount == n && b.count == n && x.count == n,
      "over-relaxation of \(n) × \(a.columnCount) with \(b.count) and \(x.count)")
    let inverse = inverseDiagonal(a)
    var run = ResidualRun(rule: rule, lengthOfB: norm(b))
    guard run.lengthOfB > 0 else { return run.finishWithZero(&x) }
    var r = x
    residual(a, x, of: b, into: &r)
    run.products += 1
    run.observe(norm(r))
    while run.status == nil {
      relax(a, inverse, b, omega: omega, &x)
      residual(a, x, of: b, into: &r)
      run.products += 1
      run.observe(norm(r))
    }
    return run.report
  }
}

private func inverseDiagonal<S: Scalar>(_ a: SparseMatrix<S>) -> [S] {
  a.diagonal.enumerated().map { i, entry in
    precondition(entry != S.zero, "the diagonal entry of row \(i) is zero")
    return S(real: 1) / entry
  }
}
