internal import DomainDecomposition
internal import Krylov
internal import LinearAlgebra
internal import RealModule

/// Waves through twelve slowly changing media: iterations without and with a recycled space.
///
/// - Returns: The iterations of the last medium by GMRES(30), and by GCRO-DR(30, 10) after the others.
public func recycledWaves(side: Int = 32) throws -> (restarted: Int, recycled: Int) {
  let grid = FivePointGrid(side: side)
  let (medium, change) = (
    GaussianField(seed: 1).values(on: grid), GaussianField(seed: 2).values(on: grid)
  )
  let b = [Double](repeating: 1, count: grid.count)
  var solver = GCRODR<Double>(order: grid.count, restart: 30, recycled: 10)
  var plain = GMRES<Double>(order: grid.count, restart: 30)
  var counts = (restarted: 0, recycled: 0)
  for step in 0..<12 {
    let a = grid.helmholtz(
      squaredWaveNumber: zip(medium, change).map {
        100 * (1 + 0.3 * $0 + 0.01 * Double(step) * $1)
      })
    let m = try IncompleteLU(a)
    counts = (
      plain.solve(a, b, preconditioner: m).report.iterations,
      solver.solve(a, b, preconditioner: m).report.iterations
    )
  }
  return counts
}

/// Diffusion through channels a million times as conductive as what is around them, on more and more
/// subdomains of the same size: iterations of conjugate gradients with a two-level Schwarz method.
public func channelsOnManySubdomains(_ counts: [Int] = [16, 64]) throws -> [Int] {
  try counts.map { count in
    let side = 16 * Int(Double(count).squareRoot().rounded())
    let grid = FivePointGrid(side: side)
    let conductivity = (0..<grid.count).map { $0 / side % 8 == 3 ? 1e6 : 1.0 }
    let a = grid.diffusion(conductivity)
    let parts = try OverlappingDecomposition(a.pattern, count: count, overlap: 1)
    let coarse = try GenEO(threshold: 0.4).space(a, try LumpedSplitting(a), parts).space
    let m = try TwoLevelSchwarz(a, local: AdditiveSchwarz<SparseCholesky>(a, parts), coarse)
    var solver = ConjugateGradients<Double>(order: grid.count)
    return solver.solve(
      a, [Double](repeating: 1, count: grid.count), preconditioner: m
    ).report.iterations
  }
}
