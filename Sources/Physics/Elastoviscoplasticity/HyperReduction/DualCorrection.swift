public import LinearAlgebra
internal import ModelReduction

/// W p̂, what is added to the coordinates that gappy POD finds from the values p̂ at the selected
/// points: with it, the coordinates are a regression on these values that falls back to the fit where
/// nothing can be learnt, and the body at rest stays at rest.
public struct DualCorrection: Sendable, Equatable {
  /// Values × modes.
  public let coefficients: DenseMatrix<Double>

  func value(at samples: [Double]) -> [Double] { coefficients.adjointTimes(samples) }
}

/// What a regression for a dual field has found.
public struct DualLearning: Sendable, Equatable {
  /// The name of the field.
  public let field: String
  /// The penalty chosen.
  public let penalty: Double
  /// The error of the coordinates on runs left out, over their size: of the regression.
  public let error: Double
  /// The same of gappy POD.
  public let gappyError: Double

  /// Whether the regression is taken: gappy POD remains where leaving out runs shows no gain, and for
  /// a gain of less than a twentieth, which is no evidence.
  public var isTaken: Bool { error < 0.95 * gappyError }
}

extension AdaptiveHyperReduction {
  /// Learns what the fits of dual fields miss, from the values that the reduced model itself gives at
  /// the selected points of the training runs and the coordinates of the full fields.
  ///
  /// Each run is left out in turn, or with its like where there are more than ten; a single run is cut
  /// into five pieces of time.
  ///
  /// - Returns: What was found for each dual field, in their order.
  /// - Throws: `RegressionError`, or `ModelError` where the reduced model cannot repeat a training run.
  /// - Source: Casenave, Akkari, Bordeu, Rey, Ryckelynck, *A nonintrusive distributed reduced-order
  ///   modeling framework for nonlinear structural mechanics*, Int. J. Numer. Methods Eng. 121 (2020),
  ///   whose meta-model is trained on the output of the reduced model.
  public mutating func learnReconstructions() throws -> [DualLearning] {
    let plain = reduction.uncorrected
    let online = HyperReducedModel(plain, of: model)
    let runs = snapshots.runs
    var places: [Int] = []
    var partOf: [Int] = []
    var values = [[[Double]]](repeating: [], count: plain.duals.count)
    for (r, mu) in runs.enumerated() {
      try online.trajectory(at: mu) { frame in
        guard let k = snapshots.place(of: mu, time: frame.time) else { return }
        places.append(k)
        partOf.append(r % 10)
        for (d, dual) in online.duals.enumerated() {
          values[d].append(dual.values(frame.state, online.materials))
        }
      }
    }
    guard places.count >= 10 else { return [] }
    if runs.count == 1 { partOf = places.indices.map { 5 * $0 / places.count } }
    var found: [DualLearning] = []
    for (d, dual) in plain.duals.enumerated() {
      let columns = snapshots.columns(of: dual.field)
      let truth = dual.modes.adjointTimes(
        DenseMatrix(rowCount: columns.rowCount, columns: places.map(columns.column)))
      var missed = truth
      for (j, sample) in values[d].enumerated() {
        let z = dual.gappy.coordinates(of: sample)
        for k in z.indices { missed[k, j] -= z[k] }
      }
      let learnt = try RidgeRegression(
        inputs: DenseMatrix(rowCount: dual.gappy.points.count, columns: values[d]),
        outputs: missed, parts: partOf)
      let size = norm(truth.values) / Double(max(1, truth.values.count)).squareRoot()
      let learning = DualLearning(
        field: dual.field.name, penalty: learnt.penalty,
        error: size > 0 ? learnt.error / size : 0,
        gappyError: size > 0 ? learnt.zeroError / size : 0)
      found.append(learning)
      reduction.duals[d].sampled.correction =
        learning.isTaken
        ? DualCorrection(coefficients: learnt.coefficients) : nil
    }
    let calibration = reduced.calibration
    reduced = HyperReducedModel(reduction, of: model, outputs: outputs)
    reduced.calibration = calibration
    return found
  }
}
