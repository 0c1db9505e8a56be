import ComplexModule
import Expressions
import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

@Suite struct `Successive constraints` {
  /// The least eigenvalue of (A, X), dense.
  private static func least(
    _ a: SparseMatrix<Double>, _ x: SparseMatrix<Double>
  ) throws -> Double {
    try GeneralizedEigen(dense(a), dense(x)).values[0]
  }

  private static func dense<S: Scalar>(_ a: SparseMatrix<S>) -> DenseMatrix<S> {
    a * DenseMatrix<S>.identity(a.rowCount)
  }

  /// √ of the least eigenvalue of Aᴴ X⁻¹ A against X, dense.
  private static func infSup<S: Scalar>(
    _ a: SparseMatrix<S>, _ x: SparseMatrix<Double>
  ) throws -> Double {
    let riesz = dense(
      SparseMatrix<S>(pattern: x.pattern, values: x.values.map { S(real: $0) }))
    let image = try LU(riesz).solve(dense(a))
    var gram = dense(a).adjointTimes(image)
    for j in 0..<gram.columnCount {
      for i in 0..<j { gram[i, j] = gram[j, i].conjugate }
      gram[j, j] = S(real: gram[j, j].realPart)
    }
    return try GeneralizedEigen(gram, riesz).values[0].squareRoot()
  }

  @Test func `enclose the coercivity constants at every parameter`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 10)
    let problem = block.problem
    let riesz = try RieszMap(problem.innerProduct)
    let (bound, report) = try problem.successiveConstraints(
      over: block.training(60), riesz: riesz)
    #expect(report.uncovered == 0 && report.eigenproblems > 9)
    let x = try #require(problem.innerProduct.matrix)
    for mu in try block.training(25, seed: 11) {
      let theta = try problem.operatorCoefficients.checkedValues(
        at: mu, in: problem.parameterSpace)
      let truth = try Self.least(problem.systemMatrix(at: mu), x)
      #expect(bound.lowerBound(for: theta) <= truth)
      #expect(bound.upperBound(for: theta) >= truth * (1 - 1e-9))
      #expect(bound.lowerBound(for: theta) > 0.2 * truth)
    }
  }

  @Test func `are within the gap where they were trained`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 8)
    let training = try block.training(40)
    let (bound, _) = try block.problem.successiveConstraints(
      over: training, riesz: try RieszMap(block.problem.innerProduct), gap: 0.2)
    for mu in training {
      let theta = try block.problem.operatorCoefficients.checkedValues(
        at: mu, in: block.problem.parameterSpace)
      let upper = bound.upperBound(for: theta)
      #expect(upper - bound.lowerBound(for: theta) <= 0.2 * upper)
    }
  }

  /// −u'' + c u in the norm of −u'' + u: where c is small the first eigenfunction has the least quotient,
  /// (π² + c)/(π² + 1), of which min-θ with the reference c = 1 sees c alone.
  @Test func `several references of min-theta enclose the constants, closer than one`() throws {
    let line = LineMatrices(cells: 40).restricted(to: 1..<40)
    let space = try ParameterSpace(axes: [
      ParameterAxis(name: "c", range: 0.01...100, scale: .log, default: 1)
    ])
    let sum = AffineSum([line[0], line[1]])
    let problem = AffineDecomposition(
      parameterSpace: space, operatorSum: sum,
      operatorCoefficients: try CoefficientFamily(parsing: ["1", "c"], in: space),
      loadSum: AffineSum([[Double](repeating: 0.025, count: 39)]),
      loadCoefficients: try CoefficientFamily(parsing: ["1"], in: space),
      innerProduct: InnerProduct(sum.combined(with: [1, 1]), name: "energy"),
      coercivity: CoercivityConditions(semidefinite: [true, true], reference: [1]))
    let training = try Sampling.logRandom.points(count: 60, seed: 2, in: space)
    let found = try #require(try problem.multiParameterMinTheta(over: training))
    #expect(found.report.uncovered == 0 && found.report.references > 2)
    let single = try CoercivityBound(of: problem)
    let several = single.with(found.bound)
    let x = try #require(problem.innerProduct.matrix)
    var gain = 0.0
    for mu in training + (try Sampling.logRandom.points(count: 20, seed: 5, in: space)) {
      let theta = try problem.operatorCoefficients.checkedValues(at: mu, in: space)
      let truth = try Self.least(problem.systemMatrix(at: mu), x)
      let value = try #require(several.value(for: theta)).alpha
      let plain = try #require(single.value(for: theta)).alpha
      #expect(value <= truth * (1 + 1e-12) && value >= plain)
      #expect(found.bound.upperBound(for: theta) >= truth * (1 - 1e-9))
      gain = max(gain, value / plain)
    }
    #expect(gain > 10, "\(gain)")
    for mu in training {
      let theta = try problem.operatorCoefficients.checkedValues(at: mu, in: space)
      let upper = found.bound.upperBound(for: theta)
      #expect(upper - found.bound.lowerBound(for: theta) <= 0.3 * upper)
    }
  }

  /// A term that is not semidefinite: no argument from coefficients applies.
  @Test func `certify where coefficients prove nothing`() throws {
    let line = LineMatrices(cells: 40).restricted(to: 1..<40)
    let space = try ParameterSpace(axes: [ParameterAxis(name: "c", range: 0...1, default: 0)])
    let problem = AffineDecomposition(
      parameterSpace: space,
      // −u'' − 8 c u: positive definite for 8 c < π².
      operatorSum: AffineSum([line[0], line[1]]),
      operatorCoefficients: try CoefficientFamily(parsing: ["1", "-8*c"], in: space),
      loadSum: AffineSum([[Double](repeating: 0.025, count: 39)]),
      loadCoefficients: try CoefficientFamily(parsing: ["1"], in: space),
      innerProduct: InnerProduct(line[0], name: "H1"),
      coercivity: CoercivityConditions(semidefinite: [true, true], reference: [0]))
    let training = try Sampling.grid.points(count: 21, seed: 0, in: space)
    let riesz = try RieszMap(problem.innerProduct)
    let plain = try CoercivityBound(of: problem)
    #expect(plain.value(for: [1, -8]) == nil)
    let several = try #require(try problem.multiParameterMinTheta(over: training))
    #expect(several.bound.lowerBound(for: [1, -8]) == 0 && several.report.uncovered == 20)
    let bound = plain.with(try problem.successiveConstraints(over: training, riesz: riesz).bound)
    let value = try #require(bound.value(for: [1, -8]))
    #expect(value.argument == .successiveConstraints)
    let exact = 1 - 8 / (Double.pi * Double.pi)
    #expect(value.alpha <= exact && value.alpha > 0.5 * exact)
    var projection = try GalerkinProjection(of: problem, riesz: riesz, coercivity: bound)
    let solver = FullOrderSolver(problem)
    for c in [0.1, 0.8] { try projection.extend(by: solver.solve(at: [c])) }
    for c in [0.0, 0.37, 0.95, 1] {
      let answer = try projection.model.answer(at: [c])
      let error = try solver.trueError(of: answer.state, in: projection.basis, at: [c])
      #expect(answer.estimate.guarantee == .upperBound && answer.estimate.value >= error)
    }
  }

  /// −u'' − k² u with an absorbing end, k from 1 to 12: several wavelengths.
  @Test func `bound inf-sup constants of waves from below`() throws {
    let system = try waveOnALine()
    let space = system.parameterSpace
    let training = try Sampling.halton.points(count: 80, seed: 0, in: space)
    let riesz = try RieszMap(system.innerProduct)
    let (bound, report) = try system.successiveConstraints(over: training, riesz: riesz)
    #expect(report.uncovered == 0 && report.references < 30)
    let x = try #require(system.innerProduct.matrix)
    var sharpest = 0.0
    for mu in try Sampling.random.points(count: 25, seed: 4, in: space) {
      let theta = try system.operatorCoefficients.checkedValues(at: mu, in: space)
      let truth = try Self.infSup(system.systemMatrix(at: mu), x)
      let value = try #require(bound.value(for: theta))
      #expect(value <= truth)
      sharpest = max(sharpest, value / truth)
    }
    #expect(sharpest > 0.3)
  }

  @Test func `certify waves, and the bound holds`() throws {
    let system = try waveOnALine()
    let training = try Sampling.halton.points(count: 80, seed: 0, in: system.parameterSpace)
    let riesz = try RieszMap(system.innerProduct)
    let stability = try system.successiveConstraints(over: training, riesz: riesz).bound
    let solver = try FullSystemSolver(system)
    var ledger = CostLedger()
    let greedy = try SystemGreedy(
      of: solver, over: training, options: .init(tolerance: 1e-6, size: 30),
      projection: try SystemProjection(of: system, riesz: riesz, infSup: stability),
      ledger: &ledger)
    #expect(greedy.steps.last?.guarantee == .upperBound)
    for size in [2, 5, greedy.model.size] {
      let model = greedy.model.truncated(to: size)
      for mu in try Sampling.random.points(count: 15, seed: 8, in: system.parameterSpace) {
        let answer = try model.answer(at: mu)
        let error = try solver.error(of: answer.state, in: greedy.basis, at: mu)
        #expect(answer.estimate.guarantee == .upperBound)
        #expect(answer.estimate.value >= error)
        guard case .infSup = answer.scale else {
          Issue.record("another scale: \(answer.scale)")
          continue
        }
      }
    }
    try inFolder { folder in
      try ModelFile(content: .complexSystem(greedy.model)).write(to: folder + "/m.ritz")
      #expect(
        try ModelFile.open(folder + "/m.ritz").content == .complexSystem(greedy.model))
    }
  }

  @Test func `bound an operator with advection, which is not symmetric`() throws {
    let system = try advectionOnALine()
    let training = try Sampling.halton.points(count: 60, seed: 0, in: system.parameterSpace)
    let (bound, report) = try system.successiveConstraints(
      over: training, riesz: try RieszMap(system.innerProduct))
    #expect(report.uncovered == 0)
    let x = try #require(system.innerProduct.matrix)
    for mu in try Sampling.random.points(count: 20, seed: 5, in: system.parameterSpace) {
      let theta = try system.operatorCoefficients.checkedValues(
        at: mu, in: system.parameterSpace)
      guard let value = bound.value(for: theta) else { continue }
      #expect(value <= (try Self.infSup(system.systemMatrix(at: mu), x)))
    }
  }
}
