internal import Meshes

/// A term prepared for one block of cells.
struct SweepTerm: Sendable {
  let table: ElementTable
  let coefficient: Coefficient
  /// The components if they are constant.
  let constant: [Double]?
  /// What the coefficient depends on besides the coordinates; nil if on nothing.
  let inputs: PointInputs?
  /// The matrix or vector to which the term adds.
  let output: Int
  let region: String
}

/// One pass over the mesh that adds terms to matrices or to vectors.
struct Sweep: Sendable {
  let plan: AssemblyPlan
  let isMatrix: Bool
  /// For each block of the plan, its terms and where they act.
  private(set) var terms: [[SweepTerm]] = []
  private(set) var active: [ActiveTerms] = []
  /// The matrices that are multiples of a matrix assembled with the coefficient 1.
  private(set) var multiples: [Multiple] = []

  init(_ plan: AssemblyPlan, _ terms: [(term: BilinearTerm, output: Int)]) throws(AssemblyError) {
    for (term, _) in terms { try Sweep.checkFinite(term.coefficient, term.region) }
    let (terms, multiples) = Multiple.extract(terms, plan.space.mesh)
    let d = plan.space.mesh.dimension
    let tensor = d * (d + 1) / 2
    try self.init(
      plan, isMatrix: true,
      terms.map { term, output in
        let (form, counts): (ElementTable.Form, [Int]) =
          switch term.form {
          case .stiffness: (.stiffness, [1, tensor])
          case .mass: (.mass, [1])
          case .advection: (.advection, [d])
          case .conservativeAdvection: (.conservativeAdvection, [d])
          case .directional: (.directional, [2 * d])
          case .curvature(let axis): (.curvature(axis: axis), [1, tensor])
          }
        return Request(
          form: form, coefficient: term.coefficient,
          region: term.region, degree: term.quadratureDegree, output: output,
          dimensions: form == .mass ? d - 1...d : d...d, componentCounts: counts)
      })
    self.multiples = multiples
  }

  init(_ plan: AssemblyPlan, _ terms: [(term: LinearTerm, output: Int)]) throws(AssemblyError) {
    let d = plan.space.mesh.dimension
    try self.init(
      plan, isMatrix: false,
      terms.map { term, output in
        Request(
          form: term.form == .value ? .value : .gradient, coefficient: term.coefficient,
          region: term.region, degree: term.quadratureDegree, output: output,
          dimensions: term.form == .value ? 0...d : d...d,
          componentCounts: term.form == .value ? [1] : [d])
      })
  }

  private struct Request {
    let form: ElementTable.Form
    let coefficient: Coefficient
    let region: Region
    let degree: Int?
    let output: Int
    let dimensions: ClosedRange<Int>
    let componentCounts: [Int]
  }

  private init(
    _ plan: AssemblyPlan, isMatrix: Bool, _ requests: [Request]
  ) throws(AssemblyError) {
    self.plan = plan
    self.isMatrix = isMatrix
    for request in requests { try Sweep.check(request, plan.space) }
    var tables: [TableKey: ElementTable] = [:]
    for block in plan.blocks {
      var mine: [SweepTerm] = []
      var cells: [[Int32]] = []
      for request in requests {
        guard let member = request.region.members.first(where: { $0.block == block.block })
        else { continue }
        let shape = plan.space.mesh.blocks[block.block].shape
        let geometry = plan.space.geometry(ofBlock: block.block)
        let constant = request.coefficient.constantComponents
        let isExact = constant != nil && geometry == .corners && shape.isSimplex
        let key = TableKey(
          form: request.form, shape: shape, nodes: plan.space.nodeSet(ofBlock: block.block),
          geometry: geometry,
          degree: request.degree
            ?? Sweep.quadratureDegree(request.form, plan.space.degree, isExact: isExact))
        let table =
          tables[key]
          ?? ElementTable(
            key.form, shape, nodes: key.nodes, geometry: geometry,
            rule: Quadrature(shape, degree: key.degree))
        tables[key] = table
        let inputs = try PointInputs(
          request.coefficient, plan.space, member, table.rule, region: request.region)
        mine.append(
          SweepTerm(
            table: table, coefficient: request.coefficient, constant: constant,
            inputs: inputs, output: request.output, region: request.region.name))
        cells.append(member.cells)
      }
      terms.append(mine)
      active.append(
        ActiveTerms(cells, cellCount: plan.space.mesh.blocks[block.block].cellCount))
    }
  }

  private struct TableKey: Hashable {
    let form: ElementTable.Form
    let shape: CellShape
    let nodes: NodeSet
    let geometry: NodeSet
    let degree: Int
  }

  /// Exact for constant coefficients on straight simplices; one or two degrees more where the
  /// integrand is not a polynomial, so that quadrature disturbs neither the order nor, much, the
  /// constant. On the other cells that is the full order of the element, which is exact on affine
  /// ones: `degree` + 1 Gauss points in each direction.
  private static func quadratureDegree(
    _ form: ElementTable.Form, _ degree: Int, isExact: Bool
  ) -> Int {
    switch form {
    case .stiffness, .directional: isExact ? 2 * (degree - 1) : 2 * degree
    case .advection, .conservativeAdvection: isExact ? 2 * degree - 1 : 2 * degree
    case .mass: isExact ? 2 * degree : 2 * degree + 1
    case .curvature: isExact ? degree - 1 : 2 * degree
    case .value: isExact ? degree : 2 * degree + 1
    case .gradient: isExact ? degree - 1 : 2 * degree
    }
  }

  private static func checkFinite(
    _ coefficient: Coefficient, _ region: Region
  ) throws(AssemblyError) {
    if let constant = coefficient.constantComponents, !constant.allSatisfy(\.isFinite) {
      throw .notFinite(region: region.name, point: [])
    }
  }

  private static func check(
    _ request: Request, _ space: FunctionSpace
  ) throws(AssemblyError) {
    let region = request.region
    guard request.dimensions.contains(region.dimension) else {
      throw .wrongDimension(
        region: region.name, dimension: region.dimension, allowed: request.dimensions)
    }
    guard request.componentCounts.contains(request.coefficient.componentCount) else {
      throw .wrongComponentCount(
        region: region.name, count: request.coefficient.componentCount,
        allowed: request.componentCounts)
    }
    try checkFinite(request.coefficient, region)
    let loose = space.looseCellCount(on: region)
    if loose > 0 { throw .looseCells(region: region.name, count: loose) }
  }
}
