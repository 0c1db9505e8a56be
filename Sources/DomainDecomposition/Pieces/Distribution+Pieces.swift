internal import Krylov
public import LinearAlgebra

/// Ranks that own nothing of a problem.
public struct IdleRanks: Error, Sendable, CustomStringConvertible {
  /// Which.
  public let ranks: [Int]

  /// What is wrong, with a cure.
  public var description: String {
    "rank \(ranks.map { "\($0)" }.joined(separator: ", ")) of the problem owns no free unknown: run "
      + "it on fewer ranks"
  }
}

extension Distribution {
  /// The unknowns of pieces, those of each rank cut into subdomains of its own; collective.
  ///
  /// - Parameters:
  ///   - unknowns: Those of this piece.
  ///   - rows: The pattern of the rows that this rank owns, columns in the numbering of the whole.
  ///   - subdomains: How many in all, about; nil for one in 2500 unknowns.
  /// - Throws: `IdleRanks`, on all ranks.
  public init<C: Communicator>(
    _ unknowns: SharedUnknowns, _ rows: SparsityPattern, subdomains: Int?, _ world: C
  ) throws(IdleRanks) {
    let counts = unknowns.ownedCounts
    let idle = counts.indices.filter { counts[$0] == 0 }
    guard idle.isEmpty, let least = counts.min() else { throw IdleRanks(ranks: idle) }
    // As many on each rank, which owns consecutive ones.
    let wanted = (subdomains ?? unknowns.order / 2500) / world.size
    let count = max(1, min(wanted, least))
    let mine = Distribution.parts(of: rows, first: unknowns.first[world.rank], count)
    let all = world.gather(mine.map { Int($0) + world.rank * count })
    self.init(parts: all.flatMap { $0.map { Int32($0) } }, world)
  }

  /// The subdomain of each owned unknown, by METIS; in stretches where that leaves one empty.
  private static func parts(of rows: SparsityPattern, first: Int, _ count: Int) -> [Int32] {
    let n = rows.rowCount
    guard count > 1 else { return [Int32](repeating: 0, count: n) }
    let own = SparsityRestriction(
      rows, rows: (0..<Int32(n)).map { $0 }, columns: (0..<Int32(n)).map { $0 + Int32(first) }
    ).pattern
    if let cut = try? OverlappingDecomposition(own, count: count, overlap: 0) {
      let parts = (0..<n).map { Int32(cut.subdomains(of: $0)[0]) }
      if Set(parts).count == count { return parts }
    }
    return (0..<n).map { Int32($0 * count / n) }
  }
}
