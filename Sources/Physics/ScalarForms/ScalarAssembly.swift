internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction

/// A scalar function space with what turns forms and coefficients of a problem into numbers.
struct ScalarAssembly {
  let space: FunctionSpace
  let plan: AssemblyPlan
  let parameters: ParameterSpace
  /// The parameters known to be positive.
  let positive: Set<Symbol>

  init(_ mesh: Mesh, degree: Int, _ parameters: ParameterSpace) throws(PhysicsError) {
    do throws(FunctionSpaceError) { space = try FunctionSpace(mesh, degree: degree) } catch {
      throw PhysicsError(.problem, "\(error)")
    }
    plan = AssemblyPlan(space)
    self.parameters = parameters
    positive = parameters.positiveSymbols
  }

  /// The same space for other parameters.
  init(_ assembly: ScalarAssembly, _ parameters: ParameterSpace) {
    (space, plan, self.parameters) = (assembly.space, assembly.plan, parameters)
    positive = parameters.positiveSymbols
  }

  /// The whole domain.
  var domain: Region { space.mesh.topology.everything(ofDimension: space.mesh.dimension) }

  func assembled(_ forms: AffineForms) throws(PhysicsError) -> AffineSum<SparseMatrix<Double>> {
    do throws(AssemblyError) { return try plan.assemble(family: forms.terms) } catch {
      throw PhysicsError(.problem, "\(error)")
    }
  }

  func assembled(_ terms: [BilinearTerm]) throws(PhysicsError) -> SparseMatrix<Double> {
    do throws(AssemblyError) { return try plan.assemble(terms) } catch {
      throw PhysicsError(.problem, "\(error)")
    }
  }

  func assembled(_ forms: LoadForms) throws(PhysicsError) -> [[Double]] {
    do throws(AssemblyError) {
      return forms.terms.isEmpty ? [] : try plan.assemble(family: forms.terms).terms
    } catch { throw PhysicsError(.problem, "\(error)") }
  }

  /// θ_q(μ).
  func family(_ expressions: [Expression]) throws(PhysicsError) -> CoefficientFamily {
    try coefficientFamily(expressions, in: parameters, .problem)
  }

  /// The essential data, of which some unknowns must be free.
  func essential(_ values: [EssentialValue]) throws(PhysicsError) -> EssentialData {
    let essential = try EssentialData(values, space, parameters, positive: positive)
    guard !essential.freeDofs.isEmpty || space.mesh.isPiece else {
      throw PhysicsError(.problem, "essential values are given everywhere; nothing is unknown")
    }
    return essential
  }

  /// Loads over the free unknowns: f_q − θ_q θ_d A_q w_d, terms of equal coefficient joined.
  func eliminate(
    loads: [[Double]], _ loadThetas: [Expression], _ operators: AffineSum<SparseMatrix<Double>>,
    _ operatorThetas: [Expression], _ essential: EssentialData
  ) -> (vectors: [[Double]], coefficients: [Expression]) {
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

  /// The product errors are measured in, over the free unknowns.
  ///
  /// - Parameter energy: The matrix of the energy product.
  func innerProduct(
    _ product: DiffusionModel.Product, _ elimination: Elimination,
    energy: () throws(PhysicsError) -> SparseMatrix<Double>
  ) throws(PhysicsError) -> InnerProduct<Double> {
    switch product {
    case .euclidean: return InnerProduct(euclidean: elimination.essential.free.count)
    case .energy: return InnerProduct(try energy(), name: product.rawValue)
    case .h1, .l2:
      var terms = [BilinearTerm.mass(.constant(1), on: domain)]
      if product == .h1 { terms.append(.stiffness(.constant(1), on: domain)) }
      return InnerProduct(elimination.free(of: try assembled(terms)), name: product.rawValue)
    }
  }

  /// What interpolated coefficients do to bounds.
  ///
  /// - Parameter outputs: One that reads a flux out of the forms has no bound where these are
  ///   interpolated; a note then says that nothing is certified.
  func consistency(
    _ reports: [CoefficientInterpolation.Report], _ product: InnerProduct<Double>,
    _ essential: EssentialData, _ liftCoefficients: CoefficientFamily,
    _ elimination: Elimination, _ outputs: [DiffusionProblem.Output], _ notes: inout [String]
  ) throws(PhysicsError) -> ConsistencyBound {
    guard !reports.isEmpty else { return .exact }
    for output in outputs {
      guard case .inflow = output.kind else { continue }
      notes.append(
        "nothing is certified: output '\(output.name)' reads a flux out of interpolated forms")
      return .unknown
    }
    let assembly = self
    let bound = try InterpolationConsistency(
      product: product, lifts: essential.lifts, liftCoefficients: liftCoefficients,
      unitForm: { (role, region) throws(PhysicsError) in
        try assembly.assembled([
          role == .stiffness
            ? .stiffness(.constant(1), on: region) : .mass(.constant(1), on: region)
        ])
      }, free: { elimination.free(of: $0) }, mesh: space.mesh
    ).bound(reports)
    notes += bound.notes(reports)
    return bound
  }

  /// Σ θ_q(μ) A_q at the reference parameter.
  func atReference(
    _ sum: AffineSum<SparseMatrix<Double>>, _ coefficients: CoefficientFamily
  ) throws(PhysicsError) -> SparseMatrix<Double> {
    do throws(ModelError) {
      return sum.combined(
        with: try coefficients.checkedValues(at: parameters.reference, in: parameters))
    } catch { throw PhysicsError(.problem, "\(error)") }
  }
}
