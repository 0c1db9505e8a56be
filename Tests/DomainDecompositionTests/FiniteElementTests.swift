import DomainDecomposition
import FiniteElements
import Krylov
import LinearAlgebra
import Meshes
import Testing

/// Diffusion in a cube of tetrahedra, by way of the rooms that users assemble with.
@Suite struct FiniteElementTests {
  /// A mesh, the free unknowns of its cells and the matrix of any of them.
  struct Cube {
    let plan: AssemblyPlan
    let elimination: Elimination
    let cells: [[Int32]]
    let matrix: SparseMatrix<Double>
    let coefficient: Coefficient

    init(cells n: Int, degree: Int, _ coefficient: Coefficient) throws {
      let mesh = Box(size: [1, 1, 1], cells: [n, n, n]).mesh()
      let space = try FunctionSpace(mesh, degree: degree)
      plan = AssemblyPlan(space)
      self.coefficient = coefficient
      let left = try #require(mesh.region(named: "left"))
      let essential = try EssentialDofs(
        space, [DirichletCondition(.constant(0), on: left)])
      elimination = Elimination(plan.pattern, essential)
      var number = [Int32](repeating: -1, count: space.dofCount)
      for (k, i) in essential.free.enumerated() { number[Int(i)] = Int32(k) }
      let map = space.dofMap
      cells = (0..<mesh.blocks[0].cellCount).map { cell in
        let range = cell * map.dofsPerCell[0]..<(cell + 1) * map.dofsPerCell[0]
        return map.cellDofs[0][range].map { number[Int($0)] }
      }
      matrix = try Self.assembled(
        plan, elimination, coefficient, Array(0..<mesh.blocks[0].cellCount))
    }

    static func assembled(
      _ plan: AssemblyPlan, _ elimination: Elimination, _ a: Coefficient, _ cells: [Int]
    ) throws -> SparseMatrix<Double> {
      let region = Region(
        name: "cells", dimension: 3,
        members: [Region.Member(block: 0, cells: cells.map { Int32($0) })])
      return elimination.free(of: try plan.assemble([.stiffness(a, on: region)]))
    }

    func matrix(of cells: [Int]) throws -> SparseMatrix<Double> {
      try Self.assembled(plan, elimination, coefficient, cells)
    }
  }

  @Test(arguments: [1, 2])
  func `cells assembled colour by colour serve as elements`(degree: Int) throws {
    // Bars along x in four places of the cross-section, stiffer by 1e5, through all subdomains.
    let bars = Coefficient { point in
      let (y, z) = (point.y * 4, point.z * 4)
      let isBar = y - y.rounded(.down) < 0.5 && z - z.rounded(.down) < 0.5
      return isBar ? 1e5 : 1
    }
    let cube = try Cube(cells: degree == 1 ? 12 : 8, degree: degree, bars)
    let a = cube.matrix
    let parts = try OverlappingDecomposition(a.pattern, count: 8, overlap: 1)
    let neumann = try CellNeumannMatrices(parts, cells: cube.cells) { try cube.matrix(of: $0) }
    // One colour is one assembly: the matrices are those of the cells of each subdomain alone.
    for j in [0, 5] {
      let own = cube.cells.indices.filter { parts.subdomains(holding: cube.cells[$0]).contains(j) }
      let unknowns = parts.subdomains[j].unknowns
      let alone = try cube.matrix(of: own).restricted(rows: unknowns, columns: unknowns)
      #expect(difference(neumann.matrix(of: j).values, alone.values) <= 1e-14)
    }
    let geneo = try GenEO(threshold: 0.3).space(a, parts, multiplicity: neumann.multiplicity) {
      neumann.matrix(of: $0)
    }
    let m = try TwoLevelSchwarz<SparseCholesky>(a, geneo.space)
    let bound = try #require(geneo.conditionBound(.balanced))
    #expect(try SpectrumEstimate(a, m).condition <= bound)
    func iterations(_ m: some Preconditioner<Double>) -> Int {
      var solver = ConjugateGradients<Double>(order: a.rowCount)
      let (_, report) = solver.solve(
        a, [Double](repeating: 1, count: a.rowCount), preconditioner: m)
      #expect(report.status == .converged)
      return report.iterations
    }
    let (spectral, constants) = (
      iterations(m), iterations(try TwoLevelSchwarz<SparseCholesky>(a, .nicolaides(parts)))
    )
    // 30 and 66 with linear elements, 26 and 60 with quadratic ones.
    #expect(spectral <= 35 && 2 * constants > 3 * spectral, "\(spectral), \(constants)")
  }
}
