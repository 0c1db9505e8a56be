/// What updates have cut off, as a bound of ‖A − U Σ Vᵀ‖.
///
/// While vectors are only appended beside the same factor, every part cut off is orthogonal to
/// those before: the other factor only grows rows, and its columns stay orthogonal to the ones that
/// were cut. Their squares add. Between runs of different kinds the triangle inequality adds norms.
struct TruncationAccount: Sendable {
  private var closed: Double
  private var openSquares = 0.0
  private var side: FactorSide?

  /// Starts from what is known to be missing.
  init(_ bound: Double) { closed = bound }

  /// The bound.
  var bound: Double { closed + openSquares.squareRoot() }

  /// Counts the square of what one update has cut off; nil for updates that append nothing.
  mutating func add(cut square: Double, from newSide: FactorSide?) {
    if newSide == nil || newSide != side {
      (closed, openSquares) = (bound, 0)
    }
    (side, openSquares) = (newSide, openSquares + square)
  }

  /// Counts the square of what never entered.
  mutating func add(lost square: Double) { closed += square.squareRoot() }

  /// All has been multiplied by a factor.
  mutating func scale(by factor: Double) {
    closed *= factor
    openSquares *= factor * factor
  }
}
