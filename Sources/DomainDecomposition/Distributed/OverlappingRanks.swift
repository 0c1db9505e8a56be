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
  /// The extended unknowns in the numbering of the whole, ascending.
  let unknowns: [Int32]
  /// The rows and columns of A at the extended unknowns.
  let matrix: SparseMatrix<S>
  /// The extended unknowns and those their rows meet, ascending, and the rows of A in them; those of
  /// unknowns that are not extended are empty.
  let reached: [Int32]
  let reachingMatrix: SparseMatrix<S>
  /// Where the owned unknowns stand among the extended ones, and where the halo.
  private let ownedPlaces: [Int32]
  private let haloPlaces: [Int32]
  private let halo: HaloExchange<S, C>
  private let halos: VectorPool<S>
  private let extended: VectorPool<S>

  /// Grows the subdomains by layers of the graph; collective.
  init(_ a: DistributedMatrix<S, C>, overlap: Int, unity: PartitionOfUnity) {
    precondition(overlap >= 0, "an overlap of \(overlap) layers")
    let distribution = a.distribution
    communicator = a.communicator
    let first = distribution.parts(of: distribution.rank).lowerBound
    var known: [Int32: (columns: [Int32], values: [S])] = [:]
    var sets = [Set<Int32>](
      repeating: [], count: distribution.parts(of: distribution.rank).count)
    for (k, i) in distribution.owned.enumerated() {
      let entries = a.rows.pattern.rowStart[k]..<a.rows.pattern.rowStart[k + 1]
      known[i] = (Array(a.rows.pattern.column[entries]), Array(a.rows.values[entries]))
      sets[Int(distribution.parts[Int(i)]) - first].insert(i)
    }
    for _ in 0..<overlap {
      for j in sets.indices {
        sets[j].formUnion(sets[j].flatMap { known[$0]?.columns ?? [] })
      }
      let missing = sets.reduce(into: Set<Int32>()) { $0.formUnion($1) }
        .filter { known[$0] == nil }
      known.merge(a.rows(of: missing)) { old, _ in old }
    }
    let all = sets.reduce(into: Set<Int32>()) { $0.formUnion($1) }.sorted()
    var position: [Int32: Int32] = [:]
    for (k, i) in all.enumerated() { position[i] = Int32(k) }
    reached = all.reduce(into: Set(all)) { $0.formUnion(known[$1]?.columns ?? []) }.sorted()
    matrix = Self.rows(all, of: known, in: all)
    reachingMatrix = Self.rows(all, of: known, in: reached)
    let foreign = all.filter { distribution.owner(of: $0) != distribution.rank }
    halo = HaloExchange(foreign, distribution, a.communicator)
    ownedPlaces = distribution.owned.map { position[$0] ?? 0 }
    haloPlaces = halo.wanted.map { position[$0] ?? 0 }
    unknowns = all
    halos = VectorPool(count: foreign.count)
    extended = VectorPool(count: all.count)
    let local = sets.map { set in set.map { position[$0] ?? 0 }.sorted() }
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

  /// The square matrix over `numbers` with the known rows of some of them.
  private static func rows(
    _ filled: [Int32], of known: [Int32: (columns: [Int32], values: [S])], in numbers: [Int32]
  ) -> SparseMatrix<S> {
    var position: [Int32: Int32] = [:]
    for (k, i) in numbers.enumerated() { position[i] = Int32(k) }
    let isFilled = Set(filled)
    var (start, column, values) = ([0], [Int32](), [S]())
    for i in numbers {
      if isFilled.contains(i), let row = known[i] {
        for (j, value) in zip(row.columns, row.values) {
          guard let k = position[j] else { continue }
          column.append(k)
          values.append(value)
        }
      }
      start.append(column.count)
    }
    return SparseMatrix(
      pattern: SparsityPattern(
        rowCount: numbers.count, columnCount: numbers.count, rowStart: start, column: column),
      values: values)
  }

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
      for (k, i) in ownedPlaces.enumerated() { z[k] = isAdded ? z[k] + x[Int(i)] : x[Int(i)] }
      halos.withVector { foreign in
        gather(x, at: haloPlaces, into: &foreign)
        halo.giveBack(foreign, addingTo: &z)
      }
    }
  }
}

/// y[placesₖ] ← xₖ.
private func scatter<S: Scalar>(_ x: [S], to places: [Int32], into y: inout [S]) {
  for k in places.indices { y[Int(places[k])] = x[k] }
}
