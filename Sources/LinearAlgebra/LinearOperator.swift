/// ℝⁿ → ℝᵐ (or ℂⁿ → ℂᵐ), known by its action: all that a Krylov method asks of a matrix.
public protocol LinearOperator<Element>: Sendable {
  /// The numbers it acts on.
  associatedtype Element: Scalar
  /// m.
  var rowCount: Int { get }
  /// n.
  var columnCount: Int { get }
  /// y ← A x.
  ///
  /// - Precondition: `x` has n entries and `y` has m.
  func apply(_ x: [Element], into y: inout [Element])
}

extension LinearOperator {
  /// A x.
  public func applied(to x: [Element]) -> [Element] {
    var y = [Element](repeating: Element.zero, count: rowCount)
    apply(x, into: &y)
    return y
  }
}

extension SparseMatrix: LinearOperator {}

extension DenseMatrix: LinearOperator {
  /// y ← A x.
  ///
  /// - Precondition: `x` has n entries and `y` has m.
  public func apply(_ x: [S], into y: inout [S]) {
    precondition(y.count == rowCount, "a product of \(rowCount) entries into \(y.count)")
    y = times(.plain, x)
  }
}
