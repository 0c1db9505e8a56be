import ComplexModule
import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

/// x/r³, the field of a dipole: odd, so that targets need mirrored points.
private struct DipoleKernel: TranslationInvariantKernel {
  var isEven: Bool { false }
  var homogeneity: Double? { -2 }
  func value(_ dx: Double, _ dy: Double, _ dz: Double) -> Double {
    let square = dx * dx + dy * dy + dz * dz
    return square > 0 ? dx / (square * square.squareRoot()) : 0
  }
}

/// e^(−x² − 4 (y − x/2)² + x/4): neither radial nor even nor homogeneous.
private struct TiltedKernel: TranslationInvariantKernel {
  var isEven: Bool { false }
  func value(_ dx: Double, _ dy: Double, _ dz: Double) -> Double {
    let y = dy - 0.5 * dx
    return Double.exp(-dx * dx - 4 * y * y + 0.25 * dx)
  }
}

enum Cloud: String, CaseIterable, Sendable {
  case uniform, clustered, surface

  func points(_ n: Int, _ dimension: Int, seed: UInt64) -> DenseMatrix<Double> {
    var random = SeededRandom(seed: seed)
    var values: [Double] = []
    for i in 0..<n {
      var p = (0..<dimension).map { _ in random.uniform() }
      switch self {
      case .uniform: break
      case .clustered:
        // Half in three clouds, a hundred and ten thousand times smaller than the box.
        if i.isMultiple(of: 2) {
          let scale = [0.01, 1e-4, 0.1][i / 2 % 3]
          let centre = [[0.3, -0.2, 0.7], [-0.6, 0.4, 0.1], [0.9, 0.9, -0.8]][i / 2 % 3]
          p = p.enumerated().map { centre[$0.offset] + scale * $0.element }
        }
      case .surface:
        // The potential of a unit circle vanishes for log r: a radius where nothing cancels.
        let r = p.reduce(0) { $0 + $1 * $1 }.squareRoot()
        p = p.map { 0.7 * $0 / r }
      }
      values += p
    }
    return DenseMatrix(rowCount: dimension, columnCount: n, values: values)
  }
}

private func charges<S: Scalar>(_ n: Int, seed: UInt64, signed: Bool) -> [S] {
  var random = SeededRandom(seed: seed)
  return (0..<n).map { _ in S(real: signed ? random.uniform() : random.uniform(0.2...1)) }
}

@Suite struct `Fast multipole sums` {
  /// The relative error for charges of one sign and of random signs.
  private func expectAccurate<S: Scalar>(
    _ kernel: some TranslationInvariantKernel<S>, _ cloud: Cloud, _ dimension: Int,
    tolerance: Double, count: Int = 6000, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let points = cloud.points(count, dimension, seed: 7)
    let sum = try FastMultipole<S>(
      kernel, over: points, options: FastMultipoleOptions(tolerance: tolerance, leafSize: 30))
    for signed in [false, true] {
      let error = sum.sampledError(of: charges(count, seed: 8, signed: signed), count: 300)
      #expect(
        error <= tolerance, "\(cloud), signed \(signed), ranks \(sum.levelFacts.map(\.rank))",
        sourceLocation: sourceLocation)
    }
    #expect(sum.errorEstimate.value <= tolerance, sourceLocation: sourceLocation)
    let random = sum.sampledError(of: charges(count, seed: 9, signed: true), count: 300)
    #expect(
      random <= 3 * sum.errorEstimate.value + sum.errorEstimate.floor,
      "foreseen \(sum.errorEstimate.value)", sourceLocation: sourceLocation)
  }

  @Test(arguments: zip([Cloud.uniform, .clustered, .surface, .uniform], [1e-3, 1e-6, 1e-6, 1e-9]))
  func `sums of Laplace's kernel in space are within the tolerance`(
    cloud: Cloud, tolerance: Double
  ) throws {
    try expectAccurate(LaplaceKernel(), cloud, 3, tolerance: tolerance)
  }

  @Test(arguments: Cloud.allCases, [1e-3, 1e-6, 1e-9])
  func `sums of the logarithm in the plane are within the tolerance`(
    cloud: Cloud, tolerance: Double
  ) throws {
    try expectAccurate(LogarithmicKernel(), cloud, 2, tolerance: tolerance)
  }

  @Test(arguments: Cloud.allCases, [1e-3, 1e-6])
  func `screened sums are within the tolerance in space and in the plane`(
    cloud: Cloud, tolerance: Double
  ) throws {
    if cloud == .uniform || tolerance > 1e-5 {
      try expectAccurate(YukawaKernel(decay: 5), cloud, 3, tolerance: tolerance, count: 3000)
    }
    try expectAccurate(YukawaKernel(decay: 5), cloud, 2, tolerance: tolerance)
  }

  @Test(arguments: Cloud.allCases, [1e-3, 1e-6])
  func `waves of moderate frequency are summed within the tolerance`(
    cloud: Cloud, tolerance: Double
  ) throws {
    if cloud == .uniform || tolerance > 1e-5 {
      try expectAccurate(
        HelmholtzKernel(waveNumber: 4), cloud, 3, tolerance: tolerance, count: 3000)
    }
    try expectAccurate(
      PlaneHelmholtzKernel(waveNumber: 15), cloud, 2, tolerance: tolerance, count: 4000)
  }

  @Test(arguments: zip([Cloud.uniform, .clustered, .surface, .uniform], [1e-3, 1e-6, 1e-6, 1e-9]))
  func `sums of Gaussians are within the tolerance`(cloud: Cloud, tolerance: Double) throws {
    try expectAccurate(GaussianKernel(width: 1), cloud, 3, tolerance: tolerance)
    try expectAccurate(GaussianKernel(width: 0.3), cloud, 2, tolerance: tolerance)
  }

  @Test(arguments: zip([Cloud.uniform, .clustered, .surface, .uniform], [1e-3, 1e-3, 1e-3, 1e-6]))
  func `sums of steep powers are within the tolerance`(cloud: Cloud, tolerance: Double) throws {
    try expectAccurate(InversePowerKernel(power: 4), cloud, 3, tolerance: tolerance)
    try expectAccurate(InversePowerKernel(power: 4), cloud, 2, tolerance: tolerance)
  }

  @Test(
    arguments: zip([Cloud.uniform, .clustered, .surface, .clustered], [1e-3, 1e-3, 1e-3, 1e-6]))
  func `kernels that are not even are summed through mirrored points`(
    cloud: Cloud, tolerance: Double
  ) throws {
    try expectAccurate(DipoleKernel(), cloud, 3, tolerance: tolerance)
    try expectAccurate(TiltedKernel(), cloud, 2, tolerance: tolerance)
  }

  @Test func `sums are linear in the charges`() throws {
    let n = 5000
    let sum = try FastMultipole(
      YukawaKernel(decay: 1), over: Cloud.clustered.points(n, 3, seed: 1),
      options: FastMultipoleOptions(tolerance: 1e-4, leafSize: 25))
    let (p, q): ([Double], [Double]) = (
      charges(n, seed: 2, signed: true), charges(n, seed: 3, signed: true)
    )
    let (kp, kq) = (sum.applied(to: p), sum.applied(to: q))
    let both = sum.applied(to: zip(p, q).map { 2 * $0 - 3 * $1 })
    let size = norm(both)
    #expect(norm(zip(both, zip(kp, kq)).map { $0 - (2 * $1.0 - 3 * $1.1) }) < 1e-12 * size)
  }

  @Test func `an even kernel makes a symmetric operator to round-off`() throws {
    let n = 5000
    let sum = try FastMultipole(
      LaplaceKernel(), over: Cloud.clustered.points(n, 3, seed: 4),
      options: FastMultipoleOptions(tolerance: 1e-3, leafSize: 25))
    let (p, q): ([Double], [Double]) = (
      charges(n, seed: 5, signed: true), charges(n, seed: 6, signed: true)
    )
    let kq = sum.applied(to: q)
    #expect((dot(p, kq) - dot(sum.applied(to: p), q)).magnitude < 1e-11 * norm(p) * norm(kq))
  }

  /// Conjugate gradients, which see the operator alone.
  private func solve(_ a: some LinearOperator<Double>, _ b: [Double], steps: Int) -> [Double] {
    var (x, r, p) = ([Double](repeating: 0, count: b.count), b, b)
    var rho = dot(r, r)
    for _ in 0..<steps {
      let q = a.applied(to: p)
      let alpha = rho / dot(p, q)
      axpy(alpha, p, into: &x)
      axpy(-alpha, q, into: &r)
      let next = dot(r, r)
      p = zip(r, p).map { $0 + next / rho * $1 }
      rho = next
    }
    return x
  }

  @Test func `a Krylov method solves with the operator and never sees a matrix`() throws {
    let n = 3000
    // Narrower than most points are apart, so that few steps do; positive definite in any case.
    let sum = try FastMultipole(
      GaussianKernel(width: 0.01), over: Cloud.uniform.points(n, 2, seed: 2),
      options: FastMultipoleOptions(tolerance: 1e-9, leafSize: 20))
    let wanted: [Double] = charges(n, seed: 3, signed: true)
    let b = sum.applied(to: wanted)
    let found = solve(sum, b, steps: 150)
    let left = zip(sum.directSums(of: found, at: Array(0..<n)), b).map { $0 - $1 }
    #expect(norm(left) < 1e-6 * norm(b))
  }

  @Test func `few points are summed exactly`() throws {
    let points = Cloud.uniform.points(40, 3, seed: 1)
    let sum = try FastMultipole(
      LaplaceKernel(), over: points, options: FastMultipoleOptions(tolerance: 1e-3, leafSize: 40))
    let q: [Double] = charges(40, seed: 1, signed: true)
    let found = sum.applied(to: q)
    for i in 0..<40 {
      var exact = 0.0
      for j in 0..<40 where j != i {
        let d = (0..<3).map { points[$0, i] - points[$0, j] }
        exact += q[j] / (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).squareRoot()
      }
      #expect((found[i] - exact).magnitude < 1e-12 * exact.magnitude.squareRoot() + 1e-12)
    }
    #expect(sum.levelFacts.isEmpty && sum.nearPairCount == 1600)
  }

  @Test func `a regular kernel counts a point's own charge and a singular one leaves it out`()
    throws
  {
    let point = DenseMatrix(rowCount: 2, columnCount: 1, values: [3.0, 4])
    #expect(try FastMultipole(GaussianKernel(width: 1), over: point).applied(to: [2]) == [2])
    #expect(try FastMultipole(LogarithmicKernel(), over: point).applied(to: [2]) == [0])
  }

  @Test func `points that all coincide act on nobody through a singular kernel`() throws {
    let n = 500
    let points = DenseMatrix(
      rowCount: 3, columnCount: n, values: [Double](repeating: 2, count: 3 * n))
    let sum = try FastMultipole(
      LaplaceKernel(), over: points, options: FastMultipoleOptions(leafSize: 10))
    #expect(sum.applied(to: [Double](repeating: 1, count: n)) == [Double](repeating: 0, count: n))
  }

  @Test(arguments: [1e-3, 1e-6])
  func `targets may be other points than sources`(tolerance: Double) throws {
    let sources = Cloud.clustered.points(5000, 3, seed: 1)
    let targets = Cloud.surface.points(3000, 3, seed: 2)
    let sum = try FastMultipole(
      LaplaceKernel(), from: sources, to: targets,
      options: FastMultipoleOptions(tolerance: tolerance, leafSize: 30))
    #expect(sum.rowCount == 3000 && sum.columnCount == 5000)
    #expect(sum.sampledError(of: charges(5000, seed: 3, signed: false)) <= tolerance)
    // Dense sources seen from sparse targets, and the other way around.
    let back = try FastMultipole(
      LaplaceKernel(), from: targets, to: sources,
      options: FastMultipoleOptions(tolerance: tolerance, leafSize: 30))
    #expect(back.sampledError(of: charges(3000, seed: 3, signed: false)) <= tolerance)
    let (p, q): ([Double], [Double]) = (
      charges(3000, seed: 4, signed: true), charges(5000, seed: 5, signed: true)
    )
    let kq = sum.applied(to: q)
    #expect((dot(p, kq) - dot(back.applied(to: p), q)).magnitude < tolerance * norm(p) * norm(kq))
  }

  @Test func `no bit depends on the number of threads`() throws {
    let n = 6000
    let points = Cloud.clustered.points(n, 3, seed: 3)
    let q: [Complex<Double>] = charges(n, seed: 4, signed: true)
    let before = Threads.count
    defer { Threads.count = before }
    var found: [[Complex<Double>]] = []
    for threads in [1, 2, 5] {
      Threads.count = threads
      let sum = try FastMultipole(
        HelmholtzKernel(waveNumber: 2), over: points,
        options: FastMultipoleOptions(tolerance: 1e-3, leafSize: 30))
      found.append(sum.applied(to: q))
    }
    #expect(found[0] == found[1] && found[0] == found[2])
  }

  @Test func `ranks grow with the digits, and with the width of cells in waves`() throws {
    // One pair of cubes two widths apart needs 19, 60 and 110 terms for three, six and nine digits of
    // 1/r; a cell that serves its whole far region needs more, but no multiple of three.
    let points = Cloud.uniform.points(4000, 3, seed: 5)
    for (tolerance, pair) in [(1e-3, 19), (1e-6, 60)] {
      let sum = try FastMultipole(
        LaplaceKernel(), over: points,
        options: FastMultipoleOptions(tolerance: tolerance, leafSize: 30))
      let ranks = sum.levelFacts.map(\.rank)
      #expect(Set(ranks).count == 1, "a homogeneous kernel has one rank")
      #expect(ranks[0] > pair && ranks[0] < 4 * pair)
    }
    let waves = try FastMultipole(
      HelmholtzKernel(waveNumber: 10), over: points,
      options: FastMultipoleOptions(tolerance: 1e-3, leafSize: 30))
    let ranks = waves.levelFacts.map(\.rank)
    #expect(zip(ranks, ranks.dropFirst()).allSatisfy { $0 >= $1 } && ranks[0] > 75)
  }

  @Test func `levels whose cells hold too many wavelengths are passed over`() throws {
    let n = 3000
    let points = Cloud.uniform.points(n, 2, seed: 6)
    let sum = try FastMultipole(
      PlaneHelmholtzKernel(waveNumber: 60), over: points,
      options: FastMultipoleOptions(tolerance: 1e-4, leafSize: 15, rankLimit: 40))
    #expect((sum.levelFacts.first?.level ?? 0) > 2 && !sum.levelFacts.isEmpty)
    #expect(sum.levelFacts.allSatisfy { $0.rank <= 40 })
    #expect(sum.sampledError(of: charges(n, seed: 7, signed: true)) <= 1e-4)
    let hopeless = try FastMultipole(
      PlaneHelmholtzKernel(waveNumber: 60), over: points,
      options: FastMultipoleOptions(tolerance: 1e-4, leafSize: 15, rankLimit: 3))
    #expect(hopeless.levelFacts.isEmpty && hopeless.nearPairCount == n * n)
  }

  @Test func `no points give no sums, and sources without targets are no error`() throws {
    let none = DenseMatrix<Double>(rowCount: 3, columnCount: 0)
    let some = Cloud.uniform.points(200, 3, seed: 1)
    #expect(try FastMultipole(LaplaceKernel(), over: none).applied(to: []) == [])
    #expect(
      try FastMultipole(LaplaceKernel(), from: none, to: some).applied(to: [])
        == [Double](repeating: 0, count: 200))
    #expect(
      try FastMultipole(LaplaceKernel(), from: some, to: none)
        .applied(to: [Double](repeating: 1, count: 200)) == [])
  }

  @Test func `what is no number is refused`() throws {
    var points = Cloud.uniform.points(50, 3, seed: 1)
    let sum = try FastMultipole(LaplaceKernel(), over: points)
    var q = [Double](repeating: 1, count: 50)
    q[17] = .nan
    #expect(throws: KernelSumError.chargeNotFinite(17)) { try sum.potentials(of: q) }
    #expect(throws: KernelSumError.chargeCount(found: 3, expected: 50)) {
      try sum.potentials(of: [1, 2, 3])
    }
    points[1, 33] = .infinity
    #expect(throws: KernelSumError.pointNotFinite(33)) {
      try FastMultipole(LaplaceKernel(), over: points)
    }
    #expect(throws: KernelSumError.dimension(sources: 1, targets: 1)) {
      try FastMultipole(LaplaceKernel(), over: DenseMatrix(rowCount: 1, columnCount: 9))
    }
    #expect(throws: KernelSumError.self) {
      try FastMultipole(
        LaplaceKernel(), over: DenseMatrix(rowCount: 3, columnCount: 9),
        options: FastMultipoleOptions(tolerance: 0))
    }
  }

  @Test func `a charge that is no number is seen everywhere, as in the direct sum`() throws {
    let n = 4000
    let sum = try FastMultipole(
      LaplaceKernel(), over: Cloud.uniform.points(n, 3, seed: 1),
      options: FastMultipoleOptions(tolerance: 1e-3, leafSize: 30))
    var q: [Double] = charges(n, seed: 2, signed: true)
    q[5] = .nan
    #expect(sum.applied(to: q).allSatisfy { $0.isNaN })
  }
}
