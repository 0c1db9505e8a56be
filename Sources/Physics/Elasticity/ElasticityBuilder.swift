internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction

/// From the data of an elastic problem to its affine decomposition, step by step.
struct ElasticityBuilder {
  let problem: ElasticityProblem
  let space: VectorSpace
  let plan: VectorAssemblyPlan
  let parameters: ParameterSpace
  let positive: Set<Symbol>
  let forms: StiffnessForms
  let loads: ElasticLoads
  let supports: Supports
  let body: ElasticBody
  private(set) var notes: [String] = []
  private(set) var fieldOutputs: [ElasticityOutput] = []
  private(set) var outputSums: [ProblemPiece.OutputSum] = []

  var mesh: Mesh { space.scalar.mesh }

  init(
    _ problem: ElasticityProblem, _ mesh: Mesh, _ parameters: ParameterSpace
  ) throws(PhysicsError) {
    (self.problem, self.parameters) = (problem, parameters)
    let scalar: FunctionSpace
    do throws(FunctionSpaceError) {
      scalar = try FunctionSpace(mesh, degree: problem.degree)
    } catch { throw PhysicsError(.problem, "\(error)") }
    space = try VectorSpace(displacementsOver: scalar, problem.assumption)
    positive = parameters.positiveSymbols
    if mesh.dimension == 2, space.geometry == .cartesian {
      for mu in parameters.extremes {
        let thickness = ParameterSamples([problem.thickness], at: mu, [[0], [0], [0]])[0, 0]
        let isConstant = problem.thickness.symbols.allSatisfy {
          if case .coordinate = $0 { false } else { true }
        }
        if isConstant, !(thickness > 0 && thickness < .infinity) {
          throw PhysicsError(.problem, "the thickness is \(thickness); it must be positive")
        }
      }
    }
    forms = try StiffnessForms(problem, space, parameters, positive: positive)
    loads = try ElasticLoads(problem, space, forms, positive: positive)
    supports = try Supports(problem, space, parameters, positive: positive)
    body = ElasticBody(problem, space, forms, loads)
    plan = VectorAssemblyPlan(space)
    notes += supports.notes
  }

  /// The motions that nothing resists.
  func rigidMotions() throws(PhysicsError) -> RigidMotions {
    var springs: SparseMatrix<Double>?
    if !forms.foundations.isEmpty {
      do throws(AssemblyError) { springs = try plan.assemble(forms.foundations) } catch {
        throw PhysicsError(.problem, "\(error)")
      }
    }
    return try RigidMotions(space, supports.equations, foundation: springs)
  }

  /// Refuses a body that a static load would carry away.
  func refuseRigidMotions() throws(PhysicsError) {
    let motions = try rigidMotions()
    guard motions.count > 0 else { return }
    let materials = forms.regions.map { (name: $0.name, region: $0) }
    throw PhysicsError(.problem, motions.message(materials, space.scalar))
  }

  /// The whole decomposition over the free unknowns.
  mutating func decomposition(
    product: ElasticityModel.Product, _ interpolations: [CoefficientInterpolation.Report]
  ) throws(PhysicsError) -> AffineDecomposition {
    guard !supports.constraints.free.isEmpty || mesh.isPiece else {
      throw PhysicsError(.problem, "the displacement is prescribed everywhere; nothing is unknown")
    }
    let operators: AffineSum<SparseMatrix<Double>>
    let full: [[Double]]
    do throws(AssemblyError) {
      operators = try plan.assemble(family: forms.terms)
      full = loads.terms.isEmpty ? [] : try plan.assemble(family: loads.terms).terms
    } catch { throw PhysicsError(.problem, "\(error)") }
    let pattern = ConstrainedPattern(plan.pattern, supports.constraints)
    let free = pattern.apply(operators)
    let operatorCoefficients = try family(forms.coefficients)
    let inner = try innerProduct(product, free, operatorCoefficients, pattern)
    let eliminated = eliminate(full, operators)
    var outputs = ElasticityOutputs(self, operators, full)
    try outputs.addAll()
    (fieldOutputs, outputSums) = (outputs.fieldOutputs, outputs.sums)
    let consistency = try consistency(interpolations, inner, pattern)
    return AffineDecomposition(
      parameterSpace: parameters, operatorSum: free, operatorCoefficients: operatorCoefficients,
      loadSum: AffineSum(eliminated.vectors),
      loadCoefficients: try family(eliminated.coefficients), innerProduct: inner,
      coercivity: forms.coercivity(at: parameters.reference).with(consistency),
      outputs: outputs.outputs,
      field: try reconstruction())
  }

  /// What interpolated loads do to bounds.
  private mutating func consistency(
    _ reports: [CoefficientInterpolation.Report], _ product: InnerProduct<Double>,
    _ pattern: ConstrainedPattern
  ) throws(PhysicsError) -> ConsistencyBound {
    guard !reports.isEmpty else { return .exact }
    for output in problem.outputs where output.readsForms {
      notes.append(
        "nothing is certified: output '\(output.name)' reads interpolated loads")
      return .unknown
    }
    let (plan, dimension) = (plan, mesh.dimension)
    let isPlane = dimension == 2 && space.geometry == .cartesian
    guard let t = isPlane ? problem.thickness.constantValue : 1 else {
      notes.append(
        "nothing is certified: with a thickness that varies the error of interpolated data is not "
          + "bounded")
      return .unknown
    }
    let dilatation: VectorBilinearTerm.Dilatation =
      problem.locking == .none ? .pointwise : .averaged
    let bound = try InterpolationConsistency(
      product: product, lifts: supports.constraints.lifts,
      liftCoefficients: try family(supports.coefficients),
      unitForm: { (role, region) throws(PhysicsError) in
        do throws(AssemblyError) {
          if role == .stiffness {
            // An error δ of λ and of μ moves the energy by at most that of λ = μ = δ, and so does a
            // matrix of norm δ, whose energy is at most δ |ε|² ≤ 2 δ ε : ε with engineering shears.
            return try plan.assemble([
              .elasticity(.constant(t, t), on: region, dilatation: dilatation)
            ])
          }
          return try plan.assemble([
            region.dimension == dimension
              ? .mass(.constant(t), on: region) : .foundation(.constant(t), on: region)
          ])
        } catch { throw PhysicsError(.problem, "\(error)") }
      }, free: { pattern.apply($0) }, mesh: mesh
    ).bound(reports)
    notes += bound.notes(reports)
    return bound
  }

  /// From free unknowns to all.
  func reconstruction() throws(PhysicsError) -> FieldReconstruction {
    let constraints = supports.constraints
    return FieldReconstruction(
      dofCount: space.dofCount, freeDofs: constraints.free, lifts: AffineSum(constraints.lifts),
      liftCoefficients: try family(supports.coefficients),
      dependents: constraints.dependents.filter { !$0.places.isEmpty }.map {
        DependentDof(dof: $0.dof, places: $0.places, weights: $0.weights)
      })
  }

  func family(_ expressions: [Expression]) throws(PhysicsError) -> CoefficientFamily {
    do throws(ModelReduction.CoefficientError) {
      return try CoefficientFamily(expressions, in: parameters)
    } catch { throw PhysicsError(.problem, "\(error)") }
  }

  /// Loads over the free unknowns: Tᵀ (f_p − θ_q θ_d A_q w_d), terms of equal coefficient joined.
  private func eliminate(
    _ full: [[Double]], _ operators: AffineSum<SparseMatrix<Double>>
  ) -> (vectors: [[Double]], coefficients: [Expression]) {
    let constraints = supports.constraints
    var terms = CoefficientTerms()
    var vectors: [[Double]] = []
    func add(_ theta: Expression, _ scale: Double, _ vector: [Double]) {
      let place = terms.place(of: theta)
      if place == vectors.count {
        vectors.append([Double](repeating: 0, count: constraints.free.count))
      }
      axpy(scale, constraints.reduced(vector), into: &vectors[place])
    }
    for (theta, vector) in zip(loads.coefficients, full) { add(theta, 1, vector) }
    for (d, lift) in constraints.lifts.enumerated() where lift.contains(where: { $0 != 0 }) {
      for (q, matrix) in operators.terms.enumerated() {
        let moved = matrix * lift
        guard constraints.reduced(moved).contains(where: { $0 != 0 }) else { continue }
        add((forms.coefficients[q] * supports.coefficients[d]).simplified(), -1, moved)
      }
    }
    if vectors.isEmpty {
      return ([[Double](repeating: 0, count: constraints.free.count)], [Expression(0)])
    }
    return (vectors, terms.coefficients)
  }

  private func innerProduct(
    _ product: ElasticityModel.Product, _ free: AffineSum<SparseMatrix<Double>>,
    _ coefficients: CoefficientFamily, _ pattern: ConstrainedPattern
  ) throws(PhysicsError) -> InnerProduct<Double> {
    switch product {
    case .euclidean: return InnerProduct(euclidean: free.terms[0].rowCount)
    case .energy:
      do throws(ModelError) {
        let theta = try coefficients.checkedValues(at: parameters.reference, in: parameters)
        return InnerProduct(free.combined(with: theta), name: product.rawValue)
      } catch { throw PhysicsError(.problem, "\(error)") }
    case .h1, .l2:
      do throws(AssemblyError) {
        let matrix = try plan.sobolevProduct(gradients: product == .h1)
        return InnerProduct(pattern.apply(matrix), name: product.rawValue)
      } catch { throw PhysicsError(.problem, "\(error)") }
    }
  }
}
