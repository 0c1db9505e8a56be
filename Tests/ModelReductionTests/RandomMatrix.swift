import LinearAlgebra
import TestSupport

extension DenseMatrix<Double> {
  /// m × n numbers evenly distributed over [−1, 1).
  static func random(_ m: Int, _ n: Int, seed: UInt64) -> DenseMatrix {
    var random = SeededRandom(seed: seed)
    return DenseMatrix(
      rowCount: m, columnCount: n, values: (0..<m * n).map { _ in random.uniform() })
  }
}
