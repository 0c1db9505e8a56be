internal import FiniteElements
internal import LinearAlgebra
internal import ModelReduction

/// The equilibrium of a body at the end of one time step: Tᵀ (Σ w Bᵀ σ(B u) − f) = 0.
///
/// Its answers of the constitutive laws are kept from the last residual, so that the tangent of an
/// accepted iterate costs no second evaluation.
final class MechanicalEquations: NewtonEquations {
  let body: MechanicalBody
  let state: MaterialState
  let increment: TimeIncrement
  let temperature: [Double]
  /// f at the end of the step, at all dofs.
  let external: [Double]
  /// The prescribed part of u at the end of the step.
  let prescribed: [Double]
  private let solver: TangentSolver
  /// The answer of the laws to the last displacement that was tried, and more.
  private let workspace: MechanicalWorkspace
  private(set) var force: [Double] = []
  private(set) var failure: MaterialFailure?
  /// The largest force that had to be balanced so far: where stresses vanish in the end, as in a
  /// body that is free to expand, rounding is judged by what they were on the way.
  private var scale = 0.0

  init(
    _ body: MechanicalBody, from state: MaterialState, over increment: TimeIncrement,
    temperature: [Double], external: [Double], prescribed: [Double], solver: TangentSolver,
    workspace: MechanicalWorkspace
  ) {
    (self.body, self.state, self.increment) = (body, state, increment)
    (self.temperature, self.external, self.prescribed) = (temperature, external, prescribed)
    (self.solver, self.workspace) = (solver, workspace)
  }

  /// u at all dofs.
  func whole(_ free: [Double]) -> [Double] {
    var field = body.constraints.field(free: free)
    axpy(1, prescribed, into: &field)
    return field
  }

  /// The forces at all dofs that no load balances: the reactions of the supports, once in
  /// equilibrium.
  var unbalanced: [Double] {
    var result = force
    axpy(-1, external, into: &result)
    return result
  }

  /// σ and Σ w Bᵀ σ of a displacement; false where a law fails.
  private func respond(to displacement: [Double]) -> Bool {
    body.points.strains(of: displacement, into: &workspace.strain)
    do throws(MaterialFailure) {
      try body.materials.advance(
        from: state, to: workspace.strain, temperature: temperature, over: increment,
        into: &workspace.response)
    } catch {
      failure = error
      return false
    }
    force = body.points.force(of: workspace.response.stress)
    scale = max(scale, norm(force), norm(external))
    failure = nil
    return true
  }

  func residual(at u: [Double]) -> (value: [Double], scale: Double)? {
    guard respond(to: whole(u)) else { return nil }
    let value = body.constraints.reduced(unbalanced)
    return value.allSatisfy(\.isFinite) ? (value, scale) : nil
  }

  func step(at u: [Double], _ residual: [Double]) -> Result<[Double], NewtonFailure> {
    _ = body.points.assemble(
      stress: workspace.response.stress, moduli: workspace.response.moduli, into: &workspace.tangent
    )
    do throws(FactorizationError) {
      return .success(try solver.solve(body.pattern.apply(workspace.tangent), residual.map { -$0 }))
    } catch { return .failure(NewtonFailure(message: "\(error)")) }
  }

  /// The first iterate: from the displacement at the start of the step along the tangent there, the
  /// prescribed displacements moved at once.
  ///
  /// - Returns: The iterate and the relative residual where it came from; nil where a law fails.
  func predict(
    from displacement: [Double]
  ) -> Result<(free: [Double], residual: Double), NewtonFailure> {
    guard respond(to: displacement) else {
      return .failure(NewtonFailure(message: failure?.message ?? "a law fails"))
    }
    let constraints = body.constraints
    let free = constraints.free.map { displacement[Int($0)] }
    // What the prescribed dofs still have to move.
    var move = whole(free)
    axpy(-1, displacement, into: &move)
    _ = body.points.assemble(
      stress: workspace.response.stress, moduli: workspace.response.moduli, into: &workspace.tangent
    )
    var right = unbalanced
    let size = norm(constraints.reduced(right)) / max(scale, .leastNormalMagnitude)
    let moved = workspace.tangent * move
    axpy(1, moved, into: &right)
    scale = max(scale, norm(moved))
    do throws(FactorizationError) {
      let step = try solver.solve(
        body.pattern.apply(workspace.tangent), constraints.reduced(right).map { -$0 })
      return .success((zip(free, step).map { $0 + $1 }, size))
    } catch { return .failure(NewtonFailure(message: "\(error)")) }
  }

  /// The state at the end of the step.
  var committed: MaterialState {
    workspace.response.state(strain: workspace.strain, temperature: temperature)
  }
}

/// Storage that goes from step to step.
final class MechanicalWorkspace {
  var response: MaterialResponse
  var strain: [Double]
  var tangent: SparseMatrix<Double>

  init(_ body: MechanicalBody) {
    response = body.materials.response()
    strain = [Double](repeating: 0, count: 6 * body.points.count)
    let pattern = body.points.plan.pattern
    tangent = SparseMatrix(
      pattern: pattern, values: [Double](repeating: 0, count: pattern.entryCount))
  }
}
