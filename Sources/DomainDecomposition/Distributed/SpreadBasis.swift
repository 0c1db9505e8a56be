internal import LinearAlgebra
internal import RealModule

/// Columns spread over ranks, orthonormal in X, that span given ones to round-off.
struct SpreadBasis<S: Scalar, C: Communicator> {
  private(set) var vectors: DenseMatrix<S>

  /// Takes the eigenvectors of the Gram matrix of what is left of the columns, and again until
  /// nothing above round-off is left; collective.
  init(spanning columns: DenseMatrix<S>, _ x: DistributedMatrix<S, C>) throws(DistributedFailure) {
    vectors = DenseMatrix(rowCount: columns.rowCount, columnCount: 0)
    var rest = columns
    var largest = 0.0
    for _ in 0..<4 {
      let gram = x.gram(rest, rest).hermitianPart
      let eigen = try x.communicator.together { () throws(FactorizationError) in
        try SymmetricEigen(descending: gram)
      }
      let first = eigen.values.first ?? 0
      largest = max(largest, first)
      // Below 1e-13 of the first one an eigenvalue is round-off of the Gram matrix, and below ε² of
      // the largest the columns themselves are.
      let limit = max(1e-13 * first, Double.ulpOfOne * Double.ulpOfOne * largest)
      let count = eigen.values.prefix { $0 > limit }.count
      guard first > 0, count > 0 else { return }
      var directions = rest * eigen.vectors.columns(0..<count)
      for j in 0..<count {
        var column = directions.column(j)
        scale(S(real: 1 / eigen.values[j].squareRoot()), &column)
        directions.setColumn(j, column)
      }
      for _ in 0..<2 {
        remove(from: &directions, x)
        directions = try Self.orthonormal(directions, x)
      }
      vectors.appendColumns(of: directions)
      for _ in 0..<2 { remove(from: &rest, x) }
    }
  }

  /// Y ← Y − Q (QᴴXY).
  private func remove(from y: inout DenseMatrix<S>, _ x: DistributedMatrix<S, C>) {
    guard vectors.columnCount > 0 else { return }
    y = y - vectors * x.gram(vectors, y)
  }

  /// Y L⁻ᴴ with YᴴXY = L Lᴴ, for columns that are nearly orthonormal.
  private static func orthonormal(
    _ y: DenseMatrix<S>, _ x: DistributedMatrix<S, C>
  ) throws(DistributedFailure) -> DenseMatrix<S> {
    let gram = x.gram(y, y).hermitianPart
    let inverse = try x.communicator.together { () throws(FactorizationError) in
      try Cholesky(gram).solveAdjoint(.identity(gram.rowCount))
    }
    return y * inverse
  }
}

extension DistributedMatrix {
  /// AᴴXB over all ranks for columns spread over them; collective.
  func gram(_ a: DenseMatrix<S>, _ b: DenseMatrix<S>) -> DenseMatrix<S> {
    let image = DenseMatrix(
      rowCount: rowCount, columns: (0..<b.columnCount).map { applied(to: b.column($0)) })
    var product = a.adjointTimes(image)
    communicator.sum(&product.values)
    return product
  }
}

extension DenseMatrix {
  /// (A + Aᴴ) / 2.
  fileprivate var hermitianPart: DenseMatrix { S(real: 0.5) * (self + adjoint()) }
}
