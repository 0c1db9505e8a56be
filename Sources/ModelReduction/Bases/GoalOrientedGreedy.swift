internal import LinearAlgebra

/// A weak greedy algorithm for one linear output: primal and dual basis grow together, and the next
/// parameter is the one where the bound of the output's error is largest.
///
/// The corrected output errs by at most ‖r‖ ‖r_du‖/α, so vectors are spent where both residuals are large
/// for this output, not where the whole field is served worst. Of a compliant output, which is a multiple
/// of the load, the primal basis is the dual one.
///
/// - Source: Quarteroni, Manzoni, Negri, *Reduced Basis Methods for Partial Differential Equations*,
///   Springer 2016, section 7.4 (goal-oriented selection); Grepl, Patera, ESAIM: M2AN 39 (2005).
public struct GoalOrientedGreedy: Sendable {
  /// The vectors in the order they came; estimates are those of the output.
  public let steps: [GreedyStep]
  /// Why there are no more.
  public let limit: WeakGreedy.Limit
  /// The projection of the primal problem.
  public let projection: GalerkinProjection
  /// The reduced model, its output corrected by the dual problem.
  public let model: GalerkinReducedModel

  /// Builds both bases.
  ///
  /// - Parameters:
  ///   - solver: Of the problem to reduce.
  ///   - goal: The name of a linear output of it.
  ///   - training: The rows to choose from.
  ///   - options: When to stop; relative estimates are over the largest value that the output takes on
  ///     the training set.
  ///   - projection: What to start from; it must be empty.
  ///   - solutions: Where solutions of both problems are kept, and taken from.
  ///   - ledger: Takes the costs.
  ///   - progress: Called with each step.
  /// - Precondition: The output exists and is linear.
  /// - Throws: When the training set is empty or a row has no solution.
  public init(
    of solver: FullOrderSolver, goal name: String, over training: [Parameter],
    options: WeakGreedy.Options, projection empty: GalerkinProjection? = nil,
    solutions: (any SolutionStore)? = nil, ledger: inout CostLedger,
    progress: (GreedyStep) -> Void = { _ in }
  ) throws(GreedyError) {
    let problem = solver.decomposition
    guard !training.isEmpty else { throw .emptyTrainingSet }
    if let start = options.start, !training.indices.contains(start) {
      throw .startOutOfRange(start, count: training.count)
    }
    guard let output = problem.linearOutput(named: name) else {
      preconditionFailure("'\(name)' is no linear output of the problem")
    }
    var primal: GalerkinProjection
    var dual: (solver: FullOrderSolver, projection: GalerkinProjection)?
    do throws(ModelError) {
      primal = try ledger.measure(.reduction) { () throws(ModelError) in
        if let empty { return empty }
        return try GalerkinProjection(of: problem)
      }
      precondition(primal.size == 0, "the projection has \(primal.size) vectors already")
      if primal.model.outputsToCorrect.contains(name) {
        dual = try primal.dual(of: output)
      }
    } catch { throw .model(error) }
    var row = options.start ?? problem.parameterSpace.nearestRow(of: training) ?? 0
    let place = problem.outputs.firstIndex { $0.name == name } ?? 0
    let duals = solutions.map { DualSolutions($0, ofOutput: place) }
    var (steps, limit) = ([GreedyStep](), WeakGreedy.Limit.size)
    var model = primal.model
    while primal.size < options.size, limit == .size {
      let mu = training[row]
      let isNew: Bool
      do throws(ModelError) {
        let state = try solver.solution(at: mu, from: solutions, &ledger)
        let adjoint = try dual?.solver.solution(at: mu, from: duals, &ledger)
        let start = ContinuousClock.now
        defer { ledger.add((ContinuousClock.now - start).inSeconds, to: .reduction) }
        let grown = try primal.grow(by: state, row)
        let other = try adjoint.map { adjoint throws(ModelError) in
          try dual?.projection.grow(by: adjoint, row) ?? false
        }
        isNew = grown || other ?? false
        model = primal.model
        if let dual { model = model.corrected(by: dual.projection, forOutput: name, of: primal) }
      } catch { throw .model(error) }
      guard isNew else {
        limit = .linearDependence(row: row)
        break
      }
      let worst = try model.worst(of: name, over: training, options.measure)
      ledger.estimates += training.count
      let step = GreedyStep(
        row: row, parameter: mu, estimate: worst.value, guarantee: worst.guarantee,
        worstRow: worst.row)
      steps.append(step)
      progress(step)
      row = worst.row
      if worst.value <= options.tolerance {
        limit = .tolerance
      } else if worst.guarantee == .notCertified {
        limit = .floor
      }
    }
    ledger.rieszSolves += primal.rieszSolves + (dual?.projection.rieszSolves ?? 0)
    (self.steps, self.limit, projection) = (steps, limit, primal)
    self.model = model
  }
}

extension AffineDecomposition {
  /// The linear output of that name, nil where there is none.
  public func linearOutput(named name: String) -> LinearOutput? {
    for output in outputs {
      if case .linear(let linear) = output, linear.name == name { return linear }
    }
    return nil
  }
}

extension GalerkinProjection {
  /// Adds the part of a state that is new; false where there is none.
  fileprivate mutating func grow(by state: [Double], _ row: Int) throws(ModelError) -> Bool {
    do throws(ExtensionError) {
      try extend(by: state)
      return true
    } catch {
      if case .linearlyDependent = error { return false }
      throw .factorization(
        .notFinite(row: row, column: 0), at: problem.coercivity.reference)
    }
  }
}

extension GalerkinReducedModel {
  /// The training row where an output's error is bounded worst.
  fileprivate func worst(
    of name: String, over training: [Parameter], _ measure: WeakGreedy.Measure
  ) throws(GreedyError) -> WorstEstimate {
    guard let place = outputs.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("'\(name)' is no output of this model")
    }
    let results = forEachPoint(of: training, chunk: 64) { mu throws(ModelError) in
      try answer(at: mu).outputs[place]
    }
    var values: [OutputValue] = []
    do throws(ModelError) {
      for result in results { values.append(try result.get()) }
    } catch { throw .model(error) }
    let largest = values.reduce(0) { max($0, $1.value.magnitude) }
    let unit = measure == .absolute || largest == 0 ? 1 : largest
    return WorstEstimate(values.map { (estimate: $0.estimate, unit: unit) })
  }
}
