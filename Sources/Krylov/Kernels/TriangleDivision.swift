internal import ComplexModule
internal import LinearAlgebra
internal import RealModule

/// X ← X R⁻¹ with R = [[I, B], [0, R_H]], the last columns of X one by one; the first stay.
///
/// - Parameters:
///   - x: q × q.
///   - b: B, a row for each of the first columns and a column for each of the others.
///   - h: R_H is its triangle.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func divideColumns<S: Scalar>(
  of x: inout [S], order q: Int, by b: DenseMatrix<S>, _ h: HessenbergLeastSquares<S>,
  after first: Int
) {
  precondition(x.count >= q * q && first <= q, "\(x.count) entries for \(q)²")
  unsafe x.withUnsafeMutableBufferPointer { x in
    for j in 0..<q - first {
      let at = (first + j) * q
      for i in 0..<first + j {
        let factor = i < first ? b[i, j] : h.triangle[i - first, j]
        // Safe: columns i < first + j < q of a q × q matrix.
        for row in 0..<q { unsafe x[at &+ row] -= factor * x[i &* q &+ row] }
      }
      let pivot = h.triangle[j, j]
      for row in 0..<q { unsafe x[at &+ row] /= pivot }
    }
  }
}
