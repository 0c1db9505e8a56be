internal import ComplexModule
internal import Expressions
internal import Files
internal import LinearAlgebra
internal import ModelReduction
internal import RealModule

/// Checks the matrices of a problem against each other and makes affine sums of them.
struct MatrixBuilder<S: Scalar> {
  let problem: MatrixProblem
  let parameters: ParameterSpace
  /// n.
  let order: Int
  /// The pattern of a vector as a matrix.
  private let column: SparsityPattern
  private(set) var operators: [SparseMatrix<S>] = []
  private(set) var operatorCoefficients: [Expression] = []
  /// Of each operator term, the file or source it comes from.
  private(set) var operatorNames: [String] = []
  private(set) var loads: [[S]] = []
  private(set) var loadCoefficients: [Expression] = []
  private(set) var outputs: [LinearFunctional<S>] = []
  /// Sums of samples whose sources can be asked.
  private(set) var askedOperators: [SourceSystems<S>.Term] = []
  private(set) var askedLoads: [SourceSystems<S>.Term] = []
  private(set) var askedOutputs: [SourceSystems<S>.Term] = []
  /// How well samples make what they are samples of.
  private(set) var reports: [NonintrusiveReport] = []
  /// Where all that is sampled was looked at unseen, with what operator and load miss there.
  private(set) var unseen: [UnseenSystem<S>] = []

  init(
    _ problem: MatrixProblem, _ sampled: SampledProblem, _ parameters: ParameterSpace,
    tolerance: Double
  ) throws(PhysicsError) {
    (self.problem, self.parameters) = (problem, parameters)
    guard let first = sampled.operators.first, let file = first.matrices.first else {
      throw PhysicsError(.problem, "there is no operator; give at least one matrix")
    }
    order = file.rowCount
    column = SparsityPattern(
      rowCount: order, columnCount: 1, rowStart: Array(0...order),
      column: [Int32](repeating: 0, count: order))
    for term in sampled.operators {
      for file in term.matrices + term.unseen.map(\.matrix) {
        guard file.rowCount == file.columnCount else {
          throw PhysicsError(
            term.subject,
            "'\(file.path)' is \(file.rowCount) × \(file.columnCount); an operator is square")
        }
        guard file.rowCount == order else {
          throw PhysicsError(
            term.subject,
            "'\(file.path)' is of order \(file.rowCount), '\(first.matrices[0].path)' of order "
              + "\(order)")
        }
      }
    }
    let column = column
    var gaps = UnseenGaps<S>(sampled)
    try readOperators(sampled.operators, &gaps, tolerance)
    for term in sampled.loads {
      let vectors = try self.vectors(term, term.matrices)
      let first = loads.count
      for (mode, coefficient) in zip(term.modes(of: vectors), term.coefficients) {
        for (theta, factor) in try parts(of: coefficient * term.factor, term.subject) {
          loads.append(factor == 1 ? mode : mode.map { factor * $0 })
          loadCoefficients.append(theta)
        }
      }
      askedLoads += term.asked(summedBy: first..<loads.count)
      try judge(term, term.modes(of: vectors), over: column, tolerance) { gap, k in
        gaps.add(gap.over(column).values, k, of: term)
      }
    }
    if loads.isEmpty {
      loads = [[S](repeating: S.zero, count: order)]
      loadCoefficients = [Expression(0)]
    }
    for (output, term) in zip(problem.outputs, sampled.outputs) {
      let modes = term.modes(of: try vectors(term, term.matrices))
      var (functional, thetas): ([[S]], [Expression]) = ([], [])
      for (mode, coefficient) in zip(modes, term.coefficients) {
        for (theta, factor) in try parts(of: coefficient * term.factor, term.subject) {
          functional.append(factor == 1 ? mode : mode.map { factor * $0 })
          thetas.append(theta)
        }
      }
      outputs.append(
        LinearFunctional(
          name: output.name, functional: AffineSum(functional),
          coefficients: try family(thetas, term.subject)))
      askedOutputs += term.asked(summedBy: functional.indices)
      try judge(term, modes, over: column, tolerance) { _, _ in }
    }
    unseen = gaps.systems
  }

  /// All operators on the union of their patterns, which is symmetric as the analysis of a factorization
  /// wants it.
  private mutating func readOperators(
    _ terms: [SampledTerm], _ gaps: inout UnseenGaps<S>, _ tolerance: Double
  ) throws(PhysicsError) {
    var read: [SparseMatrix<S>] = []
    for term in terms {
      let stack = try MatrixStack<S>(term.matrices, term.subject)
      let modes = term.modes(of: stack.values)
      let first = read.count
      for (mode, coefficient) in zip(modes, term.coefficients) {
        for (theta, factor) in try parts(of: coefficient * term.factor, term.subject) {
          let matrix = SparseMatrix(pattern: stack.pattern, values: mode)
          read.append(factor == 1 ? matrix : factor * matrix)
          operatorCoefficients.append(theta)
          operatorNames.append(term.name)
        }
      }
      askedOperators += term.asked(summedBy: first..<read.count)
      try judge(term, modes, over: stack.pattern, tolerance) { matrix, k in
        gaps.add(matrix, k, of: term)
      }
    }
    guard var pattern = read.first?.pattern else {
      throw PhysicsError(.problem, "all operators have the coefficient zero")
    }
    for matrix in read.dropFirst() { pattern = pattern.covering(matrix.pattern) }
    let mirrored = pattern.transposed()
    if mirrored.column != pattern.column { pattern = pattern.union(mirrored) }
    operators = read.map { $0.over(pattern) }
  }

  /// Holds a sum of samples against the matrices at unseen parameters.
  ///
  /// - Parameter found: Called with what the sum misses at the k-th of them.
  private mutating func judge(
    _ term: SampledTerm, _ modes: [[S]], over pattern: SparsityPattern, _ tolerance: Double,
    _ found: (SparseMatrix<S>, Int) -> Void
  ) throws(PhysicsError) {
    guard term.triangle != nil else { return }
    var worst: Double?
    for (k, point) in term.unseen.enumerated() {
      let whole = try exact(point.matrix, over: pattern, term.subject)
      var sum = [S](repeating: S.zero, count: pattern.entryCount)
      for (mode, c) in zip(modes, term.coefficients) {
        axpy(c.value(at: point.mu), mode, into: &sum)
      }
      let gap = whole - SparseMatrix(pattern: pattern, values: sum)
      let size = norm(whole.values)
      worst = max(worst ?? 0, size > 0 ? norm(gap.values) / size : norm(gap.values))
      found(gap, k)
    }
    let error = max(worst ?? 0, term.error ?? 0)
    guard error <= 100 * tolerance else {
      throw PhysicsError(
        term.subject,
        "\(modes.count) samples make the matrix at parameters not learnt from to \(Float(error)) of its "
          + "size only, where \(Float(tolerance)) is asked for: the functions are not all it depends "
          + "through, or x, y, z go further; or the matrix is not computed as exactly as that "
          + "('tolerance' in [interpolation])")
    }
    reports.append(
      NonintrusiveReport(
        subject: term.subject, source: term.name, text: term.text, terms: modes.count,
        samples: term.sampleCount, unseen: term.unseen.count,
        error: worst ?? term.error ?? term.functionError, amplification: term.amplification,
        canBeAsked: term.asked != nil))
  }

  /// A matrix; a vector where the pattern is that of one, whether its file has a row or a column.
  private func exact(
    _ file: MatrixFile, over pattern: SparsityPattern, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> SparseMatrix<S> {
    if pattern === column {
      return SparseMatrix(pattern: pattern, values: try vector(file, subject))
    }
    let stack = try MatrixStack<S>([file], subject)
    return SparseMatrix(pattern: stack.pattern, values: stack.values[0])
  }

  private func vectors(
    _ term: SampledTerm, _ files: [MatrixFile]
  ) throws(PhysicsError) -> [[S]] {
    var vectors: [[S]] = []
    for file in files { vectors.append(try vector(file, term.subject)) }
    return vectors
  }

  private func vector(
    _ file: MatrixFile, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> [S] {
    let vector = try PhysicsError.reading(subject) { () throws(FormatError) in
      try file.vector(of: S.self)
    }
    guard vector.count == order else {
      throw PhysicsError(
        subject,
        "'\(file.path)' has \(vector.count) entries, the operators are of order \(order)")
    }
    return vector
  }

  /// θ and i θ' of a complex coefficient; parts that vanish are left out, a real one stays.
  private func parts(
    of coefficient: ComplexExpression, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> [(theta: Expression, factor: S)] {
    for symbol in coefficient.real.symbols.union(coefficient.imaginary.symbols) {
      if case .parameter(let index) = symbol, index < parameters.dimension { continue }
      throw PhysicsError(
        subject, "the coefficient depends on '\(symbol)'; it is an expression of the parameters")
    }
    for part in [coefficient.real, coefficient.imaginary] {
      try checkFinite(part.simplified(), in: parameters, of: subject, as: "coefficient")
    }
    var parts: [(theta: Expression, factor: S)] = []
    let (real, imaginary) = (coefficient.real.simplified(), coefficient.imaginary.simplified())
    if imaginary.constantValue != 0 {
      guard let i = Complex<Double>(0, 1) as? S else {
        throw PhysicsError(subject, "a complex coefficient in a real problem")
      }
      parts.append((imaginary, i))
    }
    if real.constantValue != 0 || parts.isEmpty { parts.insert((real, 1), at: 0) }
    return parts
  }

  func family(
    _ expressions: [Expression], _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> CoefficientFamily {
    do throws(ModelReduction.CoefficientError) {
      return try CoefficientFamily(expressions, in: parameters)
    } catch { throw PhysicsError(subject, "\(error)") }
  }

  /// X where the problem gives it.
  ///
  /// - Throws: When it is not real, of another order, not symmetric or not positive definite.
  func givenProduct() throws(PhysicsError) -> InnerProduct<Double>? {
    guard let file = problem.product else { return nil }
    guard file.rowCount == order, file.columnCount == order else {
      throw PhysicsError(
        .product,
        "the product '\(file.path)' is \(file.rowCount) × \(file.columnCount), the operators are "
          + "of order \(order)")
    }
    let matrix = try PhysicsError.reading(.product) { () throws(FormatError) in
      try file.sparseMatrix(of: Double.self)
    }
    do throws(FactorizationError) { _ = try SparseCholesky(matrix) } catch {
      throw PhysicsError(
        .product, "'\(file.path)' is no inner product: \(error)")
    }
    return InnerProduct(matrix, name: "product")
  }
}

extension SampledTerm {
  /// This term, if its source can be asked, with the terms of the affine system that sum it.
  fileprivate func asked<S: Scalar>(summedBy terms: Range<Int>) -> [SourceSystems<S>.Term] {
    asked.map { family in
      [SourceSystems<S>.Term(family: family, factor: factor, subject: subject, terms: terms)]
    } ?? []
  }
}

extension PhysicsError {
  /// Runs `body`; a file that does not suit is blamed on `subject`.
  static func reading<Value>(
    _ subject: Subject, _ body: () throws(FormatError) -> Value
  ) throws(PhysicsError) -> Value {
    do throws(FormatError) { return try body() } catch { throw PhysicsError(subject, "\(error)") }
  }
}

extension SparseMatrix<Double> {
  /// Whether xᵀAx ≥ 0 for all x, up to 10⁻¹⁰ of the diagonal, by a Cholesky factorization of A with a
  /// tiny shift; false for a matrix that is not symmetric.
  var isPositiveSemidefinite: Bool {
    guard isSymmetric(tolerance: 1e-12) else { return false }
    let diagonal = diagonal
    let size = diagonal.reduce(0) { max($0, $1.magnitude) }
    guard size > 0 else { return values.allSatisfy { $0 == 0 } }
    let n = rowCount
    let identity = SparseMatrix(
      pattern: SparsityPattern(
        rowCount: n, columnCount: n, rowStart: Array(0...n), column: (0..<n).map(Int32.init)),
      values: [Double](repeating: 1e-13 * size, count: n))
    do throws(FactorizationError) {
      _ = try SparseCholesky(self + identity)
      return true
    } catch {
      if case .singular = error { return true }
      return false
    }
  }
}
