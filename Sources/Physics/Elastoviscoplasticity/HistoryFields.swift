internal import FiniteElements
internal import LinearAlgebra
internal import ModelReduction

extension QuasiStaticModel {
  /// A variable that some material remembers.
  public struct HistoryName: Sendable, Hashable {
    /// Its name in the laws.
    public let name: String
    /// The numbers at a point.
    public let width: Int
  }

  /// The variables of all materials, each once.
  public var historyNames: [HistoryName] {
    var names: [HistoryName] = []
    for variable in body.materials.groups.flatMap(\.law.variables) {
      let name = HistoryName(name: variable.name, width: variable.componentCount)
      if !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// A variable at all points, `width` numbers each; zero where a material has no such variable.
  public func history(_ name: HistoryName, in frame: Frame) -> [Double] {
    var result = [Double](repeating: 0, count: name.width * points.count)
    for (g, group) in body.materials.groups.enumerated() {
      let s = group.law.stateCount
      var offset = 0
      for variable in group.law.variables {
        if variable.name == name.name, variable.componentCount == name.width {
          for (place, p) in group.points.enumerated() {
            for c in 0..<name.width {
              result[name.width * Int(p) + c] = frame.state.variables[g][s * place + offset + c]
            }
          }
        }
        offset += variable.componentCount
      }
    }
    return result
  }

  /// The displacement at all degrees of freedom whose free ones are given, prescribed ones zero.
  public func displacement(free: [Double]) -> [Double] { body.constraints.field(free: free) }

  /// The number of cells in which the points of a reduction lie, those of its reconstructions too.
  public func cellCount(of reduction: HyperReduction) -> Int {
    var cells = Set<[Int]>()
    for point in reduction.points {
      let (block, cell, _) = points.cell(ofPoint: point)
      cells.insert([block, cell])
    }
    return cells.count
  }

  /// Where a cubature has its points: at each node the weights of the points in the cells around it,
  /// each shared evenly by the nodes of its cell.
  public func cubatureWeights(of reduction: HyperReduction) -> [Double] {
    let scalar = space.scalar
    var result = [Double](repeating: 0, count: scalar.dofCount)
    for (point, weight) in zip(reduction.points, reduction.weights) {
      let (block, cell, _) = points.cell(ofPoint: point)
      let count = scalar.dofMap.dofsPerCell[block]
      for dof in scalar.dofMap.cellDofs[block][cell * count..<(cell + 1) * count] {
        result[Int(dof)] += weight / Double(count)
      }
    }
    return result
  }
}
