public import LinearAlgebra

/// Several copies of one program, the ranks, that compute together.
///
/// Apart from ``exchange(_:to:into:from:)`` every function is collective: all ranks call it, in the
/// same order. Sums have the same bits on every rank, so that all ranks take the same branch of an
/// algorithm. A communicator is used from one thread at a time, that of MPI from the main thread.
public protocol Communicator: Sendable {
  /// This rank, from 0 on.
  var rank: Int { get }
  /// The number of ranks.
  var size: Int { get }
  /// x ← Σ x over the ranks, entry by entry.
  func sum<S: Scalar>(_ x: inout [S])
  /// x ← max x over the ranks, entry by entry; NaN where a rank has NaN.
  func maximum(_ x: inout [Double])
  /// The arrays of all ranks, which may differ in length.
  func gather<S: Scalar>(_ x: [S]) -> [[S]]
  /// The arrays of all ranks, which may differ in length.
  func gather(_ x: [Int]) -> [[Int]]
  /// x ← the x of one rank; its length is the same on all.
  func broadcast<S: Scalar>(_ x: inout [S], from root: Int)
  /// Sends segments of one array to other ranks and fills segments of another with what they send.
  ///
  /// Not collective: a rank talks to those in its lists only. Two ranks exchange at most one segment
  /// in each direction, of the same length on both.
  func exchange<S: Scalar>(
    _ out: [S], to receivers: [Segment], into x: inout [S], from senders: [Segment])
  /// The same with whole numbers.
  func exchange(_ out: [Int], to receivers: [Segment], into x: inout [Int], from senders: [Segment])
  /// Waits until all ranks are here.
  func barrier()
  /// Ends all ranks with a message; for errors that the other ranks do not know of.
  func abort(_ message: String) -> Never
}

/// A part of an array that goes to a rank or comes from it.
public struct Segment: Sendable, Equatable {
  /// The other rank.
  public let rank: Int
  /// The part.
  public let range: Range<Int>

  /// A part of an array for a rank.
  public init(rank: Int, range: Range<Int>) { (self.rank, self.range) = (rank, range) }
}

/// An error that may be that of an iteration which did not converge: other ranks are told so.
public protocol IterationError: Error {
  /// Whether an iteration did not converge, which is no fault of the input's form.
  var isNotConverged: Bool { get }
}

/// A failure that all ranks know of.
public enum DistributedFailure: Error, Sendable, CustomStringConvertible {
  /// It happened on this rank.
  case here(rank: Int, any Error)
  /// It happened on another rank, the lowest one that failed, with its words; and whether an iteration
  /// did not converge there.
  case elsewhere(rank: Int, reason: String, isNotConverged: Bool)

  /// The failure in a sentence.
  public var description: String {
    switch self {
    case .here(let rank, let error): "rank \(rank): \(error)"
    case .elsewhere(let rank, let reason, _): "rank \(rank): \(reason)"
    }
  }
}

extension Communicator {
  /// Whether this is the rank that prints.
  public var isFirst: Bool { rank == 0 }

  /// The result of `body` if it succeeds on every rank; otherwise all ranks throw, and none waits
  /// for one that is gone.
  ///
  /// - Parameter body: Local work without a collective call in it, or work that is collective in a
  ///   group of ranks and fails on all of the group or on none.
  public func together<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(DistributedFailure) -> Result {
    let result = Swift.Result { () throws(Failure) in try body() }
    var failed = [Double](repeating: 0, count: size)
    if case .failure = result { failed[rank] = 1 }
    sum(&failed)
    if let other = failed.firstIndex(where: { $0 > 0 }) {
      // First whether an iteration failed, then the words, byte by byte.
      var told = [0]
      if case .failure(let error) = result {
        told = [(error as? any IterationError)?.isNotConverged == true ? 1 : 0]
        told += "\(error)".utf8.map(Int.init)
      }
      let heard = gather(told)[other]
      if case .failure(let error) = result { throw .here(rank: rank, error) }
      throw .elsewhere(
        rank: other,
        reason: String(decoding: heard.dropFirst().map { UInt8($0) }, as: UTF8.self),
        isNotConverged: heard[0] == 1)
    }
    guard case .success(let value) = result else { preconditionFailure("neither result nor error") }
    return value
  }

  /// A list of numbers for each rank to a list from each rank.
  func distribute(_ lists: [[Int]]) -> [[Int]] {
    let (sends, receives) = routes(lists.map(\.count))
    var received = [Int](repeating: 0, count: receives.last?.range.upperBound ?? 0)
    exchange(outgoing(lists), to: sends, into: &received, from: receives)
    return incoming(received, receives, own: lists[rank])
  }

  /// A list of numbers for each rank to a list from each rank.
  func distribute<S: Scalar>(_ lists: [[S]]) -> [[S]] {
    let (sends, receives) = routes(lists.map(\.count))
    var received = [S](repeating: S.zero, count: receives.last?.range.upperBound ?? 0)
    exchange(outgoing(lists), to: sends, into: &received, from: receives)
    return incoming(received, receives, own: lists[rank])
  }

  /// The segments of lists of given lengths, one for each rank, and of those that come.
  private func routes(_ lengths: [Int]) -> (sends: [Segment], receives: [Segment]) {
    precondition(lengths.count == size, "\(lengths.count) lists for \(size) ranks")
    let all = gather(lengths)
    func segments(_ length: (Int) -> Int) -> [Segment] {
      var (result, at) = ([Segment](), 0)
      for other in 0..<size where other != rank && length(other) > 0 {
        result.append(Segment(rank: other, range: at..<at + length(other)))
        at += length(other)
      }
      return result
    }
    return (segments { lengths[$0] }, segments { all[$0][rank] })
  }

  private func outgoing<Number>(_ lists: [[Number]]) -> [Number] {
    lists.indices.flatMap { $0 == rank ? [] : lists[$0] }
  }

  private func incoming<Number>(
    _ received: [Number], _ receives: [Segment], own: [Number]
  ) -> [[Number]] {
    var result = [[Number]](repeating: [], count: size)
    result[rank] = own
    for segment in receives { result[segment.rank] = Array(received[segment.range]) }
    return result
  }
}
