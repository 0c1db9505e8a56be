public import LinearAlgebra

/// M⁻¹, the action of a matrix M ≈ A that is cheap to solve with.
///
/// As a `LinearOperator` it maps a residual r to z = M⁻¹ r. It may be applied by several threads at
/// the same time; what it needs to write on, it takes from a `VectorPool`.
public protocol Preconditioner<Element>: LinearOperator {
  /// Whether every application is the same linear map. One that is not, such as an inner
  /// iteration, needs a flexible method.
  var isFixed: Bool { get }
  /// Whether M is Hermitian positive definite by construction, as conjugate gradients and MINRES
  /// need.
  var isDefinite: Bool { get }
}

extension Preconditioner {
  /// The same linear map each time, unless a conformer says otherwise.
  public var isFixed: Bool { true }
}

/// M = M₁ M₂ in two factors, for methods that precondition from both sides.
public protocol SplitPreconditioner<Element>: Preconditioner {
  /// z ← M₁⁻¹ r.
  func applyLeft(_ r: [Element], into z: inout [Element])
  /// z ← M₂⁻¹ r.
  func applyRight(_ r: [Element], into z: inout [Element])
}

/// M = I: no preconditioning.
public struct IdentityPreconditioner<S: Scalar>: SplitPreconditioner {
  /// The order of I.
  public let rowCount: Int
  /// The order of I.
  public var columnCount: Int { rowCount }
  /// I is definite.
  public var isDefinite: Bool { true }

  /// The identity of order `n`.
  public init(order n: Int) { rowCount = n }

  /// z ← r.
  public func apply(_ r: [S], into z: inout [S]) { copy(r, into: &z) }
  /// z ← r.
  public func applyLeft(_ r: [S], into z: inout [S]) { copy(r, into: &z) }
  /// z ← r.
  public func applyRight(_ r: [S], into z: inout [S]) { copy(r, into: &z) }
}
