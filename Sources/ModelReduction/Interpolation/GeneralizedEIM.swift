internal import ComplexModule
public import LinearAlgebra

/// Empirical interpolation with functionals for points: averages, sensors, moments of a field
/// instead of values.
///
/// σ_k(I f) = σ_k(f) for the chosen functionals. The greedy runs on the table of all functionals of
/// all snapshots, so a field is touched only to make its mode.
///
/// - Source: Maday, Mula, *A generalized empirical interpolation method: application of reduced
///   basis techniques to data assimilation*, Springer INdAM 4 (2013).
public struct GeneralizedEIM<S: Scalar>: Sendable {
  /// q_1 … q_d, n × d.
  public let modes: DenseMatrix<S>
  /// The functionals σ_1 … σ_d, numbers in the dictionary.
  public let functionals: [Int]
  /// The snapshots that became modes.
  public let chosenSnapshots: [Int]
  /// max |σ(f − I f)| over dictionary and snapshots with 0, 1, … d modes.
  public let errors: [Double]
  /// What ended the selection.
  public let limit: InterpolationLimit
  /// σ_k(q_l), unit lower triangular.
  private let values: EIM<S>

  /// d.
  public var size: Int { functionals.count }

  /// Chooses among functionals given as rows.
  ///
  /// - Parameters:
  ///   - snapshots: n × m.
  ///   - dictionary: L × n; functional i is f ↦ Σ_j D_ij f_j.
  ///   - options: Candidates, given points and weights are of functionals.
  /// - Throws: `mismatch` for rows of another length; as ``EIM``.
  public init(
    of snapshots: DenseMatrix<S>, dictionary: DenseMatrix<S>,
    options: InterpolationOptions = InterpolationOptions()
  ) throws(HyperReductionError) {
    guard dictionary.columnCount == snapshots.rowCount else {
      throw .mismatch(
        what: "functionals", found: "rows of \(dictionary.columnCount) numbers",
        expected: "\(snapshots.rowCount), as the snapshots have")
    }
    try self.init(table: dictionary * snapshots, of: snapshots, options: options)
  }

  /// Chooses among functionals given as functions, each of which must be linear.
  ///
  /// - Throws: As the other.
  public init(
    of snapshots: DenseMatrix<S>, dictionary: [@Sendable ([S]) -> S],
    options: InterpolationOptions = InterpolationOptions()
  ) throws(HyperReductionError) {
    let columns = parallelMap(snapshots.columnCount) { j in
      let field = snapshots.column(j)
      return dictionary.map { $0(field) }
    }
    try self.init(
      table: DenseMatrix(rowCount: dictionary.count, columns: columns), of: snapshots,
      options: options)
  }

  private init(
    table: DenseMatrix<S>, of snapshots: DenseMatrix<S>, options: InterpolationOptions
  ) throws(HyperReductionError) {
    if let (row, column) = snapshots.firstNonFiniteEntry {
      throw .notFinite(what: "snapshots", row: column, point: row)
    }
    values = try EIM(of: table, options: options)
    modes = values.carried(to: snapshots)
    (functionals, chosenSnapshots) = (values.points, values.chosenSnapshots)
    (errors, limit) = (values.errors, values.limit)
  }

  /// c from σ_1(f) … σ_d(f), or the first of them.
  public func coefficients(of measurements: [S]) -> [S] {
    values.newtonCoefficients(of: measurements)
  }

  /// I f from the measurements.
  ///
  /// - Complexity: O(n d).
  public func field(of measurements: [S]) -> [S] { modes * coefficients(of: measurements) }
}
