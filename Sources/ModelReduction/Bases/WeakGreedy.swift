internal import Expressions
public import LinearAlgebra

/// One vector of a greedy basis.
public struct GreedyStep: Sendable, Equatable {
  /// The training row, from 0, whose solution became this vector.
  public let row: Int
  /// The parameter of that row.
  public let parameter: Parameter
  /// The largest estimate over the training set once this vector is in.
  public let estimate: Double
  /// What that estimate claims.
  public let guarantee: Guarantee
  /// The row where it is attained: the next candidate.
  public let worstRow: Int
}

/// The weak greedy algorithm: again and again the solution that the current space is estimated to
/// serve worst.
///
/// The first row is the one nearest to the parameters' defaults in scaled coordinates, unless given;
/// where its solution vanishes, the row of the largest absolute estimate. A projection that has vectors
/// already is gone on with at the row it serves worst.
/// Estimates within one part in 10⁹ of the largest count as ties; the smallest row wins.
///
/// - Source: Veroy, Prud'homme, Rovas, Patera, AIAA 2003-3847; Binev et al., SIAM J. Math. Anal. 43
///   (2011).
public struct WeakGreedy: Sendable {
  /// What is selected by and stopped on.
  public enum Measure: String, Sendable {
    /// Δ(μ)/‖u_N(μ)‖.
    case relative
    /// Δ(μ).
    case absolute
  }

  /// What ended the basis.
  public enum Limit: Sendable, Equatable {
    /// The largest estimate is at most the tolerance.
    case tolerance
    /// The largest size allowed was reached.
    case size
    /// The largest estimate is the round-off floor: no further vector can lower it.
    case floor
    /// More than half of the largest estimate is owed to interpolated coefficients: vectors cannot
    /// lower that.
    case interpolation
    /// The solution of the worst row lies in the space already, the estimate notwithstanding.
    case linearDependence(row: Int)
  }

  /// What to do.
  public struct Options: Sendable {
    /// The largest estimate to stop at.
    public var tolerance: Double
    /// The largest number of vectors.
    public var size: Int
    /// Relative or absolute.
    public var measure: Measure
    /// The first training row; nil for the one nearest to the defaults.
    public var start: Int?

    /// What to do.
    public init(
      tolerance: Double, size: Int, measure: Measure = .relative, start: Int? = nil
    ) {
      (self.tolerance, self.size) = (tolerance, size)
      (self.measure, self.start) = (measure, start)
    }
  }

  /// The vectors in the order they came.
  public let steps: [GreedyStep]
  /// Why there are no more.
  public let limit: Limit
  /// The projection onto all of them, ready for more.
  public let projection: GalerkinProjection
  /// The reduced model.
  public let model: GalerkinReducedModel
  /// The largest floor over the training set, in the measure of the estimates: what could be
  /// certified at best everywhere.
  public let certifiedDownTo: Double
  /// The parameters of the rows in the order they came.
  public var parameters: [Parameter] { steps.map(\.parameter) }
  /// The basis.
  public var basis: ReducedBasis<Double> { projection.basis }

  /// Builds a basis.
  ///
  /// - Parameters:
  ///   - solver: Of the problem to reduce.
  ///   - training: The rows to choose from.
  ///   - options: When to stop.
  ///   - projection: What to start from, if anything of this problem is at hand: Riesz map, coercivity
  ///     bound and vectors are kept.
  ///   - solutions: Where solutions are kept, and taken from instead of being computed again.
  ///   - ledger: Takes the costs.
  ///   - progress: Called with each step.
  /// - Throws: When the training set is empty or a row has no solution.
  public init(
    of solver: FullOrderSolver, over training: [Parameter], options: Options,
    projection begun: GalerkinProjection? = nil, solutions: (any SolutionStore)? = nil,
    ledger: inout CostLedger,
    progress: (GreedyStep) -> Void = { _ in }
  ) throws(GreedyError) {
    let problem = solver.decomposition
    guard !training.isEmpty else { throw .emptyTrainingSet }
    if let start = options.start, !training.indices.contains(start) {
      throw .startOutOfRange(start, count: training.count)
    }
    let empty: GalerkinProjection
    let set: TrainingSet
    do throws(ModelError) {
      empty = try ledger.measure(.reduction) { () throws(ModelError) in
        if let begun { return begun }
        return try GalerkinProjection(of: problem)
      }
      set = try TrainingSet(training, of: problem, coercivity: empty.coercivity)
    } catch { throw .model(error) }
    let run = try GreedyRun(
      empty, over: set,
      from: options.start ?? problem.parameterSpace.nearestRow(of: training) ?? 0, options,
      ledger: &ledger,
      solve: { row, ledger throws(ModelError) in
        try solver.solution(at: training[row], from: solutions, &ledger)
      }, progress: progress)
    ledger.rieszSolves += run.projection.rieszSolves - (begun?.rieszSolves ?? 0)
    (steps, limit, projection) = (run.steps, run.limit, run.projection)
    (model, certifiedDownTo) = (projection.model, run.floor)
  }

  /// The largest estimate over the training set.
  static func worst(
    _ set: TrainingSet, _ model: GalerkinReducedModel, _ measure: Measure
  ) throws(GreedyError) -> Worst {
    let estimates = set.estimates(of: model)
    var (values, floor) = ([Double](), 0.0)
    for (row, point) in estimates.enumerated() {
      if point.failedRow >= 0 {
        throw .model(.notPositiveDefinite(pivot: point.failedRow, at: set.points[row]))
      }
      // Where u_N vanishes a relative error means nothing; a vanishing estimate is still a zero.
      let unit =
        measure == .absolute ? 1 : (point.estimate.value == 0 ? 1 : point.solutionNorm)
      values.append(point.estimate.value / unit)
      floor = max(floor, point.estimate.floor / unit)
    }
    let largest = values.max() ?? 0
    let row = values.firstIndex { $0 >= largest * (1 - 1e-9) } ?? 0
    let worst = estimates[row]
    return Worst(
      row: row, value: largest, guarantee: worst.estimate.guarantee, floor: floor,
      isInterpolation: worst.consistency > worst.residual)
  }

  /// The row with the largest estimate.
  struct Worst {
    let row: Int
    let value: Double
    let guarantee: Guarantee
    let floor: Double
    /// Whether most of the estimate is owed to interpolated coefficients.
    let isInterpolation: Bool

    /// Why there is nothing more to do, if so.
    func limit(_ options: Options) -> Limit? {
      if value <= options.tolerance { return .tolerance }
      if guarantee == .notCertified { return .floor }
      return isInterpolation ? .interpolation : nil
    }
  }

  /// Those of some points whose estimate exceeds the tolerance, the worst first.
  ///
  /// - Parameters:
  ///   - points: Of the space of the problem, any number.
  ///   - options: Tolerance and measure.
  /// - Complexity: That of one step of the algorithm over as many rows.
  /// - Throws: Where a point has no solution.
  public func points(
    among points: [Parameter], notServedBy options: Options
  ) throws(GreedyError) -> [Parameter] {
    let set: TrainingSet
    do throws(ModelError) {
      set = try TrainingSet(points, of: projection.problem, coercivity: projection.coercivity)
    } catch { throw .model(error) }
    let estimates = set.estimates(of: model)
    var found: [(value: Double, row: Int)] = []
    for (row, point) in estimates.enumerated() {
      if point.failedRow >= 0 {
        throw .model(.notPositiveDefinite(pivot: point.failedRow, at: points[row]))
      }
      let unit = options.measure == .absolute || point.solutionNorm == 0 ? 1 : point.solutionNorm
      let value = point.estimate.value / unit
      if value > options.tolerance { found.append((value, row)) }
    }
    return found.sorted { ($1.value, $0.row) < ($0.value, $1.row) }.map { points[$0.row] }
  }
}

/// Why no greedy basis could be built.
public enum GreedyError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is nothing to choose from.
  case emptyTrainingSet
  /// The first row is not in the training set.
  case startOutOfRange(Int, count: Int)
  /// A row has no solution, or no estimate.
  case model(ModelError)
  /// A solution cannot join the basis.
  case `extension`(ExtensionError, row: Int)

  /// What is wrong, with the numbers.
  public var description: String {
    switch self {
    case .emptyTrainingSet: "the training set is empty"
    case .startOutOfRange(let row, let count):
      "start row \(row) is not in the training set; its rows are 0 to \(count - 1)"
    case .model(let error): error.description
    case .extension(let error, let row): "training row \(row): \(error)"
    }
  }
}
