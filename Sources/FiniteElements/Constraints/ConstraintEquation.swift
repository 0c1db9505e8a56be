/// Σ_j a_j u_j = Σ_d θ_d b_d: one linear condition on the dofs of a space.
///
/// The right side has one number for each lift d, so that a family of prescribed values keeps its
/// parameters apart.
public struct ConstraintEquation: Sendable {
  /// The dofs j and their weights a_j.
  public let terms: [(dof: Int32, weight: Double)]
  /// b_d, one for each lift.
  public let values: [Double]
  /// What asked for it, for messages: the place in the list of conditions.
  public let source: Int

  /// An equation.
  public init(_ terms: [(dof: Int32, weight: Double)], values: [Double], source: Int) {
    self.terms = terms
    self.values = values
    self.source = source
  }
}

/// Why conditions cannot hold together.
public enum ConstraintError: Error, Equatable, CustomStringConvertible {
  /// Conditions on the same dofs contradict each other.
  case contradiction(sources: [Int], place: [Double])
  /// A condition without any dof that is no identity.
  case empty(source: Int)

  /// What is wrong.
  public var description: String {
    switch self {
    case .contradiction(let sources, let place):
      "conditions \(sources.map { "\($0 + 1)" }.joined(separator: ", ")) contradict each other at "
        + "(\(place.map { "\($0)" }.joined(separator: ", ")))"
    case .empty(let source): "condition \(source + 1) holds for no value of the unknowns"
    }
  }
}
