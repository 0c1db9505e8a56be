internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import ModelReduction

/// From the data of a diffusion problem to its affine decomposition, step by step.
struct DiffusionBuilder {
  let problem: DiffusionProblem
  let assembly: ScalarAssembly
  private(set) var notes: [String] = []
  private(set) var fieldOutputs: [FieldOutput] = []
  private(set) var outputSums: [ProblemPiece.OutputSum] = []

  init(_ problem: DiffusionProblem, _ assembly: ScalarAssembly) {
    (self.problem, self.assembly) = (problem, assembly)
  }

  /// The whole decomposition over the free unknowns.
  mutating func decomposition(
    product: DiffusionModel.Product, _ interpolations: [CoefficientInterpolation.Report]
  ) throws(PhysicsError) -> AffineDecomposition {
    let (space, parameters) = (assembly.space, assembly.parameters)
    let essential = try assembly.essential(EssentialValue.all(problem))
    notes += essential.notes
    let forms = try OperatorForms(problem, space, parameters, positive: assembly.positive)
    let loads = try LoadForms(
      problem, space, parameters, positive: assembly.positive)
    let operators = try assembly.assembled(forms.forms)
    let elimination = Elimination(assembly.plan.pattern, essential.dofs)
    let free = elimination.free(of: operators)
    let vectors = try assembly.assembled(loads)
    let eliminated = assembly.eliminate(
      loads: vectors, loads.coefficients, operators, forms.coefficients, essential)
    let operatorCoefficients = try assembly.family(forms.coefficients)
    let assembly = assembly
    let inner = try assembly.innerProduct(product, elimination) { () throws(PhysicsError) in
      try assembly.atReference(free, operatorCoefficients)
    }
    let outputs = try OutputForms(
      problem.outputs, assembly.plan, essential, parameters, positive: assembly.positive,
      inflows: .functionals(
        UnreducedResidual(
          operators: operators, operatorThetas: forms.coefficients, loads: vectors,
          loadThetas: loads.coefficients)))
    fieldOutputs = outputs.fieldOutputs
    outputSums = outputs.sums
    let liftCoefficients = try assembly.family(essential.coefficients)
    let consistency = try assembly.consistency(
      interpolations, inner, essential, liftCoefficients, elimination, problem.outputs, &notes)
    return AffineDecomposition(
      parameterSpace: parameters, operatorSum: free, operatorCoefficients: operatorCoefficients,
      loadSum: AffineSum(eliminated.vectors),
      loadCoefficients: try assembly.family(eliminated.coefficients), innerProduct: inner,
      coercivity: forms.coercivity(at: parameters.reference).with(consistency),
      outputs: outputs.outputs,
      field: FieldReconstruction(
        dofCount: space.dofCount, freeDofs: essential.freeDofs,
        lifts: AffineSum(essential.lifts),
        liftCoefficients: liftCoefficients))
  }
}
