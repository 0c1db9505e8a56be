public import LinearAlgebra

/// How large projection errors are of snapshots a basis has not seen.
///
/// Every snapshot is left out once, a POD basis is made of the others, and the relative error of
/// its projection is taken, for every size asked for.
public struct UnseenErrors: Sendable, Equatable {
  /// The errors at one size of the basis.
  public struct Summary: Sendable, Equatable {
    /// n.
    public let size: Int
    /// Their mean.
    public let mean: Double
    /// 95 % are at most this.
    public let quantile95: Double
    /// The largest.
    public let worst: Double
    /// The snapshot that has it.
    public let worstSnapshot: Int

    init(size: Int, _ errors: [Double]) {
      self.size = size
      mean = errors.reduce(0, +) / Double(max(1, errors.count))
      quantile95 = quantile(0.95, of: errors)
      worst = errors.max() ?? 0
      worstSnapshot = errors.firstIndex(of: worst) ?? 0
    }
  }

  /// How the snapshots were left out.
  public enum Rule: String, Sendable {
    /// In parts.
    case folds = "k-fold"
    /// One by one.
    case leaveOneOut = "leave-one-out"
  }

  /// One per size.
  public let summaries: [Summary]
  /// The relative error of each snapshot, a row per size and a column per snapshot.
  public let errors: DenseMatrix<Double>
  /// How the snapshots were left out.
  public let rule: Rule

  private init(_ errors: DenseMatrix<Double>, sizes: [Int], rule: Rule) {
    summaries = sizes.enumerated().map { s, n in
      Summary(size: n, (0..<errors.columnCount).map { errors[s, $0] })
    }
    (self.errors, self.rule) = (errors, rule)
  }

  /// Errors by leaving out parts.
  ///
  /// - Parameters:
  ///   - coordinates: Of the snapshots; pass normalised ones if the basis will be made of those.
  ///   - sizes: The sizes n of the basis.
  ///   - folds: The parts.
  /// - Throws: `refused` for zero snapshots; `factorization`.
  /// - Complexity: A singular value decomposition of the m × m coordinates per part.
  public static func leavingOut(
    _ folds: Folds, of coordinates: SnapshotCoordinates, sizes: [Int]
  ) throws(SnapshotError) -> UnseenErrors {
    precondition(folds.assignment.count == coordinates.count, "folds of other snapshots")
    try check(sizes)
    let norms = try coordinates.positiveNorms()
    let parts = try parallelTry(folds.count) { fold throws(FactorizationError) in
      let (training, test) = folds.split(fold)
      let modes = try NestedModes(of: coordinates.selecting(training).matrix)
      return modes.errors(of: coordinates.selecting(test).matrix, sizes: sizes)
    }
    var all = DenseMatrix<Double>(rowCount: sizes.count, columnCount: coordinates.count)
    for (fold, part) in parts.enumerated() {
      for (k, snapshot) in folds.split(fold).test.enumerated() {
        for s in sizes.indices { all[s, snapshot] = part[s, k] / norms[snapshot] }
      }
    }
    return UnseenErrors(all, sizes: sizes, rule: .folds)
  }

  /// Errors by leaving out each snapshot on its own.
  ///
  /// One decomposition serves all: the modes without snapshot i are those of Σ² − z zᵀ in the modes
  /// of all, z the coordinates of the snapshot there.
  ///
  /// - Throws: As above; `refused` for fewer than two snapshots.
  /// - Complexity: One singular value decomposition, then about 10 m² n operations for m snapshots
  ///   and the largest size n.
  public static func leavingOutEach(
    of coordinates: SnapshotCoordinates, sizes: [Int]
  ) throws(SnapshotError) -> UnseenErrors {
    try check(sizes)
    guard coordinates.count > 1 else {
      throw .refused("leaving out the only snapshot leaves nothing; at least two are needed")
    }
    let norms = try coordinates.positiveNorms()
    let downdate: ModeDowndate
    do { downdate = try ModeDowndate(coordinates.matrix) } catch { throw .factorization(error) }
    let columns = parallelMap(coordinates.count, chunk: 4) { i in
      downdate.errors(without: i, sizes: sizes).map { $0 / norms[i] }
    }
    return UnseenErrors(
      DenseMatrix(rowCount: sizes.count, columns: columns), sizes: sizes, rule: .leaveOneOut)
  }

  private static func check(_ sizes: [Int]) throws(SnapshotError) {
    guard !sizes.isEmpty, sizes.allSatisfy({ $0 >= 0 }) else {
      throw .refused("the sizes of the basis are \(sizes); give at least one, none negative")
    }
  }
}

extension SnapshotCoordinates {
  fileprivate func positiveNorms() throws(SnapshotError) -> [Double] {
    _ = try normalised()
    return norms
  }
}

/// The smallest value that at least a fraction q of all do not exceed; 0 of none.
func quantile(_ q: Double, of values: [Double]) -> Double {
  guard !values.isEmpty else { return 0 }
  let place = Int((q * Double(values.count)).rounded(.up)) - 1
  return values.sorted()[min(max(0, place), values.count - 1)]
}
