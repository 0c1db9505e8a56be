internal import LinearAlgebra
internal import RealModule

/// Regression by a Gaussian process: the mean and the deviation of an unknown function given noisy
/// samples of it.
///
/// Inputs and values are centred and scaled to unit deviation; the covariance is a constant times a
/// kernel with a length for each component of the input, plus white noise. Constant, lengths and
/// noise maximise the marginal likelihood, from several starts.
///
/// - Source: Rasmussen, Williams, *Gaussian Processes for Machine Learning*, MIT Press (2006),
///   algorithm 2.1 and chapter 5.
public struct GaussianProcess: Sendable {
  /// How the covariance falls with the scaled distance d.
  public enum Kernel: String, Sendable, Codable, CaseIterable {
    /// exp(−d²/2): infinitely smooth functions.
    case squaredExponential = "squared-exponential"
    /// (1 + √5 d + 5 d²/3) exp(−√5 d): twice differentiable ones.
    case matern52 = "matern-5/2"

    func callAsFunction(squared d2: Double) -> Double {
      switch self {
      case .squaredExponential: return Double.exp(-d2 / 2)
      case .matern52:
        let d = (5 * d2).squareRoot()
        return (1 + d + d * d / 3) * Double.exp(-d)
      }
    }
  }

  /// Parameters of the covariance, in the units of the data.
  public struct Hyperparameters: Sendable, Equatable, Codable {
    /// The standard deviation of the function.
    public let deviation: Double
    /// The length over which it changes, one for each component of the input.
    public let lengths: [Double]
    /// The standard deviation of the noise.
    public let noise: Double
  }

  /// The kernel.
  public let kernel: Kernel
  /// The natural logarithm of the marginal likelihood of the scaled values.
  public let logLikelihood: Double
  /// The parameters found.
  public var hyperparameters: Hyperparameters {
    Hyperparameters(
      deviation: Double.exp(logs[0]) * values.scale,
      lengths: inputs.indices.map { Double.exp(logs[1 + $0]) * inputs[$0].scale },
      noise: Double.exp(logs[1 + inputs.count]) * values.scale)
  }

  private let inputs: [Scaling]
  private let values: Scaling
  /// Scaled inputs, one array for each sample.
  private let points: [[Double]]
  private let logs: [Double]
  private let factor: Cholesky<Double>
  /// K⁻¹ y.
  private let weights: [Double]

  /// Fits.
  ///
  /// - Parameters:
  ///   - x: Inputs, all of the same number of components.
  ///   - y: Values.
  ///   - kernel: The kernel.
  ///   - starts: From how many places the likelihood is maximised: the first is unit lengths and a
  ///     noise of a tenth, the others are random.
  ///   - seed: Of the random starts.
  /// - Throws: `mismatch` for unequal numbers or fewer than two samples; `notFinite`; `refused`
  ///   where the covariance cannot be factorized for any parameters.
  /// - Complexity: O(N³) for each evaluation of the likelihood, about a hundred of them for each
  ///   start; N² numbers.
  public init(
    _ x: [[Double]], _ y: [Double], kernel: Kernel = .squaredExponential, starts: Int = 6,
    seed: UInt64 = 1
  ) throws(RegressionError) {
    let dimension = x.first?.count ?? 0
    guard x.count == y.count, x.count >= 2, dimension > 0,
      x.allSatisfy({ $0.count == dimension })
    else {
      throw .mismatch(
        what: "Gaussian process", found: "\(x.count) inputs and \(y.count) values",
        expected: "two of each at least, the inputs of one number of components")
    }
    if let sample = x.indices.first(where: {
      !y[$0].isFinite || !x[$0].allSatisfy(\.isFinite)
    }) {
      throw .notFinite(what: "Gaussian process", sample: sample)
    }
    inputs = (0..<dimension).map { k in Scaling(x.map { $0[k] }) }
    values = Scaling(y)
    self.kernel = kernel
    let (inputs, values) = (inputs, values)
    points = x.map { point in inputs.indices.map { inputs[$0].scaled(point[$0]) } }
    let likelihood = MarginalLikelihood(kernel, points, y.map(values.scaled))
    // Deviation, lengths, noise; a noise below 10⁻⁵ would cost the factorization its digits.
    let lower = [Double.log(1e-2)] + inputs.map { _ in Double.log(2e-2) } + [Double.log(1e-5)]
    let upper = [Double.log(1e2)] + inputs.map { _ in Double.log(1e2) } + [Double.log(2)]
    let search = NelderMead(lower: lower, upper: upper, width: 1e-4, evaluations: 400)
    var random = SplitMix64(seed: seed)
    let first = [0] + inputs.map { _ in 0 } + [Double.log(0.1)]
    let places =
      [first]
      + (1..<max(1, starts)).map { _ in
        lower.indices.map { lower[$0] + (upper[$0] - lower[$0]) * random.unit() }
      }
    let found = parallelMap(places.count) { k in
      search.minimum(of: { likelihood.cost($0) }, from: places[k], step: 0.7)
    }
    // The first among equals.
    var best = found[0]
    for other in found where other.value < best.value { best = other }
    guard best.value.isFinite, let (factor, weights) = likelihood.solved(best.point) else {
      throw .refused("the covariance of \(x.count) samples cannot be factorized; scale the data")
    }
    (logs, logLikelihood) = (best.point, -best.value)
    (self.factor, self.weights) = (factor, weights)
  }

  /// The mean at an input, and the standard deviation of a new noisy sample there.
  ///
  /// - Precondition: As many components as the inputs.
  /// - Complexity: O(N²).
  public func prediction(at x: [Double]) -> (mean: Double, deviation: Double) {
    precondition(x.count == inputs.count, "\(x.count) components of \(inputs.count)")
    let place = x.indices.map { inputs[$0].scaled(x[$0]) }
    let covariance = MarginalLikelihood.Covariance(kernel, logs)
    let row = points.map { covariance($0, place) }
    let solved = factor.solveLower(
      DenseMatrix(rowCount: row.count, columnCount: 1, values: row)
    ).values
    let variance = max(0, covariance.variance - dot(solved, solved)) + covariance.noise
    return (values.unscaled(dot(row, weights)), variance.squareRoot() * values.scale)
  }
}

/// x ↦ (x − centre) / scale, to mean zero and deviation one.
struct Scaling: Sendable, Equatable, Codable {
  let centre: Double
  let scale: Double

  init(_ x: [Double]) {
    let n = Double(max(1, x.count))
    let mean = x.reduce(0, +) / n
    let deviation = (x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot()
    // Constant but for round-off: nothing to scale by.
    let isConstant = !(deviation > 1e-12 * mean.magnitude) || !deviation.isNormal
    (centre, scale) = (mean, isConstant ? 1 : deviation)
  }

  func scaled(_ x: Double) -> Double { (x - centre) / scale }
  func unscaled(_ x: Double) -> Double { centre + scale * x }
}

/// −log p(y | X, parameters).
struct MarginalLikelihood: Sendable {
  /// σ² k(|x − y| / lengths), and the noise.
  struct Covariance: Sendable {
    let kernel: GaussianProcess.Kernel
    let variance: Double
    let inverseLengths: [Double]
    let noise: Double

    init(_ kernel: GaussianProcess.Kernel, _ logs: [Double]) {
      self.kernel = kernel
      variance = Double.exp(2 * logs[0])
      inverseLengths = logs[1..<logs.count - 1].map { Double.exp(-$0) }
      noise = Double.exp(2 * logs[logs.count - 1])
    }

    func callAsFunction(_ x: [Double], _ y: [Double]) -> Double {
      var square = 0.0
      for k in x.indices {
        let d = (x[k] - y[k]) * inverseLengths[k]
        square += d * d
      }
      return variance * kernel(squared: square)
    }
  }

  private let kernel: GaussianProcess.Kernel
  private let points: [[Double]]
  private let values: [Double]

  init(_ kernel: GaussianProcess.Kernel, _ points: [[Double]], _ values: [Double]) {
    (self.kernel, self.points, self.values) = (kernel, points, values)
  }

  func cost(_ logs: [Double]) -> Double {
    guard let (factor, weights) = solved(logs) else { return .infinity }
    let n = Double(values.count)
    return (dot(values, weights) + factor.logDeterminant + n * Double.log(2 * Double.pi)) / 2
  }

  /// K = L Lᵀ and K⁻¹ y; nil where K is not definite to working precision.
  func solved(_ logs: [Double]) -> (factor: Cholesky<Double>, weights: [Double])? {
    let covariance = Covariance(kernel, logs)
    let n = points.count
    var k = DenseMatrix<Double>(rowCount: n, columnCount: n)
    for j in 0..<n {
      for i in 0..<j {
        let value = covariance(points[i], points[j])
        (k[i, j], k[j, i]) = (value, value)
      }
      k[j, j] = covariance.variance + covariance.noise
    }
    guard let factor = try? Cholesky(k) else { return nil }
    return (factor, factor.solve(values))
  }
}
