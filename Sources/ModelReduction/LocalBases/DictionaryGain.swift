/// What a dictionary of local bases would gain over one global basis, judged before any is built.
///
/// Snapshots are clustered once; bases and the stand-in for the classifier are cross-validated. The
/// error predicted for K clusters of N_m modes is
/// Ê = Σ_j π_j Σ_k P(k|j) e_{j→k}, with π_j the share of cluster j, P(k|j) how often its snapshots
/// are given to basis k, and e_{j→k} the mean relative projection error there of those that are.
/// (Mistakes happen at the borders of clusters, where the neighbour's basis is not bad: the error
/// of all members of j on basis k in the place of e_{j→k} overestimated Ê up to five times for
/// bumps of random place; it is kept as `pessimisticError`.) The ratio ρ = Ê / e_glob(N_m) compares
/// at equal cost of a query; that with e_glob(K N_m) at equal memory.
///
/// The criterion is Ritz's own, for the purpose of those of Daniel, Casenave, Akkari, Ketata,
/// Ryckelynck, *Physics-informed cluster analysis and a priori efficiency criterion for the
/// construction of local reduced-order bases*, J. Comput. Phys. 458 (2022).
public struct DictionaryGain: Sendable {
  /// The judgement of one number of clusters and modes.
  public struct Entry: Sendable, Equatable {
    /// K.
    public let clusters: Int
    /// N_m.
    public let modes: Int
    /// Ê.
    public let predictedError: Double
    /// The errors on the bases the stand-in chose, snapshot by snapshot: their 95 % quantile.
    public let quantile95: Double
    /// Their maximum.
    public let worst: Double
    /// With a classifier that never errs.
    public let oracleError: Double
    /// With mistakes that strike the members of a cluster at random.
    public let pessimisticError: Double
    /// e_glob(N_m).
    public let globalError: Double
    /// e_glob(K N_m).
    public let globalErrorAtEqualMemory: Double
    /// The mean relative projection error of all members of cluster j on basis k.
    public let errors: [[Double]]
    /// How often the stand-in gives snapshots of cluster j to k.
    public let confusion: ConfusionMatrix
    /// The members of the smallest cluster.
    public let smallestCluster: Int
    /// Whether every cluster has enough members for the modes.
    public let isSupported: Bool
    /// ρ = Ê / e_glob(N_m).
    public var ratio: Double { safeRatio(predictedError, globalError) }
    /// Ê / e_glob(K N_m).
    public var ratioAtEqualMemory: Double {
      safeRatio(predictedError, globalErrorAtEqualMemory)
    }
  }

  /// What was asked of each entry.
  public struct Rule: Sendable, Equatable {
    /// ρ*, below which a dictionary pays.
    public var threshold: Double
    /// Members that each mode of a cluster needs.
    public var membersPerMode: Int

    /// ρ* = 0.5 and five members per mode.
    public init(threshold: Double = 0.5, membersPerMode: Int = 5) {
      (self.threshold, self.membersPerMode) = (threshold, membersPerMode)
    }
  }

  /// All combinations, by clusters, then modes.
  public let entries: [Entry]
  /// The fewest clusters of which ρ is below the threshold and within 10 % of the best such, at
  /// the number of modes where they gain most; nil if local bases do not pay.
  public let choice: Entry?
  /// The judgement in a sentence.
  public let verdict: String

  init(_ entries: [Entry], _ rule: Rule) {
    self.entries = entries
    let good = entries.filter {
      $0.clusters > 1 && $0.isSupported && $0.ratio < rule.threshold
    }
    let best = good.map(\.ratio).min() ?? .infinity
    choice = good.filter { $0.ratio <= 1.1 * best }.min {
      ($0.clusters, $0.ratio) < ($1.clusters, $1.ratio)
    }
    if let choice {
      let memory =
        choice.ratioAtEqualMemory < 1
        ? "and \(percent(choice.ratioAtEqualMemory)) of that of one basis of"
        : "though at equal memory they are no better than one basis of"
      verdict =
        "local bases pay: \(choice.clusters) clusters of \(choice.modes) modes leave "
        + "\(percent(choice.ratio)) of the error of one basis of \(choice.modes) modes, "
        + "\(memory) \(choice.clusters * choice.modes)"
    } else if let lone = entries.filter({ $0.clusters > 1 }).min(by: { $0.ratio < $1.ratio }) {
      let reason =
        lone.ratio < rule.threshold
        ? "but the smallest has \(lone.smallestCluster) snapshots, too few for \(lone.modes) modes"
        : "more than the \(percent(rule.threshold)) asked for"
      verdict =
        "local bases do not pay: the best, \(lone.clusters) clusters of \(lone.modes) modes, leave "
        + "\(percent(lone.ratio)) of the error of one basis, \(reason)"
    } else {
      verdict = "no number of clusters above one was tried"
    }
  }
}

/// a / b; 1 where both are zero.
private func safeRatio(_ a: Double, _ b: Double) -> Double {
  b > 0 ? a / b : (a > 0 ? .infinity : 1)
}

private func percent(_ ratio: Double) -> String {
  ratio < 1e6 ? "\(Int((100 * ratio).rounded())) %" : "more than all"
}
