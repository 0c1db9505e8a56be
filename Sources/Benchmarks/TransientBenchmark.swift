internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction

/// Steps of backward Euler against the triangular solutions they cannot do without.
///
/// Heat spreads through the unit cube of 6 n³ linear tetrahedra with one side kept at zero.
public struct TransientBenchmark: Sendable {
  /// The number of cubes along each edge.
  public let cubes: Int
  /// The number of steps.
  public let steps: Int
  /// How often everything is done.
  public let repetitions: Int

  /// A workload.
  public init(cubes: Int, steps: Int = 20, repetitions: Int = 3) {
    (self.cubes, self.steps, self.repetitions) = (cubes, steps, repetitions)
  }

  /// Measures on one thread.
  ///
  /// - Parameter progress: Told what is being measured.
  public func section(progress: (String) -> Void = { _ in }) throws -> BenchmarkSection {
    let before = Threads.count
    Threads.count = 1
    defer { Threads.count = before }
    progress("transient, n = \(cubes)")
    let (mass, stiffness, load) = try assembled()
    let step = 0.01
    let (one, many) = (
      try FullEvolutionSolver(evolution(mass, stiffness, load, steps: 1, step)),
      try FullEvolutionSolver(evolution(mass, stiffness, load, steps: steps + 1, step))
    )
    var (first, all, solve) = (Timing(), Timing(), Timing())
    var system = mass
    scale(1 / step, &system.values)
    axpy(1, stiffness.values, into: &system.values)
    let factor = try SparseCholesky(system)
    for _ in 0..<max(1, repetitions) {
      try first.measure { try one.trajectory(at: Parameter([1])) { _ in } }
      try all.measure { try many.trajectory(at: Parameter([1])) { _ in } }
      for _ in 0..<5 { _ = solve.measure { factor.solve(load) } }
    }
    let perStep = (all.leastCPU - first.leastCPU) / Double(steps)
    // One more factorization in the second and third repetition than the first trajectory needs.
    guard many.work.factorizations == max(1, repetitions) else {
      throw BenchmarkError.wrongResult("\(many.work.factorizations) factorizations of one matrix")
    }
    return BenchmarkSection(
      title: "transient, n = \(cubes): \(load.count) unknowns, backward Euler, "
        + "\(steps) equal steps (CPU seconds, 1 thread)",
      findings: [
        Finding("factorization and first step", first.leastCPU, unit: "s"),
        Finding(
          "one more step over one solution with the factor", perStep / solve.leastCPU, unit: "×",
          note: "\(handy(perStep, "s")) over \(handy(solve.leastCPU, "s"))",
          [.atMost(1.2, value: perStep / solve.leastCPU)]),
      ])
  }

  private func evolution(
    _ mass: SparseMatrix<Double>, _ stiffness: SparseMatrix<Double>, _ load: [Double],
    steps: Int, _ step: Double
  ) throws -> AffineEvolution {
    let space = try ParameterSpace(axes: [ParameterAxis(name: "k", range: 0.5...2, default: 1)])
    let grid = try TimeGrid(steps: [Double](repeating: step, count: steps))
    return try AffineEvolution(
      parameterSpace: space, scheme: .backwardEuler, grid: grid, massSum: AffineSum([mass]),
      massCoefficients: try CoefficientFamily(parsing: ["1"], in: space),
      operatorSum: AffineSum([stiffness]),
      operatorCoefficients: try CoefficientFamily(parsing: ["k"], in: space),
      loadSum: AffineSum([load]),
      loadCoefficients: try CoefficientFamily(
        parsing: ["1"], in: try space.withTime(over: grid)),
      innerProduct: InnerProduct(stiffness, name: "energy"), structure: .symmetric)
  }

  /// Mass, stiffness and load of the free unknowns.
  private func assembled() throws -> (SparseMatrix<Double>, SparseMatrix<Double>, [Double]) {
    let mesh = Box(size: [1, 1, 1], cells: [cubes, cubes, cubes]).mesh()
    let whole = mesh.topology.everything(ofDimension: 3)
    guard let side = mesh.region(named: "left") else {
      throw BenchmarkError.wrongResult("the box has no left side")
    }
    let space = try FunctionSpace(mesh, degree: 1)
    let plan = AssemblyPlan(space)
    let essential = try EssentialDofs(space, [DirichletCondition(.constant(0), on: side)])
    let family = try plan.assemble(family: [
      [.mass(.constant(1), on: whole)], [.stiffness(.constant(1), on: whole)],
    ])
    let free = Elimination(plan.pattern, essential).free(of: family)
    let load = try plan.assemble([LinearTerm.value(.constant(1), on: whole)])
    return (free.terms[0], free.terms[1], essential.free(of: load))
  }
}
