public import Expressions
public import ModelReduction

/// What a coefficient is for in the weak form of its problem.
public struct CoefficientUse: Sendable, Equatable {
  /// The integral it stands in.
  public enum Role: Sendable, Equatable {
    /// ∫ κ ∇u·∇v.
    case stiffness
    /// ∫ c u v.
    case mass
    /// ∫ f v, or ∫ f·v of vectors.
    case load
    /// A weight by which residuals are tested besides: any of them leaves the form consistent, but what
    /// an error of it does to the solution is not bounded.
    case weight
    /// Another one, or one whose other factors vary too: what an error of it does is not bounded.
    case other
  }

  /// The entry of the problem it belongs to.
  public let subject: PhysicsError.Subject
  /// What it is there.
  public let name: String
  /// The integral.
  public let role: Role
  /// The regions of the integral.
  public let regions: [String]
  /// Their dimension.
  public let dimension: Int
  /// The order of the symmetric matrix whose entries the coefficient has; nil for a single number or
  /// a tensor over space.
  public let matrixOrder: Int?

  /// A use.
  public init(
    _ subject: PhysicsError.Subject, _ name: String, _ role: Role, on regions: [String],
    dimension: Int, matrixOrder: Int? = nil
  ) {
    (self.subject, self.name, self.role) = (subject, name, role)
    (self.regions, self.dimension, self.matrixOrder) = (regions, dimension, matrixOrder)
  }
}

/// Replaces coefficients of a problem by others of which its parameters separate.
public protocol CoefficientTransformation {
  /// The entries of a coefficient, all of them together.
  ///
  /// - Parameter points: Where they are needed: x, y, z in columns, and further coordinates where
  ///   entries have some.
  /// - Throws: What stands in the way.
  mutating func affine(
    _ entries: [Expression], in use: CoefficientUse, at points: () -> [[Double]]
  ) throws(PhysicsError) -> [Expression]
}

/// Takes coefficients that do not separate at one parameter: the problem there is the one that was
/// asked for, whatever an interpolation makes of it elsewhere.
public struct CoefficientFreezing: CoefficientTransformation, Sendable {
  /// The parameter.
  public let parameter: Parameter
  private let positive: Set<Symbol>

  /// At a parameter of a space.
  public init(at mu: Parameter, in space: ParameterSpace) {
    (parameter, positive) = (mu, space.positiveSymbols)
  }

  /// The entries with numbers in place of the parameters, where one of them does not separate.
  public mutating func affine(
    _ entries: [Expression], in use: CoefficientUse, at points: () -> [[Double]]
  ) throws(PhysicsError) -> [Expression] {
    guard entries.needInterpolation(positive: positive) else { return entries }
    return entries.map { entry in
      entry.substituting { symbol in
        if case .parameter(let index) = symbol { Expression(parameter[index]) } else { nil }
      }.simplified()
    }
  }
}

extension [Expression] {
  /// Whether one of them does not separate, and none depends on the solution.
  func needInterpolation(positive: Set<Symbol>) -> Bool {
    let separates = allSatisfy { (try? $0.affineSplit(positive: positive)) != nil }
    let usesField = contains { entry in
      entry.symbols.contains { if case .field = $0 { true } else { false } }
    }
    return !separates && !usesField
  }
}
