extension AffineTerm {
  /// The same sum with fewer terms: first those with proportional g are joined, then those with
  /// proportional θ, then once more those with proportional g.
  static func joined(_ terms: [AffineTerm]) -> [AffineTerm] {
    if terms.count < 2 { return terms.filter { $0.theta != .zero && $0.g != .zero } }
    let byG = collected(terms, matching: \.g, adding: \.theta)
    let byTheta = collected(byG, matching: \.theta, adding: \.g)
    return collected(byTheta, matching: \.g, adding: \.theta)
  }

  /// Adds up the factor `adding` of the terms whose factor `matching` agrees up to a number.
  private static func collected(
    _ terms: [AffineTerm], matching: WritableKeyPath<AffineTerm, Expression>,
    adding: WritableKeyPath<AffineTerm, Expression>
  ) -> [AffineTerm] {
    var index: [Expression: Int] = [:]
    var result: [AffineTerm] = []
    var scales: [Double] = []
    var parts: [[Expression]] = []
    for term in terms {
      let (scale, direction) = term[keyPath: matching].scaleAndDirection
      if let i = index[direction], (scale / scales[i]).isFinite {
        parts[i].append(term[keyPath: adding].scaled(by: scale / scales[i]))
      } else {
        index[direction] = result.count
        result.append(term)
        scales.append(scale)
        parts.append([term[keyPath: adding]])
      }
    }
    for i in result.indices where parts[i].count > 1 {
      result[i][keyPath: adding] = Expression.sum(parts[i]).simplified()
    }
    return result.filter { $0.theta != .zero && $0.g != .zero }
  }
}

extension Expression {
  /// A number times an expression in a spelling that does not depend on the order of operands;
  /// of a sum the number is the coefficient of its first term in that order.
  var scaleAndDirection: (scale: Double, direction: Expression) {
    let (coefficient, rest) = coefficientAndRest
    let ordered = rest.ordered()
    guard case .sum(let terms) = ordered.form else { return (coefficient, ordered) }
    let first = terms[0].coefficientAndRest.coefficient
    let scaled = terms.map { $0.scaled(by: 1 / first) }
    guard (coefficient * first).isFinite, (1 / first).isFinite else {
      return (coefficient, ordered)
    }
    return (coefficient * first, .sum(scaled))
  }

  /// The expression with the operands of sums, products and other symmetric operations sorted, the
  /// same way on every run.
  private func ordered() -> Expression {
    let inner = mappingOperands { $0.ordered() }
    func before(_ a: Expression, _ b: Expression) -> Bool {
      let u = a.coefficientAndRest
      let v = b.coefficientAndRest
      return (u.rest.node.fingerprint, u.coefficient) < (v.rest.node.fingerprint, v.coefficient)
    }
    switch inner.form {
    case .sum(let terms): return .sum(terms.sorted(by: before))
    case .product(let factors): return .product(factors.sorted(by: before))
    case .call(let f, let arguments) where [.min, .max, .and, .or, .hypot].contains(f):
      return .call(f, arguments.sorted(by: before))
    default: return inner
    }
  }
}
