public import LinearAlgebra

/// Some of the ranks of a communicator, numbered from 0 in their order: groups work side by side, each
/// on systems of its own.
///
/// All it does is exchanged between its ranks, so that the others take no part.
public struct RankGroup<C: Communicator>: Communicator {
  /// This rank in the group.
  public let rank: Int
  private let world: C
  /// The ranks of the group in the world, ascending.
  private let members: [Int]

  /// The number of ranks of the group.
  public var size: Int { members.count }

  /// The group of this rank where a world is cut into groups of consecutive ranks, as equal in size as
  /// may be; not collective.
  ///
  /// - Parameters:
  ///   - world: All ranks.
  ///   - count: The number of groups, at most that of the ranks.
  /// - Returns: The group and its number.
  public static func cut(_ world: C, into count: Int) -> (number: Int, group: RankGroup) {
    precondition(1...world.size ~= count, "\(count) groups of \(world.size) ranks")
    let number = number(of: world.rank, count, world.size)
    let members = (0..<world.size).filter { Self.number(of: $0, count, world.size) == number }
    return (number, RankGroup(world, members))
  }

  /// The group of each rank.
  static func number(of rank: Int, _ count: Int, _ size: Int) -> Int { rank * count / size }

  private init(_ world: C, _ members: [Int]) {
    (self.world, self.members) = (world, members)
    guard let rank = members.firstIndex(of: world.rank) else {
      preconditionFailure("rank \(world.rank) is not in the group \(members)")
    }
    self.rank = rank
  }

  /// The sum over the group, of the same bits on all of its ranks.
  public func sum<S: Scalar>(_ x: inout [S]) {
    let all = equalParts(x, zero: S.zero)
    for i in x.indices {
      x[i] = all[i]
      for other in 1..<max(1, size) { x[i] += all[i + other * x.count] }
    }
  }

  /// The maximum over the group.
  public func maximum(_ x: inout [Double]) {
    let all = equalParts(x, zero: 0)
    for i in x.indices {
      for other in 0..<size {
        let value = all[i + other * x.count]
        x[i] = x[i].isNaN || value.isNaN ? .nan : max(x[i], value)
      }
    }
  }

  /// The arrays of the group.
  public func gather<S: Scalar>(_ x: [S]) -> [[S]] {
    let (lengths, starts) = layout(x.count)
    var all = [S](repeating: S.zero, count: starts[size])
    exchange(x, to: toAll(x.count), into: &all, from: fromAll(starts))
    all.replaceSubrange(starts[rank]..<starts[rank] + lengths[rank], with: x)
    return (0..<size).map { Array(all[starts[$0]..<starts[$0 + 1]]) }
  }

  /// The arrays of the group.
  public func gather(_ x: [Int]) -> [[Int]] {
    let (lengths, starts) = layout(x.count)
    var all = [Int](repeating: 0, count: starts[size])
    exchange(x, to: toAll(x.count), into: &all, from: fromAll(starts))
    all.replaceSubrange(starts[rank]..<starts[rank] + lengths[rank], with: x)
    return (0..<size).map { Array(all[starts[$0]..<starts[$0 + 1]]) }
  }

  /// x ← the x of one rank of the group.
  public func broadcast<S: Scalar>(_ x: inout [S], from root: Int) {
    precondition(0..<size ~= root, "a broadcast from rank \(root) of \(size)")
    let out = rank == root ? x : []
    let all = 0..<x.count
    exchange(
      out, to: rank == root ? toAll(x.count) : [], into: &x,
      from: rank == root || x.isEmpty ? [] : [Segment(rank: root, range: all)])
  }

  /// Segments to and from other ranks of the group.
  public func exchange<S: Scalar>(
    _ out: [S], to receivers: [Segment], into x: inout [S], from senders: [Segment]
  ) { world.exchange(out, to: outside(receivers), into: &x, from: outside(senders)) }

  /// Segments to and from other ranks of the group.
  public func exchange(
    _ out: [Int], to receivers: [Segment], into x: inout [Int], from senders: [Segment]
  ) { world.exchange(out, to: outside(receivers), into: &x, from: outside(senders)) }

  /// Waits until all ranks of the group are here.
  public func barrier() { _ = lengths(0) }

  /// Ends all ranks, also those of other groups.
  public func abort(_ message: String) -> Never { world.abort(message) }

  // MARK: Segments

  private func outside(_ segments: [Segment]) -> [Segment] {
    segments.map { Segment(rank: members[$0.rank], range: $0.range) }
  }

  /// The same segment to each of the others; none where it is empty.
  private func toAll(_ count: Int) -> [Segment] {
    count == 0
      ? [] : (0..<size).filter { $0 != rank }.map { Segment(rank: $0, range: 0..<count) }
  }

  private func fromAll(_ starts: [Int]) -> [Segment] {
    (0..<size).filter { $0 != rank && starts[$0 + 1] > starts[$0] }.map {
      Segment(rank: $0, range: starts[$0]..<starts[$0 + 1])
    }
  }

  /// How much each rank of the group has.
  private func lengths(_ count: Int) -> [Int] {
    var all = [Int](repeating: count, count: size)
    exchange([count], to: toAll(1), into: &all, from: fromAll(Array(0...size)))
    return all
  }

  private func layout(_ count: Int) -> (lengths: [Int], starts: [Int]) {
    let lengths = lengths(count)
    return (lengths, lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) })
  }

  /// The arrays of all ranks one after the other, where all have the same length.
  private func equalParts<S: Scalar>(_ x: [S], zero: S) -> [S] {
    var all = [S](repeating: zero, count: x.count * size)
    all.replaceSubrange(rank * x.count..<(rank + 1) * x.count, with: x)
    exchange(x, to: toAll(x.count), into: &all, from: fromAll((0...size).map { $0 * x.count }))
    return all
  }
}

extension Communicator {
  /// The results of few independent jobs, each computed by a group of ranks together; collective.
  ///
  /// - Parameters:
  ///   - count: The number of jobs, at most that of the ranks.
  ///   - job: Work that is collective in the group given; the same result on all of its ranks, or a
  ///     failure on all of them.
  /// - Returns: The results of all jobs in their order, on every rank.
  /// - Throws: On all ranks if a job fails on one.
  public func spreadOverGroups<S: Scalar, Failure: Error>(
    _ count: Int, _ job: (Int, RankGroup<Self>) throws(Failure) -> [S]
  ) throws(DistributedFailure) -> [[S]] {
    let (number, group) = RankGroup.cut(self, into: count)
    let mine = try together { () throws(Failure) in try job(number, group) }
    let all = gather(group.isFirst ? mine : [])
    return (0..<size).filter { r in
      r == 0
        || RankGroup<Self>.number(of: r, count, size)
          != RankGroup<Self>.number(of: r - 1, count, size)
    }.map { all[$0] }
  }
}
