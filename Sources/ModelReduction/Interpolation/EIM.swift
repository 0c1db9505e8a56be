public import LinearAlgebra

/// What a greedy interpolation is asked for.
public struct InterpolationOptions: Sendable {
  /// Stops where the largest weighted error is at most this part of the largest weighted value.
  public var tolerance: Double
  /// No more points than this.
  public var size: Int
  /// The rows that may become points; all where nil.
  public var candidates: [Int]?
  /// Rows that become points first, in this order; one that depends on those before is left out.
  public var given: [Int]
  /// Positive weights of the rows: errors are compared, and points chosen, in max wᵢ |fᵢ|.
  public var weights: [Double]?

  /// What is asked for; tolerance zero goes on to round-off.
  public init(
    tolerance: Double = 0, size: Int = .max, candidates: [Int]? = nil, given: [Int] = [],
    weights: [Double]? = nil
  ) {
    (self.tolerance, self.size, self.candidates) = (tolerance, size, candidates)
    (self.given, self.weights) = (given, weights)
  }

  /// Refuses what does not fit fields of `n` numbers.
  func check(rowCount n: Int) throws(HyperReductionError) {
    guard tolerance >= 0, size >= 0 else {
      throw .refused("a tolerance of \(tolerance) and \(size) points; neither may be negative")
    }
    let named = (candidates ?? []) + given
    guard named.allSatisfy({ $0 >= 0 && $0 < n }) else {
      throw .mismatch(
        what: "interpolation points", found: "row \(named.max() ?? -1) or a negative one",
        expected: "rows 0 to \(n - 1)")
    }
    if let candidates, !given.allSatisfy(Set(candidates).contains) {
      throw .refused("a given point is not among the candidates; add it to them")
    }
    guard let weights else { return }
    guard weights.count == n, weights.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw .mismatch(
        what: "weights of rows", found: "\(weights.count), the least \(weights.min() ?? 0)",
        expected: "\(n) positive numbers")
    }
  }
}

/// The empirical interpolation method: snapshots, points and modes chosen together, so that fields
/// like the snapshots are interpolated from their values at few points.
///
/// Each step takes the snapshot with the largest error, and the point where it is largest. Points
/// and modes are nested: the first m of them are what m steps had chosen. Modes are bounded by one
/// (in the weighted norm) and B, their values at the points, is unit lower triangular.
///
/// - Source: Barrault, Maday, Nguyen, Patera, *An 'empirical interpolation' method*, C. R. Acad.
///   Sci. Paris 339 (2004); Maday et al., *A general multipurpose interpolation procedure: the magic
///   points*, Commun. Pure Appl. Anal. 8 (2009).
public struct EIM<S: Scalar>: Sendable {
  /// q_1 … q_d, n × d.
  public let modes: DenseMatrix<S>
  /// x_1 … x_d, rows of the fields.
  public let points: [Int]
  /// The snapshots μ_1 … μ_d whose residuals became modes.
  public let chosenSnapshots: [Int]
  /// The largest weighted error of the snapshots at the candidate points with 0, 1, … d modes.
  public let errors: [Double]
  /// What ended the selection.
  public let limit: InterpolationLimit
  /// The point that would come next, where the error behind the last step is largest; nil where
  /// nothing is left.
  public let nextPoint: Int?
  /// max |q_k(x_l)|, l < k, as round-off left it; the modes hold exact zeros there.
  public let triangularityDefect: Double
  /// B with B_{kl} = q_l(x_k).
  public let pointValues: DenseMatrix<S>
  /// U, upper triangular: the chosen snapshots are Q U, and at the points B U.
  let change: DenseMatrix<S>
  /// The chosen snapshots at the points, as they were given.
  let chosenValues: DenseMatrix<S>

  /// d.
  public var size: Int { points.count }

  /// Chooses among snapshots.
  ///
  /// Residuals are not stored: memory beside the snapshots is that of the modes, and of the
  /// candidates' rows where these are restricted.
  ///
  /// - Parameter snapshots: n × m, one per column.
  /// - Throws: `notFinite`; `mismatch` and `refused` for options that do not fit.
  /// - Complexity: At most 2 n m d² operations, in matrix products; a fifth of that for families
  ///   with local features, because tiles whose error cannot be the largest are left out.
  public init(
    of snapshots: DenseMatrix<S>, options: InterpolationOptions = InterpolationOptions()
  ) throws(HyperReductionError) {
    try options.check(rowCount: snapshots.rowCount)
    guard let candidates = options.candidates else {
      try self.init(
        CrossElimination(
          snapshots, tolerance: options.tolerance, size: options.size, weights: options.weights,
          given: options.given),
        of: snapshots, rows: nil)
      return
    }
    let place = Dictionary(
      candidates.enumerated().map { ($0.element, $0.offset) },
      uniquingKeysWith: { first, _ in first }
    )
    let table = snapshots.gathering(rows: candidates)
    try self.init(
      CrossElimination(
        table, tolerance: options.tolerance, size: options.size,
        weights: options.weights.map { w in candidates.map { w[$0] } },
        given: options.given.compactMap { place[$0] }),
      of: snapshots, rows: candidates)
  }

  /// An elimination of some rows, carried to all.
  private init(
    _ elimination: CrossElimination<S>, of snapshots: DenseMatrix<S>, rows: [Int]?
  ) throws(HyperReductionError) {
    if rows != nil, let (row, column) = snapshots.firstNonFiniteEntry {
      throw .notFinite(what: "snapshots", row: column, point: row)
    }
    let points = elimination.points.map { rows?[$0] ?? $0 }
    var modes = elimination.modes
    if let rows {
      modes = carry(elimination.columns, elimination.change, to: snapshots)
      for k in points.indices {
        for (i, row) in rows.enumerated() { modes[row, k] = elimination.modes[i, k] }
      }
    }
    let d = points.count
    self.modes = modes
    (self.points, chosenSnapshots) = (points, elimination.columns)
    (errors, limit) = (elimination.errors, elimination.limit)
    nextPoint = elimination.nextPoint.map { rows?[$0] ?? $0 }
    triangularityDefect = elimination.defect
    pointValues = modes.gathering(rows: points)
    change = elimination.change
    chosenValues = DenseMatrix(
      rowCount: d,
      columns: elimination.columns.map { j in points.map { snapshots[$0, j] } })
  }

  /// The first m points and modes: the result that m steps had given.
  ///
  /// - Precondition: m ≤ d.
  public func prefix(_ m: Int) -> EIM {
    m == size ? self : EIM(self, prefix: m)
  }

  private init(_ whole: EIM, prefix m: Int) {
    precondition(m >= 0 && m < whole.size, "\(m) of \(whole.size) modes")
    modes = whole.modes.columns(0..<m)
    (points, chosenSnapshots) = (Array(whole.points[..<m]), Array(whole.chosenSnapshots[..<m]))
    (errors, limit) = (Array(whole.errors[...m]), .size)
    (nextPoint, triangularityDefect) = (whole.points[m], whole.triangularityDefect)
    pointValues = whole.pointValues.columns(0..<m).rows(0..<m)
    change = whole.change.columns(0..<m).rows(0..<m)
    chosenValues = whole.chosenValues.columns(0..<m).rows(0..<m)
  }
}

extension EIM where S == Double {
  /// Chooses among snapshots of any origin.
  ///
  /// - Parameter memory: Bytes; the snapshots are in memory as a whole, because each step may look
  ///   at any of them.
  /// - Throws: `SnapshotError`; `refused` where the snapshots do not fit.
  public init(
    of source: some SnapshotSource, options: InterpolationOptions = InterpolationOptions(),
    memory: Int = .max
  ) throws(SnapshotError) {
    let reader = try SnapshotReader(source, memory: memory)
    guard let states = reader.states else {
      throw .refused(
        "empirical interpolation looks at all snapshots in every step, and \(source.byteCount) bytes "
          + "do not fit into \(memory): allow more memory, or interpolate a basis of the snapshots")
    }
    do throws(HyperReductionError) { try self.init(of: states, options: options) } catch {
      throw .refused("\(error)")
    }
  }
}

extension CrossElimination {
  /// U as a matrix.
  var change: DenseMatrix<S> {
    let d = triangle.count
    return DenseMatrix(
      rowCount: d,
      columns: triangle.map { $0 + [S](repeating: S.zero, count: d - $0.count) })
  }
}

extension EIM {
  /// F U⁻¹ for the chosen columns of another table F over the same snapshots: what the elimination
  /// makes of them.
  func carried(to table: DenseMatrix<S>) -> DenseMatrix<S> {
    carry(chosenSnapshots, change, to: table)
  }
}

/// The columns of a table times the inverse of a triangle, one after the other.
private func carry<S: Scalar>(
  _ columns: [Int], _ triangle: DenseMatrix<S>, to table: DenseMatrix<S>
) -> DenseMatrix<S> {
  var result = DenseMatrix<S>(rowCount: table.rowCount, columnCount: 0)
  for (k, column) in columns.enumerated() {
    var left = table.column(column)
    add(result, (0..<k).map { -triangle[$0, k] }, into: &left)
    divide(&left, by: triangle[k, k])
    result.appendColumn(left)
  }
  return result
}
