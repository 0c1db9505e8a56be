import FiniteElements
import LinearAlgebra
import Meshes
import TestSupport
import Testing

@Suite struct `Second-order cells of every shape` {
  static let sets = ShapedBox.all.flatMap { box in
    [NodeSet.serendipity, .complete].map { (box, $0) }
  }

  private func solve(
    _ mesh: Mesh, _ exact: @escaping @Sendable (Point) -> Double, source: Coefficient
  ) throws -> Field {
    let problem = try Diffusion(mesh, degree: 2)
    return try problem.solve(
      [.stiffness(.constant(1), on: try problem.region("domain"))],
      [.value(source, on: try problem.region("domain"))],
      try mesh.regionNames.filter { $0 != "domain" }.map {
        DirichletCondition(Coefficient(exact), on: try problem.region($0))
      })
  }

  private func error(_ field: Field, _ exact: (Point) -> Double) -> Double {
    zip(field.values, field.space.interpolate(exact)).map { abs($0 - $1) }.max() ?? .infinity
  }

  @Test(arguments: sets)
  func `functions live on the nodes of the mesh, and linear ones are exact on distorted cells`(
    box: ShapedBox, nodes: NodeSet
  ) throws {
    let mesh = box.mesh(4, distortion: 0.2).withEdgeNodes(nodes)
    let exact = { @Sendable (p: Point) in 1 + 2 * p.x - 3 * p.y + 0.5 * p.z }
    let field = try solve(mesh, exact, source: .constant(0))
    #expect(field.space.dofCount == mesh.pointCount)
    #expect(error(field, exact) < 1e-12)
  }

  @Test(arguments: sets)
  func `quadratic functions are exact on affine cells`(box: ShapedBox, nodes: NodeSet) throws {
    let mesh = box.mesh(4) { SIMD3($0.x + 0.3 * $0.y, $0.y, $0.z - 0.2 * $0.x) }
      .withEdgeNodes(nodes)
    let flat = mesh.dimension == 2
    let exact = { @Sendable (p: Point) in
      p.x * p.x + 3 * p.x * p.y - 2 * p.y * p.y + (flat ? 0 : p.z * p.z + p.x * p.z)
    }
    let field = try solve(mesh, exact, source: .constant(flat ? 2 : 0))
    #expect(error(field, exact) < 1e-12)
  }

  @Test(arguments: ShapedBox.all)
  func `a plot has the value of each dof at its place`(box: ShapedBox) throws {
    for (mesh, degree) in [
      (box.mesh(4, distortion: 0.2), 1), (box.mesh(4, distortion: 0.2), 2),
      (box.mesh(4).withEdgeNodes(.serendipity), 2), (box.mesh(4).withEdgeNodes(), 1),
    ] {
      let space = try FunctionSpace(mesh, degree: degree)
      let function = { (p: Point) in 1 + p.x + 2 * p.y * p.y - p.z }
      let plot = Field(space, space.interpolate(function)).nodal()
      #expect(plot.mesh.pointCount == space.dofCount)
      for (point, value) in plot.values.enumerated() {
        let p = Array(plot.mesh.point(point)) + [0]
        #expect(abs(value - function(Point(p[0], p[1], p[2]))) < 1e-14)
      }
    }
  }

  @Test(arguments: ShapedBox.all)
  func `values and slopes at a point and on a side are those of a quadratic`(
    box: ShapedBox
  ) throws {
    let mesh = box.mesh(4, distortion: box.filling.hasPyramids ? 0 : 0.2)
    let space = try FunctionSpace(mesh, degree: 2)
    let flat = mesh.dimension == 2
    let field = Field(
      space, space.interpolate { $0.x * $0.x + 2 * $0.x * $0.y + (flat ? 0 : $0.z * $0.z) })
    var random = SeededRandom(seed: 4)
    let locator = CellLocator(mesh)
    for _ in 0..<20 {
      let p = (0..<mesh.dimension).map { _ in random.uniform(0.01...0.99) }
      let z = flat ? 0 : p[2]
      let wanted = p[0] * p[0] + 2 * p[0] * p[1] + z * z
      #expect(abs(try field.value(at: p, locator) - wanted) < 1e-12)
      #expect(abs(dot(try space.pointFunctional(at: p), field.values) - wanted) < 1e-12)
      let g = try field.gradient(at: p, locator)
      let slope = Point(2 * p[0] + 2 * p[1], 2 * p[0], 2 * z)
      #expect((g - slope).indices.allSatisfy { abs((g - slope)[$0]) < 1e-10 })
    }
    // On x = 1: ∫ |∇u|² = ∫ (2 + 2 y)² + 4 + 4 z².
    let right = try #require(mesh.region(named: "right"))
    let square = try field.seminormH1(over: right)
    #expect(abs(square * square - (28.0 / 3 + 4 + (flat ? 0 : 4.0 / 3))) < 1e-11)
  }

  @Test func `cells with and without nodes in their faces do not meet in space`() throws {
    let mesh = Box(size: [1, 1, 1], cells: [1, 1, 1], shape: .hexahedron).mesh()
    let (full, lean) = (mesh.withEdgeNodes(), mesh.withEdgeNodes(.serendipity))
    let count = Int32(full.pointCount)
    let both = Mesh(
      dimension: 3, coordinates: full.coordinates + lean.coordinates.map { $0 + 2 },
      blocks: [
        full.blocks[0],
        CellBlock(
          shape: .hexahedron, nodes: .serendipity,
          connectivity: lean.blocks[0].connectivity.map { $0 + count }),
      ])
    #expect(throws: FunctionSpaceError.mixedNodeSets) { try FunctionSpace(both, degree: 2) }
    #expect(try FunctionSpace(both, degree: 1).dofCount == 16)
  }
}
