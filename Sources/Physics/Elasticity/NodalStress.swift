public import FiniteElements
internal import LinearAlgebra
public import Meshes
internal import ModelReduction

/// Stresses recovered to the nodes, material by material.
///
/// In each cell the stresses at its integration points (those where they are most accurate) are
/// extrapolated to the nodes by the polynomial of lowest degree that they determine; at each node
/// the values of the cells of one material around it are averaged, never across materials.
///
/// - Source: Hinton, Campbell, *Local and global smoothing of discontinuous finite element functions
///   using a least squares method*, Int. J. Numer. Meth. Eng. 8 (1974).
public struct NodalStress: Sendable {
  /// The space of each component.
  public let space: FunctionSpace
  /// The cells of each material.
  public let regions: [Region]
  /// For each material, six components xx, yy, zz, yz, xz, xy at each node; not a number at nodes
  /// that the material does not touch.
  public let values: [[Double]]

  init(_ body: ElasticBody, _ u: [Double], at mu: Parameter) {
    let space = body.space.scalar
    self.space = space
    regions = body.regions
    values = body.regions.indices.map { material in
      var sum = [Double](repeating: 0, count: 6 * space.dofCount)
      var count = [Int32](repeating: 0, count: space.dofCount)
      for member in body.regions[material].members {
        let recovery = NodeExtrapolation(space, block: member.block)
        let (dofs, n) = (space.dofMap.cellDofs[member.block], recovery.nodeCount)
        // A few thousand cells at a time keep the columns in the cache.
        for first in stride(from: 0, to: member.cells.count, by: 1024) {
          let cells = Array(member.cells[first..<min(first + 1024, member.cells.count)])
          let samples = StressSamples(
            body, u, at: mu, material: material, block: member.block, cells: cells,
            rule: recovery.rule)
          for (k, cell) in cells.enumerated() {
            for i in 0..<n {
              let node = Int(dofs[Int(cell) * n + i])
              count[node] += 1
              for s in 0..<6 {
                var value = 0.0
                for q in 0..<recovery.rule.count {
                  value += recovery.weights[i, q] * samples.stress[s][k * recovery.rule.count + q]
                }
                sum[6 * node + s] += value
              }
            }
          }
        }
      }
      for node in count.indices {
        for s in 0..<6 {
          sum[6 * node + s] = count[node] > 0 ? sum[6 * node + s] / Double(count[node]) : .nan
        }
      }
      return sum
    }
  }

  /// The stress at a node: that of the first material there.
  public func tensor(atNode node: Int) -> StressTensor? {
    for material in values where material[6 * node].isFinite {
      return StressTensor(Array(material[6 * node..<6 * node + 6]))
    }
    return nil
  }

  /// One quantity at every node: "xx" … "xy", "von-mises", "p1", "p2", "p3"; not a number where no
  /// material is.
  ///
  /// - Returns: nil for an unknown name.
  public func field(_ name: String) -> [Double]? {
    guard StressTensor.names.contains(name) else { return nil }
    return (0..<space.dofCount).map { tensor(atNode: $0)?.component(name) ?? .nan }
  }
}
