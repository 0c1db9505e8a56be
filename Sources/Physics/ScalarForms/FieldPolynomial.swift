internal import Expressions

/// An integrand in u and its derivatives, sorted by degree: what decides whether an output enters a
/// reduced model exactly.
///
///     F(u, ∇u) = c + a u + b·∇u + m u² + ∇u·K∇u + …
struct FieldPolynomial {
  /// c.
  var constant: Expression
  /// a.
  var value: Expression
  /// b, one entry per coordinate.
  var gradient: [Expression]
  /// m.
  var square: Expression
  /// K, entries xx, yy, xy in the plane, xx, yy, zz, yz, xz, xy in space.
  var gradientSquare: [Expression]
  /// Whether the integrand has no terms but those above.
  var isComplete: Bool

  /// Whether only c, a and b occur.
  var isLinear: Bool {
    isComplete && square.constantValue == 0 && gradientSquare.allSatisfy { $0.constantValue == 0 }
  }

  /// Whether the quadratic part depends on the coordinates alone.
  var hasConstantSquares: Bool {
    ([square] + gradientSquare).allSatisfy { entry in
      entry.symbols.allSatisfy { if case .coordinate = $0 { true } else { false } }
    }
  }

  /// Whether a derivative of u occurs.
  var usesGradient: Bool {
    gradient.contains { $0.constantValue != 0 } || gradientSquare.contains { $0.constantValue != 0 }
  }

  /// The polynomial of an integrand, by symbolic derivatives.
  init(_ integrand: Expression, dimension: Int) {
    let names = FieldPolynomial.symbols(dimension: dimension)
    func atZero(_ e: Expression) -> Expression {
      e.substituting { symbol in
        if case .field = symbol { Expression(0) } else { nil }
      }.simplified()
    }
    let first = names.map { integrand.derivative(with: $0).simplified() }
    // Kinks and jumps have derivatives that vanish almost everywhere: the form decides first.
    var complete = integrand.simplified().polynomialDegree(in: Set(names)) != nil
    var second = [[Expression]](
      repeating: [Expression](repeating: Expression(0), count: names.count), count: names.count)
    for i in names.indices {
      for j in i..<names.count {
        let e = first[i].derivative(with: names[j]).simplified()
        if e.symbols.contains(where: { if case .field = $0 { true } else { false } }) {
          complete = false
        }
        second[i][j] = e
      }
    }
    for j in 1..<names.count where second[0][j].constantValue != 0 { complete = false }
    constant = atZero(integrand)
    value = atZero(first[0])
    gradient = first.dropFirst().map(atZero)
    let half = Expression(0.5)
    square = (half * second[0][0]).simplified()
    gradientSquare = (1...dimension).map { (half * second[$0][$0]).simplified() }
    let pairs = dimension == 2 ? [(1, 2)] : [(2, 3), (1, 3), (1, 2)]
    gradientSquare += pairs.map { (half * second[$0.0][$0.1]).simplified() }
    isComplete = complete
  }

  /// u, dx(u), dy(u) and, in space, dz(u).
  static func symbols(dimension: Int) -> [Symbol] {
    [.field("u")] + ["dx(u)", "dy(u)", "dz(u)"].prefix(dimension).map { .field($0) }
  }
}
