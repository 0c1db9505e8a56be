internal import ComplexModule
internal import LinearAlgebra
internal import RealModule

/// xᵢ ← xᵢ + ω (bᵢ − Σⱼ aᵢⱼ xⱼ) / aᵢᵢ from the first i to the last.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func relax<S: Scalar>(
  _ a: SparseMatrix<S>, _ inverse: [S], _ b: [S], omega: Double, _ x: inout [S]
) {
  let w = S(real: omega)
  unsafe x.withUnsafeMutableBufferPointer { x in
    unsafe a.withRows { rows in
      guard let x = x.baseAddress else { return }
      for i in b.indices {
        unsafe x[i] += w * (inverse[i] * (b[i] - rows.product(i, x)))
      }
    }
  }
}
