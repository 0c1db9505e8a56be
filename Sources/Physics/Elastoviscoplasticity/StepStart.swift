internal import LinearAlgebra

/// What one increment leaves for the next, beside the body itself.
public struct StepStart: Sendable, Equatable {
  /// The length to try first; nil for a whole step of the grid.
  public var length: Double?
  /// The change of the unknowns in a unit of time, to guess where they will be; nil without a guess.
  public var rate: [Double]?

  /// Nothing is known.
  public init(length: Double? = nil, rate: [Double]? = nil) {
    (self.length, self.rate) = (length, rate)
  }
}

extension NewtonEquations {
  /// Where unknowns that go on as they went will be, with the residual there; nil where staying is no
  /// worse a guess, as when a load turns back.
  func goingOn(
    from u: [Double], at rate: [Double]?, for length: Double
  ) -> (u: [Double], residual: (value: [Double], scale: Double))? {
    guard let rate, let stay = residual(at: u) else { return nil }
    let ahead = zip(u, rate).map { $0 + length * $1 }
    guard let there = residual(at: ahead), norm(there.value) < 0.5 * norm(stay.value) else {
      return nil
    }
    return (ahead, there)
  }
}
