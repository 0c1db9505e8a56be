import Cases
import FiniteElements
import Foundation
import Meshes
import Testing

@Suite struct `A field from a file` {
  /// Nothing moves but for the start: insulated, without sources.
  private static let still = """
    schema = 1
    [mesh]
    \(KindTexts.box)
    [physics]
    kind = "heat"
    degree = 1
    [time]
    end = 1
    step = 0.5
    [[initial]]
    file = "T0.csv"
    [[material]]
    on = "*"
    conductivity = 1e-9
    density = 1
    specific-heat = 1
    [[output]]
    name = "corner"
    at = [2, 1]
    [[output]]
    name = "mean"
    mean = "u"
    """

  /// 1 + x + 2 y at the points of the box, in their order.
  private static let values: [Double] = {
    let mesh = Box(size: [2, 1], cells: [8, 4], shape: .quadrilateral).mesh()
    return (0..<mesh.pointCount).map { point -> Double in
      let (x, y) = (mesh.coordinates[2 * point], mesh.coordinates[2 * point + 1])
      return 1 + x + 2 * y
    }
  }()

  private static func csv(_ values: [Double]) -> String {
    values.map { "\($0)" }.joined(separator: "\n") + "\n"
  }

  /// A vector as numpy saves it.
  private static func npy(_ values: [Double]) -> Data {
    var header = "{'descr': '<f8', 'fortran_order': False, 'shape': (\(values.count),), }"
    header += String(repeating: " ", count: 117 - header.count) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0]
    bytes += Array(header.utf8)
    for value in values {
      bytes += (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(8 * $0)) }
    }
    return Data(bytes)
  }

  /// Runs a case beside files, or says what is wrong with it.
  private func study(
    _ text: String, _ files: [String: Data], _ body: (StudyOutcome) throws -> Void = { _ in }
  ) throws -> CaseDiagnostics? {
    try withFolder { folder in
      for (name, data) in files {
        try data.write(to: URL(fileURLWithPath: folder + "/" + name))
      }
      let file = folder + "/case.toml"
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      do {
        try body(try Study(reading: file).run(into: folder + "/out", loudness: .quiet))
        return nil
      } catch let error as CaseDiagnostics { return error }
    }
  }

  @Test(
    arguments: [1, 2],
    [
      ("file = \"T0.csv\"", "T0.csv", Data(csv(values).utf8)),
      ("file = \"T0.npy\"", "T0.npy", npy(values)),
      (
        "file = \"T0.csv\"\nfield = \"b\"", "T0.csv",
        Data(("a,b\n" + values.map { "0,\($0)" }.joined(separator: "\n")).utf8)
      ),
    ])
  func `is the state at the start, whatever its degree and the format of the file`(
    degree: Int, file: (String, String, Data)
  ) throws {
    let (line, name, data) = file
    let text = bent(
      bent(Self.still, "file = \"T0.csv\"", line), "degree = 1", "degree = \(degree)")
    let refusal = try study(text, [name: data]) { outcome in
      for step in outcome.results.query[0].steps {
        #expect(abs(step.outputs[0].value - 5) < 1e-6)
        #expect(abs(step.outputs[1].value - 3) < 1e-12)
      }
      #expect(outcome.results.query[0].steps.count == 3)
    }
    #expect(refusal == nil, "\(String(describing: refusal))")
  }

  @Test(arguments: [1, 2]) func `of a run before goes on where that ended`(degree: Int) throws {
    let steady = """
      schema = 1
      [mesh]
      \(KindTexts.box)
      [physics]
      kind = "heat"
      degree = \(degree)
      [[material]]
      on = "*"
      conductivity = 1
      [[boundary]]
      on = ["left", "right", "top", "bottom"]
      value = "1 + x + 2*y"
      """
    try withFolder { folder in
      let before = folder + "/before.toml"
      try steady.write(toFile: before, atomically: true, encoding: .utf8)
      _ = try Study(reading: before).run(into: folder + "/before.out", loudness: .quiet)
      let fields = try FileManager.default.contentsOfDirectory(
        atPath: folder + "/before.out/fields")
      let vtu = try #require(fields.first { $0.hasSuffix(".vtu") })
      for kind in ["heat", "advection-diffusion"] {
        var text = bent(
          Self.still, "file = \"T0.csv\"", "file = \"before.out/fields/\(vtu)\"\nfield = \"u\"")
        if kind != "heat" {
          text = bent(text, "\ndensity = 1\nspecific-heat = 1", "").replacing(
            "\"heat\"", with: "\"\(kind)\"")
        }
        let file = folder + "/case.toml"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let outcome = try Study(reading: file).run(into: folder + "/out", loudness: .quiet)
        let start = try #require(outcome.results.query[0].steps.first)
        #expect(abs(start.outputs[0].value - 5) < 1e-10, "\(kind)")
        #expect(abs(start.outputs[1].value - 3) < 1e-10, "\(kind)")
      }
      let misnamed = bent(
        Self.still, "file = \"T0.csv\"", "file = \"before.out/fields/\(vtu)\"\nfield = \"v\"")
      let other = bent(
        bent(misnamed, "field = \"v\"", "field = \"u\""), "cells = [8, 4]", "cells = [4, 8]")
      for (text, message) in [
        (misnamed, "the file has no field 'v' of one number per point"),
        (other, "the points of the file are not those of this mesh"),
      ] {
        let file = folder + "/case.toml"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let error = #expect(throws: CaseDiagnostics.self) { try Study(reading: file) }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
      }
    }
  }

  @Test(arguments: [
    ("T0.csv", Data(csv(Array(values.dropLast())).utf8), "44 against 45"),
    ("T0.csv", Data(csv(values).replacing("3.0\n", with: "nan\n").utf8), "a finite decimal number"),
    ("T0.csv", Data("a,b\n1,2\n".utf8), "the file has no column 'u'"),
    ("T0.npy", npy([.nan] + values.dropFirst()), "nan at (0, 0)"),
    ("T0.npy", npy(values + values), "90 against 45"),
    ("T0.vtu", Data("hello".utf8), "T0.vtu"),
  ])
  func `of wrong length, without numbers or names is refused`(
    name: String, data: Data, message: String
  ) throws {
    let error = try #require(try study(bent(Self.still, "T0.csv", name), [name: data]))
    #expect(error.description.contains(message), "\(error)")
    #expect(error.exitCode == 65)
  }

  @Test func `with a hole in it is refused with the point`() throws {
    try withFolder { folder in
      let mesh = Box(size: [2, 1], cells: [8, 4], shape: .quadrilateral).mesh()
      // VTK's own way of saying that there is no value.
      var text = Self.csv(Self.values)
      text = text.replacing("3.0\n", with: "nan\n", maxReplacements: 1)
      var file = VTUFile(mesh)
      file.addPointField("u", Self.values)
      try file.write(to: folder + "/sound.vtu")
      let points = (0..<mesh.pointCount).map {
        "\(mesh.coordinates[2 * $0]) \(mesh.coordinates[2 * $0 + 1]) 0"
      }.joined(separator: "\n")
      let cells = mesh.blocks.first { $0.dimension == 2 }?.connectivity.map { "\($0)" } ?? []
      let count = cells.count / 4
      let vtu = """
        <VTKFile type="UnstructuredGrid" version="0.1" byte_order="LittleEndian"><UnstructuredGrid>
        <Piece NumberOfPoints="\(mesh.pointCount)" NumberOfCells="\(count)"><PointData>
        <DataArray type="Float64" Name="u" format="ascii">\(text)</DataArray></PointData><Points>
        <DataArray type="Float64" NumberOfComponents="3" format="ascii">\(points)</DataArray></Points>
        <Cells><DataArray type="Int64" Name="connectivity" format="ascii">
        \(cells.joined(separator: " "))</DataArray><DataArray type="Int64" Name="offsets" format="ascii">
        \((1...count).map { "\(4 * $0)" }.joined(separator: " "))</DataArray>
        <DataArray type="UInt8" Name="types" format="ascii">
        \([String](repeating: "9", count: count).joined(separator: " "))</DataArray></Cells>
        </Piece></UnstructuredGrid></VTKFile>
        """
      try vtu.write(toFile: folder + "/hole.vtu", atomically: true, encoding: .utf8)
      let hole = try #require(Self.values.firstIndex(of: 3))
      for (name, message) in [("sound", nil), ("hole", "the value at point \(hole) of the file")] {
        let file = folder + "/case.toml"
        try bent(Self.still, "T0.csv", name + ".vtu").write(
          toFile: file, atomically: true, encoding: .utf8)
        guard let message else {
          _ = try Study(reading: file)
          continue
        }
        let error = #expect(throws: CaseDiagnostics.self) { try Study(reading: file) }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
      }
    }
  }

  @Test func `that is missing has the exit code of a missing file`() throws {
    for name in ["T0.csv", "T0.npy", "T0.vtu"] {
      let error = try #require(try study(bent(Self.still, "T0.csv", name), [:]))
      #expect(error.exitCode == 66, "\(error)")
      #expect(error.diagnostics.map(\.location.line) == [11], "\(error)")
    }
    let named = try #require(
      try study(
        bent(Self.still, "file = \"T0.csv\"", "file = \"T0.npy\"\nfield = \"u\""),
        ["T0.npy": Self.npy(Self.values)]))
    #expect(named.description.contains("a .npy file has no names; leave 'field' out"))
    let both = try #require(
      try study(bent(Self.still, "file = \"T0.csv\"", "file = \"T0.csv\"\nvalue = 1"), [:]))
    #expect(both.description.contains("'value' and 'file' exclude each other"))
  }

  @Test func `strains a body as the same temperature written as an expression`() throws {
    let text = bent(
      bent(KindTexts.elastic, "traction = [\"1 MPa\", 0]", "traction = [0, 0]"),
      "[[material]]", "[temperature]\nvalue = \"1 + x + 2*y\"\n[[material]]")
    var stretches: [Double] = []
    for (line, files) in [
      ("value = \"1 + x + 2*y\"", [:]),
      ("file = \"T.csv\"", ["T.csv": Data(Self.csv(Self.values).utf8)]),
      ("file = \"T.npy\"", ["T.npy": Self.npy(Self.values)]),
    ] {
      let refusal = try study(bent(text, "value = \"1 + x + 2*y\"", line), files) { outcome in
        stretches.append(outcome.results.query[0].outputs[0].value)
      }
      #expect(refusal == nil, "\(String(describing: refusal))")
    }
    #expect(stretches.count == 3 && stretches[0] > 1e-6)
    for other in stretches { #expect(abs(other - stretches[0]) < 1e-12 * stretches[0]) }
  }
}
