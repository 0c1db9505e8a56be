internal import ComplexModule
internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction
internal import RealModule

private typealias C = Complex<Double>

/// From the data of a Helmholtz problem to its affine system, step by step.
struct HelmholtzBuilder {
  let problem: HelmholtzProblem
  let space: FunctionSpace
  let plan: AssemblyPlan
  let parameters: ParameterSpace
  let positive: Set<Symbol>
  private(set) var notes: [String] = []
  private(set) var interpolationError = 0.0

  init(
    _ problem: HelmholtzProblem, _ space: FunctionSpace, _ parameters: ParameterSpace,
    positive: Set<Symbol>
  ) {
    (self.problem, self.space, self.parameters) = (problem, space, parameters)
    (self.positive, plan) = (positive, AssemblyPlan(space))
  }

  /// The whole system over the free unknowns.
  mutating func system(
    product: HelmholtzModel.Product
  ) throws(PhysicsError) -> AffineSystem<Complex<Double>> {
    let essential = try ComplexEssentialData(problem, space, parameters, positive: positive)
    notes += essential.notes
    guard !essential.dofs.free.isEmpty else {
      throw PhysicsError(.problem, "essential values are given everywhere; nothing is unknown")
    }
    let forms = try HelmholtzForms(problem, space, parameters, positive: positive)
    notes += forms.notes
    interpolationError = max(essential.interpolationError, forms.interpolationError)
    let operators = try matrices(forms.operators)
    let elimination = Elimination(plan.pattern, essential.dofs)
    let free = operators.map { elimination.freeBlock.apply($0) }
    let loads = try self.loads(forms, operators, essential)
    return AffineSystem(
      parameterSpace: parameters, operatorSum: AffineSum(free),
      operatorCoefficients: try family(forms.operators.coefficients),
      loadSum: AffineSum(loads.vectors), loadCoefficients: try family(loads.coefficients),
      innerProduct: try innerProduct(product, elimination),
      outputs: try essential.outputs(of: problem, plan, parameters, positive: positive),
      field: LiftedField(
        dofCount: space.dofCount, freeDofs: essential.dofs.free,
        lifts: AffineSum(essential.lifts),
        liftCoefficients: try family(essential.coefficients)),
      notes: notes)
  }

  /// The terms as complex matrices over all unknowns, sharing the pattern of the plan.
  private func matrices(
    _ terms: ComplexTerms<BilinearTerm>
  ) throws(PhysicsError) -> [SparseMatrix<Complex<Double>>] {
    let lists = terms.real + terms.imaginary
    let parts = lists.indices.filter { !lists[$0].isEmpty }
    var values = [[Double]](repeating: [], count: lists.count)
    do throws(AssemblyError) {
      let family = try plan.assemble(family: parts.map { lists[$0] })
      for (place, matrix) in zip(parts, family.terms) { values[place] = matrix.values }
    } catch { throw PhysicsError(.problem, "\(error)") }
    let q = terms.real.count
    return (0..<q).map {
      SparseMatrix(pattern: plan.pattern, values: joined(values[$0], values[q + $0]))
    }
  }

  /// Loads over the free unknowns: f_p − θ_q θ_d A_q w_d, terms of equal coefficient joined.
  private func loads(
    _ forms: HelmholtzForms, _ operators: [SparseMatrix<Complex<Double>>],
    _ essential: ComplexEssentialData
  ) throws(PhysicsError) -> (vectors: [[Complex<Double>]], coefficients: [Expression]) {
    let lists = forms.loads.real + forms.loads.imaginary
    let parts = lists.indices.filter { !lists[$0].isEmpty }
    var values = [[Double]](repeating: [], count: lists.count)
    do throws(AssemblyError) {
      if !parts.isEmpty {
        let family = try plan.assemble(family: parts.map { lists[$0] })
        for (place, vector) in zip(parts, family.terms) { values[place] = vector }
      }
    } catch { throw PhysicsError(.problem, "\(error)") }
    var terms = CoefficientTerms()
    var vectors: [[C]] = []
    let free = essential.dofs.free
    func add(_ theta: Expression, _ scale: C, _ full: [C]) {
      let place = terms.place(of: theta)
      if place == vectors.count { vectors.append([C](repeating: .zero, count: free.count)) }
      axpy(scale, free.map { full[Int($0)] }, into: &vectors[place])
    }
    let p = forms.loads.real.count
    for (k, theta) in forms.loads.coefficients.enumerated() {
      add(theta, 1, joined(values[k], values[p + k]))
    }
    for (lift, coefficient) in zip(essential.lifts, essential.coefficients) {
      for (matrix, theta) in zip(operators, forms.operators.coefficients) {
        let moved = matrix * lift
        guard free.contains(where: { moved[Int($0)] != .zero }) else { continue }
        add((theta * coefficient).simplified(), -1, moved)
      }
    }
    if vectors.isEmpty {
      return ([[C](repeating: .zero, count: free.count)], [Expression(0)])
    }
    return (vectors, terms.coefficients)
  }

  private func innerProduct(
    _ product: HelmholtzModel.Product, _ elimination: Elimination
  ) throws(PhysicsError) -> InnerProduct<Double> {
    let domain = space.mesh.topology.everything(ofDimension: space.mesh.dimension)
    if product == .euclidean { return InnerProduct(euclidean: elimination.essential.free.count) }
    let k = problem.wavenumber.atReference(of: parameters).constantValue ?? 1
    let weight = product == .energy && k != 0 ? k * k : 1
    var terms = [BilinearTerm.mass(.constant(weight), on: domain)]
    if product != .l2 { terms.append(.stiffness(.constant(1), on: domain)) }
    do throws(AssemblyError) {
      return InnerProduct(
        elimination.free(of: try plan.assemble(terms)), name: product.rawValue)
    } catch { throw PhysicsError(.problem, "\(error)") }
  }

  private func family(_ expressions: [Expression]) throws(PhysicsError) -> CoefficientFamily {
    do throws(ModelReduction.CoefficientError) {
      return try CoefficientFamily(expressions, in: parameters)
    } catch { throw PhysicsError(.problem, "\(error)") }
  }
}

/// a + i b; an empty part stands for zero.
func joined(_ a: [Double], _ b: [Double]) -> [Complex<Double>] {
  let count = max(a.count, b.count)
  return (0..<count).map { Complex(a.isEmpty ? 0 : a[$0], b.isEmpty ? 0 : b[$0]) }
}
