internal import LinearAlgebra
internal import RealModule

/// How far two spaces are apart, from their principal angles θ.
///
/// Where one space has fewer dimensions, each that is missing counts as a right angle.
///
/// - Source: Edelman, Arias, Smith, SIAM J. Matrix Anal. Appl. 20 (1998), §4.3; Ye, Lim, *Schubert
///   varieties and distances between subspaces of different dimensions*, same journal 37 (2016).
public enum SubspaceDistance: String, Sendable, CaseIterable {
  /// √Σ θ², the length of the shortest way on the Grassmann manifold.
  case geodesic
  /// √Σ sin² θ.
  case chordal
  /// √(Σ sin² θ / n), between 0 and 1: the sine for n = 1.
  case meanSine = "mean-sine"
  /// The largest sin θ, the gap.
  case gap

  /// The distance of spaces of the larger dimension n.
  ///
  /// - Parameters:
  ///   - angles: The principal angles, as many as the smaller space has dimensions.
  ///   - n: The dimension of the larger one.
  /// - Precondition: n is at least the number of angles.
  public func callAsFunction(_ angles: PrincipalAngles, dimension n: Int) -> Double {
    let missing = n - angles.values.count
    precondition(missing >= 0, "\(angles.values.count) angles in dimension \(n)")
    let right = Double(missing)
    let squares = angles.sines.reduce(0) { $0 + $1 * $1 } + right
    switch self {
    case .geodesic:
      return (angles.values.reduce(0) { $0 + $1 * $1 } + right * Double.pi * Double.pi / 4)
        .squareRoot()
    case .chordal: return squares.squareRoot()
    case .meanSine: return n > 0 ? (squares / Double(n)).squareRoot() : 0
    case .gap: return missing > 0 ? 1 : angles.sines.last ?? 0
    }
  }
}

extension DissimilarityMatrix {
  /// The dissimilarities of simulations, each by the space of its n leading POD modes: for bases
  /// that must serve whole histories.
  ///
  /// - Parameters:
  ///   - coordinates: Of all snapshots.
  ///   - groups: For each snapshot the number of its simulation; simulations are ordered by their
  ///     first snapshots.
  ///   - modes: n; a simulation of lower rank has fewer, and a note says so.
  ///   - distance: Between the spaces.
  /// - Throws: `refused` for n < 1 and for simulations of zero snapshots only; `factorization`.
  /// - Precondition: One group per snapshot.
  /// - Complexity: A small singular value decomposition per pair.
  public init(
    betweenTrajectories coordinates: SnapshotCoordinates, groups: [Int], modes: Int,
    distance: SubspaceDistance
  ) throws(SnapshotError) {
    precondition(groups.count == coordinates.count, "\(groups.count) groups")
    guard modes >= 1 else {
      throw .refused("\(modes) modes per simulation were asked for; at least one is needed")
    }
    let numbers = numberedByFirst(groups)
    let members = clusterMembers(numbers, count: (numbers.max() ?? -1) + 1)
    let spaces = try parallelTry(members.count) { g throws(FactorizationError) in
      let found = try NestedModes(of: coordinates.selecting(members[g]).matrix).vectors
      return found.columns(0..<min(modes, found.columnCount))
    }
    if let empty = spaces.firstIndex(where: { $0.columnCount == 0 }) {
      throw .refused(
        "all snapshots of simulation \(groups[members[empty][0]]) are zero: it has no directions")
    }
    let rows = try parallelTry(spaces.count) { i throws(FactorizationError) in
      var row: [Double] = []
      for j in 0..<i {
        let product = InnerProduct<Double>(euclidean: coordinates.matrix.rowCount)
        let angles = try PrincipalAngles(orthonormal: spaces[i], spaces[j], in: product)
        row.append(
          distance(angles, dimension: max(spaces[i].columnCount, spaces[j].columnCount)))
      }
      return row
    }
    let short = spaces.indices.filter { spaces[$0].columnCount < modes }
    let notes =
      short.isEmpty
      ? []
      : [
        "\(short.count) simulations have fewer than \(modes) independent snapshots, the first is "
          + "\(groups[members[short[0]][0]])"
      ]
    self.init(
      trusted: rows.flatMap { $0 }, count: spaces.count, measure: "grassmann-\(distance.rawValue)",
      notes: notes)
  }
}
