public import ComplexModule
internal import Expressions
public import FiniteElements
public import LinearAlgebra
public import Meshes
public import ModelReduction
public import RealModule

/// Time-harmonic waves as a full-order model: the affine system K − k² M − i k C of a
/// ``HelmholtzProblem`` on a mesh.
///
/// A sweep over frequencies assembles once: k is a parameter like any other.
public struct HelmholtzModel: ParametricModel {
  /// The product errors are measured in, over the free unknowns.
  public enum Product: String, Sendable, CaseIterable {
    /// ∫ ∇u·∇v + k² u v with k at the reference parameter.
    case energy
    /// ∫ ∇u·∇v + u v.
    case h1 = "H1"
    /// ∫ u v.
    case l2 = "L2"
    /// Σ uᵢ vᵢ.
    case euclidean
  }

  /// The problem.
  public let problem: HelmholtzProblem
  /// The function space of u.
  public let space: FunctionSpace
  /// Terms, coefficients, outputs.
  public let system: AffineSystem<Complex<Double>>
  /// Solves it at any parameter, on any number of threads.
  public let solver: FullSystemSolver<Complex<Double>>

  /// The largest error of interpolated coefficients, relative to their size; 0 where none is.
  public let interpolationError: Double

  /// Where μ lives.
  public var parameterSpace: ParameterSpace { system.parameterSpace }
  /// What is worth a word: repaired or doubtful data, interpolated coefficients.
  public var notes: [String] { system.notes }

  /// Assembles the family.
  ///
  /// - Throws: What is wrong with the data, and in which entry.
  public init(
    _ problem: HelmholtzProblem, on mesh: Mesh, parameters: ParameterSpace,
    product: Product = .energy
  ) throws(PhysicsError) {
    self.problem = problem
    do throws(FunctionSpaceError) {
      space = try FunctionSpace(mesh, degree: problem.degree)
    } catch { throw PhysicsError(.problem, "\(error)") }
    let positive = parameters.positiveSymbols
    var builder = HelmholtzBuilder(problem, space, parameters, positive: positive)
    system = try builder.system(product: product)
    interpolationError = builder.interpolationError
    do throws(FactorizationError) { solver = try FullSystemSolver(system) } catch {
      throw PhysicsError(.problem, "\(error)")
    }
  }

  /// The solution at μ over the free unknowns.
  public func solve(at mu: Parameter) throws(ModelError) -> [Complex<Double>] {
    try solver.solve(at: mu)
  }

  /// The solutions at many parameters, on all threads, in their order.
  public func solve(at points: [Parameter]) throws(ModelError) -> [[Complex<Double>]] {
    try solver.solve(at: points)
  }

  /// u at all degrees of freedom, essential data included.
  public func field(
    _ free: [Complex<Double>], at mu: Parameter
  ) throws(ModelError) -> [Complex<Double>] {
    guard let reconstruction = system.field else { return free }
    return try reconstruction.field(free: free, at: mu, in: parameterSpace)
  }

  /// The quantities of interest of a state over the free unknowns, in their order.
  public func outputs(
    of free: [Complex<Double>], at mu: Parameter
  ) throws(ModelError) -> [(key: String, value: Complex<Double>)] {
    try system.outputValues(of: free, at: mu)
  }

  /// Its sizes in one line.
  public var summary: String {
    "\(space.dofCount) complex unknowns, \(system.dofCount) free; "
      + "\(system.operatorSum.terms.count) operator and \(system.loadSum.terms.count) load terms"
  }
}
