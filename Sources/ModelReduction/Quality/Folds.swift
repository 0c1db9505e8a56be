internal import LinearAlgebra

/// Snapshots divided at random into parts that are left out in turn.
public struct Folds: Sendable, Equatable {
  /// The part of each snapshot.
  public let assignment: [Int]
  /// How many parts.
  public let count: Int

  /// Divides.
  ///
  /// - Parameters:
  ///   - total: The number of snapshots.
  ///   - count: How many parts.
  ///   - groups: For each snapshot the simulation it comes from, which is left out as a whole: its
  ///     other time steps would give a left-out step away. Nil for a group each.
  ///   - seed: Of the random order.
  /// - Throws: `refused` for fewer than two parts or more parts than groups.
  /// - Precondition: As many groups as snapshots.
  public init(
    of total: Int, count: Int, groups: [Int]? = nil, seed: UInt64 = 1
  ) throws(SnapshotError) {
    precondition(groups.map { $0.count == total } ?? true, "groups for \(total) snapshots")
    let numbers = numberedByFirst(groups ?? Array(0..<total))
    let groupCount = (numbers.max() ?? -1) + 1
    guard count >= 2, count <= groupCount else {
      throw .refused(
        "\(count) folds of \(groupCount) independent snapshots; between 2 and \(groupCount) "
          + "are possible")
    }
    var random = SplitMix64(seed: seed)
    var part = [Int](repeating: 0, count: groupCount)
    for (place, group) in random.distinct(groupCount, below: groupCount).enumerated() {
      part[group] = place % count
    }
    assignment = numbers.map { part[$0] }
    self.count = count
  }

  /// The snapshots of a part, and all others.
  func split(_ fold: Int) -> (training: [Int], test: [Int]) {
    (
      assignment.indices.filter { assignment[$0] != fold },
      assignment.indices.filter { assignment[$0] == fold }
    )
  }
}
