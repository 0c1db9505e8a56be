internal import Files

/// Reads XDMF as meshio and DOLFINx write it: uniform grids, arrays as text or in an HDF5 file, marks
/// of cells and facets as grids or attributes, a series whose steps share the mesh by xi:include.
/// Of a series the mesh and one step are read.
struct XDMFReader {
  private let xdmf: XDMFFile
  private var lists = CellLists()
  private var tags = CellTags()
  private var pointFields: [VTKArray] = []
  private var cellFields: [VTKArray] = []

  init(file: String, bytes: [UInt8]) throws(MeshError) {
    xdmf = try XDMFFile(file: file, bytes: bytes)
  }

  /// Reads the file, of a series one step.
  mutating func read(step: Int) throws(MeshError) -> MeshContent {
    let times = xdmf.times
    guard step == 0 || times.indices.contains(step) else {
      throw .unsuitable(
        path: xdmf.file, reason: "there is no step \(step); the file has \(times.count)")
    }
    let grids = try xdmf.grids(step: step)
    guard let mesh = grids.first else {
      throw xdmf.malformed(xdmf.domain, "a <Grid>", found: "none")
    }
    try readPoints(mesh)
    let cells = try readCells(mesh)
    try readFields(mesh, firstCell: cells.lowerBound, cellCount: cells.count, isMesh: true)
    // Steps of a series and marks: other grids over the same points.
    for grid in grids.dropFirst() {
      if try xdmf.part("Geometry", of: grid) == nil { continue }
      let isSame = grid.first("Topology") == nil
      let cells = isSame ? cells : try readCells(grid)
      try readFields(grid, firstCell: cells.lowerBound, cellCount: cells.count, isMesh: isSame)
    }
    cellFields = cellFields.map { padded($0) }
    return try MeshContent(
      lists, tags, pointFields: pointFields, cellFields: cellFields, times: times,
      file: xdmf.file)
  }

  /// Cells that a field does not know, such as marked facets, have the value NaN.
  private func padded(_ field: VTKArray) -> VTKArray {
    let missing = lists.cellCount * field.components - field.values.count
    guard missing > 0 else { return field }
    return VTKArray(
      name: field.name, components: field.components,
      values: .real(field.values.reals + [Double](repeating: .nan, count: missing)))
  }

  private mutating func readPoints(_ grid: XMLElement) throws(MeshError) {
    guard let geometry = try xdmf.part("Geometry", of: grid) else {
      throw xdmf.malformed(grid, "a <Geometry>", found: "none")
    }
    let type = (geometry["GeometryType"] ?? geometry["Type"] ?? "XYZ").uppercased()
    guard type == "XYZ" || type == "XY" else {
      throw xdmf.unsupported(geometry, "the geometry type '\(type)' is")
    }
    let (shape, values) = try xdmf.array(geometry)
    let axes = shape.last ?? 0
    guard shape.count == 2, axes == (type == "XY" ? 2 : 3) else {
      throw xdmf.malformed(
        geometry, "points of \(type == "XY" ? 2 : 3) coordinates",
        found: "an array of \(shape.map { "\($0)" }.joined(separator: " × "))")
    }
    var points = values.reals
    if axes == 2 {
      var padded: [Double] = []
      padded.reserveCapacity(points.count / 2 * 3)
      for base in stride(from: 0, to: points.count, by: 2) {
        padded += [points[base], points[base + 1], 0]
      }
      points = padded
    }
    try lists.addPoints(points, file: xdmf.file)
  }

  private mutating func readCells(_ grid: XMLElement) throws(MeshError) -> Range<Int> {
    guard let topology = try xdmf.part("Topology", of: grid) else {
      throw xdmf.malformed(grid, "a <Topology>", found: "none")
    }
    let first = lists.cellCount
    let (_, values) = try xdmf.array(topology)
    guard let nodes = values.wholes else {
      throw xdmf.malformed(topology, "whole numbers of points", found: "others")
    }
    let name = topology["TopologyType"] ?? topology["Type"] ?? ""
    if name.lowercased() == "mixed" {
      var place = 0
      while place < nodes.count {
        guard let cell = XDMFTopology.mixed(nodes[place]) else {
          throw xdmf.unsupported(topology, "the cell type \(nodes[place]) is")
        }
        place += 1
        if cell.hasCount {
          guard place < nodes.count, nodes[place] == cell.count else {
            throw xdmf.unsupported(topology, "a polyline or a set of points is")
          }
          place += 1
        }
        guard place + cell.count <= nodes.count else {
          throw xdmf.malformed(topology, "whole cells", found: "a part of the last one")
        }
        try add(cell.type, nodes[place..<place + cell.count], topology)
        place += cell.count
      }
    } else {
      let perCell = topology["NodesPerElement"].flatMap { Int($0) }
      guard let cell = XDMFTopology.cell(name, nodesPerElement: perCell) else {
        throw xdmf.unsupported(topology, "the topology '\(name)' is")
      }
      guard nodes.count.isMultiple(of: cell.count) else {
        throw xdmf.malformed(
          topology, "whole cells of \(cell.count) points", found: "\(nodes.count) numbers")
      }
      for base in stride(from: 0, to: nodes.count, by: cell.count) {
        try add(cell.type, nodes[base..<base + cell.count], topology)
      }
    }
    return first..<lists.cellCount
  }

  private mutating func add(
    _ type: Int, _ nodes: ArraySlice<Int>, _ topology: XMLElement
  ) throws(MeshError) {
    guard let kind = lists.kind(type, nodes.count) else {
      throw xdmf.unsupported(topology, "a cell of this kind is")
    }
    if let bad = nodes.first(where: { $0 < 0 || $0 >= lists.pointCount }) {
      throw xdmf.malformed(
        topology, "points from 0 to \(lists.pointCount - 1)",
        found: "\(bad) in cell \(lists.cellCount)")
    }
    lists.add(kind) { nodes[nodes.startIndex + $0] }
  }

  private mutating func readFields(
    _ grid: XMLElement, firstCell: Int, cellCount: Int, isMesh: Bool
  ) throws(MeshError) {
    for attribute in grid.children(named: "Attribute") {
      let name = attribute["Name"] ?? ""
      let center = attribute["Center"] ?? "Node"
      let (shape, values) = try xdmf.array(attribute)
      let count = center == "Node" ? lists.pointCount : cellCount
      guard center == "Node" || center == "Cell", count > 0, shape.first == count,
        values.count.isMultiple(of: count)
      else {
        throw xdmf.malformed(
          attribute, "an attribute at \(lists.pointCount) nodes or \(cellCount) cells",
          found: "'\(name)' of \(shape.map { "\($0)" }.joined(separator: " × ")) at '\(center)'")
      }
      let field = VTKArray(name: name, components: values.count / count, values: values)
      if center == "Node" {
        if !pointFields.contains(where: { $0.name == name }) { pointFields.append(field) }
      } else if case .whole(let marks) = values, field.components == 1 {
        let shown = name == "gmsh:physical" ? "physical" : name
        tags.add(marks, shown, fromCell: firstCell)
        if isMesh { cellFields.append(field) }
      } else if isMesh {
        cellFields.append(field)
      }
    }
  }
}
