/// What ended a basis of modes.
public enum PODLimit: String, Sendable {
  /// What is left out fell below the tolerance.
  case tolerance
  /// The largest size allowed was reached.
  case size
  /// All that follows is round-off: the tolerance cannot be met by these snapshots.
  case rank
}

/// How many modes meet a tolerance.
struct ModeSelection {
  /// n.
  private(set) var count: Int
  private(set) var limit: PODLimit
  /// Singular values up to this are round-off.
  let floor: Double
  /// The number of singular values above it.
  let rank: Int
  /// For n = 1, 2, … the fraction of Σ σ² in the first n.
  let retainedEnergy: [Double]
  /// √Σ_{k ≥ n} σ_k² for n = 0 … count.
  let remainders: [Double]

  /// Selects.
  ///
  /// - Parameters:
  ///   - sigma: All singular values, descending.
  ///   - roundOff: What else is known to be round-off, in units of σ.
  ///   - remainder: The norm of what is not in the singular values.
  ///   - worst: For n = 0, 1, … the worst relative error of a snapshot; asked for by tolerances of
  ///     the worst case only.
  init(
    of sigma: [Double], rowCount: Int, tolerance: PODTolerance, size: Int, roundOff: Double = 0,
    remainder: Double = 0,
    worst: () -> [Double] = { [] }
  ) {
    floor = max(
      roundOff, Double.ulpOfOne * Double(max(64, rowCount)).squareRoot() * (sigma.first ?? 0))
    let floor = floor
    let tails = ModeSelection.tails(sigma, remainder)
    remainders = tails
    rank = sigma.prefix { $0 > floor }.count
    let total = tails[0]
    retainedEnergy = sigma.indices.map { k in
      total > 0 ? 1 - (tails[k + 1] / total) * (tails[k + 1] / total) : 1
    }
    let met: Int?
    switch tolerance {
    case .energy(let value): met = tails.firstIndex { $0 <= value * total }
    case .frobenius(let value): met = tails.firstIndex { $0 <= value }
    case .singularValue(let value):
      met = sigma.firstIndex { $0 <= value } ?? (remainder <= value ? sigma.count : nil)
    case .worstCase(let value): met = total > 0 ? worst().firstIndex { $0 <= value } : 0
    }
    count = max(0, min(met ?? sigma.count, size, rank))
    limit = count == met ? .tolerance : (count == rank ? .rank : .size)
  }

  /// The same with more modes; as many as the size and round-off allow at most.
  func enlarged(to n: Int, size: Int) -> ModeSelection {
    var result = self
    result.count = min(n, size, rank)
    return result
  }

  /// Takes up what verification on the snapshots found.
  mutating func judge(isMet: Bool) {
    limit = isMet ? .tolerance : (count == rank ? .rank : .size)
  }

  /// √Σ_{k ≥ n} σ_k² for n = 0 … count, summed from the smallest, in units of the first so that no
  /// square underflows.
  private static func tails(_ sigma: [Double], _ remainder: Double) -> [Double] {
    var tails = [Double](repeating: remainder, count: sigma.count + 1)
    guard let unit = sigma.first, unit > 0 else { return tails }
    var sum = (remainder / unit) * (remainder / unit)
    for k in sigma.indices.reversed() {
      sum += (sigma[k] / unit) * (sigma[k] / unit)
      tails[k] = unit * sum.squareRoot()
    }
    return tails
  }
}
