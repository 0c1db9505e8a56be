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
