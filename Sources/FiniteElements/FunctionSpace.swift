public import Meshes

/// Continuous functions on a mesh that are polynomials of degree 1 or 2 on each reference cell.
///
/// Degree 1 sees cells between corners, whatever the order of the mesh. Degree 2 on a second-order
/// mesh is isoparametric: its nodes are those of the mesh and curved sides stay curved; where the
/// mesh has serendipity cells the functions are of the serendipity kind. On a first-order mesh the
/// functions of degree 2 are complete: each edge carries one more node in its middle, each
/// quadrilateral and each hexahedron one inside.
public final class FunctionSpace: Sendable {
  /// The mesh.
  public let mesh: Mesh
  /// 1 or 2.
  public let degree: Int
  /// The numbering of the degrees of freedom.
  public let dofMap: DofMap
  /// The place of each dof, `mesh.dimension` numbers.
  public let dofCoordinates: [Double]

  /// The number of degrees of freedom.
  public var dofCount: Int { dofMap.dofCount }

  /// The space of continuous Lagrange elements on a mesh.
  public init(_ mesh: Mesh, degree: Int) throws(FunctionSpaceError) {
    dofMap = try DofMap(mesh, degree: degree)
    self.mesh = mesh
    self.degree = degree
    dofCoordinates = FunctionSpace.places(of: dofMap, in: mesh)
  }

  /// The nodes of the functions on the cells of a block: as many as `dofMap.dofsPerCell[block]`, in
  /// the order of its dofs.
  public func nodeSet(ofBlock block: Int) -> NodeSet { dofMap.nodeSets[block] }

  /// The nodes with which the cells of a block bend, as this space sees them: the first ones of
  /// each cell's dofs are these nodes, and their `dofCoordinates` the places.
  public func geometry(ofBlock block: Int) -> NodeSet {
    degree == 1 ? .corners : mesh.blocks[block].nodeSet
  }

  /// The dofs on the cells of a region, on their boundary and at its fringe, ascending; points of the
  /// region outside the domain are left out.
  public func dofs(on region: Region) -> [Int32] {
    var touched = [Bool](repeating: false, count: dofCount)
    for member in region.members {
      let (dofs, count) = (dofMap.cellDofs[member.block], dofMap.dofsPerCell[member.block])
      for cell in member.cells {
        for k in Int(cell) * count..<(Int(cell) + 1) * count where dofs[k] >= 0 {
          touched[Int(dofs[k])] = true
        }
      }
    }
    for point in region.fringe {
      let dof = dofMap.dofOfPoint[Int(point)]
      if dof >= 0 { touched[Int(dof)] = true }
    }
    return touched.indices.lazy.filter { touched[$0] }.map(Int32.init)
  }

  /// For each dof the point of the mesh where it lives; nil where some live between points, as those of
  /// degree 2 on a first-order mesh.
  public var pointOfDof: [Int32]? {
    guard dofMap.between == nil else { return nil }
    var points = [Int32](repeating: -1, count: dofCount)
    for (point, dof) in dofMap.dofOfPoint.enumerated() where dof >= 0 {
      points[Int(dof)] = Int32(point)
    }
    return points
  }

  /// The number of cells of a region that touch points outside the domain; such cells carry no
  /// functions of this space.
  public func looseCellCount(on region: Region) -> Int {
    region.members.reduce(0) { sum, member in
      guard mesh.blocks[member.block].dimension < mesh.dimension else { return sum }
      let (dofs, count) = (dofMap.cellDofs[member.block], dofMap.dofsPerCell[member.block])
      return sum
        + member.cells.count { cell in
          dofs[Int(cell) * count..<(Int(cell) + 1) * count].contains { $0 < 0 }
        }
    }
  }

  /// The values of a function at the nodes, which are its dofs.
  public func interpolate(_ function: (Point) -> Double) -> [Double] {
    (0..<dofCount).map { function(place(ofDof: $0)) }
  }

  /// Where a dof lives.
  public func place(ofDof dof: Int) -> Point {
    let d = mesh.dimension
    return Point(
      dofCoordinates[dof * d], dofCoordinates[dof * d + 1],
      d == 3 ? dofCoordinates[dof * d + 2] : 0)
  }

  private static func places(of map: DofMap, in mesh: Mesh) -> [Double] {
    let d = mesh.dimension
    if map.between == nil && map.dofCount == mesh.pointCount { return mesh.coordinates }
    var places = [Double](repeating: 0, count: map.dofCount * d)
    for (point, dof) in map.dofOfPoint.enumerated() where dof >= 0 {
      for axis in 0..<d { places[Int(dof) * d + axis] = mesh.coordinates[point * d + axis] }
    }
    map.between?.forEachDof(mesh) { dof, points in
      for axis in 0..<d {
        let sum = points.reduce(0) { $0 + mesh.coordinates[Int($1) * d + axis] }
        places[dof * d + axis] = sum / Double(points.count)
      }
    }
    return places
  }
}

/// A point of the plane or of space; z is zero in the plane.
public typealias Point = SIMD3<Double>
