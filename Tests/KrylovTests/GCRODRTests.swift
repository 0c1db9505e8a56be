import ComplexModule
import Krylov
import LinearAlgebra
import RealModule
import TestSupport
import Testing

@Suite struct GCRODRTests {
  let n = ModelSystems.grid.count

  @Test func `without recycled vectors it is restarted GMRES step by step`() {
    let (a, b) = (ModelSystems.nonsymmetric, ModelSystems.vector(seed: 1, count: n))
    let m = AbsoluteDiagonal(a)
    var (gmres, recycling) = (
      GMRES<Double>(order: n, restart: 12), GCRODR<Double>(order: n, restart: 12, recycled: 0)
    )
    let (first, second) = (
      gmres.solve(a, b, preconditioner: m).report, recycling.solve(a, b, preconditioner: m).report
    )
    #expect(first.iterations > 24)
    #expect(first.iterations == second.iterations)
    let distance = zip(first.history, second.history).map { ($0 - $1).magnitude / $0 }.max() ?? 0
    #expect(distance <= 1e-7)
  }

  @Test func `the recycled space and its orthonormal image belong together`() {
    let a = ModelSystems.nonsymmetric
    let m = AbsoluteDiagonal(a)
    var solver = GCRODR<Double>(order: n, restart: 20, recycled: 6)
    for seed in 1...4 as ClosedRange<UInt64> {
      _ = solver.solve(a, ModelSystems.vector(seed: seed, count: n), preconditioner: m)
      let (u, c) = (solver.recycledSpace!, solver.recycledImage)
      #expect((c.adjointTimes(c) - .identity(c.columnCount)).frobeniusNorm <= 1e-13)
      for j in 0..<u.columnCount {
        let image = a * u.column(j)
        #expect(norm(zip(image, c.column(j)).map { $0 - $1 }) <= 1e-11)
      }
    }
  }

  @Test func `complex spaces keep their invariants too`() {
    let a = ModelSystems.complexSymmetric
    var solver = GCRODR<Complex<Double>>(order: n, restart: 30, recycled: 8)
    let rule = StoppingRule(relative: 1e-9)
    for seed in 1...3 as ClosedRange<UInt64> {
      let report = solver.solve(
        a, ModelSystems.complexVector(seed: seed, count: n), until: rule
      ).report
      #expect(report.status == .converged)
      let (u, c) = (solver.recycledSpace!, solver.recycledImage)
      #expect((c.adjointTimes(c) - .identity(c.columnCount)).frobeniusNorm <= 1e-13)
      #expect((a * u - c).frobeniusNorm <= 1e-11)
    }
  }

  @Test func `real and complex arithmetic take the same steps on real data`() {
    let (a, b) = (ModelSystems.definite, ModelSystems.vector(seed: 2, count: n))
    let complex = SparseMatrix(pattern: a.pattern, values: a.values.map { Complex($0, 0) })
    var (real, other) = (
      GCRODR<Double>(order: n, restart: 20, recycled: 6),
      GCRODR<Complex<Double>>(order: n, restart: 20, recycled: 6)
    )
    // Symmetric: no conjugate pairs, the same space in both.
    for shift in 0..<3 {
      let right = b.map { $0 + Double(shift) }
      let first = real.solve(a, right).report
      let second = other.solve(complex, right.map { Complex($0, 0) }).report
      #expect(abs(first.iterations - second.iterations) <= 1)
      #expect(first.status == second.status)
    }
  }

  @Test func `a space that holds the solution leaves nothing to iterate`() {
    // Ten of the eigenvectors of a diagonal matrix make up b; the space learns them.
    let n = 100
    let indices = (0..<Int32(n)).map { $0 }
    let a = SparseMatrix(
      rowCount: n, columnCount: n, rows: indices, columns: indices,
      entries: (0..<n).map { 1 + Double($0) })
    var solver = GCRODR<Double>(order: n, restart: 20, recycled: 10)
    var b = [Double](repeating: 0, count: n)
    for i in 0..<11 { b[i] = 1 }
    let rule = StoppingRule(relative: 1e-10)
    let first = solver.solve(a, b, until: rule).report
    #expect(first.status == .converged)
    var second = b
    for i in 0..<8 { second[i] = 1 + Double(i) }
    for i in 8..<11 { second[i] = 0 }
    let report = solver.solve(a, second, until: rule).report
    #expect(report.status == .converged)
    // What is left of the eleventh vector costs at most a few steps; without a space it takes eight.
    #expect(report.iterations <= 3)
  }

  @Test func `deflation makes the second solve with one matrix no slower`() {
    let a = ModelSystems.definite
    var solver = GCRODR<Double>(order: n, restart: 30, recycled: 10)
    var deflated = GMRES<Double>(order: n, restart: 20)
    _ = solver.solve(a, ModelSystems.vector(seed: 3, count: n))
    solver.change = .rightHandSide
    let b = ModelSystems.vector(seed: 4, count: n)
    let (second, plain) = (solver.solve(a, b).report, deflated.solve(a, b).report)
    #expect(second.iterations <= plain.iterations)
    #expect(second.products <= second.iterations + 3)
  }

  @Test func `scaling the right-hand side scales the solution and nothing else`() {
    let (a, b) = (ModelSystems.nonsymmetric, ModelSystems.vector(seed: 5, count: n))
    var (one, other) = (GCRODR<Double>(order: n), GCRODR<Double>(order: n))
    // A power of two: every bit is the same.
    let first = one.solve(a, b)
    let second = other.solve(a, b.map { 1024 * $0 })
    #expect(first.report.history == second.report.history)
    #expect(first.x.map { 1024 * $0 } == second.x)
  }

  @Test func `iterations fall along a sequence of slowly varying matrices`() {
    let grid = FivePointGrid(side: 32)
    let (base, change) = (
      GaussianField(seed: 1).values(on: grid), GaussianField(seed: 2).values(on: grid)
    )
    var (gmres, recycling) = (
      GMRES<Double>(order: grid.count), GCRODR<Double>(order: grid.count)
    )
    var (plain, recycled) = ([Int](), [Int]())
    let b = [Double](repeating: 1, count: grid.count)
    for step in 0..<10 {
      let a = grid.diffusion(
        zip(base, change).map { Double.exp(2 * ($0 + 0.02 * Double(step) * $1)) })
      let m = AbsoluteDiagonal(a)
      plain.append(gmres.solve(a, b, preconditioner: m).report.products)
      let report = recycling.solve(a, b, preconditioner: m).report
      #expect(report.status == .converged)
      recycled.append(report.products)
    }
    // Products count the ten of each new matrix; measured here 265 and 97.
    #expect(recycled.dropFirst(2).allSatisfy { 2 * $0 < plain[0] })
  }

  @Test(arguments: [3, 4]) func `an exhausted cycle leaves the eigenvectors of smallest modulus`(
    recycled: Int
  ) throws {
    // Triangular with eigenvalues 1, …, 24; the second solve deflates and is exhausted again.
    let n = 24
    var random = SeededRandom(seed: 9)
    var (rows, columns, entries) = ([Int32](), [Int32](), [Double]())
    for i in 0..<n {
      for j in i..<n {
        rows.append(Int32(i))
        columns.append(Int32(j))
        entries.append(i == j ? Double(i + 1) : 0.3 * random.uniform())
      }
    }
    let a = SparseMatrix(
      rowCount: n, columnCount: n, rows: rows, columns: columns, entries: entries)
    var solver = GCRODR<Double>(order: n, restart: n, recycled: recycled)
    for seed in 1...3 as ClosedRange<UInt64> {
      _ = solver.solve(
        a, ModelSystems.vector(seed: seed, count: n), until: StoppingRule(relative: 1e-15))
      let (u, c) = (try #require(solver.recycledSpace), solver.recycledImage)
      #expect(u.columnCount == recycled)
      #expect((a * u - c).frobeniusNorm < 1e-11)
      // A U = U H, and H has the eigenvalues 1, …, k.
      let q = try QR(u).q
      let h = q.adjointTimes(a * q)
      #expect((a * q - q * h).frobeniusNorm < 1e-8)
      let found = try NonsymmetricEigen(h).values.map(\.real).sorted()
      for (k, value) in found.enumerated() { #expect((value - Double(k + 1)).magnitude < 1e-8) }
    }
  }

  @Test func `any number of threads gives the same bits, over chunks that do not divide the rows`()
  {
    let grid = FivePointGrid(side: 71)
    let fields = (1...3).map { GaussianField(seed: $0).values(on: grid) }
    let b = [Double](repeating: 1, count: grid.count)
    func solve() -> ([[Double]], [Double]) {
      var solver = GCRODR<Double>(order: grid.count, restart: 20, recycled: 6)
      let xs = fields.map { g in
        let a = grid.diffusion(g.map { Double.exp(2 * $0) })
        return solver.solve(a, b, preconditioner: AbsoluteDiagonal(a)).x
      }
      return (xs, solver.recycledSpace?.values ?? [])
    }
    let before = Threads.count
    defer { Threads.count = before }
    Threads.count = 1
    let one = solve()
    Threads.count = 3
    let three = solve()
    #expect(one.0 == three.0)
    #expect(!one.1.isEmpty && one.1 == three.1)
  }
}
