public import DomainDecomposition
import Foundation
public import LinearAlgebra

/// Ranks that are threads of this process: distributed algorithms are tested without MPI.
public struct ThreadCommunicator: Communicator {
  /// This rank.
  public let rank: Int
  /// The number of ranks.
  public let size: Int
  private let hub: Hub

  /// What the ranks share.
  private final class Hub: @unchecked Sendable {
    private let condition = NSCondition()
    private var slots: [[Any]]
    private var letters: [[Any]]
    private var waiting = 0
    private var round = 0

    init(_ size: Int) {
      slots = Array(repeating: [], count: size)
      letters = Array(repeating: [], count: size * size)
    }

    func barrier() {
      condition.lock()
      defer { condition.unlock() }
      let mine = round
      waiting += 1
      guard waiting < slots.count else {
        (waiting, round) = (0, round + 1)
        return condition.broadcast()
      }
      while round == mine { condition.wait() }
    }

    func gather<T>(_ x: [T], _ rank: Int) -> [[T]] {
      condition.lock()
      slots[rank] = x
      condition.unlock()
      barrier()
      condition.lock()
      let all = slots.map { $0.compactMap { $0 as? T } }
      condition.unlock()
      barrier()
      return all
    }

    func send<T>(_ x: [T], from: Int, to: Int) {
      condition.lock()
      letters[from + to * slots.count].append(x)
      condition.broadcast()
      condition.unlock()
    }

    func receive<T>(from: Int, to: Int) -> [T] {
      condition.lock()
      defer { condition.unlock() }
      while letters[from + to * slots.count].isEmpty { condition.wait() }
      return letters[from + to * slots.count].removeFirst() as? [T] ?? []
    }
  }

  /// body on `size` ranks; the results in their order.
  public static func run<Result: Sendable>(
    _ size: Int, _ body: @escaping @Sendable (ThreadCommunicator) throws -> Result
  ) throws -> [Result] {
    let hub = Hub(size)
    let results = Results<Result>(size)
    for rank in 0..<size {
      let thread = Thread {
        results.set(
          rank, Swift.Result { try body(ThreadCommunicator(rank: rank, size: size, hub: hub)) })
      }
      thread.stackSize = 1 << 23
      thread.start()
    }
    return try results.wait().map { try $0.get() }
  }

  private final class Results<T: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private var values: [Swift.Result<T, any Error>?]

    init(_ size: Int) { values = Array(repeating: nil, count: size) }

    func set(_ rank: Int, _ value: Swift.Result<T, any Error>) {
      condition.lock()
      values[rank] = value
      condition.broadcast()
      condition.unlock()
    }

    func wait() -> [Swift.Result<T, any Error>] {
      condition.lock()
      defer { condition.unlock() }
      while values.contains(where: { $0 == nil }) { condition.wait() }
      return values.compactMap { $0 }
    }
  }

  /// The sum over the ranks, in their order.
  public func sum<S: Scalar>(_ x: inout [S]) {
    let all = hub.gather(x, rank)
    for i in x.indices { x[i] = all.dropFirst().reduce(all[0][i]) { $0 + $1[i] } }
  }

  /// The maximum over the ranks.
  public func maximum(_ x: inout [Double]) {
    let all = hub.gather(x, rank)
    for i in x.indices {
      x[i] = all.contains { $0[i].isNaN } ? .nan : all.reduce(-.infinity) { max($0, $1[i]) }
    }
  }

  /// The arrays of all ranks.
  public func gather<S: Scalar>(_ x: [S]) -> [[S]] { hub.gather(x, rank) }
  /// The arrays of all ranks.
  public func gather(_ x: [Int]) -> [[Int]] { hub.gather(x, rank) }
  /// x ← that of one rank.
  public func broadcast<S: Scalar>(_ x: inout [S], from root: Int) { x = hub.gather(x, rank)[root] }

  /// Segments to and from other ranks.
  public func exchange<S: Scalar>(
    _ out: [S], to receivers: [Segment], into x: inout [S], from senders: [Segment]
  ) { swap(out, receivers, &x, senders) }
  /// Segments to and from other ranks.
  public func exchange(
    _ out: [Int], to receivers: [Segment], into x: inout [Int], from senders: [Segment]
  ) { swap(out, receivers, &x, senders) }

  private func swap<T>(
    _ out: [T], _ receivers: [Segment], _ x: inout [T], _ senders: [Segment]
  ) {
    for part in receivers { hub.send(Array(out[part.range]), from: rank, to: part.rank) }
    for part in senders {
      let letter: [T] = hub.receive(from: part.rank, to: rank)
      precondition(letter.count == part.range.count, "\(letter.count) for \(part.range)")
      x.replaceSubrange(part.range, with: letter)
    }
  }

  /// Waits for all ranks.
  public func barrier() { hub.barrier() }
  /// Ends the program.
  public func abort(_ message: String) -> Never { fatalError(message) }
}
