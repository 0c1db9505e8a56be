internal import ComplexModule
internal import LinearAlgebra
internal import LinearSolvers
internal import ModelReduction
internal import Physics

/// A study's model that is an affine system, real or complex, symmetric or not: flow, waves, the
/// matrices of another code.
protocol SystemStudyModel: StudyModel {
  /// The numbers it computes with.
  associatedtype S: Scalar
  /// Solves it.
  var solver: FullSystemSolver<S> { get }
  /// Outputs that need the whole field, because no reduced model carries them.
  func fieldOutputs(of whole: [S], at mu: Parameter) throws -> [(key: String, value: S)]
  /// Whether there are any.
  var hasFieldOutputs: Bool { get }
  /// What is drawn of all values of the field; a name to begin theirs with, for basis vectors.
  func fields(of whole: [S], named name: String?) -> [StudyField]
  /// The systems that its own are sums of samples of, as their sources make them; nil elsewhere.
  var sources: SourceSystems<S>? { get }
  /// What a saved reduced model needs to draw fields.
  var attachments: [String: StoredValue] { get }
}

extension SystemStudyModel {
  var work: FullOrderSolver.Work { solver.work }
  var sequence: SequenceAccount? { solver.sequence }
  func use(_ settings: SolverSettings) { solver.use(settings) }

  var partition: StudyField? {
    guard let parts = solver.partition, let field = solver.system.field else { return nil }
    let numbers = parts.map { S(real: Double($0)) }
    return fields(
      of: numbers.spread(over: field.dofCount, at: field.freeDofs, else: S(real: .nan)),
      named: nil
    ).first
  }
  var hasFieldOutputs: Bool { false }
  var sources: SourceSystems<S>? { nil }
  func fieldOutputs(of whole: [S], at mu: Parameter) throws -> [(key: String, value: S)] { [] }

  func answers(at points: [Parameter]) throws -> [StudyAnswer] {
    let states = solver.sequence != nil ? try solver.solve(at: points) : nil
    return try points.indices.map { place in
      let mu = points[place]
      let solution =
        try states.map { SystemSolution(state: $0[place], warning: nil) }
        ?? solver.solution(at: mu)
      let state = solution.state
      return StudyAnswer(
        query: Results.Query(parameter: mu.values, outputs: try outputs(of: state, at: mu)),
        frames: StudyFrames(solution: { fields(of: try whole(state, at: mu), named: nil) }),
        warnings: (solution.warning.map { ["\($0)"] }) ?? [])
    }
  }

  func check(_ mu: Parameter) throws(ModelError) {
    let system = solver.system
    for family in [
      system.operatorCoefficients, system.loadCoefficients, system.field?.liftCoefficients,
    ] {
      _ = try family?.checkedValues(at: mu, in: system.parameterSpace)
    }
  }

  /// All values of the field from those at the free unknowns.
  func whole(_ free: [S], at mu: Parameter) throws(ModelError) -> [S] {
    guard let field = solver.system.field else { return free }
    return try field.field(free: free, at: mu, in: solver.system.parameterSpace)
  }

  /// All outputs of a state over the free unknowns: those a reduced model carries, then the others.
  func outputs(of free: [S], at mu: Parameter) throws -> Results.Outputs {
    var values = try solver.system.outputValues(of: free, at: mu)
    if hasFieldOutputs { values += try fieldOutputs(of: whole(free, at: mu), at: mu) }
    return Results.Outputs(scalars: values)
  }
}

extension AffineSystem {
  /// What `ritz check` says of its terms.
  var words: AffineWords {
    AffineWords(operatorCoefficients, loadCoefficients, outputs.map { ($0.name, $0.kind) })
  }
}

extension SystemOutput {
  /// Its kind in one word.
  var kind: String {
    switch self {
    case .linear: "linear"
    case .quadratic: "quadratic"
    case .extremum: "extremum"
    }
  }
}

extension Results.Outputs {
  /// Outputs as results hold them: a complex one as name.re, name.im and name.abs.
  init<S: Scalar>(scalars: [(key: String, value: S)]) {
    self = scalars.flatMap { output -> Results.Outputs in
      guard let z = output.value as? Complex<Double> else {
        return [(key: output.key, value: output.value.realPart)]
      }
      return [
        (key: output.key + ".re", value: z.real), (key: output.key + ".im", value: z.imaginary),
        (key: output.key + ".abs", value: z.length),
      ]
    }
  }
}
