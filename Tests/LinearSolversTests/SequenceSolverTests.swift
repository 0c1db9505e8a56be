import ComplexModule
import Krylov
import LinearAlgebra
import LinearSolvers
import RealModule
import TestSupport
import Testing

@Suite struct SequenceSolverTests {
  let grid = FivePointGrid(side: 24)

  func field(_ seed: UInt64) -> [Double] { GaussianField(seed: seed).values(on: grid) }
  func darcy(_ seed: UInt64) -> SparseMatrix<Double> {
    grid.diffusion(field(seed).map { Double.exp(2 * $0) })
  }
  func wave(_ seed: UInt64) -> SparseMatrix<Double> {
    grid.helmholtz(squaredWaveNumber: field(seed).map { 40 * (1 + 0.3 * $0) })
  }
  func flow(_ seed: UInt64) -> SparseMatrix<Double> {
    grid.convection(stream: field(seed).map { 40 * $0 })
  }
  var right: [Double] {
    var random = SeededRandom(seed: 1)
    return (0..<grid.count).map { _ in random.uniform() }
  }

  func settings(
    _ method: SolverMethod, _ preconditioner: PreconditionerKind = .auto
  ) -> SolverSettings {
    var settings = SolverSettings()
    settings.method = method
    settings.preconditioner = preconditioner
    settings.restart = 60
    return settings
  }

  @Test func `a partition gives every unknown one of as many subdomains as asked for`() throws {
    let pattern = darcy(1).pattern
    var settings = settings(.cg, .schwarz)
    for count in [2, 7] {
      settings.subdomains = count
      let parts = try #require(settings.partition(of: pattern))
      #expect(parts.count == grid.count && Set(parts) == Set((0..<count).map(Int32.init)))
      #expect(settings.partition(of: pattern) == parts)
      let sizes = (0..<count).map { part in parts.count { $0 == Int32(part) } }
      #expect(sizes.allSatisfy { $0 * count <= 2 * grid.count && 2 * $0 * count >= grid.count })
    }
  }

  @Test(arguments: PreconditionerKind.allCases)
  func `every preconditioner serves every method that can use it`(kind: PreconditionerKind) throws {
    let b = right
    for method in SolverMethod.allCases {
      for (name, a, isDefinite) in [
        ("definite", darcy(1), true), ("wave", wave(2), false), ("flow", flow(3), false),
      ] {
        let needsSymmetry = [.cg, .deflatedCG, .minres].contains(method)
        if needsSymmetry, !isDefinite { continue }
        let needsDefinite = [.incompleteCholesky, .modifiedCholesky, .chebyshev, .multigrid]
          .contains(kind)
        if needsDefinite, !isDefinite { continue }
        // One-sided or nonsymmetric preconditioners have no place in symmetric methods.
        if needsSymmetry, [.incompleteLU, .modifiedLU, .thresholdLU].contains(kind) { continue }
        // Short recurrences without help stall on waves; restarts may.
        if name == "wave", ![.auto, .direct, .gcroDR].contains(method) { continue }
        var solver = SequenceSolver<Double>(settings(method, kind))
        let outcome = try solver.solve(a, b)
        #expect(outcome.report.status == .converged, "\(method) \(kind) \(name)")
        #expect(norm(zip(a * outcome.x, b).map { $0 - $1 }) <= 2e-8 * norm(b))
      }
    }
  }

  @Test func `the choice follows the matrix`() {
    func choice<S: Scalar>(_ a: SparseMatrix<S>, systems: Int = 1) -> SolverChoice {
      SolverChoice(SolverSettings(), MatrixCharacter(a), systems: systems, matrices: systems)
    }
    #expect((MatrixCharacter(darcy(1)).dimension - 2).magnitude < 0.1)
    #expect(choice(flow(1)).method == .bicgstab)
    // Layers, in which nothing is smooth; a slow flow on a finer grid.
    #expect(choice(flow(1)).preconditioner == .incompleteLU)
    let fine = FivePointGrid(side: 64)
    let slow = fine.convection(stream: GaussianField(seed: 1).values(on: fine).map { 20 * $0 })
    #expect(choice(slow).method == .bicgstab && choice(slow).preconditioner == .modifiedLU)
    // A cube of 60³ nodes: the factor of a solid.
    let cube = cubeLaplacian(side: 60)
    #expect(MatrixCharacter(cube).dimension > 2.7)
    #expect(choice(cube).method == .cg)
    #expect(choice(cube).preconditioner == .modifiedCholesky)
    // One positive entry in a corner: nothing is known of modified factors any more.
    func mixed(side: Int) -> SparseMatrix<Double> {
      var a = cubeLaplacian(side: side)
      for (i, j) in [(0, 1), (1, 0)] {
        a.values[a.pattern.index(row: i, column: j) ?? 0] = 1
      }
      return a
    }
    #expect(choice(mixed(side: 60)).preconditioner == .incompleteCholesky)
    #expect(choice(cubeLaplacian(side: 70)).preconditioner == .modifiedCholesky)
    #expect(choice(mixed(side: 70)).preconditioner == .multigrid)
    // In the plane multigrid is cheaper than a factor before a factor is too large.
    let plane = FivePointGrid(side: 256).laplacian()
    #expect(choice(plane, systems: 8).preconditioner == .multigrid)
    // A long bar of as many unknowns has next to no fill.
    #expect(choice(chain(216_000)).method == .direct)
    #expect(!choice(darcy(1)).reasons.isEmpty)
  }

  @Test func `recycling was asked for and is used`() {
    var asked = SolverSettings()
    asked.recycle = 12
    let definite = SolverChoice(asked, MatrixCharacter(darcy(1)), systems: 10, matrices: 10)
    let flowing = SolverChoice(asked, MatrixCharacter(flow(1)), systems: 10, matrices: 10)
    #expect(definite.method == .deflatedCG && definite.recycle == 12)
    #expect(flowing.method == .gcroDR && flowing.recycle == 12)
  }

  @Test func `an indefinite matrix drives conjugate gradients away, not the user`() throws {
    // A positive diagonal does not betray the matrix.
    let a = wave(4)
    #expect(MatrixCharacter(a).mayBeDefinite)
    var automatic = SequenceSolver<Double>(SolverSettings(), systems: 20)
    for seed in 4..<7 as Range<UInt64> {
      let outcome = try automatic.solve(wave(seed), right)
      #expect(outcome.report.status == .converged)
      #expect(outcome.report.residual <= 2e-8)
    }
    #expect(automatic.choice?.method == .gcroDR)
    #expect(automatic.choice?.preconditioner == .definitePart)
    var forced = SequenceSolver<Double>(settings(.cg, .jacobi))
    #expect(
      try forced.solve(a, right).report.status == .breakdown(.operatorNotDefinite))
  }

  @Test func `waves on a fine grid are known before any factor is made`() throws {
    let fine = FivePointGrid(side: 64)
    func wave(_ seed: UInt64, _ k2: Double) -> SparseMatrix<Double> {
      fine.helmholtz(
        squaredWaveNumber: GaussianField(seed: seed).values(on: fine).map { k2 * (1 + 0.3 * $0) })
    }
    let b = (0..<fine.count).map { node in
      let (x, y) = fine.point(node)
      return Double.exp(-50 * (x * x + y * y))
    }
    var solver = SequenceSolver<Double>(SolverSettings(), systems: 5)
    for seed in 1..<6 as Range<UInt64> {
      let a = wave(seed, 40)
      let outcome = try solver.solve(a, b)
      #expect(outcome.report.status == .converged)
      #expect(norm(zip(a * outcome.x, b).map { $0 - $1 }) <= 2e-8 * norm(b))
      #expect(outcome.choice.method == .gcroDR && outcome.choice.preconditioner == .definitePart)
      #expect(outcome.report.iterations <= 25, "\(outcome.report.iterations)")
    }
    // Below the lowest frequency, 2 π², nothing shows, for all such matrices are definite.
    var still = SequenceSolver<Double>(SolverSettings(), systems: 5)
    let outcome = try still.solve(wave(1, 12), b)
    #expect(outcome.report.status == .converged)
    #expect([.cg, .direct].contains(outcome.choice.method), "\(outcome.choice)")
  }

  @Test func `iterations that take more work than a factor are left`() throws {
    // Grains of one point: nothing helps conjugate gradients.
    var random = SeededRandom(seed: 3)
    let grid = FivePointGrid(side: 64)
    let rough = (0..<grid.count).map { _ in random.uniform() < 0 ? 1.0 : 1e6 }
    let a = grid.diffusion(rough)
    let right = (0..<grid.count).map { _ in random.uniform() }
    var solver = SequenceSolver<Double>(SolverSettings(), systems: 8)
    let first = try solver.solve(a, right)
    #expect(first.choice.method == .cg && first.report.status == .converged)
    #expect(
      first.notes.contains { $0.contains("more work than a factor") }, "\(first.report.iterations)")
    let second = try solver.solve(a, right)
    #expect(second.choice.method == .direct && second.report.residual <= 1e-10)
    var easy = SequenceSolver<Double>(SolverSettings(), systems: 8)
    for seed in 1..<4 as Range<UInt64> {
      #expect(try easy.solve(darcy(seed), self.right).choice.method == .cg)
    }
    // What was asked for stays.
    var asked = SequenceSolver<Double>(settings(.cg), systems: 8)
    for _ in 0..<2 { #expect(try asked.solve(a, right).choice.method == .cg) }
  }

  @Test func `a second right-hand side finds what replaced the factor prepared`() throws {
    // The first solve finds the matrix indefinite and leaves another method for what follows.
    var solver = SequenceSolver<Double>(SolverSettings(), systems: 8, matrices: 4)
    for seed in 4..<8 as Range<UInt64> {
      let a = wave(seed)
      for column in 0..<2 {
        let b = right.map { $0 + Double(column) }
        let outcome = try solver.solve(a, b, sameMatrix: column > 0)
        #expect(outcome.report.status == .converged)
        #expect(norm(zip(a * outcome.x, b).map { $0 - $1 }) <= 2e-8 * norm(b))
      }
    }
  }

  @Test
  func `a singular matrix is solved where there is a solution, and named where there is none`()
    throws
  {
    // −Δ with zero flux: rows add up to zero.
    var a = grid.laplacian()
    for i in 0..<grid.count {
      guard let k = a.pattern.index(row: i, column: i) else { continue }
      a.values[k] = 0
      a.values[k] = -(a.pattern.rowStart[i]..<a.pattern.rowStart[i + 1]).reduce(0) {
        $0 + a.values[$1]
      }
    }
    let b = a * right
    var solvable = SequenceSolver<Double>(SolverSettings())
    let found = try solvable.solve(a, b)
    #expect(found.report.status == .converged)
    #expect(norm(zip(a * found.x, b).map { $0 - $1 }) <= 2e-8 * norm(b))
    var unsolvable = SequenceSolver<Double>(SolverSettings())
    let none = try unsolvable.solve(a, b.map { $0 + 1000 })
    #expect(!none.report.status.isConverged)
    var asked = SequenceSolver<Double>(settings(.direct))
    #expect(throws: FactorizationError.self) { try asked.solve(a, b) }
  }

  @Test func `a method that was asked for does without a preconditioner that cannot be made`()
    throws
  {
    // A saddle point: zeros on the diagonal have neither incomplete factors nor a scaling.
    let a = SparseMatrix(
      rowCount: 3, columnCount: 3, rows: [0, 0, 1, 1, 2, 2], columns: [0, 2, 1, 2, 0, 1],
      entries: [2.0, 1, 2, 1, 1, 1])
    for method in [SolverMethod.minres, .gmres, .gcroDR] {
      var solver = SequenceSolver<Double>(settings(method))
      let outcome = try solver.solve(a, [1, 0, -1])
      #expect(outcome.report.status == .converged, "\(method)")
      #expect(outcome.notes.count == 1)
    }
  }

  @Test func `systems with one matrix share its factor`() throws {
    let a = darcy(5)
    var solver = SequenceSolver<Double>(settings(.direct), systems: 4, matrices: 1)
    for shift in 0..<4 {
      let b = right.map { $0 + Double(shift) }
      let outcome = try solver.solve(a, b, sameMatrix: shift > 0)
      #expect(outcome.report.residual <= 1e-12)
    }
    #expect(solver.factorizations == 1)
  }

  @Test func `recycling along a sequence of waves halves the iterations at least`() throws {
    var settings = settings(.gcroDR, .incompleteLU)
    settings.restart = 30
    var solver = SequenceSolver<Double>(settings, systems: 12)
    let field = (field(1), field(2))
    var comparisons: [(recycled: Int, plain: Int)] = []
    for step in 0..<12 {
      let a = grid.helmholtz(
        squaredWaveNumber: zip(field.0, field.1).map {
          80 * (1 + 0.3 * $0 + 0.01 * Double(step) * $1)
        }
      )
      let outcome = try solver.solve(a, right)
      #expect(outcome.report.status == .converged)
      if let plain = outcome.plainIterations {
        comparisons.append((outcome.report.iterations, plain))
      }
    }
    #expect(comparisons.count == 2)
    #expect(comparisons.allSatisfy { 2 * $0.recycled <= $0.plain })
  }

  @Test(arguments: [1, 1e6])
  func `two-level Schwarz iterations stay with METIS from 4 to 64 subdomains, jumps or none`(
    contrast: Double
  ) throws {
    let counts = try [2, 4, 8].map { across in
      let grid = FivePointGrid(side: 24 * across)
      let islands = (0..<grid.count).map { node in
        let (x, y) = (node % grid.side, node / grid.side)
        return (x + 2) % 10 < 4 && y % 5 < 2 ? contrast : 1
      }
      var settings = settings(.cg, .twoLevelSchwarz)
      settings.subdomains = across * across
      settings.rule.relative = 1e-8
      var solver = SequenceSolver<Double>(settings)
      var random = SeededRandom(seed: 1)
      let outcome = try solver.solve(
        grid.diffusion(islands), (0..<grid.count).map { _ in random.uniform() })
      #expect(outcome.report.status == .converged)
      return Double(outcome.report.iterations)
    }
    let mean = counts.reduce(0, +) / 3
    #expect(counts.allSatisfy { abs($0 - mean) <= 0.2 * mean }, "\(counts)")
  }

  @Test(arguments: [SolverMethod.auto, .direct])
  func `a sequence whose matrices lose their symmetry is solved on`(method: SolverMethod) throws {
    var settings = settings(method)
    if method == .auto { settings.recycle = 10 }
    var solver = SequenceSolver<Double>(settings, systems: 8)
    var notes: [String] = []
    for step in 0..<8 {
      var a = darcy(5)
      if step > 2 { axpy(10, flow(6).values, into: &a.values) }
      let outcome = try solver.solve(a, right)
      #expect(outcome.report.status == .converged)
      #expect(outcome.report.residual <= 1e-8)
      notes += outcome.notes
    }
    if method == .auto {
      #expect(notes.first?.contains("no longer symmetric") == true)
      #expect(solver.choice?.method == .gcroDR)
    }
  }

  @Test func `the definite part serves waves, and not bodies whose stiffness it would change`() {
    let settings = settings(.gmres)
    let wave = SolverChoice(settings, MatrixCharacter(wave(2)), systems: 9, matrices: 9)
    #expect(wave.preconditioner == .definitePart)
    // Neighbours pull by 1 and push by 1: definite, and far from dominant.
    var push = darcy(1)
    for i in 0..<push.rowCount {
      for k in push.pattern.rowStart[i]..<push.pattern.rowStart[i + 1] {
        let isDiagonal = Int(push.pattern.column[k]) == i
        push.values[k] = isDiagonal ? 4.0 : i % 2 == Int(push.pattern.column[k]) % 2 ? 1.9 : -1.9
      }
    }
    let stiff = SolverChoice(settings, MatrixCharacter(push), systems: 9, matrices: 9)
    #expect(stiff.preconditioner == .incompleteCholesky)
  }

  @Test func `recycling that does not pay is given up by its own measurement`() throws {
    // A cheap preconditioner and two or three iterations: nothing is left to save.
    var settings = SolverSettings()
    settings.recycle = 10
    settings.preconditioner = .neighbour
    var solver = SequenceSolver<Double>(settings, systems: 20)
    let a = darcy(6)
    var notes: [String] = []
    for step in 0..<12 {
      var next = a
      for k in next.values.indices { next.values[k] *= 1 + 1e-3 * Double(step) }
      notes += try solver.solve(next, right).notes
    }
    #expect(solver.choice?.method == .cg)
    #expect(notes.contains { $0.contains("recycling costs more") })
  }

  @Test func `complex sequences are solved`() throws {
    let real = wave(7)
    var solver = SequenceSolver<Complex<Double>>(SolverSettings(), systems: 5)
    for step in 0..<5 {
      var values = real.values.map { Complex($0, 0) }
      for i in 0..<grid.count {
        if let k = real.pattern.index(row: i, column: i) {
          values[k] += Complex(0, -10 - Double(step))
        }
      }
      let a = SparseMatrix(pattern: real.pattern, values: values)
      let b = right.map { Complex($0, 1) }
      let outcome = try solver.solve(a, b)
      #expect(outcome.report.status == .converged)
      #expect(norm(zip(a * outcome.x, b).map { $0 - $1 }) <= 2e-8 * norm(b))
    }
  }

  func cubeLaplacian(side n: Int) -> SparseMatrix<Double> {
    var (rows, columns, entries) = ([Int32](), [Int32](), [Double]())
    for node in 0..<n * n * n {
      let place = [node % n, node / n % n, node / n / n]
      rows.append(Int32(node))
      columns.append(Int32(node))
      entries.append(6)
      for (axis, stride) in [1, n, n * n].enumerated() {
        for step in [-1, 1] where (0..<n).contains(place[axis] + step) {
          rows.append(Int32(node))
          columns.append(Int32(node + step * stride))
          entries.append(-1)
        }
      }
    }
    return SparseMatrix(
      rowCount: n * n * n, columnCount: n * n * n, rows: rows, columns: columns, entries: entries)
  }

  func chain(_ n: Int) -> SparseMatrix<Double> {
    var (rows, columns, entries) = ([Int32](), [Int32](), [Double]())
    for i in 0..<Int32(n) {
      for j in [i - 1, i, i + 1] where j >= 0 && j < Int32(n) {
        rows.append(i)
        columns.append(j)
        entries.append(i == j ? 2 : -1)
      }
    }
    return SparseMatrix(
      rowCount: n, columnCount: n, rows: rows, columns: columns, entries: entries)
  }

  @Test func `a preconditioner that cannot be made is named, with the row`() throws {
    var a = darcy(1)
    let place = try #require(a.pattern.index(row: 7, column: 7))
    a.values[place] = 0
    for (kind, row) in [(PreconditionerKind.jacobi, 7), (.incompleteCholesky, 7)] {
      var solver = SequenceSolver<Double>(settings(.gmres, kind))
      let error = #expect(throws: FactorizationError.self) { _ = try solver.solve(a, right) }
      let text = try #require(error?.description)
      #expect(text.contains("preconditioner \(kind.rawValue) cannot be made"), "\(text)")
      #expect(text.contains("row \(row)"), "\(text)")
      #expect(!text.contains("the matrix is singular"), "\(text)")
    }
  }

  @Test func `three unknowns at a node are solved for in blocks, with the same answer`() throws {
    let scalar = darcy(1)
    let n = grid.count
    var (rows, columns, entries): ([Int32], [Int32], [Double]) = ([], [], [])
    for i in 0..<n {
      for k in scalar.pattern.rowStart[i]..<scalar.pattern.rowStart[i + 1] {
        for p in 0..<3 {
          for q in 0..<3 {
            rows.append(Int32(3 * i + p))
            columns.append(3 * scalar.pattern.column[k] + Int32(q))
            entries.append((p == q ? 1 : 0.2) * scalar.values[k])
          }
        }
      }
    }
    let a = SparseMatrix(
      rowCount: 3 * n, columnCount: 3 * n, rows: rows, columns: columns, entries: entries)
    let b = [Double](repeating: 1, count: 3 * n)
    var iterative = SequenceSolver<Double>(settings(.cg, .incompleteCholesky))
    var direct = SequenceSolver<Double>(settings(.direct))
    let (outcome, exact) = (try iterative.solve(a, b), try direct.solve(a, b))
    #expect(outcome.report.status == .converged)
    #expect(norm(zip(a * outcome.x, b).map { $0 - $1 }) <= 2e-8 * norm(b))
    #expect(norm(zip(outcome.x, exact.x).map { $0 - $1 }) <= 1e-6 * norm(exact.x))
    // A factor by entries needs as many steps.
    let plain = try IncompleteCholesky(a, precision: .double)
    var solver = ConjugateGradients<Double>(order: 3 * n)
    let steps = solver.solve(a, b, preconditioner: plain).report.iterations
    #expect(abs(outcome.report.iterations - steps) <= 1)
  }

  @Test func `multigrid takes the nodes that the pattern shows`() throws {
    // Two unknowns at each point of the grid, coupled.
    let scalar = darcy(1)
    let n = grid.count
    var (rows, columns, entries): ([Int32], [Int32], [Double]) = ([], [], [])
    for i in 0..<n {
      for k in scalar.pattern.rowStart[i]..<scalar.pattern.rowStart[i + 1] {
        for (p, q, weight) in [(0, 0, 1.0), (0, 1, 0.3), (1, 0, 0.3), (1, 1, 1)] {
          rows.append(Int32(2 * i + p))
          columns.append(2 * scalar.pattern.column[k] + Int32(q))
          entries.append(weight * scalar.values[k])
        }
      }
    }
    let a = SparseMatrix(
      rowCount: 2 * n, columnCount: 2 * n, rows: rows, columns: columns, entries: entries)
    var explicit = settings(.cg, .multigrid)
    explicit.nodes = NodeBlocks(unknowns: 2 * n, perNode: 2)
    let images = try [settings(.cg, .multigrid), explicit].map { settings in
      var solver = SequenceSolver<Double>(settings)
      return try solver.solve(a, [Double](repeating: 1, count: 2 * n)).x
    }
    #expect(images[0] == images[1])
  }
}

@Suite struct InitialGuessTests {
  let grid = FivePointGrid(side: 24)

  @Test func `a guess from earlier solutions saves iterations where solutions vary smoothly`()
    throws
  {
    let (base, change) = (
      GaussianField(seed: 1).values(on: grid), GaussianField(seed: 2).values(on: grid)
    )
    let b = [Double](repeating: 1, count: grid.count)
    func iterations(_ guess: InitialGuess) throws -> [Int] {
      var settings = SolverSettings()
      (settings.method, settings.guess) = (.cg, guess)
      var solver = SequenceSolver<Double>(settings, systems: 12)
      return try (0..<12).map { step in
        let a = grid.diffusion(
          zip(base, change).map { Double.exp($0 + 0.05 * Double(step) * $1) })
        let outcome = try solver.solve(a, b)
        #expect(outcome.report.residual <= 2e-8)
        return outcome.report.iterations
      }
    }
    let (zero, previous, reduced) = (
      try iterations(.zero), try iterations(.previous), try iterations(.reduced)
    )
    #expect(previous[11] < zero[11])
    // Eight solutions of a smooth family hold the next one to many digits.
    #expect(reduced[11] < previous[11] / 2)
  }
}

@Suite struct LearntRelaxationTests {
  @Test func `learning ω along a sequence comes below the mean of all choices`() throws {
    let grid = FivePointGrid(side: 24)
    let a = grid.laplacian()
    let b = [Double](repeating: 1, count: grid.count)
    func cost(_ omega: Double?, systems: Int) throws -> Double {
      var settings = SolverSettings()
      (settings.method, settings.preconditioner) = (.cg, .ssor)
      settings.learnsRelaxation = omega == nil
      settings.relaxation = omega ?? 1
      var solver = SequenceSolver<Double>(settings, systems: systems)
      var sum = 0
      for step in 0..<systems {
        var shifted = a
        for k in shifted.values.indices { shifted.values[k] *= 1 + 0.001 * Double(step % 7) }
        sum += try solver.solve(shifted, b).report.iterations
      }
      return Double(sum) / Double(systems)
    }
    let fixed = try (0..<20).map { try cost(1 + 0.05 * Double($0), systems: 1) }
    let mean = fixed.reduce(0, +) / 20
    let learnt = try cost(nil, systems: 400)
    #expect(learnt < mean)
    #expect(learnt >= (fixed.min() ?? 0))
  }
}
