internal import Expressions
internal import FiniteElements
internal import Meshes

/// Σ θ_q A_q under construction: which integrals make each A_q.
struct AffineForms {
  /// The integrals of each term.
  private(set) var terms: [[BilinearTerm]] = []
  private var thetas = CoefficientTerms()

  /// θ_q.
  var coefficients: [Expression] { thetas.coefficients }

  /// What one integral came to: Σ θ_k g_k at places q_k of the sum.
  struct Part {
    var places: [Int] = []
    var thetas: [Expression] = []
    var coefficients: [Coefficient] = []
  }

  /// Adds one integral whose coefficient has the given entries.
  ///
  /// - Returns: Its parts; none where the coefficient vanishes.
  mutating func add(
    _ form: BilinearTerm.Form, _ entries: [Expression], _ name: String, _ region: Region,
    _ subject: PhysicsError.Subject, positive: Set<Symbol>
  ) throws(PhysicsError) -> Part {
    var local = CoefficientTerms()
    var functions: [[Expression]] = []
    for (e, entry) in entries.enumerated() {
      for (theta, g) in try separated(entry, of: subject, as: name, positive: positive) {
        let place = local.place(of: theta)
        if place == functions.count {
          functions.append([Expression](repeating: Expression(0), count: entries.count))
        }
        functions[place][e] = (functions[place][e] + g).simplified()
      }
    }
    var part = Part()
    for (theta, g) in zip(local.coefficients, functions) {
      let (place, coefficient) = try add(form, theta, g, name, region, subject)
      part.places.append(place)
      part.thetas.append(theta)
      part.coefficients.append(coefficient)
    }
    return part
  }

  /// Adds θ times one integral whose coefficient may depend on the point and on the cell's size.
  @discardableResult mutating func add(
    _ form: BilinearTerm.Form, _ theta: Expression, _ g: [Expression], _ name: String,
    _ region: Region, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> (place: Int, coefficient: Coefficient) {
    let q = thetas.place(of: theta)
    if q == terms.count { terms.append([]) }
    do throws(FiniteElements.CoefficientError) {
      let coefficient = try Coefficient(g, fields: [:])
      terms[q].append(BilinearTerm(form, coefficient, on: region))
      return (q, coefficient)
    } catch { throw PhysicsError(subject, "\(name): \(error)") }
  }
}
