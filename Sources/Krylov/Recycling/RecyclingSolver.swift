public import LinearAlgebra

/// A solver that carries a space from one system of a sequence to the next.
public protocol RecyclingSolver<Element>: KrylovSolver {
  /// The vectors it carries, n × k; nil before the first solve.
  var recycledSpace: DenseMatrix<Element>? { get }
  /// What changes from one solve to the next; `matrix` is always right.
  var change: SystemChange { get set }
  /// Forgets them.
  mutating func forget()
}

/// What changed since the solve before.
public enum SystemChange: Sendable {
  /// The matrix: the image of the space is computed anew.
  case matrix
  /// The right-hand side only.
  case rightHandSide
}
