internal import Expressions
internal import FiniteElements
internal import Meshes
internal import ModelReduction

/// Σ θ_q M_q of an evolution: which integrals make each M_q, and where the sum is an energy.
struct CapacityForms {
  private(set) var forms = AffineForms()
  private var indefinite: Set<Int> = []
  /// Of the capacities of all regions; nil where some part has none.
  private var boxes: [RatioBox]? = []

  /// Where the sum is symmetric positive semidefinite for certain.
  var conditions: SemidefiniteConditions {
    SemidefiniteConditions(
      terms: forms.terms.indices.map { !indefinite.contains($0) }, ratioBoxes: boxes ?? [])
  }

  /// Adds ∫ c u v.
  ///
  /// - Throws: Where c vanishes or does not separate.
  mutating func add(
    capacity: Expression, on region: Region, of subject: PhysicsError.Subject,
    _ assembly: ScalarAssembly
  ) throws(PhysicsError) {
    let part = try forms.add(
      .mass, [capacity], "capacity", region, subject, positive: assembly.positive)
    guard !part.places.isEmpty else {
      throw PhysicsError(subject, "the capacity is zero; density and specific heat must not")
    }
    let isConstant = part.coefficients.allSatisfy { $0.constantComponents != nil }
    let (space, parameters) = (assembly.space, assembly.parameters)
    let points =
      isConstant
      ? [[0], [0], [0]] : space.quadraturePoints(on: region, degree: 2 * space.degree + 1)
    // Against one: of a sign alone no reference is asked.
    let ratios = CoefficientRatios(
      part.coefficients.map { $0.values(atColumns: points) },
      sizes: part.thetas.map { $0.largest(over: parameters) }
    ) { values in
      CoefficientRatios.Comparison(
        isSemidefinite: values.map { $0[0] >= 0 }, ranges: values.map { $0[0]...$0[0] })
    }
    // Also where a number is undefined: assembly will say so.
    for (place, isSemidefinite) in zip(part.places, ratios.isSemidefinite)
    where !isSemidefinite || ratios.firstNotFinite != nil { indefinite.insert(place) }
    if let found = ratios.boxes {
      boxes? += found.map { RatioBox(terms: part.places, lower: $0.lower, upper: $0.upper) }
    } else {
      boxes = nil
    }
  }

  /// Adds θ ∫ (g · ∇v) u, of streamline upwinding.
  mutating func add(
    _ theta: Expression, upwinded g: [Expression], on region: Region,
    of subject: PhysicsError.Subject
  ) throws(PhysicsError) {
    indefinite.insert(
      try forms.add(.conservativeAdvection, theta, g, "capacity", region, subject).place)
    boxes = nil
  }
}
