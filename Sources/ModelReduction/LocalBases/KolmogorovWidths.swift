internal import LinearAlgebra

/// How well spaces of dimension n can serve a set of snapshots, relative to the norm of each:
/// d̂_n = inf over V of dimension n of the supremum (or the mean square) of ‖u − P_V u‖ / ‖u‖.
///
/// The worst case is bounded from above, by the better of a greedy space and a POD space; the
/// root mean square is exact for the given snapshots, since POD of the normalised ones attains it.
///
/// - Source: A. Kolmogorov, Ann. Math. 37 (1936); for the greedy bound Binev, Cohen, Dahmen, DeVore,
///   Petrova, Wojtaszczyk, SIAM J. Math. Anal. 43 (2011).
public struct KolmogorovWidths: Sendable, Equatable {
  /// The largest relative error of a greedy space, for n = 0, 1, ….
  public let greedyWorst: [Double]
  /// The largest relative error of the POD space of the normalised snapshots.
  public let podWorst: [Double]
  /// The root mean square of its relative errors: the smallest of all spaces.
  public let meanSquare: [Double]

  /// The upper value of the worst case for each n.
  public var worst: [Double] { zip(greedyWorst, podWorst).map { min($0, $1) } }

  /// Widths of some of the snapshots.
  ///
  /// - Parameters:
  ///   - coordinates: Of all snapshots.
  ///   - members: Which; nil for all.
  ///   - size: The largest n.
  /// - Throws: `empty` for no members; `refused` for zero snapshots; `factorization`.
  /// - Complexity: One singular value decomposition of the members' coordinates.
  public init(
    of coordinates: SnapshotCoordinates, members: [Int]? = nil, upTo size: Int
  ) throws(SnapshotError) {
    let part = try coordinates.selecting(members ?? Array(0..<coordinates.count)).normalised()
    guard part.count > 0 else { throw .empty(source: "the cluster") }
    let sizes = Array(0...max(0, size))
    let modes: NestedModes
    do { modes = try NestedModes(of: part.matrix) } catch { throw .factorization(error) }
    let errors = modes.errors(of: part.matrix, sizes: sizes)
    podWorst = sizes.map { n in (0..<part.count).reduce(0) { max($0, errors[n, $1]) } }
    meanSquare = sizes.map { n in
      (0..<part.count).reduce(0) { $0 + errors[n, $1] * errors[n, $1] / Double(part.count) }
        .squareRoot()
    }
    greedyWorst = greedyErrors(part.matrix, upTo: max(0, size))
  }
}

/// The largest norm of what is left of the columns when those with the largest rest, one after
/// another, are projected out.
private func greedyErrors(_ columns: DenseMatrix<Double>, upTo size: Int) -> [Double] {
  var rest = columns
  var basis = DenseMatrix<Double>(rowCount: columns.rowCount, columnCount: 0)
  var errors: [Double] = []
  for n in 0...size {
    let lengths = (0..<rest.columnCount).map { norm(rest.column($0)) }
    let worst = lengths.max() ?? 0
    errors.append(worst)
    // Round-off of unit vectors has no direction.
    guard n < size, worst > 64 * Double.ulpOfOne, let pick = lengths.firstIndex(of: worst) else {
      errors += [Double](repeating: worst, count: size - n)
      break
    }
    var q = rest.column(pick)
    for _ in 0..<2 {
      axpy(-1, basis * basis.adjointTimes(q), into: &q)
      scale(1 / norm(q), &q)
    }
    basis.appendColumn(q)
    let line = DenseMatrix(rowCount: q.count, columnCount: 1, values: q)
    rest = rest - line * line.adjointTimes(rest)
  }
  return errors
}
