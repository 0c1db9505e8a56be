/// The widest bins that keep an error within its tolerance, found by trying.
///
/// The bound of theory adds up the worst of all levels and overestimates the error 16 to 70 times
/// on smooth and random data alike; the error of a try is known exactly, and nearly proportional to
/// the bin. A few tries therefore gain four to six bits a number, and none is taken that was not
/// checked.
struct BinSearch {
  /// The tries that are worth their time: each costs a transform.
  static let tryCount = 5

  /// The outcome of one try.
  struct Try<Content> {
    let content: Content
    /// Of the error, in units of the tolerance.
    let ratio: Double
    let isAccepted: Bool
    /// Whether wider bins would change nothing.
    let isCoarsest: Bool
  }

  /// The best accepted try.
  ///
  /// - Parameters:
  ///   - start: The first bin.
  ///   - guaranteed: A bin that theory guarantees, tried where all others fail.
  /// - Returns: nil where even that one fails, by round-off.
  static func widest<Content>(
    from start: Double, guaranteed: Double, _ attempt: (_ bin: Double) -> Try<Content>
  ) -> Content? {
    var best: Content?
    var (accepted, refused) = (0.0, Double.infinity)
    var bin = start
    for _ in 0..<tryCount {
      let result = attempt(bin)
      // Aims a little below the tolerance, since the error is not quite proportional.
      let aim = result.ratio > 0 ? min(64, max(0x1p-10, 0.96 / result.ratio)) : 64
      if result.isAccepted {
        (best, accepted) = (result.content, bin)
        if result.isCoarsest || aim < 1.04 { return best }
      } else {
        refused = bin
      }
      var next = bin * aim
      if !(next > accepted * 1.02 && next < refused * 0.98) {
        guard refused.isFinite, accepted > 0, refused > 1.08 * accepted else { break }
        next = (accepted * refused).squareRoot()
      }
      bin = next
    }
    if let best { return best }
    for scale in [1.0, 0.5, 0.25] {
      let result = attempt(guaranteed * scale)
      if result.isAccepted { return result.content }
    }
    return nil
  }
}
