extension Expression {
  /// The most terms an affine split may have, also in between.
  public static let mostAffineTerms = 1024

  /// The largest whole power of a mixed sum that an affine split expands.
  public static let largestAffinePower = 64

  /// Writes the expression as Σ θ_q(μ, t) g_q(x).
  ///
  /// Sums, products, whole powers, exp, sin, cos, sinh and cosh of sums, roots and absolute values
  /// of products, conditionals with pure conditions are expanded as far as they separate; terms
  /// with proportional θ or g are joined. An expression of parameters and time alone (or of
  /// coordinates alone) is one term whose other factor is 1; zero has no terms.
  ///
  /// - Parameter positive: Symbols known to be above zero, as parameters with a positive range:
  ///   they let roots and logarithms of products separate.
  /// - Returns: Pairs with θ free of coordinates and g free of parameters and time, in the order
  ///   of their first appearance. Their sum equals the expression to round-off.
  /// - Throws: `AffineSplitError` naming the smallest part that does not separate.
  public func affineSplit(
    positive: Set<Symbol> = []
  ) throws(AffineSplitError) -> [(theta: Expression, g: Expression)] {
    let simple = simplified()
    if simple.node.dependence.contains(.fields) {
      let names = simple.symbols.compactMap { if case .field(let name) = $0 { name } else { nil } }
      throw AffineSplitError(simple, .field(names.sorted()[0]))
    }
    let splitter = AffineSplitter(positive: positive)
    return try splitter.split(simple).map { (theta: $0.theta, g: $0.g) }
  }
}

/// One product θ(μ, t) g(x).
struct AffineTerm {
  var theta: Expression
  var g: Expression

  /// The product of two terms.
  func times(_ other: AffineTerm) -> AffineTerm {
    AffineTerm(
      theta: (theta * other.theta).simplified(), g: (g * other.g).simplified())
  }
}

/// Expands an expression from the leaves to the root, each distinct part once.
final class AffineSplitter {
  let positive: Set<Symbol>
  private var known: [Expression: [AffineTerm]] = [:]

  init(positive: Set<Symbol>) { self.positive = positive }

  /// The terms of a simplified expression.
  func split(_ e: Expression) throws(AffineSplitError) -> [AffineTerm] {
    if e.constantValue == 0 { return [] }
    if !e.isMixed {
      return [
        e.node.dependence.contains(.coordinates)
          ? AffineTerm(theta: .one, g: e) : AffineTerm(theta: e, g: .one)
      ]
    }
    if let terms = known[e] { return terms }
    let terms = try splitMixed(e)
    known[e] = terms
    return terms
  }

  private func splitMixed(_ e: Expression) throws(AffineSplitError) -> [AffineTerm] {
    switch e.form {
    case .constant, .symbol: return []
    case .negation(let a):
      return try split(a).map {
        AffineTerm(theta: Expression.negation($0.theta).simplified(), g: $0.g)
      }
    case .sum(let terms): return try splitSum(terms, of: e)
    case .product(let factors): return try splitProduct(factors, of: e)
    case .reciprocal(let a):
      let terms = try split(a)
      guard terms.count == 1 else { throw AffineSplitError(a, .divisor) }
      return [
        AffineTerm(
          theta: Expression.reciprocal(terms[0].theta).simplified(),
          g: Expression.reciprocal(terms[0].g).simplified())
      ]
    case .power(let a, let b): return try splitPower(a, b, of: e)
    case .call(.conditional, let arguments):
      return try splitConditional(arguments[0], arguments[1], arguments[2])
    case .call(let function, let arguments):
      return try splitCall(function, arguments, of: e)
    }
  }

  /// Pure terms are summed before anything is expanded.
  private func splitSum(
    _ terms: [Expression], of whole: Expression
  ) throws(AffineSplitError) -> [AffineTerm] {
    var ofParameters: [Expression] = []
    var ofCoordinates: [Expression] = []
    var constants: [Expression] = []
    var result: [AffineTerm] = []
    for term in terms {
      if term.isMixed {
        result += try split(term)
        try limit(result.count, whole)
      } else if term.node.dependence.contains(.coordinates) {
        ofCoordinates.append(term)
      } else if term.node.dependence.isEmpty {
        constants.append(term)
      } else {
        ofParameters.append(term)
      }
    }
    if ofParameters.isEmpty { ofCoordinates += constants } else { ofParameters += constants }
    if !ofCoordinates.isEmpty {
      result.insert(
        AffineTerm(theta: .one, g: Expression.sum(ofCoordinates).simplified()), at: 0)
    }
    if !ofParameters.isEmpty {
      result.insert(AffineTerm(theta: Expression.sum(ofParameters).simplified(), g: .one), at: 0)
    }
    return AffineTerm.joined(result)
  }

  private func splitProduct(
    _ factors: [Expression], of whole: Expression
  ) throws(AffineSplitError) -> [AffineTerm] {
    let pure = factors.filter { !$0.isMixed }
    let ofCoordinates = pure.filter { $0.node.dependence.contains(.coordinates) }
    let ofParameters = pure.filter { !$0.node.dependence.contains(.coordinates) }
    var result = [
      AffineTerm(
        theta: Expression.product(ofParameters).simplified(),
        g: Expression.product(ofCoordinates).simplified())
    ]
    for factor in factors where factor.isMixed {
      result = try multiply(result, try split(factor), whole)
    }
    return result
  }

  private func multiply(
    _ a: [AffineTerm], _ b: [AffineTerm], _ whole: Expression
  ) throws(AffineSplitError) -> [AffineTerm] {
    try limit(a.count * b.count, whole)
    return AffineTerm.joined(a.flatMap { u in b.map { u.times($0) } })
  }

  private func limit(_ count: Int, _ whole: Expression) throws(AffineSplitError) {
    if count > Expression.mostAffineTerms { throw AffineSplitError(whole, .tooManyTerms) }
  }

  private func splitPower(
    _ a: Expression, _ b: Expression, of whole: Expression
  ) throws(AffineSplitError) -> [AffineTerm] {
    if let n = b.wholeValue {
      let base = try split(a)
      if base.count == 1 {
        return [
          AffineTerm(
            theta: Expression.power(base[0].theta, b).simplified(),
            g: Expression.power(base[0].g, b).simplified())
        ]
      }
      guard n > 0 else { throw AffineSplitError(whole, .divisor) }
      guard n <= Expression.largestAffinePower else {
        throw AffineSplitError(whole, .largePower)
      }
      var result = base
      for _ in 1..<n { result = try multiply(result, base, whole) }
      return result
    }
    if b.node.dependence.isEmpty {
      return try splitRoot(a, of: whole) { .power($0, b) }
    }
    if let base = a.constantValue, base > 0, let (theta, g) = try additiveParts(of: b) {
      return [
        AffineTerm(theta: Expression.power(a, theta).simplified(), g: .power(a, g))
      ]
    }
    throw AffineSplitError(whole, .power)
  }

  /// f(θ g) = f(θ) f(g) for a broken power, if one factor is provably not negative.
  func splitRoot(
    _ a: Expression, of whole: Expression, _ root: (Expression) -> Expression
  ) throws(AffineSplitError) -> [AffineTerm] {
    let terms = try split(a)
    guard terms.count == 1 else { throw AffineSplitError(whole, .power) }
    guard let (theta, g) = signedFactors(of: terms[0], atLeast: .nonnegative) else {
      throw AffineSplitError(whole, .sign)
    }
    return [AffineTerm(theta: root(theta).simplified(), g: root(g).simplified())]
  }

  /// θ and g of which one is provably of the sign, any minus sign moved to the other.
  func signedFactors(of term: AffineTerm, atLeast sign: Sign) -> (Expression, Expression)? {
    let (c, rest) = term.theta.coefficientAndRest
    let magnitude = rest.scaled(by: c.magnitude)
    let isNegative = c < 0
    if magnitude.sign(given: positive) >= sign {
      return (magnitude, isNegative ? Expression.negation(term.g).simplified() : term.g)
    }
    let (d, other) = term.g.coefficientAndRest
    let size = other.scaled(by: d.magnitude)
    guard size.sign(given: positive) >= sign else { return nil }
    return (d < 0 ? Expression.negation(term.theta).simplified() : term.theta, size)
  }

  /// p(μ) and s(x) with p + s = e, if e separates so.
  func additiveParts(of e: Expression) throws(AffineSplitError) -> (Expression, Expression)? {
    var ofParameters: [Expression] = []
    var ofCoordinates: [Expression] = []
    for term in try split(e) {
      if term.g.node.dependence.isEmpty {
        ofParameters.append(term.theta * term.g)
      } else if term.theta.node.dependence.isEmpty {
        ofCoordinates.append(term.theta * term.g)
      } else {
        return nil
      }
    }
    return (Expression.sum(ofParameters).simplified(), Expression.sum(ofCoordinates).simplified())
  }
}

extension Expression {
  /// Whether both coordinates and parameters (or time) occur.
  var isMixed: Bool { node.dependence.isSuperset(of: [.coordinates, .parameters]) }
}
