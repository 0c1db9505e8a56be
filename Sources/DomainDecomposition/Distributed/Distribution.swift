public import LinearAlgebra

/// Which unknowns, and which subdomains, belong to which rank; the same on all ranks.
///
/// Every rank holds four bytes for each unknown of the whole, for the sake of a simple description.
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

  /// The unknowns of the whole.
  public var order: Int { parts.count }

  /// The subdomains that a rank works on, consecutive.
  public func parts(of rank: Int) -> Range<Int> {
    firstPart(of: rank)..<firstPart(of: rank + 1)
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
    precondition(
      count >= communicator.size, "\(count) subdomains for \(communicator.size) ranks")
    (self.parts, partCount, rank, size) = (parts, count, communicator.rank, communicator.size)
    let (first, last) = (
      (communicator.rank * count + communicator.size - 1) / communicator.size,
      ((communicator.rank + 1) * count + communicator.size - 1) / communicator.size
    )
    owned = parts.indices.filter { Int(parts[$0]) >= first && Int(parts[$0]) < last }
      .map { Int32($0) }
  }

  private func firstPart(of rank: Int) -> Int { (rank * partCount + size - 1) / size }

  private func owner(ofPart part: Int) -> Int { part * size / partCount }

  /// The entries of this rank of a vector of the whole.
  public func local<S: Scalar>(_ x: [S]) -> [S] {
    precondition(x.count == order, "\(x.count) entries for \(order) unknowns")
    return owned.map { x[Int($0)] }
  }
}
