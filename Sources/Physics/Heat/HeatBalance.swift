internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction

/// The integrals of a nonlinear heat problem and their derivatives in u, as expressions.
///
///     r(u; v) = ∫ K(u)∇u·∇v + ∫ s(u) v + ∫_boundary g(u) v + ∫ c(u) u' v
///
/// with s = r u − f and g = h (u − u_a) + ε σ (u⁴ − T_a⁴) − q.
struct HeatBalance {
  /// An expression on a region with its derivative.
  struct Density {
    let region: Region
    let value: Expression
    let subject: PhysicsError.Subject
    var slope: Expression { value.derivative(with: HeatBalance.u) }
  }
  /// A conductivity on a region.
  struct Conductivity {
    let region: Region
    /// One number or a symmetric tensor.
    let entries: [Expression]
    let subject: PhysicsError.Subject
  }

  static let u = Symbol.field("u")
  /// The discrete u'.
  static let rate = Symbol.field("rate")
  /// u at the time before.
  static let before = Symbol.field("before")

  private(set) var conductivities: [Conductivity] = []
  /// s and g.
  private(set) var densities: [Density] = []
  private(set) var capacities: [Density] = []

  init(_ problem: HeatProblem, _ mesh: Mesh) throws(PhysicsError) {
    let conduction = problem.conduction
    let u = Expression(HeatBalance.u)
    let d = mesh.dimension
    let regions = try mesh.materialRegions(conduction.materials.map(\.regions))
    for (m, region) in regions.enumerated() where region.cellCount > 0 {
      let material = conduction.materials[m]
      switch material.conductivity {
      case .scalar(let kappa):
        conductivities.append(
          Conductivity(region: region, entries: [kappa], subject: .material(m)))
      case .tensor(let entries):
        guard entries.count == d * (d + 1) / 2 else {
          throw PhysicsError(
            .material(m),
            "conductivity has \(entries.count) entries; a symmetric tensor in \(d) dimensions has "
              + "\(d * (d + 1) / 2)")
        }
        conductivities.append(
          Conductivity(region: region, entries: entries, subject: .material(m)))
      }
      if let reaction = material.reaction {
        densities.append(Density(region: region, value: reaction * u, subject: .material(m)))
      }
      if !problem.capacities.isEmpty {
        capacities.append(
          Density(region: region, value: problem.capacities[m], subject: .material(m)))
      }
    }
    for (s, source) in conduction.sources.enumerated() {
      let region = try mesh.union(of: source.regions, dimensions: d...d, subject: .source(s))
      densities.append(Density(region: region, value: -source.value, subject: .source(s)))
    }
    for (b, boundary) in conduction.boundaries.enumerated() {
      var sum: [Expression] = []
      if let flux = boundary.flux { sum.append(-flux) }
      if let (h, ambient) = boundary.exchange { sum.append(h * (u - ambient)) }
      for radiation in problem.radiations where radiation.boundary == b {
        let (a, s) = (radiation.ambient, u * u * u * u)
        sum.append(radiation.constant * radiation.emissivity * (s - a * a * a * a))
      }
      if sum.isEmpty { continue }
      let region = try mesh.union(
        of: boundary.regions, dimensions: d - 1...d - 1, subject: .boundary(b))
      densities += sum.map { Density(region: region, value: $0, subject: .boundary(b)) }
    }
  }

  /// The same at given parameters and, where there is one, a time.
  func at(_ mu: Parameter, time: Double?) -> HeatBalance {
    var copy = self
    func numbers(_ e: Expression) -> Expression {
      e.substituting { symbol in
        switch symbol {
        case .parameter(let index): Expression(mu[index])
        case .time: time.map { Expression($0) }
        default: nil
        }
      }.simplified()
    }
    copy.conductivities = conductivities.map {
      Conductivity(region: $0.region, entries: $0.entries.map(numbers), subject: $0.subject)
    }
    copy.densities = densities.map {
      Density(region: $0.region, value: numbers($0.value), subject: $0.subject)
    }
    copy.capacities = capacities.map {
      Density(region: $0.region, value: numbers($0.value), subject: $0.subject)
    }
    return copy
  }

  /// Whether the tangent is symmetric: no conductivity depends on u.
  var isSymmetric: Bool { !conductivities.contains { $0.entries.contains(where: \.usesField) } }

  // MARK: Integrals at a state

  /// The parts of r(u; ·) without the capacity: conduction, and all the rest.
  func loads(_ field: Field) throws -> [[LinearTerm]] {
    let d = field.space.mesh.dimension
    let slopes = HeatBalance.slopes(d)
    return [
      try conductivities.map { conductivity in
        let flux = HeatBalance.apply(conductivity.entries, slopes)
        return .gradient(try Coefficient(flux, fields: ["u": field]), on: conductivity.region)
      },
      try densities.map {
        .value(try Coefficient([$0.value], fields: ["u": field]), on: $0.region)
      },
    ]
  }

  /// The terms of r'(u), without the capacity, times `weight`.
  func tangent(_ field: Field, weight: Double) throws -> [BilinearTerm] {
    let d = field.space.mesh.dimension
    let w = Expression(weight)
    var terms: [BilinearTerm] = []
    for conductivity in conductivities {
      let region = conductivity.region
      terms.append(
        .stiffness(
          try Coefficient(conductivity.entries.map { (w * $0).simplified() }, fields: ["u": field]),
          on: region))
      let derivatives = conductivity.entries.map { $0.derivative(with: HeatBalance.u) }
      if derivatives.allSatisfy({ $0.constantValue == 0 }) { continue }
      let drift = HeatBalance.apply(derivatives, HeatBalance.slopes(d))
      terms.append(
        .conservativeAdvection(
          try Coefficient(drift.map { (w * $0).simplified() }, fields: ["u": field]), on: region))
    }
    for density in densities where density.slope.constantValue != 0 {
      terms.append(
        .mass(
          try Coefficient([(w * density.slope).simplified()], fields: ["u": field]),
          on: density.region))
    }
    return terms
  }

  /// ∫ c u' v and its derivative, for a step in time.
  ///
  /// - Parameter weight: Of c(u); the rest is that of the state before.
  func storage(
    _ fields: [String: Field], weight: Double, rateSlope: Double
  ) throws -> (loads: [LinearTerm], tangent: [BilinearTerm]) {
    let rate = Expression(HeatBalance.rate)
    var loads: [LinearTerm] = []
    var tangent: [BilinearTerm] = []
    for capacity in capacities {
      let old = capacity.value.substituting {
        $0 == HeatBalance.u ? Expression(HeatBalance.before) : nil
      }
      let c =
        weight == 1 || !capacity.value.usesField
        ? capacity.value : Expression(weight) * capacity.value + Expression(1 - weight) * old
      loads.append(
        .value(try Coefficient([(c * rate).simplified()], fields: fields), on: capacity.region))
      let slope = c.derivative(with: HeatBalance.u) * rate + Expression(rateSlope) * c
      tangent.append(
        .mass(try Coefficient([slope.simplified()], fields: fields), on: capacity.region))
    }
    return (loads, tangent)
  }

  /// ∂u/∂x_i.
  static func slopes(_ dimension: Int) -> [Expression] {
    ["dx(u)", "dy(u)", "dz(u)"].prefix(dimension).map { Expression(.field($0)) }
  }

  /// K g for a scalar or a symmetric tensor.
  static func apply(_ k: [Expression], _ g: [Expression]) -> [Expression] {
    if k.count == 1 { return g.map { k[0] * $0 } }
    if g.count == 2 { return [k[0] * g[0] + k[2] * g[1], k[2] * g[0] + k[1] * g[1]] }
    return [
      k[0] * g[0] + k[5] * g[1] + k[4] * g[2], k[5] * g[0] + k[1] * g[1] + k[3] * g[2],
      k[4] * g[0] + k[3] * g[1] + k[2] * g[2],
    ]
  }
}
