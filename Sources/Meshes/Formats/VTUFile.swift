/// A mesh with fields on its points and cells, to be written as VTK's XML unstructured grid (.vtu),
/// which ParaView, pyvista and meshio open.
///
/// Written are the cells of the domain (or, to keep the whole mesh, those of every dimension) with
/// their order, and as cell data "region", the index of the
/// (first) region of each cell, −1 where a cell is in none; the field data "region NAME" hold the
/// index that belongs to a name (a list of strings would keep meshio from opening the file). If a cell
/// is in several regions, each region also gets an array "in NAME" of zeros and ones.
///
/// `MeshContent` reads all of this back. A mesh in pieces is a ``PVTUFile``.
public struct VTUFile: Sendable {
  /// Which cells are written.
  public enum Cells: Sendable, Hashable {
    /// Those of the domain: what pictures of fields need.
    case domain
    /// Those of every dimension, with all regions: nothing of the mesh is lost.
    case everyDimension
  }

  struct Field: Sendable {
    let name: String
    let components: Int
    let values: [Double]

    /// The same of some points or cells.
    func values(at places: [Int32]) -> Field {
      Field(
        name: name, components: components,
        values: places.flatMap { values[Int($0) * components..<(Int($0) + 1) * components] })
    }
  }

  /// The mesh.
  public let mesh: Mesh
  /// Which cells are written.
  public let cells: Cells
  var pointFields: [Field] = []
  var cellFields: [Field] = []
  /// The number of each point in the mesh that this one is a piece of; nil for a whole mesh.
  var pointNumbers: [Int64]?
  /// The number of each cell that is written, of every dimension, likewise; nil for a whole mesh and
  /// where only fields are in pieces.
  var cellNumbers: [Int64]?
  /// Whether a cell of the mesh that this one is a piece of is in several regions; nil for a whole mesh.
  var wholeOverlaps: Bool?

  /// A file that holds the mesh alone.
  public init(_ mesh: Mesh, cells: Cells = .domain) { (self.mesh, self.cells) = (mesh, cells) }

  /// A file that holds a piece of a mesh: its cells of every dimension, the numbers of points and cells
  /// in the whole, and the names and dimensions of all regions, also of those without cells in it.
  public init(_ piece: MeshPiece) {
    self.init(piece.mesh, cells: .everyDimension)
    pointNumbers = piece.points.map(Int64.init)
    cellNumbers = (piece.cells + piece.sides).map(Int64.init)
    wholeOverlaps = piece.regionsOverlap
  }

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
  /// - Precondition: Only the cells of the domain are written.
  public mutating func addCellField(_ name: String, _ values: [Double], components: Int = 1) {
    precondition(cells == .domain, "a field on the domain in a file of cells of every dimension")
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
    let regions = writtenRegions
    let blocks = blockIndices.map { mesh.blocks[$0] }
    xml.open(
      "VTKFile type=\"UnstructuredGrid\" version=\"1.0\" byte_order=\"LittleEndian\" "
        + "header_type=\"UInt64\" compressor=\"vtkZLibDataCompressor\"")
    xml.open("UnstructuredGrid")
    if !regions.isEmpty {
      xml.open("FieldData")
      for (index, name) in VTUFile.names(regions).enumerated() {
        xml.array("region \(name)", [Int32(index)] + places(ofRegions: name), 1, isField: true)
      }
      xml.close("FieldData")
    }
    xml.open(
      "Piece NumberOfPoints=\"\(mesh.pointCount)\" NumberOfCells=\""
        + "\(blocks.reduce(0) { $0 + $1.cellCount })\"")
    xml.open(
      pointNumbers == nil ? "PointData" : "PointData GlobalIds=\"\(PVTUFile.pointNumbers)\"")
    if let pointNumbers { xml.array(PVTUFile.pointNumbers, pointNumbers, 1) }
    for field in pointFields { xml.array(field.name, field.values, field.components) }
    xml.close("PointData")
    xml.open(cellNumbers == nil ? "CellData" : "CellData GlobalIds=\"\(PVTUFile.cellNumbers)\"")
    if let cellNumbers { xml.array(PVTUFile.cellNumbers, cellNumbers, 1) }
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

  /// The blocks that are written, the domain first.
  private var blockIndices: [Int] {
    cells == .everyDimension
      ? mesh.blocksDomainFirst : mesh.topology.blockIndices(ofDimension: mesh.dimension)
  }

  /// The names of the regions, each once: regions of several dimensions may share one.
  static func names(_ regions: [Region]) -> [String] {
    var seen: Set<String> = []
    return regions.map(\.name).filter { seen.insert($0).inserted }
  }

  /// In a piece, what follows the index of a name in the field data: the dimension of each region of
  /// this name and its place among the regions of the whole. Other programs look at neither.
  private func places(ofRegions name: String) -> [Int32] {
    guard cellNumbers != nil else { return [] }
    var seen: Set<Int> = []
    return mesh.regions.enumerated().flatMap { place, region in
      region.name == name && seen.insert(region.dimension).inserted
        ? [Int32(region.dimension), Int32(place)] : []
    }
  }

  private func regionArrays(_ regions: [Region], into xml: inout XMLArrays) {
    guard !regions.isEmpty else { return }
    let found = regionsOfCells(regions)
    xml.array("region", found.first, 1)
    guard wholeOverlaps ?? found.overlap else { return }
    for (name, cells) in zip(VTUFile.names(regions), found.cells) {
      var flags = [UInt8](repeating: 0, count: found.first.count)
      for cell in cells { flags[cell] = 1 }
      xml.array("in \(name)", flags, 1)
    }
  }

  /// The regions that are written.
  var writtenRegions: [Region] {
    mesh.regions.filter { cells == .everyDimension || $0.dimension == mesh.dimension }
  }

  /// Whether a cell of this mesh, or of the one it is a piece of, is in several regions.
  var regionsOverlap: Bool { wholeOverlaps ?? regionsOfCells(writtenRegions).overlap }

  /// The cells of each name, the first region of each cell (−1 for none), and whether any is in several.
  private func regionsOfCells(
    _ regions: [Region]
  ) -> (cells: [[Int]], first: [Int32], overlap: Bool) {
    var first: [Int: Int] = [:]
    var count = 0
    for index in blockIndices {
      first[index] = count
      count += mesh.blocks[index].cellCount
    }
    let names = VTUFile.names(regions)
    var places = names.map { _ in [Int]() }
    for region in regions {
      let name = names.firstIndex(of: region.name) ?? 0
      for member in region.members {
        places[name] += member.cells.map { (first[member.block] ?? 0) + Int($0) }
      }
    }
    var region = [Int32](repeating: -1, count: count)
    var overlap = false
    for (name, cells) in places.enumerated() {
      for cell in cells {
        if region[cell] < 0 { region[cell] = Int32(name) } else { overlap = true }
      }
    }
    return (places, region, overlap)
  }
}
