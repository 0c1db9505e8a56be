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

  /// The map of given places and lifts.
  ///
  /// - Precondition: Places ascend below `dofCount`; lifts have `dofCount` entries.
  public init(
    dofCount: Int, freeDofs: [Int32], lifts: AffineSum<[S]> = AffineSum([[S]]()),
    liftCoefficients: CoefficientFamily = .none
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
  }

  /// All values from those at the free unknowns.
  ///
  /// - Precondition: One value per free unknown.
  public func field(
    free: [S], at mu: Parameter, in space: ParameterSpace
  ) throws(ModelError) -> [S] {
    precondition(free.count == freeDofs.count, "\(free.count) values for \(freeDofs.count) places")
    var field =
      lifts.terms.isEmpty
      ? [S](repeating: S.zero, count: dofCount)
      : lifts.combined(
        with: try liftCoefficients.checkedValues(at: mu, in: space).map { S(real: $0) })
    for (value, place) in zip(free, freeDofs) { field[Int(place)] += value }
    return field
  }
}
