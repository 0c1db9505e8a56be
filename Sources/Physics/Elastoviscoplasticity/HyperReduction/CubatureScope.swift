internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction

/// What a cubature selects in a body.
public enum CubatureUnit: String, Sendable, CaseIterable {
  /// Integration points, each with a weight of its own.
  case point
  /// Cells, whose points keep the ratios of their weights: fewer cells are visited, more points.
  case cell
}

extension MechanicalBody {
  /// The units of a cubature, as numbers of integration points.
  func units(_ unit: CubatureUnit) -> EmpiricalCubature.Unit {
    guard unit == .cell else { return .point }
    return .cells(
      points.blocks.flatMap { block in
        let count = points.space.scalar.mesh.blocks[block.block].cellCount
        return (0..<count).map { cell in
          let first = block.first + cell * block.rule.count
          return Array(first..<first + block.rule.count)
        }
      })
  }

  /// The part of the mesh that each integration point lies in; nil for one part.
  ///
  /// - Throws: `HyperReductionError.refused` for more parts than the mesh can be cut into.
  func subdomains(_ count: Int) throws(HyperReductionError) -> [Int]? {
    guard count > 1 else { return nil }
    let partition: Partition
    do throws(PartitionError) {
      partition = try Partition(points.space.scalar.mesh, parts: count)
    } catch { throw .refused("a cubature on \(count) subdomains: \(error)") }
    var numbers: [Int] = []
    var cell = 0
    for block in points.blocks {
      for _ in 0..<points.space.scalar.mesh.blocks[block.block].cellCount {
        numbers += repeatElement(Int(partition.part[cell]), count: block.rule.count)
        cell += 1
      }
    }
    return numbers
  }
}
