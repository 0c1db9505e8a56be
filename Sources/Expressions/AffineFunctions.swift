/// The functions and conditionals that separate by an addition theorem or a product rule.
extension AffineSplitter {
  func splitCall(
    _ function: Function, _ arguments: [Expression], of whole: Expression
  ) throws(AffineSplitError) -> [AffineTerm] {
    let a = arguments[0]
    switch function {
    case .exp, .sin, .cos, .sinh, .cosh:
      guard let (p, s) = try additiveParts(of: a) else {
        throw AffineSplitError(whole, .function(function.name))
      }
      return AffineTerm.joined(sumFormula(function, p, s))
    case .sqrt: return try splitRoot(a, of: whole) { .call(.sqrt, [$0]) }
    case .abs, .sign, .cbrt:
      let terms = try split(a)
      guard terms.count == 1 else { throw AffineSplitError(whole, .function(function.name)) }
      return [
        AffineTerm(
          theta: Expression.call(function, [terms[0].theta]).simplified(),
          g: Expression.call(function, [terms[0].g]).simplified())
      ]
    case .log, .log2, .log10:
      let terms = try split(a)
      guard terms.count == 1 else { throw AffineSplitError(whole, .function(function.name)) }
      guard let (theta, g) = signedFactors(of: terms[0], atLeast: .positive) else {
        throw AffineSplitError(whole, .sign)
      }
      return [
        AffineTerm(theta: Expression.call(function, [theta]).simplified(), g: .one),
        AffineTerm(theta: .one, g: Expression.call(function, [g]).simplified()),
      ]
    case .and, .or, .not: return try splitConditional(whole, .one, .zero)
    case _ where function.isComparison: throw AffineSplitError(whole, .comparison)
    default: throw AffineSplitError(whole, .function(function.name))
    }
  }

  /// f(p + s) by the addition theorem of f.
  private func sumFormula(_ function: Function, _ p: Expression, _ s: Expression) -> [AffineTerm] {
    func term(_ f: Function, _ h: Function) -> AffineTerm {
      AffineTerm(
        theta: Expression.call(f, [p]).simplified(), g: Expression.call(h, [s]).simplified())
    }
    switch function {
    case .sin: return [term(.sin, .cos), term(.cos, .sin)]
    case .cos:
      var second = term(.sin, .sin)
      second.theta = Expression.negation(second.theta).simplified()
      return [term(.cos, .cos), second]
    case .sinh: return [term(.sinh, .cosh), term(.cosh, .sinh)]
    case .cosh: return [term(.cosh, .cosh), term(.sinh, .sinh)]
    default: return [term(function, function)]
    }
  }

  /// A pure condition goes into the factor of its kind as a conditional, never as a product with
  /// an indicator: the branch that is not taken may be infinite.
  func splitConditional(
    _ condition: Expression, _ a: Expression, _ b: Expression
  ) throws(AffineSplitError) -> [AffineTerm] {
    guard condition.isMixed else {
      return try select(condition, a, b)
    }
    guard case .call(let function, let operands) = condition.form else {
      throw AffineSplitError(condition, .comparison)
    }
    switch function {
    case .not: return try splitConditional(operands[0], b, a)
    case .and, .or:
      let head = operands[0]
      let tail = Array(operands.dropFirst())
      let rest = tail.count == 1 ? tail[0] : Expression.call(function, tail)
      let inner = Expression.conditional(rest, a, b).simplified()
      return function == .and
        ? try splitConditional(head, inner, b) : try splitConditional(head, a, inner)
    default: throw AffineSplitError(condition, .comparison)
    }
  }

  private func select(
    _ condition: Expression, _ first: Expression, _ second: Expression
  ) throws(AffineSplitError) -> [AffineTerm] {
    let a = try split(first)
    let b = try split(second)
    if a.count + b.count > Expression.mostAffineTerms {
      throw AffineSplitError(.conditional(condition, first, second), .tooManyTerms)
    }
    func choose(_ u: Expression, _ v: Expression) -> Expression {
      Expression.conditional(condition, u, v).simplified()
    }
    // The factor of the other kind is kept; branches whose kept factors are proportional pair up.
    let isOfCoordinates = condition.node.dependence.contains(.coordinates)
    let kept = isOfCoordinates ? \AffineTerm.theta : \AffineTerm.g
    let chosen = isOfCoordinates ? \AffineTerm.g : \AffineTerm.theta
    var unpaired = b.map { (term: $0, kept: $0[keyPath: kept].scaleAndDirection) }
    var result: [AffineTerm] = []
    for var term in a {
      let (scale, direction) = term[keyPath: kept].scaleAndDirection
      var other = Expression.zero
      if let i = unpaired.firstIndex(where: {
        $0.kept.direction == direction && ($0.kept.scale / scale).isFinite
      }) {
        let partner = unpaired.remove(at: i)
        other = partner.term[keyPath: chosen].scaled(by: partner.kept.scale / scale)
      }
      term[keyPath: chosen] = choose(term[keyPath: chosen], other)
      result.append(term)
    }
    for (var term, _) in unpaired {
      term[keyPath: chosen] = choose(.zero, term[keyPath: chosen])
      result.append(term)
    }
    return AffineTerm.joined(result)
  }
}
