public import LinearAlgebra

/// A solver that carries a space from one system of a sequence to the next.
public protocol RecyclingSolver<Element>: KrylovSolver {
  /// The vectors it carries, n × k; nil before the first solve.
  var recycledSpace: DenseMatrix<Element>? { get }
  /// Forgets them.
  mutating func forget()
}
