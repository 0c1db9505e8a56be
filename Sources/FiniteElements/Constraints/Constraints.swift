internal import LinearAlgebra

/// Linear conditions on dofs, resolved: u = T u_free + Σ_d θ_d w_d.
///
/// Equations that share dofs are solved together by elimination with complete pivoting, so that a
/// dof is expressed by others with weights of moderate size: for u·n = 0 the component with the
/// largest |n_i| goes. Equations that follow from others are left out; `redundantCount` counts them.
public struct Constraints: Sendable {
  /// A dof given by others: u = Σ weights · u_free(places) + its lift.
  public struct Dependent: Sendable, Equatable {
    /// The dof.
    public let dof: Int32
    /// Places in the list of free dofs.
    public let places: [Int32]
    /// One for each place.
    public let weights: [Double]
  }

  /// The number of all dofs.
  public let dofCount: Int
  /// The free dofs, ascending.
  public let free: [Int32]
  /// The other dofs, ascending.
  public let dependents: [Dependent]
  /// w_d over all dofs: zero at the free ones.
  public let lifts: [[Double]]
  /// The number of equations that followed from others.
  public let redundantCount: Int
  /// For each dof its place among the free ones, or −1 − its place among the dependents.
  let place: [Int32]

  /// Whether every dependent dof has a value of its own, without free ones: T only leaves out rows.
  public var isRestriction: Bool { dependents.allSatisfy { $0.places.isEmpty } }

  /// Resolves equations.
  ///
  /// - Parameters:
  ///   - liftCount: The number of right sides of each equation.
  ///   - place: Where a dof lives, for the message of an error.
  public init(
    dofCount: Int, _ equations: [ConstraintEquation], liftCount: Int,
    place: (Int32) -> [Double] = { _ in [] }
  ) throws(ConstraintError) {
    var groups = EquationGroups(equations, dofCount: dofCount)
    var solved: [(dof: Int32, terms: [(dof: Int32, weight: Double)], values: [Double])] = []
    var redundant = 0
    let scales = (0..<liftCount).map { d in
      equations.reduce(0) { max($0, $1.values[d].magnitude) }
    }
    for group in groups.lists() {
      var system = EquationSystem(group.map { equations[$0] }, liftCount: liftCount)
      if let sources = system.eliminate(scales) {
        guard let first = equations[group[0]].terms.first else {
          throw .empty(source: equations[group[0]].source)
        }
        throw .contradiction(sources: sources, place: place(first.dof))
      }
      redundant += system.redundantCount
      solved += system.solution
    }
    solved.sort { $0.dof < $1.dof }
    var places = [Int32](repeating: 0, count: dofCount)
    for (k, dependent) in solved.enumerated() { places[Int(dependent.dof)] = -1 - Int32(k) }
    var free: [Int32] = []
    for dof in 0..<dofCount where places[dof] >= 0 {
      places[dof] = Int32(free.count)
      free.append(Int32(dof))
    }
    var lifts = [[Double]](
      repeating: [Double](repeating: 0, count: dofCount), count: liftCount)
    for dependent in solved {
      for d in 0..<liftCount { lifts[d][Int(dependent.dof)] = dependent.values[d] }
    }
    self.dofCount = dofCount
    self.free = free
    self.lifts = lifts
    self.place = places
    redundantCount = redundant
    dependents = solved.map { entry in
      Dependent(
        dof: entry.dof, places: entry.terms.map { places[Int($0.dof)] },
        weights: entry.terms.map(\.weight))
    }
  }

  /// T u_free + Σ θ_d w_d.
  public func field(free values: [Double], lifts theta: [Double] = []) -> [Double] {
    precondition(
      values.count == free.count && (theta.isEmpty || theta.count == lifts.count),
      "\(values.count) values for \(free.count) free dofs, \(theta.count) for \(lifts.count) lifts")
    var full = [Double](repeating: 0, count: dofCount)
    for (factor, lift) in zip(theta, lifts) { axpy(factor, lift, into: &full) }
    for (dof, value) in zip(free, values) { full[Int(dof)] += value }
    for dependent in dependents {
      for (k, weight) in zip(dependent.places, dependent.weights) {
        full[Int(dependent.dof)] += weight * values[Int(k)]
      }
    }
    return full
  }

  /// Tᵀ f: what a load over all dofs is for the free ones.
  public func reduced(_ load: [Double]) -> [Double] {
    precondition(load.count == dofCount, "\(load.count) values for \(dofCount) dofs")
    var result = free.map { load[Int($0)] }
    for dependent in dependents {
      let value = load[Int(dependent.dof)]
      for (k, weight) in zip(dependent.places, dependent.weights) {
        result[Int(k)] += weight * value
      }
    }
    return result
  }
}
