import CZlib
import Foundation
import Meshes
import TestSupport
import Testing

/// The arrays of a compressed VTU file, decoded by zlib alone.
struct DecodedVTU {
  let text: String
  private let data: [UInt8]

  init(_ bytes: [UInt8]) throws {
    let mark = Array("<AppendedData encoding=\"raw\">\n_".utf8)
    let place = try #require(
      (0..<bytes.count - mark.count).first { bytes[$0..<$0 + mark.count].elementsEqual(mark) })
    text = String(decoding: bytes[..<place], as: UTF8.self)
    data = Array(bytes[(place + mark.count)...])
  }

  private func word(_ offset: Int) -> Int {
    (0..<8).reduce(0) { $0 | Int(data[offset + $1]) << (8 * $1) }
  }

  func array<Element: BitwiseCopyable>(_ name: String, of: Element.Type) throws -> [Element] {
    let tag = try #require(text.split(separator: "<").first { $0.contains("Name=\"\(name)\"") })
    let offset = try #require(Int(tag.split(separator: "offset=\"")[1].split(separator: "\"")[0]))
    let (blocks, size, last) = (word(offset), word(offset + 8), word(offset + 16))
    var place = offset + 24 + 8 * blocks
    var bytes: [UInt8] = []
    for block in 0..<blocks {
      let packed = Array(data[place..<place + word(offset + 24 + 8 * block)])
      var plain = [UInt8](repeating: 0, count: size)
      var length = uLong(size)
      #expect(unsafe uncompress(&plain, &length, packed, uLong(packed.count)) == Z_OK)
      #expect(Int(length) == (block == blocks - 1 && last > 0 ? last : size))
      bytes += plain.prefix(Int(length))
      place += packed.count
    }
    return unsafe bytes.withUnsafeBytes { unsafe Array($0.bindMemory(to: Element.self)) }
  }
}

private func temporary(_ name: String) -> String {
  FileManager.default.temporaryDirectory.appendingPathComponent(
    "ritz-\(ProcessInfo.processInfo.processIdentifier)-\(name)"
  ).path
}

/// The Python to ask for VTK's own reader.
private let python = ProcessInfo.processInfo.environment["RITZ_PYTHON"] ?? "python3"

/// What a script of that Python prints.
func runPython(_ script: String, _ arguments: [String]) -> (status: Int32, output: String)? {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = [python, "-c", script] + arguments
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = Pipe()
  guard (try? process.run()) != nil else { return nil }
  let output = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}

/// Whether that Python has VTK.
let hasVTK = runPython("import vtk", [])?.status == 0

@Suite struct `VTU files` {
  @Test(arguments: 0..<4)
  func `points, cells, regions and fields come back as written`(index: Int) throws {
    let mesh = samples[index]
    var random = SeededRandom(seed: 4)
    let scalar = (0..<mesh.pointCount).map { _ in random.uniform() }
    let vector = (0..<2 * mesh.pointCount).map { _ in random.uniform() }
    let cells = (0..<mesh.cellCount).map { _ in random.uniform() }
    var file = VTUFile(mesh)
    file.addPointField("temperature <K>", scalar)
    file.addPointField("flux", vector, components: 2)
    file.addCellField("indicator", cells)
    let path = temporary("\(index).vtu")
    try file.write(to: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let decoded = try DecodedVTU([UInt8](Data(contentsOf: URL(fileURLWithPath: path))))
    #expect(decoded.text.contains("NumberOfCells=\"\(mesh.cellCount)\""))
    try #expect(decoded.array("temperature &lt;K&gt;", of: Double.self) == scalar)
    try #expect(decoded.array("indicator", of: Double.self) == cells)
    let flux = try decoded.array("flux", of: Double.self)
    #expect(flux.count == 3 * mesh.pointCount)
    for point in 0..<mesh.pointCount {
      #expect(flux[3 * point] == vector[2 * point])
      #expect(flux[3 * point + 1] == vector[2 * point + 1])
      #expect(flux[3 * point + 2] == 0)
    }
    let points = try decoded.array("Points", of: Double.self)
    for point in 0..<mesh.pointCount {
      #expect(mesh.point(point).elementsEqual(points[3 * point..<3 * point + mesh.dimension]))
    }
    try #expect(
      decoded.array("region", of: Int32.self) == [Int32](repeating: 0, count: mesh.cellCount))
    var nodes = try decoded.array("connectivity", of: Int32.self)
    if mesh.blocks[0].nodesPerCell == 10 {
      for cell in 0..<mesh.cellCount { nodes.swapAt(10 * cell + 8, 10 * cell + 9) }
    }
    #expect(nodes == mesh.blocks[0].connectivity)
    let types = try decoded.array("types", of: UInt8.self)
    #expect(Set(types) == [[5, 22, 10, 24][index]])
    let offsets = try decoded.array("offsets", of: Int64.self)
    #expect(offsets.last == Int64(nodes.count))
  }

  @Test func `cells in several regions or in none are told apart`() throws {
    let box = Box(size: [1, 1], cells: [2, 1]).mesh()
    let mesh = Mesh(
      dimension: 2, coordinates: box.coordinates, blocks: box.blocks,
      regions: [
        Region(name: "first", dimension: 2, members: [.init(block: 0, cells: [0, 1])]),
        Region(name: "<second>", dimension: 2, members: [.init(block: 0, cells: [2, 1])]),
      ])
    let path = temporary("regions.vtu")
    try VTUFile(mesh).write(to: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let decoded = try DecodedVTU([UInt8](Data(contentsOf: URL(fileURLWithPath: path))))
    try #expect(decoded.array("region", of: Int32.self) == [0, 0, 1, -1])
    try #expect(decoded.array("in first", of: UInt8.self) == [1, 1, 0, 0])
    try #expect(decoded.array("in &lt;second&gt;", of: UInt8.self) == [0, 1, 1, 0])
    try #expect(decoded.array("region first", of: Int32.self) == [0])
    try #expect(decoded.array("region &lt;second&gt;", of: Int32.self) == [1])
  }

  @Test func `a file longer than one block of 32 KiB comes back as written`() throws {
    let mesh = Box(size: [1, 1], cells: [127, 63]).mesh()
    let values = (0..<mesh.pointCount).map { Double($0).squareRoot() }
    var file = VTUFile(mesh)
    file.addPointField("u", values)
    let path = temporary("long.vtu")
    try file.write(to: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let decoded = try DecodedVTU([UInt8](Data(contentsOf: URL(fileURLWithPath: path))))
    // 128 × 64 points make exactly two full blocks.
    try #expect(decoded.array("u", of: Double.self) == values)
    try #expect(decoded.array("connectivity", of: Int32.self) == mesh.blocks[0].connectivity)
  }

  @Test func `what cannot be written is named and leaves nothing behind`() throws {
    let file = VTUFile(samples[0])
    #expect(
      throws: MeshError.unwritable(path: "no/such/a.vtu", reason: "No such file or directory")
    ) {
      try file.write(to: "no/such/a.vtu")
    }
    var bad = file
    bad.addPointField("u", (0..<samples[0].pointCount).map { $0 == 2 ? .nan : 0 })
    let path = temporary("bad.vtu")
    #expect(throws: MeshError.self) { try bad.write(to: path) }
    #expect(!FileManager.default.fileExists(atPath: path))
    // /dev/full takes no byte: the rename never happens because the temporary cannot be made there.
    #expect(throws: MeshError.self) { try file.write(to: "/proc/a.vtu") }
  }

  @Test func `a series names its files in order`() throws {
    let path = temporary("series.pvd")
    try PVDFile(steps: [.init(time: 0, file: "a&b.vtu"), .init(time: 0.25, file: "c.vtu")])
      .write(to: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains("timestep=\"0.0\" part=\"0\" file=\"a&amp;b.vtu\""))
    #expect(text.contains("timestep=\"0.25\" part=\"0\" file=\"c.vtu\""))
    #expect(throws: MeshError.self) {
      try PVDFile(steps: [.init(time: .nan, file: "a")]).write(to: path)
    }
  }

  @Test(.enabled(if: hasVTK, "needs a Python with vtk, named by RITZ_PYTHON"))
  func `VTK's own reader sees the same cells, measures and regions`() throws {
    let meshes =
      FilledBox.all.map { ($0.description, $0.mesh) }
      + [ShapedBox.Filling.planarMixture, .solidMixture].map {
        ($0.rawValue, ShapedBox($0).mesh(4, distortion: 0.2))
      }
    // For the nodes of each cell VTK tells the reference coordinates; an affine map must take them to
    // the points of a straight box, which it does in no other order of the nodes.
    let script = """
      import sys, vtk, numpy
      for path in sys.argv[1:]:
        r = vtk.vtkXMLUnstructuredGridReader(); r.SetFileName(path); r.Update()
        g = r.GetOutput()
        s = vtk.vtkCellSizeFilter(); s.SetInputData(g); s.Update()
        c = s.GetOutput().GetCellData()
        a = c.GetArray('Area'); v = c.GetArray('Volume')
        n = g.GetNumberOfCells()
        worst = 0.0
        for i in range(n):
          cell = g.GetCell(i); count = cell.GetNumberOfPoints()
          p = cell.GetParametricCoords()
          xi = numpy.array([[p[3*j], p[3*j + 1], p[3*j + 2], 1.0] for j in range(count)])
          x = numpy.array([g.GetPoint(cell.GetPointId(j)) for j in range(count)])
          fit = numpy.linalg.lstsq(xi, x, rcond=None)[0]
          if g.GetCellType(i) != 27:  # quadratic pyramids have collapsed coordinates
            worst = max(worst, abs(xi @ fit - x).max())
          elif count > 5:
            for e in range(cell.GetNumberOfEdges()):
              p = cell.GetEdge(e).GetPoints()
              m = [(u + v)/2 - w for u, v, w in zip(p.GetPoint(0), p.GetPoint(1), p.GetPoint(2))]
              worst = max(worst, max(map(abs, m)))
        name = g.GetFieldData().GetArrayName(0)
        print(n, sum(a.GetValue(i) + v.GetValue(i) for i in range(n)),
              name[7:], g.GetPointData().GetArray('u').GetRange()[1], worst)
      """
    try withFolder { folder in
      var paths: [String] = []
      for (index, (_, mesh)) in meshes.enumerated() {
        var file = VTUFile(mesh)
        file.addPointField("u", (0..<mesh.pointCount).map { Double($0) })
        paths.append(folder.path + "/\(index).vtu")
        try file.write(to: paths[index])
      }
      let result = try #require(runPython(script, paths))
      let lines = result.output.split(separator: "\n")
      try #require(lines.count == meshes.count, "\(result.output)")
      for (line, (name, mesh)) in zip(lines, meshes) {
        let words = line.split(separator: " ").map(String.init)
        #expect(words.count == 5, "\(name): \(line)")
        #expect(words.first == "\(mesh.cellCount)", "\(name): \(line)")
        let exact = mesh.measure(of: try #require(mesh.region(named: "*")))
        #expect(abs((Double(words[1]) ?? 0) - exact) < 1e-9 * exact, "\(name): \(line)")
        #expect(words[2] == "domain")
        #expect(Double(words[3]) == Double(mesh.pointCount - 1))
        #expect(name.contains("mixture") || (Double(words[4]) ?? 1) < 1e-12, "\(name): \(line)")
      }
    }
  }
}
