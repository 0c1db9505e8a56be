internal import Meshes

/// The terms on one block of quadratic simplices whose matrices on straight cells have a closed form.
struct QuadraticTerms: Sendable {
  let terms: [QuadraticTerm]
  let active: ActiveTerms
  let shape: CellShape
  /// For each cell 1 if it is straight; nil if all are.
  let straight: [UInt8]?

  var isEmpty: Bool { active.isEmpty }

  init(
    _ terms: [SweepTerm], _ active: ActiveTerms, _ shape: CellShape, _ straight: StraightCells?
  ) {
    self.terms = terms.map { QuadraticTerm($0, shape) }
    self.active = active
    self.shape = shape
    self.straight = straight.flatMap { $0.areAll ? nil : $0.flags }
  }
}

/// One of them.
struct QuadraticTerm: Sendable {
  let term: SweepTerm
  /// The constant tensor xx, yy, zz, yz, xz, xy, or the constant scalar.
  let constant: SIMD8<Double>
  let isTensor: Bool
  /// The barycentric coordinates of the points of the rule, a point after the other.
  let places: [Double]
  /// 16 w λᵢ λⱼ / Σ w at each point, all pairs of corners of a point after the other.
  let moments: [Double]

  init(_ term: SweepTerm, _ shape: CellShape) {
    self.term = term
    isTensor = term.isTensor
    let packed = ElementTable.packed(term.constant ?? [])
    constant =
      isTensor && shape == .triangle
      ? SIMD8(packed[0], packed[1], 0, 0, 0, packed[2], 0, 0) : packed
    guard term.constant == nil, term.isQuadratic else {
      (places, moments) = ([], [])
      return
    }
    let (rule, v) = (term.table.rule, shape.vertexCount)
    let places = Lagrange(shape, .corners).values(at: rule)
    let scale = 16 / rule.weights.reduce(0, +)
    moments = rule.weights.indices.flatMap { q in
      (0..<v * v).map { pair in
        scale * rule.weights[q] * places[q * v + pair / v] * places[q * v + pair % v]
      }
    }
    self.places = places
  }
}

extension SweepTerm {
  /// Its matrix on a straight quadratic simplex has a closed form: the moments of a varying scalar
  /// take the place of quadrature of the whole matrix.
  var isQuadratic: Bool {
    constant != nil
      ? table.form.isSymmetric
      : table.form == .stiffness && inputs == nil && coefficient.componentCount == 1
  }
}
