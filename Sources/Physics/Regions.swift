internal import Expressions
internal import Meshes

extension Mesh {
  /// The cells of several regions together, each cell once.
  ///
  /// - Parameter dimensions: The dimensions the regions may have; with several regions of one name
  ///   the one of a fitting dimension is meant.
  func union(
    of names: [String], dimensions: ClosedRange<Int>, subject: PhysicsError.Subject
  ) throws(PhysicsError) -> Region {
    var cells: [Int: [Int32]] = [:]
    var dimension: Int?
    for name in names {
      guard
        let found = dimensions.reversed().lazy.compactMap({ region(named: name, dimension: $0) })
          .first(where: { $0.cellCount > 0 })
      else {
        let known = regions.filter { dimensions.contains($0.dimension) && $0.cellCount > 0 }
          .prefix(20).map { "'\($0.name)'" }.joined(separator: ", ")
        throw PhysicsError(
          subject,
          "no region '\(name)' of dimension \(dimensions.words)"
            + (known.isEmpty ? "" : "; there are \(known)"))
      }
      guard dimension == nil || dimension == found.dimension else {
        throw PhysicsError(subject, "regions of different dimensions in one entry: '\(name)'")
      }
      dimension = found.dimension
      for member in found.members { cells[member.block, default: []] += member.cells }
    }
    return Region(
      name: names.joined(separator: ", "), dimension: dimension ?? dimensions.upperBound,
      members: cells.map { Region.Member(block: $0.key, cells: $0.value) })
  }
}

extension ClosedRange<Int> {
  fileprivate var words: String {
    lowerBound == upperBound ? "\(lowerBound)" : "\(lowerBound) to \(upperBound)"
  }
}
