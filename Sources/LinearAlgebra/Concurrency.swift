internal import Dispatch
internal import Foundation
internal import Synchronization

/// How many threads parallel loops may use. Results do not depend on it, to the last bit.
public enum Threads {
  private static let setting = Atomic<Int>(0)

  /// The number of threads, at least one; at first the number of processors this process may use.
  public static var count: Int {
    get {
      let value = setting.load(ordering: .relaxed)
      return value > 0 ? value : available
    }
    set { setting.store(max(1, newValue), ordering: .relaxed) }
  }

  /// The processors this process is allowed to run on.
  public static let available = ProcessInfo.processInfo.activeProcessorCount
}

/// Runs `body` on consecutive ranges of at most `size` indices that together cover `0..<count`.
///
/// The ranges depend on `count` and `size` only, never on the number of threads; a body that
/// writes only to places of its own range, and reduces later in the order of the ranges, therefore
/// gives the same bits on one thread and on many. Ranges may run at the same time, in any order.
public func forEachChunk(
  of count: Int, size: Int, _ body: @Sendable (Range<Int>) -> Void
) {
  forEachChunk(of: count, size: size, scratch: { () }) { _, range in body(range) }
}

/// The same with a scratch value that each thread makes once and reuses for all its ranges.
///
/// - Parameter scratch: Makes the scratch of one thread. What a range leaves in it must not
///   influence the results of the next, because the order of the ranges is not defined.
public func forEachChunk<Scratch>(
  of count: Int, size: Int, scratch: @Sendable () -> Scratch,
  _ body: @Sendable (inout Scratch, Range<Int>) -> Void
) {
  precondition(size > 0, "chunks of \(size) indices; a chunk holds at least one")
  let chunkCount = (count + size - 1) / size
  let workers = min(Threads.count, chunkCount)
  guard workers > 1 else {
    guard chunkCount > 0 else { return }
    var mine = scratch()
    for chunk in 0..<chunkCount { body(&mine, chunk * size..<min(count, (chunk + 1) * size)) }
    return
  }
  let next = Atomic<Int>(0)
  DispatchQueue.concurrentPerform(iterations: workers) { _ in
    var mine = scratch()
    while true {
      let chunk = next.add(1, ordering: .relaxed).oldValue
      guard chunk < chunkCount else { return }
      body(&mine, chunk * size..<min(count, (chunk + 1) * size))
    }
  }
}

/// Runs `body` for each of `0..<count` on a few threads of its own, for work that waits for a disk.
///
/// Threads that wait would otherwise take the places of those that compute beside them. As many
/// wait as keep a disk busy, whatever `Threads.count` says: they hardly use a processor.
func forEachWaiting<Scratch>(
  of count: Int, scratch: @escaping @Sendable () -> Scratch,
  _ body: @Sendable (inout Scratch, Int) -> Void
) {
  let next = Atomic<Int>(0)
  withoutActuallyEscaping(body) { body in
    let group = DispatchGroup()
    for _ in 0..<min(4, count) {
      // A serial queue has a thread of its own when it needs one; a concurrent one shares.
      DispatchQueue(label: "ritz.waiting").async(group: group) {
        var mine = scratch()
        while true {
          let index = next.add(1, ordering: .relaxed).oldValue
          guard index < count else { return }
          body(&mine, index)
        }
      }
    }
    group.wait()
  }
}

/// A place where parallel ranges write, each to indices that no other range touches.
///
/// Safe as long as that promise is kept and the buffer outlives the loop; use it only inside the
/// closure of `withDisjointWrites`.
@unsafe public struct DisjointWrites<Element: Sendable>: @unchecked Sendable {
  /// The whole buffer.
  public let base: UnsafeMutableBufferPointer<Element>
}

extension Array where Element: Sendable {
  /// Lends the storage to a parallel loop whose ranges write to disjoint indices.
  public mutating func withDisjointWrites<Result>(
    _ body: (DisjointWrites<Element>) throws -> Result
  ) rethrows -> Result {
    try unsafe withUnsafeMutableBufferPointer { try unsafe body(DisjointWrites(base: $0)) }
  }
}
