internal import LinearAlgebra
public import LinearSolvers
internal import ModelReduction

/// When and how Newton's method ends.
public struct NewtonSettings: Sendable, Equatable {
  /// ‖r‖₂ to reach, relative to the largest of the parts that balance in r.
  public var tolerance: Double
  /// At most.
  public var iterations: Int
  /// Halvings of a step before the search along it is given up.
  public var halvings: Int
  /// How the linear systems of the steps are solved; by factorization if nil.
  public var linearSolver: SolverSettings?

  /// Settings.
  ///
  /// - Precondition: The tolerance is positive and there is at least one iteration.
  public init(
    tolerance: Double = 1e-10, iterations: Int = 25, halvings: Int = 12,
    linearSolver: SolverSettings? = nil
  ) {
    precondition(tolerance > 0 && iterations > 0 && halvings >= 0, "Newton settings")
    (self.tolerance, self.iterations, self.halvings) = (tolerance, iterations, halvings)
    self.linearSolver = linearSolver
  }
}

/// Equations r(u) = 0 over free unknowns, for Newton's method.
protocol NewtonEquations {
  /// r and the size of the largest part that balances in it; nil where r is not finite.
  func residual(at u: [Double]) -> (value: [Double], scale: Double)?
  /// −r'(u)⁻¹ r, or why there is none.
  mutating func step(at u: [Double], _ residual: [Double]) -> Result<[Double], NewtonFailure>
}

/// Why there is no Newton step.
struct NewtonFailure: Error {
  let message: String
}

/// Newton's method with backtracking on the norm of the residual.
///
/// - Source: Dennis, Schnabel, *Numerical Methods for Unconstrained Optimization and Nonlinear
///   Equations*, SIAM 1996, section 6.3.
struct NewtonMethod {
  let settings: NewtonSettings

  /// Moves `u` to a root, where the equations have been asked for the residual last.
  ///
  /// - Parameter known: The residual at `u` and its scale, where the equations have just been asked.
  func solve(
    _ equations: inout some NewtonEquations, from u: inout [Double], time: Double? = nil,
    known: (value: [Double], scale: Double)? = nil
  ) -> NewtonReport {
    var report = NewtonReport(
      reason: .iterations, residuals: [], stepLengths: [], tolerance: settings.tolerance,
      time: time)
    guard var (residual, scale) = known ?? equations.residual(at: u) else {
      report.reason = .notFinite("a coefficient is not finite there")
      return report
    }
    var size = norm(residual)
    while true {
      report.residuals.append(scale > 0 ? size / scale : 0)
      if size <= settings.tolerance * scale {
        report.reason = .converged
        return report
      }
      if report.stepLengths.count == settings.iterations { return report }
      let step: [Double]
      switch equations.step(at: u, residual) {
      case .success(let found): step = found
      case .failure(let failure):
        report.reason = .singular(failure.message)
        return report
      }
      var length = 1.0
      var next: (u: [Double], residual: [Double], scale: Double, size: Double)?
      for _ in 0...settings.halvings {
        var trial = u
        axpy(length, step, into: &trial)
        if let (r, s) = equations.residual(at: trial) {
          let n = norm(r)
          if n <= (1 - 1e-4 * length) * size {
            next = (trial, r, s, n)
            break
          }
        }
        length /= 2
      }
      guard let next else {
        // At the level of rounding no step can make the residual smaller.
        let isTiny = largest(step) <= 1e-13 * largest(u)
        // The last trial was not the accepted one.
        if isTiny { _ = equations.residual(at: u) }
        report.reason = isTiny ? .converged : .lineSearch
        return report
      }
      (u, residual, scale, size) = (next.u, next.residual, next.scale, next.size)
      report.stepLengths.append(length)
    }
  }

  private func largest(_ x: [Double]) -> Double { x.reduce(0) { max($0, abs($1)) } }
}
