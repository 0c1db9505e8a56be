public import FiniteElements
internal import LinearAlgebra
public import Meshes
public import ModelReduction

/// Advection–diffusion in time as a full-order model: the affine evolution of an
/// ``AdvectionDiffusionProblem`` on a mesh. SUPG tests the rate u' along with the rest.
public struct AdvectionDiffusionEvolution: Sendable {
  /// The problem.
  public let problem: AdvectionDiffusionProblem
  /// The function space of u.
  public let space: FunctionSpace
  /// Terms, coefficients, scheme, outputs.
  public let evolution: AffineEvolution
  /// The outputs that are neither linear nor quadratic, to be evaluated on whole fields.
  public let fieldOutputs: [FieldOutput]
  /// The fluxes through held values, which depend on the states of a step together.
  public let heldFluxes: [HeldFlux]
  /// What is worth a word.
  public let notes: [String]
  /// Steps it in time at any parameter, on any number of threads.
  public let solver: FullEvolutionSolver

  /// Assembles the family.
  ///
  /// - Throws: What is wrong with the data, and in which entry; also where the coefficients do not
  ///   separate: then give the problem at one parameter (``AdvectionDiffusionProblem/at(_:)``) and no
  ///   parameter space.
  public init(
    _ problem: AdvectionDiffusionProblem, on mesh: Mesh, parameters: ParameterSpace,
    scheme: TimeScheme, grid: TimeGrid, product: DiffusionModel.Product = .energy
  ) throws(PhysicsError) {
    self.problem = problem
    let assembly = try ScalarAssembly(mesh, degree: problem.diffusion.degree, parameters)
    space = assembly.space
    if let obstacle = AdvectionForms.obstacle(problem, positive: assembly.positive) {
      throw PhysicsError(.problem, "\(obstacle); solve one parameter at a time")
    }
    let forms = try AdvectionForms(problem, assembly, times: grid.times)
    var builder = EvolutionBuilder(assembly, scheme: scheme, grid: grid)
    evolution = try builder.evolution(
      operators: forms.operators, masses: forms.masses, loads: forms.loads,
      of: EvolutionData(
        essential: EssentialValue.all(problem.diffusion), initials: problem.initials,
        outputs: problem.diffusion.outputs),
      structure: .general, coercivity: nil, product: product)
    notes = builder.notes
    (fieldOutputs, heldFluxes) = (builder.fieldOutputs, builder.heldFluxes)
    do throws(FactorizationError) { solver = try FullEvolutionSolver(evolution) } catch {
      throw PhysicsError(.problem, "\(error)")
    }
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
