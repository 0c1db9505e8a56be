/// What can be proved of a value's sign for all values of its symbols.
enum Sign: Int, Comparable {
  case unknown, nonnegative, positive
  static func < (a: Sign, b: Sign) -> Bool { a.rawValue < b.rawValue }
}

extension Expression {
  /// The provable sign where the value is defined, taking the symbols in `positive` as above zero.
  func sign(given positive: Set<Symbol>) -> Sign {
    func of(_ e: Expression) -> Sign { e.sign(given: positive) }
    switch form {
    case .constant(let value): return value > 0 ? .positive : (value == 0 ? .nonnegative : .unknown)
    case .symbol(let symbol, _): return positive.contains(symbol) ? .positive : .unknown
    case .negation: return .unknown
    case .sum(let terms):
      let signs = terms.map(of)
      if signs.contains(.unknown) { return .unknown }
      return signs.contains(.positive) ? .positive : .nonnegative
    case .product(let factors): return factors.map(of).min() ?? .positive
    case .reciprocal(let a): return of(a)
    case .power(let a, let b):
      return Swift.max(of(a), b.wholeValue?.isMultiple(of: 2) == true ? .nonnegative : .unknown)
    case .call(let function, let arguments): return callSign(function, arguments.map(of))
    }
  }

  private func callSign(_ function: Function, _ signs: [Sign]) -> Sign {
    switch function {
    case .exp, .cosh: .positive
    case .sqrt, .abs: Swift.max(signs[0], .nonnegative)
    case .cbrt, .tanh, .sinh, .atan, .erf: signs[0]
    case .hypot: Swift.max(.nonnegative, signs[0], signs[1])
    case .step: signs[0] >= .nonnegative ? .positive : .nonnegative
    case .min: signs.min() ?? .unknown
    case .max: signs.max() ?? .unknown
    case .conditional: Swift.min(signs[1], signs[2])
    default: function.isLogical ? .nonnegative : .unknown
    }
  }
}
