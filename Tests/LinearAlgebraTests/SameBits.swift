import LinearAlgebra
import Synchronization
import Testing

/// One test at a time may change the number of threads.
private let turn = Mutex(())

/// Runs a computation on one, two and five threads and expects identical results.
func expectSameBits<Result: Equatable>(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Result
) rethrows {
  try turn.withLock { _ in
    let before = Threads.count
    defer { Threads.count = before }
    Threads.count = 1
    let reference = try body()
    for count in [2, 5] {
      Threads.count = count
      let again = try body()
      #expect(again == reference, "on \(count) threads", sourceLocation: sourceLocation)
    }
  }
}
