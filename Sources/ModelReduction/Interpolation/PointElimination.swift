internal import ComplexModule
internal import LinearAlgebra
internal import RealModule

/// Modes that are one at their own point and zero at the points of those before, and what they make
/// of a column: Gaussian elimination with a row chosen for each column in turn.
struct PointElimination<S: Scalar>: Sendable {
  /// Rows × d.
  private(set) var modes: DenseMatrix<S>
  /// The row of each mode.
  private(set) var points: [Int] = []
  /// max |mode at an earlier point| as round-off left it, before it was set to zero.
  private(set) var defect = 0.0

  /// No mode yet; room for some.
  init(rowCount: Int, capacity: Int) {
    modes = DenseMatrix(rowCount: rowCount, columnCount: 0)
    modes.values.reserveCapacity(rowCount * capacity)
  }

  /// c with Σ c_l q_l equal to given values at the first points: forward substitution.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func newton(_ samples: [S]) -> [S] {
    var c = samples
    for k in c.indices {
      for l in 0..<k { c[k] -= modes.values[points[k] + l * modes.rowCount] * c[l] }
    }
    return c
  }

  /// Takes the interpolant off a column.
  ///
  /// - Returns: The interpolant's coefficients.
  func eliminate(_ column: inout [S]) -> [S] {
    let c = newton(points.map { column[$0] })
    add(modes, c.map { -$0 }, into: &column)
    return c
  }

  /// The residual of a column, divided by what it is at a new point, becomes a mode.
  ///
  /// - Precondition: It is not zero there.
  mutating func take(_ residual: [S], at point: Int) {
    var mode = residual
    let pivot = mode[point]
    for old in points {
      defect = max(defect, mode[old].absolute / pivot.absolute)
      mode[old] = S.zero
    }
    divide(&mode, by: pivot)
    mode[point] = 1
    modes.appendColumn(mode)
    points.append(point)
  }

  /// The mode that was taken last.
  var lastMode: [S] { modes.column(modes.columnCount - 1) }
}
