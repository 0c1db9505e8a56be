internal import LinearAlgebra
internal import RealModule

/// Learns the best arm from costs alone: follow the leader, regularised by the Tsallis entropy of order
/// ½, over cumulative losses that are weighted by the inverse probability of being seen.
///
/// The mean cost approaches that of the best arm at the rate 1/√T, whatever the costs.
///
/// - Complexity: O(arms) for each choice, some 20 Newton steps.
/// - Source: Zimmert, Seldin, *Tsallis-INF: an optimal algorithm for stochastic and adversarial bandits*,
///   JMLR 22 (2021); the scale of the losses: Khodak, Chow, Balcan, Talwalkar, *Learning to relax:
///   setting solver parameters across a sequence of linear system instances*, ICLR 2024.
public struct TsallisINF: ArmSelection {
  /// The number of arms.
  public var armCount: Int { losses.count }
  /// The probabilities of the last choice.
  public private(set) var probabilities: [Double]
  private var losses: [Double]
  private var total = 0.0
  private var rounds = 0
  private var chosen: Int?
  private var random: SplitMix64

  /// A chooser that knows nothing yet.
  public init(arms: Int, seed: UInt64) {
    precondition(arms > 0, "\(arms) arms")
    losses = [Double](repeating: 0, count: arms)
    probabilities = [Double](repeating: 1 / Double(arms), count: arms)
    random = SplitMix64(seed: seed)
  }

  /// Draws an arm; the context is not used.
  public mutating func choose(context: Double = 0) -> Int {
    // While nothing was lost all arms are equal.
    if total > 0 {
      let eta = 2 / Double(rounds + 1).squareRoot()
      probabilities = tsallisProbabilities(losses.map { $0 * Double(rounds) / total }, eta)
    }
    let arm = random.draw(probabilities)
    chosen = arm
    return arm
  }

  /// Takes the cost of the arm chosen last.
  public mutating func observe(cost: Double) {
    guard let arm = chosen else { preconditionFailure("a cost, but no arm was chosen") }
    precondition(cost >= 1 && cost.isFinite, "a cost of \(cost)")
    chosen = nil
    rounds += 1
    total += cost - 1
    losses[arm] += (cost - 1) / probabilities[arm]
  }
}

/// pᵢ = 4 / (η (kᵢ − x))² with the x below all k that makes their sum one.
private func tsallisProbabilities(_ k: [Double], _ eta: Double) -> [Double] {
  let least = k.min() ?? 0
  // Here the least k alone has probability one: the sum, convex and growing with x, is not below one,
  // and Newton's method comes down to the root without passing it.
  var x = least - 2 / eta
  var p = k
  for _ in 0..<60 {
    var (sum, slope) = (0.0, 0.0)
    for i in k.indices {
      let root = 2 / (eta * (k[i] - x))
      p[i] = root * root
      sum += p[i]
      slope += eta * root * p[i]
    }
    guard sum - 1 > 1e-13 else { break }
    x -= (sum - 1) / slope
  }
  let sum = p.reduce(0, +)
  return p.map { $0 / sum }
}

/// A chooser of its own for each of some intervals of the context.
public struct BinnedTsallis: ArmSelection {
  /// The number of arms.
  public var armCount: Int { bins[0].armCount }
  private var bins: [TsallisINF]
  private let range: ClosedRange<Double>
  private var bin = 0

  /// Choosers for equal parts of a range of contexts; contexts outside count to the parts at its ends.
  public init(arms: Int, contexts range: ClosedRange<Double>, bins count: Int = 6, seed: UInt64) {
    precondition(count > 0 && range.lowerBound < range.upperBound, "\(count) bins of \(range)")
    var seeds = SplitMix64(seed: seed)
    bins = (0..<count).map { _ in TsallisINF(arms: arms, seed: seeds.next()) }
    self.range = range
  }

  /// Draws an arm.
  public mutating func choose(context: Double) -> Int {
    precondition(!context.isNaN, "a context that is not a number")
    let part = (context - range.lowerBound) / (range.upperBound - range.lowerBound)
    bin = Int(min(max(part, 0), 1 - 1e-12) * Double(bins.count))
    return bins[bin].choose()
  }

  /// Takes the cost of the arm chosen last.
  public mutating func observe(cost: Double) { bins[bin].observe(cost: cost) }
}
