internal import LinearAlgebra

extension CubatureProblem {
  /// Orthonormal combinations U of the functions, without the directions that are smaller in L²
  /// than a part of the largest; nil where nothing would be left out.
  ///
  /// - Source: The eigenvectors of G W Gᵀ; a direction below 10⁻⁸ of the largest is round-off there.
  func rowSpace(tolerance: Double) throws(FactorizationError) -> DenseMatrix<Double>? {
    let (rows, count) = (integrands.rowCount, weights.count)
    var gram = TallGram(columnCount: rows)
    let height = max(256, 4_000_000 / max(rows, 1))
    for first in stride(from: 0, to: count, by: height) {
      let units = first..<min(count, first + height)
      var block = integrands.table(units).transposed()
      block.divideRows(
        by: units.map { j in
          let size = (weights[j].magnitude / volumes[j].magnitude).squareRoot()
          return size > 0 && size.isFinite ? 1 / size : .infinity
        })
      gram.append(TallBlock(block))
    }
    let eigen = try SymmetricEigen(descending: gram.matrix)
    let largest = max(0, eigen.values.first ?? 0)
    let limit = max(tolerance * tolerance, 1e-16) * largest
    let kept = eigen.values.prefix { $0 > limit }.count
    return kept < rows ? eigen.vectors.columns(0..<kept) : nil
  }
}

extension CubatureIntegrands {
  /// The values at consecutive points, functions × points.
  func table(_ points: Range<Int>) -> DenseMatrix<Double> {
    let size = 256
    let parts = parallelMap((points.count + size - 1) / size) { part in
      let first = points.lowerBound + part * size
      var column = [Double](repeating: 0, count: rowCount)
      var values: [Double] = []
      values.reserveCapacity(size * rowCount)
      for point in first..<min(points.upperBound, first + size) {
        self.column(point, into: &column)
        values.append(contentsOf: column)
      }
      return values
    }
    return DenseMatrix(
      rowCount: rowCount, columnCount: points.count, values: parts.flatMap { $0 })
  }

  /// UᵀG, a table.
  func projected(onto basis: DenseMatrix<Double>) -> TabulatedIntegrands {
    var result = DenseMatrix<Double>(rowCount: basis.columnCount, columnCount: 0)
    result.values.reserveCapacity(basis.columnCount * pointCount)
    let width = max(256, 4_000_000 / max(rowCount, 1))
    for first in stride(from: 0, to: pointCount, by: width) {
      result.appendColumns(
        of: basis.adjointTimes(table(first..<min(pointCount, first + width))))
    }
    return TabulatedIntegrands(result)
  }
}
