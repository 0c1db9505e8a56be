internal import Krylov
internal import LinearAlgebra

/// The iterative method at work.
enum ActiveSolver<S: Scalar>: Sendable {
  /// Between systems, and while a method works: its storage has one owner.
  case idle
  case cg(ConjugateGradients<S>)
  case deflatedCG(DeflatedCG<S>)
  case minres(MINRES<S>)
  case bicgstab(BiCGStab<S>)
  case gmres(GMRES<S>)
  case fgmres(FGMRES<S>)
  case gcroDR(GCRODR<S>)

  /// - Precondition: The method of the choice is iterative.
  init(_ choice: SolverChoice, _ settings: SolverSettings, order n: Int) {
    switch choice.method {
    case .auto, .direct: preconditionFailure("\(choice.method) is no iterative method")
    case .cg: self = .cg(ConjugateGradients(order: n))
    case .deflatedCG: self = .deflatedCG(DeflatedCG(order: n, recycled: choice.recycle))
    case .minres: self = .minres(MINRES(order: n))
    case .bicgstab: self = .bicgstab(BiCGStab(order: n))
    case .gmres: self = .gmres(GMRES(order: n, restart: settings.restart))
    case .fgmres: self = .fgmres(FGMRES(order: n, restart: settings.restart))
    case .gcroDR:
      self = .gcroDR(
        GCRODR(
          order: n, restart: max(settings.restart, choice.recycle + 1), recycled: choice.recycle))
    }
  }

  /// The method, which leaves.
  private mutating func taken() -> ActiveSolver {
    let method = self
    self = .idle
    return method
  }

  mutating func solve<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [S], from x: inout [S], _ m: M, _ rule: StoppingRule, sameMatrix: Bool
  ) -> SolveReport where A.Element == S, M.Element == S {
    switch self.taken() {
    case .idle: preconditionFailure("a solve within a solve")
    case .cg(var solver):
      defer { self = .cg(solver) }
      return solver.solve(a, b, from: &x, preconditioner: m, until: rule)
    case .deflatedCG(var solver):
      defer { self = .deflatedCG(solver) }
      solver.change = sameMatrix ? .rightHandSide : .matrix
      return solver.solve(a, b, from: &x, preconditioner: m, until: rule)
    case .minres(var solver):
      defer { self = .minres(solver) }
      return solver.solve(a, b, from: &x, preconditioner: m, until: rule)
    case .bicgstab(var solver):
      defer { self = .bicgstab(solver) }
      return solver.solve(a, b, from: &x, preconditioner: m, until: rule)
    case .gmres(var solver):
      defer { self = .gmres(solver) }
      return solver.solve(a, b, from: &x, preconditioner: m, until: rule)
    case .fgmres(var solver):
      defer { self = .fgmres(solver) }
      return solver.solve(a, b, from: &x, preconditioner: m, until: rule)
    case .gcroDR(var solver):
      defer { self = .gcroDR(solver) }
      solver.change = sameMatrix ? .rightHandSide : .matrix
      return solver.solve(a, b, from: &x, preconditioner: m, until: rule)
    }
  }
}
