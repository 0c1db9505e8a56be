public import Expressions
public import LinearAlgebra

/// θ_1(μ) … θ_Q(μ): the coefficients of an affine sum, as expressions in the parameters.
///
/// The numbers depend on the expressions only, so a family read back from its texts gives the same
/// bits. Constants and plain parameters, by far the most frequent, are copied without a program.
public struct CoefficientFamily: Sendable, Equatable {
  /// A coefficient that needs no arithmetic.
  private enum Copy: Sendable {
    case constant(Double)
    case component(Int)
  }

  /// The coefficients; only parameters occur in them.
  public let expressions: [Expression]
  /// One per coefficient if all can be copied.
  private let copies: [Copy]?
  /// All coefficients, over the components that occur, where one of them is to be computed.
  private let program: Program?

  /// The number of coefficients Q.
  public var count: Int { expressions.count }
  /// The number of components a point must have.
  private let inputCount: Int
  /// Numbers of workspace that `evaluate(at:into:scratch:)` needs.
  var scratchCount: Int { program?.scratchCount ?? 0 }

  /// The coefficients as texts that read back to equal expressions in the scope of the space.
  public var texts: [String] { expressions.map(\.description) }

  /// No coefficient at all.
  public static let none = CoefficientFamily(unchecked: [], inputCount: 0)

  /// The single coefficient 1.
  public static let one = CoefficientFamily(unchecked: [Expression(1)], inputCount: 0)

  /// A family of expressions in the components of `space`.
  ///
  /// - Throws: `foreignSymbol` where anything else than a component of the space occurs.
  public init(
    _ expressions: [Expression], in space: ParameterSpace
  ) throws(CoefficientError) {
    for expression in expressions {
      for symbol in expression.symbols {
        if case .parameter(let index) = symbol, index < space.dimension { continue }
        throw .foreignSymbol(symbol.description, in: expression.description)
      }
    }
    self.init(unchecked: expressions, inputCount: space.dimension)
  }

  /// A family written as texts in the names of `space`.
  ///
  /// - Throws: `notAnExpression` with the place of the mistake.
  public init(
    parsing texts: [String], in space: ParameterSpace
  ) throws(CoefficientError) {
    var expressions: [Expression] = []
    for text in texts {
      do throws(ExpressionError) {
        expressions.append(try Expression(parsing: text, in: space.expressionScope))
      } catch { throw .notAnExpression(error) }
    }
    try self.init(expressions, in: space)
  }

  private init(unchecked expressions: [Expression], inputCount: Int) {
    self.expressions = expressions
    self.inputCount = inputCount
    let copies = expressions.compactMap { expression -> Copy? in
      if let value = expression.constantValue { return .constant(value) }
      guard expression.depth == 1, case .parameter(let index) = expression.symbols.first else {
        return nil
      }
      return .component(index)
    }
    let needsProgram = copies.count < expressions.count
    self.copies = needsProgram ? nil : copies
    program =
      needsProgram
      ? Program(expressions, inputs: (0..<inputCount).map(Symbol.parameter)) : nil
  }

  /// Equal expressions.
  public static func == (a: CoefficientFamily, b: CoefficientFamily) -> Bool {
    a.expressions == b.expressions
  }

  /// The coefficients at μ, without any check of their being finite.
  ///
  /// - Precondition: `mu` has the components of the space of the family.
  public func values(at mu: Parameter) -> [Double] {
    var values = [Double](repeating: 0, count: count)
    var scratch = [Double](repeating: 0, count: scratchCount)
    evaluate(at: mu.values, into: &values, scratch: &scratch)
    return values
  }

  /// The coefficients at the flat components of a parameter, without allocation.
  ///
  /// - Precondition: As many values as coefficients; a scratch of `scratchCount` numbers.
  func evaluate(at mu: [Double], into values: inout [Double], scratch: inout [Double]) {
    guard let copies else {
      program?.evaluate(at: mu, into: &values, scratch: &scratch)
      return
    }
    for i in copies.indices {
      switch copies[i] {
      case .constant(let value): values[i] = value
      case .component(let index): values[i] = mu[index]
      }
    }
  }

  /// The coefficients at μ.
  ///
  /// - Throws: When `mu` does not fit the space or a coefficient is not finite.
  public func checkedValues(
    at mu: Parameter, in space: ParameterSpace
  ) throws(ModelError) -> [Double] {
    try space.check(mu)
    let values = values(at: mu)
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(expressions[bad], at: mu, in: space)
    }
    return values
  }

  /// The coefficients at many points, Q × M: one column per point.
  public func values(at points: [Parameter]) -> DenseMatrix<Double> {
    var values = [Double](repeating: 0, count: count)
    var scratch = [Double](repeating: 0, count: scratchCount)
    var columns: [Double] = []
    columns.reserveCapacity(count * points.count)
    for mu in points {
      evaluate(at: mu.values, into: &values, scratch: &scratch)
      columns += values
    }
    return DenseMatrix(rowCount: count, columnCount: points.count, values: columns)
  }
}

extension ParameterSpace {
  /// The scope in which coefficients of this space are read: its parameters and nothing else.
  public var expressionScope: ExpressionScope {
    ExpressionScope(
      parameters: axes.map { ($0.name, $0.size) }, coordinates: 0, time: false)
  }

  /// Refuses a parameter of the wrong length or with components that are no numbers.
  func check(_ mu: Parameter) throws(ModelError) {
    guard mu.count == dimension else {
      throw .parameterCount(expected: dimension, found: mu.count)
    }
    if let bad = mu.values.firstIndex(where: { !$0.isFinite }) {
      throw .parameterNotFinite(name: names[bad])
    }
  }
}

/// Why expressions cannot be coefficients of a parameter space.
public enum CoefficientError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Something occurs that is not a component of the space.
  case foreignSymbol(String, in: String)
  /// A text that is no expression.
  case notAnExpression(ExpressionError)

  /// What is wrong, with the words concerned.
  public var description: String {
    switch self {
    case .foreignSymbol(let symbol, let text):
      "'\(symbol)' in '\(shortened(text))' is not a parameter of the model"
    case .notAnExpression(let error): "'\(shortened(error.text))': \(error)"
    }
  }
}
