public import LinearAlgebra

/// Greedy bases of bounded size for parts of the parameter domain: where one basis does not meet the
/// tolerance, its box is halved and each half gets a basis of its own.
///
/// The axis that is halved is the one along which the first parameter chosen in the box and the one that
/// its solution serves worst lie farthest apart in scaled coordinates. Queries cost
/// what the size allows, whatever the domain; the price is paid offline and in the number of bases. Halves
/// choose some of the rows again that their whole has chosen: with a store these are not solved again.
///
/// - Source: Eftang, Patera, Rønquist, *An "hp" certified reduced basis method for parametrized elliptic
///   partial differential equations*, SIAM J. Sci. Comput. 32 (2010).
public struct SplitGreedy: Sendable {
  /// A box with its basis.
  public struct Part: Sendable {
    /// Where it lies in [0, 1]^P, each axis measured along its scale.
    public let box: [ClosedRange<Double>]
    /// How many times the domain was halved to get there.
    public let depth: Int
    /// The rows its basis was chosen from.
    public let training: [Parameter]
    /// The vectors in the order they came; rows are those of `training`.
    public let steps: [GreedyStep]
    /// Why there are no more.
    public let limit: WeakGreedy.Limit
    /// The projection onto all of them.
    public let projection: GalerkinProjection
    /// The reduced model; where a goal was given its output is corrected.
    public let model: GalerkinReducedModel
    /// What could be certified at best everywhere in the box; nil for a goal.
    public let certifiedDownTo: Double?
    /// The basis.
    public var basis: ReducedBasis<Double> { projection.basis }
    /// The largest estimate over the training rows; 0 where no vector was needed.
    public var estimate: Double { steps.last?.estimate ?? 0 }
  }

  /// The boxes, which together are the domain.
  public let parts: [Part]
  /// Whether each basis met the tolerance on its training points.
  public let meetsTolerance: Bool
  /// The reduced models of all boxes.
  public let model: SplitReducedModel

  /// Builds the bases.
  ///
  /// - Parameters:
  ///   - solver: Of the problem to reduce.
  ///   - goal: The name of a linear output whose error is selected by, as ``GoalOrientedGreedy`` does;
  ///     nil for the error of the state.
  ///   - training: The rows to choose from; boxes with few of them get more.
  ///   - options: Tolerance, and the largest size of each basis.
  ///   - count: The most boxes.
  ///   - least: The least number of training points in a box.
  ///   - empty: What to start from in each box; it has no vectors.
  ///   - solutions: Where solutions are kept, and taken from instead of being computed again.
  ///   - ledger: Takes the costs.
  ///   - progress: Called with each box that is done, and how many are open.
  /// - Precondition: `options.start` is nil: it would mean another row in each box. The goal exists and
  ///   is linear.
  /// - Throws: As ``WeakGreedy``.
  public init(
    of solver: FullOrderSolver, goal: String? = nil, over training: [Parameter],
    options: WeakGreedy.Options, most count: Int, leastTraining least: Int = 30,
    projection empty: GalerkinProjection? = nil, solutions: (any SolutionStore)? = nil,
    ledger: inout CostLedger, progress: (Part, Int) -> Void = { _, _ in }
  ) throws(GreedyError) {
    precondition(options.start == nil, "a first row for boxes that have different rows")
    let space = solver.decomposition.parameterSpace
    let root = [ClosedRange<Double>](repeating: 0...1, count: space.dimension)
    var open = [(box: root, depth: 0)]
    var parts: [Part] = []
    let projection: GalerkinProjection
    do throws(ModelError) {
      projection = try ledger.measure(.reduction) { () throws(ModelError) in
        if let empty { return empty }
        return try GalerkinProjection(of: solver.decomposition)
      }
    } catch { throw .model(error) }
    while let (box, depth) = open.popLast() {
      let rows = SplitGreedy.rows(training, in: box, space, least)
      let part: Part
      if let goal {
        let greedy = try GoalOrientedGreedy(
          of: solver, goal: goal, over: rows, options: options, projection: projection,
          solutions: solutions, ledger: &ledger)
        part = Part(
          box: box, depth: depth, training: rows, steps: greedy.steps, limit: greedy.limit,
          projection: greedy.projection, model: greedy.model, certifiedDownTo: nil)
      } else {
        let greedy = try WeakGreedy(
          of: solver, over: rows, options: options, projection: projection, solutions: solutions,
          ledger: &ledger)
        part = Part(
          box: box, depth: depth, training: rows, steps: greedy.steps, limit: greedy.limit,
          projection: greedy.projection, model: greedy.model,
          certifiedDownTo: greedy.certifiedDownTo)
      }
      if part.limit == .size, parts.count + open.count + 2 <= count {
        let axis = SplitGreedy.axis(of: part, space)
        let middle = (box[axis].lowerBound + box[axis].upperBound) / 2
        var (below, above) = (box, box)
        below[axis] = box[axis].lowerBound...middle
        above[axis] = middle...box[axis].upperBound
        open += [(above, depth + 1), (below, depth + 1)]
        continue
      }
      parts.append(part)
      progress(part, open.count)
    }
    self.parts = parts
    model = SplitReducedModel(
      in: space, boxes: parts.map(\.box), models: parts.map(\.model))
    meetsTolerance = parts.allSatisfy { $0.limit != .size }
  }

  /// The training rows in a box, and more of a low-discrepancy sequence where they are few.
  private static func rows(
    _ training: [Parameter], in box: [ClosedRange<Double>], _ space: ParameterSpace, _ least: Int
  ) -> [Parameter] {
    var rows = training.filter { mu in
      zip(box, space.scaledCoordinates(of: mu)).allSatisfy { $0.contains($1) }
    }
    guard rows.count < least,
      let points = try? Sampling.halton.points(count: least - rows.count, seed: 0, in: space)
    else { return rows }
    for mu in points {
      let place = zip(box, space.scaledCoordinates(of: mu)).map {
        $0.lowerBound + $1 * ($0.upperBound - $0.lowerBound)
      }
      rows.append(space.parameter(at: place))
    }
    return rows
  }

  /// Along which the first parameter chosen and the one that it serves worst differ most, relative to the
  /// domain.
  private static func axis(of part: Part, _ space: ParameterSpace) -> Int {
    guard let first = part.steps.first else { return 0 }
    let (from, to) = (
      space.scaledCoordinates(of: first.parameter),
      space.scaledCoordinates(of: part.training[first.worstRow])
    )
    return from.indices.max { (from[$0] - to[$0]).magnitude < (from[$1] - to[$1]).magnitude } ?? 0
  }
}
