import Meshes

/// Two triangles of the unit square, with a region inside and one on the boundary.
func square(last: [Double] = [0, 1], diagonal: [Int32] = [0, 1, 2, 0, 2, 3]) -> Mesh {
  Mesh(
    dimension: 2, coordinates: [0, 0, 1, 0, 1, 1] + last,
    blocks: [
      CellBlock(shape: .triangle, order: 1, connectivity: diagonal),
      CellBlock(shape: .line, order: 1, connectivity: [0, 1]),
    ],
    regions: [
      Region(name: "plate", dimension: 2, members: [.init(block: 0, cells: [0, 1])]),
      Region(name: "bottom", dimension: 1, members: [.init(block: 1, cells: [0])]),
    ])
}

/// A file with a scalar T and a vector u, both made of a number.
func writeGrid(_ mesh: Mesh, _ path: String, _ number: Double) throws {
  var file = VTUFile(mesh, cells: .everyDimension)
  file.addPointField("T", (0..<4).map { number + Double($0) / 3 })
  file.addPointField("u", (0..<12).map { number * Double($0) / 7 }, components: 3)
  try file.write(to: path)
}
