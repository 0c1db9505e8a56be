internal import ComplexModule
public import LinearAlgebra
internal import Synchronization

/// Mᵢ⁻¹ = P⁻¹ + Vᵢ (VᵢᴴAVᵢ)⁻¹ Vᵢᴴ (I − A P⁻¹), i = 0, 1, …: at each iteration of a flexible method a
/// correction in another small space, learned from the errors that this iteration left on training systems.
///
/// With spaces that hold the errors the residual falls by the accuracy of one space a step. After the last
/// space it is used again.
///
/// - Complexity: A product, an application of P⁻¹, and two products with Vᵢ each time.
/// - Source: Dal Santo, Deparis, Manzoni, Quarteroni, *Multi space reduced basis preconditioners for
///   large-scale parametrized PDEs*, SIAM J. Sci. Comput. 40 (2018).
public struct MultiSpacePreconditioner<A: LinearOperator, P: Preconditioner>: Preconditioner
where P.Element == A.Element {
  /// The numbers of A.
  public typealias Element = A.Element
  private let a: A
  private let base: P
  private let spaces: [DenseMatrix<A.Element>]
  private let reduced: [LU<A.Element>]
  private let stage = StageCounter()
  private let pool: VectorPool<A.Element>
  /// The order of A.
  public var rowCount: Int { a.rowCount }
  /// The order of A.
  public var columnCount: Int { a.rowCount }
  /// One space is always the same; several take turns.
  public var isFixed: Bool { spaces.count == 1 && base.isFixed }
  /// Mᵢ is not Hermitian.
  public var isDefinite: Bool { false }

  /// A preconditioner for A.
  ///
  /// - Parameters:
  ///   - a: A.
  ///   - base: P⁻¹.
  ///   - spaces: V₀, V₁, …, each of full column rank.
  /// - Precondition: At least one space; all of the order of A.
  /// - Throws: `singular` where VᵢᴴAVᵢ is; `notFinite`.
  public init(
    _ a: A, base: P, spaces: [DenseMatrix<A.Element>]
  ) throws(FactorizationError) {
    precondition(!spaces.isEmpty, "no space")
    precondition(
      base.rowCount == a.rowCount && spaces.allSatisfy { $0.rowCount == a.rowCount },
      "spaces or a base that are not of the order \(a.rowCount)")
    var factors: [LU<A.Element>] = []
    for v in spaces {
      let images = DenseMatrix(
        rowCount: a.rowCount, columns: (0..<v.columnCount).map { a.applied(to: v.column($0)) })
      factors.append(try LU(v.adjointTimes(images)))
    }
    (self.a, self.base, self.spaces, reduced) = (a, base, spaces, factors)
    pool = VectorPool(count: a.rowCount)
  }

  /// Begins with V₀ again: before each system.
  public func restart() { stage.restart() }

  /// z ← Mᵢ⁻¹ r, and i ← i + 1.
  ///
  /// Copies of the preconditioner share i; systems that are solved at the same time need one each.
  public func apply(_ r: [A.Element], into z: inout [A.Element]) {
    requireOrder(r, z)
    let i = stage.next(below: spaces.count)
    base.apply(r, into: &z)
    pool.withVector { w in
      a.apply(z, into: &w)
      subtract(from: r, &w)
      let correction = reduced[i].solve(spaces[i].adjointTimes(w))
      axpy(1, spaces[i] * correction, into: &z)
    }
  }
}

/// Which space comes next.
private final class StageCounter: Sendable {
  private let stage = Atomic<Int>(0)

  func restart() { stage.store(0, ordering: .relaxed) }

  func next(below count: Int) -> Int {
    min(stage.add(1, ordering: .relaxed).oldValue, count - 1)
  }
}
