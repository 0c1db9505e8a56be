import FiniteElements
import Krylov
import LinearAlgebra
import Meshes
import Testing

/// Multigrid by nodes on elasticity.
@Suite(.serialized) struct ElasticMultigridTests {
  /// A cube, clamped on one side, its bottom held in z where `slips`: nodes with two unknowns left.
  struct Body {
    let matrix: SparseMatrix<Double>
    let modes: DenseMatrix<Double>
    let nodes: NodeBlocks

    init(_ n: Int, _ shape: CellShape, slips: Bool) throws {
      let mesh = Box(size: [1, 1, 1], cells: [n, n, n], shape: shape).mesh()
      let space = try FunctionSpace(mesh, degree: 1)
      let vectors = VectorSpace(space, components: 3)
      let clamped = Set(space.dofs(on: try #require(mesh.region(named: "left"))))
      let held = slips ? Set(space.dofs(on: try #require(mesh.region(named: "bottom")))) : []
      var free: [Int32] = []
      for dof in 0..<Int32(vectors.dofCount) where !clamped.contains(dof / 3) {
        if dof % 3 != 2 || !held.contains(dof / 3) { free.append(dof) }
      }
      let plan = VectorAssemblyPlan(vectors)
      let whole = mesh.topology.everything(ofDimension: 3)
      // E = 1 and ν = 0.3.
      let a: SparseMatrix<Double> = try plan.assemble([
        .elasticity(.constant(0.3 / (1.3 * 0.4), 0.5 / 1.3), on: whole)
      ])
      matrix = SparsityRestriction(plan.pattern, rows: free, columns: free).apply(a)
      let places = vectors.interpolate { $0 }
      let points = DenseMatrix(
        rows: (0..<space.dofCount).map { Array(places[3 * $0..<3 * $0 + 3]) })
      modes = RigidBodyModes.displacements(of: points).gathering(rows: free.map(Int.init))
      nodes = NodeBlocks(unknowns: free, of: 3)
    }

    func multigrid(coarsest: Int = 100) throws -> SmoothedAggregation {
      var options = SmoothedAggregation.Options()
      options.coarsest = coarsest
      return try SmoothedAggregation(matrix, nodes: nodes, nearNullSpace: modes, options)
    }
  }

  // Measured: 17, 19, 22 steps with tetrahedra, 14, 14, 15 with hexahedra, one or two fewer where the
  // bottom slips.
  @Test(arguments: [CellShape.tetrahedron, .hexahedron], [false, true])
  func `iterations hardly grow with the mesh, and the levels stay small`(
    shape: CellShape, slips: Bool
  ) throws {
    var counts: [Int] = []
    for n in [6, 12, 18] {
      let body = try Body(n, shape, slips: slips)
      let m = try body.multigrid()
      counts.append(iterations(body.matrix, m).with)
      #expect(m.operatorComplexity < 1.5)
    }
    #expect(counts[2] <= counts[0] + 7 && counts[2] <= 25, "\(counts)")
  }

  @Test(arguments: [CellShape.tetrahedron, .hexahedron])
  func `rigid motions pass unchanged where no prescribed unknown is near`(shape: CellShape) throws {
    let body = try Body(8, shape, slips: true)
    let carried = try #require(try body.multigrid().carriedSpace)
    var (exact, changed) = (0, 0)
    for c in 0..<6 {
      let mode = body.modes.column(c)
      let forces = body.matrix * mode
      for i in forces.indices {
        let difference = abs(carried[i, c] - mode[i])
        if abs(forces[i]) <= 1e-13 {
          #expect(difference <= 1e-12, "mode \(c), unknown \(i)")
          exact += 1
        } else if difference > 1e-3 {
          changed += 1
        }
      }
    }
    #expect(exact > 3 * body.matrix.rowCount && changed > 0, "\(exact), \(changed)")
  }

  @Test func `the cycle obeys the laws where nodes lack unknowns`() throws {
    let body = try Body(5, .tetrahedron, slips: true)
    #expect(!body.nodes.isUniform && body.nodes.unknownCount == body.matrix.rowCount)
    let m = try body.multigrid(coarsest: 20)
    #expect(m.levelSizes.count >= 3)
    checkLaws(of: m)
  }

  @Test func `one, two and three threads give the same bits`() throws {
    let before = Threads.count
    defer { Threads.count = before }
    let body = try Body(9, .tetrahedron, slips: true)
    let r: [Double] = randomVector(body.matrix.rowCount, seed: 8)
    let images = try [1, 2, 3].map { threads in
      Threads.count = threads
      return try body.multigrid().applied(to: r)
    }
    #expect(images[0] == images[1] && images[0] == images[2])
  }

  @Test func `the pattern shows the nodes`() throws {
    let body = try Body(4, .hexahedron, slips: true)
    let found = try #require(NodeBlocks(foundIn: body.matrix.pattern))
    #expect(found.nodeCount == body.nodes.nodeCount && found.componentCount == 3)
    #expect(NodeBlocks(foundIn: FivePointGrid(side: 9).laplacian().pattern) == nil)
  }

  @Test func `nodes without unknowns are passed over, others keep what they have`() {
    // Node 0 whole, node 1 gone, node 2 without its first component.
    let nodes = NodeBlocks(unknowns: [0, 1, 2, 7, 8], of: 3)
    #expect(nodes.nodeCount == 2 && nodes.unknownCount == 5 && !nodes.isUniform)
    #expect(NodeBlocks(unknowns: [3, 4, 5], of: 3) == NodeBlocks(unknowns: 3, perNode: 3))
  }
}
