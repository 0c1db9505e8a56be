internal import ModelReduction

extension LawDescription {
  func write(to parts: inout ModelParts, as name: String) {
    parts.put([kind], as: "\(name)/kind")
    let names = entries.keys.sorted()
    parts.put(names, as: "\(name)/entries")
    for (k, entry) in names.enumerated() {
      parts.put(entries[entry] ?? [], as: "\(name)/entry/\(k)")
    }
  }

  init(_ parts: ModelParts, _ name: String) throws(ModelFileError) {
    var entries: [String: [String]] = [:]
    for (k, entry) in try parts.texts("\(name)/entries").enumerated() {
      entries[entry] = try parts.texts("\(name)/entry/\(k)")
    }
    self.init(kind: try parts.texts("\(name)/kind", count: 1)[0], entries: entries)
  }
}

extension MaterialAssignment {
  /// Where the points are; nothing where no law looks at it.
  func writeSites(to parts: inout ModelParts, as name: String) {
    guard !sites.isEmpty else { return }
    parts.put(
      sites.flatMap { [$0.coordinates.x, $0.coordinates.y, $0.coordinates.z] }, as: "\(name)/places"
    )
    parts.put(sites.flatMap { [Int($0.element), Int($0.point)] }, as: "\(name)/numbers")
  }

  private static func sites(
    _ parts: ModelParts, _ name: String, points: Int
  ) throws(ModelFileError) -> [PointSite] {
    guard parts.has("\(name)/places") else { return [] }
    let places = try parts.numbers("\(name)/places", count: 3 * points)
    let numbers = try parts.integers("\(name)/numbers", count: 2 * points)
    return (0..<points).map { p in
      PointSite(
        coordinates: SIMD3(places[3 * p], places[3 * p + 1], places[3 * p + 2]),
        element: Int32(clamping: numbers[2 * p]), point: Int32(clamping: numbers[2 * p + 1]))
    }
  }

  init(_ parts: ModelParts, _ name: String, points: Int) throws(ModelFileError) {
    var groups: [Group] = []
    var isTaken = [Bool](repeating: false, count: points)
    for g in 0..<(try parts.integers("\(name)/count", count: 1, in: 1..<10_000)[0]) {
      let mine = try parts.integers("\(name)/\(g)/points", in: 0..<points)
      for p in mine {
        guard !isTaken[p] else { throw parts.malformed("\(name)/\(g)/points", "repeats a point") }
        isTaken[p] = true
      }
      guard zip(mine, mine.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw parts.malformed("\(name)/\(g)/points", "does not ascend")
      }
      let description = try LawDescription(parts, "\(name)/\(g)")
      let law: any ConstitutiveLaw
      do throws(PhysicsError) { law = try description.law() } catch {
        throw parts.malformed("\(name)/\(g)", "is no law: \(error)")
      }
      groups.append(Group(law: law, points: mine.map { Int32($0) }))
    }
    guard !isTaken.contains(false) else {
      throw parts.malformed(name, "leaves points without a law")
    }
    self.init(
      groups, sites: try MaterialAssignment.sites(parts, "\(name)/sites", points: points))
  }
}
