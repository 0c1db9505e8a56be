/// Some eigenpairs of K x = λ M x and how well they hold.
public struct SparseEigenpairs: Sendable {
  /// λ, ascending.
  public let values: [Double]
  /// One eigenvector per column, orthonormal in M.
  public let vectors: DenseMatrix<Double>
  /// ‖K x − λ M x‖ / (‖K x‖ + |λ| ‖M x‖) for each pair.
  public let residuals: [Double]
  /// The largest entry of |XᵀMX − I|.
  public let orthogonality: Double
  /// The dimension of the space in which they were found.
  public let subspaceDimension: Int

  init(
    _ problem: ShiftInvertLanczos, _ values: [Double], _ vectors: DenseMatrix<Double>,
    _ subspaceDimension: Int
  ) {
    let (kx, mx) = (problem.stiffness * vectors, problem.mass * vectors)
    residuals = values.indices.map { j in
      let (a, b) = (kx.column(j), mx.column(j))
      var rest = a
      axpy(-values[j], b, into: &rest)
      let size = norm(a) + values[j].magnitude * norm(b)
      return size > 0 ? norm(rest) / size : 0
    }
    let gram = vectors.adjointTimes(mx)
    var deviation = 0.0
    for i in values.indices {
      for j in values.indices {
        deviation = max(deviation, (gram[i, j] - (i == j ? 1 : 0)).magnitude)
      }
    }
    orthogonality = deviation
    self.values = values
    self.vectors = vectors
    self.subspaceDimension = subspaceDimension
  }
}
