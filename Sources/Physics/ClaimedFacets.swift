internal import Expressions
internal import Meshes

/// The facets that essential conditions hold on: a facet has one value for each component, only its
/// corners and edges may be contested.
struct ClaimedFacets {
  private struct Claim {
    let regions: String
    let value: Expression
  }

  private var claims: [Claim] = []
  /// For each component and block the claim that holds on each cell.
  private var owner: [Int: [Int: [Int32: Int]]] = [:]

  /// Takes the facets of a region for the value of one component.
  ///
  /// - Parameters:
  ///   - value: Equal values, once simplified, may be given twice.
  ///   - component: 0 where the unknown is a scalar.
  ///   - name: Of the component, for the message; nil where the unknown is a scalar.
  /// - Throws: When an earlier condition gives the component another value on some of the facets.
  mutating func claim(
    _ region: Region, of mesh: Mesh, for value: Expression, component: Int = 0,
    named name: String? = nil, subject: PhysicsError.Subject
  ) throws(PhysicsError) {
    guard region.dimension == mesh.dimension - 1 else { return }
    let claim = claims.count
    claims.append(Claim(regions: region.name, value: value.simplified()))
    var rivals: [Int: Int] = [:]
    for member in region.members {
      for cell in member.cells {
        if let earlier = owner[component]?[member.block]?[cell],
          claims[earlier].value != claims[claim].value
        {
          rivals[earlier, default: 0] += 1
        }
        owner[component, default: [:]][member.block, default: [:]][cell] = claim
      }
    }
    guard let (earlier, count) = rivals.min(by: { $0.key < $1.key }) else { return }
    let rival = claims[earlier]
    throw PhysicsError(
      subject,
      "'\(region.name)' and '\(rival.regions)' share \(count) facets but ask for different values"
        + "\(name.map { " of \($0)" } ?? "") there, '\(value)' and '\(rival.value)'; keep one of "
        + "the two")
  }
}
