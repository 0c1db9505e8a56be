internal import Expressions
public import FiniteElements
public import LinearAlgebra
public import Meshes
public import ModelReduction

/// Steady advection–diffusion as a full-order model.
///
/// Where the coefficients separate, it is an ``AffineSystem`` that can be reduced; where they do not,
/// as with SUPG and a velocity that depends on a parameter, it is assembled anew for each parameter,
/// unless they are interpolated first (``CoefficientInterpolation``).
public struct AdvectionDiffusionModel: Sendable {
  /// The problem.
  public let problem: AdvectionDiffusionProblem
  /// Where μ lives.
  public let parameterSpace: ParameterSpace
  /// The function space of u.
  public let space: FunctionSpace
  /// Terms, coefficients, outputs; nil where they do not separate.
  public let system: AffineSystem<Double>?
  /// Why there is no affine system, hence no reduced model; nil where there is one.
  public let obstacle: String?
  /// The linear and quadratic outputs and extrema.
  public let outputs: [SystemOutput<Double>]
  /// The other outputs, to be evaluated on whole fields.
  public let fieldOutputs: [FieldOutput]
  /// What is worth a word: doubtful data.
  public let notes: [String]
  /// What is worth a word where the model is reduced: in which product, or why not.
  public let reductionNotes: [String]
  private let solver: FullSystemSolver<Double>?
  private let assembly: ScalarAssembly
  private let essential: EssentialData
  private let elimination: Elimination
  private let reconstruction: FieldReconstruction

  /// Assembles the family, or prepares its assembly at single parameters.
  ///
  /// - Parameter product: How errors are measured; `.energy` is the symmetric part of the operator at
  ///   the reference parameter, or H1 where that is not positive definite.
  /// - Throws: What is wrong with the data, and in which entry.
  public init(
    _ problem: AdvectionDiffusionProblem, on mesh: Mesh, parameters: ParameterSpace,
    product: DiffusionModel.Product = .energy
  ) throws(PhysicsError) {
    (self.problem, parameterSpace) = (problem, parameters)
    assembly = try ScalarAssembly(mesh, degree: problem.diffusion.degree, parameters)
    space = assembly.space
    essential = try assembly.essential(EssentialValue.all(problem.diffusion))
    elimination = Elimination(assembly.plan.pattern, essential.dofs)
    obstacle = AdvectionForms.obstacle(problem, positive: assembly.positive)
    let residual =
      obstacle == nil ? try AdvectionDiffusionModel.residual(problem, assembly) : nil
    let outputs = try OutputForms(
      problem.diffusion.outputs, assembly.plan, essential, parameters,
      positive: assembly.positive,
      inflows: residual.map { .functionals($0) } ?? .refused)
    self.outputs = outputs.outputs.map { SystemOutput($0) }
    fieldOutputs = outputs.fieldOutputs
    reconstruction = FieldReconstruction(
      dofCount: space.dofCount, freeDofs: essential.freeDofs, lifts: AffineSum(essential.lifts),
      liftCoefficients: try assembly.family(essential.coefficients))
    notes = essential.notes
    var notes: [String] = []
    if let residual {
      let system = try AdvectionDiffusionModel.system(
        residual, assembly, essential, elimination, product, self.outputs, reconstruction, &notes)
      do throws(FactorizationError) { solver = try FullSystemSolver(system) } catch {
        throw PhysicsError(.problem, "\(error)")
      }
      self.system = system
    } else {
      notes.append("no reduced model: \(obstacle ?? ""); every parameter is assembled anew")
      // What is wrong with the data shows at the reference already.
      _ = try AdvectionForms(
        problem.at(parameters.reference), ScalarAssembly(assembly, .point))
      (system, solver) = (nil, nil)
    }
    reductionNotes = notes
  }

  private static func residual(
    _ problem: AdvectionDiffusionProblem, _ assembly: ScalarAssembly
  ) throws(PhysicsError) -> UnreducedResidual {
    let forms = try AdvectionForms(problem, assembly)
    return UnreducedResidual(
      operators: try assembly.assembled(forms.operators),
      operatorThetas: forms.operators.coefficients, loads: try assembly.assembled(forms.loads),
      loadThetas: forms.loads.coefficients)
  }

  private static func system(
    _ residual: UnreducedResidual, _ assembly: ScalarAssembly, _ essential: EssentialData,
    _ elimination: Elimination, _ product: DiffusionModel.Product,
    _ outputs: [SystemOutput<Double>], _ field: FieldReconstruction, _ notes: inout [String]
  ) throws(PhysicsError) -> AffineSystem<Double> {
    let free = elimination.free(of: residual.operators)
    let eliminated = assembly.eliminate(
      loads: residual.loads, residual.loadThetas, residual.operators, residual.operatorThetas,
      essential)
    let theta = try assembly.family(residual.operatorThetas)
    var inner: InnerProduct<Double>?
    if product == .energy {
      let energy = try assembly.atReference(free, theta).symmetricPart
      if (try? SparseCholesky(energy)) != nil {
        inner = InnerProduct(energy, name: product.rawValue)
      } else {
        notes.append(
          "the symmetric part of the operator is not positive definite: errors are measured in H1")
      }
    }
    let chosen: InnerProduct<Double>
    if let inner {
      chosen = inner
    } else {
      chosen = try assembly.innerProduct(product == .energy ? .h1 : product, elimination) {
        () throws(PhysicsError) in try assembly.atReference(free, theta)
      }
    }
    return AffineSystem(
      parameterSpace: assembly.parameters, operatorSum: free, operatorCoefficients: theta,
      loadSum: AffineSum(eliminated.vectors),
      loadCoefficients: try assembly.family(eliminated.coefficients), innerProduct: chosen,
      outputs: outputs, field: field, notes: notes)
  }

  /// The solution at μ over the free unknowns.
  ///
  /// - Throws: When μ does not fit, a coefficient is not finite or the system is singular.
  public func solve(at mu: Parameter) throws(ModelError) -> [Double] {
    if let solver { return try solver.solve(at: mu) }
    let lift = try field([Double](repeating: 0, count: essential.freeDofs.count), at: mu)
    let (matrix, load): (SparseMatrix<Double>, [Double])
    do throws(PhysicsError) {
      let here = ScalarAssembly(assembly, .point)
      let forms = try AdvectionForms(problem.at(mu), here)
      matrix = try here.atReference(
        try here.assembled(forms.operators), try here.family(forms.operators.coefficients))
      var sum = [Double](repeating: 0, count: space.dofCount)
      for (theta, vector) in zip(forms.loads.coefficients, try here.assembled(forms.loads)) {
        axpy(theta.evaluate { _ in .nan }, vector, into: &sum)
      }
      load = sum
    } catch { throw .notAssembled("\(error)", at: mu) }
    var right = load
    axpy(-1, matrix * lift, into: &right)
    do throws(FactorizationError) {
      return try SparseLU(elimination.free(of: matrix)).solve(essential.dofs.free(of: right))
    } catch { throw .factorization(error, at: mu) }
  }

  /// u at all degrees of freedom, essential data included.
  ///
  /// - Throws: When μ does not fit.
  public func field(_ free: [Double], at mu: Parameter) throws(ModelError) -> [Double] {
    try reconstruction.field(free: free, at: mu, in: parameterSpace)
  }

  /// The linear and quadratic outputs and extrema of a state over the free unknowns.
  ///
  /// - Throws: When μ does not fit.
  public func outputValues(
    of state: [Double], at mu: Parameter
  ) throws(ModelError) -> [(key: String, value: Double)] {
    var values: [(key: String, value: Double)] = []
    for output in outputs {
      values.append((output.name, try output.value(of: state, at: mu, in: parameterSpace)))
    }
    return values
  }

  /// The number of unknowns that no essential data fix.
  public var freeCount: Int { essential.freeDofs.count }

  /// Its sizes in one line.
  public var summary: String {
    let start = "\(space.dofCount) unknowns, \(essential.freeDofs.count) free; "
    guard let system else { return start + "assembled anew for each parameter" }
    return start
      + "\(system.operatorSum.terms.count) operator and \(system.loadSum.terms.count) load terms"
  }
}
