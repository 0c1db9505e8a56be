internal import Expressions

/// τ and what else SUPG needs of one material, as expressions of the point and the cell's size h.
///
/// For degree 2 the length in τ is that between nodes, half of the cell's.
/// - Source: Brooks and Hughes, Comput. Methods Appl. Mech. Eng. 32 (1982); Codina, Oñate and Cervera,
///   *The intrinsic time for the streamline upwind/Petrov–Galerkin formulation using quadratic
///   elements*, Comput. Methods Appl. Mech. Eng. 94 (1992).
struct StreamlineUpwinding {
  /// τ b.
  let test: [Expression]
  /// b − ∇·K: what acts on ∇u in the residual of a cell.
  let residual: [Expression]
  /// −τ b_p K for each axis p: what acts on ∇∇u in the residual, tested along that axis.
  let curvature: [[Expression]]

  /// - Parameters:
  ///   - velocity: b.
  ///   - conductivity: One number or a symmetric tensor.
  ///   - degree: Of the elements.
  init(velocity: [Expression], conductivity: [Expression], degree: Int) {
    let d = velocity.count
    let kappa =
      conductivity.count == 1
      ? conductivity[0]
      : (conductivity.prefix(d).dropFirst().reduce(conductivity[0], +) / Expression(Double(d)))
    let speed = velocity.dropFirst().reduce(velocity[0] * velocity[0]) { $0 + $1 * $1 }
    let tau = StreamlineUpwinding.tau.substituting { symbol in
      switch symbol {
      case .field("k"): kappa
      case .field("s"): speed
      case .field("h"): degree == 1 ? nil : Expression(.field("h")) / Expression(Double(degree))
      default: nil
      }
    }
    let test = velocity.map { (tau * $0).simplified() }
    self.test = test
    curvature = test.map { weight in conductivity.map { (-(weight * $0)).simplified() } }
    let pairs = d == 2 ? [[0, 2], [2, 1]] : [[0, 5, 4], [5, 1, 3], [4, 3, 2]]
    residual = (0..<d).map { j in
      var drift = Expression(0)
      for i in 0..<d {
        let entry: Expression
        if conductivity.count == 1 {
          guard i == j else { continue }
          entry = conductivity[0]
        } else {
          entry = conductivity[pairs[i][j]]
        }
        drift = drift + entry.derivative(with: .coordinate(i))
      }
      return (velocity[j] - drift).simplified()
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
