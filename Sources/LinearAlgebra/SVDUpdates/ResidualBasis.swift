/// Vectors in the factors and beside them: B = U C + Q R, with Q orthonormal and orthogonal to U.
struct ResidualBasis: Sendable {
  /// C, k × s.
  var inside: DenseMatrix<Double>
  /// R, l × s.
  let outside: DenseMatrix<Double>
  /// Q.
  let directions: Directions
  /// ‖B − U C − Q R‖², beyond round-off.
  let lost: Double
}

extension SVDUpdateMethod {
  /// The directions the method adds for some vectors.
  func residualBasis(
    of vectors: UpdateVectors, beside factor: RotatedFactor
  ) throws(FactorizationError) -> ResidualBasis {
    switch self {
    case .zhaSimon, .brand: return try factor.fullResidual(of: vectors.full)
    case .vecharynskiSaad(let dimension):
      return dimension < vectors.count
        ? try factor.lanczosResidual(of: vectors.full, dimension: dimension)
        : try factor.fullResidual(of: vectors.full)
    case .fastSparse:
      if case .compressed(let few, let n) = vectors, 4 * few.support.count <= n,
        let result = factor.sparseResidual(of: few)
      {
        return result
      }
      return try factor.fullResidual(of: vectors.full)
    }
  }
}

extension RotatedFactor {
  /// Gram–Schmidt against U and among the vectors, each as often as round-off asks for.
  ///
  /// A vector of which less than 10⁻¹⁴ lies beside the others adds no direction: what is left of it
  /// is its own round-off.
  func fullResidual(of b: DenseMatrix<Double>) throws(FactorizationError) -> ResidualBasis {
    var rest = b
    var inside = remove(from: &rest)
    inside = inside + remove(from: &rest)
    for j in 0..<b.columnCount where norm(rest.column(j)) <= 1e-14 * norm(b.column(j)) {
      rest.setColumn(j, [Double](repeating: 0, count: rowCount))
    }
    var columns = GramSchmidt<Double>(rowCount: rowCount)
    let r = try columns.append(rest).coefficients
    let (q, correction, change) = try cleaned(columns.vectors)
    return ResidualBasis(
      inside: inside + correction * r, outside: change * r, directions: .full(q), lost: 0)
  }

  /// Orthonormal columns made orthogonal to U: Q = U C + Q′ R, without directions that were nothing
  /// but round-off in the span of U.
  private func cleaned(
    _ columns: DenseMatrix<Double>
  ) throws(FactorizationError) -> (
    q: DenseMatrix<Double>, correction: DenseMatrix<Double>, change: DenseMatrix<Double>
  ) {
    var q = columns
    var correction = DenseMatrix<Double>(rowCount: width, columnCount: q.columnCount)
    var r = DenseMatrix<Double>.identity(q.columnCount)
    for _ in 0..<5 where q.columnCount > 0 && width > 0 {
      let again = remove(from: &q)
      var columns = GramSchmidt<Double>(rowCount: rowCount)
      let (change, kept) = {
        ($0.coefficients, $0.kept)
      }(try columns.append(q, tolerance: 0.01))
      correction = correction + again * r
      let isClean =
        kept.count == q.columnCount && (0..<kept.count).allSatisfy { change[$0, $0] > 0.7 }
      (r, q) = (change * r, columns.vectors)
      if isClean { break }
    }
    return (q, correction, r)
  }

  /// The directions a Golub–Kahan–Lanczos process finds in what lies beside U, both of its bases
  /// orthogonalised in full; where it breaks down, it starts again from a unit vector.
  func lanczosResidual(
    of b: DenseMatrix<Double>, dimension: Int
  ) throws(FactorizationError) -> ResidualBasis {
    let s = b.columnCount
    let inside = adjointTimes(b)
    var left = GramSchmidt<Double>(rowCount: rowCount)
    var right = GramSchmidt<Double>(rowCount: s)
    let size = b.frobeniusNorm
    // An even but irregular start, not orthogonal to anything in particular.
    var candidate = (0..<s).map { 0.5 + (Double($0) * 0.618_033_988_749_894_8).fraction }
    var next = 0
    while left.vectors.columnCount < max(1, dimension) {
      var isNew = try right.append(candidate, tolerance: 1e-8).isKept
      while !isNew, next < s {
        var unit = [Double](repeating: 0, count: s)
        unit[next] = 1
        next += 1
        isNew = try right.append(unit, tolerance: 1e-8).isKept
      }
      guard isNew else { break }
      let p = right.vectors.column(right.vectors.columnCount - 1)
      var y = DenseMatrix(rowCount: rowCount, columnCount: 1, values: b * p)
      _ = remove(from: &y)
      _ = remove(from: &y)
      guard norm(y.values) > 1e-14 * size, try left.append(y.values, tolerance: 1e-10).isKept
      else {
        candidate = [Double](repeating: 0, count: s)
        continue
      }
      let q = left.vectors.column(left.vectors.columnCount - 1)
      candidate = b.adjointTimes(q)
      let along = adjointTimes(DenseMatrix(rowCount: rowCount, columnCount: 1, values: q))
      axpy(-1, inside.adjointTimes(along.values), into: &candidate)
    }
    let q = try cleaned(left.vectors).q
    let outside = q.adjointTimes(b)
    func square(_ x: DenseMatrix<Double>) -> Double { x.frobeniusNorm * x.frobeniusNorm }
    // The difference of squares is known to round-off of the largest: the bound must hold.
    let lost =
      max(0, square(b) - square(inside) - square(outside)) + 16 * Double.ulpOfOne * square(b)
    return ResidualBasis(inside: inside, outside: outside, directions: .full(q), lost: lost)
  }

  /// Modified Gram–Schmidt, two passes, on vectors b − U c held as the pair (b, c), in their inner
  /// product ⟨b, b′⟩ − ⟨c, c′⟩.
  ///
  /// - Returns: Nil where less than 1/32 of a vector is left: the difference has then lost so many
  ///   digits that the direction would not be orthogonal to 10⁻¹³.
  func sparseResidual(of b: CompressedVectors) -> ResidualBasis? {
    let (s, rows) = (b.entries.columnCount, b.support.count)
    let inside = adjointTimes(b)
    var basis: [(b: [Double], c: [Double])] = []
    var outside = DenseMatrix<Double>(rowCount: min(s, rows), columnCount: s)
    var amplification = 1.0
    for j in 0..<s {
      var (x, c) = (b.entries.column(j), inside.column(j))
      let length = norm(x)
      guard length > 0 else { continue }
      for _ in 0..<2 {
        for (i, q) in basis.enumerated() {
          let h = dot(q.b, x) - dot(q.c, c)
          axpy(-h, q.b, into: &x)
          axpy(-h, q.c, into: &c)
          outside[i, j] += h
        }
      }
      let square = dot(x, x) - dot(c, c)
      guard square > length * length / 1024, basis.count < outside.rowCount else { return nil }
      let rest = square.squareRoot()
      outside[basis.count, j] = rest
      amplification = max(amplification, dot(x, x) / square)
      scale(1 / rest, &x)
      scale(1 / rest, &c)
      basis.append((x, c))
    }
    let directions = CompressedVectors(
      support: b.support, entries: DenseMatrix(rowCount: rows, columns: basis.map(\.b)))
    return ResidualBasis(
      inside: inside, outside: outside.rows(0..<basis.count),
      directions: .sparse(
        directions, DenseMatrix(rowCount: width, columns: basis.map(\.c)),
        amplification: amplification),
      lost: 0)
  }
}

extension Double {
  fileprivate var fraction: Double { self - rounded(.down) }
}
