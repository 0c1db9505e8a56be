public import LinearAlgebra
internal import RealModule

/// Linear regression with few coefficients: for each output, the w that minimise
///
///     ‖y − X w‖² / 2N + α (ρ ‖w‖₁ + (1 − ρ) ‖w‖² / 2),
///
/// inputs and outputs scaled to mean zero and deviation one. ρ = 1 is the lasso.
///
/// - Source: Friedman, Hastie, Tibshirani, *Regularization paths for generalized linear models via
///   coordinate descent*, J. Stat. Softw. 33 (2010), with updates of covariances.
public struct ElasticNet: Sendable {
  /// Inputs × outputs, in the units of the data.
  public let coefficients: DenseMatrix<Double>
  /// What is added to each output.
  public let offsets: [Double]
  /// α.
  public let penalty: Double
  /// ρ.
  public let lassoShare: Double
  /// Outputs whose optimality conditions are met to 10⁻⁶ of the penalty.
  public let convergedCount: Int

  /// Fits.
  ///
  /// - Parameters:
  ///   - inputs: A column for each sample.
  ///   - outputs: A column for each sample.
  ///   - penalty: α, positive.
  ///   - lassoShare: ρ in (0, 1].
  /// - Throws: `mismatch` for unequal numbers of samples or none; `notFinite`; `refused` for
  ///   penalties outside their range.
  /// - Complexity: O(inputs² · samples) once, and O(inputs) for each coefficient that changes.
  public init(
    inputs: DenseMatrix<Double>, outputs: DenseMatrix<Double>, penalty: Double,
    lassoShare: Double = 1
  ) throws(RegressionError) {
    try ElasticNet.check(inputs, outputs)
    guard penalty > 0, penalty.isFinite, lassoShare > 0, lassoShare <= 1 else {
      throw .refused(
        "a penalty of \(penalty) with a lasso share of \(lassoShare); the penalty is positive and "
          + "the share in (0, 1]")
    }
    (self.penalty, self.lassoShare) = (penalty, lassoShare)
    let n = Double(inputs.columnCount)
    let (x, y) = (Standardised(inputs), Standardised(outputs))
    let (m, count) = (inputs.rowCount, outputs.rowCount)
    let covariance = (1 / n) * x.samples.gramian()
    let correlation = (1 / n) * x.samples.adjointTimes(y.samples)
    let solver = CoordinateDescent(
      covariance: covariance, lasso: penalty * lassoShare, ridge: penalty * (1 - lassoShare))
    let found = parallelMap(count) { solver.minimum(correlation.column($0)) }
    convergedCount = found.count(where: \.isConverged)
    var (w, offsets) = (DenseMatrix<Double>(rowCount: m, columnCount: count), [Double]())
    for k in 0..<count {
      var offset = y.scalings[k].centre
      for j in 0..<m where found[k].weights[j] != 0 {
        w[j, k] = found[k].weights[j] * y.scalings[k].scale / x.scalings[j].scale
        offset -= w[j, k] * x.scalings[j].centre
      }
      offsets.append(offset)
    }
    (coefficients, self.offsets) = (w, offsets)
  }

  /// The outputs expected for inputs.
  ///
  /// - Precondition: As many as in training.
  public func prediction(of inputs: [Double]) -> [Double] {
    var result = coefficients.adjointTimes(inputs)
    axpy(1, offsets, into: &result)
    return result
  }

  static func check(
    _ inputs: DenseMatrix<Double>, _ outputs: DenseMatrix<Double>
  ) throws(RegressionError) {
    guard inputs.columnCount == outputs.columnCount, inputs.columnCount > 0 else {
      throw .mismatch(
        what: "regression",
        found: "\(inputs.columnCount) inputs and \(outputs.columnCount) outputs",
        expected: "one output for each input, and one at least")
    }
    for (what, matrix) in [("inputs of a regression", inputs), ("its outputs", outputs)] {
      if let entry = matrix.firstNonFiniteEntry {
        throw .notFinite(what: what, sample: entry.column)
      }
    }
  }
}

/// Samples by rows, each column to mean zero and deviation one.
private struct Standardised {
  let samples: DenseMatrix<Double>
  let scalings: [Scaling]

  init(_ data: DenseMatrix<Double>) {
    var rows = data.transposed()
    var scalings: [Scaling] = []
    let n = rows.rowCount
    for j in 0..<rows.columnCount {
      let scaling = Scaling(rows.column(j))
      for i in j * n..<(j + 1) * n { rows.values[i] = scaling.scaled(rows.values[i]) }
      scalings.append(scaling)
    }
    (samples, self.scalings) = (rows, scalings)
  }
}
