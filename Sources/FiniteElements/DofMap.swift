public import Meshes

/// Why a function space cannot be built on a mesh.
public enum FunctionSpaceError: Error, Equatable, CustomStringConvertible {
  /// Only Lagrange elements of degree 1 and 2 are known.
  case unknownDegree(Int)
  /// Cells of first and second order meet; degree 2 needs all of one order.
  case mixedOrders
  /// Cells with and without nodes inside their quadrilateral faces meet in space.
  case mixedNodeSets
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
    case .mixedNodeSets:
      "the mesh mixes cells with and without nodes inside their faces: use degree 1, or cells of "
        + "one kind"
    case .noCells: "the mesh has no cells of its own dimension, so it carries no functions"
    case .tooLarge(let count): "\(count) degrees of freedom; at most 2147483646 can be numbered"
    }
  }
}

/// Which degrees of freedom (dofs) belong to which cell, for one scalar Lagrange element.
///
/// Dofs live on the corners of the domain's cells and, for degree 2, on their edges, in their
/// quadrilateral faces and inside hexahedra. They are numbered in the order of the mesh's points;
/// those of a first-order mesh without points of their own follow after all corners: edges in the
/// order of `EdgeNumbering`, faces in the order of `FaceNumbering`, then hexahedra. Points that no
/// cell of the domain uses carry none.
public struct DofMap: Sendable {
  /// The number of degrees of freedom.
  public let dofCount: Int
  /// For each block of the mesh, the dofs of its cells, cell after cell, in the node order of
  /// `CellShape`; −1 where a boundary cell touches a point outside the domain.
  public let cellDofs: [[Int32]]
  /// For each block of the mesh, the number of dofs of one cell.
  public let dofsPerCell: [Int]
  /// For each block of the mesh, the nodes of the functions on its cells.
  public let nodeSets: [NodeSet]
  /// For each point of the mesh, the dof that lives there, or −1.
  let dofOfPoint: [Int32]
  /// The dofs between the points of a first-order mesh, if the degree is 2.
  let between: DofsBetweenPoints?

  /// Numbers the dofs of degree 1 or 2.
  public init(_ mesh: Mesh, degree: Int) throws(FunctionSpaceError) {
    guard degree == 1 || degree == 2 else { throw .unknownDegree(degree) }
    let blocks = mesh.blocks
    let domain = blocks.filter { $0.dimension == mesh.dimension && $0.cellCount > 0 }
    guard let order = domain.first?.order else { throw .noCells }
    if degree == 2 { try DofMap.checkOrders(mesh, order) }
    nodeSets = blocks.map { block in
      if degree == 1 || block.shape == .point { return .corners }
      return block.nodeSet == .corners ? .complete : block.nodeSet
    }
    let onPoints = blocks.map { block in
      degree == 1 ? block.shape.vertexCount : block.nodesPerCell
    }

    var used = [Bool](repeating: false, count: mesh.pointCount)
    for (block, count) in zip(blocks, onPoints) where block.dimension == mesh.dimension {
      let stride = block.nodesPerCell
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
    let between =
      degree == 2 && order == 1 ? try DofsBetweenPoints(mesh, first: Int(next)) : nil

    dofCount = between?.end ?? Int(next)
    dofsPerCell = zip(blocks, nodeSets).map { $0.shape.nodeCount($1) }
    cellDofs = blocks.indices.map { b in
      let block = blocks[b]
      let count = onPoints[b]
      // The common case costs no memory: the connectivity itself is the map.
      if isIdentity && count == block.nodesPerCell && between == nil { return block.connectivity }
      var dofs: [Int32] = []
      dofs.reserveCapacity(block.cellCount * block.shape.nodeCount(order: degree))
      for cell in 0..<block.cellCount {
        let start = cell * block.nodesPerCell
        for k in start..<start + count { dofs.append(dofOfPoint[Int(block.connectivity[k])]) }
        between?.append(to: &dofs, block: b, block.shape, cell)
      }
      return dofs
    }
    self.dofOfPoint = dofOfPoint
    self.between = between
  }

  /// Neighbours must have the same functions on their common sides.
  private static func checkOrders(_ mesh: Mesh, _ order: Int) throws(FunctionSpaceError) {
    let blocks = mesh.blocks.filter { $0.shape != .point && $0.cellCount > 0 }
    guard blocks.allSatisfy({ $0.order == order }) else { throw .mixedOrders }
    if mesh.dimension == 3 {
      let faced = blocks.filter { !$0.shape.quadrilaterals.isEmpty }
      guard Set(faced.map(\.nodeSet)).count <= 1 else { throw .mixedNodeSets }
    }
  }
}
