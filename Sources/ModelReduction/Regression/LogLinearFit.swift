internal import RealModule

/// log e = a + s log η by least squares, with the scatter about it.
///
/// Fewer than three pairs, or pairs at a single η, tell no slope and no scatter. Then the slope is
/// one, as of an indicator that is proportional to the error, and the scatter a factor of two.
public struct LogLinearFit: Sendable, Equatable {
  /// s.
  public let slope: Double
  /// a.
  public let intercept: Double
  /// The standard deviation of log e about the line.
  public let scatter: Double
  /// The number of pairs.
  public let count: Int
  private let centre: Double
  /// 1 / Σ (log η − centre)²; zero where the slope was not fitted.
  private let inverseSpread: Double

  /// Fits.
  ///
  /// - Parameters:
  ///   - x: log η.
  ///   - y: log e.
  /// - Throws: `mismatch` for unequal numbers or none; `notFinite`.
  public init(_ x: [Double], _ y: [Double]) throws(RegressionError) {
    guard x.count == y.count, !x.isEmpty else {
      throw .mismatch(
        what: "log-linear fit", found: "\(x.count) and \(y.count) numbers",
        expected: "as many of one as of the other, and one at least")
    }
    if let sample = x.indices.first(where: { !x[$0].isFinite || !y[$0].isFinite }) {
      throw .notFinite(what: "log-linear fit", sample: sample)
    }
    let n = Double(x.count)
    (centre, count) = (x.reduce(0, +) / n, x.count)
    let (middle, mean) = (centre, y.reduce(0, +) / n)
    let spread = x.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
    let isTold = x.count >= 3 && spread > 1e-12 * n * max(1, middle * middle)
    if isTold {
      let slope = zip(x, y).reduce(0) { $0 + ($1.0 - middle) * ($1.1 - mean) } / spread
      let rest = zip(x, y).reduce(0) { sum, pair in
        let d = pair.1 - mean - slope * (pair.0 - middle)
        return sum + d * d
      }
      (self.slope, scatter, inverseSpread) = (slope, (rest / (n - 2)).squareRoot(), 1 / spread)
    } else {
      let offsets = zip(x, y).map { $1 - $0 }
      let width = (offsets.max() ?? 0) - (offsets.min() ?? 0)
      (slope, scatter, inverseSpread) = (1, max(Double.log(2), width / 2), 0)
    }
    intercept = mean - slope * middle
  }

  /// All it knows, in numbers from which ``init(numbers:)`` makes it again.
  public var numbers: [Double] {
    [slope, intercept, scatter, Double(count), centre, inverseSpread]
  }

  /// A fit from its ``numbers``; nil where they are none.
  public init?(numbers: [Double]) {
    guard numbers.count == 6, numbers.allSatisfy(\.isFinite), numbers[3] >= 1,
      let count = Int(exactly: numbers[3]), numbers[2] >= 0, numbers[5] >= 0
    else { return nil }
    (slope, intercept, scatter) = (numbers[0], numbers[1], numbers[2])
    (self.count, centre, inverseSpread) = (count, numbers[4], numbers[5])
  }

  /// The expectation of log e at log η = x, and the deviation of a new pair, the uncertainty of the
  /// line included.
  ///
  /// A scatter known from few pairs is itself uncertain: the deviation is widened so that mean plus
  /// two deviations is the 97.7 % quantile of Student's distribution, by the expansion of Abramowitz,
  /// Stegun, *Handbook of Mathematical Functions* (1964), 26.7.5.
  public func prediction(at x: Double) -> (mean: Double, deviation: Double) {
    let distance = x - centre
    let variance = scatter * scatter * (1 + 1 / Double(count) + distance * distance * inverseSpread)
    let freedom = Double(max(1, count - 2))
    let widening = count > 2 ? 1 + 1.25 / freedom + 1.53 / (freedom * freedom) : 1
    return (intercept + slope * x, widening * variance.squareRoot())
  }
}
