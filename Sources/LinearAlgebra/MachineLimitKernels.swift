internal import Dispatch

/// What this machine can do at best, measured in this process: the yardsticks for everything else.
public struct MachineLimits: Sendable, Equatable {
  /// Threads that worked at the same time.
  public let threadCount: Int
  /// Double-precision matrix products, 10⁹ operations per second, all threads together.
  public let productGigaflops: Double
  /// The triad a ← b + s c, 10⁹ bytes per second counting 24 per entry, all threads together.
  public let triadGigabytes: Double

  /// Measures, taking the best of several repetitions because the machine may be shared.
  ///
  /// - Parameters:
  ///   - threads: Threads to use at the same time.
  ///   - order: The order of the matrices each thread multiplies.
  ///   - triadBytes: Bytes of the three arrays of the triad together; several times the last-level
  ///     cache, to measure memory.
  ///   - repetitions: The number of trials of each.
  public init(
    threads: Int = Threads.count, order: Int = 1024, triadBytes: Int = 600_000_000,
    repetitions: Int = 5
  ) {
    threadCount = max(1, threads)
    productGigaflops = MachineLimits.product(
      threads: threadCount, order: max(1, order), repetitions: repetitions)
    triadGigabytes = MachineLimits.triad(
      threads: threadCount, count: max(1, triadBytes / 24), repetitions: repetitions)
  }

  private static func product(threads: Int, order n: Int, repetitions: Int) -> Double {
    let a = [Double](repeating: 1 / 3, count: n * n)
    let b = [Double](repeating: 1 / 7, count: n * n)
    var c = [Double](repeating: 0, count: n * n * threads)
    let seconds = unsafe c.withDisjointWrites { c in
      best(of: repetitions) {
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
          guard let base = unsafe c.base.baseAddress else { return }
          unsafe Double.gemm(
            .plain, .plain, n, n, n, 1, a, n, b, n, 0, base + thread * n * n, n)
        }
      }
    }
    return 2e-9 * Double(n * n * n * threads) / seconds
  }

  private static func triad(threads: Int, count n: Int, repetitions: Int) -> Double {
    var a = [Double](repeating: 0, count: n)
    let source = [Double](repeating: 1, count: n)
    let other = [Double](repeating: 2, count: n)
    let part = (n + threads - 1) / threads
    let seconds = unsafe a.withDisjointWrites { a in
      best(of: repetitions) {
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
          let range = min(n, thread * part)..<min(n, (thread + 1) * part)
          unsafe source.withUnsafeBufferPointer { b in
            unsafe other.withUnsafeBufferPointer { c in
              // Safe: the three arrays have n entries.
              for i in range { unsafe a.base[i] = b[i] + 3 * c[i] }
            }
          }
        }
      }
    }
    precondition(a[n / 2] == 7, "the triad computed \(a[n / 2]) instead of 7")
    return 24e-9 * Double(n) / seconds
  }

  private static func best(of repetitions: Int, _ body: () -> Void) -> Double {
    body()
    let clock = ContinuousClock()
    let times = (0..<max(1, repetitions)).map { _ in clock.measure(body) / .seconds(1) }
    return times.min() ?? .infinity
  }
}
