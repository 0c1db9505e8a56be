/// A quadrature rule of few points of a full one, with positive weights, that integrates given
/// functions and the volume to a tolerance.
///
/// With G the functions at the points and ω the full weights, x ≥ 0 has few entries and
///
///     ‖G x − G ω‖ ≤ ε ‖G ω‖   and   |Σ x − Σ ω| ≤ ε Σ ω.
///
/// Points are added where they correlate most with what is missing, weights are fitted anew by
/// nonnegative least squares that begin from the last ones, and points of weight zero are dropped.
/// The points with weight are independent, so there are never more of them than functions, the
/// volume counted as one.
///
///     let rule = try EmpiricalCubature(of: integrands, weights: ω, tolerance: 1e-5)
///     rule.points, rule.weights
///
/// - Source: Hernández, Caicedo, Ferrer, *Dimensional hyper-reduction of nonlinear finite element
///   models via empirical cubature*, Comput. Methods Appl. Mech. Eng. 313 (2017); Chapman, Avery,
///   Collins, Farhat, *Accelerated mesh sampling for the hyper reduction of nonlinear computational
///   models*, Int. J. Numer. Methods Eng. 109 (2017); whole cells as in Farhat, Avery, Chapman,
///   Cortial, *Dimensional reduction of nonlinear finite element dynamic models …*, ibid. 98 (2014).
public struct EmpiricalCubature: Sendable {
  /// What is selected at a time.
  public enum Unit: Sendable {
    /// Points, each with a weight of its own.
    case point
    /// Cells, given by their points: the points of a cell keep the ratios of their weights.
    case cells([[Int]])
  }

  /// How many points gave which residual, after each round of the selection.
  public struct Step: Sendable, Equatable, Codable {
    /// Units with positive weight.
    public let points: Int
    /// ‖G x − b‖, relative.
    public let residual: Double
  }

  /// How the selection went.
  public struct Report: Sendable, Codable {
    /// ‖G x − b‖ of all functions, relative to `scale`.
    public let residual: Double
    /// (Σ x − V) / V.
    public let volumeError: Double
    /// What residuals are relative to: ‖b‖ unless b nearly vanishes.
    public let scale: Double
    /// Rows that the fit worked with; fewer than there are functions where they were compressed.
    public let rowCount: Int
    /// After each round; with subdomains one after the other.
    public let history: [Step]
    /// Wall clock time.
    public let seconds: Double
  }

  /// The selected points, ascending.
  public let points: [Int]
  /// Their weights, all positive where those of the full rule are.
  public let weights: [Double]
  /// The selected units, ascending: the points, or cells.
  public let units: [Int]
  /// The factor of each unit: its weight for a point, a multiple of the full weights for a cell.
  public let unitWeights: [Double]
  /// How the selection went.
  public let report: Report

  /// Selects.
  ///
  /// - Parameters:
  ///   - integrands: G.
  ///   - weights: ω, one for each point.
  ///   - tolerance: ε, relative; zero for as much as round-off allows.
  ///   - unit: Whether single points are selected or whole cells.
  ///   - batch: Units added in a round; more make fewer rounds.
  ///   - start: Units to begin with, such as those of the rule before the functions were enriched;
  ///     those that get no weight are dropped.
  ///   - subdomains: A number for each point. Each subdomain then gets a rule of its own, for its
  ///     share of the integrals and of the volume, with no data exchanged; the shares of the
  ///     residual are such that the sum keeps the tolerance. Nil for one domain.
  ///   - compression: Functions are combined to an orthonormal set, and directions below this part
  ///     of the largest are left out while points are selected; the errors are those of the given
  ///     functions nonetheless. Pays where there are many functions that nearly depend on each
  ///     other. Nil to work with the functions as they are; below 10⁻⁷ squares hide what is left.
  /// - Throws: `mismatch`, `notFinite`; `notReached` if the tolerance is not reached above
  ///   round-off; `refused` for a tolerance or a batch that makes no sense.
  /// - Complexity: For each round one product Gᵀr and O(rows · points); one table of rows × points
  ///   if `compression` is given.
  public init(
    of integrands: some CubatureIntegrands, weights: [Double], tolerance: Double,
    unit: Unit = .point, batch: Int = 5, startingFrom start: [Int] = [],
    subdomains: [Int]? = nil, compression: Double? = nil
  ) throws(HyperReductionError) {
    let count = integrands.pointCount
    guard weights.count == count, subdomains.map({ $0.count == count }) ?? true, count > 0 else {
      throw .mismatch(
        what: "cubature",
        found: "\(weights.count) weights" + (subdomains.map { ", \($0.count) subdomains" } ?? ""),
        expected: "one for each of \(count) points, and one point at least")
    }
    guard tolerance >= 0, tolerance < 1, batch > 0, compression.map({ $0 >= 0 && $0 < 1 }) ?? true
    else {
      throw .refused(
        "a tolerance of \(tolerance) and batches of \(batch): tolerances lie in [0, 1) and a batch "
          + "holds one point at least")
    }
    let rules = CubatureRules(
      tolerance: tolerance, batch: batch, start: start, compression: compression)
    switch unit {
    case .point:
      let ones = [Double](repeating: 1, count: count)
      let found = try rules.select(
        integrands, weights: weights, volumes: ones, subdomains: subdomains)
      (units, unitWeights, report) = (found.units, found.weights, found.report)
      (points, self.weights) = (units, unitWeights)
    case .cells(let cells):
      if let point = cells.joined().first(where: { $0 < 0 || $0 >= count }) {
        throw .mismatch(
          what: "cells of the cubature", found: "point \(point)", expected: "points below \(count)")
      }
      if let cell = cells.firstIndex(where: \.isEmpty) {
        throw .refused("cell \(cell) of the cubature has no points")
      }
      let grouped = CellIntegrands(base: integrands, weights: weights, cells: cells)
      let found = try rules.select(
        grouped, weights: [Double](repeating: 1, count: cells.count),
        volumes: cells.map { $0.reduce(0) { $0 + weights[$1] } },
        subdomains: subdomains.map { numbers in cells.map { numbers[$0[0]] } })
      (units, unitWeights, report) = (found.units, found.weights, found.report)
      var ofPoint: [Int: Double] = [:]
      for (cell, factor) in zip(units, unitWeights) {
        for point in cells[cell] { ofPoint[point, default: 0] += factor * weights[point] }
      }
      let sorted = ofPoint.sorted { $0.key < $1.key }
      (points, self.weights) = (sorted.map(\.key), sorted.map(\.value))
    }
  }
}
