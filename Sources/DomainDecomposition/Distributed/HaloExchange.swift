internal import Krylov
internal import LinearAlgebra

/// The way of values from the ranks that own unknowns to those that need them, and back.
struct HaloExchange<S: Scalar, C: Communicator>: Sendable {
  let communicator: C
  /// The unknowns of other ranks that this one needs, by rank and number.
  let wanted: [Int32]
  /// Where the unknowns that others need stand among the owned ones.
  private let given: [Int32]
  private let sends: [Segment]
  private let receives: [Segment]
  private let outgoing: VectorPool<S>

  /// Tells the owners what is needed; collective.
  ///
  /// - Parameter wanted: Unknowns that this rank does not own.
  init(_ wanted: some Sequence<Int32>, _ distribution: Distribution, _ communicator: C) {
    let byRank = wanted.sorted { a, b in
      (distribution.owner(of: a), a) < (distribution.owner(of: b), b)
    }
    var requests = [[Int]](repeating: [], count: communicator.size)
    for i in byRank { requests[distribution.owner(of: i)].append(Int(i)) }
    precondition(requests[communicator.rank].isEmpty, "a rank wants its own unknowns")
    let asked = communicator.distribute(requests)
    var (given, sends, receives, at) = ([Int32](), [Segment](), [Segment](), 0)
    for other in 0..<communicator.size where other != communicator.rank {
      if !asked[other].isEmpty {
        let first = given.count
        for i in asked[other] {
          given.append(Int32(distribution.place(of: Int32(i))))
        }
        sends.append(Segment(rank: other, range: first..<given.count))
      }
      if !requests[other].isEmpty {
        let end = at + requests[other].count
        receives.append(Segment(rank: other, range: at..<end))
        at = end
      }
    }
    (self.communicator, self.wanted, self.given) = (communicator, byRank, given)
    (self.sends, self.receives) = (sends, receives)
    outgoing = VectorPool(count: given.count)
  }

  /// halo ← the values of the wanted unknowns.
  func bring(_ owned: [S], into halo: inout [S]) {
    outgoing.withVector { out in
      gather(owned, at: given, into: &out)
      communicator.exchange(out, to: sends, into: &halo, from: receives)
    }
  }

  /// owned ← owned + what other ranks have for the unknowns of this one, in the order of the ranks.
  func giveBack(_ halo: [S], addingTo owned: inout [S]) {
    outgoing.withVector { back in
      communicator.exchange(halo, to: receives, into: &back, from: sends)
      scatterAdd(back, to: given, into: &owned)
    }
  }
}
