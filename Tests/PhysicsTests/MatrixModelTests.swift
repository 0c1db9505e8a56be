import ComplexModule
import Expressions
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import RealModule
import Testing

@Suite struct `Matrices from elsewhere` {
  /// A MatrixMarket file of the entries given, as another program would write it.
  static func matrix(
    _ name: String, _ n: Int, _ entries: [(Int, Int, Double)], columns: Int? = nil
  ) throws -> MatrixFile {
    var text = "%%MatrixMarket matrix coordinate real general\n"
    text += "\(n) \(columns ?? n) \(entries.count)\n"
    for (i, j, value) in entries { text += "\(i + 1) \(j + 1) \(value)\n" }
    return try MatrixFile(bytes: Array(text.utf8), file: name)
  }

  static func vector(_ name: String, _ values: [Double]) throws -> MatrixFile {
    var text = "%%MatrixMarket matrix array real general\n\(values.count) 1\n"
    for value in values { text += "\(value)\n" }
    return try MatrixFile(bytes: Array(text.utf8), file: name)
  }

  static func file(_ name: String, _ matrix: SparseMatrix<Double>) throws -> MatrixFile {
    var entries: [(Int, Int, Double)] = []
    for i in 0..<matrix.rowCount {
      for k in matrix.pattern.rowStart[i]..<matrix.pattern.rowStart[i + 1]
      where matrix.values[k] != 0 {
        entries.append((i, Int(matrix.pattern.column[k]), matrix.values[k]))
      }
    }
    return try self.matrix(name, matrix.rowCount, entries)
  }

  static func space() throws -> ParameterSpace {
    try ParameterSpace(axes: [
      ParameterAxis(name: "k", size: 2, range: 0.1...10, scale: .log, default: 1)
    ])
  }

  static func term(
    _ file: MatrixFile, _ coefficient: String, _ imaginary: String = "0"
  ) throws -> MatrixProblem.Term {
    MatrixProblem.Term(
      file,
      coefficient: ComplexExpression(
        try Expression(parsing: coefficient, in: space().expressionScope),
        try Expression(parsing: imaginary, in: space().expressionScope)))
  }

  /// Two halves of a chain of springs, each singular alone, held at the left end.
  static func chain(_ n: Int = 12) throws -> (left: MatrixFile, right: MatrixFile) {
    func springs(_ range: Range<Int>) -> [(Int, Int, Double)] {
      range.flatMap { i -> [(Int, Int, Double)] in
        i == 0 ? [(0, 0, 1)] : [(i, i, 1), (i - 1, i - 1, 1), (i, i - 1, -1), (i - 1, i, -1)]
      }
    }
    func summed(_ entries: [(Int, Int, Double)]) -> [(Int, Int, Double)] {
      var sums: [Int: Double] = [:]
      for (i, j, value) in entries { sums[i * n + j, default: 0] += value }
      return sums.sorted { $0.key < $1.key }.map { ($0.key / n, $0.key % n, $0.value) }
    }
    return (
      try matrix("left.mtx", n, summed(springs(0..<n / 2))),
      try matrix("right.mtx", n, summed(springs(n / 2..<n)))
    )
  }

  static func problem(_ n: Int = 12) throws -> MatrixProblem {
    let (left, right) = try chain(n)
    var pull = [Double](repeating: 0, count: n)
    pull[n - 1] = 1
    return MatrixProblem(
      operators: [try term(left, "k[0]"), try term(right, "k[1]")],
      loads: [try term(vector("pull.mtx", pull), "2")],
      outputs: [.init(name: "end", vector: try term(vector("end.mtx", pull), "1"))])
  }

  @Test func `semidefinite halves make a certified whole`() throws {
    let model = try MatrixModel(Self.problem(), parameters: Self.space())
    guard case .coercive(let affine) = model.form else {
      Issue.record("\(model.notes)")
      return
    }
    // Springs in series: each half has six of them.
    let mu: Parameter = [2, 5]
    let end = try affine.decomposition.outputValues(of: affine.solve(at: mu), at: mu)[0].value
    #expect(abs(end - 2 * (6 / 2.0 + 6 / 5.0)) < 1e-12)
    #expect(model.notes.isEmpty)
    var projection = try GalerkinProjection(of: affine.decomposition)
    try projection.extend(by: affine.solve(at: [1, 1]))
    try projection.extend(by: affine.solve(at: [1, 4]))
    let answer = try projection.model.answer(at: mu)
    #expect(answer.estimate.guarantee != .indicator)
  }

  @Test func `the matrices of a diffusion model give its solutions`() throws {
    let t = try DiffusionTexts(ParameterAxis(name: "k", size: 2, range: 0.1...10, scale: .log))
    let diffusion = try DiffusionModel(
      DiffusionProblem(
        materials: [try t.material("k[0]"), try t.material("k[1]", on: ["block1"])],
        boundaries: [try t.value("0", on: "left"), try t.flux("1", on: "right")]),
      on: Mesh.square(6).cut(into: 2), parameters: t.parameters)
    let d = diffusion.decomposition
    let problem = MatrixProblem(
      operators: try d.operatorSum.terms.enumerated().map {
        try Self.term(Self.file("A\($0).mtx", $1), "k[\($0)]")
      },
      loads: [try Self.term(Self.vector("f.mtx", d.loadSum.terms[0]), "1")],
      product: try Self.file("X.mtx", #require(d.innerProduct.matrix)))
    let model = try MatrixModel(problem, parameters: Self.space())
    guard case .coercive = model.form else { throw CancellationError() }
    let mu: Parameter = [0.3, 4]
    let (a, b) = (try model.solve(at: mu), try diffusion.solve(at: mu))
    for (x, y) in zip(a, b) { #expect((x - Complex(y, 0)).length < 1e-12) }
  }

  @Test func `what is not symmetric, not semidefinite or negative is not certified`() throws {
    let skew = try Self.matrix("skew.mtx", 12, [(0, 11, 1), (11, 0, -1)])
    let indefinite = try Self.matrix("saddle.mtx", 12, [(0, 0, 1), (1, 1, -1)])
    for (file, coefficient, word) in [
      (skew, "k[0]", "'skew.mtx' is not symmetric"),
      (indefinite, "k[0]", "'saddle.mtx' is not positive semidefinite"),
      (try Self.chain().left, "k[0] - 5", "negative"),
    ] {
      var problem = try Self.problem()
      problem.operators.append(try Self.term(file, coefficient))
      let model = try MatrixModel(problem, parameters: Self.space())
      guard case .system(let solver) = model.form else {
        Issue.record("\(word): \(model.notes)")
        continue
      }
      #expect(model.notes.contains { $0.contains(word) })
      let mu: Parameter = [7, 3]
      let u = try solver.solve(at: mu)
      let rest = zip(try solver.system.systemMatrix(at: mu) * u, try solver.system.load(at: mu))
      #expect(rest.allSatisfy { abs($0 - $1) < 1e-11 })
    }
  }

  @Test func `a complex coefficient is two terms`() throws {
    var problem = try Self.problem()
    problem.operators[0].coefficient.imaginary = Expression(0.5)
    let model = try MatrixModel(problem, parameters: Self.space())
    guard case .complexSystem(let solver) = model.form else { throw CancellationError() }
    #expect(solver.system.operatorSum.terms.count == 3)
    let mu: Parameter = [2, 5]
    let u = try model.solve(at: mu)
    let exact = Complex<Double>(12, 0) / Complex(2, 0.5) + Complex(12.0 / 5, 0)
    #expect((u[11] - exact).length < 1e-12)
  }

  @Test func `what does not fit is refused by the name of its file`() throws {
    func message(_ change: (inout MatrixProblem) throws -> Void) throws -> String {
      var problem = try Self.problem()
      try change(&problem)
      do {
        _ = try MatrixModel(problem, parameters: Self.space())
        return ""
      } catch { return "\(error)" }
    }
    let small = try Self.matrix("small.mtx", 3, [(0, 0, 1)])
    let wide = try Self.matrix("wide.mtx", 12, [(0, 0, 1)], columns: 10)
    #expect(try message { $0.operators = [] }.contains("no operator"))
    #expect(
      try message { $0.operators.append(try Self.term(small, "1")) }
        .contains("'small.mtx' is of order 3, 'left.mtx' of order 12"))
    #expect(
      try message { $0.operators.append(try Self.term(wide, "1")) }
        .contains("'wide.mtx' is 12 × 10; an operator is square"))
    #expect(
      try message { $0.loads[0].content = .file(try Self.vector("f.mtx", [1, 2])) }
        .contains("'f.mtx' has 2 entries, the operators are of order 12"))
    #expect(try message { $0.loads[0].content = .file(wide) }.contains("wide.mtx"))
    #expect(try message { $0.product = small }.contains("'small.mtx' is 3 × 3"))
    #expect(try message { $0.product = try Self.chain().left }.contains("no inner product"))
    #expect(
      try message { $0.product = try Self.matrix("skew.mtx", 12, [(0, 11, 1), (11, 0, -1)]) }
        .contains("'skew.mtx' is no inner product"))
    #expect(
      try message { $0.operators.removeLast() }.contains("is singular"))
    #expect(
      try message { $0.outputs[0].vector.coefficient = ComplexExpression(Expression(.time)) }
        .contains("depends on 't'"))
    #expect(throws: (any Error).self) { try Self.matrix("nan.mtx", 2, [(0, 0, .nan)]) }
  }
}
