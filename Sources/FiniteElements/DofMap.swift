public import Meshes

/// Why a function space cannot be built on a mesh.
public enum FunctionSpaceError: Error, Equatable, CustomStringConvertible {
  /// Only Lagrange elements of degree 1 and 2 are known.
  case unknownDegree(Int)
  /// Cells of first and second order meet; degree 2 needs all of one order.
  case mixedOrders
  /// The mesh has no cells of its own dimension.
  case noCells
  /// More degrees of freedom than 32-bit numbers count.
  case tooLarge(dofCount: Int)

  /// What is wrong, and the cure where there is one.
  public var description: String {
    switch self {
    case .unknownDegree(let degree): "degree \(degree): Lagrange elements have degree 1 or 2"
    case .mixedOrders:
      "the mesh mixes cells of first and second order: use degree 1, or a mesh of one order"
    case .noCells: "the mesh has no cells of its own dimension, so it carries no functions"
    case .tooLarge(let count): "\(count) degrees of freedom; at most 2147483646 can be numbered"
    }
  }
}

/// Which degrees of freedom (dofs) belong to which cell, for one scalar Lagrange element.
///
/// Dofs live on the corners of the domain's cells and, for degree 2, on their edges. They are
/// numbered in the order of the mesh's points; edges of a first-order mesh follow after all corners
/// in the order of `EdgeNumbering`. Points that no cell of the domain uses carry none.
public struct DofMap: Sendable {
  /// The number of degrees of freedom.
  public let dofCount: Int
  /// For each block of the mesh, the dofs of its cells, cell after cell, in the node order of
  /// `Lagrange`; −1 where a boundary cell touches a point outside the domain.
  public let cellDofs: [[Int32]]
  /// For each block of the mesh, the number of dofs of one cell.
  public let dofsPerCell: [Int]
  /// For each point of the mesh, the dof that lives there, or −1.
  let dofOfPoint: [Int32]
  /// For each edge of a first-order mesh, the dof in its middle, or −1; empty where no edge of its
  /// own carries one.
  let dofOfEdge: [Int32]
  /// The edges of that mesh, if they carry dofs.
  let edges: EdgeNumbering?

  /// Numbers the dofs of degree 1 or 2.
  public init(_ mesh: Mesh, degree: Int) throws(FunctionSpaceError) {
    guard degree == 1 || degree == 2 else { throw .unknownDegree(degree) }
    let blocks = mesh.blocks
    let domain = blocks.filter { $0.dimension == mesh.dimension && $0.cellCount > 0 }
    guard let order = domain.first?.order else { throw .noCells }
    if degree == 2 {
      guard blocks.allSatisfy({ $0.order == order || $0.shape == .point || $0.cellCount == 0 })
      else { throw .mixedOrders }
    }
    let onPoints = { (block: CellBlock) in
      degree == 1 ? block.shape.vertexCount : block.nodesPerCell
    }

    var used = [Bool](repeating: false, count: mesh.pointCount)
    for block in domain {
      let (stride, count) = (block.nodesPerCell, onPoints(block))
      for start in Swift.stride(from: 0, to: block.connectivity.count, by: stride) {
        for k in start..<start + count { used[Int(block.connectivity[k])] = true }
      }
    }
    var next: Int32 = 0
    let dofOfPoint = used.map { isUsed -> Int32 in
      defer { if isUsed { next += 1 } }
      return isUsed ? next : -1
    }
    let isIdentity = Int(next) == mesh.pointCount

    var edges: EdgeNumbering?
    var dofOfEdge: [Int32] = []
    if degree == 2 && order == 1 {
      let numbering = EdgeNumbering(mesh.topology)
      var usedEdge = [Bool](repeating: false, count: numbering.count)
      for (block, cellEdges) in zip(blocks, numbering.cellEdges)
      where block.dimension == mesh.dimension {
        for edge in cellEdges { usedEdge[Int(edge)] = true }
      }
      let total = Int(next) + numbering.count
      guard total < Int(Int32.max) else { throw .tooLarge(dofCount: total) }
      dofOfEdge = usedEdge.map { isUsed -> Int32 in
        defer { if isUsed { next += 1 } }
        return isUsed ? next : -1
      }
      edges = numbering
    }

    dofCount = Int(next)
    dofsPerCell = blocks.map { $0.shape.nodeCount(order: degree) }
    cellDofs = blocks.indices.map { b in
      let block = blocks[b]
      let count = onPoints(block)
      let cellEdges = block.shape == .point ? nil : edges?.cellEdges[b]
      // The common case costs no memory: the connectivity itself is the map.
      if isIdentity && count == block.nodesPerCell && cellEdges == nil { return block.connectivity }
      var dofs: [Int32] = []
      dofs.reserveCapacity(block.cellCount * block.shape.nodeCount(order: degree))
      let perCell = block.shape.edges.count
      for cell in 0..<block.cellCount {
        let start = cell * block.nodesPerCell
        for k in start..<start + count { dofs.append(dofOfPoint[Int(block.connectivity[k])]) }
        if let cellEdges {
          for k in cell * perCell..<(cell + 1) * perCell {
            dofs.append(dofOfEdge[Int(cellEdges[k])])
          }
        }
      }
      return dofs
    }
    self.dofOfPoint = dofOfPoint
    self.dofOfEdge = dofOfEdge
    self.edges = edges
  }
}
