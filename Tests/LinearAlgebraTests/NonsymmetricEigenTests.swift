import ComplexModule
import LinearAlgebra
import RealModule
import TestSupport
import Testing

@Suite struct NonsymmetricEigenTests {
  @Test func `eigenvalues of a companion matrix are the roots of its polynomial`() throws {
    // (x − 2)(x + 3)(x² + 1) = x⁴ + x³ − 5x² + x − 6.
    let a = DenseMatrix(
      rows: [
        [-1, 5, -1, 6], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0],
      ] as [[Double]])
    let values = try NonsymmetricEigen(a).values
    for root in [Complex(2, 0), Complex(-3, 0), Complex(0, 1), Complex(0, -1)] {
      #expect(values.contains { ($0 - root).length < 1e-12 })
    }
  }

  @Test func `real pairs span invariant planes`() throws {
    var random = SeededRandom(seed: 3)
    let n = 12
    let a = DenseMatrix(
      rowCount: n, columnCount: n, values: (0..<n * n).map { _ in random.uniform() })
    let eigen = try NonsymmetricEigen(a)
    var j = 0
    while j < n {
      let lambda = eigen.values[j]
      let (re, im) = (
        eigen.vectors.column(j), lambda.imaginary == 0 ? nil : eigen.vectors.column(j + 1)
      )
      let image = a * re
      // A (u + i w) = (α + i β)(u + i w).
      let expected = re.indices.map { lambda.real * re[$0] - lambda.imaginary * (im?[$0] ?? 0) }
      #expect(norm(zip(image, expected).map { $0 - $1 }) < 1e-12)
      j += im == nil ? 1 : 2
    }
  }

  @Test func `complex vectors satisfy their equation`() throws {
    var random = SeededRandom(seed: 4)
    let n = 9
    let a = DenseMatrix(
      rowCount: n, columnCount: n,
      values: (0..<n * n).map { _ in Complex(random.uniform(), random.uniform()) })
    let eigen = try NonsymmetricEigen(a)
    for j in 0..<n {
      let v = eigen.vectors.column(j)
      #expect(norm(zip(a * v, v).map { $0 - eigen.values[j] * $1 }) < 1e-12)
    }
  }

  @Test func `a number that is not finite is refused`() {
    var a = DenseMatrix<Double>.identity(3)
    a[1, 2] = .infinity
    #expect(throws: FactorizationError.notFinite(row: 1, column: 2)) { try NonsymmetricEigen(a) }
  }
}
