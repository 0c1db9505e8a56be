internal import ComplexModule
public import LinearAlgebra
internal import RealModule

/// Sample points of a set of modes by S-optimality: the modes at the points shall have a large
/// determinant and columns that are nearly orthogonal.
///
/// S(A) = (√det(AᴴA) / Π_j ‖a_j‖)^(1/r) is at most one, and one for orthogonal columns. Each step
/// takes the point that makes S largest: for as many points as modes, with one mode more each time;
/// beyond, with all modes.
///
/// - Source: Lauzon, Cheung, Shin, Choi, Copeland, Huynh, *S-OPT: a points selection algorithm for
///   hyper-reduction in reduced order models*, SIAM J. Sci. Comput. 46 (2024); Shin, Xiu,
///   *Nonadaptive quasi-optimal points selection for least squares linear regression*, SIAM J. Sci.
///   Comput. 38 (2016).
public struct SOPT: Sendable {
  /// Rows, in the order in which they were taken.
  public let points: [Int]
  /// S of the modes at the points, in (0, 1].
  public let score: Double
  /// ‖(PᵀΨ)⁺‖₂.
  public let inverseNorm: Double

  /// Selects.
  ///
  /// - Parameters:
  ///   - modes: Ψ, n × r, with orthonormal columns.
  ///   - count: How many points; as many as modes where nil.
  ///   - candidates: The rows that may be selected; all where nil.
  /// - Throws: As ``QDEIM``; `mismatch` for fewer points than modes.
  /// - Complexity: O(n r²) for r points and O(n r²) for each beyond.
  public init<S: Scalar>(
    _ modes: DenseMatrix<S>, count: Int? = nil, among candidates: [Int]? = nil
  ) throws(HyperReductionError) {
    let rows = try modes.interpolationRows(candidates)
    let r = rows.columnCount
    guard (count ?? r) >= r else {
      throw .mismatch(
        what: "S-optimal points", found: "\(count ?? 0) points",
        expected: "at least \(r) for as "
          + "many modes")
    }
    guard r > 0 else {
      (points, score, inverseNorm) = ([], 1, 0)
      return
    }
    var elimination = PointElimination<S>(rowCount: rows.rowCount, capacity: r)
    // Σ |a_j|² over the points so far.
    var squares = [Double](repeating: 0, count: r)
    func note(_ point: Int) {
      for j in 0..<r {
        let size = rows[point, j].absolute
        squares[j] += size * size
      }
    }
    for k in 0..<r {
      let left = try elimination.residual(of: k, in: rows)
      // The determinant of the larger square matrix is that before times this residual. One column
      // alone is orthogonal wherever it is seen: the first point is where it is largest.
      let next =
        k == 0
        ? left.largestPlace(nil)?.place
        : rows.best(
          left.map { 2 * Double.log($0.absolute) }, squares, modes: k + 1,
          excluding: elimination.points)
      guard let point = next else { throw .factorization(.singular(pivot: k)) }
      elimination.take(left, at: point)
      note(point)
    }
    var chosen = elimination.points
    while chosen.count < min(count ?? r, rows.rowCount) {
      // det(AᴴA + aᴴa) = det(AᴴA) (1 + ‖a R⁻¹‖²).
      let inverse: DenseMatrix<S>
      do throws(FactorizationError) {
        inverse = try LU(QR(rows.gathering(rows: chosen)).r).solve(.identity(r))
      } catch { throw .factorization(error) }
      let gains = (rows * inverse).rowSquares().map { Double.log(onePlus: $0) }
      guard let point = rows.best(gains, squares, modes: r, excluding: chosen) else { break }
      chosen.append(point)
      note(point)
    }
    points = chosen.map { candidates?[$0] ?? $0 }
    inverseNorm = try GappyPOD(modes, points: points).inverseNorm
    score = try SOPT.score(of: modes.gathering(rows: points))
  }

  /// S(A) = (√det(AᴴA) / Π_j ‖a_j‖)^(1/r); zero for dependent columns, one for no column.
  ///
  /// - Throws: `factorization`.
  public static func score<S: Scalar>(
    of a: DenseMatrix<S>
  ) throws(HyperReductionError) -> Double {
    guard a.columnCount > 0 else { return 1 }
    guard a.rowCount >= a.columnCount else { return 0 }
    do throws(FactorizationError) {
      let r = try QR(a).r
      let logs = (0..<a.columnCount).map { j in
        Double.log(r[j, j].absolute) - Double.log(norm(r.column(j)))
      }
      let mean = logs.reduce(0, +) / Double(a.columnCount)
      return mean.isNaN ? 0 : Double.exp(mean)
    } catch { throw .factorization(error) }
  }
}

extension DenseMatrix {
  /// The row with the largest gain less Σ_j log(s_j + |a_ij|²) over the first modes: the logarithm
  /// of S² but for a constant.
  fileprivate func best(
    _ gains: [Double], _ squares: [Double], modes: Int, excluding chosen: [Int]
  ) -> Int? {
    let size = 4096
    let parts = parallelMap((rowCount + size - 1) / size) { part in
      columnLogs(self, part * size..<min(rowCount, (part + 1) * size), squares, modes)
    }
    let taken = Set(chosen)
    var (best, value) = (Int?.none, -Double.infinity)
    for i in 0..<rowCount where !taken.contains(i) {
      let score = gains[i] - parts[i / size][i % size]
      // Mirror images differ by round-off alone: the first of them is taken.
      if score > value + 1e-12 * (1 + value.magnitude) || (best == nil && score > value) {
        (best, value) = (i, score)
      }
    }
    return best
  }
}

/// Σ_j log(s_j + |a_ij|²) for some rows; four factors to a logarithm.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
private func columnLogs<S: Scalar>(
  _ a: DenseMatrix<S>, _ rows: Range<Int>, _ squares: [Double], _ modes: Int
) -> [Double] {
  var sums = [Double](repeating: 0, count: rows.count)
  var products = [Double](repeating: 1, count: rows.count)
  for j in 0..<modes {
    let (first, square) = (rows.lowerBound + j * a.rowCount, squares[j])
    for place in 0..<rows.count {
      let value = a.values[first + place]
      products[place] *= square + (value.conjugate * value).realPart
    }
    if j % 4 == 3 || j == modes - 1 {
      for place in 0..<rows.count {
        sums[place] += Double.log(products[place])
        products[place] = 1
      }
    }
  }
  return sums
}
