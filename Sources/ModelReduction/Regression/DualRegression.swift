public import LinearAlgebra

/// The coordinates of a field in its modes from its values at few points, learnt from runs: a linear
/// map with few coefficients.
///
/// Trained on the values that the reduced model gives, and the coordinates of the full one, it
/// corrects the errors of the reduced model as far as they are alike in all runs; a
/// ``GappyPOD`` cannot.
///
/// - Source: The elastic net of ``ElasticNet``, its penalty chosen by cross-validation.
public struct DualRegression: DualReconstruction {
  /// The map.
  public let net: ElasticNet
  /// For each penalty tried, the root of the squared error on samples left out, relative to the
  /// deviation of the coordinates.
  public let crossValidation: [(penalty: Double, error: Double)]

  /// Learns.
  ///
  /// - Parameters:
  ///   - samples: The values at the points, a column for each state.
  ///   - coordinates: The coordinates of the true fields, a column for each state.
  ///   - penalties: Tried in turn; the largest among equals is taken.
  ///   - lassoShare: ρ of the net.
  ///   - folds: Parts left out in turn.
  ///   - runs: For each state the run it belongs to, which is left out as a whole; nil where all are
  ///     independent.
  ///   - seed: Of the division into parts.
  /// - Throws: As ``ElasticNet``; `refused` for no penalty or fewer runs than parts.
  public init(
    samples: DenseMatrix<Double>, coordinates: DenseMatrix<Double>,
    penalties: [Double] = [0.01, 0.1, 1], lassoShare: Double = 1, folds: Int = 5,
    runs: [Int]? = nil, seed: UInt64 = 1
  ) throws(RegressionError) {
    try ElasticNet.check(samples, coordinates)
    let count = samples.columnCount
    guard !penalties.isEmpty, runs.map({ $0.count == count }) ?? true else {
      throw .refused(
        "\(penalties.count) penalties and \(runs?.count ?? count) run numbers for \(count) states; "
          + "one penalty at least, and a run for each state")
    }
    let parts: Folds
    do throws(SnapshotError) {
      parts = try Folds(of: count, count: folds, groups: runs, seed: seed)
    } catch {
      throw .refused("\(error)")
    }
    func columns(_ a: DenseMatrix<Double>, _ chosen: [Int]) -> DenseMatrix<Double> {
      DenseMatrix(rowCount: a.rowCount, columns: chosen.map(a.column))
    }
    let energy = (0..<coordinates.rowCount).reduce(0.0) { sum, k in
      let row = coordinates.rows(k..<k + 1).values
      let mean = row.reduce(0, +) / Double(count)
      return sum + row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
    var tried: [(penalty: Double, error: Double)] = []
    for penalty in penalties.sorted(by: >) {
      var square = 0.0
      for fold in 0..<parts.count {
        let (training, test) = parts.split(fold)
        let net = try ElasticNet(
          inputs: columns(samples, training), outputs: columns(coordinates, training),
          penalty: penalty, lassoShare: lassoShare)
        for j in test {
          let error = zip(net.prediction(of: samples.column(j)), coordinates.column(j))
          square += error.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
      }
      tried.append((penalty, energy > 0 ? (square / energy).squareRoot() : 0))
    }
    var best = tried[0]
    for other in tried where other.error < best.error { best = other }
    crossValidation = tried
    net = try ElasticNet(
      inputs: samples, outputs: coordinates, penalty: best.penalty, lassoShare: lassoShare)
  }

  /// The coordinates expected for values at the points.
  ///
  /// - Precondition: As many values as in training.
  public func coordinates(of samples: [Double]) -> [Double] { net.prediction(of: samples) }
}
