import LinearAlgebra
import TestSupport
import Testing

@Suite struct `Cholesky QR` {
  @Test(arguments: [1, 2, 7, 40])
  func `makes nearly orthonormal columns orthonormal by a triangle`(n: Int) throws {
    var v = try TallSkinnyQR(DenseMatrix<Double>.random(3000, n, seed: 21)).q
    let change = DenseMatrix<Double>.random(n, n, seed: 22)
    v = v * (DenseMatrix.identity(n) + 0.01 * change)
    let found = try CholeskyQR(v)
    #expect((found.q.adjointTimes(found.q) - .identity(n)).frobeniusNorm < 1e-14 * Double(n))
    #expect((found.q * found.t - v).frobeniusNorm < 1e-13)
    for j in 0..<n { for i in (j + 1)..<max(n, j + 1) { #expect(found.t[i, j] == 0) } }
  }

  @Test(arguments: [1, 2, 9]) func `rows times a triangle are those times the whole matrix`(n: Int)
  {
    let a = DenseMatrix<Double>.random(1000, n, seed: 23)
    var b = DenseMatrix<Double>.random(n, n, seed: 24)
    for j in 0..<n { for i in (j + 1)..<max(n, j + 1) { b[i, j] = 0 } }
    var found = a
    found.multiplyRows(by: b, upper: true)
    #expect((found - a * b).frobeniusNorm < 1e-13)
  }
}
