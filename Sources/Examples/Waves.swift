public import ComplexModule
internal import Expressions
public import LinearAlgebra
internal import Meshes
public import ModelReduction
public import Physics
public import RealModule

/// A duct into which a plane wave comes from the left and out of which it goes on the right; k is a
/// parameter, so that a sweep assembles nothing again.
public func duct(cells: Int = 16) throws -> HelmholtzModel {
  let mesh = Box(size: [1, 0.25], cells: [cells, cells / 4], shape: .quadrilateral).mesh()
  let space = try ParameterSpace(axes: [ParameterAxis(name: "k", range: 1...6)])
  let scope = ExpressionScope(parameters: [("k", nil)], coordinates: 2)
  func text(_ text: String) throws -> Expression { try Expression(parsing: text, in: scope) }
  let wave = ComplexExpression(try text("cos(k*x)"), try text("sin(k*x)"))
  let problem = HelmholtzProblem(
    degree: 2, wavenumber: try text("k"), materials: [.init(regions: ["*"])],
    boundaries: [
      .init(regions: ["left"], absorption: .incident(wave)),
      .init(regions: ["right"], absorption: .outgoing),
    ],
    outputs: [.init(name: "end", kind: .mean(Expression(.field("u"))), regions: ["right"])])
  return try HelmholtzModel(problem, on: mesh, parameters: space)
}

/// The duct reduced over its band of frequencies.
///
/// - Returns: The number of solutions it took and the answer at k, e^{ik} at the end.
public func sweptDuct(
  k: Double
) throws -> (size: Int, answer: SystemAnswer<Complex<Double>>) {
  let model = try duct()
  var ledger = CostLedger()
  let greedy = try SystemGreedy(
    of: model.solver,
    over: try Sampling.grid.points(count: 40, seed: 0, in: model.parameterSpace),
    options: .init(tolerance: 1e-8, size: 20), ledger: &ledger)
  return (greedy.model.size, try greedy.model.answer(at: [k]))
}

/// The duct with bounds: inf-sup constants at every wave number of the band, from a few eigenproblems.
///
/// - Returns: The answer at k, and the true error of its field in the product of the model.
public func certifiedDuct(
  k: Double
) throws -> (answer: SystemAnswer<Complex<Double>>, error: Double) {
  let model = try duct()
  let training = try Sampling.grid.points(count: 40, seed: 0, in: model.parameterSpace)
  let riesz = try RieszMap(model.system.innerProduct)
  let stability = try model.system.successiveConstraints(over: training, riesz: riesz).bound
  var ledger = CostLedger()
  let greedy = try SystemGreedy(
    of: model.solver, over: training, options: .init(tolerance: 1e-3, size: 20),
    projection: SystemProjection(of: model.system, riesz: riesz, infSup: stability),
    ledger: &ledger)
  let answer = try greedy.model.answer(at: [k])
  return (answer, try model.solver.error(of: answer.state, in: greedy.basis, at: [k]))
}
