import ComplexModule
import LinearAlgebra
import TestSupport
import Testing

@Suite struct `Tall-skinny QR` {
  @Test(arguments: [
    (1000, 7, 20), (1000, 7, 999), (999, 1, 2), (64, 32, 1), (10, 10, 4), (6, 9, 3), (3000, 30, 61),
  ])
  func `R is that of QR, Q has orthonormal columns and gives A back`(
    m: Int, n: Int, blockSize: Int
  ) throws {
    try check(DenseMatrix<Double>.random(m, n, seed: 1))
    try check(DenseMatrix<Complex<Double>>.random(m, n, seed: 2))
    func check<S: RandomScalar>(_ a: DenseMatrix<S>) throws {
      let tree = try TallSkinnyQR(a, blockSize: blockSize)
      #expect(distance(tree.r, try QR(a).r) < 1e-12)
      let q = tree.q
      #expect(orthonormalityDefect(q) < 1e-14)
      #expect(distance(q * tree.r, a) < 1e-13)
      let b = DenseMatrix<S>.random(m, 3, seed: 3)
      #expect(distance(tree.adjointTimes(b), q.adjointTimes(b)) < 1e-12)
      let c = DenseMatrix<S>.random(min(m, n), 2, seed: 4)
      #expect(distance(tree.times(c), q * c) < 1e-13)
    }
  }

  @Test func `the number of threads does not change a bit`() throws {
    let a = DenseMatrix<Double>.random(20_000, 12, seed: 5)
    try expectSameBits {
      let tree = try TallSkinnyQR(a, blockSize: 300)
      return tree.r.values + tree.q.values
    }
  }

  @Test func `dependent columns do no harm`() throws {
    var a = DenseMatrix<Double>.random(500, 5, seed: 6)
    a.setColumn(3, a.column(1))
    a.setColumn(4, [Double](repeating: 0, count: 500))
    let tree = try TallSkinnyQR(a, blockSize: 40)
    #expect(orthonormalityDefect(tree.q) < 1e-14)
    #expect(distance(tree.q * tree.r, a) < 1e-13)
  }
}
