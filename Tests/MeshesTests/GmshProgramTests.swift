import Foundation
import Meshes
import TestSupport
import Testing

/// A geometry that Gmsh meshes with several shapes.
struct GmshGeometry: Sendable, CustomStringConvertible {
  let description: String
  let dimension: Int
  let text: String
  let measures: [(name: String, measure: Double)]
  let shapes: Set<CellShape>

  private static let squares = """
    h = 0.4;
    Point(1) = {0, 0, 0, h}; Point(2) = {1, 0, 0, h}; Point(3) = {1, 1, 0, h};
    Point(4) = {0, 1, 0, h}; Point(5) = {2, 0, 0, h}; Point(6) = {2, 1, 0, h};
    Line(1) = {1, 2}; Line(2) = {2, 3}; Line(3) = {3, 4}; Line(4) = {4, 1};
    Line(5) = {2, 5}; Line(6) = {5, 6}; Line(7) = {6, 3};
    Curve Loop(1) = {1, 2, 3, 4}; Plane Surface(1) = {1};
    Curve Loop(2) = {5, 6, 7, -2}; Plane Surface(2) = {2};

    """

  static let all = [
    GmshGeometry(
      description: "quadrilaterals beside triangles", dimension: 2,
      text: squares + """
        Recombine Surface{1};
        Physical Surface("first", 1) = {1}; Physical Surface("second", 2) = {2};
        Physical Curve("left", 3) = {4}; Physical Curve("bottom", -4) = {1, 5};

        """,
      measures: [("first", 1), ("second", 1), ("left", 1), ("bottom", 2)],
      shapes: [.quadrilateral, .triangle, .line]),
    GmshGeometry(
      description: "hexahedra beside wedges", dimension: 3,
      text: squares + """
        Recombine Surface{1};
        a[] = Extrude{0, 0, 1}{ Surface{1}; Layers{2}; Recombine; };
        b[] = Extrude{0, 0, 1}{ Surface{2}; Layers{2}; Recombine; };
        Physical Volume("first", 1) = {a[1]}; Physical Volume("second", 2) = {b[1]};
        Physical Surface("bottom", 3) = {1, 2}; Physical Surface("top", 4) = {a[0], b[0]};

        """,
      measures: [("first", 1), ("second", 1), ("bottom", 2), ("top", 2)],
      shapes: [.hexahedron, .wedge, .quadrilateral, .triangle]),
    GmshGeometry(
      description: "pyramids between hexahedra and tetrahedra", dimension: 3,
      text: """
        h = 0.5;
        Point(1) = {0, 0, 0, h}; Point(2) = {1, 0, 0, h}; Point(3) = {1, 1, 0, h};
        Point(4) = {0, 1, 0, h};
        Line(1) = {1, 2}; Line(2) = {2, 3}; Line(3) = {3, 4}; Line(4) = {4, 1};
        Curve Loop(1) = {1, 2, 3, 4}; Plane Surface(1) = {1};
        Transfinite Curve{1, 2, 3, 4} = 4; Transfinite Surface{1}; Recombine Surface{1};
        a[] = Extrude{0, 0, 1}{ Surface{1}; Layers{3}; Recombine; };
        b[] = Extrude{0, 0, 1}{ Surface{a[0]}; };
        Physical Volume("first", 1) = {a[1]}; Physical Volume("second", 2) = {b[1]};
        Physical Surface("bottom", 3) = {1}; Physical Surface("top", 4) = {b[0]};

        """,
      measures: [("first", 1), ("second", 1), ("bottom", 1), ("top", 1)],
      shapes: [.hexahedron, .tetrahedron, .pyramid, .quadrilateral, .triangle]),
  ]
}

@Suite(.enabled(if: hasGmsh, "needs the program gmsh")) struct `Files of the program Gmsh` {
  /// Gmsh 4.8 writes version 4.0 as text only.
  static let kinds = ["msh22", "msh22 -bin", "msh40", "msh41", "msh41 -bin"]

  @Test(arguments: GmshGeometry.all, kinds)
  func `several shapes in one mesh are read with their regions, in each order and version`(
    geometry: GmshGeometry, kind: String
  ) throws {
    try withFolder { folder in
      try geometry.text.write(
        to: folder.appendingPathComponent("a.geo"), atomically: true, encoding: .utf8)
      for (order, incomplete) in [(1, 0), (2, 0), (2, 1)] {
        let status = try gmsh(
          ["-\(geometry.dimension)", "a.geo", "-order", "\(order)", "-o", "a.msh"]
            + ["-setnumber", "Mesh.SecondOrderIncomplete", "\(incomplete)", "-format"]
            + kind.split(separator: " ").map(String.init), in: folder)
        #expect(status == 0)
        var notes: [String] = []
        let mesh = try Mesh(reading: folder.path + "/a.msh", notes: &notes)
        #expect(notes.isEmpty, "\(notes)")
        #expect(Set(mesh.blocks.map(\.shape)) == geometry.shapes)
        let wanted: NodeSet = order == 1 ? .corners : incomplete == 1 ? .serendipity : .complete
        for block in mesh.blocks where !block.shape.quadrilaterals.isEmpty {
          #expect(block.nodeSet == wanted)
        }
        for (name, exact) in geometry.measures {
          let region = try #require(mesh.region(named: name))
          #expect(abs(mesh.measure(of: region) - exact) < 1e-12, "\(name)")
        }
        // Wrong orders of nodes would bend cells or leave facets unmatched.
        let report = MeshReport(mesh)
        #expect(report.warnings.isEmpty, "\(report)")
        let straight = mesh.vertexOnly()
        #expect(
          wanted == .corners || straight.withEdgeNodes(wanted).pointCount == mesh.pointCount)
      }
    }
  }
}
