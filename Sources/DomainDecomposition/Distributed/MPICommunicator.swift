#if MPI
  internal import CMPI
  internal import Foundation
  public import LinearAlgebra

  /// The ranks that `mpirun` started, through MPI.
  ///
  /// MPI is started by ``run(_:)`` and by nothing else: a program that does not ask for it does not
  /// pay the quarter of a second. It is told that one thread calls it; parallel loops inside local
  /// work are not concerned.
  public struct MPICommunicator: Communicator {
    /// This rank.
    public let rank: Int
    /// The number of ranks.
    public let size: Int

    /// Starts MPI, runs `body` with all ranks and ends MPI.
    ///
    /// An error that `body` throws ends all ranks: the rank that failed says why, the others do not
    /// wait for it. Output is flushed before. Where MPI does not start, that is said and the program
    /// ends with status 69.
    ///
    /// - Precondition: Called from the main thread, once in a program.
    public static func run(_ body: (MPICommunicator) throws -> Void) {
      guard ritz_mpi_start() != 0 else {
        // The installation's fault, not the program's.
        FileHandle.standardError.write(
          Data("error: MPI does not start, or not for calls from one of several threads\n".utf8))
        exit(69)
      }
      let world = MPICommunicator()
      do {
        try body(world)
      } catch DistributedFailure.elsewhere {
        // The rank that failed says why and ends this one too.
        world.barrier()
        exit(70)
      } catch DistributedFailure.here(_, let error) {
        world.abort("\(error)")
      } catch {
        world.abort("\(error)")
      }
      fflush(nil)
      ritz_mpi_finish()
    }

    private init() {
      rank = Int(ritz_mpi_rank())
      size = Int(ritz_mpi_size())
    }

    /// Σ over the ranks: of few numbers in the order of the ranks, of many on the first rank.
    public func sum<S: Scalar>(_ x: inout [S]) {
      guard x.count * size <= 4096 else { return reduce(&x, isMaximum: false) }
      let all = equalParts(x)
      for i in x.indices {
        x[i] = all[i]
        for other in 1..<max(1, size) { x[i] += all[i + other * x.count] }
      }
    }

    /// The maximum over the ranks.
    public func maximum(_ x: inout [Double]) {
      var undefined = x.map { $0.isNaN ? 1.0 : 0 }
      reduce(&x, isMaximum: true)
      reduce(&undefined, isMaximum: true)
      for i in x.indices where undefined[i] > 0 { x[i] = .nan }
    }

    /// The arrays of all ranks.
    public func gather<S: Scalar>(_ x: [S]) -> [[S]] { gather(x, zero: S.zero) }
    /// The arrays of all ranks.
    public func gather(_ x: [Int]) -> [[Int]] { gather(x, zero: 0) }

    /// x ← the x of one rank.
    public func broadcast<S: Scalar>(_ x: inout [S], from root: Int) {
      let n = words(x.count, of: S.self)
      check(
        unsafe x.withUnsafeMutableBytes {
          unsafe ritz_mpi_broadcast($0.baseAddress, n, Int32(root))
        })
    }

    /// Segments to and from other ranks.
    public func exchange<S: Scalar>(
      _ out: [S], to receivers: [Segment], into x: inout [S], from senders: [Segment]
    ) { swap(out, receivers, &x, senders) }
    /// Segments to and from other ranks.
    public func exchange(
      _ out: [Int], to receivers: [Segment], into x: inout [Int], from senders: [Segment]
    ) { swap(out, receivers, &x, senders) }

    /// Waits until all ranks are here.
    public func barrier() {
      requireMainThread()
      ritz_mpi_barrier()
    }

    /// Ends all ranks with a message of this one.
    public func abort(_ message: String) -> Never {
      say(message)
      ritz_mpi_abort(70)
      exit(70)
    }

    /// Ends all ranks with a message of this one and a status for the shell.
    public func abort(_ message: String, status: Int32) -> Never {
      if !message.isEmpty { say(message) }
      ritz_mpi_abort(status)
      exit(status)
    }

    private func say(_ message: String) {
      fflush(nil)
      FileHandle.standardError.write(Data("ritz: rank \(rank) of \(size): \(message)\n".utf8))
    }

    private func reduce<S: Scalar>(_ x: inout [S], isMaximum: Bool) {
      let n = words(x.count, of: S.self)
      // Safe: a Scalar is one or two numbers of type Double.
      check(
        unsafe x.withUnsafeMutableBytes {
          unsafe ritz_mpi_reduce(
            $0.assumingMemoryBound(to: Double.self).baseAddress, n, isMaximum ? 1 : 0)
        })
    }

    private func equalParts<S: Scalar>(_ x: [S]) -> [S] {
      var all = [S](repeating: S.zero, count: x.count * size)
      let n = words(x.count, of: S.self)
      check(
        unsafe all.withUnsafeMutableBytes { all in
          unsafe x.withUnsafeBytes { unsafe ritz_mpi_gather($0.baseAddress, n, all.baseAddress) }
        })
      return all
    }

    private func gather<Number>(_ x: [Number], zero: Number) -> [[Number]] {
      let n = words(x.count, of: Number.self)
      let counts = equalParts([Double(n)]).map { Int32($0) }
      var starts: [Int32] = [0]
      for k in counts {
        let (next, isTooMuch) = starts[starts.count - 1].addingReportingOverflow(k)
        if isTooMuch {
          abort("a transfer of 2³¹ words from all ranks together: compute less at once")
        }
        starts.append(next)
      }
      let width = Self.words(of: Number.self)
      var all = [Number](repeating: zero, count: Int(starts[size]) / width)
      check(
        unsafe all.withUnsafeMutableBytes { all in
          unsafe x.withUnsafeBytes {
            unsafe ritz_mpi_gather_parts($0.baseAddress, n, all.baseAddress, counts, starts)
          }
        })
      return (0..<size).map { Array(all[Int(starts[$0]) / width..<Int(starts[$0 + 1]) / width]) }
    }

    private func swap<Number>(
      _ out: [Number], _ receivers: [Segment], _ x: inout [Number], _ senders: [Segment]
    ) {
      requireMainThread()
      precondition(
        receivers.allSatisfy { $0.range.upperBound <= out.count }
          && senders.allSatisfy { $0.range.upperBound <= x.count },
        "a segment beyond the arrays of \(out.count) and \(x.count) numbers")
      let width = Int64(Self.words(of: Number.self))
      let (to, from) = (receivers.map { Int32($0.rank) }, senders.map { Int32($0.rank) })
      let outStart = receivers.map { width * Int64($0.range.lowerBound) }
      let inStart = senders.map { width * Int64($0.range.lowerBound) }
      let outCount = receivers.map { words($0.range.count, of: Number.self) }
      let inCount = senders.map { words($0.range.count, of: Number.self) }
      // Safe: the arrays are whole words and every segment lies within them.
      check(
        unsafe x.withUnsafeMutableBytes { x in
          unsafe out.withUnsafeBytes { out in
            unsafe ritz_mpi_exchange(
              out.assumingMemoryBound(to: Int64.self).baseAddress, Int32(to.count), to, outStart,
              outCount, x.assumingMemoryBound(to: Int64.self).baseAddress, Int32(from.count), from,
              inStart, inCount)
          }
        })
    }

    /// The words of eight bytes in a number.
    private static func words<Number>(of type: Number.Type) -> Int {
      MemoryLayout<Number>.stride / 8
    }

    /// MPI counts words in 32 bits.
    private func words<Number>(_ n: Int, of type: Number.Type) -> Int32 {
      requireMainThread()
      guard let result = Int32(exactly: n * Self.words(of: type)) else {
        abort("a transfer of \(n) numbers; MPI carries less than 2³¹ words: take more ranks")
      }
      return result
    }

    private func requireMainThread() {
      precondition(ritz_mpi_is_main_thread() != 0, "MPI is called from another thread")
    }

    private func check(_ status: Int32) {
      if status != 0 { abort("MPI failed with status \(status)") }
    }
  }
#endif
