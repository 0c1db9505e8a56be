/// A mesh with fields on its points and cells, to be written as VTK's XML unstructured grid (.vtu),
/// which ParaView, pyvista and meshio open.
///
/// Written are the cells of the domain with their order, and as cell data "region", the index of the
/// (first) region of each cell, −1 where a cell is in none; the field data "region NAME" hold the
/// index that belongs to a name (a list of strings would keep meshio from opening the file). If a cell
/// is in several regions, each region also gets an array "in NAME" of zeros and ones.
public struct VTUFile: Sendable {
  private struct Field: Sendable {
    let name: String
    let components: Int
    let values: [Double]
  }

  /// The mesh.
  public let mesh: Mesh
  private var pointFields: [Field] = []
  private var cellFields: [Field] = []

  /// A file that holds the mesh alone.
  public init(_ mesh: Mesh) { self.mesh = mesh }

  /// Adds a field with one value, or a vector of `components` values, at each point.
  ///
  /// Vectors of two components get a third that is zero, as ParaView wants it. For a field of degree
  /// 2 over a first-order mesh, write the mesh `withEdgeNodes()`.
  /// - Parameters:
  ///   - name: The name shown in ParaView.
  ///   - values: Point after point, `components` numbers each.
  ///   - components: 1 for a scalar, up to 9.
  public mutating func addPointField(_ name: String, _ values: [Double], components: Int = 1) {
    pointFields.append(field(name, values, components, mesh.pointCount, "points"))
  }

  /// Adds a field with one value, or a vector of `components` values, in each cell of the domain.
  ///
  /// - Parameters:
  ///   - name: The name shown in ParaView.
  ///   - values: Cell after cell through all blocks of the domain, `components` numbers each.
  ///   - components: 1 for a scalar, up to 9.
  public mutating func addCellField(_ name: String, _ values: [Double], components: Int = 1) {
    cellFields.append(field(name, values, components, mesh.cellCount, "cells"))
  }

  private func field(
    _ name: String, _ values: [Double], _ components: Int, _ count: Int, _ things: String
  ) -> Field {
    precondition((1...9).contains(components), "a field has 1 to 9 components, not \(components)")
    precondition(
      values.count == count * components,
      "field '\(name)' has \(values.count) values for \(count) \(things) of \(components)")
    guard components == 2 else { return Field(name: name, components: components, values: values) }
    var padded: [Double] = []
    padded.reserveCapacity(3 * count)
    for index in 0..<count { padded += [values[2 * index], values[2 * index + 1], 0] }
    return Field(name: name, components: 3, values: padded)
  }

  /// Writes the file; its name shows the whole of it or what was there before.
  ///
  /// - Throws: `MeshError.unwritable` with the system's reason, `MeshError.unsuitable` if a field is
  ///   not finite somewhere.
  public func write(to path: String) throws(MeshError) {
    for (things, fields) in [("point", pointFields), ("cell", cellFields)] {
      for field in fields {
        if let index = field.values.firstIndex(where: { !$0.isFinite }) {
          throw .unsuitable(
            path: path,
            reason: "field '\(field.name)' is \(field.values[index]) at \(things) "
              + "\(index / field.components); it is not written")
        }
      }
    }
    try MeshError.writing(content(), to: path)
  }

  // MARK: Content

  private func content() -> [UInt8] {
    var xml = XMLArrays()
    let blocks = mesh.cellBlocks(ofDimension: mesh.dimension)
    let regions = mesh.regions.filter { $0.dimension == mesh.dimension }
    xml.open(
      "VTKFile type=\"UnstructuredGrid\" version=\"1.0\" byte_order=\"LittleEndian\" "
        + "header_type=\"UInt64\" compressor=\"vtkZLibDataCompressor\"")
    xml.open("UnstructuredGrid")
    if !regions.isEmpty {
      xml.open("FieldData")
      for (index, region) in regions.enumerated() {
        xml.array("region \(region.name)", [Int32(index)], 1, isField: true)
      }
      xml.close("FieldData")
    }
    xml.open("Piece NumberOfPoints=\"\(mesh.pointCount)\" NumberOfCells=\"\(mesh.cellCount)\"")
    xml.open("PointData")
    for field in pointFields { xml.array(field.name, field.values, field.components) }
    xml.close("PointData")
    xml.open("CellData")
    regionArrays(regions, into: &xml)
    for field in cellFields { xml.array(field.name, field.values, field.components) }
    xml.close("CellData")
    xml.open("Points")
    var points = mesh.coordinates
    if mesh.dimension == 2 {
      points = []
      points.reserveCapacity(3 * mesh.pointCount)
      for index in 0..<mesh.pointCount {
        points += [mesh.coordinates[2 * index], mesh.coordinates[2 * index + 1], 0]
      }
    }
    xml.array("Points", points, 3)
    xml.close("Points")
    xml.open("Cells")
    cellArrays(blocks, into: &xml)
    xml.close("Cells")
    xml.close("Piece")
    xml.close("UnstructuredGrid")
    return xml.finished()
  }

  private func cellArrays(_ blocks: [CellBlock], into xml: inout XMLArrays) {
    var connectivity: [Int32] = []
    var offsets: [Int64] = []
    var types: [UInt8] = []
    for block in blocks {
      let order = VTKCell.nodeOrder(block.shape, block.nodeSet)
      let type = VTKCell.number(block.shape, block.nodeSet)
      for base in stride(from: 0, to: block.connectivity.count, by: block.nodesPerCell) {
        for node in order { connectivity.append(block.connectivity[base + node]) }
        offsets.append((offsets.last ?? 0) + Int64(order.count))
        types.append(type)
      }
    }
    xml.array("connectivity", connectivity, 1)
    xml.array("offsets", offsets, 1)
    xml.array("types", types, 1)
  }

  private func regionArrays(_ regions: [Region], into xml: inout XMLArrays) {
    guard !regions.isEmpty else { return }
    let indices = mesh.topology.blockIndices(ofDimension: mesh.dimension)
    var first: [Int: Int] = [:]
    var count = 0
    for index in indices {
      first[index] = count
      count += mesh.blocks[index].cellCount
    }
    var region = [Int32](repeating: -1, count: count)
    var several = false
    for (number, candidate) in regions.enumerated() {
      for member in candidate.members {
        for cell in member.cells {
          let place = (first[member.block] ?? 0) + Int(cell)
          if region[place] < 0 { region[place] = Int32(number) } else { several = true }
        }
      }
    }
    xml.array("region", region, 1)
    guard several else { return }
    for candidate in regions {
      var flags = [UInt8](repeating: 0, count: count)
      for member in candidate.members {
        for cell in member.cells { flags[(first[member.block] ?? 0) + Int(cell)] = 1 }
      }
      xml.array("in \(candidate.name)", flags, 1)
    }
  }
}
