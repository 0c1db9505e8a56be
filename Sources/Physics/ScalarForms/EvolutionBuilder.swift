internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction

/// From the forms of a scalar problem to its affine evolution.
struct EvolutionBuilder {
  let assembly: ScalarAssembly
  let scheme: TimeScheme
  let grid: TimeGrid
  private(set) var notes: [String] = []
  private(set) var fieldOutputs: [FieldOutput] = []
  private(set) var heldFluxes: [HeldFlux] = []

  init(_ assembly: ScalarAssembly, scheme: TimeScheme, grid: TimeGrid) {
    (self.assembly, self.scheme, self.grid) = (assembly, scheme, grid)
  }

  /// The evolution over the free unknowns.
  ///
  /// - Parameters:
  ///   - operators: Σ θ_q(μ) A_q.
  ///   - masses: Σ θ_q(μ) M_q.
  ///   - loads: Σ θ_p(μ, t) f_p.
  ///   - interpolations: What was interpolated in them; bounds count its errors.
  mutating func evolution(
    operators: AffineForms, masses: CapacityForms, loads: LoadForms, of data: EvolutionData,
    structure: AffineEvolution.Structure, coercivity: CoercivityConditions?,
    product: DiffusionModel.Product, interpolations: [CoefficientInterpolation.Report] = []
  ) throws(PhysicsError) -> AffineEvolution {
    let (space, parameters) = (assembly.space, assembly.parameters)
    let timeSpace: ParameterSpace
    do throws(ParameterSpaceError) { timeSpace = try parameters.withTime(over: grid) } catch {
      throw PhysicsError(.problem, "\(error)")
    }
    for theta in operators.coefficients + masses.forms.coefficients
    where theta.symbols.contains(.time) {
      throw PhysicsError(
        .problem,
        "the coefficient '\(theta)' of the left side depends on the time; values, fluxes, sources "
          + "and ambient values may, velocities, conductivities and capacities not")
    }
    for entry in data.essential {
      for (theta, _) in try separated(
        entry.value, of: entry.subject, as: "value", positive: assembly.positive)
      { try checkFinite(theta, in: parameters, times: grid.times, of: entry.subject, as: "value") }
    }
    let essential = try assembly.essential(data.essential)
    notes += essential.notes
    let (a, m) = (try assembly.assembled(operators), try assembly.assembled(masses.forms))
    let elimination = Elimination(assembly.plan.pattern, essential.dofs)
    let free = (operators: elimination.free(of: a), masses: elimination.free(of: m))
    let theta = try assembly.family(operators.coefficients)
    let massTheta = try assembly.family(masses.forms.coefficients)
    let loadTheta = try coefficientFamily(loads.coefficients, in: timeSpace, .problem)
    let liftTheta = try coefficientFamily(essential.coefficients, in: timeSpace, .problem)
    let f = try assembly.assembled(loads)
    let vectors = f.map { essential.dofs.free(of: $0) }
    let initial = try InitialState(data.initials, essential, assembly)
    let (assembly, duration) = (assembly, grid.duration)
    let inner = try assembly.innerProduct(product, elimination) { () throws(PhysicsError) in
      var energy = try assembly.atReference(free.operators, theta)
      let mass = try assembly.atReference(free.masses, massTheta)
      axpy(1 / duration, mass.values, into: &energy.values)
      return structure == .symmetric ? energy : energy.symmetricPart
    }
    let outputs = try OutputForms(
      data.outputs, assembly.plan, essential, timeSpace, positive: assembly.positive,
      inflows: .apart)
    fieldOutputs = outputs.fieldOutputs
    for (o, output) in data.outputs.enumerated() {
      guard case .inflow = output.kind else { continue }
      heldFluxes.append(
        HeldFlux(
          name: output.name, dofs: try output.heldDofs(space, essential, .output(o)),
          masses: (m, massTheta), operators: (a, theta), loads: (f, loadTheta), parameters,
          timeSpace, scheme, grid))
    }
    let consistency = try coercivity.map { conditions throws(PhysicsError) in
      conditions.with(
        try assembly.consistency(
          interpolations, inner, essential, liftTheta, elimination, [], &notes))
    }
    func images(_ sum: AffineSum<SparseMatrix<Double>>) -> [AffineSum<[Double]>] {
      essential.lifts.map { lift in
        AffineSum(sum.terms.map { essential.dofs.free(of: $0 * lift) })
      }
    }
    do throws(ParameterSpaceError) {
      return try AffineEvolution(
        parameterSpace: parameters, scheme: scheme, grid: grid, massSum: free.masses,
        massCoefficients: massTheta, operatorSum: free.operators, operatorCoefficients: theta,
        loadSum: AffineSum(vectors), loadCoefficients: loadTheta,
        initialSum: AffineSum(initial.vectors), initialCoefficients: initial.coefficients,
        lifts: LiftImages(coefficients: liftTheta, mass: images(m), operators: images(a)),
        innerProduct: inner, structure: structure,
        massConditions: masses.conditions, coercivity: consistency,
        outputs: outputs.outputs,
        field: FieldReconstruction(
          dofCount: space.dofCount, freeDofs: essential.freeDofs,
          lifts: AffineSum(essential.lifts), liftCoefficients: liftTheta),
        notes: notes)
    } catch { throw PhysicsError(.problem, "\(error)") }
  }
}

/// What an evolution needs besides its forms.
struct EvolutionData {
  let essential: [EssentialValue]
  let initials: [HeatProblem.Initial]
  let outputs: [DiffusionProblem.Output]
}

/// Σ θ_k(μ) u_k: the state at the start over the free unknowns.
struct InitialState {
  /// u_k.
  private(set) var vectors: [[Double]] = []
  /// θ_k.
  let coefficients: CoefficientFamily

  init(
    _ initials: [HeatProblem.Initial], _ essential: EssentialData, _ assembly: ScalarAssembly
  ) throws(PhysicsError) {
    let values = try InitialValues(initials, assembly.space)
    var thetas = CoefficientTerms()
    var vectors: [[Double]] = []
    for (k, initial) in initials.enumerated() {
      for (theta, g) in try separated(
        initial.value, of: .initial(k), as: "initial value", positive: assembly.positive)
      {
        let place = thetas.place(of: theta)
        if place == vectors.count {
          vectors.append([Double](repeating: 0, count: assembly.space.dofCount))
        }
        try values.add(g, of: k, to: &vectors[place])
      }
    }
    self.vectors = vectors.map { essential.dofs.free(of: $0) }
    coefficients = try assembly.family(thetas.coefficients)
  }
}

/// Which initial value holds at which dof.
struct InitialValues {
  private let space: FunctionSpace
  private var owner: [Int]
  /// The nodal field of each entry that has one, at the dofs.
  private var nodal: [[Double]?]

  init(_ initials: [HeatProblem.Initial], _ space: FunctionSpace) throws(PhysicsError) {
    self.space = space
    owner = [Int](repeating: -1, count: space.dofCount)
    nodal = initials.map { $0.field?.interpolated(to: space).values }
    let mesh = space.mesh
    for (k, initial) in initials.enumerated() {
      let region = try mesh.union(
        of: initial.regions, dimensions: 0...mesh.dimension, subject: .initial(k))
      for dof in space.dofs(on: region) { owner[Int(dof)] = k }
    }
  }

  /// Adds the values of entry k, a function of the point alone, at its dofs.
  func add(_ g: Expression, of k: Int, to vector: inout [Double]) throws(PhysicsError) {
    let coefficient: Coefficient
    do throws(FiniteElements.CoefficientError) { coefficient = try Coefficient(g) } catch {
      throw PhysicsError(.initial(k), "initial value: \(error)")
    }
    let dofs = owner.indices.filter { owner[$0] == k }
    guard !dofs.isEmpty else { return }
    let places = dofs.map { space.place(ofDof: $0) }
    let values = coefficient.values(
      atColumns: [places.map(\.x), places.map(\.y), places.map(\.z)])[0]
    for (i, dof) in dofs.enumerated() {
      guard values[i].isFinite else {
        let point = (0..<space.mesh.dimension).map { "\(places[i][$0])" }
        throw PhysicsError(
          .initial(k),
          "the initial value is not a finite number at (\(point.joined(separator: ", ")))")
      }
      vector[dof] += values[i] * (nodal[k]?[dof] ?? 1)
    }
  }
}
