internal import ComplexModule
internal import LinearAlgebra
internal import RealModule

/// The directions a GCRO-DR cycle keeps: those of the harmonic Ritz values of smallest modulus.
///
/// With Â V̂ = Ŵ G and G = Q R, the problem GᴴG z = θ Gᴴ(ŴᴴV̂) z becomes N y = θ⁻¹ y for y = R z and
/// N = Qᴴ(ŴᴴV̂) R⁻¹: infinite θ are zeros of N, and the wanted θ are its dominant eigenvalues. Any
/// orthonormal basis Y of the chosen invariant subspace serves, for Â (V̂ R⁻¹ Y) = Ŵ (Q Y) holds and
/// Ŵ Q Y is orthonormal.
struct HarmonicRitz<S: Scalar> {
  /// Q Y: the new C in Ŵ.
  let image: DenseMatrix<S>
  /// R⁻¹ Y: the new U in V̂.
  let directions: DenseMatrix<S>

  /// - Parameters:
  ///   - g: G, (q + 1) × q, or q × q of an invariant subspace.
  ///   - coupling: ŴᴴV̂, of the same shape.
  ///   - count: The directions wanted; one less comes where a conjugate pair would be split.
  /// A kernel is not kept: where θ is at round-off beside ‖G‖ the image of a direction is noise.
  ///
  /// - Returns: nil where G has not full rank or the eigenvalues cannot be found.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  init?(_ g: DenseMatrix<S>, coupling: DenseMatrix<S>, count: Int) {
    guard let factors = try? QR(g) else { return nil }
    let q = g.columnCount
    let pivots = (0..<q).map { factors.r[$0, $0].absolute }
    guard pivots.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    let inverse = factors.r.solvedUpper(.identity(q))
    guard
      let eigen = try? NonsymmetricEigen(factors.q.adjointTimes(coupling) * inverse),
      let basis = try? QR(eigen.dominantColumns(count, below: 1e10 / g.frobeniusNorm)).q,
      basis.columnCount > 0
    else { return nil }
    image = factors.q * basis
    directions = inverse * basis
  }
}

extension NonsymmetricEigen {
  /// The columns of the `count` eigenvalues of largest modulus below a limit, conjugate pairs whole.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func dominantColumns(_ count: Int, below limit: Double) -> DenseMatrix<S> {
    let order = values.indices.filter { values[$0].length < limit }.sorted {
      (values[$0].length, -$0) > (values[$1].length, -$1)
    }
    var chosen: [Int] = []
    for j in order where chosen.count < count && !chosen.contains(j) {
      guard S.self == Double.self, values[j].imaginary != 0 else {
        chosen.append(j)
        continue
      }
      guard chosen.count + 2 <= count else { break }
      // The partner has the same modulus and stands beside it.
      let first = values[j].imaginary > 0 ? j : j - 1
      chosen += [first, first + 1]
    }
    return DenseMatrix(rowCount: vectors.rowCount, columns: chosen.map { vectors.column($0) })
  }
}

extension DenseMatrix {
  /// T⁻¹ B with the upper triangle T of this matrix.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func solvedUpper(_ b: DenseMatrix) -> DenseMatrix {
    var x = b
    let n = columnCount
    for c in 0..<b.columnCount {
      let at = c * n
      for j in (0..<n).reversed() {
        let value = x.values[at + j] / values[j + j * rowCount]
        x.values[at + j] = value
        for i in 0..<j { x.values[at + i] -= value * values[i + j * rowCount] }
      }
    }
    return x
  }
}
