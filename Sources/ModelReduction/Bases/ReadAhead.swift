internal import Dispatch
internal import LinearAlgebra
internal import Synchronization

/// Parts of snapshots in their order, each read while the one before is worked on.
///
/// Two parts are in memory at a time. The order of work is that of the parts, so results do not
/// depend on how fast they come.
func readAhead<Part: Sendable>(
  _ ranges: [Range<Int>],
  read: @escaping @Sendable (Range<Int>) throws(SnapshotError) -> Part,
  _ body: (Part, Range<Int>) throws(SnapshotError) -> Void
) throws(SnapshotError) {
  guard let first = ranges.first else { return }
  var current = try read(first)
  for (k, range) in ranges.enumerated() {
    let next = k + 1 < ranges.count ? PendingPart(ranges[k + 1], read) : nil
    do throws(SnapshotError) { try body(current, range) } catch {
      // The reader uses the source until it is done; nothing of it may outlive this call.
      _ = next?.wait()
      throw error
    }
    if let next { current = try next.wait().get() }
  }
}

/// A part that another thread reads.
private final class PendingPart<Part: Sendable>: Sendable {
  private let done = DispatchSemaphore(value: 0)
  private let result = Mutex<Result<Part, SnapshotError>?>(nil)

  init(
    _ range: Range<Int>, _ read: @escaping @Sendable (Range<Int>) throws(SnapshotError) -> Part
  ) {
    DispatchQueue.global().async { [self] in
      let part = Result { () throws(SnapshotError) in try read(range) }
      result.withLock { $0 = part }
      done.signal()
    }
  }

  func wait() -> Result<Part, SnapshotError> {
    done.wait()
    return result.withLock { $0 ?? .failure(.refused("a reading thread ended without a result")) }
  }
}
