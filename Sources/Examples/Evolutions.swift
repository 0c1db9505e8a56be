internal import Expressions
internal import LinearAlgebra
public import ModelReduction

/// A chain of n heat capacities of which the last is cooled, hot at the beginning, with conductances
/// c: an evolution from matrices of one's own, without any mesh.
public func coolingChain(n: Int = 20) throws -> AffineEvolution {
  var (rowStart, column) = ([0], [Int32]())
  var (conduction, capacity) = ([Double](), [Double]())
  for i in 0..<n {
    for j in max(0, i - 1)...min(n - 1, i + 1) {
      column.append(Int32(j))
      conduction.append(i == j ? (i == 0 ? 1 : 2) : -1)
      capacity.append(i == j ? 1 / Double(n * n) : 0)
    }
    rowStart.append(column.count)
  }
  let pattern = SparsityPattern(rowCount: n, columnCount: n, rowStart: rowStart, column: column)
  let matrix = SparseMatrix(pattern: pattern, values: conduction)
  let space = try ParameterSpace(axes: [ParameterAxis(name: "c", range: 0.5...2, default: 1)])
  let grid = try TimeGrid(end: 1, step: 0.05)
  let one = try CoefficientFamily(parsing: ["1"], in: space)
  return try AffineEvolution(
    parameterSpace: space, scheme: .backwardEuler, grid: grid,
    massSum: AffineSum([SparseMatrix(pattern: pattern, values: capacity)]),
    massCoefficients: one, operatorSum: AffineSum([matrix]),
    operatorCoefficients: CoefficientFamily(parsing: ["c"], in: space),
    loadSum: AffineSum([[Double]]()), loadCoefficients: .none,
    initialSum: AffineSum([[Double](repeating: 1, count: n)]), initialCoefficients: one,
    innerProduct: InnerProduct(matrix, name: "energy"), structure: .symmetric,
    coercivity: CoercivityConditions(semidefinite: [true], reference: [1]),
    outputs: [
      .linear(
        LinearOutput(
          name: "mean", functional: AffineSum([[Double](repeating: 1 / Double(n), count: n)]),
          coefficients: CoefficientFamily(parsing: ["1"], in: space.withTime(over: grid))))
    ])
}

/// The chain reduced by POD-greedy: its error is bounded at every time.
///
/// - Returns: The answer at c, and the true error of the trajectory.
public func reducedCooling(
  c: Double
) throws -> (answer: EvolutionAnswer, error: TrajectoryError) {
  let solver = try FullEvolutionSolver(coolingChain())
  var ledger = CostLedger()
  let greedy = try PODGreedy(
    of: solver, over: [[0.5], [0.8], [1.2], [1.6], [2]],
    options: .init(tolerance: 1e-4, size: 12), ledger: &ledger)
  let answer = try greedy.model.answer(at: [c])
  return (answer, try solver.error(of: answer, in: greedy.basis))
}
