internal import LinearAlgebra

/// Where a preconditioner M = M₁ M₂ stands.
public enum PreconditioningSide: String, Sendable, CaseIterable {
  /// A M⁻¹ t = b, x = M⁻¹ t: the observed residual is the true one.
  case right
  /// M⁻¹ A x = M⁻¹ b: minimises the preconditioned residual.
  case left
  /// M₁⁻¹ A M₂⁻¹ t = M₁⁻¹ b, x = M₂⁻¹ t; needs a `SplitPreconditioner`.
  case split
}

/// M⁻¹ A.
struct LeftPreconditioned<A: LinearOperator, M: Preconditioner>: LinearOperator
where A.Element == M.Element {
  let a: A
  let m: M
  let pool: VectorPool<A.Element>
  var rowCount: Int { a.rowCount }
  var columnCount: Int { a.columnCount }

  func apply(_ x: [A.Element], into y: inout [A.Element]) {
    pool.withVector { product in
      a.apply(x, into: &product)
      m.apply(product, into: &y)
    }
  }
}

/// M₁⁻¹ A M₂⁻¹.
struct SplitPreconditioned<A: LinearOperator, M: SplitPreconditioner>: LinearOperator
where A.Element == M.Element {
  let a: A
  let m: M
  let pool: VectorPool<A.Element>
  var rowCount: Int { a.rowCount }
  var columnCount: Int { a.columnCount }

  func apply(_ x: [A.Element], into y: inout [A.Element]) {
    pool.withVector { product in
      m.applyRight(x, into: &y)
      a.apply(y, into: &product)
      m.applyLeft(product, into: &y)
    }
  }
}
