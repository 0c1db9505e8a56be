internal import LinearAlgebra
internal import RealModule

/// Learns which arm is best for each context, a number: the cost of every arm is fitted by a Chebyshev
/// series in the context, and arms are drawn with probabilities that fall with the gap to the best.
///
/// - Complexity: O(arms) for each choice; a least-squares problem of the length of the series for each
///   cost.
/// - Source: Khodak, Chow, Balcan, Talwalkar, *Learning to relax: setting solver parameters across a
///   sequence of linear system instances*, ICLR 2024 (ChebCB); Foster, Rakhlin, *Beyond UCB: optimal
///   and efficient contextual bandits with regression oracles*, ICML 2020.
public struct ChebyshevBandit: ArmSelection {
  /// The number of arms.
  public var armCount: Int { fits.count }
  /// The probabilities of the last choice.
  public private(set) var probabilities: [Double]
  private let range: ClosedRange<Double>
  private let terms: Int
  private var fits: [BoxLeastSquares]
  private var coefficients: [[Double]]
  private var isPlayed: [Bool]
  private var scale = LossScale()
  private var rounds = 0
  private var squaredErrors = 0.0
  private var chosen: (arm: Int, features: [Double], prediction: Double)?
  private var random: SplitMix64

  /// A chooser that knows nothing yet.
  ///
  /// - Parameters:
  ///   - arms: The number of arms.
  ///   - contexts: Where contexts lie; others count as the nearest end.
  ///   - terms: The length of the series.
  ///   - seed: That of the draws.
  public init(arms: Int, contexts range: ClosedRange<Double>, terms: Int = 6, seed: UInt64) {
    precondition(arms > 0 && terms > 0, "\(arms) arms, series of \(terms) terms")
    precondition(range.lowerBound < range.upperBound, "contexts in \(range)")
    (self.range, self.terms) = (range, terms)
    fits = [BoxLeastSquares](repeating: BoxLeastSquares(count: terms), count: arms)
    coefficients = [[Double]](repeating: [Double](repeating: 0, count: terms), count: arms)
    isPlayed = [Bool](repeating: false, count: arms)
    probabilities = [Double](repeating: 1 / Double(arms), count: arms)
    random = SplitMix64(seed: seed)
  }

  /// Draws an arm.
  public mutating func choose(context: Double) -> Int {
    precondition(!context.isNaN, "a context that is not a number")
    let f = features(context)
    let predictions = coefficients.map { c in zip(c, f).reduce(0) { $0 + $1.0 * $1.1 } }
    let best = predictions.indices.min { (predictions[$0], $0) < (predictions[$1], $1) } ?? 0
    // Drawn by the inverse of the gap, the more sharply the longer the predictions have been good.
    let (t, d) = (Double(rounds + 1), Double(armCount))
    let alpha = scale.approximation(terms: terms)
    let doubt = squaredErrors + 2 * alpha * alpha * t
    let gamma = doubt > 0 ? 2 * t * (d * t / doubt).squareRoot() : 0
    for i in predictions.indices where i != best {
      probabilities[i] = 1 / (d + gamma * (predictions[i] - predictions[best]))
    }
    probabilities[best] = 0
    probabilities[best] = 1 - probabilities.reduce(0, +)
    let arm = random.draw(probabilities)
    chosen = (arm, f, predictions[arm])
    return arm
  }

  /// Takes the cost of the arm chosen last.
  public mutating func observe(cost: Double) {
    guard let (arm, f, prediction) = chosen else {
      preconditionFailure("a cost, but no arm was chosen")
    }
    precondition(cost >= 1 && cost.isFinite, "a cost of \(cost)")
    chosen = nil
    rounds += 1
    isPlayed[arm] = true
    fits[arm].append(f, cost - 1)
    let isNew = scale.take(cost - 1, terms: terms)
    let error = prediction - (cost - 1) * scale.factor
    squaredErrors += error * error
    // Another scale changes the boxes of all arms.
    for i in isNew ? Array(0..<armCount) : [arm] where isPlayed[i] {
      coefficients[i] = fits[i].solution(
        scaledBy: scale.factor, bounds: scale.bounds(terms: terms))
    }
  }

  /// T₀ … T_{m−1} at the context.
  private func features(_ context: Double) -> [Double] {
    let c = min(max(context, range.lowerBound), range.upperBound)
    let x = 2 * (c - range.lowerBound) / (range.upperBound - range.lowerBound) - 1
    var f = [1.0, x]
    while f.count < terms { f.append(2 * x * f[f.count - 1] - f[f.count - 2]) }
    return Array(f.prefix(terms))
  }
}

/// The sizes of the losses seen so far, by which costs are scaled and series bounded.
private struct LossScale: Sendable {
  private var largest = 0.0
  private var least = Double.infinity
  /// 1 / (K N): scaled losses and predictions are below one.
  private(set) var factor = 1.0
  /// N.
  private var range = 2.0

  /// (b − a) L, L the Lipschitz constant of costs that change from least to largest over the contexts.
  private var change: Double { largest > least ? largest - least : 0 }

  /// Takes a loss; whether the scale is another one now.
  mutating func take(_ loss: Double, terms m: Int) -> Bool {
    let before = (largest, least)
    largest = max(largest, loss)
    least = min(least, loss)
    guard before != (largest, least) else { return false }
    let k = max(largest, 1)
    range = 2 + 4 * change / k * (1 + Double.log(Double(m)))
    factor = 1 / (k * range)
    return true
  }

  /// How far each coefficient of a scaled Lipschitz cost may go.
  func bounds(terms m: Int) -> [Double] {
    [1 / range] + (1..<max(1, m)).map { 2 * change * factor / Double($0) }
  }

  /// The error of a series of m terms for scaled Lipschitz costs.
  func approximation(terms m: Int) -> Double {
    let lebesgue = .pi + 2 / .pi * Double.log(2 * Double(m) + 1)
    return lebesgue / (2 * Double(m + 1)) * change * factor
  }
}
