internal import ComplexModule
internal import Expressions
internal import Files
internal import LinearAlgebra
internal import ModelReduction
internal import RealModule

/// Checks the files of a matrix problem against each other and makes affine sums of them.
struct MatrixBuilder<S: Scalar> {
  let problem: MatrixProblem
  let parameters: ParameterSpace
  /// n.
  let order: Int
  private(set) var operators: [SparseMatrix<S>] = []
  private(set) var operatorCoefficients: [Expression] = []
  private(set) var loads: [[S]] = []
  private(set) var loadCoefficients: [Expression] = []
  private(set) var outputs: [LinearFunctional<S>] = []

  init(_ problem: MatrixProblem, _ parameters: ParameterSpace) throws(PhysicsError) {
    (self.problem, self.parameters) = (problem, parameters)
    guard let first = problem.operators.first else {
      throw PhysicsError(.problem, "there is no operator; give at least one matrix")
    }
    order = first.file.rowCount
    for (k, term) in problem.operators.enumerated() {
      let file = term.file
      guard file.rowCount == file.columnCount else {
        throw PhysicsError(
          .operatorTerm(k),
          "'\(file.path)' is \(file.rowCount) × \(file.columnCount); an operator is square")
      }
      guard file.rowCount == order else {
        throw PhysicsError(
          .operatorTerm(k),
          "'\(file.path)' is of order \(file.rowCount), '\(first.file.path)' of order \(order)")
      }
    }
    try readOperators()
    for (k, term) in problem.loads.enumerated() {
      let vector = try vector(term.file, .load(k))
      for (theta, factor) in try parts(of: term.coefficient, .load(k)) {
        loads.append(vector.map { factor * $0 })
        loadCoefficients.append(theta)
      }
    }
    if loads.isEmpty {
      loads = [[S](repeating: S.zero, count: order)]
      loadCoefficients = [Expression(0)]
    }
    for (k, output) in problem.outputs.enumerated() {
      let vector = try vector(output.vector.file, .output(k))
      let parts = try parts(of: output.vector.coefficient, .output(k))
      outputs.append(
        LinearFunctional(
          name: output.name,
          functional: AffineSum(parts.map { part in vector.map { part.factor * $0 } }),
          coefficients: try family(parts.map(\.theta), .output(k))))
    }
  }

  /// All operators on the union of their patterns and that of the product.
  private mutating func readOperators() throws(PhysicsError) {
    var read: [(matrix: SparseMatrix<S>, theta: Expression)] = []
    for (k, term) in problem.operators.enumerated() {
      let matrix = try PhysicsError.reading(.operatorTerm(k)) { () throws(FormatError) in
        try term.file.sparseMatrix(of: S.self)
      }
      for (theta, factor) in try parts(of: term.coefficient, .operatorTerm(k)) {
        read.append((factor == 1 ? matrix : factor * matrix, theta))
      }
    }
    guard let first = read.first else {
      throw PhysicsError(.problem, "all operators have the coefficient zero")
    }
    var pattern = first.matrix.pattern
    for (matrix, _) in read.dropFirst()
    where
      !(matrix.pattern.column == pattern.column
      && matrix.pattern.rowStart == pattern.rowStart)
    {
      pattern = pattern.union(matrix.pattern)
    }
    // Symmetric, as the analysis of a factorization wants it.
    let mirrored = pattern.transposed()
    if mirrored.column != pattern.column { pattern = pattern.union(mirrored) }
    operators = read.map { $0.matrix.expanded(to: pattern) }
    operatorCoefficients = read.map(\.theta)
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
