public import LinearAlgebra
internal import RealModule

/// The cluster of a parameter by multinomial logistic regression: P(c | μ) ∝ exp(w_c · φ(μ)), the
/// weights w those of largest likelihood less λ/2 Σ w².
///
/// The penalty makes the problem strictly convex in the weights of the features, so that clusters
/// which a plane separates give finite weights. It is solved by Newton steps, each by conjugate
/// gradients on Hessian products, with a line search.
///
/// - Source: D. Böhning, *Multinomial logistic regression algorithm*, Ann. Inst. Stat. Math. 44
///   (1992), for the model; Nocedal, Wright, *Numerical Optimization*, 2nd ed. (2006), §7.1.
public struct LogisticClassifier: Sendable {
  /// How the training ended.
  public struct Report: Sendable, Equatable {
    /// Newton steps.
    public let iterations: Int
    /// The largest entry of the gradient at the end.
    public let gradient: Double
    /// The mean negative logarithm of the likelihood with the penalty.
    public let loss: Double
    /// Whether the gradient fell below 10⁻⁸.
    public let isConverged: Bool
  }

  /// All features, of which some are used.
  public let features: ParameterFeatures
  /// The features used, ascending.
  public let selection: [Int]
  /// The number of clusters; those without training parameters are never chosen.
  public let count: Int
  /// One column per cluster that occurs: a weight per used feature, and the constant.
  public let weights: DenseMatrix<Double>
  /// How the training ended.
  public let report: Report
  private let classes: [Int]

  /// Trains.
  ///
  /// - Parameters:
  ///   - parameters: The training set.
  ///   - labels: Their clusters, counted from 0.
  ///   - names: Of the components; for `features.names`.
  ///   - terms: Which functions of the components are features.
  ///   - selection: Which features are used; all where nil.
  ///   - ridge: λ.
  /// - Throws: As `ParameterFeatures`; `refused` for λ ≤ 0.
  /// - Precondition: One label per parameter, none negative.
  public init(
    parameters: [Parameter], labels: [Int], names: [String]? = nil,
    terms: ParameterFeatures.Terms = .quadratic, selection: [Int]? = nil, ridge: Double = 1e-3
  ) throws(SnapshotError) {
    precondition(
      labels.count == parameters.count && labels.allSatisfy { $0 >= 0 },
      "\(labels.count) labels for \(parameters.count) parameters")
    guard ridge > 0, ridge.isFinite else {
      throw .refused("the penalty is \(ridge); it must be positive, such as 0.001")
    }
    features = try ParameterFeatures(of: parameters, names: names, terms: terms)
    self.selection = selection ?? Array(0..<features.count)
    count = (labels.max() ?? -1) + 1
    classes = Set(labels).sorted()
    let (features, used, classes) = (features, self.selection, classes)
    let design = DenseMatrix(
      rowCount: used.count + 1,
      columns: parameters.map { mu in
        let values = features.values(at: mu)
        return used.map { values[$0] } + [1]
      }
    ).transposed()
    var places: [Int: Int] = [:]
    for (k, label) in classes.enumerated() { places[label] = k }
    let regression = LogisticRegression(
      design: design, classes: labels.map { places[$0] ?? 0 }, classCount: classes.count,
      ridge: ridge)
    (weights, report) = regression.solve()
  }

  /// P(c | μ) for each cluster c.
  ///
  /// - Precondition: As many components as in training.
  public func probabilities(at mu: Parameter) -> [Double] {
    let values = features.values(at: mu)
    let scores = weights.adjointTimes(selection.map { values[$0] } + [1])
    let top = scores.max() ?? 0
    let powers = scores.map { Double.exp($0 - top) }
    let sum = powers.reduce(0, +)
    var result = [Double](repeating: 0, count: count)
    for (label, value) in zip(classes, powers) { result[label] = value / sum }
    return result
  }

  /// The most probable cluster, the lowest among equals.
  ///
  /// - Precondition: As many components as in training.
  public func cluster(of mu: Parameter) -> Int {
    let values = probabilities(at: mu)
    return lowestMinimum(values.map { -$0 })
  }
}

/// The minimisation behind the classifier.
struct LogisticRegression {
  /// Φ, a row per sample, its last column ones.
  let design: DenseMatrix<Double>
  let classes: [Int]
  let classCount: Int
  let ridge: Double

  private var scale: Double { 1 / Double(design.rowCount) }

  func solve() -> (weights: DenseMatrix<Double>, report: LogisticClassifier.Report) {
    var w = DenseMatrix<Double>(rowCount: design.columnCount, columnCount: classCount)
    var (loss, p) = evaluate(w)
    var (iterations, size) = (0, 0.0)
    while true {
      let g = gradient(w, p)
      size = g.values.reduce(0) { max($0, $1.magnitude) }
      guard size > 1e-8, iterations < 200 else { break }
      iterations += 1
      let step = direction(g, p)
      let slope = dot(g.values, step.values)
      guard slope < 0 else { break }
      var (length, isBetter) = (1.0, false)
      for _ in 0..<40 {
        let next = w + length * step
        let (value, q) = evaluate(next)
        // Near the minimum the gain drowns in the round-off of the loss.
        if value <= loss + 1e-4 * length * slope + 4 * Double.ulpOfOne * loss {
          (w, loss, p, isBetter) = (next, value, q, true)
          break
        }
        length /= 2
      }
      if !isBetter { break }
    }
    return (
      w,
      LogisticClassifier.Report(
        iterations: iterations, gradient: size, loss: loss, isConverged: size <= 1e-8)
    )
  }

  /// The penalised mean loss and the probabilities, a row per sample.
  private func evaluate(
    _ w: DenseMatrix<Double>
  ) -> (loss: Double, probabilities: DenseMatrix<Double>) {
    var p = design * w
    let n = p.rowCount
    var loss = 0.0
    for i in 0..<n {
      var top = -Double.infinity
      for c in 0..<classCount { top = max(top, p.values[i + c * n]) }
      var sum = 0.0
      let own = p.values[i + classes[i] * n] - top
      for c in 0..<classCount {
        let power = Double.exp(p.values[i + c * n] - top)
        p.values[i + c * n] = power
        sum += power
      }
      for c in 0..<classCount { p.values[i + c * n] /= sum }
      loss += Double.log(sum) - own
    }
    return (scale * loss + ridge / 2 * dot(w.values, penalised(w).values), p)
  }

  /// The weights with the constants set to zero, which are not penalised.
  private func penalised(_ w: DenseMatrix<Double>) -> DenseMatrix<Double> {
    var result = w
    for c in 0..<classCount { result[w.rowCount - 1, c] = 0 }
    return result
  }

  private func gradient(
    _ w: DenseMatrix<Double>, _ p: DenseMatrix<Double>
  ) -> DenseMatrix<Double> {
    var difference = p
    for (i, c) in classes.enumerated() { difference.values[i + c * p.rowCount] -= 1 }
    return scale * design.adjointTimes(difference) + ridge * penalised(w)
  }

  private func hessian(
    _ v: DenseMatrix<Double>, _ p: DenseMatrix<Double>
  ) -> DenseMatrix<Double> {
    var image = design * v
    let n = p.rowCount
    for i in 0..<n {
      var mean = 0.0
      for c in 0..<classCount { mean += p.values[i + c * n] * image.values[i + c * n] }
      for c in 0..<classCount {
        image.values[i + c * n] = p.values[i + c * n] * (image.values[i + c * n] - mean)
      }
    }
    return scale * design.adjointTimes(image) + ridge * penalised(v)
  }

  /// −H⁻¹ g by conjugate gradients. A constant common to all classes changes nothing: H is singular
  /// there, and g, whose rows sum to zero over the classes in that place, has no part in it.
  private func direction(
    _ g: DenseMatrix<Double>, _ p: DenseMatrix<Double>
  ) -> DenseMatrix<Double> {
    var x = DenseMatrix<Double>(rowCount: g.rowCount, columnCount: g.columnCount)
    var r = -1 * g
    var d = r
    var square = dot(r.values, r.values)
    let start = square
    let goal = min(0.01, start) * start
    for _ in 0..<min(500, 2 * g.values.count + 10) {
      let image = hessian(d, p)
      let curvature = dot(d.values, image.values)
      guard curvature > 1e-300, square > goal else { break }
      let alpha = square / curvature
      x = x + alpha * d
      r = r - alpha * image
      let next = dot(r.values, r.values)
      d = r + (next / square) * d
      square = next
    }
    return x.frobeniusNorm > 0 ? x : r
  }
}
