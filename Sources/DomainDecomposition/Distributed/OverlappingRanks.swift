internal import Krylov
internal import LinearAlgebra

/// The subdomains of this rank with their overlap, and the way of vectors to it and back.
///
/// The extended unknowns, those of the rank and of the overlap, ascend; the local decomposition
/// counts in them.
struct OverlappingRanks<S: Scalar, C: Communicator>: Sendable {
  let communicator: C
  /// The subdomains of this rank, in extended numbering, with weights that add up over the ranks.
  let decomposition: OverlappingDecomposition
  private var grown: GrownSubdomains<S>
  /// Where the owned unknowns stand among the extended ones, and where the halo.
  private let ownedPlaces: [Int32]
  private let haloPlaces: [Int32]
  private let halo: HaloExchange<S, C>
  private let halos: VectorPool<S>
  private let extended: VectorPool<S>

  /// The extended unknowns in the numbering of the whole, ascending.
  var unknowns: [Int32] { grown.unknowns }
  /// The rows and columns of A at the extended unknowns.
  var matrix: SparseMatrix<S> { grown.matrix }
  /// The extended unknowns and those their rows meet, ascending, and the rows of A in them; those of
  /// unknowns that are not extended are empty.
  var reached: [Int32] { grown.reached }
  var reachingMatrix: SparseMatrix<S> { grown.reachingMatrix }

  /// Grows the subdomains by layers of the graph; collective.
  init(_ a: DistributedMatrix<S, C>, overlap: Int, unity: PartitionOfUnity) {
    precondition(overlap >= 0, "an overlap of \(overlap) layers")
    let distribution = a.distribution
    communicator = a.communicator
    let first = distribution.parts(of: distribution.rank).lowerBound
    let grown = GrownSubdomains(a, overlap: overlap)
    self.grown = grown
    let all = grown.unknowns
    var position = [Int32](repeating: -1, count: distribution.order)
    for (k, i) in all.enumerated() { position[Int(i)] = Int32(k) }
    halo = HaloExchange(all.filter { !distribution.owns($0) }, distribution, a.communicator)
    ownedPlaces = distribution.owned.map { position[Int($0)] }
    haloPlaces = halo.wanted.map { position[Int($0)] }
    halos = VectorPool(count: haloPlaces.count)
    extended = VectorPool(count: all.count)
    let local = grown.sets.map { set in set.map { position[Int($0)] } }
    let weights: [[Double]]
    switch unity {
    case .owner:
      weights = local.enumerated().map { j, set in
        set.map { Int(distribution.parts[Int(all[Int($0)])]) == first + j ? 1 : 0 }
      }
    case .multiplicity:
      // How often an unknown occurs on this rank, added up by its owner and told to all.
      var counts = [S](repeating: S.zero, count: all.count)
      for set in local { for i in set { counts[Int(i)] += 1 } }
      let total = Self.total(counts, ownedPlaces, haloPlaces, halo)
      weights = local.map { set in set.map { 1 / total[Int($0)].realPart } }
    }
    decomposition = OverlappingDecomposition(order: all.count, sets: local, weights: weights)
  }

  /// Fetches the values of another matrix with the same pattern; collective.
  mutating func refresh(_ a: DistributedMatrix<S, C>) { grown.refresh(a) }

  private static func total(
    _ counts: [S], _ ownedPlaces: [Int32], _ haloPlaces: [Int32], _ halo: HaloExchange<S, C>
  ) -> [S] {
    var owned = ownedPlaces.map { counts[Int($0)] }
    var foreign = haloPlaces.map { counts[Int($0)] }
    halo.giveBack(foreign, addingTo: &owned)
    halo.bring(owned, into: &foreign)
    var total = counts
    for (k, i) in ownedPlaces.enumerated() { total[Int(i)] = owned[k] }
    for (k, i) in haloPlaces.enumerated() { total[Int(i)] = foreign[k] }
    return total
  }

  /// body(the extended entries of r); collective.
  func withExtended<Result>(_ r: [S], _ body: ([S]) -> Result) -> Result {
    extended.withVector { x in
      halos.withVector { foreign in
        halo.bring(r, into: &foreign)
        scatter(r, to: ownedPlaces, into: &x)
        scatter(foreign, to: haloPlaces, into: &x)
      }
      return body(x)
    }
  }

  /// z ← (z +) the sum over the ranks of the extended vectors that `body` writes; collective.
  func collect(into z: inout [S], adding isAdded: Bool = false, _ body: (inout [S]) -> Void) {
    extended.withVector { x in
      body(&x)
      gather(x, at: ownedPlaces, into: &z, adding: isAdded)
      halos.withVector { foreign in
        gather(x, at: haloPlaces, into: &foreign)
        halo.giveBack(foreign, addingTo: &z)
      }
    }
  }
}
