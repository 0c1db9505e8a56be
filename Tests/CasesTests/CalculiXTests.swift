import Cases
import Foundation
import Meshes
import Testing

/// The same mesh, material and increments in CalculiX, as a program of its own: its 20-node hexahedra
/// are integrated with 27 points, as ours are by a rule of degree 5. Its results have seven digits.
@Suite struct `CalculiX beside it` {
  private static let law = "{ kind = \"plastic\", yield = 200, hardening = 2000 }"

  private func text(_ mesh: String) -> String {
    """
    schema = 1
    [mesh]
    file = "\(mesh)"
    [physics]
    kind = "elastoviscoplasticity"
    degree = 2
    quadrature = 5
    [time]
    end = 1
    step = 0.25
    [[material]]
    on = "*"
    young = 2e5
    poisson = 0.3
    law = \(Self.law)
    [[boundary]]
    on = "left"
    value = [0, "free", "free"]
    [[boundary]]
    on = "bottom"
    value = ["free", 0, "free"]
    [[boundary]]
    on = ["front", "back"]
    value = ["free", "free", 0]
    [[boundary]]
    on = "right"
    value = ["0.002*t", "free", "free"]
    [[output]]
    name = "p"
    max = "p"
    """
  }

  /// What follows the nodes and elements of a deck.
  private func deck(_ mesh: Mesh) -> String {
    func nodes(_ name: String, _ isIn: ([Double]) -> Bool) -> String {
      let found = (0..<mesh.pointCount).filter { n in
        isIn(Array(mesh.coordinates[3 * n..<3 * n + 3]))
      }
      return "*NSET, NSET=\(name)\n" + found.map { "\($0 + 1),\n" }.joined()
    }
    func isAt(_ x: Double, _ place: Double) -> Bool { abs(x - place) < 1e-6 }
    return nodes("ALLNODES") { _ in true } + nodes("ATX0") { isAt($0[0], 0) }
      + nodes("ATY0") { isAt($0[1], 0) } + nodes("ATX1") { isAt($0[0], 1) }
      + nodes("ATZ") { isAt($0[2], 0) || isAt($0[2], 0.1) } + """
        *MATERIAL, NAME=M
        *ELASTIC
        200000,0.3
        *PLASTIC
        200,0
        2200,1
        *SOLID SECTION, ELSET=WHOLE, MATERIAL=M
        *STEP, INC=100
        *STATIC, DIRECT
        0.25,1
        *CONTROLS, PARAMETERS=FIELD
        1e-9,1e-9
        *BOUNDARY
        ATX0,1,1
        ATY0,2,2
        ATZ,3,3
        ATX1,1,1,0.002
        *NODE PRINT, NSET=ALLNODES
        U
        *END STEP

        """
  }

  /// The nodes and solid elements of the mesh in the order of Abaqus.
  private func body(_ mesh: Mesh) throws -> String {
    var text = "*NODE\n"
    for n in 0..<mesh.pointCount {
      let x = mesh.coordinates[3 * n..<3 * n + 3].map { "\($0)" }
      text += "\(n + 1), \(x.joined(separator: ", "))\n"
    }
    // From the order in which Gmsh numbers the edges of a hexahedron to that of Abaqus.
    let block = try #require(mesh.blocks.first { $0.shape == .hexahedron })
    try #require(block.nodesPerCell == 20)
    text += "*ELEMENT, TYPE=C3D20, ELSET=WHOLE\n"
    for cell in 0..<block.cellCount {
      let own = block.connectivity[cell * 20..<cell * 20 + 20].map { Int($0) }
      let corners = Array(own[0..<8])
      func middle(_ a: Int, _ b: Int) throws -> Int {
        let x = (0..<3).map { k in
          0.5 * (mesh.coordinates[3 * corners[a] + k] + mesh.coordinates[3 * corners[b] + k])
        }
        // The node nearest to the middle of the chord, on curved edges too.
        return try #require(
          own[8...].min { p, q in
            func far(_ n: Int) -> Double {
              (0..<3).reduce(0) { sum, k in
                let d = mesh.coordinates[3 * n + k] - x[k]
                return sum + d * d
              }
            }
            return far(p) < far(q)
          })
      }
      let edges = [
        (0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4), (0, 4), (1, 5), (2, 6),
        (3, 7),
      ]
      let nodes = corners + (try edges.map { try middle($0.0, $0.1) })
      try #require(Set(nodes).count == 20)
      let numbers = nodes.map { "\($0 + 1)" }
      text +=
        "\(cell + 1), " + numbers.prefix(10).joined(separator: ", ") + ",\n"
        + numbers.dropFirst(10).joined(separator: ", ") + "\n"
    }
    return text
  }

  @Test(.enabled(if: Neighbour.ccx.isThere))
  func `finds the same displacements of a plate that yields, to 1e-6`() throws {
    try withFolder { folder in
      let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("meshes/perforated-plate.msh").path
      var notes: [String] = []
      let mesh = try Mesh(reading: path, notes: &notes)
      try (try body(mesh) + deck(mesh))
        .write(toFile: folder + "/plate.inp", atomically: true, encoding: .utf8)
      try Neighbour.ccx.run(["plate"], in: folder)
      let study = try Study(parsing: Array(text(path).utf8), path: folder + "/case.toml")
      let outcome = try study.run(into: folder + "/out", loudness: .quiet)
      #expect(outcome.failure == nil)
      // Deep in the plastic range: many times the strain at yield.
      #expect(outcome.results.query[0].outputs[0].value > 2e-3)
      let printed = try String(contentsOfFile: folder + "/plate.dat", encoding: .utf8)
      let blocks = printed.components(separatedBy: "displacements").dropFirst()
      #expect(blocks.count == 4)
      for (k, block) in blocks.enumerated() {
        let content = try MeshContent(reading: folder + "/out/fields/query-0-\(k + 1).vtu")
        let ours = try #require(content.pointField("displacement"))
        let theirs = block.split(separator: "\n").dropFirst().compactMap { line -> [Double]? in
          let words = line.split(separator: " ").compactMap { Double($0) }
          return words.count == 4 ? words : nil
        }
        try #require(theirs.count == mesh.pointCount)
        #expect(content.mesh.coordinates == mesh.coordinates)
        var (gap, size) = (0.0, 0.0)
        for row in theirs {
          let n = Int(row[0]) - 1
          for c in 0..<3 {
            gap = max(gap, abs(row[c + 1] - ours.values[3 * n + c]))
            size = max(size, abs(row[c + 1]))
          }
        }
        #expect(gap < 1e-6 * size, "step \(k + 1): \(gap / size)")
      }
    }
  }
}
