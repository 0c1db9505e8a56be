public import LinearAlgebra

/// The field of a real model.
public typealias FieldReconstruction = LiftedField<Double>

/// From the free unknowns to the values at all unknowns: u = P u_free + Σ θ_d(μ) w_d.
///
/// The lifts w_d carry the essential (Dirichlet) data.
public struct LiftedField<S: Scalar>: Sendable {
  /// The number of all unknowns.
  public let dofCount: Int
  /// The place of each free unknown among all, ascending.
  public let freeDofs: [Int32]
  /// w_1 … w_D over all unknowns.
  public let lifts: AffineSum<[S]>
  /// θ_d, one per lift.
  public let liftCoefficients: CoefficientFamily
  /// The unknowns that linear conditions express by free ones.
  public let dependents: [DependentDof]

  /// The map of given places and lifts.
  ///
  /// - Precondition: Places ascend below `dofCount`; lifts have `dofCount` entries; dependents are
  ///   not free themselves.
  public init(
    dofCount: Int, freeDofs: [Int32], lifts: AffineSum<[S]> = AffineSum([[S]]()),
    liftCoefficients: CoefficientFamily = .none, dependents: [DependentDof] = []
  ) {
    precondition(
      zip(freeDofs, freeDofs.dropFirst()).allSatisfy { $0 < $1 }
        && freeDofs.allSatisfy { $0 >= 0 && Int($0) < dofCount },
      "places of free unknowns must ascend within 0..<\(dofCount)")
    precondition(
      lifts.terms.allSatisfy { $0.count == dofCount }
        && lifts.terms.count == liftCoefficients.count,
      "lifts must have \(dofCount) entries and a coefficient each")
    (self.dofCount, self.freeDofs) = (dofCount, freeDofs)
    (self.lifts, self.liftCoefficients) = (lifts, liftCoefficients)
    precondition(
      dependents.allSatisfy { dependent in
        dependent.dof >= 0 && Int(dependent.dof) < dofCount
          && dependent.places.allSatisfy { $0 >= 0 && Int($0) < freeDofs.count }
      }, "a dependent unknown refers to one that does not exist")
    self.dependents = dependents
  }

  /// P u_free: the free unknowns at their places and what depends on them.
  ///
  /// - Precondition: One value per free unknown.
  public func spread(free: [S]) -> [S] {
    var field = [S](repeating: S.zero, count: dofCount)
    add(free, to: &field)
    return field
  }

  private func add(_ free: [S], to field: inout [S]) {
    precondition(free.count == freeDofs.count, "\(free.count) values for \(freeDofs.count) places")
    for (value, place) in zip(free, freeDofs) { field[Int(place)] += value }
    for dependent in dependents {
      for (k, weight) in zip(dependent.places, dependent.weights) {
        field[Int(dependent.dof)] += S(real: weight) * free[Int(k)]
      }
    }
  }

  /// All values from those at the free unknowns.
  ///
  /// - Precondition: One value per free unknown.
  public func field(
    free: [S], at mu: Parameter, in space: ParameterSpace
  ) throws(ModelError) -> [S] {
    var field =
      lifts.terms.isEmpty
      ? [S](repeating: S.zero, count: dofCount)
      : lifts.combined(
        with: try liftCoefficients.checkedValues(at: mu, in: space).map { S(real: $0) })
    add(free, to: &field)
    return field
  }
}

/// An unknown that a linear condition expresses by free ones: u = Σ weights · u_free + its lift.
public struct DependentDof: Sendable, Equatable {
  /// Its place among all unknowns.
  public let dof: Int32
  /// Places in the list of free unknowns.
  public let places: [Int32]
  /// One for each place.
  public let weights: [Double]

  /// A combination of free unknowns.
  ///
  /// - Precondition: A weight per place.
  public init(dof: Int32, places: [Int32], weights: [Double]) {
    precondition(places.count == weights.count, "\(places.count) places, \(weights.count) weights")
    (self.dof, self.places, self.weights) = (dof, places, weights)
  }
}
