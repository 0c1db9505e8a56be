import ComplexModule
import LinearAlgebra
import RealModule
import TestSupport
import Testing

@Suite struct `Gram–Schmidt in an inner product` {
  @Test(arguments: [1, 5, 40]) func `added columns become orthonormal and A = Q R`(n: Int) throws {
    let x = gridLaplacian(12, sink: 1)
    try check(DenseMatrix<Double>.random(144, n, seed: 1), nil)
    try check(DenseMatrix<Double>.random(144, n, seed: 2), x)
    let complex = SparseMatrix(
      pattern: x.pattern, values: x.values.map { Complex<Double>($0, 0) })
    try check(DenseMatrix<Complex<Double>>.random(144, n, seed: 3), complex)
    func check<S: RandomScalar>(_ a: DenseMatrix<S>, _ x: SparseMatrix<S>?) throws {
      var basis = GramSchmidt(rowCount: 144, product: x)
      let first = try basis.append(a.column(0))
      #expect(first.isKept)
      let result = try basis.append(a)
      #expect(result.kept == Array(1..<n))
      #expect(distance(basis.vectors.gramian(in: x), .identity(n)) < 1e-14)
      #expect(distance(basis.vectors * result.coefficients, a) < 1e-13)
    }
  }

  @Test func `snapshots that decay to round-off stay orthonormal`() throws {
    let (m, n) = (300, 60)
    let u = try QR(DenseMatrix<Double>.random(m, n, seed: 4)).q
    let v = try QR(DenseMatrix<Double>.random(n, n, seed: 5)).q
    var scaled = u
    for j in 0..<n { for i in 0..<m { scaled[i, j] *= Double.pow(10, -Double(j) / 2) } }
    let a = scaled * v.adjoint()
    var basis = GramSchmidt<Double>(rowCount: m)
    let result = try basis.append(a)
    #expect(orthonormalityDefect(basis.vectors) < 1e-14)
    #expect(distance(basis.vectors * result.coefficients, a) < 1e-14)
    let sigma = try SVD.singularValues(of: result.coefficients)
    for j in 0..<sigma.count { #expect(abs(sigma[j] - Double.pow(10, -Double(j) / 2)) < 1e-14) }
  }

  @Test func `columns that differ only by round-off leave the basis orthonormal`() throws {
    let x = gridLaplacian(9, sink: 1)
    let direction = DenseMatrix<Double>.random(81, 1, seed: 8)
    var random = SeededRandom(seed: 9)
    var columns: [[Double]] = []
    for _ in 0..<50 {
      let size = Double.pow(10, 2 * random.uniform() - 1)
      var column = direction.values
      for i in column.indices {
        let ulps = (3 * random.uniform()).rounded(.down)
        column[i] *= size * (1 + ulps * Double.ulpOfOne)
      }
      columns.append(column)
    }
    let a = DenseMatrix(rowCount: 81, columns: columns)
    var basis = GramSchmidt(rowCount: 81, product: x)
    let result = try basis.append(a, tolerance: Double.ulpOfOne)
    let size = basis.vectors.columnCount
    #expect(distance(basis.vectors.gramian(in: x), .identity(size)) < 1e-12)
    #expect(distance(basis.vectors * result.coefficients, a) < 1e-13)
    let sigma = try SVD.singularValues(of: result.coefficients)
    #expect(sigma[0] > 0 && sigma.dropFirst().allSatisfy { $0 < 1e-14 * sigma[0] })
  }

  @Test func `dependent, repeated and zero columns bring nothing`() throws {
    let a = DenseMatrix<Double>.random(50, 3, seed: 6)
    let mixed = a * DenseMatrix.random(3, 20, seed: 7)
    var basis = GramSchmidt<Double>(rowCount: 50)
    try basis.append(a)
    let result = try basis.append(mixed)
    #expect(result.kept == [])
    #expect(distance(basis.vectors * result.coefficients, mixed) < 1e-13)
    #expect(try basis.append([Double](repeating: 0, count: 50)).isKept == false)
    #expect(try basis.append(DenseMatrix(rowCount: 50, columnCount: 0)).kept == [])
    #expect(basis.vectors.columnCount == 3)
  }

  @Test func `independence is judged by the length of what comes in`() throws {
    var basis = GramSchmidt<Double>(rowCount: 4)
    try basis.append([1, 0, 0, 0])
    #expect(try basis.append([1, 1e-9, 0, 0], tolerance: 1e-8).isKept == false)
    #expect(try basis.append([0, 0, 1e-100, 0], tolerance: 1e-8).isKept)
    #expect(try basis.append([1, 1e-9, 0, 0], tolerance: 1e-10).isKept)
    #expect(abs(abs(basis.vectors[1, 2]) - 1) <= 0x1p-52)
  }

  @Test func `a NaN is named by row and column`() {
    var a = DenseMatrix<Double>.random(5, 3, seed: 8)
    a[4, 2] = .nan
    var basis = GramSchmidt<Double>(rowCount: 5)
    #expect(throws: FactorizationError.notFinite(row: 4, column: 2)) { try basis.append(a) }
  }
}
