public import FiniteElements
internal import LinearAlgebra
public import Meshes
public import ModelReduction

/// Steady diffusion as a full-order model: the affine family of a ``DiffusionProblem`` on a mesh.
///
/// The decomposition comes out of the expressions; see ``DiffusionProblem`` for the weak form.
public struct DiffusionModel: AffineModel {
  /// The product errors are measured in, over the free unknowns.
  public enum Product: String, Sendable, CaseIterable {
    /// The operator at the reference parameter.
    case energy
    /// ∫ u v + ∇u·∇v.
    case h1 = "H1"
    /// ∫ u v.
    case l2 = "L2"
    /// Σ uᵢ vᵢ.
    case euclidean
  }

  /// The problem.
  public let problem: DiffusionProblem
  /// The function space of u.
  public let space: FunctionSpace
  /// Terms, coefficients, outputs.
  public let decomposition: AffineDecomposition
  /// The outputs that are neither linear nor quadratic, to be evaluated on whole fields.
  public let fieldOutputs: [FieldOutput]
  /// What is worth a word: repaired or doubtful data.
  public let notes: [String]
  /// Solves it at any parameter, on any number of threads.
  public let solver: FullOrderSolver
  let outputSums: [ProblemPiece.OutputSum]

  /// Assembles the family.
  ///
  /// - Parameter interpolations: What was interpolated in the problem; bounds count its errors.
  /// - Throws: What is wrong with the data, and in which entry.
  public init(
    _ problem: DiffusionProblem, on mesh: Mesh, parameters: ParameterSpace,
    product: Product = .energy, interpolations: [CoefficientInterpolation.Report] = []
  ) throws(PhysicsError) {
    self.problem = problem
    let assembly = try ScalarAssembly(mesh, degree: problem.degree, parameters)
    space = assembly.space
    var builder = DiffusionBuilder(problem, assembly)
    decomposition = try builder.decomposition(product: product, interpolations)
    notes = builder.notes
    fieldOutputs = builder.fieldOutputs
    outputSums = builder.outputSums
    solver = FullOrderSolver(decomposition)
  }

  /// The solution at μ over the free unknowns.
  public func solve(at mu: Parameter) throws(ModelError) -> [Double] { try solver.solve(at: mu) }

  /// The solutions at many parameters, on all threads, in their order.
  public func solve(at points: [Parameter]) throws(ModelError) -> [[Double]] {
    try solver.solve(at: points)
  }

  /// u at all degrees of freedom, essential data included.
  public func field(_ free: [Double], at mu: Parameter) throws(ModelError) -> [Double] {
    guard let reconstruction = decomposition.field else { return free }
    return try reconstruction.field(free: free, at: mu, in: parameterSpace)
  }
}

extension DiffusionModel {
  /// Its sizes in one line.
  public var summary: String {
    let (operators, loads) = (decomposition.operatorSum.terms, decomposition.loadSum.terms)
    return "\(space.dofCount) unknowns, \(decomposition.dofCount) free; "
      + "\(operators.count) operator and \(loads.count) load terms"
  }
}
