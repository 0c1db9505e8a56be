public import Meshes

/// The normals of a boundary region at its nodes: what u·n = 0 means at each of them.
///
/// At a node all facets whose normals lie within 30° of each other count as one smooth face with
/// their mean normal; beyond that the node lies on an edge or a corner and has several normals. A
/// face that is flat keeps its exact normal.
public struct NodeNormals: Sendable {
  /// The scalar dofs and one unit normal each; a dof on an edge comes several times.
  public let normals: [(dof: Int32, normal: Point)]

  /// The normals on a region of facets; the sign of a normal is that of its facets and has no
  /// meaning.
  ///
  /// - Throws: `AssemblyError` where the region has no facets or flat ones.
  public init(_ space: FunctionSpace, on region: Region) throws(AssemblyError) {
    let mesh = space.mesh
    let d = mesh.dimension
    guard region.dimension == d - 1 else {
      throw .wrongDimension(
        region: region.name, dimension: region.dimension, allowed: d - 1...d - 1)
    }
    let loose = space.looseCellCount(on: region)
    if loose > 0 { throw .looseCells(region: region.name, count: loose) }
    // The faces at each dof: sums of facet normals that point into one cone.
    var faces: [Int32: [Point]] = [:]
    for member in region.members {
      let geometry = space.geometricElement(ofBlock: member.block)
      let element = space.element(ofBlock: member.block)
      let (n, m) = (element.count, d - 1)
      let slopes = (0..<n).map { i in
        geometry.gradients(at: element.nodes[i * m..<(i + 1) * m])
      }
      let dofs = space.dofMap.cellDofs[member.block]
      for cell in member.cells {
        let nodes = (0..<geometry.count).map { k in
          space.place(ofDof: Int(dofs[Int(cell) * n + k]))
        }
        for i in 0..<n {
          var (a, b) = (Point.zero, Point.zero)
          for k in 0..<geometry.count {
            a += nodes[k] * slopes[i][k * m]
            if m > 1 { b += nodes[k] * slopes[i][k * m + 1] }
          }
          let normal = d == 3 ? cross(a, b) : Point(a.y, -a.x, 0)
          guard (normal * normal).sum() > 0 else {
            throw .degenerateCell(block: member.block, cell: Int(cell))
          }
          NodeNormals.add(normal, to: &faces[dofs[Int(cell) * n + i], default: []])
        }
      }
    }
    normals = faces.keys.sorted().flatMap { dof in
      (faces[dof] ?? []).map { (dof, $0 / length($0)) }
    }
  }

  private static func add(_ normal: Point, to faces: inout [Point]) {
    for k in faces.indices {
      let cosine = (faces[k] * normal).sum() / (length(faces[k]) * length(normal))
      if cosine.magnitude > 0.866 {
        // A flat face keeps its normal to the last bit that its facets agree on.
        faces[k] += cosine < 0 ? -normal : normal
        return
      }
    }
    faces.append(normal)
  }

  /// u·n = 0 at every node, as equations on the dofs of a vector space.
  public func equations(
    components: Int, liftCount: Int, source: Int
  ) -> [ConstraintEquation] {
    normals.map { dof, normal in
      var terms: [(dof: Int32, weight: Double)] = []
      for k in 0..<components where normal[k].magnitude > 1e-14 {
        terms.append((dof * Int32(components) + Int32(k), normal[k]))
      }
      return ConstraintEquation(
        terms, values: [Double](repeating: 0, count: liftCount), source: source)
    }
  }
}

private func length(_ v: Point) -> Double { (v * v).sum().squareRoot() }
