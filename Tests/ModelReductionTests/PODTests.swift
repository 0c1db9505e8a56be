import ComplexModule
import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

@Suite struct `Proper orthogonal decomposition` {
  static func orthonormal<S: Scalar>(
    _ n: Int, _ m: Int, _ product: InnerProduct<S>, seed: UInt64, _ make: (Double, Double) -> S
  ) throws -> DenseMatrix<S> {
    var random = SeededRandom(seed: seed)
    let values = (0..<n * m).map { _ in make(random.uniform(), random.uniform()) }
    return try ReducedBasis(
      spanning: DenseMatrix(rowCount: n, columnCount: m, values: values), in: product
    ).vectors
  }

  /// A = U Σ Vᴴ with U orthonormal in the product.
  static func graded<S: Scalar>(
    _ sigma: [Double], _ n: Int, _ m: Int, _ product: InnerProduct<S>,
    _ make: (Double, Double) -> S
  ) throws -> DenseMatrix<S> {
    var u = try orthonormal(n, sigma.count, product, seed: 3, make)
    let v = try orthonormal(m, sigma.count, InnerProduct<S>(euclidean: m), seed: 4, make)
    for j in sigma.indices {
      for i in 0..<n { u[i, j] *= S(real: sigma[j]) }
    }
    return u * v.adjoint()
  }

  static func diagonalProduct<S: Scalar>(_ n: Int, _: S.Type) -> InnerProduct<S> {
    let pattern = SparsityPattern(
      rowCount: n, columnCount: n, rowStart: Array(0...n), column: (0..<n).map(Int32.init))
    return InnerProduct(
      SparseMatrix(pattern: pattern, values: (0..<n).map { S(real: 0.5 + Double($0 % 7)) }),
      name: "weights")
  }

  func checkLaws<S: Scalar>(_ product: InnerProduct<S>, _ make: (Double, Double) -> S) throws {
    let (n, m) = (400, 60)
    let sigma = (0..<m).map { Double.pow(10, -Double($0) / 4) }
    let states = try Self.graded(sigma, n, m, product, make)
    let pod = try POD(
      of: SnapshotSet(states: states), in: product, tolerance: 1e-6)
    for (found, expected) in zip(pod.singularValues, sigma) {
      #expect((found - expected).magnitude <= 1e-14 * sigma[0])
    }
    let v = pod.basis.vectors
    let gram = v.adjointTimes(product.apply(v)) - .identity(pod.basis.size)
    #expect(gram.frobeniusNorm < 1e-13)
    // The energy identity: what the projection loses is what was cut off.
    let tail = pod.singularValues.dropFirst(pod.basis.size).reduce(0) { $0 + $1 * $1 }
    let total = pod.singularValues.reduce(0) { $0 + $1 * $1 }
    var (lost, energy) = (0.0, 0.0)
    for j in 0..<m {
      let d = pod.basis.distance(to: states.column(j))
      lost += d * d
      let norm = product.norm(states.column(j))
      energy += norm * norm
    }
    #expect((lost - tail).magnitude <= 1e-12 * total)
    #expect((lost - tail).magnitude <= 1e-6 * tail)
    #expect((energy - total).magnitude <= 1e-12 * total)
    #expect(pod.limit == .tolerance)
    #expect(tail.squareRoot() <= 1e-6 * total.squareRoot())
    let before =
      tail + pod.singularValues[pod.basis.size - 1] * pod.singularValues[pod.basis.size - 1]
    #expect(before.squareRoot() > 1e-6 * total.squareRoot())
    #expect((pod.retainedEnergy[pod.basis.size - 1] - (1 - tail / total)).magnitude < 1e-14)
  }

  @Test func `singular values are right to 1e-14 of the first and energies add up`() throws {
    try checkLaws(InnerProduct<Double>(euclidean: 400)) { a, _ in a }
    try checkLaws(Self.diagonalProduct(400, Double.self)) { a, _ in a }
    let block = try ThermalBlock(blocks: 2, cells: 19)
    #expect(block.problem.dofCount == 380)
  }

  @Test func `the same holds for complex snapshots`() throws {
    try checkLaws(InnerProduct<Complex<Double>>(euclidean: 400)) { Complex($0, $1) }
    try checkLaws(Self.diagonalProduct(400, Complex<Double>.self)) { Complex($0, $1) }
  }

  @Test func `small singular values survive that the Gram matrix loses`() throws {
    let sigma = [1, 1e-3, 1e-6, 1e-9, 1e-11, 1e-12]
    let product = Self.diagonalProduct(300, Double.self)
    let states = try Self.graded(sigma, 300, 20, product) { a, _ in a }
    let pod = try POD(of: SnapshotSet(states: states), in: product, tolerance: 0)
    for (found, expected) in zip(pod.singularValues, sigma) {
      #expect((found - expected).magnitude <= 1e-14)
    }
    #expect(pod.limit == .rank)
    #expect(pod.basis.size == 6)
    let gram = try SymmetricEigen(states.adjointTimes(product.apply(states))).values.sorted(by: >)
    #expect((max(0, gram[4]).squareRoot() - sigma[4]).magnitude > 0.5 * sigma[4])
  }

  @Test func `equal snapshots give one mode, and none gives none`() throws {
    let product = Self.diagonalProduct(50, Double.self)
    let one = (0..<50).map { 1 + Double($0) }
    let pod = try POD(
      of: SnapshotSet(states: DenseMatrix(rowCount: 50, columns: [one, one, one])), in: product,
      tolerance: 0)
    #expect(pod.basis.size == 1 && pod.limit != .size)
    let zero = try POD(
      of: SnapshotSet(states: DenseMatrix<Double>(rowCount: 50, columnCount: 3)), in: product,
      tolerance: 0)
    #expect(zero.basis.size == 0)
    #expect(throws: FactorizationError.notFinite(row: 1, column: 0)) {
      try POD(
        of: SnapshotSet(states: DenseMatrix(rowCount: 50, columns: [[0, .nan] + one.dropLast(2)])),
        in: product, tolerance: 0)
    }
  }

  @Test func `a size cap is kept and said`() throws {
    let product = InnerProduct<Double>(euclidean: 100)
    let states = try Self.graded([1, 0.5, 0.25, 0.1], 100, 10, product) { a, _ in a }
    let pod = try POD(of: SnapshotSet(states: states), in: product, tolerance: 1e-8, size: 2)
    #expect(pod.basis.size == 2 && pod.limit == .size)
  }

  @Test func `a POD basis carries a certified model`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 12)
    let snapshots = try SnapshotSet(of: block.solver, at: block.training(30))
    let pod = try POD(of: snapshots, in: block.problem.innerProduct, tolerance: 1e-4)
    let projection = try GalerkinProjection(of: block.problem, onto: pod.basis)
    #expect(projection.size == pod.basis.size)
    for mu in try block.training(10, seed: 8) {
      let answer = try projection.model.answer(at: mu)
      let error = try block.solver.trueError(of: answer.state, in: projection.basis, at: mu)
      #expect(answer.estimate.value >= error)
    }
  }
}
