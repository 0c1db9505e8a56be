internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction

/// The discretised body: points with their laws, supports, and loads as sums over functions of time
/// and parameters.
struct MechanicalBody: Sendable {
  let space: VectorSpace
  let points: IntegrationPoints
  let materials: MaterialAssignment
  /// The cells of each material.
  let regions: [Region]
  let constraints: Constraints
  let pattern: ConstrainedPattern
  /// f = Σ θ_p f_p, at all dofs.
  let loads: [[Double]]
  let loadCoefficients: CoefficientFamily
  /// θ_d of the prescribed displacements Σ θ_d w_d.
  let liftCoefficients: CoefficientFamily
  let temperatures: TemperatureHistory
  /// Finds the cell of a point.
  let locator: CellLocator
  let timeSpace: ParameterSpace
  let notes: [String]

  init(
    _ problem: ElastoviscoplasticProblem, _ mesh: Mesh, _ parameters: ParameterSpace,
    _ grid: TimeGrid
  ) throws(PhysicsError) {
    let scalar: FunctionSpace
    do throws(FunctionSpaceError) {
      scalar = try FunctionSpace(mesh, degree: problem.degree)
    } catch { throw PhysicsError(.problem, "\(error)") }
    let mechanics = problem.mechanics
    space = try VectorSpace(displacementsOver: scalar, mechanics.assumption)
    regions = try mesh.materialRegions(problem.materials.map(\.regions))
    try MechanicalBody.check(problem, mesh)
    let plan = VectorAssemblyPlan(space)
    do throws(AssemblyError) {
      points = try IntegrationPoints(
        plan, dilatation: problem.locking == .none ? .pointwise : .averaged,
        degree: problem.quadratureDegree)
    } catch { throw PhysicsError(.problem, "\(error)") }
    var groups: [MaterialAssignment.Group] = []
    for (material, region) in zip(problem.materials, regions) {
      groups.append(
        MaterialAssignment.Group(law: material.law, points: points.points(of: region)))
    }
    let laws = MaterialAssignment(groups)
    materials = laws.readsSites ? MaterialAssignment(groups, sites: points.sites) : laws
    let positive = parameters.positiveSymbols
    let loads = try ElasticLoads(mechanics, space, nil, positive: positive)
    let supports = try Supports(mechanics, space, parameters, positive: positive)
    let motions = try RigidMotions(space, supports.equations, foundation: nil)
    guard motions.count == 0 else {
      throw PhysicsError(
        .problem, motions.message(regions.map { (name: $0.name, region: $0) }, scalar))
    }
    constraints = supports.constraints
    guard !constraints.free.isEmpty else {
      throw PhysicsError(.problem, "the displacement is prescribed everywhere; nothing is unknown")
    }
    pattern = ConstrainedPattern(plan.pattern, constraints)
    do throws(AssemblyError) {
      self.loads = loads.terms.isEmpty ? [] : try plan.assemble(family: loads.terms).terms
    } catch { throw PhysicsError(.problem, "\(error)") }
    do throws(ParameterSpaceError) { timeSpace = try parameters.withTime(over: grid) } catch {
      throw PhysicsError(.problem, "\(error)")
    }
    loadCoefficients = try coefficientFamily(loads.coefficients, in: timeSpace, .problem)
    liftCoefficients = try coefficientFamily(supports.coefficients, in: timeSpace, .problem)
    for theta in loads.coefficients + supports.coefficients {
      try checkFinite(theta, in: parameters, times: grid.times, of: .problem, as: "a load")
    }
    temperatures = try TemperatureHistory(problem, points, regions, parameters)
    locator = CellLocator(problem.degree == 1 && mesh.order > 1 ? mesh.vertexOnly() : mesh)
    notes = supports.notes
  }

  private static func check(
    _ problem: ElastoviscoplasticProblem, _ mesh: Mesh
  ) throws(PhysicsError) {
    for (b, boundary) in problem.boundaries.enumerated() where boundary.foundation != nil {
      throw PhysicsError(
        .boundary(b),
        "a foundation is known to linear elasticity only; model the springs as a "
          + "layer of elastic material")
    }
    if problem.locking == .averagedDilatation {
      try mesh.refuseAveragedDilatation(degree: problem.degree)
    }
  }

  /// f at all dofs.
  func external(at mu: Parameter, time: Double) throws(ModelError) -> [Double] {
    let theta = try loadCoefficients.checkedValues(at: mu.at(time: time), in: timeSpace)
    var sum = [Double](repeating: 0, count: space.dofCount)
    for (factor, load) in zip(theta, loads) where factor != 0 { axpy(factor, load, into: &sum) }
    return sum
  }

  /// The prescribed part of u at all dofs.
  func prescribed(at mu: Parameter, time: Double) throws(ModelError) -> [Double] {
    let theta = try liftCoefficients.checkedValues(at: mu.at(time: time), in: timeSpace)
    var sum = [Double](repeating: 0, count: space.dofCount)
    for (factor, lift) in zip(theta, constraints.lifts) where factor != 0 {
      axpy(factor, lift, into: &sum)
    }
    return sum
  }

  /// A point in words, for messages.
  func words(ofPoint p: Int) -> String {
    let (block, cell, place) = points.cell(ofPoint: p)
    let mesh = space.scalar.mesh
    let at = points.places.prefix(mesh.dimension).map { "\(Float($0[p]))" }
    return "point \(place + 1) of \(mesh.blocks[block].shape) \(cell) of block \(block), at ("
      + at.joined(separator: ", ") + ")"
  }
}
