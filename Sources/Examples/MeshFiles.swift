internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes

/// Reads a mesh file and measures its regions: the first thing to do with a mesh of one's own.
///
/// - Returns: Name, dimension and length, area or volume of each region.
public func regionMeasures(
  ofMeshAt path: String
) throws -> [(name: String, dimension: Int, measure: Double)] {
  var notes: [String] = []
  let mesh = try Mesh(reading: path, notes: &notes)
  return mesh.regions.map { ($0.name, $0.dimension, mesh.measure(of: $0)) }
}

/// Writes the mesh of another program's input deck for Gmsh, every set and surface as a physical
/// group.
///
/// - Returns: What Gmsh's format cannot hold, one sentence each.
public func convertDeck(at path: String, toGmshFile output: String) throws -> [String] {
  var notes: [String] = []
  let mesh = try Mesh(reading: path, notes: &notes)
  return notes + (try mesh.write(to: output, as: .gmsh(.fourOne)))
}

/// Divides a mesh of the unit square among processes, in parts of nearly equal size.
///
/// - Returns: The number of cells of each part.
public func partSizes(cells: Int, parts: Int) throws -> [Int] {
  let mesh = Box(size: [1, 1], cells: [cells, cells]).mesh()
  let partition = try Partition(mesh, parts: parts)
  return (0..<parts).map { partition.cells(of: $0).count }
}

/// Fills a brick with hexahedra, halves their edges, and writes the result for Gmsh.
///
/// - Returns: The numbers of cells and points, and the area of the top as it is read back.
public func writeRefinedBrick(
  to path: String
) throws -> (cells: Int, points: Int, top: Double) {
  let brick = Box(size: [1, 2, 3], cells: [1, 2, 3], shape: .hexahedron).mesh().refined()
  try MSHFile(brick).write(to: path)
  var notes: [String] = []
  let same = try Mesh(reading: path, notes: &notes)
  let top = same.region(named: "top").map { same.measure(of: $0) } ?? 0
  return (same.cellCount, same.pointCount, top)
}

/// Writes a function on a mesh for ParaView, quadratic cells drawn as such.
///
/// - Returns: The number of points in the file.
public func writeField(to path: String) throws -> Int {
  let space = try FunctionSpace(Box(size: [1, 1], cells: [8, 8]).mesh(), degree: 2)
  let field = Field(space, space.interpolate { $0.x * $0.y })
  let (mesh, values) = field.nodal()
  var file = VTUFile(mesh)
  file.addPointField("u", values)
  try file.write(to: path)
  return mesh.pointCount
}
