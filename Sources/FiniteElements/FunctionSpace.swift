public import Meshes

/// Continuous functions on a mesh that are polynomials of degree 1 or 2 on each reference cell.
///
/// Degree 1 sees straight cells between corners, whatever the order of the mesh. Degree 2 on a
/// second-order mesh is isoparametric: its nodes are those of the mesh and curved sides stay curved;
/// on a first-order mesh each edge carries one more node in its middle.
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

  /// The geometric order of the cells of a block as this space sees them.
  func geometricOrder(ofBlock block: Int) -> Int { degree == 1 ? 1 : mesh.blocks[block].order }

  /// The dofs on the cells of a region and on their boundary, ascending; points of the region
  /// outside the domain are left out.
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
    return touched.indices.lazy.filter { touched[$0] }.map(Int32.init)
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
    if map.edges == nil && map.dofCount == mesh.pointCount { return mesh.coordinates }
    var places = [Double](repeating: 0, count: map.dofCount * d)
    for (point, dof) in map.dofOfPoint.enumerated() where dof >= 0 {
      for axis in 0..<d { places[Int(dof) * d + axis] = mesh.coordinates[point * d + axis] }
    }
    for (edge, dof) in map.dofOfEdge.enumerated() where dof >= 0 {
      guard let ends = map.edges?.vertices else { break }
      let (a, b) = (Int(ends[2 * edge]), Int(ends[2 * edge + 1]))
      for axis in 0..<d {
        places[Int(dof) * d + axis] =
          (mesh.coordinates[a * d + axis] + mesh.coordinates[b * d + axis]) / 2
      }
    }
    return places
  }
}

/// A point of the plane or of space; z is zero in the plane.
public typealias Point = SIMD3<Double>
