internal import Expressions
public import FiniteElements
internal import LinearAlgebra
public import Meshes
public import ModelReduction

/// Linear heat conduction in time as a full-order model: the affine evolution of a ``HeatProblem``
/// on a mesh. Nonlinear problems are those of ``NonlinearHeatModel``, steady linear ones those of
/// ``DiffusionModel``.
public struct HeatModel: Sendable {
  /// The problem.
  public let problem: HeatProblem
  /// The function space of u.
  public let space: FunctionSpace
  /// Terms, coefficients, scheme, outputs.
  public let evolution: AffineEvolution
  /// The outputs that are neither linear nor quadratic, to be evaluated on whole fields.
  public let fieldOutputs: [FieldOutput]
  /// The fluxes through held values, which depend on the states of a step together.
  public let heldFluxes: [HeldFlux]
  /// What is worth a word: doubtful data.
  public let notes: [String]
  /// Steps it in time at any parameter, on any number of threads.
  public let solver: FullEvolutionSolver

  /// Where μ lives.
  public var parameterSpace: ParameterSpace { evolution.parameterSpace }

  /// Assembles the family.
  ///
  /// - Parameter product: How errors are measured at a time; `.energy` is here the operator at the
  ///   reference parameter plus the mass over the duration, positive definite in any case.
  /// - Parameter interpolations: What was interpolated in the problem; bounds count its errors.
  /// - Throws: What is wrong with the data, and in which entry.
  public init(
    _ problem: HeatProblem, on mesh: Mesh, parameters: ParameterSpace, scheme: TimeScheme,
    grid: TimeGrid, product: DiffusionModel.Product = .energy,
    interpolations: [CoefficientInterpolation.Report] = []
  ) throws(PhysicsError) {
    guard !problem.isNonlinear else {
      throw PhysicsError(
        .problem,
        "a coefficient depends on u, or one of the left side on t, or a boundary radiates: the "
          + "problem is one for Newton's method")
    }
    guard !problem.capacities.isEmpty else {
      throw PhysicsError(.problem, "heat in time needs a density and a specific heat")
    }
    self.problem = problem
    let assembly = try ScalarAssembly(mesh, degree: problem.conduction.degree, parameters)
    space = assembly.space
    let operators = try OperatorForms(
      problem.conduction, space, parameters, positive: assembly.positive)
    let mass = try HeatModel.mass(problem, assembly)
    var builder = EvolutionBuilder(assembly, scheme: scheme, grid: grid)
    evolution = try builder.evolution(
      operators: operators.forms, masses: mass,
      loads: try LoadForms(
        problem.conduction, space, parameters, times: grid.times, positive: assembly.positive),
      of: EvolutionData(
        essential: EssentialValue.all(problem.conduction), initials: problem.initials,
        outputs: problem.conduction.outputs),
      structure: .symmetric,
      coercivity: operators.coercivity(at: parameters.reference), product: product,
      interpolations: interpolations)
    notes = builder.notes
    (fieldOutputs, heldFluxes) = (builder.fieldOutputs, builder.heldFluxes)
    do throws(FactorizationError) { solver = try FullEvolutionSolver(evolution) } catch {
      throw PhysicsError(.problem, "\(error)")
    }
  }

  /// ∫ c u v.
  private static func mass(
    _ problem: HeatProblem, _ assembly: ScalarAssembly
  ) throws(PhysicsError) -> CapacityForms {
    var forms = CapacityForms()
    let regions = try assembly.space.mesh.materialRegions(
      problem.conduction.materials.map(\.regions))
    for (m, region) in regions.enumerated() where region.cellCount > 0 {
      try forms.add(capacity: problem.capacities[m], on: region, of: .material(m), assembly)
    }
    return forms
  }

  /// u at all degrees of freedom at a time, essential data included.
  ///
  /// - Throws: When μ does not fit.
  public func field(
    _ free: [Double], at mu: Parameter, time: Double
  ) throws(ModelError) -> [Double] { try evolution.field(free, at: mu, time: time) }

  /// Its sizes in one line.
  public var summary: String { evolution.summary(of: space) }
}

extension AffineEvolution {
  /// u at all degrees of freedom at a time.
  func field(_ free: [Double], at mu: Parameter, time: Double) throws(ModelError) -> [Double] {
    guard let field else { return free }
    return try field.field(free: free, at: mu.at(time: time), in: timeSpace)
  }

  func summary(of space: FunctionSpace) -> String {
    "\(space.dofCount) unknowns, \(dofCount) free; \(massSum.terms.count) mass, "
      + "\(operatorSum.terms.count) operator and \(loadSum.terms.count) load terms; "
      + "\(grid.stepCount) steps of \(scheme.rawValue)"
  }
}
