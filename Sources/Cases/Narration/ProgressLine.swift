/// How far a long step is: a live line with the time left on a terminal, a line every 10 %
/// elsewhere, nothing when Ritz is quiet.
public struct ProgressLine {
  private let title: String
  private let total: Int
  private let isLive: Bool
  private let write: (String) -> Void
  private let begin = ContinuousClock.now
  private var lastTenth = 0
  private var lastDrawn: ContinuousClock.Instant?
  private var isQuiet: Bool

  /// A step of `total` equal parts.
  public init(_ title: String, total: Int, loudness: Narration.Loudness = .normal) {
    self.init(
      title, total: total, isQuiet: loudness == .quiet, isLive: StandardError.isTerminal,
      write: StandardError.write)
  }

  /// The same, writing wherever it is told to.
  public init(
    _ title: String, total: Int, isQuiet: Bool, isLive: Bool, write: @escaping (String) -> Void
  ) {
    self.title = title
    self.total = max(1, total)
    self.isQuiet = isQuiet
    self.isLive = isLive
    self.write = write
  }

  /// Says that `done` parts are finished, with a word on the present one.
  public mutating func advance(to done: Int, _ detail: String = "") {
    guard !isQuiet else { return }
    let share = min(1, max(0, Double(done) / Double(total)))
    let tail = detail.isEmpty ? "" : ", \(detail)"
    let text = "\(title): \(Int(share * 100)) % (\(done) of \(total))\(timeLeft(share))\(tail)"
    if isLive {
      let now = ContinuousClock.now
      // Ten pictures a second are enough for any eye.
      if let lastDrawn, now - lastDrawn < .milliseconds(100), done < total { return }
      lastDrawn = now
      write("\r\u{1B}[2K\(text.prefix(110))\(done >= total ? "\n" : "")")
      if done >= total { isQuiet = true }
    } else if Int(share * 10) > lastTenth {
      lastTenth = Int(share * 10)
      write(text + "\n")
    }
  }

  /// Ends a live line that stops before its total.
  public mutating func finish() {
    if isLive, !isQuiet, lastDrawn != nil { write("\n") }
    isQuiet = true
  }

  private func timeLeft(_ share: Double) -> String {
    let spent = ContinuousClock.now - begin
    let seconds = Double(spent.components.seconds) + Double(spent.components.attoseconds) * 1e-18
    guard share > 0, share < 1, seconds > 0.5 else { return "" }
    let left = seconds / share * (1 - share)
    guard left < 1e6 else { return "" }
    if left < 100 { return ", \(Int(left.rounded(.up))) s left" }
    return ", \(Int((left / 60).rounded(.up))) min left"
  }
}
