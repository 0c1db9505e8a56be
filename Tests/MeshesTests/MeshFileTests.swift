import Meshes
import RealModule
import TestSupport
import Testing

/// A mesh of the folder `meshes`.
func committedMesh(_ name: String) throws -> (mesh: Mesh, notes: [String]) {
  var path = #filePath.split(separator: "/", omittingEmptySubsequences: false)
  path.removeLast(3)
  var notes: [String] = []
  let mesh = try Mesh(
    reading: path.joined(separator: "/") + "/meshes/\(name).msh", notes: &notes)
  return (mesh, notes)
}

@Suite struct `Meshes of the house` {
  @Test func `the blocks of the thermal block have a ninth of the area each`() throws {
    let (mesh, notes) = try committedMesh("thermal-block")
    #expect(notes.isEmpty)
    #expect((18_000...22_000).contains(mesh.cellCount))
    for block in 1...9 {
      let region = try #require(mesh.region(named: "block\(block)"))
      #expect(abs(mesh.measure(of: region) - 1.0 / 9) < 1e-12)
      // The mean of the corners lies in the right square of the grid.
      let (column, row) = ((block - 1) % 3, (block - 1) / 3)
      for member in region.members {
        for cell in member.cells {
          for node in mesh.blocks[member.block].nodes(of: Int(cell)) {
            let point = Array(mesh.point(Int(node)))
            #expect(abs(point[0] - (Double(column) + 0.5) / 3) < 1.0 / 6 + 1e-9)
            #expect(abs(point[1] - (Double(row) + 0.5) / 3) < 1.0 / 6 + 1e-9)
          }
        }
      }
    }
    for side in ["bottom", "top", "left", "right"] {
      let region = try #require(mesh.region(named: side))
      #expect(region.dimension == 1)
      #expect(abs(mesh.measure(of: region) - 1) < 1e-12)
    }
    #expect(MeshReport(mesh).warnings.isEmpty)
  }

  @Test func `the parts and surfaces of the heat sink have their designed measures`() throws {
    let (mesh, notes) = try committedMesh("heat-sink")
    #expect(notes.isEmpty)
    #expect((45_000...60_000).contains(mesh.cellCount))
    let designed = [
      ("base", 0.04 * 0.04 * 0.004), ("interface", 0.016 * 0.016 * 0.001),
      ("fins", 7 * 0.0016 * 0.04 * 0.016), ("chip", 0.016 * 0.016),
      ("underside", 0.04 * 0.04 - 0.016 * 0.016 + 4 * 0.016 * 0.001),
      (
        "air",
        0.04 * 0.04 + 4 * 0.04 * 0.004 + 7 * 2 * (0.04 + 0.0016) * 0.016
      ),
    ]
    for (name, exact) in designed {
      let region = try #require(mesh.region(named: name))
      #expect(abs(mesh.measure(of: region) - exact) < 1e-12 * exact, "\(name)")
    }
    let report = MeshReport(mesh)
    #expect(report.warnings.isEmpty, "\(report)")
    #expect(report.componentCount == 1)
  }

  @Test func `the curved disc has the area and rim of a disc to fourth order`() throws {
    let (mesh, notes) = try committedMesh("disc-p2")
    #expect(notes.isEmpty)
    #expect(mesh.order == 2)
    let core = mesh.measure(of: try #require(mesh.region(named: "core")))
    let ring = mesh.measure(of: try #require(mesh.region(named: "ring")))
    let rim = mesh.measure(of: try #require(mesh.region(named: "rim")))
    #expect(abs(core - .pi / 4) < 1e-4 && abs(ring - .pi * 3 / 4) < 1e-4)
    #expect(abs(rim - 2 * .pi) < 1e-4)
    // Straight sides would miss far more.
    let straight = mesh.vertexOnly()
    let polygon = straight.measure(of: try #require(straight.region(named: "*")))
    #expect(.pi - polygon > 1e-2)
    // Gauss's theorem: the area from the rim alone, ½ ∮ x × dx, exact for parabolas by Simpson.
    var enclosed = 0.0
    for member in try #require(mesh.region(named: "rim")).members {
      for cell in member.cells {
        let p = mesh.blocks[member.block].nodes(of: Int(cell)).map { Array(mesh.point(Int($0))) }
        func cross(_ a: [Double], _ b: [Double]) -> Double { a[0] * b[1] - a[1] * b[0] }
        // ∫ x × x' over the parabola through p0, p2 (middle), p1.
        enclosed += (4 * cross(p[0], p[2]) + 4 * cross(p[2], p[1]) - cross(p[0], p[1])) / 6
      }
    }
    #expect(abs(abs(enclosed) - (core + ring)) < 1e-12)
  }
}

@Suite struct `Measures of curved cells` {
  @Test func `a bent brick has the volume of its map`() throws {
    // (x, y, z) → (x, y, z + x y / 4 + x² / 8) has determinant one.
    let brick = Box(size: [1, 1, 1], cells: [2, 2, 2]).mesh().withEdgeNodes()
    var moved = brick.coordinates
    for point in 0..<brick.pointCount {
      let (x, y) = (moved[3 * point], moved[3 * point + 1])
      moved[3 * point + 2] += x * y / 4 + x * x / 8
    }
    let bent = brick.moved(to: moved)
    #expect(abs(bent.measure(of: try #require(bent.region(named: "*"))) - 1) < 1e-12)
    // Area of the graph of x y / 4 + x² / 8: ∫∫ √(1 + (y/4 + x/4)² + (x/4)²), by Simpson's rule.
    let n = 400
    var exact = 0.0
    for i in 0...n {
      for j in 0...n {
        let (x, y) = (Double(i) / Double(n), Double(j) / Double(n))
        func weight(_ k: Int) -> Double { k == 0 || k == n ? 1 : (k.isMultiple(of: 2) ? 2 : 4) }
        let slope = (y + x) * (y + x) / 16 + x * x / 16
        exact += weight(i) * weight(j) * (1 + slope).squareRoot() / Double(9 * n * n)
      }
    }
    let top = try #require(bent.region(named: "top"))
    #expect(abs(bent.measure(of: top) - exact) < 1e-11)
  }
}
