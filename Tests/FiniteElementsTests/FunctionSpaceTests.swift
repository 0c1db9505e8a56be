import FiniteElements
import Meshes
import TestSupport
import Testing

@Suite struct `Function spaces` {
  @Test func `quadratic spaces have a dof for each corner and each edge`() throws {
    let mesh = Box(size: [1, 1], cells: [5, 4]).mesh()
    let (points, edges) = (6 * 5, 5 * 5 + 6 * 4 + 20)
    #expect(try FunctionSpace(mesh, degree: 1).dofCount == points)
    #expect(try FunctionSpace(mesh, degree: 2).dofCount == points + edges)
    #expect(try FunctionSpace(mesh.withEdgeNodes(), degree: 2).dofCount == points + edges)
    #expect(try FunctionSpace(mesh.withEdgeNodes(), degree: 1).dofCount == points)
  }

  @Test func `points that no cell of the domain uses carry no dofs`() throws {
    let box = Box(size: [1, 1], cells: [2, 2]).mesh()
    let loose = CellBlock(shape: .line, order: 1, connectivity: [0, 9, 9, 10])
    let mesh = Mesh(
      dimension: 2, coordinates: box.coordinates + [5, 5, 6, 6], blocks: box.blocks + [loose],
      regions: box.regions + [
        Region(name: "loose", dimension: 1, members: [Region.Member(block: 2, cells: [0, 1])])
      ])
    for degree in [1, 2] {
      let space = try FunctionSpace(mesh, degree: degree)
      #expect(space.dofCount == (try FunctionSpace(box, degree: degree)).dofCount)
      let region = try #require(mesh.region(named: "loose"))
      #expect(space.looseCellCount(on: region) == 2)
      let plan = AssemblyPlan(space)
      #expect(throws: AssemblyError.looseCells(region: "loose", count: 2)) {
        try plan.assemble([.value(.constant(1), on: region)])
      }
      #expect(throws: FieldError.looseCells(region: "loose", count: 2)) {
        try Field(space, [Double](repeating: 1, count: space.dofCount)).integral(over: region)
      }
    }
  }

  @Test func `degrees and meshes without a space are refused`() throws {
    let mesh = Box(size: [1, 1], cells: [2, 2]).mesh()
    #expect(throws: FunctionSpaceError.unknownDegree(3)) { try FunctionSpace(mesh, degree: 3) }
    let mixed = Mesh(
      dimension: 2, coordinates: mesh.withEdgeNodes().coordinates,
      blocks: [mesh.withEdgeNodes().blocks[0], mesh.blocks[1]])
    #expect(throws: FunctionSpaceError.mixedOrders) { try FunctionSpace(mixed, degree: 2) }
    #expect(try FunctionSpace(mixed, degree: 1).dofCount == 9)
    let empty = Mesh(dimension: 2, coordinates: [], blocks: [])
    #expect(throws: FunctionSpaceError.noCells) { try FunctionSpace(empty, degree: 1) }
  }

  @Test(arguments: [1, 2])
  func `the dofs of a side are those that lie on it`(degree: Int) throws {
    let mesh = try NastyMesh.read(3)
    let space = try FunctionSpace(mesh, degree: degree)
    let top = try #require(mesh.region(named: "top"))
    let onTop = (0..<space.dofCount).filter { space.place(ofDof: $0).z == 1 }
    #expect(space.dofs(on: top) == onTop.map(Int32.init))
  }
}
