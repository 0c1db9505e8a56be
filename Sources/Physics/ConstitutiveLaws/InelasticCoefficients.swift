internal import Expressions

/// Where the coefficients of an inelastic material stand in its table.
enum InelasticSlot {
  static let young = 0
  static let poisson = 1
  static let expansion = 2
  /// K, γ and n of ṗ = γ ⟨f/K⟩^n.
  static let resistance = 3
  static let rate = 4
  static let exponent = 5
  /// R = initial + modulus p + saturation (1 − exp(−hardeningRate p)).
  static let initial = 6
  static let modulus = 7
  static let saturation = 8
  static let hardeningRate = 9
  /// C_k and D_k in turns, and after them the stresses of the table.
  static let backstresses = 10
}

extension InelasticMaterial {
  /// Whether ṗ is a power of f.
  var isRateDependent: Bool { flow != .rateIndependent }

  /// All coefficients in the order of `InelasticSlot`.
  static func entries(
    _ elasticity: Elasticity, _ yieldStress: YieldStress, _ backstresses: [Backstress],
    _ flow: Flow
  ) -> [CoefficientTable.Entry] {
    let (zero, one) = (Expression(0), Expression(1))
    var entries: [CoefficientTable.Entry] = [
      .init("Young's modulus", elasticity.young, .positive),
      .init("Poisson's ratio", elasticity.poisson, .poisson),
      .init("thermal expansion", elasticity.expansion, .finite),
    ]
    switch flow {
    case .rateIndependent:
      entries += [("K", zero), ("rate", one), ("exponent", one)].map {
        .init($0, $1, .nonnegative)
      }
    case .norton(let coefficient, let exponent):
      entries += [
        .init("K", one, .positive), .init("creep coefficient A", coefficient, .nonnegative),
        .init("creep exponent n", exponent, .positive),
      ]
    case .perzyna(let rate, let stress, let exponent):
      entries += [
        .init("reference stress of Perzyna's rule", stress, .positive),
        .init("rate of Perzyna's rule", rate, .nonnegative),
        .init("exponent of Perzyna's rule", exponent, .positive),
      ]
    case .chaboche(let resistance, let exponent):
      entries += [
        .init("resistance K of the flow rule", resistance, .nonnegative),
        .init("rate", one, .positive), .init("exponent n of the flow rule", exponent, .positive),
      ]
    }
    let initialRange: CoefficientRange = flow == .rateIndependent ? .positive : .nonnegative
    var curve = [Expression](repeating: zero, count: 4)
    var table: [Expression] = []
    switch yieldStress {
    case .constant(let stress): curve[0] = stress
    case .linear(let initial, let modulus): (curve[0], curve[1]) = (initial, modulus)
    case .voce(let initial, let saturation, let rate, let modulus):
      curve = [initial, modulus, saturation, rate]
    case .table(_, let stresses):
      table = stresses
      curve[0] = one
    }
    entries += [
      .init("yield stress", curve[0], initialRange),
      .init("hardening modulus", curve[1], .finite),
      .init("saturation of hardening", curve[2], .finite),
      .init("rate of hardening", curve[3], .nonnegative),
    ]
    for backstress in backstresses {
      entries.append(.init("modulus C of a backstress", backstress.modulus, .nonnegative))
      entries.append(.init("recall D of a backstress", backstress.recall, .nonnegative))
    }
    return entries + table.map { .init("stress of the hardening table", $0, initialRange) }
  }
}
