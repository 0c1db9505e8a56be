internal import Meshes

/// A term of a vector form prepared for one block of cells.
struct VectorSweepTerm: Sendable {
  enum Form: Sendable, Hashable {
    /// λ div u div v + 2 μ ε(u) : ε(v).
    case isotropic
    /// ε(u) : C ε(v) with a full C.
    case anisotropic
    /// λ div u div v with the mean dilatation of each cell.
    case meanDilatation
    case mass, foundation, normalFoundation
    case force, pressure, stress, gradient
  }
  let form: Form
  let table: VectorTable
  let coefficient: Coefficient
  /// The components if they are constant.
  let constant: [Double]?
  /// What the coefficient depends on besides the coordinates; nil if on nothing.
  let inputs: PointInputs?
  /// The components of the coefficient that stand for λ and μ.
  let lame: (lambda: Int?, mu: Int?)
  /// The matrix or vector to which the term adds.
  let output: Int
  let region: String
  /// For each cell of the block, 1 where its normal points out of the domain, −1 where it points
  /// in; only for pressures.
  let sides: [Int8]

  var isMatrix: Bool {
    switch form {
    case .force, .pressure, .stress, .gradient: false
    default: true
    }
  }
}

/// One pass over the mesh that adds terms of a vector space to matrices or to vectors.
struct VectorSweep: Sendable {
  let plan: VectorAssemblyPlan
  let isMatrix: Bool
  /// For each block of the plan, its terms and where they act.
  private(set) var terms: [[VectorSweepTerm]] = []
  private(set) var active: [ActiveTerms] = []

  init(
    _ plan: VectorAssemblyPlan, _ terms: [(term: VectorBilinearTerm, output: Int)]
  ) throws(AssemblyError) {
    try self.init(plan, isMatrix: true, terms.flatMap { VectorRequest.requests(of: $0, $1, plan) })
  }

  init(
    _ plan: VectorAssemblyPlan, _ terms: [(term: VectorLinearTerm, output: Int)]
  ) throws(AssemblyError) {
    try self.init(plan, isMatrix: false, terms.map { VectorRequest($0, $1, plan) })
  }

  private init(
    _ plan: VectorAssemblyPlan, isMatrix: Bool, _ requests: [VectorRequest]
  ) throws(AssemblyError) {
    self.plan = plan
    self.isMatrix = isMatrix
    let space = plan.scalar.space
    for request in requests { try request.check(space) }
    var tables: [TableKey: VectorTable] = [:]
    for block in plan.scalar.blocks {
      var mine: [VectorSweepTerm] = []
      var cells: [[Int32]] = []
      let shape = space.mesh.blocks[block.block].shape
      let element = space.element(ofBlock: block.block)
      let geometry = space.geometricElement(ofBlock: block.block)
      for request in requests {
        guard let member = request.region.members.first(where: { $0.block == block.block })
        else { continue }
        let key = TableKey(
          shape: shape, element: element.count, geometry: geometry.count,
          degree: request.quadratureDegree(shape, space.degree, isStraight: geometry.degree == 1))
        let table =
          tables[key]
          ?? VectorTable(element, geometry: geometry, rule: Quadrature(shape, degree: key.degree))
        tables[key] = table
        mine.append(
          VectorSweepTerm(
            form: request.form(shape, space.degree), table: table,
            coefficient: request.coefficient, constant: request.coefficient.constantComponents,
            inputs: try PointInputs(
              request.coefficient, space, member, table.rule, region: request.region),
            lame: request.lame, output: request.output, region: request.region.name,
            sides: request.form == .pressure
              ? try space.sides(of: member, region: request.region.name) : []))
        cells.append(member.cells)
      }
      terms.append(mine)
      active.append(ActiveTerms(cells, cellCount: space.mesh.blocks[block.block].cellCount))
    }
  }

  private struct TableKey: Hashable {
    let shape: CellShape
    let element: Int
    let geometry: Int
    let degree: Int
  }
}

extension FunctionSpace {
  /// The basis functions on the cells of a block.
  func element(ofBlock block: Int) -> Lagrange {
    Lagrange(mesh.blocks[block].shape, nodeSet(ofBlock: block))
  }

  /// The functions that map the reference cell to the cells of a block.
  func geometricElement(ofBlock block: Int) -> Lagrange {
    Lagrange(mesh.blocks[block].shape, geometry(ofBlock: block))
  }
}
