internal import ComplexModule
public import LinearAlgebra

/// How well fields are interpolated, each relative to its own size.
public struct InterpolationErrors: Sendable, Equatable {
  /// max |f − I f| / max |f|, of each field.
  public let largest: [Double]
  /// ‖f − I f‖₂ / ‖f‖₂, of each field.
  public let euclidean: [Double]

  /// The worst of all fields in the maximum norm.
  public var worst: Double { largest.max() ?? 0 }
  /// The field that is worst in the maximum norm.
  public var worstField: Int { largest.indices.max { largest[$0] < largest[$1] } ?? 0 }
  /// The worst in the Euclidean norm.
  public var worstEuclidean: Double { euclidean.max() ?? 0 }
}

extension EmpiricalInterpolation {
  /// The errors of fields that are known everywhere.
  ///
  /// - Parameter fields: n × m, finite; a field of zeros has the error zero.
  /// - Complexity: O(n m r), in parts of 32 fields.
  public func errors(of fields: DenseMatrix<S>) -> InterpolationErrors {
    precondition(
      fields.rowCount == modes.rowCount,
      "fields of \(fields.rowCount) numbers for modes of \(modes.rowCount)")
    var (largest, euclidean) = ([Double](), [Double]())
    for first in stride(from: 0, to: fields.columnCount, by: 32) {
      let part = fields.columns(first..<min(fields.columnCount, first + 32))
      let seen = part.gathering(rows: points)
      let coefficients = DenseMatrix(
        rowCount: modes.columnCount,
        columns: (0..<part.columnCount).map { self.coefficients(of: seen.column($0)) })
      let left = part - modes * coefficients
      for j in 0..<part.columnCount {
        let (size, whole) = (sizes(of: left.column(j)), sizes(of: part.column(j)))
        largest.append(whole.0 > 0 ? size.0 / whole.0 : 0)
        euclidean.append(whole.1 > 0 ? size.1 / whole.1 : 0)
      }
    }
    return InterpolationErrors(largest: largest, euclidean: euclidean)
  }

  private func sizes(of x: [S]) -> (Double, Double) {
    (blockSizes(x, 1 << 14, nil).max() ?? 0, norm(x))
  }
}
