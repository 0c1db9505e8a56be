public import LinearAlgebra

/// Linear regression through the origin, of several outputs with many inputs of one unit and few
/// samples: the W that minimises, for every output,
///
///     ‖y − X w‖² / N + α s² ‖w‖²,
///
/// N samples, s² the mean square of a sample; α is chosen by leaving out parts of the samples in turn.
/// All inputs are scaled alike: one that hardly ever differs from zero would, scaled by itself, weigh
/// as much as any other, and too much in the one sample where it does. With α → ∞ the answer is zero.
///
/// W = Xᵀ (X Xᵀ + α N s²)⁻¹ Y is found by one eigendecomposition of order N for all α.
///
/// - Source: Hoerl, Kennard, *Ridge regression*, Technometrics 12 (1970); the dual form of Saunders,
///   Gammerman, Vovk, ICML 1998.
public struct RidgeRegression: Sendable {
  /// Inputs × outputs, in the units of the data.
  public let coefficients: DenseMatrix<Double>
  /// α.
  public let penalty: Double
  /// For each penalty tried, from the largest on, the root of the mean squared error of all outputs on
  /// samples left out.
  public let crossValidation: [(penalty: Double, error: Double)]
  /// The same error of answering zero: what is gained over leaving the outputs alone.
  public let zeroError: Double

  /// The least of the errors on samples left out.
  public var error: Double { crossValidation.map(\.error).min() ?? 0 }

  /// 10², 10^(3/2), …, 10⁻¹⁰.
  public static let standardPenalties = (0...24).map { k in
    (0..<k / 2).reduce(k.isMultiple(of: 2) ? 100.0 : 100 / 10.0.squareRoot()) { value, _ in
      value / 10
    }
  }

  /// Learns.
  ///
  /// - Parameters:
  ///   - inputs: A column for each sample.
  ///   - outputs: A column for each sample.
  ///   - penalties: Tried in turn; the largest among equals is taken.
  ///   - parts: For each sample the part that is left out together with it, from 0 on.
  /// - Throws: `mismatch` for unequal numbers of samples or none; `notFinite`; `refused` for penalties
  ///   that are not positive or fewer than two parts; `factorization`.
  /// - Complexity: O(m N² + N³) for m inputs and each part, with N² for each penalty and output.
  public init(
    inputs: DenseMatrix<Double>, outputs: DenseMatrix<Double>,
    penalties: [Double] = standardPenalties, parts: [Int]
  ) throws(RegressionError) {
    try ElasticNet.check(inputs, outputs)
    let n = inputs.columnCount
    let numbers = Set(parts).sorted()
    guard parts.count == n, numbers.count >= 2, !penalties.isEmpty,
      penalties.allSatisfy({ $0 > 0 && $0.isFinite })
    else {
      throw .refused(
        "\(penalties.count) penalties and \(numbers.count) parts of \(parts.count) samples; positive "
          + "penalties and two parts of the \(n) samples at least")
    }
    let tried = penalties.sorted(by: >)
    var squares = [Double](repeating: 0, count: tried.count)
    for part in numbers {
      let training = parts.indices.filter { parts[$0] != part }
      let test = parts.indices.filter { parts[$0] == part }
      let fit = try Fit(inputs.gathering(columns: training), outputs.gathering(columns: training))
      let seen = inputs.gathering(columns: test).adjointTimes(fit.samples)
      for (k, penalty) in tried.enumerated() {
        let found = seen * fit.weights(penalty)
        for (row, j) in test.enumerated() {
          for o in 0..<outputs.rowCount {
            let gap = found[row, o] - outputs[o, j]
            squares[k] += gap * gap
          }
        }
      }
    }
    let size = Double(n * max(1, outputs.rowCount))
    crossValidation = zip(tried, squares).map { ($0, ($1 / size).squareRoot()) }
    zeroError = norm(outputs.values) / size.squareRoot()
    var best = crossValidation[0]
    for other in crossValidation where other.error < best.error { best = other }
    penalty = best.penalty
    let fit = try Fit(inputs, outputs)
    coefficients = fit.samples * fit.weights(penalty)
  }

  /// The outputs expected for inputs.
  ///
  /// - Precondition: As many as in training.
  public func prediction(of inputs: [Double]) -> [Double] { coefficients.adjointTimes(inputs) }

  /// Samples with the eigenvectors of their products.
  private struct Fit {
    /// A column for each sample.
    let samples: DenseMatrix<Double>
    let eigen: SymmetricEigen<Double>
    /// UᵀY.
    let projected: DenseMatrix<Double>

    init(
      _ inputs: DenseMatrix<Double>, _ outputs: DenseMatrix<Double>
    ) throws(RegressionError) {
      samples = inputs
      do throws(FactorizationError) {
        eigen = try SymmetricEigen(inputs.gramian())
      } catch { throw .factorization(error) }
      projected = eigen.vectors.adjointTimes(outputs.transposed())
    }

    /// (X Xᵀ + α N s²)⁻¹ Y, N × outputs; N s² is the trace of X Xᵀ. Eigenvalues below zero are
    /// round-off.
    func weights(_ penalty: Double) -> DenseMatrix<Double> {
      let values = eigen.values.map { max(0, $0) }
      let shift = penalty * values.reduce(0, +)
      var divided = projected
      for o in 0..<divided.columnCount {
        for k in 0..<divided.rowCount {
          // Inputs that are all zero say nothing.
          divided[k, o] = shift > 0 ? divided[k, o] / (values[k] + shift) : 0
        }
      }
      return eigen.vectors * divided
    }
  }
}

extension DenseMatrix<Double> {
  /// Some of the columns, in the given order.
  fileprivate func gathering(columns: [Int]) -> DenseMatrix {
    DenseMatrix(rowCount: rowCount, columns: columns.map(column))
  }
}
