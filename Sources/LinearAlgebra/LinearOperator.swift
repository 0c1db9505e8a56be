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
  /// A X.
  ///
  /// - Precondition: X has n rows.
  func applied(to x: DenseMatrix<Element>) -> DenseMatrix<Element>
}

extension LinearOperator {
  /// A x.
  public func applied(to x: [Element]) -> [Element] {
    var y = [Element](repeating: Element.zero, count: rowCount)
    apply(x, into: &y)
    return y
  }
}

extension LinearOperator {
  /// A X, column by column.
  public func applied(to x: DenseMatrix<Element>) -> DenseMatrix<Element> {
    DenseMatrix(
      rowCount: rowCount, columns: (0..<x.columnCount).map { applied(to: x.column($0)) })
  }
}

extension SparseMatrix: LinearOperator {
  /// A X; each column has the bits of A x.
  public func applied(to x: DenseMatrix<S>) -> DenseMatrix<S> { self * x }
}

extension DenseMatrix: LinearOperator {
  /// y ← A x.
  ///
  /// - Precondition: `x` has n entries and `y` has m.
  public func apply(_ x: [S], into y: inout [S]) {
    precondition(y.count == rowCount, "a product of \(rowCount) entries into \(y.count)")
    y = times(.plain, x)
  }

  /// A X.
  public func applied(to x: DenseMatrix<S>) -> DenseMatrix<S> { self * x }
}
