/// Why a coefficient is no sum Σ θ_q(μ, t) g_q(x).
public struct AffineSplitError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What stands in the way.
  public enum Reason: Hashable, Sendable {
    /// A function of an argument that mixes parameters and coordinates inseparably.
    case function(String)
    /// A divisor that is no single product of a parameter part and a coordinate part.
    case divisor
    /// A power whose base or exponent mixes the two inseparably.
    case power
    /// A comparison between parameters and coordinates.
    case comparison
    /// A root, logarithm or broken power of a product whose factors may be negative.
    case sign
    /// The unknown itself occurs.
    case field(String)
    /// A whole power above `Expression.largestAffinePower` of a sum that mixes the two.
    case largePower
    /// Expanding gives more terms than `Expression.mostAffineTerms`.
    case tooManyTerms
  }

  /// The part that does not separate, in the language of case files; long ones are cut.
  public let part: String
  /// What stands in the way.
  public let reason: Reason

  init(_ part: Expression, _ reason: Reason) {
    let text = part.depth > 100 ? "…" : part.description
    self.part = text.count <= 80 ? text : text.prefix(80) + "…"
    self.reason = reason
  }

  /// The part, the reason and what can be done.
  public var description: String {
    let start = "'\(part)' does not separate into parameters times coordinates: "
    let cure = "; rewrite it, or approximate it by empirical interpolation"
    switch reason {
    case .function(let name): return start + "\(name) of an argument that mixes them" + cure
    case .divisor: return start + "the divisor is a sum that mixes them" + cure
    case .power: return start + "base or exponent mixes them" + cure
    case .comparison:
      return start + "a comparison between them moves a boundary with the parameter" + cure
    case .sign:
      return start + "its factors may be negative; write the root or logarithm of each factor"
        + " by itself, or give the parameter a positive range"
    case .field(let name):
      return "'\(part)' depends on the unknown \(name): the problem is nonlinear, not affine"
    case .largePower:
      return start + "powers of mixed sums are expanded up to \(Expression.largestAffinePower)"
    case .tooManyTerms:
      return "'\(part)' expands into more than \(Expression.mostAffineTerms) terms"
        + "; factor it, or approximate it by empirical interpolation"
    }
  }
}
