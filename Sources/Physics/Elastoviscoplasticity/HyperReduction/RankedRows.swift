internal import LinearAlgebra
internal import RealModule

/// The largest or the smallest of many numbers that are linear in few, found without looking at most of
/// them.
///
/// The number of row i is at most ‖rowᵢ‖ ‖z‖. Rows stand in the order of their norms, the largest first,
/// so that the search may end where that product falls below the best number found: the answer is that
/// of all rows, but where a field is concentrated, as plastic strains are, its cost depends on the
/// concentration and not on the mesh.
struct RankedRows: Sendable {
  /// Largest or smallest.
  let isLargest: Bool
  /// Where the few numbers stand in the list they are read from.
  let parts: [Range<Int>]
  /// Row after row.
  private let rows: [Double]
  private let norms: [Double]

  /// The rows of the parts side by side, ordered by their norms.
  ///
  /// - Parameter column: The first place that each part is read from, with its rows, as many in each.
  init(isLargest: Bool, _ column: ReducedSites.Column) {
    let count = column.first?.rows.rowCount ?? 0
    let squares = (0..<count).map { i in
      column.reduce(0) { sum, part in
        (0..<part.rows.columnCount).reduce(sum) { $0 + part.rows[i, $1] * part.rows[i, $1] }
      }
    }
    // Rows of one norm stay in their order.
    let order = squares.indices.sorted { (-squares[$0], $0) < (-squares[$1], $1) }
    self.isLargest = isLargest
    parts = column.map { $0.first..<$0.first + $0.rows.columnCount }
    norms = order.map { squares[$0].squareRoot() }
    var rows: [Double] = []
    rows.reserveCapacity(count * parts.reduce(0) { $0 + $1.count })
    for i in order {
      for part in column {
        for k in 0..<part.rows.columnCount { rows.append(part.rows[i, k]) }
      }
    }
    self.rows = rows
  }

  /// The rows of all parts, one column for each number.
  var matrix: DenseMatrix<Double> {
    let width = parts.reduce(0) { $0 + $1.count }
    return DenseMatrix(rowCount: width, columnCount: norms.count, values: rows).transposed()
  }

  /// The extremum at s; NaN where s is not finite, or where there is no row.
  func value(_ s: [Double]) -> Double {
    let z = parts.flatMap { s[$0] }
    let length = norm(z)
    guard length.isFinite, !norms.isEmpty else { return .nan }
    let (width, sign) = (z.count, isLargest ? 1.0 : -1)
    var best = -Double.infinity
    for (i, size) in norms.enumerated() {
      // A little more than the product, for the rounding of both sides.
      if size * length * (1 + 1e-12) < best { break }
      var sum = 0.0
      for k in 0..<width { sum += rows[i * width + k] * z[k] }
      best = max(best, sign * sum)
    }
    return sign * best
  }
}
