internal import LinearAlgebra
internal import Meshes

/// The element matrices of one mixed term on the cells of one block.
struct MixedKernel: Sendable {
  private let plan: MixedAssemblyPlan
  private let term: MixedTerm
  private let block: Int
  private let rule: Quadrature
  private let shape: CellShape
  private let test: [Double]
  private let trial: [Double]
  private let trialGradients: [Double]
  private let geometryValues: [Double]
  private let geometryGradients: [Double]
  private let geometryCount: Int

  /// The geometry is that of the space of higher degree, which is the isoparametric one if any is.
  private var frameSpace: FunctionSpace {
    plan.trial.degree >= plan.test.degree ? plan.trial : plan.test
  }

  init(_ plan: MixedAssemblyPlan, _ term: MixedTerm, block: Int) {
    (self.plan, self.term, self.block) = (plan, term, block)
    shape = plan.test.mesh.blocks[block].shape
    rule = Quadrature(shape, degree: plan.test.degree + plan.trial.degree + 1)
    test = Lagrange(shape, plan.test.nodeSet(ofBlock: block)).values(at: rule)
    let element = Lagrange(shape, plan.trial.nodeSet(ofBlock: block))
    trial = element.values(at: rule)
    trialGradients = element.gradients(at: rule)
    let space = plan.trial.degree >= plan.test.degree ? plan.trial : plan.test
    let geometry = Lagrange(shape, space.geometry(ofBlock: block))
    geometryValues = geometry.values(at: rule)
    geometryGradients = geometry.gradients(at: rule)
    geometryCount = geometry.count
  }

  /// The matrices of some cells, row by row, one after the other.
  // Safe: dofs and cells are in range by construction of the space.
  func matrices(_ cells: ArraySlice<Int32>) -> Result<[Double], AssemblyError> {
    let space = frameSpace
    let (m, n) = (plan.test.dofMap.dofsPerCell[block], plan.trial.dofMap.dofsPerCell[block])
    let count = space.dofMap.dofsPerCell[block]
    var result = [Double](repeating: 0, count: cells.count * m * n)
    var points = [[Double]](repeating: [], count: 3)
    var geometry: [CellGeometry] = []
    var degenerate: Int?
    unsafe withPointers(
      space.dofMap.cellDofs[block], space.dofCoordinates, geometryValues, geometryGradients
    ) { dofs, coordinates, values, gradients in
      for cell in cells {
        let nodes = unsafe CellNodes(
          coordinates: coordinates, dofs: dofs + Int(cell) * count, d: space.mesh.dimension,
          m: shape.dimension, count: geometryCount)
        for q in 0..<rule.count {
          let g = unsafe nodes.curved(gradients + q * geometryCount * shape.dimension)
          if !(g.ratio > 0 && g.ratio < .infinity) { degenerate = degenerate ?? Int(cell) }
          geometry.append(g)
          let x = unsafe nodes.point(values + q * geometryCount)
          for axis in 0..<3 { points[axis].append(x[axis]) }
        }
      }
    }
    if let degenerate { return .failure(.degenerateCell(block: block, cell: degenerate)) }
    let coefficient = term.coefficient.values(atColumns: points)[0]
    if let bad = coefficient.firstIndex(where: { !$0.isFinite }) {
      return .failure(
        .notFinite(
          region: term.region.name,
          point: (0..<space.mesh.dimension).map { points[$0][bad] }))
    }
    var column = [Double](repeating: 0, count: n)
    for place in 0..<cells.count {
      for q in 0..<rule.count {
        let g = geometry[place * rule.count + q]
        let weight = rule.weights[q] * g.ratio * coefficient[place * rule.count + q]
        for j in 0..<n { column[j] = weight * trialFactor(j, q, n, g) }
        for i in 0..<m {
          let phi = test[q * m + i]
          for j in 0..<n { result[(place * m + i) * n + j] += phi * column[j] }
        }
      }
    }
    return .success(result)
  }

  /// u or its derivative for basis function j at point q.
  private func trialFactor(_ j: Int, _ q: Int, _ n: Int, _ g: CellGeometry) -> Double {
    guard case .derivative(let axis) = term.form else { return trial[q * n + j] }
    let m = shape.dimension
    var slope = SIMD3<Double>.zero
    for a in 0..<m { slope[a] = trialGradients[(q * n + j) * m + a] }
    return g.gradient(slope)[axis]
  }
}
