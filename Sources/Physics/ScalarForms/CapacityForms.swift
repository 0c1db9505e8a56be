internal import Expressions
internal import FiniteElements
internal import Meshes

/// Σ θ_q M_q of an evolution: which integrals make each M_q, and which of them are no energy.
struct CapacityForms {
  private(set) var forms = AffineForms()
  private var indefinite: Set<Int> = []

  /// For each M_q whether it is symmetric positive semidefinite for certain.
  var semidefinite: [Bool] { forms.terms.indices.map { !indefinite.contains($0) } }

  /// Adds ∫ c u v.
  ///
  /// - Throws: Where c vanishes, does not separate, or is not finite at a point.
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
    let space = assembly.space
    let points =
      isConstant
      ? [[0], [0], [0]] : space.quadraturePoints(on: region, degree: 2 * space.degree + 1)
    for (place, coefficient) in zip(part.places, part.coefficients) {
      // Also where a number is undefined: assembly will say so.
      if coefficient.values(atColumns: points).contains(where: { $0.contains { !($0 >= 0) } }) {
        indefinite.insert(place)
      }
    }
  }

  /// Adds θ ∫ (g · ∇v) u, of streamline upwinding.
  mutating func add(
    _ theta: Expression, upwinded g: [Expression], on region: Region,
    of subject: PhysicsError.Subject
  ) throws(PhysicsError) {
    indefinite.insert(
      try forms.add(.conservativeAdvection, theta, g, "capacity", region, subject).place)
  }
}
