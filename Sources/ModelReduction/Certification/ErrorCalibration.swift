internal import RealModule

/// What an error indicator means: an estimate ê(η) that true errors seldom exceed, learnt from pairs
/// of indicator and true error.
///
/// log e is fitted over log η by a Gaussian process, or by a line where there are few pairs; the
/// estimate is exp(mean + 2 deviations), below which 97.7 % of the errors are expected. It never
/// falls while η grows. Below the calibrated range it stays at its value there, because an indicator
/// that vanishes proves nothing. Above, it grows as η does: indicator and error are homogeneous in what
/// leaves the modes. The slope of a line through the pairs would be no guide there, because it compares
/// models of different accuracy: of 1.4 it made an indicator three times beyond the range mean an error
/// nearly five times as large.
///
///     let calibration = try ErrorCalibration(indicators: η, errors: e)
///     if calibration.estimate(of: η) > tolerance { /* one full step */ }
public struct ErrorCalibration: Sendable, Equatable {
  /// What was fitted.
  public enum Method: String, Sendable {
    /// A Gaussian process.
    case gaussianProcess = "gaussian-process"
    /// A line in logarithms.
    case logLinear = "log-linear"
  }

  /// What was fitted.
  public let method: Method
  /// The line, also where a Gaussian process was fitted.
  public let line: LogLinearFit
  /// The smallest and the largest indicator of the pairs.
  public let range: ClosedRange<Double>
  /// Pairs of which one number is zero, which have no logarithm and were left out.
  public let skippedCount: Int
  /// log ê at equal steps of log η over the range.
  private let table: [Double]

  /// Learns.
  ///
  /// - Parameters:
  ///   - indicators: η.
  ///   - errors: e, the true errors in the same order.
  ///   - kernel: Of the Gaussian process.
  ///   - seed: Of its random starts.
  /// - Throws: `mismatch` for unequal numbers; `notFinite` for NaN, infinities or negative numbers;
  ///   `refused` when no pair of positive numbers is left.
  public init(
    indicators: [Double], errors: [Double],
    kernel: GaussianProcess.Kernel = .squaredExponential, seed: UInt64 = 1
  ) throws(RegressionError) {
    guard indicators.count == errors.count else {
      throw .mismatch(
        what: "error calibration", found: "\(indicators.count) indicators, \(errors.count) errors",
        expected: "one true error for each indicator")
    }
    if let sample = indicators.indices.first(where: {
      !(indicators[$0] >= 0 && indicators[$0].isFinite && errors[$0] >= 0 && errors[$0].isFinite)
    }) {
      throw .notFinite(
        what: "indicator or error of a calibration, which is zero or more",
        sample: sample)
    }
    let pairs = zip(indicators, errors).filter { $0.0 > 0 && $0.1 > 0 }
    guard let least = pairs.map(\.0).min(), let most = pairs.map(\.0).max() else {
      throw .refused(
        "none of \(indicators.count) pairs has a positive indicator and a positive error; run the "
          + "reduced model on loadings it was not trained on")
    }
    skippedCount = indicators.count - pairs.count
    range = least...most
    let (x, y) = (pairs.map { Double.log($0.0) }, pairs.map { Double.log($0.1) })
    let line = try LogLinearFit(x, y)
    self.line = line
    let process =
      pairs.count >= ErrorCalibration.fewest && most > least
      ? try? GaussianProcess(x.map { [$0] }, y, kernel: kernel, seed: seed) : nil
    method = process == nil ? .logLinear : .gaussianProcess
    let (first, last, count) = (Double.log(least), Double.log(most), ErrorCalibration.tableSize)
    var highest = -Double.infinity
    table = (0..<count).map { k in
      let place = first + (last - first) * Double(k) / Double(count - 1)
      let (mean, deviation) = process?.prediction(at: [place]) ?? line.prediction(at: place)
      highest = max(highest, mean + 2 * deviation)
      return highest
    }
  }

  /// Estimates at even steps of log η over the range, for a picture.
  public func samples(_ count: Int) -> [(indicator: Double, estimate: Double)] {
    let (first, last) = (Double.log(range.lowerBound), Double.log(range.upperBound))
    return (0..<count).map { k in
      let eta = Double.exp(first + (last - first) * Double(k) / Double(max(1, count - 1)))
      return (eta, estimate(of: eta))
    }
  }

  /// All it knows, in numbers from which ``init(numbers:)`` makes it again.
  public var numbers: [Double] {
    [
      method == .gaussianProcess ? 1 : 0, range.lowerBound, range.upperBound, Double(skippedCount),
    ] + line.numbers + table
  }

  /// A calibration from its ``numbers``; nil where they are none.
  public init?(numbers: [Double]) {
    guard numbers.count == 10 + ErrorCalibration.tableSize, numbers.allSatisfy(\.isFinite),
      let line = LogLinearFit(numbers: Array(numbers[4..<10])),
      0 < numbers[1], numbers[1] <= numbers[2], let skipped = Int(exactly: numbers[3])
    else { return nil }
    method = numbers[0] == 1 ? .gaussianProcess : .logLinear
    (range, skippedCount, self.line) = (numbers[1]...numbers[2], skipped, line)
    table = Array(numbers[10...])
  }

  private static let tableSize = 129

  /// Below so many pairs a Gaussian process would fit its noise.
  public static let fewest = 8

  /// ê(η).
  ///
  /// - Returns: An estimate in the unit of the true errors; infinite for an indicator that is NaN or
  ///   infinite, so that no comparison with a tolerance accepts it.
  public func estimate(of indicator: Double) -> Double {
    guard indicator.isFinite else { return .infinity }
    let (first, last) = (Double.log(range.lowerBound), Double.log(range.upperBound))
    let x = Double.log(max(indicator, range.lowerBound))
    guard x < last else { return Double.exp(table[table.count - 1] + x - last) }
    let place = (x - first) / (last - first) * Double(table.count - 1)
    let k = min(table.count - 2, Int(place))
    let t = place - Double(k)
    return Double.exp((1 - t) * table[k] + t * table[k + 1])
  }
}
