import ModelReduction
import RealModule
import TestSupport
import Testing

@Suite struct `Error calibration` {
  /// A standard normal number.
  static func normal(_ random: inout SeededRandom) -> Double {
    let radius = (-2 * Double.log(random.uniform(1e-12...1))).squareRoot()
    return radius * Double.cos(2 * Double.pi * random.uniform(0...1))
  }

  /// Pairs e = 3 η^slope · 10^(scatter · normal), η over four decades.
  static func pairs(
    _ count: Int, slope: Double = 1, decades: Double = 0.07, bend: Double = 0, seed: UInt64
  ) -> (indicators: [Double], errors: [Double]) {
    var random = SeededRandom(seed: seed)
    let x = (0..<count).map { _ in random.uniform(-5...(-1)) }
    var y: [Double] = []
    for place in x {
      let mean = slope * place + 0.5 + bend * Double.sin(2 * place)
      y.append(mean + decades * normal(&random))
    }
    return (x.map { Double.exp10($0) }, y.map { Double.exp10($0) })
  }

  @Test(arguments: GaussianProcess.Kernel.allCases)
  func `a process finds function, scatter and length`(kernel: GaussianProcess.Kernel) throws {
    var random = SeededRandom(seed: 3)
    let x = (0..<80).map { _ in [random.uniform(0...6)] }
    let y = x.map { 100 + 20 * Double.sin($0[0]) + Self.normal(&random) }
    let process = try GaussianProcess(x, y, kernel: kernel)
    #expect((process.hyperparameters.noise - 1).magnitude < 0.3)
    #expect((0.5...6).contains(process.hyperparameters.lengths[0]))
    var worst = 0.0
    for k in 1..<60 {
      let place = 0.1 * Double(k)
      let (mean, deviation) = process.prediction(at: [place])
      worst = max(worst, (mean - 100 - 20 * Double.sin(place)).magnitude)
      #expect(deviation > 0.7 && deviation < 2)
    }
    #expect(worst < 1.5)
    // Far away nothing is known but mean and deviation of the function.
    let (_, far) = process.prediction(at: [1000])
    #expect(far > 0.9 * process.hyperparameters.deviation)
    let again = try GaussianProcess(x, y, kernel: kernel)
    #expect(again.hyperparameters == process.hyperparameters)
    #expect(again.logLikelihood == process.logLikelihood)
  }

  @Test func `without noise the samples are met, in two dimensions too`() throws {
    var random = SeededRandom(seed: 4)
    let x = (0..<40).map { _ in [random.uniform(), 100 * random.uniform()] }
    let y = x.map { $0[0] * $0[0] + 0.01 * $0[1] }
    let process = try GaussianProcess(x, y)
    for (point, value) in zip(x, y) {
      #expect((process.prediction(at: point).mean - value).magnitude < 1e-3)
    }
    // Each component has its own length: the second one is linear, over a hundred times the range.
    let lengths = process.hyperparameters.lengths
    #expect(lengths[1] > 30 * lengths[0])
  }

  @Test func `slope and scatter of a line are recovered`() throws {
    let (eta, e) = Self.pairs(400, slope: 1.05, decades: 0.07, seed: 1)
    let line = try LogLinearFit(eta.map { Double.log($0) }, e.map { Double.log($0) })
    #expect((line.slope - 1.05).magnitude < 0.01)
    #expect((line.scatter / Double.log(10) - 0.07).magnitude < 0.007)
    let exact = try LogLinearFit([0, 1, 2, 5], [1, 3, 5, 11])
    #expect((exact.slope - 2).magnitude < 1e-14 && exact.scatter < 1e-14)
    #expect((exact.prediction(at: 3).mean - 7).magnitude < 1e-14)
    for few in [try LogLinearFit([2], [3]), try LogLinearFit([2, 2, 2], [3, 3, 3])] {
      #expect(few.slope == 1 && few.intercept == 1 && few.scatter == Double.log(2))
    }
  }

  @Test(arguments: [6, 20, 60], [0.02, 0.07, 0.3])
  func `at least 95 % of unseen errors lie below the estimate`(
    count: Int, decades: Double
  ) throws {
    var (below, total) = (0, 0)
    for seed in 1...8 as ClosedRange<UInt64> {
      let (eta, e) = Self.pairs(count, decades: decades, bend: 0.1, seed: seed)
      let calibration = try ErrorCalibration(indicators: eta, errors: e)
      #expect(calibration.method == (count < 8 ? .logLinear : .gaussianProcess))
      let unseen = Self.pairs(200, decades: decades, bend: 0.1, seed: seed + 1000)
      for (eta, e) in zip(unseen.indicators, unseen.errors) {
        total += 1
        if e <= calibration.estimate(of: eta) { below += 1 }
      }
      // And the estimate is of use: not a decade more than the scatter asks for, or little more
      // where hardly anything is known of it.
      let middle = Double.exp10(-3)
      let typical = Double.exp10(-2.5 + 2 * decades)
      #expect(calibration.estimate(of: middle) < (count < 8 ? 20 : 10) * typical)
    }
    #expect(Double(below) >= 0.95 * Double(total))
  }

  @Test func `the estimate never falls, and beyond its range grows with the indicator`() throws {
    for (count, seed) in [(1, 1), (2, 2), (5, 3), (9, 4), (40, 5)] as [(Int, UInt64)] {
      let (eta, e) = Self.pairs(count, decades: 0.3, bend: 0.5, seed: seed)
      let calibration = try ErrorCalibration(indicators: eta, errors: e)
      var last = 0.0
      for k in 0...800 {
        let value = calibration.estimate(of: Double.exp10(-8 + Double(k) / 100))
        #expect(value >= last * (1 - 1e-14) && value.isFinite)
        last = value
      }
      let least = calibration.estimate(of: calibration.range.lowerBound)
      #expect(least > 0 && calibration.estimate(of: 0) == least)
      let most = calibration.range.upperBound
      let edge = calibration.estimate(of: most)
      #expect((calibration.estimate(of: 100 * most) / (100 * edge) - 1).magnitude < 1e-12)
      #expect((calibration.estimate(of: most * (1 - 1e-9)) / edge - 1).magnitude < 1e-6)
      #expect(calibration.estimate(of: .nan) == .infinity)
      let read = try #require(ErrorCalibration(numbers: calibration.numbers))
      #expect(read == calibration && read.estimate(of: 1e-3) == calibration.estimate(of: 1e-3))
      #expect(ErrorCalibration(numbers: Array(calibration.numbers.dropLast())) == nil)
    }
  }

  @Test func `what cannot be calibrated is refused`() throws {
    #expect(throws: RegressionError.self) { try ErrorCalibration(indicators: [], errors: []) }
    #expect(throws: RegressionError.self) { try ErrorCalibration(indicators: [0], errors: [0]) }
    #expect(throws: RegressionError.self) { try ErrorCalibration(indicators: [1], errors: [1, 2]) }
    for bad in [Double.nan, .infinity, -1] {
      #expect(throws: RegressionError.self) {
        try ErrorCalibration(indicators: [1, bad], errors: [1, 1])
      }
    }
    let some = try ErrorCalibration(indicators: [0, 1, 2], errors: [1, 0, 4])
    #expect(some.skippedCount == 2 && some.method == .logLinear)
    #expect(throws: RegressionError.notFinite(what: "Gaussian process", sample: 1)) {
      try GaussianProcess([[1], [.nan]], [1, 2])
    }
    #expect(throws: RegressionError.self) { try GaussianProcess([[1], [1, 2]], [1, 2]) }
    let constant = try GaussianProcess([[1], [1], [1]], [2, 2, 2])
    #expect((constant.prediction(at: [1]).mean - 2).magnitude < 1e-6)
  }
}
