public import LinearAlgebra
internal import Synchronization

/// Vectors of one length to write on, lent to whoever applies an operator and taken back, so that
/// repeated applications allocate nothing and threads do not disturb each other.
public final class VectorPool<S: Scalar>: Sendable {
  /// The entries of a vector.
  public let count: Int
  private let free = Mutex<[[S]]>([])

  /// An empty pool of vectors with `count` entries.
  public init(count: Int) { self.count = count }

  /// Lends one vector; what it holds is left from earlier uses.
  public func withVector<Result>(_ body: (inout [S]) -> Result) -> Result {
    var vector = free.withLock { $0.popLast() } ?? [S](repeating: S.zero, count: count)
    let result = body(&vector)
    free.withLock { $0.append(vector) }
    return result
  }
}
