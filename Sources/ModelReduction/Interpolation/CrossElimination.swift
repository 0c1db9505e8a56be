internal import ComplexModule
internal import LinearAlgebra

/// Greedy cross elimination of a table F: the largest entry of what is left is the next pivot, its
/// column divided by it the next mode, and a multiple of the mode is taken from every column.
///
/// Coefficients of all columns are kept and the residual is F − Q C, so the table is only read.
/// Where a column becomes a mode, the interpolant of what is left of it is taken off once more: as
/// in repeated Gram–Schmidt, the second elimination removes what round-off left at the points of
/// the first, and the modes stay triangular at the points to the last digits.
struct CrossElimination<S: Scalar>: Sendable {
  /// Modes, and the rows of the pivots.
  private var elimination: PointElimination<S>
  /// The pivots' columns.
  private(set) var columns: [Int] = []
  /// The largest weighted magnitude before each step, and behind the last.
  private(set) var errors: [Double] = []
  /// U: the chosen columns are Q U.
  private(set) var triangle: [[S]] = []
  /// Why it ended.
  private(set) var limit = InterpolationLimit.size
  /// The row where most is left behind the last step; nil where nothing is.
  private(set) var nextPoint: Int?
  /// −C, d rows of one number per column.
  private var negated: [S] = []

  /// Q, rows × d: mode k is one at point k and zero at those before.
  var modes: DenseMatrix<S> { elimination.modes }
  /// The pivots' rows.
  var points: [Int] { elimination.points }
  /// max |mode k at an earlier point| before these were set to zero.
  var defect: Double { elimination.defect }

  /// Eliminates.
  ///
  /// - Parameters:
  ///   - table: F.
  ///   - tolerance: Relative to the largest weighted magnitude of F.
  ///   - size: No more steps.
  ///   - weights: Of the rows in the choice of pivots.
  ///   - given: Rows to be taken first, with the column largest there; those that are dependent are
  ///     left out.
  /// - Throws: `notFinite`; `refused` for numbers whose squares overflow.
  init(
    _ table: DenseMatrix<S>, tolerance: Double, size: Int, weights: [Double]? = nil,
    given: [Int] = []
  ) throws(HyperReductionError) {
    if let (row, column) = table.firstNonFiniteEntry {
      throw .notFinite(what: "snapshots", row: column, point: row)
    }
    let (n, m) = (table.rowCount, table.columnCount)
    elimination = PointElimination(rowCount: n, capacity: min(size, min(n, m), 64))
    guard n > 0, m > 0 else {
      (errors, limit) = ([0], .zeroPivot)
      return
    }
    var tiles = ResidualTiles(table, weights: weights)
    var forced = given[...]
    while true {
      let (error, first) = tiles.largest(of: table, modes: modes, negated: negated)
      guard error.isFinite else {
        throw .refused("the squares of the snapshots overflow; divide them by their unit")
      }
      errors.append(error)
      // Where residuals of smooth families stagnate: round-off of F − Q C (a few units times the
      // Lebesgue constant) and of the values themselves. What lies below is no property of the data.
      let floor = 64 * Double.ulpOfOne * errors[0]
      var choice: (point: Int?, column: Int) = (nil, first)
      while let row = forced.first, choice.point == nil {
        forced.removeFirst()
        let here = self.row(row, of: table)
        let sizes = here.map { $0.absolute * (weights?[row] ?? 1) }
        if let most = sizes.max(), most > floor, let column = sizes.firstIndex(of: most) {
          choice = (row, column)
        }
      }
      if let reason = reason(error, floor, errors[0] * tolerance, min(size, n)),
        choice.point == nil || reason == .size || reason == .zeroPivot
      {
        limit = reason
        if reason != .zeroPivot {
          nextPoint = residual(of: first, in: table).largestPlace(weights)?.place
        }
        return
      }
      let left = residual(of: choice.column, in: table)
      guard let top = left.largestPlace(weights) else { return }
      let point = choice.point ?? top.place
      if points.contains(point) {
        limit = .repeatedPoint
        return
      }
      let pivot = left[point]
      guard pivot != S.zero, pivot.isFinite else {
        limit = .zeroPivot
        return
      }
      take(left, pivot, point, choice.column, table, &tiles, weights)
    }
  }

  private func reason(
    _ error: Double, _ floor: Double, _ tolerance: Double, _ size: Int
  ) -> InterpolationLimit? {
    if error == 0 { return .zeroPivot }
    if error <= tolerance { return .tolerance }
    if points.count >= size { return .size }
    return error <= floor ? .roundOff : nil
  }

  /// One more mode, from what is left of a column.
  private mutating func take(
    _ left: [S], _ pivot: S, _ point: Int, _ column: Int, _ table: DenseMatrix<S>,
    _ tiles: inout ResidualTiles<S>, _ weights: [Double]?
  ) {
    let (m, k) = (table.columnCount, points.count)
    var row = self.row(point, of: table)
    triangle.append((0..<k).map { -negated[column + $0 * m] } + [pivot])
    row[column] = pivot
    // What was chosen before is the modes' own: nothing is left of it.
    for chosen in columns { row[chosen] = S.zero }
    elimination.take(left, at: point)
    let sizes = blockSizes(elimination.lastMode, ResidualTiles<S>.height, weights)
    tiles.widen(by: sizes, times: row.map(\.absolute))
    tiles.silence(column: column)
    negated.append(contentsOf: row.map { -$0 })
    columns.append(column)
  }

  /// The residual of a column, eliminated twice; its coefficients are corrected.
  private mutating func residual(of column: Int, in table: DenseMatrix<S>) -> [S] {
    let (m, k) = (table.columnCount, points.count)
    var left = table.column(column)
    guard k > 0 else { return left }
    add(modes, (0..<k).map { negated[column + $0 * m] }, into: &left)
    let rest = elimination.eliminate(&left)
    for l in 0..<k { negated[column + l * m] -= rest[l] }
    return left
  }

  /// The residual of all columns in one row.
  private func row(_ i: Int, of table: DenseMatrix<S>) -> [S] {
    let (n, m) = (table.rowCount, table.columnCount)
    var row = (0..<m).map { table.values[i + $0 * n] }
    for l in points.indices { axpy(modes[i, l], negated, column: l, of: m, into: &row) }
    return row
  }
}
