import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

/// Points and the product of linear elements on a line or a square.
private struct Grid {
  let coordinates: [Double]
  let product: InnerProduct<Double>

  /// n + 1 nodes on [−1/2, 1/2].
  init(line n: Int) {
    let h = 1 / Double(n)
    coordinates = (0...n).map { Double($0) * h - 0.5 }
    product = InnerProduct(Grid.mass(n), name: "L2")
  }

  /// (n + 1)² nodes on the unit square, bilinear.
  init(square n: Int, shift: Double = 0, seed: UInt64 = 1) {
    var random = SplitMix64(seed: seed)
    let h = 1 / Double(n)
    var places: [Double] = []
    for j in 0...n {
      for i in 0...n {
        places.append(Double(i) * h + shift * (random.unit() - 0.5))
        places.append(Double(j) * h + shift * (random.unit() - 0.5))
      }
    }
    let line = Grid.mass(n)
    var dense = DenseMatrix<Double>(
      rowCount: places.count / 2, columnCount: places.count / 2)
    func entry(_ i: Int, _ j: Int) -> Double {
      line.pattern.index(row: i, column: j).map { line.values[$0] } ?? 0
    }
    let m = n + 1
    for a in 0..<m * m {
      for b in 0..<m * m { dense[a, b] = entry(a % m, b % m) * entry(a / m, b / m) }
    }
    coordinates = places
    product = InnerProduct(sparse(dense), name: "L2")
  }

  private static func mass(_ n: Int) -> SparseMatrix<Double> {
    let h = 1 / Double(n)
    var dense = DenseMatrix<Double>(rowCount: n + 1, columnCount: n + 1)
    for cell in 0..<n {
      for (i, j, value) in [(0, 0, h / 3), (1, 1, h / 3), (0, 1, h / 6), (1, 0, h / 6)] {
        dense[cell + i, cell + j] += value
      }
    }
    return sparse(dense)
  }
}

private func sparse(_ dense: DenseMatrix<Double>) -> SparseMatrix<Double> {
  var (start, column, values): ([Int], [Int32], [Double]) = ([0], [], [])
  for i in 0..<dense.rowCount {
    for j in 0..<dense.columnCount where dense[i, j] != 0 {
      column.append(Int32(j))
      values.append(dense[i, j])
    }
    start.append(values.count)
  }
  return SparseMatrix(
    pattern: SparsityPattern(
      rowCount: dense.rowCount, columnCount: dense.columnCount, rowStart: start, column: column),
    values: values)
}

@Suite struct `Random fields` {
  /// λ = 2cσ²/(ω² + c²), c = 1/ℓ, on [−a, a]: ω tan ωa = c for even modes, tan ωa = −ω/c for odd ones;
  /// Ghanem, Spanos 1991, section 2.3.3.
  private static func exponentialVariances(_ count: Int, length: Double) -> [Double] {
    let (a, c) = (0.5, 1 / length)
    return (0..<count).map { k in
      func condition(_ w: Double) -> Double {
        k.isMultiple(of: 2)
          ? w * Double.sin(w * a) - c * Double.cos(w * a)
          : c * Double.sin(w * a) + w * Double.cos(w * a)
      }
      // ωa lies between kπ/2 and (k + 1)π/2.
      var (low, high) = (Double(k) * Double.pi / 2 / a, Double(k + 1) * Double.pi / 2 / a)
      let first = condition(low)
      for _ in 0..<200 {
        let middle = (low + high) / 2
        if condition(middle) * first > 0 { low = middle } else { high = middle }
      }
      return 2 * c / (low * low + c * c)
    }
  }

  @Test func `of the exponential kernel have the known variances, to second order in the mesh`()
    throws
  {
    let length = 0.4
    let known = Self.exponentialVariances(5, length: length)
    // Their sum over all modes is the length of the line; the first is by far the largest.
    #expect(known.reduce(0, +) < 1 && known[0] > 0.5)
    var errors: [[Double]] = []
    for n in [20, 40, 80, 160] {
      let grid = Grid(line: n)
      let field = try KarhunenLoeve(
        CovarianceKernel(.exponential, deviation: 1, lengths: [length]), at: grid.coordinates,
        in: grid.product, size: 5)
      errors.append(zip(field.variances, known).map { abs($0 - $1) / $1 })
    }
    for k in 0..<5 {
      for (coarse, fine) in zip(errors, errors.dropFirst()) {
        let order = Double.log2(coarse[k] / fine[k])
        #expect(abs(order - 2) < 0.15, "mode \(k): order \(order)")
      }
      #expect(errors[3][k] < 3e-3, "mode \(k): \(errors[3][k])")
    }
  }

  @Test(arguments: CovarianceKernel.Family.allCases)
  func `have orthonormal modes that together hold the whole variance`(
    family: CovarianceKernel.Family
  ) throws {
    let grid = Grid(square: 8)
    let kernel = CovarianceKernel(family, deviation: 3, lengths: [0.3, 0.2])
    // Of the smoothest kernel the last modes are round-off: the ten of every kernel are compared.
    let few = try KarhunenLoeve(kernel, at: grid.coordinates, in: grid.product, size: 10)
    let gram = few.modes.gramian(in: grid.product.matrix)
    #expect((gram - .identity(10)).frobeniusNorm < 1e-12)
    #expect(zip(few.variances, few.variances.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(few.unresolvedVariance <= 1.1e-10 * few.totalVariance)
    #expect(abs(few.variances.reduce(0, +) / few.totalVariance - 1) < 1e-9)
    #expect(few.share(of: 10) < 1 && few.share(of: 3) < few.share(of: 10))
    // Σ λ φ² grows from below to σ² at every node.
    let all = try KarhunenLoeve(
      kernel, at: grid.coordinates, in: grid.product,
      size: few.variances.prefix { $0 > 1e-11 * few.variances[0] }.count)
    for node in 0..<81 {
      func variance(_ field: KarhunenLoeve) -> Double {
        (0..<field.modes.columnCount).reduce(0) {
          $0 + field.variances[$1] * field.modes[node, $1] * field.modes[node, $1]
        }
      }
      #expect(variance(few) < 9)
      #expect(abs(variance(all) - 9) < 1e-6 * 9)
    }
  }

  @Test func `of low rank miss no more of a variance than they say`() throws {
    let grid = Grid(line: 300)
    let kernel = CovarianceKernel(.exponential, deviation: 2, lengths: [0.3])
    let exact = try KarhunenLoeve(kernel, at: grid.coordinates, in: grid.product, size: 6)
    var last = Double.infinity
    for rank in [10, 20, 40, 80] {
      let low = try KarhunenLoeve(
        kernel, at: grid.coordinates, in: grid.product, size: 6, rank: rank)
      #expect(low.unresolvedVariance > 0 && low.unresolvedVariance < last)
      last = low.unresolvedVariance
      for (found, known) in zip(low.variances.prefix(6), exact.variances) {
        #expect(found <= known * (1 + 1e-12) && found >= known - low.unresolvedVariance)
      }
      #expect(
        abs(low.variances.reduce(0, +) + low.unresolvedVariance - exact.totalVariance)
          < 1e-12 * exact.totalVariance)
    }
  }

  @Test func `keep their modes under rounding where variances are equal`() throws {
    // The two axes of the square are alike: the second variance is double.
    let kernel = CovarianceKernel(.squaredExponential, deviation: 1, lengths: [0.5, 0.5])
    let first = Grid(square: 6)
    let field = try KarhunenLoeve(kernel, at: first.coordinates, in: first.product, size: 6)
    #expect(abs(field.variances[1] / field.variances[2] - 1) < 1e-10)
    for seed in 1...4 {
      let grid = Grid(square: 6, shift: 1e-13, seed: UInt64(seed))
      let other = try KarhunenLoeve(kernel, at: grid.coordinates, in: first.product, size: 6)
      #expect((field.modes - other.modes).frobeniusNorm < 1e-8)
      // A size that cuts the pair takes the first of the same two.
      let cut = try KarhunenLoeve(kernel, at: grid.coordinates, in: first.product, size: 2)
      #expect((field.modes.columns(0..<2) - cut.modes).frobeniusNorm < 1e-8)
    }
    for k in 0..<6 {
      let column = field.modes.column(k)
      let largest = column.map(abs).max() ?? 0
      #expect(column.first { abs($0) > (1 - 1e-7) * largest } ?? -1 > 0)
    }
  }

  @Test func `are the same to the last bit on any number of threads`() throws {
    let grid = Grid(line: 400)
    let kernel = CovarianceKernel(.matern32, deviation: 1, lengths: [0.1])
    let given = Threads.count
    defer { Threads.count = given }
    var found: [[Double]] = []
    for count in [1, 2, 4] {
      Threads.count = count
      found.append(
        try KarhunenLoeve(kernel, at: grid.coordinates, in: grid.product, size: 8).modes.values)
    }
    #expect(found[0] == found[1] && found[0] == found[2])
  }

  @Test func `of samples have their mean and their covariance`() throws {
    let grid = Grid(line: 30)
    var random = SeededRandom(seed: 7)
    let samples = DenseMatrix(
      rowCount: 31, columns: (0..<6).map { _ in (0..<31).map { _ in 5 + random.uniform() } })
    let field = try KarhunenLoeve(samples: samples, in: grid.product, size: 5)
    let mean = try #require(field.mean)
    for node in 0..<31 {
      let row = samples.rows(node..<node + 1).values
      let average = row.reduce(0, +) / 6
      #expect(abs(mean[node] - average) < 1e-14 * 6)
      let square = row.reduce(0) { $0 + ($1 - average) * ($1 - average) } / 5
      let found = (0..<5).reduce(0) {
        $0 + field.variances[$1] * field.modes[node, $1] * field.modes[node, $1]
      }
      #expect(abs(found - square) < 1e-12)
    }
    #expect(abs(field.share(of: 5) - 1) < 1e-12 && field.unresolvedVariance == 0)
    #expect((field.modes.gramian(in: grid.product.matrix) - .identity(5)).frobeniusNorm < 1e-12)
    #expect(throws: RandomFieldError.tooManyModes(asked: 6, available: 5)) {
      try KarhunenLoeve(samples: samples, in: grid.product, size: 6)
    }
    var bad = samples
    bad[3, 2] = .nan
    #expect(throws: RandomFieldError.self) {
      try KarhunenLoeve(samples: bad, in: grid.product, size: 2)
    }
  }

  @Test func `have the correlations of their kernels`() {
    // Computed with other means.
    let known: [(CovarianceKernel.Family, Double)] = [
      (.squaredExponential, 0.6065306597126334), (.exponential, 0.36787944117144233),
      (.matern32, 0.4833577245965077), (.matern52, 0.5239941088318203),
    ]
    for (family, value) in known {
      let kernel = CovarianceKernel(family, deviation: 2, lengths: [0.5, 4])
      // r = 1: half a unit along x, or 0.3 and 3.2: 0.6² + 0.8².
      #expect(abs(kernel([0, 0], [0.5, 0]) - 4 * value) < 1e-14)
      #expect(abs(kernel([1, -1], [1.3, 2.2]) - 4 * value) < 1e-14)
      #expect(kernel([1, 2], [1, 2]) == 4)
    }
  }

  @Test func `leave a semidefinite rest beside a pivoted factor`() throws {
    let points = Grid(line: 60).coordinates
    let kernel = CovarianceKernel(.exponential, deviation: 1, lengths: [0.2])
    let cholesky = try PivotedCholesky(
      diagonal: [Double](repeating: 1, count: 61), weights: [Double](repeating: 1, count: 61),
      tolerance: 0, rank: 12
    ) { p in points.map { kernel([$0], [points[p]]) } }
    #expect(cholesky.pivots.count == 12 && Set(cholesky.pivots).count == 12)
    var rest = cholesky.factor * cholesky.factor.transposed()
    for i in 0..<61 {
      for j in 0..<61 { rest[i, j] = kernel([points[i]], [points[j]]) - rest[i, j] }
    }
    for p in cholesky.pivots { #expect(norm(rest.column(p)) < 1e-13) }
    let least = try SymmetricEigen(rest).values[0]
    #expect(least > -1e-13)
  }
}

@Suite struct `Normal axes` {
  private static func space(_ range: ClosedRange<Double>, size: Int = 2) throws -> ParameterSpace {
    try ParameterSpace(axes: [ParameterAxis(name: "xi", size: size, range: range, scale: .normal)])
  }

  @Test(arguments: [Sampling.random, .logRandom, .halton, .latinHypercube])
  func `spread as a truncated normal number does`(sampling: Sampling) throws {
    // Mean 0; variance 1 − 2bφ(b)/(2Φ(b) − 1).
    for (b, variance) in [(3.0, 0.9733370), (1.0, 0.2911251)] {
      let points = try sampling.points(count: 4000, seed: 3, in: Self.space(-b...b))
      for k in 0..<2 {
        let values = points.map { $0[k] }
        let mean = values.reduce(0, +) / 4000
        let square = values.reduce(0) { $0 + $1 * $1 } / 4000
        // Four deviations of independent draws.
        #expect(abs(mean) < 4 * (variance / 4000).squareRoot())
        #expect(abs(square - variance) < 4 * variance * (2 / 4000.0).squareRoot())
        #expect(values.allSatisfy { (-b...b).contains($0) })
      }
    }
  }

  @Test func `have the quantiles of the normal distribution`() throws {
    let space = try Self.space(-40...40, size: 1)
    // Tables: Φ(1.959963984540054) = 0.975.
    #expect(abs(space.parameter(at: [0.975])[0] - 1.959963984540054) < 1e-12)
    #expect(space.parameter(at: [0.5])[0] == 0 && space.reference[0] == 0)
    for range in [-3.0...3, -1...4, 2...9, 30...31, -7 ... -5] {
      let space = try Self.space(range, size: 1)
      #expect(space.parameter(at: [0])[0] == range.lowerBound)
      #expect(space.parameter(at: [1])[0] == range.upperBound)
      for s in [1e-6, 0.1, 0.37, 0.5, 0.9, 0.9999] {
        let x = space.parameter(at: [s])
        #expect(abs(space.scaledCoordinates(of: x)[0] - s) < 1e-9, "\(range), \(s)")
      }
    }
    let (right, left) = (try Self.space(5...7, size: 1), try Self.space(-7 ... -5, size: 1))
    #expect(abs(right.parameter(at: [0.25])[0] + left.parameter(at: [0.75])[0]) < 1e-12)
  }

  @Test func `refuse ranges without probability`() {
    #expect(throws: ParameterSpaceError.noProbability(name: "xi", range: 40...50)) {
      try Self.space(40...50)
    }
  }
}
