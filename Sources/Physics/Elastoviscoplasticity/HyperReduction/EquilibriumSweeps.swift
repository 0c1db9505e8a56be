internal import FiniteElements
internal import LinearAlgebra
internal import ModelReduction

/// Sweeps of Newton's method with the tangent of the body at rest in place of the present one: each
/// brings the displacement of a reduced run nearer to the equilibrium of the whole body, at the cost of
/// one evaluation of the laws at all points and one solution with a matrix that is factorized once.
///
/// What modes of the training cannot follow in later cycles is small and changes slowly: the correction
/// of one increment is where the next one begins, so that few sweeps for each of them add up. A sweep
/// that leaves more unbalanced than it found is taken back.
///
/// - Source: Zienkiewicz, Valliappan, King, *Elasto-plastic solutions of engineering problems: “initial
///   stress”, finite element approach*, Int. J. Numer. Methods Eng. 1 (1969), for the tangent at rest.
public struct EquilibriumSweeps: Sendable {
  /// Sweeps for each increment.
  public let count: Int
  private let factor: SparseCholesky

  /// Factorizes the tangent of a body at rest.
  ///
  /// - Throws: `PhysicsError` where it is not definite.
  public init(_ count: Int, of model: QuasiStaticModel) throws(PhysicsError) {
    precondition(count > 0, "\(count) sweeps")
    self.count = count
    let tangent = model.body.pattern.apply(try model.tangentAtRest())
    do throws(FactorizationError) { factor = try SparseCholesky(tangent) } catch {
      throw PhysicsError(
        .problem, "the tangent of the body at rest: \(error); sweeps = 0 goes without it")
    }
  }

  /// One increment.
  ///
  /// - Parameters:
  ///   - displacement: Of the reduced run at its end.
  ///   - correction: What is added to it, of the increment before and then of this one.
  func advance(
    _ driver: inout LawDriver, near displacement: [Double], _ correction: inout [Double],
    time: Double, _ model: QuasiStaticModel
  ) throws(ModelError) {
    let constraints = model.body.constraints
    var u = displacement
    axpy(1, correction, into: &u)
    try driver.attempt(u, time: time)
    var rest = constraints.reduced(try driver.unbalanced(time: time))
    for _ in 0..<count {
      var next = correction
      axpy(-1, constraints.field(free: factor.solve(rest)), into: &next)
      u = displacement
      axpy(1, next, into: &u)
      var left: [Double]?
      do throws(ModelError) {
        try driver.attempt(u, time: time)
        left = constraints.reduced(try driver.unbalanced(time: time))
      } catch {}
      guard let left, norm(left) < norm(rest) else {
        u = displacement
        axpy(1, correction, into: &u)
        try driver.attempt(u, time: time)
        break
      }
      (correction, rest) = (next, left)
    }
    driver.accept(time: time)
  }
}
