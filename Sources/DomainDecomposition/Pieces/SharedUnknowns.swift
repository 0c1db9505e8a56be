/// The unknowns of the pieces of a problem, one piece on each rank: those that pieces share have one
/// number in the whole, and an owner, the lowest rank that has them.
///
/// The unknowns that a rank owns are numbered one after the other, rank after rank.
public struct SharedUnknowns: Sendable {
  /// For each unknown of this piece its number in the whole.
  public let numbers: [Int32]
  /// Whether other pieces have it, too.
  public let isShared: [Bool]
  /// This rank.
  public let rank: Int
  /// The first number of each rank, and that of all behind them.
  public let first: [Int]
  /// The places in the piece of the unknowns that this rank owns, in the order of their numbers.
  public let owned: [Int32]

  /// The unknowns of the piece.
  public var count: Int { numbers.count }
  /// The unknowns of the whole.
  public var order: Int { first[first.count - 1] }
  /// How many of them each rank owns.
  public var ownedCounts: [Int] { zip(first.dropFirst(), first).map { $0 - $1 } }

  /// Finds out what is shared; collective.
  ///
  /// - Parameters:
  ///   - keys: Of each unknown of the piece a number ≥ 0 that is the same on all pieces that have it,
  ///     and different for different unknowns.
  ///   - world: The ranks.
  /// - Complexity: O(unknowns of the piece) time and memory: what a key is known of is spread over the
  ///   ranks, too.
  public init(keys: [Int], _ world: some Communicator) {
    precondition(keys.allSatisfy { $0 >= 0 }, "a key below zero")
    let size = world.size
    // A rank for each key, which learns who has it.
    var asked = [[Int]](repeating: [], count: size)
    for key in keys { asked[key % size].append(key) }
    let told = world.distribute(asked)
    var holders: [Int: (owner: Int, count: Int)] = [:]
    for (sender, list) in told.enumerated() {
      for key in list { holders[key, default: (sender, 0)].count += 1 }
    }
    let answers = world.distribute(
      told.map { list in
        list.flatMap { key in
          let holder = holders[key, default: (0, 0)]
          return [holder.owner, holder.count]
        }
      })
    var next = [Int](repeating: 0, count: size)
    var owners: [Int] = []
    var isShared: [Bool] = []
    for key in keys {
      let from = key % size
      owners.append(answers[from][next[from]])
      isShared.append(answers[from][next[from] + 1] > 1)
      next[from] += 2
    }
    let rank = world.rank
    let owned = owners.indices.filter { owners[$0] == rank }.map { Int32($0) }
    var first = [0]
    for list in world.gather([owned.count]) { first.append(first[first.count - 1] + list[0]) }
    precondition(first[size] < Int(Int32.max), "\(first[size]) unknowns; at most 2^31 − 2 fit")
    var numbers = [Int32](repeating: -1, count: keys.count)
    for (k, place) in owned.enumerated() { numbers[Int(place)] = Int32(first[rank] + k) }
    // Those that this rank owns and others have know their numbers here.
    var known: [Int: Int] = [:]
    for place in owned where isShared[Int(place)] {
      known[keys[Int(place)]] = Int(numbers[Int(place)])
    }
    var wanted = [[Int]](repeating: [], count: size)
    for (place, owner) in owners.enumerated() where owner != rank {
      wanted[owner].append(keys[place])
    }
    let given = world.distribute(world.distribute(wanted).map { $0.map { known[$0] ?? -1 } })
    next = [Int](repeating: 0, count: size)
    for (place, owner) in owners.enumerated() where owner != rank {
      numbers[place] = Int32(given[owner][next[owner]])
      next[owner] += 1
    }
    (self.numbers, self.isShared, self.rank) = (numbers, isShared, rank)
    (self.first, self.owned) = (first, owned)
  }

  /// The rank that owns a number.
  public func owner(of number: Int32) -> Int {
    // The last rank that begins at or before it; ranks may own nothing.
    var (low, high) = (0, first.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if first[middle] <= Int(number) { low = middle } else { high = middle }
    }
    return low
  }
}

extension Communicator {
  /// How many of the unknowns that are free on some rank are held on another; collective.
  ///
  /// - Parameters:
  ///   - free: Keys of unknowns, as of ``SharedUnknowns``.
  ///   - held: Keys of others.
  public func contradictions(free: [Int], held: [Int]) -> Int {
    func spread(_ keys: [Int]) -> Set<Int> {
      var lists = [[Int]](repeating: [], count: size)
      for key in keys { lists[key % size].append(key) }
      return Set(distribute(lists).joined())
    }
    return gather([spread(free).intersection(spread(held)).count]).reduce(0) { $0 + $1[0] }
  }
}
