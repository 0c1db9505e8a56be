/// One number for each quadrilateral of a mesh, face of a body or cell of a surface, shared by all
/// cells around it: where the second-order degrees of freedom within faces live.
///
/// Faces are numbered in the lexicographic order of their corners, ascending.
public struct FaceNumbering: Sendable {
  /// The corners of each face, four numbers, ascending.
  public let vertices: [Int32]
  /// For each block of the topology, the faces of its cells: cell after cell, in the order of
  /// `CellShape.quadrilaterals`; empty for blocks of cells without quadrilaterals.
  public let cellFaces: [[Int32]]

  /// The number of faces.
  public var count: Int { vertices.count / 4 }

  /// Numbers the quadrilaterals of all cells.
  ///
  /// - Complexity: Linear in the number of cells.
  public init(_ topology: MeshTopology) {
    var lowest: [Int32] = []
    var rest: [SIMD3<Int32>] = []
    for block in topology.blocks {
      let faces = block.shape.quadrilaterals
      if faces.isEmpty { continue }
      for base in stride(from: 0, to: block.connectivity.count, by: block.nodesPerCell) {
        for face in faces {
          let corners = face.map { block.connectivity[base + $0] }.sorted()
          lowest.append(corners[0])
          rest.append(SIMD3(corners[1], corners[2], corners[3]))
        }
      }
    }
    let numbering = UniqueNumbering(
      lowest: lowest, rest: rest.map(FaceKey.init), pointCount: topology.pointCount)
    vertices = numbering.firstPlace.flatMap { place -> [Int32] in
      let others = rest[Int(place)]
      return [lowest[Int(place)], others.x, others.y, others.z]
    }
    var place = 0
    cellFaces = topology.blocks.map { block in
      let count = block.cellCount * block.shape.quadrilaterals.count
      defer { place += count }
      return Array(numbering.number[place..<place + count])
    }
  }
}

/// The three other corners of a face in lexicographic order.
private struct FaceKey: Comparable {
  let corners: SIMD3<Int32>

  static func < (a: FaceKey, b: FaceKey) -> Bool {
    let (u, v) = (a.corners, b.corners)
    return u.x != v.x ? u.x < v.x : u.y != v.y ? u.y < v.y : u.z < v.z
  }
}
