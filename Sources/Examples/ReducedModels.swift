internal import Expressions
internal import LinearAlgebra
internal import Meshes
public import ModelReduction
public import Physics

/// Parameters in a box of names and ranges: drawn at random, and read as a user writes them.
///
/// - Returns: 100 points spread evenly in the logarithm, and the point of the text.
public func points(
  parsing text: String
) throws -> (training: [Parameter], query: Parameter) {
  let space = try ParameterSpace(axes: [
    ParameterAxis(name: "k", size: 2, range: 0.1...10, scale: .log),
    ParameterAxis(name: "flux", range: 0...1, unit: "W/m^2"),
  ])
  let training = try Sampling.latinHypercube.points(count: 100, seed: 1, in: space)
  return (training, try space.parameter(parsing: text))
}

/// A wall of two layers with conductivities a and b: unit flux enters on the left, 0 on the right.
/// The expressions alone make the affine family.
public func twoLayerWall(cells: Int = 8) throws -> DiffusionModel {
  let mesh = Box(size: [1, 1], cells: [cells, cells]).mesh()
  let space = try ParameterSpace(axes: [
    ParameterAxis(name: "a", range: 0.1...10, scale: .log),
    ParameterAxis(name: "b", range: 0.1...10, scale: .log),
  ])
  let scope = ExpressionScope(parameters: [("a", nil), ("b", nil)], coordinates: 2)
  let layers = try Expression(parsing: "x < 0.5 ? a : b", in: scope)
  let problem = DiffusionProblem(
    materials: [.init(regions: ["*"], conductivity: .scalar(layers))],
    boundaries: [
      .init(regions: ["left"], flux: Expression(1)),
      .init(regions: ["right"], value: Expression(0)),
    ],
    outputs: [
      .init(name: "inside", kind: .mean(Expression(.field("u"))), regions: ["left"]),
      .init(name: "middle", kind: .value(at: [0.5, 0.5])),
    ])
  return try DiffusionModel(problem, on: mesh, parameters: space)
}

/// Reduces the wall with a greedy basis and answers one query with bounds.
///
/// - Returns: The size of the basis and everything the reduced model says at (a, b).
public func certifiedWall(a: Double, b: Double) throws -> (size: Int, answer: ReducedAnswer) {
  let model = try twoLayerWall()
  var ledger = CostLedger()
  let greedy = try WeakGreedy(
    of: model.solver,
    over: try Sampling.grid.points(count: 25, seed: 0, in: model.parameterSpace),
    options: .init(tolerance: 1e-8, size: 10), ledger: &ledger)
  return (greedy.model.size, try greedy.model.answer(at: [a, b]))
}

/// Corrects an output by a reduced dual problem: its error is then bounded by the product of two
/// residuals.
///
/// - Returns: The bounds for the temperature in the middle of the wall, without and with the dual
///   problem, from one primal and one dual vector.
public func dualCorrection() throws -> (before: ErrorEstimate, after: ErrorEstimate) {
  let model = try twoLayerWall()
  let problem = model.decomposition
  var primal = try GalerkinProjection(of: problem)
  try primal.extend(by: try model.solve(at: [1, 2]))
  let linear = problem.outputs.compactMap { output -> LinearOutput? in
    if case .linear(let linear) = output { linear } else { nil }
  }
  let middle = linear[1]
  var dual = try GalerkinProjection(of: problem.dual(of: middle))
  try dual.extend(by: AffineProblem(problem.dual(of: middle)).solve(at: [1, 2]))
  let corrected = primal.model.corrected(by: dual, forOutput: "middle", of: primal)
  let mu = Parameter([1.1, 1.8])
  return (
    try primal.model.answer(at: mu).outputs[1].estimate,
    try corrected.answer(at: mu).outputs[1].estimate
  )
}

/// Bases for parts of the domain of the wall, each of one vector.
///
/// - Returns: The number of parts, and the answer of the part that (a, b) belongs to.
public func splitWall(a: Double, b: Double) throws -> (parts: Int, answer: ReducedAnswer) {
  let model = try twoLayerWall()
  var ledger = CostLedger()
  let split = try SplitGreedy(
    of: model.solver,
    over: try Sampling.grid.points(count: 400, seed: 0, in: model.parameterSpace),
    options: .init(tolerance: 0.1, size: 1), most: 8, ledger: &ledger)
  return (split.parts.count, try split.model.answer(at: [a, b]))
}

/// A basis for the temperature in the middle of the wall alone, with a dual basis beside it.
///
/// - Returns: Its size, and the value there with its bound.
public func wallForItsMiddle(a: Double, b: Double) throws -> (size: Int, middle: OutputValue) {
  let model = try twoLayerWall()
  var ledger = CostLedger()
  let greedy = try GoalOrientedGreedy(
    of: model.solver, goal: "middle",
    over: try Sampling.grid.points(count: 25, seed: 0, in: model.parameterSpace),
    options: .init(tolerance: 1e-8, size: 10), ledger: &ledger)
  return (greedy.model.size, try greedy.model.answer(at: [a, b]).outputs[1])
}
