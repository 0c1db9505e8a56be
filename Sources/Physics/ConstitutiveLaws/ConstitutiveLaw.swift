/// How stress follows from the history of strain and temperature at a point of a material.
///
/// A law keeps nothing between calls: the state at the start of a step comes in with the points,
/// the state at its end goes out, and whoever iterates decides which end was the right one. So a
/// rejected iteration leaves no trace, and any thread may advance any batch. Components stand in
/// the order xx, yy, zz, yz, xz, xy everywhere; shear strains are engineering ones (γ = 2 ε).
/// Strains are total: the law itself subtracts what temperature alone would produce.
///
/// Two steps over different batches never influence each other, and how points are split into
/// batches changes no bit of the result.
public protocol ConstitutiveLaw: Sendable {
  /// The internal variables of a point, in the order in which its state lists them.
  var variables: [InternalVariable] { get }

  /// Whether the consistent tangent is symmetric for every state.
  var tangentSymmetry: TangentSymmetry { get }

  /// Whether it looks at the sites of its points; of other laws they are not passed.
  var readsSites: Bool { get }

  /// One time step at the first `points.count` points: stress, consistent tangent and new state
  /// from the strain at its end.
  ///
  /// - Parameters:
  ///   - points: Strains and temperatures at both ends of the step, stress and state at its
  ///     start; stress, tangent and state at its end are overwritten.
  ///   - step: When the step begins and how long it takes; a length of zero lets nothing flow
  ///     that needs time.
  /// - Throws: `ConstitutiveError` naming the first point whose answer is not finite or cannot be
  ///   found; the contents at the end of the step are then undefined.
  /// - Precondition: `points.stateCount` is `stateCount`.
  func advance(
    _ points: inout MaterialPoints, over step: TimeIncrement
  ) throws(ConstitutiveError)
}

extension ConstitutiveLaw {
  /// Numbers in the state of a point.
  public var stateCount: Int { variables.reduce(0) { $0 + $1.componentCount } }
  /// A point of a material is like any other.
  public var readsSites: Bool { false }
}

/// Whether dσ/dε is a symmetric matrix: with it goes the choice of the linear solver.
public enum TangentSymmetry: Sendable, Hashable {
  /// For every state and step.
  case symmetric
  /// Not in general.
  case general
}

/// A quantity that a material remembers.
public struct InternalVariable: Sendable, Hashable {
  /// What its components mean.
  public enum Kind: Sendable, Hashable {
    /// One number.
    case scalar
    /// Six numbers xx, yy, zz, yz, xz, xy with engineering shears.
    case strain
    /// Six numbers xx, yy, zz, yz, xz, xy.
    case stress
  }

  /// The name under which result files show it: letters, digits and underscores.
  public let name: String
  /// What its components mean.
  public let kind: Kind

  /// A variable by its name.
  public init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// How many numbers it takes: 1 or 6.
  public var componentCount: Int { kind == .scalar ? 1 : 6 }
}

/// The piece of time over which points are advanced.
public struct TimeIncrement: Sendable, Hashable {
  /// When it begins.
  public var start: Double
  /// How long it takes; not negative.
  public var length: Double
  /// Which it is among all increments of the run, from 1: those that were given up for shorter ones
  /// are not counted.
  public var number: Int

  /// From `start` to `start + length`.
  public init(start: Double, length: Double, number: Int = 1) {
    self.start = start
    self.length = length
    self.number = number
  }
}

/// Why a point could not be advanced.
public struct ConstitutiveError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What the caller may do about it.
  public enum Remedy: Sendable, Hashable {
    /// Nothing in the step: data or law are at fault.
    case none
    /// Try again with the length of the step multiplied by this factor, in ]0, 1[.
    case shorterStep(factor: Double)
  }

  /// The place in the batch, from zero.
  public let point: Int
  /// What happened, with numbers.
  public let message: String
  /// What may help.
  public let remedy: Remedy

  /// An error from its parts.
  public init(point: Int, message: String, remedy: Remedy = .none) {
    self.point = point
    self.message = message
    self.remedy = remedy
  }

  /// The message with the place.
  public var description: String { "point \(point): \(message)" }
}
