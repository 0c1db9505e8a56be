import ComplexModule
import Krylov
import LinearAlgebra
import RealModule
import TestSupport
import Testing

@Suite struct IncompleteFactorizationTests {
  @Test(arguments: [FactorPrecision.single, .double])
  func `incomplete Cholesky factors obey the laws, real and complex`(
    precision: FactorPrecision
  ) throws {
    let a = Model.darcy(side: 31)
    let m = try IncompleteCholesky(a, precision: precision)
    #expect(m.precision == precision)
    checkLaws(of: m)
    checkRealPath(m, try IncompleteCholesky(Model.complex(a), precision: precision))
    checkLaws(of: try IncompleteCholesky(Model.magnetic(side: 30), precision: precision))
    let (with, without) = iterations(a, m)
    #expect(3 * with < without)
  }

  @Test func `without fill the factors of a tridiagonal matrix are exact`() throws {
    for n in [1, 2, 3, 50, 51] {
      let a = Model.line(n)
      let x: [Double] = randomVector(n, seed: 3)
      let m = try IncompleteCholesky(a, precision: .double)
      #expect(distance(m.applied(to: a * x), x) <= 1e-13)
      #expect(m.shift == 0)
      let b = Model.line(n, convection: 0.3)
      let lu = try IncompleteLU(b)
      #expect(distance(lu.applied(to: b * x), x) <= 1e-13)
      #expect(lu.replacedPivots == 0)
    }
  }

  @Test func `the product of the factors is A where A has entries`() throws {
    // M = M₁ M₁ᴴ, each column of M from the inverse maps of a dense check.
    let a = Model.magnetic(side: 5)
    let n = a.rowCount
    let m = try IncompleteCholesky(a, precision: .double)
    var inverse = DenseMatrix<Complex<Double>>(rowCount: n, columnCount: n)
    for j in 0..<n {
      inverse.setColumn(j, m.applied(to: (0..<n).map { $0 == j ? Complex(1) : .zero }))
    }
    let product = try LU(inverse).solve(DenseMatrix.identity(n))
    for k in a.values.indices {
      let (i, j) = a.pattern.place(ofEntry: k)
      #expect((product[i, j] - a.values[k]).length <= 1e-10 * a[i, i].length)
    }
  }

  @Test func `a pivot that fails makes a shift, and the factors stay definite`() throws {
    // Kershaw's matrix: positive definite, but its incomplete pivot is negative.
    let a = SparseMatrix(
      rowCount: 4, columnCount: 4, rows: [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3],
      columns: [0, 1, 3, 0, 1, 2, 1, 2, 3, 0, 2, 3],
      entries: [3.0, -2, 2, -2, 3, -2, -2, 3, -2, 2, -2, 3])
    let m = try IncompleteCholesky(a)
    #expect(m.shift > 0 && m.shift < 1)
    checkLaws(of: m)
    #expect(throws: FactorizationError.notPositiveDefinite(pivot: 2)) {
      var b = a
      b.values[7] = -3
      _ = try IncompleteCholesky(b)
    }
  }

  /// −Δ with five points, its unknowns in another order.
  func reordered(side: Int, _ order: [Int]) -> SparseMatrix<Double> {
    let a = FivePointGrid(side: side).laplacian()
    var place = [Int](repeating: 0, count: a.rowCount)
    for (new, old) in order.enumerated() { place[old] = new }
    let places = a.values.indices.map { a.pattern.place(ofEntry: $0) }
    return SparseMatrix(
      rowCount: a.rowCount, columnCount: a.rowCount, rows: places.map { Int32(place[$0.row]) },
      columns: places.map { Int32(place[$0.column]) }, entries: a.values)
  }

  @Test func `modified factors obey the laws and keep what A does to a constant`() throws {
    let a = Model.darcy(side: 31)
    let m = try IncompleteCholesky(a, modification: 0.99)
    #expect(m.isModified && m.shift == 0)
    checkLaws(of: m)
    checkRealPath(m, try IncompleteCholesky(Model.complex(a), modification: 0.99))
    // M 1 = A 1 but for the part 1 − ω of the fill: M⁻¹ A 1 → 1.
    let ones = [Double](repeating: 1, count: a.rowCount)
    let image = a * ones
    let distances = try [0, 0.9, 0.999, 1 - 1e-9].map { omega in
      distance(
        try IncompleteCholesky(a, modification: omega, precision: .double).applied(to: image), ones)
    }
    #expect(distances[0] > distances[1] && distances[1] > distances[2] && distances[3] <= 1e-5)
  }

  @Test func `iterations with modified factors grow with the root of the points along a side`()
    throws
  {
    let counts = try [24, 48, 96].map { side in
      let a = Model.darcy(side: side)
      return (
        iterations(a, try IncompleteCholesky(a)).with,
        iterations(a, try IncompleteCholesky(a, modification: 0.99)).with
      )
    }
    // Twice the points a side: 1.9 and 1.4 to 1.6 times the iterations.
    #expect(counts.allSatisfy { 4 * $0.1 < 3 * $0.0 })
    #expect(Double(counts[2].0) > 3.2 * Double(counts[0].0))
    #expect(Double(counts[2].1) < 2.7 * Double(counts[0].1))
    #expect(2 * counts[2].1 < counts[2].0)
  }

  @Test
  func `what does not suit modified factors is said, and IC(0) made where they may not exist`()
    throws
  {
    let n = 40
    let grid = FivePointGrid(side: n)
    #expect(grid.laplacian().suitsModifiedFactors())
    #expect(Model.darcy(side: n).suitsModifiedFactors())
    #expect(Model.complex(Model.darcy(side: n)).suitsModifiedFactors())
    // Half of the unknowns first, which have no neighbours among themselves.
    let (red, black) = ((0..<n * n).filter { ($0 % n + $0 / n) % 2 == 0 }, (0..<n * n))
    let redBlack = red + black.filter { ($0 % n + $0 / n) % 2 == 1 }
    #expect(!reordered(side: n, redBlack).suitsModifiedFactors())
    #expect(reordered(side: n, Array((0..<n * n).reversed())).suitsModifiedFactors())
    // Coefficients that jump from point to point, or between two halves.
    var random = SeededRandom(seed: 4)
    let rough = (0..<n * n).map { _ in random.uniform() < 0 ? 1.0 : 1e5 }
    #expect(!grid.diffusion(rough).suitsModifiedFactors())
    #expect(grid.diffusion((0..<n * n).map { $0 % n < 20 ? 1 : 1e5 }).suitsModifiedFactors())
    // Positive entries, complex ones, no dominance.
    #expect(!grid.helmholtz(squaredWaveNumber: rough).suitsModifiedFactors())
    #expect(!Model.magnetic(side: n).suitsModifiedFactors())
    var mixed = grid.laplacian()
    mixed.values[1] = -mixed.values[1]
    mixed.values[mixed.pattern.index(row: 1, column: 0) ?? 0] = mixed.values[1]
    #expect(!mixed.suitsModifiedFactors())
    let m = try IncompleteCholesky(mixed, modification: 0.99)
    #expect(!m.isModified)
    let x: [Double] = randomVector(n * n, seed: 3)
    #expect(try m.applied(to: x) == IncompleteCholesky(mixed).applied(to: x))
    // The lower triangle alone.
    let line = Model.line(5)
    let lower = line.values.indices.map { line.pattern.place(ofEntry: $0) }
    let kept = lower.indices.filter { lower[$0].column <= lower[$0].row }
    let half = SparseMatrix(
      rowCount: 5, columnCount: 5, rows: kept.map { Int32(lower[$0].row) },
      columns: kept.map { Int32(lower[$0].column) }, entries: kept.map { line.values[$0] })
    #expect(try !IncompleteCholesky(half, modification: 0.5).isModified)
  }

  @Test(arguments: [28, 56])
  func `modified factors that are trusted take few iterations, whatever order and medium`(
    side n: Int
  ) throws {
    let media = RandomMedia(side: n)
    var (trusted, saved) = (0, 0.0)
    func check(_ a: SparseMatrix<Double>, _ name: String) throws {
      guard a.suitsModifiedFactors() else { return }
      let plain = steps(a, try IncompleteCholesky(a))
      let modified = steps(a, try IncompleteCholesky(a, modification: 0.99))
      #expect(Double(modified) <= 1.2 * Double(plain), "\(name): \(modified), IC(0) \(plain)")
      (trusted, saved) = (trusted + 1, saved + 1 - Double(modified) / Double(plain))
    }
    for (order, numbers) in media.orders {
      for (stencil, a) in media.stencils { try check(media.reordered(a, numbers), stencil + order) }
    }
    for grain in [1, 2, 3, 4, 6, 8, 16] {
      for contrast in [10, 1e2, 1e3, 1e4, 1e6] {
        let a = media.grains(of: grain, contrast: contrast)
        try check(a, "grains of \(grain), \(contrast)")
        if let order = media.orders["curve"] {
          try check(media.reordered(a, order), "grains of \(grain), \(contrast) along a curve")
        }
      }
      for deviation in [1.0, 2, 3, 5] {
        try check(
          media.smooth(length: grain, deviation: deviation), "log-normal \(grain), \(deviation)")
      }
    }
    // Many are trusted, and that pays.
    #expect(trusted >= n && saved > 0.2 * Double(trusted), "\(trusted), \(saved)")
    let scattered = ["random", "boxes", "colours", "lines"].compactMap { media.orders[$0] }
    #expect(scattered.count == 4)
    for order in scattered {
      for (_, a) in media.stencils {
        #expect(!media.reordered(a, order).suitsModifiedFactors())
      }
    }
  }

  /// The iterations of conjugate gradients to 10⁻⁸.
  private func steps<M: Preconditioner<Double>>(_ a: SparseMatrix<Double>, _ m: M) -> Int {
    var rule = StoppingRule()
    rule.iterations = 20_000
    var x = [Double](repeating: 0, count: a.rowCount)
    var solver = ConjugateGradients<Double>(order: a.rowCount)
    let report = solver.solve(
      a, randomVector(a.rowCount, seed: 5), from: &x, preconditioner: m, until: rule)
    #expect(report.status == .converged)
    return report.iterations
  }

  @Test func `single precision is left where entries do not fit`() throws {
    var a = Model.line(6)
    a.values[a.pattern.index(row: 3, column: 2) ?? 0] = -1e-40
    a.values[a.pattern.index(row: 2, column: 3) ?? 0] = -1e-40
    #expect(try IncompleteCholesky(a).precision == .double)
  }

  @Test func `factors of the same pattern are those made anew`() throws {
    let (a, b) = (Model.darcy(side: 12), Model.darcy(side: 12, contrast: 1))
    let same = SparseMatrix(pattern: a.pattern, values: b.values)
    let x: [Double] = randomVector(144, seed: 2)
    var cholesky = try IncompleteCholesky(a)
    try cholesky.refactorize(same)
    #expect(try cholesky.applied(to: x) == IncompleteCholesky(same).applied(to: x))
    var modified = try IncompleteCholesky(a, modification: 0.9)
    try modified.refactorize(same)
    #expect(
      try modified.applied(to: x) == IncompleteCholesky(same, modification: 0.9).applied(to: x))
    var lu = try IncompleteLU(a)
    try lu.refactorize(same)
    #expect(try lu.applied(to: x) == IncompleteLU(same).applied(to: x))
    var threshold = try IncompleteLU(a, dropTolerance: 0.01, fill: 10)
    let first = threshold.applied(to: x)
    try threshold.refactorize(same)
    try threshold.refactorize(a)
    #expect(threshold.applied(to: x) == first)
  }

  @Test func `incomplete LU factors obey the laws, real and complex`() throws {
    let grid = FivePointGrid(side: 20)
    let a = grid.convection(stream: GaussianField(seed: 4).values(on: grid).map { 40 * $0 })
    let m = try IncompleteLU(a)
    checkLaws(of: m)
    checkLaws(of: try IncompleteLU(a, precision: .single))
    checkRealPath(m, try IncompleteLU(Model.complex(a)))
    checkLaws(of: try IncompleteLU(Model.magnetic(side: 14), dropTolerance: 1e-3, fill: 8))
    // On a Hermitian matrix both incomplete factorizations are the same.
    let b = Model.magnetic(side: 14)
    let x: [Complex<Double>] = randomVector(b.rowCount, seed: 8)
    let (lu, cholesky) = (try IncompleteLU(b), try IncompleteCholesky(b, precision: .double))
    #expect(distance(lu.applied(to: x), cholesky.applied(to: x)) <= 1e-13)
  }

  @Test func `modified LU factors obey the laws and keep what A does to a constant`() throws {
    let grid = FivePointGrid(side: 31)
    func flow(_ speed: Double) -> SparseMatrix<Double> {
      grid.convection(stream: GaussianField(seed: 4).values(on: grid).map { speed * $0 })
    }
    let a = flow(10)
    let m = try IncompleteLU(a, modification: 0.99)
    #expect(m.isModified && m.replacedPivots == 0)
    checkLaws(of: m)
    checkRealPath(m, try IncompleteLU(Model.complex(a), modification: 0.99))
    let ones = [Double](repeating: 1, count: a.rowCount)
    let image = a * ones
    let distances = try [0, 0.9, 0.999, 1 - 1e-9].map { omega in
      distance(try IncompleteLU(a, modification: omega).applied(to: image), ones)
    }
    #expect(distances[0] > distances[1] && distances[1] > distances[2] && distances[3] <= 1e-5)
    // On a symmetric matrix they are those of Cholesky.
    let x: [Double] = randomVector(a.rowCount, seed: 3)
    let even = Model.darcy(side: 31)
    #expect(
      distance(
        try IncompleteLU(even, modification: 0.9).applied(to: x),
        try IncompleteCholesky(even, modification: 0.9, precision: .double).applied(to: x)) <= 1e-13
    )
    // Where pivots may fail there are none.
    var mixed = a
    mixed.values[1] = -mixed.values[1]
    let other = try IncompleteLU(mixed, modification: 0.9)
    #expect(!other.isModified)
    #expect(try other.applied(to: x) == IncompleteLU(mixed).applied(to: x))
    // Closed lines of flow that is too fast leave nothing smooth.
    #expect(a.suitsModifiedFactors() && !flow(200).suitsModifiedFactors())
    // Half of the places have no mirror image.
    let line = Model.line(50, convection: 1)
    let kept = line.values.indices.filter { line.values[$0] != 0 }
    let places = kept.map { line.pattern.place(ofEntry: $0) }
    let down = SparseMatrix(
      rowCount: 50, columnCount: 50, rows: places.map { Int32($0.row) },
      columns: places.map { Int32($0.column) }, entries: kept.map { line.values[$0] })
    #expect(!down.suitsModifiedFactors())
  }

  @Test func `with all fill nothing is incomplete, and less fill is less exact`() throws {
    let grid = FivePointGrid(side: 9)
    let a = grid.convection(stream: GaussianField(seed: 4).values(on: grid).map { 40 * $0 })
    let x: [Double] = randomVector(81, seed: 6)
    let whole = try IncompleteLU(a, dropTolerance: 0, fill: 81)
    #expect(distance(whole.applied(to: a * x), x) <= 1e-12)
    let errors = try [1e-1, 1e-2, 1e-4].map {
      distance(try IncompleteLU(a, dropTolerance: $0, fill: 81).applied(to: a * x), x)
    }
    #expect(errors[0] > errors[1] && errors[1] > errors[2] && errors[2] > 1e-12)
    let narrow = try IncompleteLU(a, dropTolerance: 0, fill: 3)
    #expect(narrow.factorEntryCount <= 81 * 7 && narrow.factorEntryCount < whole.factorEntryCount)
  }

  @Test func `a pivot of zero is replaced and counted`() throws {
    let a = SparseMatrix(
      rowCount: 2, columnCount: 2, rows: [0, 0, 1, 1], columns: [0, 1, 0, 1],
      entries: [0.0, 1, 1, 1])
    let m = try IncompleteLU(a)
    #expect(m.replacedPivots == 1)
    #expect(m.applied(to: [1, 1]).allSatisfy { $0.isFinite })
  }
}
