internal import LinearAlgebra

/// Which point obeys which law: all points of a mesh, or the few of a hyperreduced model.
struct MaterialAssignment: Sendable {
  /// The points of one material.
  struct Group: Sendable {
    let law: any ConstitutiveLaw
    /// Ascending.
    let points: [Int32]
  }

  let groups: [Group]
  /// Where the points are, as far as a law looks at it; else empty.
  let sites: [PointSite]
  /// The number of points of all groups together.
  let count: Int

  /// Whether the tangents of all laws are symmetric.
  var isSymmetric: Bool { groups.allSatisfy { $0.law.tangentSymmetry == .symmetric } }

  /// Whether a law looks at the sites of its points.
  var readsSites: Bool { groups.contains { $0.law.readsSites } }

  /// - Parameter sites: One for each point, or none.
  /// - Precondition: Every point 0 ..< count is in one group.
  init(_ groups: [Group], sites: [PointSite] = []) {
    (self.groups, self.sites) = (groups, sites)
    count = groups.reduce(0) { $0 + $1.points.count }
    precondition(sites.isEmpty || sites.count == count, "\(sites.count) sites, \(count) points")
  }

  /// The same laws at some of the points, which are numbered anew in the given order.
  func restricted(to points: [Int]) -> MaterialAssignment {
    var owner = [Int](repeating: 0, count: count)
    for (g, group) in groups.enumerated() { for p in group.points { owner[Int(p)] = g } }
    var mine = [[Int32]](repeating: [], count: groups.count)
    for (k, p) in points.enumerated() { mine[owner[p]].append(Int32(k)) }
    return MaterialAssignment(
      zip(groups, mine).map { Group(law: $0.law, points: $1) },
      sites: sites.isEmpty ? [] : points.map { sites[$0] })
  }

  /// For each point its group and its place there.
  var places: [(group: Int, place: Int)] {
    var places = [(group: Int, place: Int)](repeating: (0, 0), count: count)
    for (g, group) in groups.enumerated() {
      for (k, p) in group.points.enumerated() { places[Int(p)] = (g, k) }
    }
    return places
  }

  /// Points at rest, with no strain, stress or history.
  func rest(temperature: [Double]) -> MaterialState {
    precondition(temperature.count == count, "\(temperature.count) temperatures, \(count) points")
    let zero = [Double](repeating: 0, count: 6 * count)
    return MaterialState(
      strain: zero, stress: zero, temperature: temperature,
      variables: groups.map {
        [Double](repeating: 0, count: $0.law.stateCount * $0.points.count)
      })
  }

  /// Room for an answer.
  func response() -> MaterialResponse {
    MaterialResponse(
      stress: [Double](repeating: 0, count: 6 * count),
      moduli: [Double](repeating: 0, count: 36 * count),
      variables: groups.map {
        [Double](repeating: 0, count: $0.law.stateCount * $0.points.count)
      })
  }
}
