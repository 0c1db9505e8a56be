public import Meshes
internal import RealModule

/// A turn about the origin followed by a shift.
public struct RigidMotion: Sendable {
  private let columns: [SIMD3<Double>]
  private let shift: SIMD3<Double>

  /// Nothing moves.
  public static let none = RigidMotion(angles: (0, 0), shift: .zero)

  /// A motion without symmetries; in the plane points stay there.
  public static func skew(_ dimension: Int) -> RigidMotion {
    dimension == 2
      ? RigidMotion(angles: (0.7, 0), shift: SIMD3(3, -1, 0))
      : RigidMotion(angles: (0.7, 0.4), shift: SIMD3(3, -1, 2))
  }

  /// A turn about z, then one about x, then the shift.
  private init(angles: (z: Double, x: Double), shift: SIMD3<Double>) {
    let (c, s) = (Double.cos(angles.z), Double.sin(angles.z))
    let (a, b) = (Double.cos(angles.x), Double.sin(angles.x))
    columns = [SIMD3(c, a * s, b * s), SIMD3(-s, a * c, b * c), SIMD3(0, -b, a)]
    self.shift = shift
  }

  /// Where a direction points afterwards.
  public func turned(_ v: SIMD3<Double>) -> SIMD3<Double> {
    columns[0] * v.x + columns[1] * v.y + columns[2] * v.z
  }

  /// Where a point is afterwards.
  public func callAsFunction(_ p: SIMD3<Double>) -> SIMD3<Double> { turned(p) + shift }

  /// Where a point was before.
  public func before(_ p: SIMD3<Double>) -> SIMD3<Double> {
    let q = p - shift
    return SIMD3((columns[0] * q).sum(), (columns[1] * q).sum(), (columns[2] * q).sum())
  }
}

extension Mesh {
  /// The same mesh with its points, and the cells of each block, in an order drawn at random.
  public func renumbered(seed: UInt64 = 9) -> Mesh {
    var random = SeededRandom(seed: seed)
    let place = Array(0..<pointCount).shuffled(using: &random)
    var moved = coordinates
    for point in 0..<pointCount {
      for axis in 0..<dimension {
        moved[place[point] * dimension + axis] = coordinates[point * dimension + axis]
      }
    }
    var cellPlace: [[Int32]] = []
    let shuffled = blocks.map { block -> CellBlock in
      let order = Array(0..<block.cellCount).shuffled(using: &random)
      var places = [Int32](repeating: 0, count: order.count)
      for (new, old) in order.enumerated() { places[old] = Int32(new) }
      cellPlace.append(places)
      return CellBlock(
        shape: block.shape, nodes: block.nodeSet,
        connectivity: order.flatMap { block.nodes(of: $0).map { Int32(place[Int($0)]) } })
    }
    return Mesh(
      dimension: dimension, coordinates: moved, blocks: shuffled,
      regions: regions.map { region in
        Region(
          name: region.name, dimension: region.dimension,
          members: region.members.map { member in
            Region.Member(
              block: member.block,
              cells: member.cells.map { cellPlace[member.block][Int($0)] }.sorted())
          })
      })
  }
}

extension ShapedCase {
  /// By how much numbers measured on a distorted mesh change, relative to the largest of them, when
  /// points and cells are renumbered, and when the whole is moved rigidly.
  ///
  /// - Parameter measure: What is measured on a mesh that was moved as given.
  public func changes(
    _ measure: (Mesh, RigidMotion) throws -> [Double]
  ) rethrows -> (renumbered: Double, moved: Double) {
    let motion = RigidMotion.skew(dimension)
    let mesh = mesh(dimension == 2 ? 4 : 2, distortion: 0.2)
    let still = try measure(mesh, .none)
    let size = still.map(\.magnitude).max() ?? 0
    precondition(size > 0, "nothing was measured")
    func change(_ other: [Double]) -> Double {
      zip(still, other).map { abs($0 - $1) / size }.max() ?? .infinity
    }
    return (
      change(try measure(mesh.renumbered(), .none)),
      change(try measure(mesh.mapped { motion($0) }, motion))
    )
  }
}
