internal import ComplexModule
internal import Expressions
internal import LinearAlgebra
public import ModelReduction
internal import Physics
internal import RealModule

/// Proper orthogonal decomposition of snapshots from any code; no mesh is needed.
///
/// The snapshots are sines of falling size 10⁻ᵏ, which are orthogonal on a regular grid.
/// - Returns: The singular values: 10⁻ᵏ √(n/2).
public func singularValuesOfSines(n: Int, count: Int) throws -> [Double] {
  let snapshots = (1...count).map { k in
    (1..<n).map { i in Double.pow(10, -k) * Double.sin(.pi * Double(k * i) / Double(n)) }
  }
  let states = DenseMatrix(rowCount: n - 1, columns: snapshots)
  let pod = try POD(
    of: SnapshotSet(states: states), in: InnerProduct(euclidean: n - 1), tolerance: 1e-12)
  return pod.singularValues
}

/// The affine family of −u″ + c u = 1, u(0) = u(1) = 0, by finite differences of one's own.
public func reactionFamily(n: Int) throws -> AffineDecomposition {
  let h = 1 / Double(n)
  let pattern = tridiagonal(n - 1)
  let stiffness = matrix(pattern, diagonal: 2 / h, beside: -1 / h)
  let mass = matrix(pattern, diagonal: h, beside: 0)
  let load = [Double](repeating: h, count: n - 1)
  let space = try ParameterSpace(axes: [ParameterAxis(name: "c", range: 0...100)])
  let one = try CoefficientFamily(parsing: ["1"], in: space)
  let mean = LinearOutput(name: "mean", functional: AffineSum([load]), coefficients: one)
  return AffineDecomposition(
    parameterSpace: space, operatorSum: AffineSum([stiffness, mass]),
    operatorCoefficients: try CoefficientFamily(parsing: ["1", "c"], in: space),
    loadSum: AffineSum([load]), loadCoefficients: one,
    innerProduct: InnerProduct(stiffness, name: "H1"),
    coercivity: CoercivityConditions(semidefinite: [true, true], reference: [0]),
    outputs: [.linear(mean)])
}

/// Reduces an affine family that was made elsewhere, by three of its solutions.
///
/// - Returns: The mean of u at c with its bound.
public func meanOfReaction(at c: Double) throws -> OutputValue {
  let problem = AffineProblem(try reactionFamily(n: 200))
  var projection = try GalerkinProjection(of: problem.decomposition)
  for c in [0.0, 20, 100] { try projection.extend(by: try problem.solve(at: [c])) }
  return try projection.model.answer(at: [c]).outputs[0]
}

/// Factorizes one matrix and then others of the same pattern: the ordering is found once.
///
/// - Returns: The smallest solution entries of (s A) x = A 1 for s = 1, 2, 4.
public func refactorized() throws -> [Double] {
  let a = matrix(tridiagonal(50), diagonal: 2, beside: -1)
  let load = a * [Double](repeating: 1, count: 50)
  let factor = try SparseCholesky(a)
  return try [1, 2, 4].map { s in
    try factor.refactorize(s * a)
    return factor.solve(load).min() ?? .nan
  }
}

/// The pattern of a tridiagonal matrix; terms of a family share one.
private func tridiagonal(_ n: Int) -> SparsityPattern {
  let rows = (0..<n).map { i in (max(0, i - 1)...min(n - 1, i + 1)).map(Int32.init) }
  return SparsityPattern(
    rowCount: n, columnCount: n,
    rowStart: (0...n).map { i in rows[..<i].reduce(0) { $0 + $1.count } },
    column: rows.flatMap { $0 })
}

/// A tridiagonal matrix with constant diagonals.
private func matrix(
  _ pattern: SparsityPattern, diagonal: Double, beside: Double
) -> SparseMatrix<Double> {
  SparseMatrix(
    pattern: pattern,
    values: (0..<pattern.rowCount).flatMap { i in
      pattern.column[pattern.rowStart[i]..<pattern.rowStart[i + 1]].map {
        Int($0) == i ? diagonal : beside
      }
    })
}

/// Two springs in series whose stiffness matrices another program wrote, pulled by a unit force.
///
/// - Returns: How far the end moves: 1/a + 1/b, certified since both matrices are semidefinite.
public func springsFromFiles(a: Double, b: Double) throws -> Double {
  func file(_ name: String, _ text: String) throws -> MatrixFile {
    try MatrixFile(bytes: Array(text.utf8), file: name)
  }
  let head = "%%MatrixMarket matrix coordinate real symmetric\n"
  let left = try file("left.mtx", head + "2 2 1\n1 1 1\n")
  let right = try file("right.mtx", head + "2 2 3\n1 1 1\n2 1 -1\n2 2 1\n")
  let pull = try file("pull.mtx", "%%MatrixMarket matrix array real general\n2 1\n0\n1\n")
  let space = try ParameterSpace(axes: [
    ParameterAxis(name: "a", range: 0.1...10), ParameterAxis(name: "b", range: 0.1...10),
  ])
  func term(_ file: MatrixFile, _ text: String) throws -> MatrixProblem.Term {
    MatrixProblem.Term(
      file,
      coefficient: ComplexExpression(try Expression(parsing: text, in: space.expressionScope)))
  }
  let model = try MatrixModel(
    MatrixProblem(operators: [term(left, "a"), term(right, "b")], loads: [term(pull, "1")]),
    parameters: space)
  return try model.solve(at: [a, b])[1].real
}

/// Two springs in series, one of which another program knows only at nine temperatures: its stiffness falls
/// as e^(−t/2), which nobody says.
///
/// - Returns: How far the end moves under a unit force, 1 + e^(t/2), and the largest error of a sample
///   left out over its size.
public func springsFromSamples(at t: Double) throws -> (end: Double, error: Double) {
  func file(_ rows: [[Double]]) throws -> MatrixFile {
    var text = "%%MatrixMarket matrix array real general\n\(rows.count) \(rows[0].count)\n"
    for j in rows[0].indices { for row in rows { text += "\(row[j])\n" } }
    return try MatrixFile(bytes: Array(text.utf8), file: "sample.mtx")
  }
  let space = try ParameterSpace(axes: [ParameterAxis(name: "t", range: 0...2)])
  let samples = try (0...8).map { i in
    let k = Double.exp(-Double(i) / 8)
    return (mu: Parameter([Double(i) / 4]), matrix: try file([[1 + k, -k], [-k, k]]))
  }
  let model = try MatrixModel(
    MatrixProblem(
      operators: [MatrixProblem.Term(MatrixFamily(MatrixSamples(name: "springs", samples)))],
      loads: [MatrixProblem.Term(try file([[0], [1]]))]),
    parameters: space, settings: CoefficientInterpolation.Settings(tolerance: 1e-7))
  return (try model.solve(at: [t])[1].real, model.reports[0].error)
}
