public import LinearAlgebra

/// All methods of interpolation on the same snapshots, judged on others.
public struct InterpolationComparison: Sendable {
  /// One method's account.
  public struct Row: Sendable {
    /// The method.
    public let method: InterpolationMethod
    /// Whether more points than modes are sampled.
    public let isOversampled: Bool
    /// r.
    public let modeCount: Int
    /// The number of points.
    public let pointCount: Int
    /// max |f − I f| / max |f| over the fields that were held out.
    public let worstError: Double
    /// The same in the Euclidean norm.
    public let worstEuclideanError: Double
    /// Λ.
    public let lebesgueConstant: Double
    /// ‖(PᵀΨ)⁺‖₂.
    public let inverseNorm: Double
    /// The wall time of modes and points, in seconds.
    public let seconds: Double
    /// Why the method refused; nil where it did not.
    public let refusal: String?

    /// "Q-DEIM", "Q-DEIM, 60 points".
    public var name: String {
      isOversampled ? "\(method.name), oversampled" : method.name
    }
  }

  /// One for each method, and for each with more points.
  public let rows: [Row]

  /// Compares.
  ///
  /// - Parameters:
  ///   - training: n × m, from which the methods learn.
  ///   - heldOut: n × k, on which they are judged.
  ///   - options: Tolerance and size of all; candidates.
  ///   - oversampling: Points for each mode in a second round; none where one or less.
  /// - Throws: `mismatch`, `notFinite` where the data do not fit; what a method refuses stands in its
  ///   row.
  public init<S: Scalar>(
    training: DenseMatrix<S>, heldOut: DenseMatrix<S>,
    options: InterpolationOptions = InterpolationOptions(), oversampling: Double = 1.5
  ) throws(HyperReductionError) {
    guard training.rowCount == heldOut.rowCount else {
      throw .mismatch(
        what: "fields held out", found: "\(heldOut.rowCount) numbers",
        expected: "\(training.rowCount), as those of the training")
    }
    for (what, matrix) in [("snapshots", training), ("fields held out", heldOut)] {
      if let (row, column) = matrix.firstNonFiniteEntry {
        throw .notFinite(what: what, row: column, point: row)
      }
    }
    var rows: [Row] = []
    for factor in [1, oversampling] where factor == 1 || factor > 1 {
      for method in InterpolationMethod.allCases {
        rows.append(
          InterpolationComparison.row(method, factor, training, heldOut, options))
      }
    }
    self.rows = rows
  }

  private static func row<S: Scalar>(
    _ method: InterpolationMethod, _ factor: Double, _ training: DenseMatrix<S>,
    _ heldOut: DenseMatrix<S>, _ options: InterpolationOptions
  ) -> Row {
    let start = ContinuousClock.now
    do throws(HyperReductionError) {
      var found = try EmpiricalInterpolation(of: training, by: method, options: options)
      let r = found.modes.columnCount
      if factor > 1 {
        found = try found.oversampled(
          to: min(Int((factor * Double(r)).rounded(.up)), training.rowCount),
          among: options.candidates)
      }
      let spent = start.duration(to: .now).components
      let errors = found.errors(of: heldOut)
      return Row(
        method: method, isOversampled: factor > 1, modeCount: r, pointCount: found.points.count,
        worstError: errors.worst, worstEuclideanError: errors.worstEuclidean,
        lebesgueConstant: found.lebesgueConstant(), inverseNorm: found.inverseNorm,
        seconds: Double(spent.seconds) + 1e-18 * Double(spent.attoseconds), refusal: nil)
    } catch {
      return Row(
        method: method, isOversampled: factor > 1, modeCount: 0, pointCount: 0, worstError: 0,
        worstEuclideanError: 0, lebesgueConstant: 0, inverseNorm: 0, seconds: 0,
        refusal: "\(error)")
    }
  }
}
