internal import Expressions
internal import FiniteElements
internal import Meshes
internal import ModelReduction

/// Σ θ_p f_p: which integrals make each f_p.
struct LoadForms {
  /// The integrals of each term.
  private(set) var terms: [[LinearTerm]] = []
  private var thetas = CoefficientTerms()
  private let parameters: ParameterSpace
  private let times: [Double]

  var coefficients: [Expression] { thetas.coefficients }

  /// - Parameter times: Those of the steps of a problem in time, where every factor must be finite.
  init(
    _ problem: DiffusionProblem, _ space: FunctionSpace, _ parameters: ParameterSpace,
    times: [Double] = [], positive: Set<Symbol>
  ) throws(PhysicsError) {
    (self.parameters, self.times) = (parameters, times)
    let mesh = space.mesh
    let d = mesh.dimension
    for (s, source) in problem.sources.enumerated() {
      let region = try mesh.union(of: source.regions, dimensions: d...d, subject: .source(s))
      try add(source.value, "source", region, .source(s), positive)
    }
    for (b, boundary) in problem.boundaries.enumerated() {
      guard boundary.flux != nil || boundary.exchange != nil else { continue }
      let region = try mesh.union(
        of: boundary.regions, dimensions: d - 1...d - 1, subject: .boundary(b))
      if let flux = boundary.flux { try add(flux, "flux", region, .boundary(b), positive) }
      if let (h, ambient) = boundary.exchange {
        try add(h * ambient, "exchange", region, .boundary(b), positive)
      }
    }
  }

  /// Adds θ times one integral whose coefficient may depend on the point and on the cell's size.
  mutating func add(
    _ form: LinearTerm.Form, _ theta: Expression, _ g: [Expression], _ name: String,
    _ region: Region, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) {
    let place = thetas.place(of: theta)
    if place == terms.count { terms.append([]) }
    do throws(FiniteElements.CoefficientError) {
      terms[place].append(LinearTerm(form, try Coefficient(g, fields: [:]), on: region))
    } catch { throw PhysicsError(subject, "\(name): \(error)") }
  }

  private mutating func add(
    _ density: Expression, _ name: String, _ region: Region, _ subject: PhysicsError.Subject,
    _ positive: Set<Symbol>
  ) throws(PhysicsError) {
    for (theta, g) in try separated(density, of: subject, as: name, positive: positive) {
      try checkFinite(theta, in: parameters, times: times, of: subject, as: name)
      try add(.value, theta, [g], name, region, subject)
    }
  }
}
