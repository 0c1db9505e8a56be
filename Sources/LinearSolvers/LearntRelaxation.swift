internal import Krylov

/// ω of over-relaxation, chosen before each system from the iterations of those before.
///
/// Twenty values from 1 to 1.95; after enough systems the mean cost is that of the best of them.
struct LearntRelaxation: Sendable {
  private var bandit = TsallisINF(arms: 20, seed: 1)

  /// ω of the next system.
  mutating func next() -> Double { 1 + 0.05 * Double(bandit.choose()) }

  /// Takes what the system cost.
  mutating func observe(_ iterations: Int) { bandit.observe(cost: Double(iterations)) }
}
