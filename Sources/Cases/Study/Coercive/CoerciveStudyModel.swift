internal import LinearAlgebra
internal import LinearSolvers
internal import ModelReduction

/// A study's model that is symmetric and coercive with an affine decomposition: what the weak greedy
/// algorithm and its certificate work on, whatever the physics.
protocol CoerciveStudyModel: StudyModel {
  /// Solves it.
  var solver: FullOrderSolver { get }
  /// Solves what was asked for at μ: something else than `solver` where coefficients had to be
  /// interpolated for it.
  ///
  /// - Throws: What stands in the way at that parameter.
  func solver(at mu: Parameter) throws -> FullOrderSolver
  /// Whether some outputs need the whole field, because no reduced model carries them.
  var hasFieldOutputs: Bool { get }
  /// Those outputs of all values of the field.
  func fieldOutputs(
    of whole: @autoclosure () throws -> [Double], at mu: Parameter
  ) throws -> Results.Outputs
  /// What is drawn of all values of the field.
  func fields(of whole: [Double], at mu: Parameter) throws -> [StudyField]
  /// A basis vector as a field, from its values at all unknowns.
  func mode(_ number: Int, _ whole: [Double]) -> StudyField
  /// What a saved reduced model needs to draw fields and to find field outputs again.
  var attachments: [String: StoredValue] { get }
}

extension CoerciveStudyModel {
  var work: FullOrderSolver.Work { solver.work }

  var sequence: SequenceAccount? { solver.sequence }
  func use(_ settings: SolverSettings) { solver.use(settings) }

  var partition: StudyField? {
    guard let parts = solver.partition else { return nil }
    let numbers = parts.map(Double.init)
    guard let reconstruction = solver.decomposition.field else { return mode(0, numbers) }
    return mode(
      0, numbers.spread(over: reconstruction.dofCount, at: reconstruction.freeDofs, else: .nan))
  }

  func solver(at mu: Parameter) throws -> FullOrderSolver { solver }

  func answers(at points: [Parameter]) throws -> [StudyAnswer] {
    // What was interpolated has a family of its own at each point.
    let states =
      solver.sequence != nil && facts.interpolations.isEmpty
      ? try solver.solve(at: points)
      : try spreadOverRanks(points.count) { place in
        try solver(at: points[place]).refinedSolution(at: points[place])
      }
    return try points.indices.map { place in
      let mu = points[place]
      let family = try states == nil ? solver(at: mu) : solver
      let free = try states?[place] ?? family.refinedSolution(at: mu)
      let decomposition = family.decomposition
      return StudyAnswer(
        query: Results.Query(
          parameter: mu.values, outputs: try outputs(of: free, at: mu, decomposition)),
        frames: StudyFrames(solution: {
          try fields(of: decomposition.whole(free, at: mu), at: mu)
        }))
    }
  }

  func reduce(_ task: inout ReductionTask) throws -> any StudyReduction {
    if let parts = task.request.parts { return try SplitReduction(self, most: parts, &task) }
    return try CoerciveReduction(self, &task)
  }

  func check(_ mu: Parameter) throws(ModelError) {
    let decomposition = solver.decomposition
    for family in [
      decomposition.operatorCoefficients, decomposition.loadCoefficients,
      decomposition.field?.liftCoefficients,
    ] {
      _ = try family?.checkedValues(at: mu, in: decomposition.parameterSpace)
    }
  }

  /// All outputs of a state over the free unknowns: those a reduced model carries, then the others.
  ///
  /// - Parameter decomposition: The family at that parameter.
  func outputs(
    of free: [Double], at mu: Parameter, _ decomposition: AffineDecomposition
  ) throws -> Results.Outputs {
    try decomposition.outputValues(of: free, at: mu)
      + fieldOutputs(of: decomposition.whole(free, at: mu), at: mu)
  }

  /// The same of a reduced answer.
  func outputs(of answer: ReducedAnswer, _ field: ReducedField?) throws -> Results.Outputs {
    guard let field else { return answer.outputs.pairs }
    let values = field.values(of: answer.state, at: answer.parameter)
    return answer.outputs.pairs + (try fieldOutputs(of: values, at: answer.parameter))
  }

  /// What reduced answers need for outputs of the whole field; nil where there are none.
  func reducedField(_ basis: ReducedBasis<Double>) -> ReducedField? {
    guard hasFieldOutputs, let reconstruction = solver.decomposition.field else { return nil }
    return ReducedField(basis, reconstruction)
  }

  /// A reduced model on its way into a file, with its bases one after the other, as the coordinates of
  /// the whole are.
  func file(
    _ content: ReducedContent, _ bases: [ReducedBasis<Double>], _ facts: ReductionFacts,
    for study: Study
  ) -> ModelFile {
    var file = ModelFile(
      content: content,
      provenance: study.provenance(of: facts, interpolations: self.facts.interpolations),
      certifiedDownTo: facts.results.certifiedDownTo, attachments: attachments)
    guard let reconstruction = solver.decomposition.field else { return file }
    let fields = bases.map { ReducedField($0, reconstruction) }
    file.field =
      fields.count == 1
      ? fields[0]
      : ReducedField(
        vectors: DenseMatrix(
          rowCount: reconstruction.dofCount, columnCount: content.size,
          values: fields.flatMap(\.vectors.values)),
        lifts: reconstruction.lifts, liftCoefficients: reconstruction.liftCoefficients)
    return file
  }
}

extension Array {
  /// Values at some of n places, and what stands elsewhere.
  func spread(over n: Int, at places: [Int32], else other: Element) -> [Element] {
    var whole = [Element](repeating: other, count: n)
    for (value, place) in zip(self, places) { whole[Int(place)] = value }
    return whole
  }
}

extension AffineDecomposition {
  /// All values of the field from those at the free unknowns.
  func whole(_ free: [Double], at mu: Parameter) throws(ModelError) -> [Double] {
    guard let field else { return free }
    return try field.field(free: free, at: mu, in: parameterSpace)
  }

  /// What `ritz check` says of its terms.
  var words: AffineWords {
    AffineWords(operatorCoefficients, loadCoefficients, outputs.map { ($0.name, $0.kind) })
  }
}
