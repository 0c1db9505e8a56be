import ComplexModule
import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

/// −(g₁ u′)′ + g₂ u on (0, 1) by linear elements, one value of each coefficient in an element.
private struct LineProblem {
  let cells: Int
  let pattern: SparsityPattern

  init(cells: Int) {
    self.cells = cells
    let n = cells + 1
    var (start, columns) = ([0], [Int32]())
    for i in 0..<n {
      columns += (max(0, i - 1)...min(n - 1, i + 1)).map(Int32.init)
      start.append(columns.count)
    }
    pattern = SparsityPattern(rowCount: n, columnCount: n, rowStart: start, column: columns)
  }

  var centres: [Double] { (0..<cells).map { (Double($0) + 0.5) / Double(cells) } }

  func matrix(_ g1: (Double) -> Double, _ g2: (Double) -> Double) -> SparseMatrix<Double> {
    var a = SparseMatrix<Double>(pattern: pattern)
    let h = 1 / Double(cells)
    for (e, x) in centres.enumerated() {
      for i in 0...1 {
        for j in 0...1 {
          guard let k = pattern.index(row: e + i, column: e + j) else { continue }
          a.values[k] += g1(x) / h * (i == j ? 1 : -1) + g2(x) * h * (i == j ? 2 : 1) / 6
        }
      }
    }
    return a
  }
}

@Suite struct `Nonintrusive interpolation` {
  private let problem = LineProblem(cells: 400)
  private let training = (0...200).map { Parameter([Double($0) / 200]) }

  private static func front(_ x: [Double], _ mu: Parameter) -> Double {
    1 / (1 + 20 * (x[0] - mu[0]) * (x[0] - mu[0]))
  }
  private static func decay(_ x: [Double], _ mu: Parameter) -> Double {
    Double.exp(-mu[0] * x[0])
  }

  private func functions() -> [ParametricFunction<Double>] {
    let points = problem.centres.map { [$0] }
    return [
      ParametricFunction("diffusion", at: points, Self.front),
      ParametricFunction("reaction", at: points, Self.decay),
    ]
  }

  private func assembled(_ mu: Parameter) -> SparseMatrix<Double> {
    problem.matrix({ Self.front([$0], mu) }, { Self.decay([$0], mu) })
  }

  @Test func `matrices at a few parameters make all others, as well as published`() throws {
    let found = try NonintrusiveInterpolation(
      of: functions(), over: training, tolerance: 0, size: 16)
    var random = SeededRandom(seed: 12)
    let tests = (0..<50).map { _ in Parameter([Double.random(in: 0...1, using: &random)]) }
    // Published: 4 terms 3.8e-1, 8 5.2e-2, 12 6.3e-3, 16 5.0e-4, Σ|β| at most 2.4.
    for (d, published) in [(4, 3.8e-1), (8, 5.2e-2), (12, 6.3e-3), (16, 5e-4)] {
      let part = try NonintrusiveInterpolation(
        of: functions(), over: training, tolerance: 0, size: d)
      #expect(part.parameters == Array(found.parameters[..<d]))
      let sum = AffineSum(part.parameters.map(assembled))
      var (worst, most) = (0.0, 0.0)
      for mu in tests {
        let exact = assembled(mu)
        let made = sum.combined(with: part.coefficients(at: mu))
        let error = norm(zip(made.values, exact.values).map { $0 - $1 }) / norm(exact.values)
        (worst, most) = (max(worst, error), max(most, part.amplification(at: mu)))
      }
      #expect(worst < 4 * published && worst > published / 20, "\(d) terms: \(worst)")
      #expect(most < 6, "\(d) terms: Σ|β| = \(most)")
    }
  }

  @Test func `coefficients are those of the chosen parameter itself, and never touch a matrix`()
    throws
  {
    let found = try NonintrusiveInterpolation(of: functions(), over: training, tolerance: 1e-8)
    for (m, mu) in found.parameters.enumerated() {
      let beta = found.coefficients(at: mu)
      for k in beta.indices { #expect((beta[k] - (k == m ? 1 : 0)).magnitude < 1e-12) }
      #expect(found.errors(at: mu).allSatisfy { $0 < 1e-12 })
    }
    let mu = Parameter([0.4321])
    #expect(found.errors(at: mu).allSatisfy { $0 < 1e-5 })
    let largestError = zip(found.errors(at: mu), found.weights).reduce(0) { max($0, $1.0 * $1.1) }
    #expect(found.errorIndicator(at: mu) <= largestError * (1 + 1e-4))
    // The bound: errors of the coefficients times the norms of their blocks.
    let sum = AffineSum(found.parameters.map(assembled))
    let made = sum.combined(with: found.coefficients(at: mu))
    let error = norm(zip(made.values, assembled(mu).values).map { $0 - $1 })
    let blocks = [
      norm(problem.matrix({ _ in 1 }, { _ in 0 }).values),
      norm(problem.matrix({ _ in 0 }, { _ in 1 }).values),
    ]
    let bound = zip(found.errors(at: mu), blocks).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(error <= 2 * bound + 1e-9)
  }

  @Test func `chosen samples are modes times a triangle, and coefficients look at named places`()
    throws
  {
    let found = try NonintrusiveInterpolation(of: functions(), over: training, tolerance: 1e-8)
    let mu = Parameter([0.371])
    let samples = found.places.map {
      found.functions[$0.function].name == "diffusion"
        ? Self.front($0.point, mu) : Self.decay($0.point, mu)
    }
    #expect(found.eim.nodalCoefficients(of: samples) == found.coefficients(at: mu))
    // Matrices follow: T = A U⁻¹, and Σ c T = Σ β A.
    let u = found.eim.chosenCoordinates
    let matrices = found.parameters.map { assembled($0).values }
    var modes: [[Double]] = []
    for k in matrices.indices {
      var left = matrices[k]
      for l in 0..<k { axpy(-u[l, k], modes[l], into: &left) }
      modes.append(left.map { $0 / u[k, k] })
    }
    let c = found.eim.newtonCoefficients(of: samples)
    var sum = [Double](repeating: 0, count: matrices[0].count)
    for (mode, factor) in zip(modes, c) { axpy(factor, mode, into: &sum) }
    let exact = assembled(mu).values
    #expect(norm(zip(sum, exact).map { $0 - $1 }) < 1e-7 * norm(exact))
    for k in 0..<found.size { #expect((0..<k).allSatisfy { u[k, $0] == 0 }) }
  }

  @Test func `a constant term makes the coefficients add up to one`() throws {
    for tolerance in [1e-2, 1e-5] {
      let found = try NonintrusiveInterpolation(
        of: functions() + [.constant()], over: training, tolerance: tolerance)
      for k in 0...10 {
        let beta = found.coefficients(at: Parameter([Double(k) / 10.3]))
        #expect((beta.reduce(0, +) - 1).magnitude < 1e-12)
      }
    }
  }

  @Test func `an affine problem is recovered by as many parameters as terms`() throws {
    let points = problem.centres.map { [$0] }
    let functions = [
      ParametricFunction<Double>("a", at: points) { x, mu in 1 + mu[0] * x[0] },
      ParametricFunction<Double>("b", at: points) { x, mu in mu[0] * mu[0] * x[0] * x[0] },
      .constant(),
    ]
    let found = try NonintrusiveInterpolation(of: functions, over: training, tolerance: 1e-13)
    #expect(found.size == 3)
    let beta = found.coefficients(at: Parameter([3]))
    let chosen = found.parameters
    #expect(abs(zip(beta, chosen).reduce(0) { $0 + $1.0 * $1.1[0] } - 3) < 1e-10)
    #expect(abs(zip(beta, chosen).reduce(0) { $0 + $1.0 * $1.1[0] * $1.1[0] } - 9) < 1e-10)
  }

  @Test func `the scale of a block changes nothing`() throws {
    let points = problem.centres.map { [$0] }
    let scaled = [
      ParametricFunction<Double>("diffusion", at: points) { 1e6 * Self.front($0, $1) },
      ParametricFunction<Double>("reaction", at: points) { 1e-6 * Self.decay($0, $1) },
    ]
    let a = try NonintrusiveInterpolation(of: functions(), over: training, tolerance: 1e-6)
    let b = try NonintrusiveInterpolation(of: scaled, over: training, tolerance: 1e-6)
    #expect(a.parameters == b.parameters)
    let mu = Parameter([0.77])
    #expect(largest(a.coefficients(at: mu), b.coefficients(at: mu)) < 1e-6)
  }

  @Test func `frequency sweeps of complex kernels have conjugate coefficients for conjugate data`()
    throws
  {
    let distances = (0...300).map { [Double($0) / 300] }
    let training = (0...300).map { Parameter([1 + 19 * Double($0) / 300]) }
    func functions(_ sign: Double) -> [ParametricFunction<Complex<Double>>] {
      (0...2).map { p in
        ParametricFunction("k^\(p) e^{ikr}", at: distances) { x, mu in
          Complex(length: Double.pow(mu[0], p), phase: sign * mu[0] * x[0])
        }
      }
    }
    let a = try NonintrusiveInterpolation(of: functions(1), over: training, tolerance: 1e-9)
    let b = try NonintrusiveInterpolation(of: functions(-1), over: training, tolerance: 1e-9)
    #expect(a.parameters == b.parameters && a.size < 30)
    let mu = Parameter([13.37])
    #expect(
      largest(a.coefficients(at: mu), b.coefficients(at: mu).map(\.conjugate)) < 1e-7)
    #expect(zip(a.errors(at: mu), a.weights).allSatisfy { $0 * $1 < 1e-7 })
    #expect(a.amplification(at: mu) < 20)
  }

  @Test func `what cannot be interpolated is refused`() throws {
    #expect(throws: HyperReductionError.self) {
      try NonintrusiveInterpolation(of: [ParametricFunction<Double>](), over: training)
    }
    #expect(throws: HyperReductionError.self) {
      try NonintrusiveInterpolation(of: functions(), over: [])
    }
    let singular = ParametricFunction<Double>("1/μ", at: [[0]]) { _, mu in 1 / mu[0] }
    #expect(throws: HyperReductionError.notFinite(what: "1/μ", row: 0, point: 0)) {
      try NonintrusiveInterpolation(of: [singular], over: training)
    }
    let constant = try NonintrusiveInterpolation(
      of: [ParametricFunction<Double>.constant()], over: training)
    #expect(constant.size == 1 && constant.coefficients(at: [0.5]) == [1])
  }

  @Test(arguments: InterpolationMethod.allCases)
  func `a matrix is made from as many of its entries as it has terms`(
    method: InterpolationMethod
  ) throws {
    let matrices = training.enumerated().filter { $0.offset % 4 == 0 }.map { assembled($0.element) }
    let found = try MatrixInterpolation(
      of: matrices, by: method, options: InterpolationOptions(tolerance: 1e-9, size: 30))
    #expect(found.entries.count == found.size && found.size < 31)
    let exact = assembled(Parameter([0.333]))
    let made = found.matrix(of: found.entries.map { exact[$0.row, $0.column] })
    let error = norm(zip(made.values, exact.values).map { $0 - $1 }) / norm(exact.values)
    #expect(error < 1e-6, "\(error)")
    #expect(largest(found.interpolated(exact).values, made.values) == 0)
    for entry in found.entries {
      #expect(
        (made[entry.row, entry.column] - exact[entry.row, entry.column]).magnitude
          < 1e-9 * norm(exact.values))
    }
    // An affine family is recovered exactly.
    let (a, b) = (problem.matrix({ _ in 1 }, { _ in 0 }), problem.matrix({ $0 }, { 1 + $0 }))
    let family = (1...5).map { k in
      AffineSum([a, b]).combined(with: [Double(k), Double(k * k)])
    }
    let affine = try MatrixInterpolation(of: family, by: method)
    #expect(affine.size == 2)
    let unseen = AffineSum([a, b]).combined(with: [-3, 7.0])
    #expect(largest(affine.interpolated(unseen).values, unseen.values) < 1e-9 * norm(unseen.values))
  }

  @Test func `matrices of different patterns are refused`() throws {
    let other = LineProblem(cells: 400).matrix({ _ in 1 }, { _ in 1 })
    #expect(throws: HyperReductionError.self) {
      try MatrixInterpolation(of: [assembled([0.5]), other])
    }
    #expect(throws: HyperReductionError.self) {
      try MatrixInterpolation(of: [SparseMatrix<Double>]())
    }
  }

  @Test func `functionals for points: measurements are reproduced, and values give EIM back`()
    throws
  {
    let table = InterpolationFamilies.peaks(20, 8)
    // Means over windows of twenty entries.
    var windows = DenseMatrix<Double>(rowCount: 96, columnCount: 400)
    for i in 0..<96 { for j in 0..<20 { windows[i, 4 * i + j] = 0.05 } }
    let options = InterpolationOptions(size: 10)
    let rows = try GeneralizedEIM(of: table, dictionary: windows, options: options)
    let rowsCopy = windows
    let closures = try GeneralizedEIM(
      of: table,
      dictionary: (0..<96).map { i in
        { @Sendable field in (0..<400).reduce(0) { $0 + rowsCopy[i, $1] * field[$1] } }
      }, options: options)
    #expect(rows.functionals == closures.functionals && rows.size == 10)
    #expect(largest(rows.modes.values, closures.modes.values) < 1e-8)
    let f = table.column(11).map { Double.sqrt($0) }
    let all = windows * f
    let image = rows.field(of: rows.functionals.map { all[$0] })
    let seen = windows * image
    for k in rows.functionals { #expect((seen[k] - all[k]).magnitude < 1e-9 * 30) }
    for j in rows.chosenSnapshots {
      let measured = windows * table.column(j)
      let back = rows.field(of: rows.functionals.map { measured[$0] })
      #expect(largest(back, table.column(j)) < 1e-7 * 30)
    }
    let values = try GeneralizedEIM(
      of: table, dictionary: DenseMatrix<Double>.identity(400), options: options)
    #expect(try values.functionals == EIM(of: table, options: options).points)
    #expect(throws: HyperReductionError.self) {
      try GeneralizedEIM(of: table, dictionary: DenseMatrix<Double>.identity(30))
    }
  }
}
