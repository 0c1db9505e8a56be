internal import FiniteElements
internal import LinearAlgebra
internal import Meshes

/// Carries numbers at the integration points to the nodes: in each cell by least squares, at each
/// node as the mean of the cells of one material around it, never across materials.
///
/// - Source: Hinton, Campbell, *Local and global smoothing of discontinuous finite element functions
///   using a least squares method*, Int. J. Numer. Meth. Eng. 8 (1974).
struct NodalRecovery {
  private let body: MechanicalBody
  private let extrapolations: [Int: NodeExtrapolation]

  init(_ body: MechanicalBody) {
    self.body = body
    var extrapolations: [Int: NodeExtrapolation] = [:]
    for block in body.points.blocks {
      extrapolations[block.block] = NodeExtrapolation(
        body.space.scalar, block: block.block, rule: block.rule)
    }
    self.extrapolations = extrapolations
  }

  /// One number for each node; not a number where the material is not.
  ///
  /// - Parameter column: One number for each integration point of the body.
  func nodal(_ column: [Double], material: Int) -> [Double] {
    let space = body.space.scalar
    var sum = [Double](repeating: 0, count: space.dofCount)
    var count = [Int32](repeating: 0, count: space.dofCount)
    for member in body.regions[material].members {
      guard let extrapolation = extrapolations[member.block],
        let block = body.points.blocks.first(where: { $0.block == member.block })
      else { continue }
      let (dofs, n) = (space.dofMap.cellDofs[member.block], extrapolation.nodeCount)
      let q = block.rule.count
      for cell in member.cells {
        let first = block.first + Int(cell) * q
        for i in 0..<n {
          let node = Int(dofs[Int(cell) * n + i])
          count[node] += 1
          for k in 0..<q { sum[node] += extrapolation.weights[i, k] * column[first + k] }
        }
      }
    }
    return zip(sum, count).map { $1 > 0 ? $0 / Double($1) : .nan }
  }

  /// One number for each node: of the first material there.
  func nodal(_ column: [Double]) -> [Double] {
    var result = nodal(column, material: 0)
    for material in body.regions.indices.dropFirst() {
      for (node, value) in nodal(column, material: material).enumerated()
      where result[node].isNaN { result[node] = value }
    }
    return result
  }

  /// For some nodes the points and weights that their numbers come from: ``nodal(_:)`` at a cost that
  /// grows with the nodes asked for.
  ///
  /// - Parameter material: Whose cells count; nil for the first material at each node.
  func rows(at nodes: Set<Int>, material: Int? = nil) -> [Int: [(point: Int, weight: Double)]] {
    var owner: [Int: Int] = [:]
    var count: [Int: Int] = [:]
    var rows: [Int: [(point: Int, weight: Double)]] = [:]
    let dofMap = body.space.scalar.dofMap
    for region in material.map({ [$0] }) ?? Array(body.regions.indices) {
      for member in body.regions[region].members {
        guard let extrapolation = extrapolations[member.block],
          let block = body.points.blocks.first(where: { $0.block == member.block })
        else { continue }
        let (dofs, n) = (dofMap.cellDofs[member.block], extrapolation.nodeCount)
        let q = block.rule.count
        for cell in member.cells {
          for i in 0..<n {
            let node = Int(dofs[Int(cell) * n + i])
            guard nodes.contains(node), owner[node, default: region] == region else { continue }
            owner[node] = region
            count[node, default: 0] += 1
            rows[node, default: []] += (0..<q).map {
              (block.first + Int(cell) * q + $0, extrapolation.weights[i, $0])
            }
          }
        }
      }
    }
    for (node, number) in count {
      rows[node] = rows[node]?.map { ($0.point, $0.weight / Double(number)) }
    }
    return rows
  }
}
