/// One number for each quadrilateral face of a mesh, shared by the bodies on its two sides and by the
/// quadrilateral cells that lie on it; quadrilaterals of the plane are faces, too. Here live the
/// degrees of freedom in the middle of faces, which complete functions of degree 2 have.
///
/// Faces are numbered in the lexicographic order of their four corners.
public struct FaceNumbering: Sendable {
  /// The corners of each face, four numbers, ascending.
  public let vertices: [Int32]
  /// For each block of the topology, the quadrilateral faces of its cells: cell after cell, in the
  /// order of `CellShape.quadrilaterals`; empty for blocks of simplices.
  public let cellFaces: [[Int32]]

  /// The number of faces.
  public var count: Int { vertices.count / 4 }

  /// Numbers the quadrilateral faces of all cells of dimension two and three.
  ///
  /// - Complexity: Linear in the number of cells.
  public init(_ topology: MeshTopology) {
    var lowest: [Int32] = []
    var rest: [CornerKey] = []
    for block in topology.blocks {
      let faces = block.shape.quadrilaterals
      guard !faces.isEmpty else { continue }
      for base in stride(from: 0, to: block.connectivity.count, by: block.nodesPerCell) {
        for face in faces {
          let key = CornerKey(face.lazy.map { block.connectivity[base + $0] })
          lowest.append(key.lowest)
          rest.append(key)
        }
      }
    }
    let numbering = UniqueNumbering(lowest: lowest, rest: rest, pointCount: topology.pointCount)
    vertices = numbering.firstPlace.flatMap { place in
      let key = rest[Int(place)]
      return [key.lowest, key.corner(1), key.corner(2), key.corner(3)]
    }
    var place = 0
    cellFaces = topology.blocks.map { block in
      let count = block.cellCount * block.shape.quadrilaterals.count
      defer { place += count }
      return Array(numbering.number[place..<place + count])
    }
  }
}
