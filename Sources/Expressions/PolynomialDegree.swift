extension Expression {
  /// The degree of the expression as a polynomial in some symbols together, with coefficients of
  /// the others; nil where its form is not that of a polynomial.
  ///
  /// The form decides, not the values: `sqrt(u^2)` and `u > 0 ? u : u` have no degree, and terms
  /// that cancel count unless simplification removes them. What has a degree is the polynomial it
  /// looks like everywhere, with no kinks or jumps in these symbols.
  ///
  /// - Returns: At most `mostPolynomialDegree`; nil for larger degrees as well.
  public func polynomialDegree(in symbols: Set<Symbol>) -> Int? {
    var known: [ObjectIdentifier: Int] = [:]
    return degree(in: symbols, &known)
  }

  /// The largest degree that is told from "no polynomial".
  public static let mostPolynomialDegree = 64

  /// Each shared part once: `known` keeps degrees by node, −1 for parts without one.
  private func degree(in symbols: Set<Symbol>, _ known: inout [ObjectIdentifier: Int]) -> Int? {
    if node.dependence.isEmpty { return 0 }
    let key = ObjectIdentifier(node)
    if let degree = known[key] { return degree < 0 ? nil : degree }
    let found = ownDegree(in: symbols, &known).flatMap {
      $0 <= Expression.mostPolynomialDegree ? $0 : nil
    }
    known[key] = found ?? -1
    return found
  }

  private func ownDegree(
    in symbols: Set<Symbol>, _ known: inout [ObjectIdentifier: Int]
  ) -> Int? {
    switch form {
    case .constant: return 0
    case .symbol(let symbol, _): return symbols.contains(symbol) ? 1 : 0
    case .negation(let a): return a.degree(in: symbols, &known)
    case .sum(let terms):
      var largest = 0
      for term in terms {
        guard let degree = term.degree(in: symbols, &known) else { return nil }
        largest = max(largest, degree)
      }
      return largest
    case .product(let factors):
      var total = 0
      for factor in factors {
        guard let degree = factor.degree(in: symbols, &known) else { return nil }
        total += degree
      }
      return total
    case .power(let base, let exponent):
      guard let degree = base.degree(in: symbols, &known),
        exponent.degree(in: symbols, &known) == 0
      else { return nil }
      if degree == 0 { return 0 }
      guard let n = exponent.constantValue,
        let whole = Int(exactly: n), 0...Expression.mostPolynomialDegree ~= whole
      else { return nil }
      return degree * whole
    case .reciprocal(let a): return a.degree(in: symbols, &known) == 0 ? 0 : nil
    case .call(_, let arguments):
      for argument in arguments where argument.degree(in: symbols, &known) != 0 { return nil }
      return 0
    }
  }
}

extension Expression {
  /// The leading number of a product and what it multiplies: 2 and k of 2 k, −1 and k of −k, a
  /// number and 1 of a number alone.
  public var numberAndRest: (number: Double, rest: Expression) {
    let (coefficient, rest) = coefficientAndRest
    return (coefficient, rest)
  }
}
