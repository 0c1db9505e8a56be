internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction

/// From the data of a diffusion problem to its affine decomposition, step by step.
struct DiffusionBuilder {
  let problem: DiffusionProblem
  let space: FunctionSpace
  let plan: AssemblyPlan
  let parameters: ParameterSpace
  let positive: Set<Symbol>
  private(set) var notes: [String] = []
  private(set) var fieldOutputs: [FieldOutput] = []

  var mesh: Mesh { space.mesh }
  var dimension: Int { space.mesh.dimension }

  init(
    _ problem: DiffusionProblem, _ space: FunctionSpace, _ parameters: ParameterSpace,
    positive: Set<Symbol>
  ) {
    (self.problem, self.space, self.parameters) = (problem, space, parameters)
    self.positive = positive
    plan = AssemblyPlan(space)
  }

  /// The whole decomposition over the free unknowns.
  mutating func decomposition(
    product: DiffusionModel.Product
  ) throws(PhysicsError) -> AffineDecomposition {
    let essential = try EssentialData(problem, space, parameters, positive: positive)
    notes += essential.notes
    guard !essential.freeDofs.isEmpty else {
      throw PhysicsError(.problem, "essential values are given everywhere; nothing is unknown")
    }
    let forms = try OperatorForms(problem, space, parameters, positive: positive)
    let loads = try LoadForms(problem, space, positive: positive)
    let operators = try assembled(forms)
    let elimination = Elimination(plan.pattern, essential.dofs)
    let free = elimination.free(of: operators)
    let eliminated = try eliminate(
      loads: assembled(loads), loads.coefficients, operators, forms.coefficients, essential)
    let operatorCoefficients = try family(forms.coefficients)
    let inner = try innerProduct(product, free, operatorCoefficients, elimination)
    let outputs = try OutputForms(problem, plan, essential, parameters, positive: positive)
    notes += outputs.notes
    fieldOutputs = outputs.fieldOutputs
    return AffineDecomposition(
      parameterSpace: parameters, operatorSum: free, operatorCoefficients: operatorCoefficients,
      loadSum: AffineSum(eliminated.vectors),
      loadCoefficients: try family(eliminated.coefficients), innerProduct: inner,
      coercivity: forms.coercivity(at: parameters.reference), outputs: outputs.outputs,
      field: FieldReconstruction(
        dofCount: space.dofCount, freeDofs: essential.freeDofs,
        lifts: AffineSum(essential.lifts), liftCoefficients: try family(essential.coefficients)))
  }

  private func assembled(
    _ forms: OperatorForms
  ) throws(PhysicsError) -> AffineSum<SparseMatrix<Double>> {
    do throws(AssemblyError) { return try plan.assemble(family: forms.terms) } catch {
      throw PhysicsError(.problem, "\(error)")
    }
  }

  private func assembled(_ forms: LoadForms) throws(PhysicsError) -> [[Double]] {
    do throws(AssemblyError) {
      return forms.terms.isEmpty ? [] : try plan.assemble(family: forms.terms).terms
    } catch { throw PhysicsError(.problem, "\(error)") }
  }

  func family(_ expressions: [Expression]) throws(PhysicsError) -> CoefficientFamily {
    do throws(ModelReduction.CoefficientError) {
      return try CoefficientFamily(expressions, in: parameters)
    } catch { throw PhysicsError(.problem, "\(error)") }
  }

  /// Loads over the free unknowns: f_q − θ_q θ_d A_q w_d, terms of equal coefficient joined.
  private func eliminate(
    loads: [[Double]], _ loadThetas: [Expression], _ operators: AffineSum<SparseMatrix<Double>>,
    _ operatorThetas: [Expression], _ essential: EssentialData
  ) throws(PhysicsError) -> (vectors: [[Double]], coefficients: [Expression]) {
    var terms = CoefficientTerms()
    var vectors: [[Double]] = []
    func add(_ theta: Expression, _ scale: Double, _ full: [Double]) {
      let place = terms.place(of: theta)
      if place == vectors.count {
        vectors.append([Double](repeating: 0, count: essential.freeDofs.count))
      }
      axpy(scale, essential.dofs.free(of: full), into: &vectors[place])
    }
    for (theta, vector) in zip(loadThetas, loads) { add(theta, 1, vector) }
    for (d, lift) in essential.lifts.enumerated() {
      for (q, matrix) in operators.terms.enumerated() {
        let moved = matrix * lift
        guard essential.freeDofs.contains(where: { moved[Int($0)] != 0 }) else { continue }
        add((operatorThetas[q] * essential.coefficients[d]).simplified(), -1, moved)
      }
    }
    if vectors.isEmpty {
      return ([[Double](repeating: 0, count: essential.freeDofs.count)], [Expression(0)])
    }
    return (vectors, terms.coefficients)
  }

  private func innerProduct(
    _ product: DiffusionModel.Product, _ free: AffineSum<SparseMatrix<Double>>,
    _ coefficients: CoefficientFamily, _ elimination: Elimination
  ) throws(PhysicsError) -> InnerProduct<Double> {
    let domain = mesh.topology.everything(ofDimension: dimension)
    switch product {
    case .euclidean: return InnerProduct(euclidean: free.terms[0].rowCount)
    case .energy:
      do throws(ModelError) {
        let theta = try coefficients.checkedValues(at: parameters.reference, in: parameters)
        return InnerProduct(free.combined(with: theta), name: product.rawValue)
      } catch { throw PhysicsError(.problem, "\(error)") }
    case .h1, .l2:
      var terms = [BilinearTerm.mass(.constant(1), on: domain)]
      if product == .h1 { terms.append(.stiffness(.constant(1), on: domain)) }
      do throws(AssemblyError) {
        let full = try plan.assemble(terms)
        return InnerProduct(elimination.free(of: full), name: product.rawValue)
      } catch { throw PhysicsError(.problem, "\(error)") }
    }
  }
}
