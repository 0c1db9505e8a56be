internal import LinearAlgebra

/// A choice among a few ways to solve each system of a sequence, learned from what earlier systems cost.
///
///     let arm = chooser.choose(context: shift)
///     let cost = iterations of the solve by this arm
///     chooser.observe(cost: cost)
///
/// The same seed and costs give the same choices.
public protocol ArmSelection: Sendable {
  /// The number of arms.
  var armCount: Int { get }
  /// The arm for the next system.
  ///
  /// - Parameter context: A number known about the system beforehand; not every method uses it.
  mutating func choose(context: Double) -> Int
  /// Takes what the system cost with the arm chosen last; at least one, an iteration count for example.
  ///
  /// - Precondition: An arm was chosen since the last cost.
  mutating func observe(cost: Double)
}

extension SplitMix64 {
  /// An index drawn with given probabilities, whose sum is one up to round-off.
  mutating func draw(_ probabilities: [Double]) -> Int {
    var rest = interior()
    for (i, p) in probabilities.enumerated() {
      rest -= p
      if rest < 0 { return i }
    }
    return probabilities.lastIndex { $0 > 0 } ?? 0
  }
}
