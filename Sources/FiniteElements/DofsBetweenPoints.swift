internal import Meshes

/// The dofs of degree 2 on a first-order mesh that lie between its points: on edges, in
/// quadrilateral faces and inside hexahedra.
struct DofsBetweenPoints: Sendable {
  let edges: EdgeNumbering
  let faces: FaceNumbering
  /// The dof of each edge, or −1 outside the domain.
  let dofOfEdge: [Int32]
  /// The dof of each face, or −1 outside the domain.
  let dofOfFace: [Int32]
  /// For each block of hexahedra the dof of its first cell; those of the others follow.
  let firstInside: [Int32]
  /// One more than the last dof.
  let end: Int

  /// - Parameter first: The number of dofs at points.
  init(_ mesh: Mesh, first: Int) throws(FunctionSpaceError) {
    let (edges, faces) = (EdgeNumbering(mesh.topology), FaceNumbering(mesh.topology))
    let total = first + edges.count + faces.count + mesh.cellCount
    guard total < Int(Int32.max) else { throw .tooLarge(dofCount: total) }
    var next = Int32(first)
    func number(_ count: Int, _ cells: [[Int32]]) -> [Int32] {
      var used = [Bool](repeating: false, count: count)
      for (block, mine) in zip(mesh.blocks, cells) where block.dimension == mesh.dimension {
        for entity in mine { used[Int(entity)] = true }
      }
      return used.map { isUsed in
        defer { if isUsed { next += 1 } }
        return isUsed ? next : -1
      }
    }
    dofOfEdge = number(edges.count, edges.cellEdges)
    dofOfFace = number(faces.count, faces.cellFaces)
    firstInside = mesh.blocks.map { block in
      defer { if block.shape == .hexahedron { next += Int32(block.cellCount) } }
      return next
    }
    end = Int(next)
    self.edges = edges
    self.faces = faces
  }

  /// Appends the dofs of one cell that follow those of its corners.
  func append(to dofs: inout [Int32], block: Int, _ shape: CellShape, _ cell: Int) {
    if shape == .point { return }
    let (edgeCount, faceCount) = (shape.edges.count, shape.quadrilaterals.count)
    for k in cell * edgeCount..<(cell + 1) * edgeCount {
      dofs.append(dofOfEdge[Int(edges.cellEdges[block][k])])
    }
    for k in cell * faceCount..<(cell + 1) * faceCount {
      dofs.append(dofOfFace[Int(faces.cellFaces[block][k])])
    }
    if shape == .hexahedron { dofs.append(firstInside[block] + Int32(cell)) }
  }

  /// Calls `body` with each dof and the points in whose middle it lies.
  func forEachDof(_ mesh: Mesh, _ body: (Int, ArraySlice<Int32>) -> Void) {
    for (edge, dof) in dofOfEdge.enumerated() where dof >= 0 {
      body(Int(dof), edges.vertices[2 * edge..<2 * edge + 2])
    }
    for (face, dof) in dofOfFace.enumerated() where dof >= 0 {
      body(Int(dof), faces.vertices[4 * face..<4 * face + 4])
    }
    for (block, first) in zip(mesh.blocks, firstInside) where block.shape == .hexahedron {
      for cell in 0..<block.cellCount { body(Int(first) + cell, block.vertices(of: cell)) }
    }
  }

  /// The dof at each point that `Mesh.withEdgeNodes()` adds, in its order.
  func dofsOfAddedPoints(_ mesh: Mesh) -> [Int32] {
    var dofs = dofOfEdge + dofOfFace
    for (block, first) in zip(mesh.blocks, firstInside) where block.shape == .hexahedron {
      dofs += (0..<Int32(block.cellCount)).map { first + $0 }
    }
    return dofs
  }
}
