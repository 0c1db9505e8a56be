public import ComplexModule
public import LinearAlgebra
public import RealModule

/// The Ritz values of A M⁻¹ in a Krylov space: what an iteration sees of the spectrum.
///
/// - Source: Saad, *Numerical Methods for Large Eigenvalue Problems*, revised ed., SIAM 2011, §6.2.
public struct RitzValues: Sendable {
  /// The eigenvalues of the Hessenberg matrix.
  public let values: [Complex<Double>]

  /// Takes at most `steps` steps of the Arnoldi process from b.
  ///
  /// - Throws: As the eigenvalue iteration; `notFinite` where the process meets such a number.
  public init<A: LinearOperator, M: Preconditioner>(
    _ a: A, preconditioner m: M, start b: [A.Element], steps: Int = 40
  ) throws(FactorizationError) where A.Element == M.Element {
    let length = norm(b)
    let n = b.count
    guard length > 0, n > 0, steps > 0 else {
      values = []
      return
    }
    var cycle = ArnoldiCycle<A.Element>(order: n, steps: min(steps, n), isFlexible: false)
    cycle.begin(b, length: length)
    while cycle.count < cycle.steps, !cycle.isExhausted { _ = cycle.step(a, m) }
    let k = cycle.count
    values = try NonsymmetricEigen(
      cycle.leastSquares.hessenberg.rows(0..<k).columns(0..<k)
    ).values
  }
}
