public import LinearAlgebra

/// The way of vectors between the unknowns that ranks own and those that their pieces have.
public struct PieceVectors<S: Scalar, C: Communicator>: Sendable {
  /// The ranks.
  public let communicator: C
  private let unknowns: SharedUnknowns
  private let halo: HaloExchange<S, C>
  /// Where in the piece the unknowns of other ranks are, in the order of the halo.
  private let foreign: [Int32]

  /// Tells the owners what pieces have of theirs; collective.
  public init(_ unknowns: SharedUnknowns, _ distribution: Distribution, _ communicator: C) {
    let places = (0..<unknowns.count).filter {
      !distribution.owns(unknowns.numbers[$0])
    }
    let halo = HaloExchange<S, C>(
      places.map { unknowns.numbers[$0] }, distribution, communicator)
    var place: [Int32: Int32] = [:]
    for k in places { place[unknowns.numbers[k]] = Int32(k) }
    foreign = halo.wanted.map { place[$0] ?? -1 }
    (self.unknowns, self.halo, self.communicator) = (unknowns, halo, communicator)
  }

  /// The values at the unknowns of the piece, from those that each rank owns; collective.
  public func onPiece(_ owned: [S]) -> [S] {
    precondition(
      owned.count == unknowns.owned.count,
      "\(owned.count) values for \(unknowns.owned.count) unknowns")
    var result = [S](repeating: S.zero, count: unknowns.count)
    for (place, value) in zip(unknowns.owned, owned) { result[Int(place)] = value }
    var values = [S](repeating: S.zero, count: foreign.count)
    halo.bring(owned, into: &values)
    for (place, value) in zip(foreign, values) { result[Int(place)] = value }
    return result
  }

  /// The owned entries of a vector of which each piece has a part that is to be added; collective.
  public func owned(adding parts: [S]) -> [S] {
    precondition(parts.count == unknowns.count, "\(parts.count) values of \(unknowns.count)")
    var result = unknowns.owned.map { parts[Int($0)] }
    halo.giveBack(foreign.map { parts[Int($0)] }, addingTo: &result)
    return result
  }

  /// The owned entries of a vector that every piece knows alike.
  public func owned(of values: [S]) -> [S] {
    precondition(values.count == unknowns.count, "\(values.count) values of \(unknowns.count)")
    return unknowns.owned.map { values[Int($0)] }
  }
}
