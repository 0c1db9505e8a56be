public import LinearAlgebra

/// A covering of the unknowns 0..<n by subdomains that may overlap.
///
/// It knows no mesh: subdomains come from the graph of a matrix, or are given as lists.
public struct OverlappingDecomposition: Sendable {
  /// n.
  public let order: Int
  /// The subdomains; every unknown is in at least one.
  public let subdomains: [Subdomain]
  /// Where each subdomain begins when all local vectors stand one after the other.
  let localStart: [Int]
  /// Unknown i stands at the places `places[placeStart[i]..<placeStart[i + 1]]` of the local
  /// vectors, in the order of the subdomains.
  let placeStart: [Int]
  let places: [Int]
  /// The subdomain of each place.
  let subdomainOfPlace: [Int32]

  /// The number of subdomains.
  public var count: Int { subdomains.count }
  /// The unknowns of all subdomains, shared ones counted as often as they occur.
  public var localCount: Int { places.count }
  /// The largest number of subdomains an unknown is in.
  public var multiplicity: Int { (0..<order).reduce(0) { max($0, multiplicity(of: $1)) } }

  /// The number of subdomains an unknown is in.
  public func multiplicity(of unknown: Int) -> Int {
    placeStart[unknown + 1] - placeStart[unknown]
  }

  /// The subdomains an unknown is in, ascending.
  public func subdomains(of unknown: Int) -> [Int] {
    places[placeStart[unknown]..<placeStart[unknown + 1]].map { Int(subdomainOfPlace[$0]) }
  }

  /// A covering by given sets.
  ///
  /// - Parameters:
  ///   - n: The unknowns.
  ///   - sets: The unknowns of each subdomain, ascending.
  ///   - owner: The subdomain each unknown belongs to; the first one that holds it where nil.
  ///   - unity: How shared unknowns are divided.
  /// - Precondition: The sets ascend, are not empty and cover 0..<n; an owner holds its unknowns.
  public init(
    order n: Int, sets: [[Int32]], owner: [Int32]? = nil, unity: PartitionOfUnity = .multiplicity
  ) {
    precondition(owner.map { $0.count == n } ?? true, "owners of \(owner?.count ?? 0) of \(n)")
    var (counts, first) = ([Double](repeating: 0, count: n), [Int32](repeating: -1, count: n))
    var isHeld = [Bool](repeating: owner == nil, count: n)
    for (j, set) in sets.enumerated() {
      for i in set.map(Int.init) {
        precondition(i >= 0 && i < n, "subdomain \(j) holds unknown \(i) of \(n)")
        counts[i] += 1
        if first[i] < 0 { first[i] = Int32(j) }
        if owner?[i] == Int32(j) { isHeld[i] = true }
      }
    }
    for i in 0..<n where !isHeld[i] {
      preconditionFailure("unknown \(i) is not in the subdomain \(owner?[i] ?? -1) that owns it")
    }
    let mine = owner ?? first
    let weights = sets.enumerated().map { j, set in
      set.map { i in
        unity == .owner ? (mine[Int(i)] == Int32(j) ? 1 : 0) : 1 / counts[Int(i)]
      }
    }
    self.init(order: n, sets: sets, weights: weights)
  }

  /// A covering by given sets with given weights, which may be those of a larger whole.
  init(order n: Int, sets: [[Int32]], weights: [[Double]]) {
    var (start, counts) = ([0], [Int](repeating: 0, count: n + 1))
    for (j, set) in sets.enumerated() {
      precondition(!set.isEmpty, "subdomain \(j) is empty")
      precondition(
        set[0] >= 0 && Int(set[set.count - 1]) < n && zip(set, set.dropFirst()).allSatisfy(<),
        "the unknowns of subdomain \(j) do not ascend within 0..<\(n)")
      start.append(start[j] + set.count)
      for i in set { counts[Int(i) + 1] += 1 }
    }
    for i in 0..<n {
      precondition(counts[i + 1] > 0, "unknown \(i) is in no subdomain")
      counts[i + 1] += counts[i]
    }
    var next = counts
    var places = [Int](repeating: 0, count: start[sets.count])
    var holder = [Int32](repeating: 0, count: places.count)
    for (j, set) in sets.enumerated() {
      for (k, i) in set.enumerated() {
        places[next[Int(i)]] = start[j] + k
        next[Int(i)] += 1
        holder[start[j] + k] = Int32(j)
      }
    }
    subdomains = zip(sets, weights).map { Subdomain(unknowns: $0, weights: $1) }
    (order, localStart, placeStart) = (n, start, counts)
    (self.places, subdomainOfPlace) = (places, holder)
  }

  /// The subdomains coupled with each by an entry of a matrix, itself included, ascending.
  ///
  /// - Complexity: Entries times the square of the multiplicity of their unknowns.
  public func couplings(by pattern: SparsityPattern) -> [[Int]] {
    precondition(
      pattern.rowCount == order && pattern.columnCount == order,
      "a pattern of \(pattern.rowCount) × \(pattern.columnCount) for \(order) unknowns")
    var coupled = [[Int]](repeating: [], count: count)
    var stamp = [Int](repeating: -1, count: count)
    for (a, part) in subdomains.enumerated() {
      for i in part.unknowns {
        for k in pattern.rowStart[Int(i)]..<pattern.rowStart[Int(i) + 1] {
          let other = Int(pattern.column[k])
          for place in placeStart[other]..<placeStart[other + 1] {
            let b = Int(subdomainOfPlace[places[place]])
            guard stamp[b] != a else { continue }
            stamp[b] = a
            coupled[a].append(b)
          }
        }
      }
    }
    // A pattern that is not symmetric may couple in one direction only.
    let found = coupled
    for (a, list) in found.enumerated() {
      for b in list where !found[b].contains(a) { coupled[b].append(a) }
    }
    return coupled.map { $0.sorted() }
  }

  /// k₀: so many colours suffice to give coupled subdomains different ones, found greedily.
  ///
  /// The largest eigenvalue of the one-level additive method is at most k₀.
  public func colourCount(by pattern: SparsityPattern) -> Int {
    let coupled = couplings(by: pattern)
    var colours = [Int](repeating: -1, count: count)
    for j in 0..<count {
      let taken = Set(coupled[j].map { colours[$0] })
      colours[j] = (0...count).first { !taken.contains($0) } ?? count
    }
    return (colours.max() ?? -1) + 1
  }
}
