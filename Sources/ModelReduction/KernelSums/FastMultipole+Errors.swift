internal import LinearAlgebra

/// What one level of a fast multipole sum is and costs.
public struct FastMultipoleLevel: Sendable, Equatable {
  /// Zero is the root.
  public let level: Int
  /// Of its cells.
  public let width: Double
  /// Source cells that hold points.
  public let cellCount: Int
  /// d, the nodes of a cell.
  public let rank: Int
  /// Pairs of cells that interact through their nodes.
  public let farPairCount: Int
  /// The root of the mean square of errors at pairs of points that the choice of nodes has not seen,
  /// through the nodes of both cells, over that of the kernel's values there (or of what finer levels
  /// contribute, where that is more).
  public let meanError: Double
  /// The largest error at pairs of a cell and its far region that were not trained on, over the
  /// largest value of the kernel at such a distance.
  public let largestError: Double
}

extension FastMultipole {
  /// The levels whose cells interact through nodes, the coarsest first.
  ///
  /// Levels that are missing have too few points, or would need more nodes than allowed: their pairs
  /// are left to finer levels, and to sums of points with points.
  public var levelFacts: [FastMultipoleLevel] {
    levels.indices.compactMap { index in
      levels[index].map {
        FastMultipoleLevel(
          level: index, width: sources.box.width(level: index),
          cellCount: index < sources.levels.count ? sources.levels[index].count : 0, rank: $0.rank,
          farPairCount: $0.schedule.targets.count, meanError: $0.basis.meanError,
          largestError: $0.basis.largestError)
      }
    }
  }

  /// Pairs of points that are summed term by term.
  public var nearPairCount: Int {
    targetLeaves.reduce(0) { sum, t in
      let count = targets.cells[t].points.count
      return sum + near[t].reduce(0) { $0 + count * sources.cells[Int($1)].points.count }
    }
  }

  /// ‖error‖₂/‖K q‖₂ as the interpolation of far fields foresees it for charges of random signs.
  ///
  /// What a level exchanges has its own mean error, and those that the finer levels have made on the way
  /// up and make again on the way down, each measured in the shell where this level looks; independent
  /// errors add by their squares, and the largest of all levels counts.
  ///
  /// It is an indicator and no bound. It compares with sums in which near points take part: targets
  /// that lie apart from all sources have no near points, and see errors in relation to what a cloud
  /// around them would contribute. Charges that cancel to high order lose as many digits as they
  /// cancel. ``sampledError(of:count:seed:)`` measures instead.
  public var errorEstimate: ErrorEstimate {
    let squares = levels.indices.map { l -> Double in
      guard let own = levels[l]?.basis.meanError else { return 0 }
      return (l + 1..<max(l + 1, levels.count)).reduce(own * own) { sum, finer in
        guard let errors = levels[finer]?.basis.shellErrors, finer - l < errors.count else {
          return sum
        }
        return sum + 2 * errors[finer - l] * errors[finer - l]
      }
    }
    return ErrorEstimate(
      value: (squares.max() ?? 0).squareRoot(), guarantee: .indicator,
      floor: 64 * Double.ulpOfOne)
  }

  /// ‖error‖₂/‖K q‖₂ over targets drawn at random, against direct sums.
  ///
  /// - Complexity: `count` n values of the kernel beside one application.
  public func sampledError(of charges: [S], count: Int = 100, seed: UInt64 = 1) -> Double {
    guard rowCount > 0 else { return 0 }
    var random = SplitMix64(seed: seed)
    let rows =
      count < rowCount
      ? (0..<count).map { _ in Int(random.next() % UInt64(rowCount)) } : Array(0..<rowCount)
    let fast = applied(to: charges)
    let exact = directSums(of: charges, at: rows)
    let size = norm(exact)
    let difference = norm(zip(rows, exact).map { fast[$0] - $1 })
    return size > 0 ? difference / size : difference
  }

  /// f_i = Σ_j K(x_i − y_j) q_j for charges of any origin.
  ///
  /// - Parameter charges: One for each source, in the order the points were given.
  /// - Returns: One value for each target.
  /// - Throws: `chargeCount`, `chargeNotFinite`.
  public func potentials(of charges: [S]) throws(KernelSumError) -> [S] {
    guard charges.count == columnCount else {
      throw .chargeCount(found: charges.count, expected: columnCount)
    }
    if let wrong = charges.firstIndex(where: { !$0.isFinite }) { throw .chargeNotFinite(wrong) }
    return applied(to: charges)
  }
}
