internal import LinearAlgebra
internal import Meshes

/// Which cells of a block of second-order simplices are straight: their edge nodes lie in the middle
/// of the edges.
struct StraightCells: Sendable {
  /// For each cell 1 if it is straight, else 0.
  let flags: [UInt8]
  let areAll: Bool

  /// nil where all cells are affine by nature, or are no simplices of the domain.
  // Safe: dofs are in range by construction of the space.
  init?(_ block: PlanBlock, _ space: FunctionSpace) {
    let (mesh, nodes) = (space.mesh, space.geometry(ofBlock: block.block))
    let shape = mesh.blocks[block.block].shape
    guard nodes != .corners, shape.isSimplex, shape.dimension == mesh.dimension else { return nil }
    let frame = CellFrame(shape, nodes)
    let count = shape.nodeCount(nodes)
    let cellCount = block.dofs.count / block.count
    var flags = [UInt8](repeating: 0, count: cellCount)
    unsafe flags.withDisjointWrites { flags in
      forEachChunk(of: cellCount, size: 1 << 12) { range in
        unsafe withPointers(space.dofCoordinates, block.dofs, [0], [0]) { x, dofs, _, _ in
          for cell in range {
            let nodes = unsafe CellNodes(
              coordinates: x, dofs: dofs + cell * block.count, d: mesh.dimension,
              m: shape.dimension, count: count)
            unsafe flags.base[cell] = unsafe nodes.isAffine(frame) ? 1 : 0
          }
        }
      }
    }
    self.flags = flags
    areAll = flags.allSatisfy { $0 == 1 }
  }
}
