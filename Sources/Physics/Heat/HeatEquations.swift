internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import ModelReduction

/// The discrete equations of a nonlinear heat problem at one parameter: steady, or of one step.
struct HeatEquations: NewtonEquations {
  let assembly: ScalarAssembly
  let elimination: Elimination
  let solver: TangentSolver
  /// At the time of the unknown.
  let balance: HeatBalance
  /// The prescribed values.
  let prescribed: [Double]
  /// What a step in time adds; nil for a steady problem.
  var step: HeatStep?
  /// t; nil for a steady problem.
  let time: Double?

  private var space: FunctionSpace { assembly.space }

  /// All values from the free ones.
  func whole(_ u: [Double]) -> [Double] {
    elimination.essential.assembled(free: u, values: prescribed)
  }

  /// The residual at all dofs and its parts: what is missing at prescribed ones flows in there.
  func balance(at u: [Double]) throws -> (sum: [Double], scale: Double) {
    let values = whole(u)
    let field = Field(space, values)
    var family = try balance.loads(field)
    if let step { family.append(try step.storage(balance, space, values).loads) }
    let parts = try assembly.plan.assemble(family: family).terms
    var sum = [Double](repeating: 0, count: space.dofCount)
    let weight = step?.weight ?? 1
    axpy(weight, parts[0], into: &sum)
    axpy(weight, parts[1], into: &sum)
    var scale = max(norm(parts[0]), norm(parts[1]))
    if let step {
      axpy(1, parts[2], into: &sum)
      axpy(1, step.rest, into: &sum)
      scale = max(scale, norm(parts[2]), norm(step.rest))
    }
    return (sum, scale)
  }

  func residual(at u: [Double]) -> (value: [Double], scale: Double)? {
    guard let (sum, scale) = try? balance(at: u) else { return nil }
    let value = elimination.essential.free(of: sum)
    return value.allSatisfy(\.isFinite) ? (value, scale) : nil
  }

  mutating func step(at u: [Double], _ residual: [Double]) -> Result<[Double], NewtonFailure> {
    do {
      let values = whole(u)
      var terms = try balance.tangent(Field(space, values), weight: step?.weight ?? 1)
      if let step { terms += try step.storage(balance, space, values).tangent }
      let tangent = elimination.free(of: try assembly.plan.assemble(terms))
      return .success(try solver.solve(tangent, residual.map { -$0 }))
    } catch { return .failure(NewtonFailure(message: "\(error)")) }
  }
}

/// One step of a scheme: c̄(u) (d₀ u + d₁ u¹ + d₂ u²) + w₀ F(u) + w₁ F(u¹) = 0.
struct HeatStep {
  /// w₀.
  let weight: Double
  /// d₀.
  let rateSlope: Double
  /// d₁ u¹ + d₂ u² at all dofs.
  let history: [Double]
  /// u¹ at all dofs.
  let before: [Double]
  /// w₁ F(u¹).
  let rest: [Double]

  func storage(
    _ balance: HeatBalance, _ space: FunctionSpace, _ values: [Double]
  ) throws -> (loads: [LinearTerm], tangent: [BilinearTerm]) {
    var rate = history
    axpy(rateSlope, values, into: &rate)
    let fields = [
      "u": Field(space, values), "rate": Field(space, rate), "before": Field(space, before),
    ]
    return try balance.storage(fields, weight: weight, rateSlope: rateSlope)
  }
}
