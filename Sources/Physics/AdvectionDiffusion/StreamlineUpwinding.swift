internal import Expressions

/// What SUPG needs of one material as sums Σ θ(μ) g(x, h), from those of its velocity, its
/// conductivity and τ.
///
/// For degree 2 the length in τ is that between nodes, half of the cell's.
/// - Source: Brooks and Hughes, Comput. Methods Appl. Mech. Eng. 32 (1982); Codina, Oñate and Cervera,
///   *The intrinsic time for the streamline upwind/Petrov–Galerkin formulation using quadratic
///   elements*, Comput. Methods Appl. Mech. Eng. 94 (1992).
struct StreamlineUpwinding {
  /// A term: its coefficient, and its functions of the point and of the cell's size, the field h.
  typealias Term = (theta: Expression, g: [Expression])

  /// τ b.
  let tests: [Term]
  /// b − ∇·K: what acts on ∇u in the residual of a cell.
  let residuals: [Term]
  /// For each axis p −τ b_p K: what acts on ∇∇u in the residual, tested along that axis.
  let curvatures: [[Term]]

  /// - Parameters:
  ///   - velocity: The terms of b.
  ///   - conductivity: The terms of one number or of a symmetric tensor.
  ///   - weight: The terms of τ, in which the fourth coordinate is the size of the cell.
  init(velocity: [Term], conductivity: [Term], weight: [(theta: Expression, g: Expression)]) {
    func product(_ a: Expression, _ b: Expression) -> Expression { (a * b).simplified() }
    let tau = weight.map { term in
      (
        theta: term.theta,
        g: term.g.inCellSize
      )
    }
    let tests = tau.flatMap { tau in
      velocity.map { b in
        (theta: product(tau.theta, b.theta), g: b.g.map { product(tau.g, $0) })
      }
    }
    self.tests = tests
    let d = velocity.first?.g.count ?? 0
    curvatures = (0..<d).map { axis in
      tests.flatMap { test in
        conductivity.map { k in
          (
            theta: product(test.theta, k.theta),
            g: k.g.map { (-(test.g[axis] * $0)).simplified() }
          )
        }
      }
    }
    residuals = StreamlineUpwinding.sum(
      velocity
        + conductivity.map { k in
          (theta: k.theta, g: StreamlineUpwinding.divergence(k.g, d).map { (-$0).simplified() })
        })
  }

  /// The terms with those of one coefficient added up, and without those that vanish.
  private static func sum(_ terms: [Term]) -> [Term] {
    var thetas = CoefficientTerms()
    var result: [Term] = []
    for term in terms {
      let place = thetas.place(of: term.theta)
      if place == result.count {
        result.append(term)
      } else {
        result[place].g = zip(result[place].g, term.g).map { ($0 + $1).simplified() }
      }
    }
    return result.filter { !$0.g.allSatisfy { $0.constantValue == 0 } }
  }

  /// ∇·K of one number or a symmetric tensor in d dimensions.
  private static func divergence(_ k: [Expression], _ d: Int) -> [Expression] {
    let pairs = d == 2 ? [[0, 2], [2, 1]] : [[0, 5, 4], [5, 1, 3], [4, 3, 2]]
    return (0..<d).map { j in
      guard k.count > 1 else { return k[0].derivative(with: .coordinate(j)) }
      return (0..<d).reduce(Expression(0)) {
        $0 + k[pairs[$1][j]].derivative(with: .coordinate($1))
      }
    }
  }

  /// τ of a velocity and a conductivity, one number or a symmetric tensor.
  static func weight(
    velocity: [Expression], conductivity: [Expression], degree: Int
  ) -> Expression {
    let d = velocity.count
    let kappa =
      conductivity.count == 1
      ? conductivity[0]
      : (conductivity.prefix(d).dropFirst().reduce(conductivity[0], +) / Expression(Double(d)))
    let speed = velocity.dropFirst().reduce(velocity[0] * velocity[0]) { $0 + $1 * $1 }
    let size = Expression(Expression.cellSize)
    return tau.substituting { symbol in
      switch symbol {
      case .field("k"): kappa
      case .field("s"): speed
      case .field("h"): degree == 1 ? size : size / Expression(Double(degree))
      default: nil
      }
    }
  }

  /// h²/(4κ) (coth Pe − 1/Pe)/Pe with Pe = |b| h/(2κ), which has a limit for b → 0: below Pe = 0.1
  /// its series, right to rounding there.
  private static let tau: Expression = {
    let scope = ExpressionScope(coordinates: 0, time: false, fields: ["h", "k", "s", "p"])
    func parsed(_ text: String) -> Expression {
      guard let expression = try? Expression(parsing: text, in: scope) else {
        preconditionFailure("the formula of τ")
      }
      return expression
    }
    let peclet = parsed("sqrt(s)*h/(2*k)")
    return parsed(
      "h^2/(4*k)*if(p < 0.1, 1/3 - p^2/45 + 2*p^4/945 - p^6/4725, (1/tanh(p) - 1/p)/p)"
    ).substituting { $0 == .field("p") ? peclet : nil }
  }()
}

extension Expression {
  /// The fourth coordinate, which stands for the size of the cell where an expression is split or
  /// interpolated.
  static let cellSize = Symbol.coordinate(3)

  /// With the field h in its place.
  var inCellSize: Expression {
    substituting { $0 == Expression.cellSize ? Expression(.field("h")) : nil }
  }
}
