internal import Dispatch
internal import LinearAlgebra
internal import Synchronization

/// Parts of snapshots in their order, each read while the one before is worked on.
///
/// Two parts are in memory at a time, whose memory is used in turn. The order of work is that of the
/// parts, so results do not depend on how fast they come.
func readAhead(
  _ ranges: [Range<Int>],
  read: @escaping PartReading,
  _ body: (DenseMatrix<Double>, Range<Int>) throws(SnapshotError) -> Void
) throws(SnapshotError) {
  guard let first = ranges.first else { return }
  var current = DenseMatrix<Double>(rowCount: 0, columnCount: 0)
  var spare = current
  try read(first, &current)
  for (k, range) in ranges.enumerated() {
    let next = k + 1 < ranges.count ? PendingPart(ranges[k + 1], into: &spare, read) : nil
    do throws(SnapshotError) { try body(current, range) } catch {
      // The reader uses the source until it is done; nothing of it may outlive this call.
      _ = next?.wait()
      throw error
    }
    if let next {
      spare = try next.wait().get()
      swap(&spare, &current)
    }
  }
}

/// Reads the part of a range into the memory of another.
typealias PartReading =
  @Sendable (Range<Int>, inout DenseMatrix<Double>) throws(SnapshotError) -> Void

/// A part that another thread reads.
private final class PendingPart: Sendable {
  private let done = DispatchSemaphore(value: 0)
  private let result: Mutex<Result<DenseMatrix<Double>, SnapshotError>>

  /// - Parameter memory: Is used for the part; empty then.
  init(
    _ range: Range<Int>, into memory: inout DenseMatrix<Double>, _ read: @escaping PartReading
  ) {
    var taken = DenseMatrix<Double>(rowCount: 0, columnCount: 0)
    swap(&taken, &memory)
    result = Mutex(.success(taken))
    taken = DenseMatrix(rowCount: 0, columnCount: 0)
    // A thread of its own: those of the shared pool are for what computes meanwhile.
    DispatchQueue(label: "ritz.read").async { [self] in
      var part = take()
      let outcome = Result { () throws(SnapshotError) in
        try read(range, &part)
        return part
      }
      part = DenseMatrix(rowCount: 0, columnCount: 0)
      result.withLock { $0 = outcome }
      done.signal()
    }
  }

  func wait() -> Result<DenseMatrix<Double>, SnapshotError> {
    done.wait()
    return result.withLock { held in
      let outcome = held
      held = .failure(.refused("a part of the snapshots was taken twice"))
      return outcome
    }
  }

  /// The memory handed over, held by the caller alone.
  private func take() -> DenseMatrix<Double> {
    result.withLock { held in
      guard case .success(let memory) = held else {
        return DenseMatrix(rowCount: 0, columnCount: 0)
      }
      held = .failure(.refused("a reading thread ended without a result"))
      return memory
    }
  }
}
