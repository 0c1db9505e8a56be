import ComplexModule
import Krylov
import LinearAlgebra
import RealModule
import TestSupport
import Testing

/// The first benchmark of "Learning to relax": the five-point matrix of 10 × 10 nodes with random shifts.
private struct ShiftedSystems {
  static let grid = FivePointGrid(side: 10)
  static let arms = (0..<20).map { 1 + 0.95 * Double($0) / 19 }
  static let contexts = -0.15...0.45
  let shifts: [Double]
  let loads: [[Double]]
  private let laplacian: SparseMatrix<Double>

  /// Shifts −0.15 + 0.6 Beta(a, b) by Jöhnk's method, loads normal and not longer than √n.
  init(count: Int, beta: (Double, Double), seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let h = Self.grid.spacing
    laplacian = (h * h) * Self.grid.laplacian()
    shifts = (0..<count).map { _ in
      while true {
        let x = Double.pow(random.uniform(0...1), 1 / beta.0)
        let y = Double.pow(random.uniform(0...1), 1 / beta.1)
        if x + y <= 1, x + y > 0 { return -0.15 + 0.6 * x / (x + y) }
      }
    }
    loads = (0..<count).map { _ in
      while true {
        let b = (0..<100).map { _ in
          (-2 * Double.log(random.uniform(1e-300...1))).squareRoot()
            * Double.cos(2 * .pi * random.uniform(0...1))
        }
        if norm(b) <= 10 { return b }
      }
    }
  }

  func iterations(_ t: Int, omega: Double) -> Double {
    var a = laplacian
    for i in 0..<100 {
      if let k = a.pattern.index(row: i, column: i) { a.values[k] += shifts[t] }
    }
    var x = [Double](repeating: 0, count: 100)
    let report = SuccessiveOverrelaxation(omega: omega).solve(a, loads[t], from: &x)
    return Double(max(1, report.iterations))
  }

  func meanIterations(omega: Double) -> Double {
    shifts.indices.reduce(0) { $0 + iterations($1, omega: omega) } / Double(shifts.count)
  }

  func meanIterations<C: ArmSelection>(_ chooser: C, from first: Int = 0) -> Double {
    var chooser = chooser
    var total = 0.0
    for t in shifts.indices {
      let cost = iterations(t, omega: Self.arms[chooser.choose(context: shifts[t])])
      chooser.observe(cost: cost)
      if t >= first { total += cost }
    }
    return total / Double(shifts.count - first)
  }

  /// ω of the fastest convergence for each system.
  var meanOfBest: Double {
    let rho = 4 * Double.cos(.pi / 11)
    return shifts.indices.reduce(0) { sum, t in
      sum
        + iterations(
          t, omega: SuccessiveOverrelaxation.best(jacobiRadius: rho / (4 + shifts[t])).omega)
    } / Double(shifts.count)
  }
}

@Suite struct RelaxationTests {
  @Test func `over-relaxation needs the iterations that Young's theory foretells`() {
    // The radius of the iteration with the best ω is ω − 1.
    let grid = FivePointGrid(side: 30)
    let a = grid.laplacian()
    let best = SuccessiveOverrelaxation.best(jacobiRadius: Double.cos(.pi / 31))
    var counts: [Int] = []
    for omega in [1, best.omega] {
      var x = [Double](repeating: 0, count: 900)
      let b = [Double](repeating: 1, count: 900)
      let report = SuccessiveOverrelaxation(omega: omega).solve(a, b, from: &x)
      #expect(report.status == .converged)
      #expect(distance(a * x, b) <= 1e-8)
      counts.append(report.iterations)
    }
    // Gauss–Seidel: log 10⁻⁸ / log cos²(π/31) = 1789.
    #expect((Double(counts[0]) / 1789 - 1).magnitude < 0.1)
    // A Jordan block delays the best ω by a logarithm.
    let asymptotic = Double.log(1e-8) / Double.log(best.omega - 1)
    #expect(Double(counts[1]) > asymptotic && Double(counts[1]) < 1.6 * asymptotic)
  }

  @Test func `over-relaxation solves complex Hermitian systems, and real ones alike`() {
    let a = Model.magnetic(side: 8)
    let exact: [Complex<Double>] = randomVector(64, seed: 1)
    var x = exact.map { _ in Complex<Double>.zero }
    let rule = StoppingRule(relative: 1e-12)
    let method = SuccessiveOverrelaxation(omega: 1.5)
    #expect(method.solve(a, a * exact, from: &x, until: rule).status == .converged)
    #expect(distance(x, exact) <= 1e-10)
    let real = Model.darcy(side: 8)
    let b: [Double] = randomVector(64, seed: 2)
    var (y, z) = (b, b.map { Complex($0) })
    let one = method.solve(real, b, from: &y, until: rule)
    let two = method.solve(Model.complex(real), b.map { Complex($0) }, from: &z, until: rule)
    #expect(one.iterations == two.iterations && distance(z.map(\.real), y) <= 1e-13)
  }

  @Test func `learned relaxation of systems that vary much beats every fixed one`() {
    let systems = ShiftedSystems(count: 1500, beta: (0.5, 1.5), seed: 1)
    // Published means over 5000 systems.
    for (omega, known) in [(1.4, 255.5), (1.6, 150.3), (1.8, 103.4)] {
      let mean = systems.meanIterations(omega: omega)
      #expect((mean / known - 1).magnitude < 0.1, "ω = \(omega): \(mean)")
    }
    let fixed = systems.meanIterations(omega: 1.8)
    let contextual = systems.meanIterations(
      ChebyshevBandit(arms: 20, contexts: ShiftedSystems.contexts, seed: 3))
    let best = systems.meanOfBest
    #expect((best / 56 - 1).magnitude < 0.1, "best ω: \(best)")
    #expect(contextual < 0.85 * fixed, "contextual \(contextual), fixed \(fixed)")
    #expect(contextual > best)
  }

  @Test func `learning without contexts approaches the best fixed relaxation`() {
    let systems = ShiftedSystems(count: 2000, beta: (2, 6), seed: 2)
    let fixed = systems.meanIterations(omega: 1.65)
    #expect((systems.meanIterations(omega: 1.6) / 63.6 - 1).magnitude < 0.05)
    let chooser = TsallisINF(arms: 20, seed: 4)
    let (all, late) = (
      systems.meanIterations(chooser), systems.meanIterations(chooser, from: 1000)
    )
    #expect(late < all && late < 1.25 * fixed, "all \(all), late \(late), fixed \(fixed)")
    let binned = systems.meanIterations(
      BinnedTsallis(arms: 20, contexts: ShiftedSystems.contexts, seed: 5), from: 1000)
    #expect(binned < 1.35 * fixed, "binned \(binned)")
    let contextual = systems.meanIterations(
      ChebyshevBandit(arms: 20, contexts: ShiftedSystems.contexts, seed: 6))
    #expect(contextual < 0.9 * fixed, "contextual \(contextual), fixed \(fixed)")
  }

  @Test func `the regret of learning without contexts grows like a root`() {
    // Ten arms of known costs: the excess over the best arm, by rounds.
    func excess(_ rounds: Int) -> Double {
      (1...8).reduce(0.0) { sum, seed in
        var (chooser, total) = (TsallisINF(arms: 10, seed: UInt64(seed)), 0.0)
        var random = SeededRandom(seed: UInt64(100 + seed))
        for _ in 0..<rounds {
          let arm = chooser.choose()
          total += arm == 3 ? 0 : 0.2
          chooser.observe(cost: 1 + (arm == 3 ? 0.4 : 0.6) + 0.4 * random.uniform())
        }
        return sum + total / 8
      }
    }
    let (short, long) = (excess(500), excess(8000))
    #expect(long < 6 * short, "\(short) after 500 rounds, \(long) after 8000")
  }

  @Test func `the same seed makes the same choices, another seed others`() {
    func choices<C: ArmSelection>(_ chooser: C) -> [Int] {
      var chooser = chooser
      return (0..<200).map { t in
        let arm = chooser.choose(context: Double(t % 7) / 7)
        chooser.observe(cost: Double(1 + arm + t % 3))
        return arm
      }
    }
    let make: [(UInt64) -> [Int]] = [
      { choices(TsallisINF(arms: 5, seed: $0)) },
      { choices(BinnedTsallis(arms: 5, contexts: 0...1, seed: $0)) },
      { choices(ChebyshevBandit(arms: 5, contexts: 0...1, seed: $0)) },
    ]
    for run in make {
      #expect(run(1) == run(1))
      #expect(run(1) != run(2))
    }
  }

  @Test func `probabilities are those of a distribution`() {
    var tsallis = TsallisINF(arms: 7, seed: 1)
    var bandit = ChebyshevBandit(arms: 7, contexts: 0...1, seed: 1)
    for t in 0..<300 {
      let (i, j) = (tsallis.choose(), bandit.choose(context: Double(t % 11) / 11))
      for p in [tsallis.probabilities, bandit.probabilities] {
        #expect((p.reduce(0, +) - 1).magnitude <= 1e-12 && p.allSatisfy { $0 > 0 })
      }
      tsallis.observe(cost: Double(1 + i * i))
      bandit.observe(cost: Double(1 + j * j))
    }
  }
}
