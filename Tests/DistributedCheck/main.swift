// Solves small systems on the ranks that mpirun started and prints what must not depend on their
// number; a test compares the lines. Built without the trait MPI it says so.
import ComplexModule
import DomainDecomposition
import Krylov
import LinearAlgebra
import RealModule

/// What a check found, printed by the first rank.
struct Report<C: Communicator> {
  let world: C

  func line(_ name: String, _ value: some CustomStringConvertible) {
    if world.isFirst { print(name, value) }
  }
}

/// The vector of the whole on every rank.
func joined<S: Scalar>(
  _ x: [S], _ distribution: Distribution, _ world: some Communicator
) -> [S] {
  var all = [S](repeating: S.zero, count: distribution.order)
  for (k, i) in distribution.owned.enumerated() { all[Int(i)] = x[k] }
  world.sum(&all)
  return all
}

func difference<S: Scalar>(_ x: [S], _ y: [S]) -> Double {
  norm(zip(x, y).map { $0 - $1 }) / norm(y)
}

/// Diffusion with islands of a contrast of 1e6, by conjugate gradients and GenEO.
func checkDiffusion<C: Communicator>(_ world: C, side: Int, _ report: Report<C>) throws {
  let grid = FivePointGrid(side: side)
  let a = grid.diffusion(
    (0..<grid.count).map { node in
      let (x, y) = (node % side, node / side)
      return (x + 2) % 10 < 4 && y % 5 < 2 ? 1e6 : 1
    })
  let parts = (0..<grid.count).map { node in
    let (x, y) = (node % side, node / side)
    return Int32(x * 2 / side) + 2 * Int32(y * 4 / side)
  }
  let distribution = Distribution(parts: parts, world)
  let matrix = DistributedMatrix(replicated: a, distribution, world)
  let one = try DistributedSchwarz<SparseCholesky, C>(matrix, overlap: 1)
  let space = try one.space(GenEO(threshold: 0.3), LumpedSplitting(a))
  let m = try DistributedTwoLevelSchwarz(matrix, local: one, space)
  let b = GaussianField(seed: 2).values(on: grid)
  var solver = DistributedConjugateGradients<Double, C>(order: matrix.rowCount, world)
  let (x, result) = solver.solve(
    matrix, distribution.local(b), preconditioner: m, until: StoppingRule(relative: 1e-8))
  report.line("diffusion.status", result.status)
  report.line("diffusion.iterations", result.iterations)
  report.line("diffusion.coarse", m.coarseDimension)
  let whole = joined(x, distribution, world)
  report.line("diffusion.error", difference(whole, try SparseCholesky(a).solve(b)))
}

/// Damped waves, by GMRES and the restricted method.
func checkWaves<C: Communicator>(_ world: C, side: Int, _ report: Report<C>) throws {
  let grid = FivePointGrid(side: side)
  let real = grid.helmholtz(squaredWaveNumber: [Double](repeating: 300, count: grid.count))
  var a = SparseMatrix(pattern: real.pattern, values: real.values.map { Complex<Double>($0, 0) })
  for i in 0..<a.rowCount {
    if let k = a.pattern.index(row: i, column: i) { a.values[k].imaginary = -60 }
  }
  let distribution = Distribution(
    parts: (0..<grid.count).map { Int32($0 * 8 / grid.count) }, world)
  let matrix = DistributedMatrix(replicated: a, distribution, world)
  let m = try DistributedSchwarz<SparseLU<Complex<Double>>, C>(
    matrix, overlap: 2, unity: .owner, .restricted)
  let b = GaussianField(seed: 2).values(on: grid).map { Complex<Double>($0, 1) }
  var solver = DistributedGMRES<Complex<Double>, C>(order: matrix.rowCount, world)
  let (x, result) = solver.solve(
    matrix, distribution.local(b), preconditioner: m, until: StoppingRule(relative: 1e-10))
  report.line("waves.status", result.status)
  report.line("waves.iterations", result.iterations)
  let whole = joined(x, distribution, world)
  report.line("waves.error", difference(whole, try SparseLU(a).solve(b)))
}

/// Modes of spread snapshots.
func checkModes<C: Communicator>(_ world: C, _ report: Report<C>) throws {
  let grid = FivePointGrid(side: 40)
  let snapshots = DenseMatrix(
    rowCount: grid.count, columns: (0..<12).map { GaussianField(seed: $0).values(on: grid) })
  let mine = (world.rank * grid.count / world.size)..<((world.rank + 1) * grid.count / world.size)
  let pod = try DistributedPOD(snapshots.rows(mine), atMost: 5, world)
  let exact = try SVD(snapshots)
  let errors = zip(pod.singularValues, exact.singularValues).map { ($0 - $1).magnitude }
  report.line("modes.singularValues", (errors.max() ?? .nan) / exact.singularValues[0])
  var gram = pod.modes.adjointTimes(exact.leftVectors.rows(mine).columns(0..<5)).values
  world.sum(&gram)
  let overlap = DenseMatrix(rowCount: 5, columnCount: 5, values: gram)
  // Singular vectors are those of one process up to their sign.
  let distance = (overlap.adjointTimes(overlap) - .identity(5)).frobeniusNorm
  report.line("modes.distance", distance)
}

/// Seconds of set-up and solve of a large system, 4 × 4 subdomains on all ranks together.
func measure<C: Communicator>(_ world: C, side: Int, _ report: Report<C>) throws {
  let grid = FivePointGrid(side: side)
  let a = grid.diffusion(GaussianField(seed: 1).values(on: grid).map { Double.exp(3 * $0) })
  let splitting = try LumpedSplitting(a)
  Threads.count = max(1, Threads.available / world.size)
  let parts = (0..<grid.count).map { node in
    let (x, y) = (node % side, node / side)
    return Int32(x * 4 / side) + 4 * Int32(y * 4 / side)
  }
  let clock = ContinuousClock()
  var start = clock.now
  func lap(_ name: String) {
    world.barrier()
    report.line(name, clock.now - start)
    start = clock.now
  }
  world.barrier()
  let distribution = Distribution(parts: parts, world)
  let matrix = DistributedMatrix(replicated: a, distribution, world)
  lap("matrix")
  let one = try DistributedSchwarz<SparseCholesky, C>(matrix, overlap: 2)
  lap("local")
  let space = try one.space(GenEO(threshold: 0.2), splitting)
  lap("GenEO")
  let m = try DistributedTwoLevelSchwarz(matrix, local: one, space)
  lap("coarse")
  var solver = DistributedConjugateGradients<Double, C>(order: matrix.rowCount, world)
  let b = [Double](repeating: 1, count: matrix.rowCount)
  let (_, result) = solver.solve(matrix, b, preconditioner: m)
  lap("solve")
  report.line("dimension", m.coarseDimension)
  report.line("iterations", result.iterations)
  report.line("status", result.status)
}

struct Deliberate: Error, CustomStringConvertible {
  var description: String { "fails as it was asked to" }
}

func check<C: Communicator>(_ world: C, _ task: String) throws {
  let report = Report(world: world)
  report.line("ranks", world.size)
  switch task {
  case "throw":
    // One rank throws while the others wait in a sum.
    if world.rank == world.size - 1 { throw Deliberate() }
    var x = [1.0]
    world.sum(&x)
  case "fail":
    let isLast = world.rank == world.size - 1
    try world.together { () throws(Deliberate) in if isLast { throw Deliberate() } }
  case "die":
    if world.rank == world.size - 1 { preconditionFailure("a rank dies") }
    world.barrier()
  case "measure":
    try measure(world, side: 512, report)
  default:
    var largest = [Double(world.rank), world.rank == 0 ? .nan : 1]
    world.maximum(&largest)
    report.line("maximum", "\(largest[0] == Double(world.size - 1)) \(largest[1].isNaN)")
    var many = [Double](repeating: Double(world.rank + 1), count: 10_000)
    world.sum(&many)
    let total = Double(world.size * (world.size + 1) / 2)
    report.line("sum", many.allSatisfy { $0 == total })
    try checkDiffusion(world, side: 40, report)
    try checkWaves(world, side: 32, report)
    try checkModes(world, report)
  }
}

let task = CommandLine.arguments.dropFirst().first ?? "solve"
#if MPI
  MPICommunicator.run { try check($0, task) }
#else
  print("built without MPI")
  try check(LocalCommunicator(), task)
#endif
