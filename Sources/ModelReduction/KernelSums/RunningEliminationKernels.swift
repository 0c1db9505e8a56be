internal import ComplexModule
internal import LinearAlgebra

/// Greedy cross elimination of a small table whose residual is kept: the largest entry of what is left
/// is the next pivot, and its cross is taken off.
///
/// ``CrossElimination`` never stores the residual, which spares memory for snapshots and costs a
/// product with all modes for every tile it looks at. Tables of a kernel are small, and taking one
/// cross off costs one pass.
struct RunningElimination<S: Scalar>: Sendable {
  /// The pivots' rows.
  private(set) var rows: [Int] = []
  /// The pivots' columns.
  private(set) var columns: [Int] = []
  /// The largest magnitude left.
  private(set) var error: Double
  private var residual: DenseMatrix<S>
  /// The largest magnitude left in each column.
  private var sizes: [Double]

  /// Nothing taken yet.
  ///
  /// - Precondition: The table is finite.
  init(_ table: DenseMatrix<S>) {
    residual = table
    sizes = [Double](repeating: 0, count: table.columnCount)
    error = 0
    takeOff([], row: nil)
  }

  /// Takes crosses off until nothing larger than `tolerance` is left, or `size` are taken.
  mutating func run(to tolerance: Double, size: Int) {
    let limit = min(size, residual.rowCount, residual.columnCount)
    while error > tolerance, rows.count < limit {
      // To twelve digits the first: mirror images are told apart by their number alone.
      guard let column = sizes.firstIndex(where: { $0 >= (1 - 1e-12) * error }),
        let row = residual.column(column).largestPlace(nil)?.place, !rows.contains(row)
      else { return }
      var mode = residual.column(column)
      divide(&mode, by: mode[row])
      rows.append(row)
      columns.append(column)
      takeOff(mode, row: row)
      sizes[column] = 0
      error = sizes.max() ?? 0
    }
  }

  /// r ← r − q r(x, ·), and what is left of each column.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  private mutating func takeOff(_ mode: [S], row: Int?) {
    let (n, count) = (residual.rowCount, residual.columnCount)
    unsafe residual.values.withDisjointWrites { values in
      unsafe sizes.withDisjointWrites { sizes in
        forEachChunk(of: count, size: max(32, 65_536 / max(1, n))) { range in
          unsafe mode.withUnsafeBufferPointer { mode in
            guard let base = unsafe values.base.baseAddress else { return }
            for j in range {
              // Safe: column j belongs to this range, and the mode has as many rows.
              let column = unsafe base + j * n
              if let row, let mode = mode.baseAddress {
                let factor = unsafe -column[row]
                unsafe S.axpy(n, factor, mode, column)
              }
              unsafe sizes.base[j] = unsafe largestMagnitude(of: column, count: n, nil, from: 0)
            }
          }
        }
      }
    }
    error = sizes.max() ?? 0
  }
}
