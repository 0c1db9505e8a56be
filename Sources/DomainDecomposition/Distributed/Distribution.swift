public import LinearAlgebra

/// Which unknowns, and which subdomains, belong to which rank; the same on all ranks.
///
/// Every rank holds eight bytes for each unknown of the whole, for the sake of a simple description.
public struct Distribution: Sendable {
  /// The subdomain of each unknown.
  public let parts: [Int32]
  /// The number of subdomains.
  public let partCount: Int
  /// This rank.
  public let rank: Int
  /// The number of ranks.
  public let size: Int
  /// The unknowns of this rank, ascending: entry k of a distributed vector is unknown `owned[k]`.
  public let owned: [Int32]
  /// The place of each unknown among the owned ones, −1 for those of other ranks.
  private let places: [Int32]

  /// The unknowns of the whole.
  public var order: Int { parts.count }

  /// The subdomains that a rank works on, consecutive.
  public func parts(of rank: Int) -> Range<Int> {
    Self.firstPart(rank, partCount, size)..<Self.firstPart(rank + 1, partCount, size)
  }

  /// The rank of an unknown.
  public func owner(of unknown: Int32) -> Int { owner(ofPart: Int(parts[Int(unknown)])) }

  /// Consecutive subdomains to each rank, as equal in number as may be.
  ///
  /// - Parameters:
  ///   - parts: The subdomain of each unknown, numbered from 0.
  ///   - communicator: The ranks.
  /// - Precondition: At least one subdomain for each rank, none empty.
  public init(parts: [Int32], _ communicator: some Communicator) {
    let count = Int(parts.max() ?? -1) + 1
    var isUsed = [Bool](repeating: false, count: count)
    for part in parts { isUsed[Int(part)] = true }
    precondition(!isUsed.contains(false), "subdomain \(isUsed.firstIndex(of: false) ?? 0) is empty")
    precondition(
      count >= communicator.size, "\(count) subdomains for \(communicator.size) ranks")
    (self.parts, partCount, rank, size) = (parts, count, communicator.rank, communicator.size)
    let mine = Self.firstPart(rank, count, size)..<Self.firstPart(rank + 1, count, size)
    owned = parts.indices.filter { mine.contains(Int(parts[$0])) }.map { Int32($0) }
    var places = [Int32](repeating: -1, count: parts.count)
    for (k, i) in owned.enumerated() { places[Int(i)] = Int32(k) }
    self.places = places
  }

  private static func firstPart(_ rank: Int, _ count: Int, _ size: Int) -> Int {
    (rank * count + size - 1) / size
  }

  /// Whether this rank owns an unknown.
  func owns(_ unknown: Int32) -> Bool { places[Int(unknown)] >= 0 }

  /// The place of an unknown among the owned ones.
  func place(of unknown: Int32) -> Int {
    let place = Int(places[Int(unknown)])
    precondition(place >= 0, "rank \(rank) does not own unknown \(unknown)")
    return place
  }

  private func owner(ofPart part: Int) -> Int { part * size / partCount }

  /// The entries of this rank of a vector of the whole.
  public func local<S: Scalar>(_ x: [S]) -> [S] {
    precondition(x.count == order, "\(x.count) entries for \(order) unknowns")
    return owned.map { x[Int($0)] }
  }
}
