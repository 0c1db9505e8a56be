internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
public import ModelReduction

/// Heat conduction in the unit square with b × b blocks of different conductivity, zero on the
/// boundary, heated evenly: the model problem of certified reduction.
///
/// Linear triangles, cells × cells squares cut crosswise into four; conductivities k[q] in
/// [0.1, 1]; errors in the H¹ seminorm, the energy where all k are one.
public struct ThermalBlock: Sendable {
  /// Blocks along each edge.
  public let blocks: Int
  /// The affine problem over the free unknowns.
  public let problem: AffineDecomposition
  /// Unknowns with those on the boundary.
  public let dofCount: Int

  /// Assembles the problem.
  ///
  /// - Precondition: `cells` is a multiple of `blocks`, so that no triangle lies in two blocks.
  public init(blocks: Int, cells: Int) throws {
    precondition(
      blocks > 0 && cells > 0 && cells.isMultiple(of: blocks),
      "\(cells) cells do not divide into \(blocks) blocks")
    self.blocks = blocks
    let mesh = Box(size: [1, 1], cells: [cells, cells], split: .crossed).mesh()
    var members = [[Int32]](repeating: [], count: blocks * blocks)
    for cell in 0..<mesh.cellCount {
      let square = cell / 4
      let (column, row) = (square % cells * blocks / cells, square / cells * blocks / cells)
      members[row * blocks + column].append(Int32(cell))
    }
    let block = mesh.topology.blockIndices(ofDimension: 2)[0]
    let regions = members.enumerated().map { q, cells in
      Region(
        name: "block\(q)", dimension: 2, members: [Region.Member(block: block, cells: cells)])
    }
    let functions = try FunctionSpace(mesh, degree: 1)
    dofCount = functions.dofCount
    let plan = AssemblyPlan(functions)
    let family = try plan.assemble(family: regions.map { [.stiffness(.constant(1), on: $0)] })
    let load: [Double] = try plan.assemble([
      LinearTerm.value(.constant(1), on: mesh.topology.everything(ofDimension: 2))
    ])
    let essential = try EssentialDofs(
      functions,
      mesh.regions.filter { $0.dimension == 1 }.map { DirichletCondition(.constant(0), on: $0) })
    let operators = Elimination(plan.pattern, essential).free(of: family)
    let space = try ParameterSpace(axes: [
      ParameterAxis(name: "k", size: blocks * blocks, range: 0.1...1, default: 1)
    ])
    let names = (0..<blocks * blocks).map { "k[\($0)]" }
    let ones = [Double](repeating: 1, count: blocks * blocks)
    problem = AffineDecomposition(
      parameterSpace: space, operatorSum: operators,
      operatorCoefficients: try CoefficientFamily(parsing: names, in: space),
      loadSum: AffineSum([essential.free(of: load)]),
      loadCoefficients: try CoefficientFamily(parsing: ["1"], in: space),
      innerProduct: InnerProduct(operators.combined(with: ones), name: "energy"),
      coercivity: CoercivityConditions(
        semidefinite: ones.map { _ in true }, reference: space.reference))
  }

  /// The training set of the peers: `perAxis` points along each axis where that makes at most
  /// 5000, else 2000 random points.
  public func training(perAxis: Int = 5) throws -> [Parameter] {
    var count = 1
    for _ in 0..<blocks * blocks where count <= 5000 { count *= perAxis }
    let space = problem.parameterSpace
    return count <= 5000
      ? try Sampling.grid.points(count: count, seed: 0, in: space)
      : try Sampling.random.points(count: 2000, seed: 0, in: space)
  }
}
