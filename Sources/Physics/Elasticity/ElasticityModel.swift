internal import Expressions
public import FiniteElements
public import Krylov
public import LinearAlgebra
public import Meshes
public import ModelReduction

/// Linear elasticity as a full-order model: the affine family of an ``ElasticityProblem`` on a mesh.
public struct ElasticityModel: AffineModel {
  /// The product errors are measured in, over the free unknowns.
  public enum Product: String, Sendable, CaseIterable {
    /// The operator at the reference parameter.
    case energy
    /// ∫ u·v + ∇u : ∇v.
    case h1 = "H1"
    /// ∫ u·v.
    case l2 = "L2"
    /// Σ uᵢ vᵢ.
    case euclidean
  }

  /// The problem.
  public let problem: ElasticityProblem
  /// The space of u.
  public let space: VectorSpace
  /// Terms, coefficients, outputs.
  public let decomposition: AffineDecomposition
  /// Solves it at any parameter, on any number of threads.
  public let solver: FullOrderSolver
  /// What is worth a word: repaired or doubtful data.
  public let notes: [String]
  /// The outputs that no reduced model carries, to be evaluated on whole fields.
  public let fieldOutputs: [ElasticityOutput]
  let body: ElasticBody
  let outputSums: [ProblemPiece.OutputSum]

  /// Assembles the family.
  ///
  /// - Parameter interpolations: What was interpolated in the problem; bounds count its errors.
  /// - Throws: What is wrong with the data, and in which entry; a body that can move freely is
  ///   refused with its motions.
  public init(
    _ problem: ElasticityProblem, on mesh: Mesh, parameters: ParameterSpace,
    product: Product = .energy, interpolations: [CoefficientInterpolation.Report] = []
  ) throws(PhysicsError) {
    var builder = try ElasticityBuilder(problem, mesh, parameters)
    // What holds a piece may lie on another one.
    if !mesh.isPiece { try builder.refuseRigidMotions() }
    self.problem = problem
    space = builder.space
    body = builder.body
    decomposition = try builder.decomposition(product: product, interpolations)
    (notes, fieldOutputs) = (builder.notes, builder.fieldOutputs)
    outputSums = builder.outputSums
    solver = FullOrderSolver(decomposition)
  }

  /// The solution at μ over the free unknowns.
  public func solve(at mu: Parameter) throws(ModelError) -> [Double] { try solver.solve(at: mu) }

  /// The solutions at many parameters, on all threads, in their order.
  public func solve(at points: [Parameter]) throws(ModelError) -> [[Double]] {
    try solver.solve(at: points)
  }

  /// u at all degrees of freedom, prescribed and dependent ones included.
  public func field(_ free: [Double], at mu: Parameter) throws(ModelError) -> [Double] {
    guard let reconstruction = decomposition.field else { return free }
    return try reconstruction.field(free: free, at: mu, in: parameterSpace)
  }

  /// The stresses of a displacement at all degrees of freedom, recovered to the nodes.
  public func stress(of displacement: [Double], at mu: Parameter) -> NodalStress {
    NodalStress(body, displacement, at: mu)
  }

  /// The outputs that need the whole field, of a displacement at all degrees of freedom.
  ///
  /// - Throws: Where a point lies outside or an expression is not finite.
  public func fieldOutputValues(
    ofField displacement: [Double], at mu: Parameter
  ) throws(PhysicsError) -> [(key: String, value: Double)] {
    guard !fieldOutputs.isEmpty else { return [] }
    let evaluation = ElasticityEvaluation(body, displacement, at: mu)
    var values: [(key: String, value: Double)] = []
    for output in fieldOutputs {
      values.append((output.name, try evaluation.value(of: output)))
    }
    return values
  }

  /// Its sizes in one line.
  public var summary: String {
    let (operators, loads) = (decomposition.operatorSum.terms, decomposition.loadSum.terms)
    return "\(space.dofCount) unknowns, \(decomposition.dofCount) free; "
      + "\(operators.count) operator and \(loads.count) load terms"
  }
}

extension ElasticityModel {
  /// The rigid-body motions over the free unknowns, n × 3 in the plane and n × 6 in space: what coarse
  /// spaces of iterative solvers must hold. Nil for bodies of revolution, which have others.
  public var rigidMotions: DenseMatrix<Double>? { rigidMotions(about: nil) }

  /// The same with rotations about a given point; nil for the mean of the nodes.
  func rigidMotions(about centre: [Double]?) -> DenseMatrix<Double>? {
    let (scalar, d) = (space.scalar, space.components)
    guard d == scalar.mesh.dimension, space.geometry == .cartesian else { return nil }
    let points = (0..<scalar.dofCount).map { scalar.place(ofDof: $0) }
    let modes = RigidBodyModes.displacements(
      of: DenseMatrix(
        rowCount: points.count, columns: (0..<d).map { c in points.map { $0[c] } }),
      about: centre)
    return modes.gathering(
      rows: decomposition.field?.freeDofs.map(Int.init) ?? Array(0..<modes.rowCount))
  }

  /// Which free unknowns stand at the same node: what multigrid must keep together.
  public var nodes: NodeBlocks {
    guard let free = decomposition.field?.freeDofs else {
      return NodeBlocks(unknowns: space.dofCount, perNode: space.components)
    }
    return NodeBlocks(unknowns: free, of: space.components)
  }
}
