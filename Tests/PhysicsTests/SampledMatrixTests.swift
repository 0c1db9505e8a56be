import ComplexModule
import Expressions
import LinearAlgebra
import ModelReduction
import Physics
import RealModule
import Synchronization
import Testing

/// A program that can be asked for a matrix at any parameter, and counts.
private final class Assembler: MatrixSource {
  let name = "assembler"
  let parameters: [Parameter]?
  private let entries: @Sendable (Parameter) -> DenseMatrix<Complex<Double>>
  private let calls = Mutex<[Parameter]>([])

  init(
    at parameters: [Parameter]? = nil,
    _ entries: @escaping @Sendable (Parameter) -> DenseMatrix<Complex<Double>>
  ) {
    (self.parameters, self.entries) = (parameters, entries)
  }

  var asked: [Parameter] { calls.withLock { $0 } }

  func matrix(at mu: Parameter) throws(MatrixSourceError) -> MatrixFile {
    calls.withLock { $0.append(mu) }
    return try Self.file(entries(mu), "matrix at \(mu)")
  }

  static func file(
    _ a: DenseMatrix<Complex<Double>>, _ name: String
  ) throws(MatrixSourceError) -> MatrixFile {
    let isReal = a.values.allSatisfy { $0.imaginary == 0 }
    var text = "%%MatrixMarket matrix array \(isReal ? "real" : "complex") general\n"
    text += "\(a.rowCount) \(a.columnCount)\n"
    for z in a.values { text += isReal ? "\(z.real)\n" : "\(z.real) \(z.imaginary)\n" }
    do { return try MatrixFile(bytes: Array(text.utf8), file: name) } catch {
      throw MatrixSourceError("\(error)")
    }
  }
}

@Suite struct `Matrices summed of samples` {
  static let n = 24

  static func space(_ names: [String] = ["k"], scale: AxisScale = .linear) throws -> ParameterSpace
  {
    try ParameterSpace(
      axes: names.map { try ParameterAxis(name: $0, range: 1...4, scale: scale) })
  }

  static func functions(_ texts: [(String, String)]) throws -> [ComplexExpression] {
    let scope = ExpressionScope(
      parameters: try space().axes.map { ($0.name, $0.size) }, coordinates: 1, time: false)
    return try texts.map {
      ComplexExpression(
        try Expression(parsing: $0.0, in: scope), try Expression(parsing: $0.1, in: scope))
    }
  }

  /// Something well-conditioned that depends on two indices.
  static func part(_ i: Int, _ j: Int, _ q: Int) -> Double {
    (i == j ? 3.0 : 0) + Double.cos(Double((i + 1) * (q + 2)) + 0.7 * Double(j)) / Double(n)
  }

  static func matrix(
    _ value: (Int, Int) -> Complex<Double>
  ) -> DenseMatrix<Complex<Double>> {
    DenseMatrix(
      rowCount: n, columnCount: n,
      values: (0..<n * n).map { value($0 % n, $0 / n) })
  }

  /// A_0 + k A_1 + k² A_2.
  static func quadratic(_ mu: Parameter) -> DenseMatrix<Complex<Double>> {
    matrix { i, j in
      Complex(part(i, j, 0) + mu[0] * part(i, j, 1) + mu[0] * mu[0] * part(i, j, 2), 0)
    }
  }

  /// Σ over distances of waves: e^{ikr} and k e^{ikr} with entries of their own, and something constant.
  static func waves(_ mu: Parameter) -> DenseMatrix<Complex<Double>> {
    matrix { i, j in
      let r = 2 * Double(abs(i - j)) / Double(n - 1)
      let wave = Complex.exp(Complex(0, mu[0] * r))
      return Complex(part(i, j, 3), 0) + Complex(part(j, i, 1), 0) * wave / 4
        + Complex(0, mu[0] * part(i, j, 2)) * wave / 9
    }
  }

  static let waveTexts = [("1", "0"), ("cos(k*x)", "sin(k*x)"), ("k*cos(k*x)", "k*sin(k*x)")]

  static func pull() throws -> MatrixProblem.Term {
    MatrixProblem.Term(
      try Assembler.file(
        DenseMatrix(
          rowCount: n, columnCount: 1, values: (0..<n).map { Complex(1 + Double($0 % 3), 0) }),
        "pull"))
  }

  static func problem(_ family: MatrixFamily) throws -> MatrixProblem {
    MatrixProblem(operators: [MatrixProblem.Term(family)], loads: [try pull()])
  }

  static func distance(_ a: [Complex<Double>], _ b: [Complex<Double>]) -> Double {
    norm(zip(a, b).map { $0 - $1 }) / norm(b)
  }

  static func exact(_ a: DenseMatrix<Complex<Double>>) throws -> [Complex<Double>] {
    try LU(a).solve((0..<n).map { Complex(1 + Double($0 % 3), 0) })
  }

  @Test func `an affine matrix is recovered by as many samples as terms, asked for nowhere else`()
    throws
  {
    let source = Assembler(Self.quadratic)
    let family = MatrixFamily(
      source, functions: try Self.functions([("1", "0"), ("k", "0"), ("k^2", "0")]))
    let model = try MatrixModel(
      Self.problem(family), parameters: Self.space(), unseen: 2)
    guard case .system(let solver) = model.form else { throw CancellationError() }
    #expect(solver.system.operatorSum.terms.count == 3)
    #expect(source.asked.count == 5 && Set(source.asked).count == 5)
    let report = try #require(model.reports.first)
    #expect(report.terms == 3 && report.samples == 5 && report.unseen == 2)
    #expect(report.error < 1e-14)
    #expect(try #require(model.solutionError) < 1e-13)
    // The same as the affine sum of the matrices themselves, to round-off.
    for k in [1.0, 1.77, 3.2, 4] {
      #expect(
        Self.distance(try model.solve(at: [k]), try Self.exact(Self.quadratic([k]))) < 1e-13)
    }
    #expect(source.asked.count == 5)
    // Not certified: nothing is known of the terms of a sum.
    #expect(model.notes.contains { $0.contains("not certified") })
  }

  @Test func `a complex matrix of waves is summed as accurately as its functions are`() throws {
    for tolerance in [1e-4, 1e-8] {
      let source = Assembler(Self.waves)
      let family = MatrixFamily(
        source, functions: try Self.functions(Self.waveTexts), ranges: [0...2])
      let model = try MatrixModel(
        Self.problem(family), parameters: Self.space(),
        settings: CoefficientInterpolation.Settings(tolerance: tolerance), unseen: 4)
      let report = try #require(model.reports.first)
      #expect(report.error < tolerance && report.error > 1e-14)
      #expect(report.amplification >= 1 && report.amplification < 20)
      #expect(report.samples == report.terms + 4 && source.asked.count == report.samples)
      #expect(report.terms <= 12)
      // At the samples themselves nothing is missed.
      for mu in source.asked.prefix(report.terms) {
        #expect(
          Self.distance(try model.solve(at: mu), try Self.exact(Self.waves(mu))) < 1e-12)
      }
      let (mu, error) = ([2.345] as Parameter, try #require(model.solutionError))
      let found = Self.distance(try model.solve(at: mu), try Self.exact(Self.waves(mu)))
      #expect(found < 100 * tolerance && error < 100 * tolerance)
    }
  }

  @Test func `a load and an output are summed like a matrix, with coefficients of their own`()
    throws
  {
    @Sendable func wave(_ mu: Parameter) -> DenseMatrix<Complex<Double>> {
      DenseMatrix(
        rowCount: Self.n, columnCount: 1,
        values: (0..<Self.n).map {
          Complex.exp(Complex(0, mu[0] * Double($0) / Double(Self.n - 1)))
        })
    }
    let functions = try Self.functions([("cos(k*x)", "sin(k*x)")])
    func term(_ factor: ComplexExpression) -> MatrixProblem.Term {
      MatrixProblem.Term(
        MatrixFamily(Assembler(wave), functions: functions, ranges: [0...1]), coefficient: factor)
    }
    let identity = try Assembler.file(Self.matrix { $0 == $1 ? 2 : 0 }, "identity")
    let model = try MatrixModel(
      MatrixProblem(
        operators: [MatrixProblem.Term(identity)], loads: [term(ComplexExpression(0, 3))],
        outputs: [.init(name: "product", vector: term(ComplexExpression(1)))]),
      parameters: Self.space())
    guard case .complexSystem(let solver) = model.form else { throw CancellationError() }
    #expect(model.reports.map(\.name) == ["load 0", "output 0"])
    for k in [1.0, 2.2, 4] {
      let exact = wave([k]).values
      let u = try solver.solve(at: [k])
      #expect(Self.distance(u, exact.map { Complex(0, 1.5) * $0 }) < 1e-8)
      let product = try solver.system.outputValues(of: u, at: [k])[0].value
      let expected = exact.reduce(Complex.zero) { $0 + Complex(0, 1.5) * $1 * $1 }
      #expect((product - expected).length < 1e-7)
    }
  }

  @Test func `sources that can be asked make systems of their own, and tell what the sums miss`()
    throws
  {
    let (tolerance, mu) = (1e-4, [2.345] as Parameter)
    let source = Assembler(Self.waves)
    let family = MatrixFamily(
      source, functions: try Self.functions(Self.waveTexts), ranges: [0...2])
    let factor = ComplexExpression(0, 2)
    let model = try MatrixModel(
      MatrixProblem(
        operators: [
          MatrixProblem.Term(family, coefficient: factor),
          MatrixProblem.Term(try Assembler.file(Self.matrix { $0 == $1 ? 1 : 0 }, "identity")),
        ],
        loads: [try Self.pull()], outputs: [.init(name: "sum", vector: try Self.pull())]),
      parameters: Self.space(),
      settings: CoefficientInterpolation.Settings(tolerance: tolerance))
    let calls = source.asked.count
    let sources = try #require(model.complexSources)
    #expect(model.sources == nil && source.asked.count == calls)
    let system = try sources.system(at: mu)
    #expect(source.asked.count == calls + 1 && source.asked.last == mu)
    let waves = Self.waves(mu)
    let exact = try Self.exact(
      Self.matrix { i, j in Complex(0, 2) * waves[i, j] + (i == j ? 1 : 0) })
    let state = try system.solution()
    #expect(Self.distance(state, exact) < 1e-13)
    let sum = exact.indices.reduce(Complex.zero) { $0 + Complex(1 + Double($1 % 3), 0) * exact[$1] }
    #expect((try system.outputValues(of: state)[0].value - sum).length < 1e-12 * sum.length)
    // What the sums miss of the matrix is what separates their solution from it, up to the condition.
    let gap = system.interpolationError
    let missed = Self.distance(try model.solve(at: mu), exact)
    #expect(gap > 1e-12 && gap < tolerance)
    #expect(missed > 1e-2 * gap && missed < 1e2 * gap)
    // At a sample nothing is missed.
    #expect(try sources.system(at: source.asked[0]).interpolationError < 1e-13)
    // A list of files is no source that could be asked.
    let list = MatrixSamples(
      name: "list",
      try (0..<6).map { i in
        let mu = Parameter([1 + 0.6 * Double(i)])
        return (mu, try Assembler.file(Self.quadratic(mu), "A\(i)"))
      })
    let listed = try MatrixModel(Self.problem(MatrixFamily(list)), parameters: Self.space())
    #expect(listed.sources == nil && listed.complexSources == nil)
  }

  @Test func `samples alone say what is a polynomial, in one parameter and in two`() throws {
    let one = MatrixSamples(
      name: "list",
      try (0..<6).map { i in
        let mu = Parameter([1 + 0.6 * Double(i)])
        return (mu, try Assembler.file(Self.quadratic(mu), "A\(i)"))
      })
    let model = try MatrixModel(Self.problem(MatrixFamily(one)), parameters: Self.space())
    let report = try #require(model.reports.first)
    #expect(report.terms == 3 && report.samples == 6 && report.unseen == 0)
    #expect(report.error < 1e-12 && report.text.contains("degree 2"))
    let between = try Self.exact(Self.quadratic([2.9]))
    #expect(Self.distance(try model.solve(at: [2.9]), between) < 1e-12)
    #expect(model.solutionError == nil)

    @Sendable func both(_ mu: Parameter) -> DenseMatrix<Complex<Double>> {
      Self.matrix { i, j in
        Complex(Self.part(i, j, 0) + mu[0] * mu[1] * Self.part(i, j, 1), mu[1] * Self.part(j, i, 2))
      }
    }
    let source = Assembler(both)
    let two = try MatrixModel(
      Self.problem(MatrixFamily(source, learningCount: 12)),
      parameters: Self.space(["k", "h"]), unseen: 2)
    #expect(source.asked.count == 14)
    #expect(try #require(two.reports.first).error < 1e-12)
    let inside = try Self.exact(both([3.3, 1.2]))
    #expect(Self.distance(try two.solve(at: [3.3, 1.2]), inside) < 1e-12)
  }

  @Test func `what samples say of one left out is what they say of one not seen`() throws {
    for (count, tolerance) in [(8, 1e-2), (12, 1e-4), (20, 1e-8)] {
      let source = Assembler(Self.waves)
      let model = try MatrixModel(
        Self.problem(MatrixFamily(source, learningCount: count)), parameters: Self.space(),
        settings: CoefficientInterpolation.Settings(tolerance: tolerance), unseen: 5)
      let report = try #require(model.reports.first)
      #expect(source.asked.count == count + 5)
      let found = [1.05, 2.3, 3.9].map { k in
        let mu = Parameter([k])
        return (try? Self.distance(model.solve(at: mu), Self.exact(Self.waves(mu)))) ?? .nan
      }
      #expect(found.allSatisfy { $0 < 100 * tolerance }, "\(count): \(found)")
      #expect(report.error < 10 * tolerance)
      // As polynomials at Chebyshev's points are: a constant that grows like a logarithm.
      #expect(report.amplification > 1 && report.amplification < 4)
    }
  }

  @Test func `a parameter spread by its logarithm may be one of the polynomials`() throws {
    let space = try ParameterSpace(axes: [
      ParameterAxis(name: "k", range: 1e-3...1e3, scale: .log)
    ])
    let source = Assembler { mu in
      Self.matrix { i, j in
        Complex(Self.part(i, j, 0) + Double.log(mu[0]) / 10 * Self.part(i, j, 1), 0)
      }
    }
    let model = try MatrixModel(
      Self.problem(MatrixFamily(source, learningCount: 5)), parameters: space, unseen: 3)
    let report = try #require(model.reports.first)
    #expect(report.text.contains("logarithms") && report.error < 1e-12)
  }

  @Test func `what cannot be summed is refused, and why is said`() throws {
    func message(
      _ family: MatrixFamily, _ settings: CoefficientInterpolation.Settings = .init()
    ) throws -> String {
      do {
        _ = try MatrixModel(Self.problem(family), parameters: Self.space(), settings: settings)
        return ""
      } catch { return "\(error)" }
    }
    // A function is missing: the sum misses the matrix where nothing was learnt.
    let half = try Self.functions([("1", "0"), ("cos(k*x)", "sin(k*x)")])
    #expect(
      try message(MatrixFamily(Assembler(Self.waves), functions: half, ranges: [0...0.5]))
        .contains("the functions are not all it depends through"))
    // Too few samples, or far too few.
    let few = MatrixFamily(Assembler(Self.waves), learningCount: 6)
    #expect(try message(few).contains("let it learn from more ('learn')"))
    let single = MatrixFamily(Assembler(at: [[2]], Self.waves))
    #expect(try message(single).contains("1 sample says nothing"))
    #expect(
      try message(
        MatrixFamily(
          Assembler(at: [[1], [2], [4]], Self.waves), functions: Self.functions(Self.waveTexts),
          ranges: [0...2])
      ).contains("give more samples"))
    // Terms run out.
    #expect(
      try message(
        MatrixFamily(
          Assembler(Self.waves), functions: Self.functions(Self.waveTexts), ranges: [0...2]),
        .init(size: 3)
      ).contains("'size' in [interpolation]"))
    // Not a number in the range.
    #expect(
      try message(
        MatrixFamily(Assembler(Self.quadratic), functions: Self.functions([("1/(k-4)", "0")]))
      ).contains("cannot be interpolated"))
    // Sizes that change.
    let growing = Assembler { mu in
      DenseMatrix(
        rowCount: mu[0] > 2.5 ? 3 : 2, columnCount: mu[0] > 2.5 ? 3 : 2,
        values: [Complex<Double>](repeating: 1, count: mu[0] > 2.5 ? 9 : 4))
    }
    #expect(
      try message(MatrixFamily(growing, functions: Self.functions([("1", "0"), ("k", "0")])))
        .contains("of order"))
  }
}
