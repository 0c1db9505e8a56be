internal import LinearAlgebra

/// A small seeded generator for tests: the same seed gives the same numbers on every machine.
public struct SeededRandom: RandomNumberGenerator, Sendable {
  private var generator: SplitMix64

  /// Starts the sequence that belongs to `seed`.
  public init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 { generator.next() }

  /// A number drawn evenly from `range`.
  public mutating func uniform(_ range: ClosedRange<Double> = -1...1) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * generator.unit()
  }
}
