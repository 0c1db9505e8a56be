import ComplexModule
import LinearAlgebra
import RealModule
import TestSupport
import Testing

private typealias Z = Complex<Double>

@Suite struct `Dense Cholesky and LU` {
  @Test(arguments: [1, 2, 7, 90]) func `Cholesky reconstructs and solves`(n: Int) throws {
    try check(DenseMatrix<Double>.randomDefinite(n, seed: 1))
    try check(DenseMatrix<Z>.randomDefinite(n, seed: 2))
    func check<S: RandomScalar>(_ a: DenseMatrix<S>) throws {
      let factor = try Cholesky(a)
      #expect(distance(factor.lower * factor.lower.adjoint(), a) < 1e-13 * a.frobeniusNorm)
      let x = DenseMatrix<S>.random(n, 3, seed: 3)
      #expect(distance(factor.solve(a * x), x) < 1e-11)
      let b: [S] = randomVector(n, seed: 4)
      #expect(distance(a * factor.solve(b), b) < 1e-12)
      #expect(distance(factor.lower * factor.solveLower(x), x) < 1e-12)
    }
  }

  @Test(arguments: [1, 2, 7, 90]) func `LU solves with A, Aᵀ and Aᴴ`(n: Int) throws {
    try check(DenseMatrix<Double>.random(n, n, seed: 5))
    try check(DenseMatrix<Z>.random(n, n, seed: 6))
    func check<S: RandomScalar>(_ a: DenseMatrix<S>) throws {
      let factor = try LU(a)
      let x = DenseMatrix<S>.random(n, 2, seed: 7)
      let tolerance = 1e-14 / factor.reciprocalCondition
      #expect(distance(factor.solve(a * x), x) < tolerance)
      #expect(distance(factor.solve(a.transposed() * x, .transposed), x) < tolerance)
      #expect(distance(factor.solve(a.adjoint() * x, .adjoint), x) < tolerance)
    }
  }

  @Test func `an indefinite matrix is refused by its pivot, a semidefinite one as singular`() {
    var a = DenseMatrix<Double>.randomDefinite(40, seed: 8)
    a[33, 33] -= 200
    #expect(throws: FactorizationError.notPositiveDefinite(pivot: 33)) { try Cholesky(a) }
    let b = DenseMatrix<Double>.random(5, 9, seed: 9)
    #expect(throws: FactorizationError.singular(pivot: 5)) { try Cholesky(b.adjointTimes(b)) }
    let zero = DenseMatrix<Double>(rowCount: 1, columnCount: 1)
    #expect(throws: FactorizationError.singular(pivot: 0)) { try Cholesky(zero) }
  }

  @Test func `a singular matrix is refused by its pivot, whatever its units`() throws {
    for unit in [1, 1e-12, 1e12] {
      var a = DenseMatrix<Double>.random(12, 12, seed: 10)
      a.setColumn(7, zip(a.column(2), a.column(5)).map { $0 - 2 * $1 })
      for i in 0..<12 { a[i, 7] *= unit }
      #expect(throws: FactorizationError.singular(pivot: 7)) { try LU(a) }
    }
    let scaled = DenseMatrix(rows: [[1, 1], [1e-20, 2e-20]])
    #expect(try distance(LU(scaled).solve(scaled * [1, 2]), [1, 2]) < 1e-10)
  }

  @Test func `NaN, infinity and asymmetry are named by row and column`() {
    for value in [Double.nan, -.infinity] {
      var a = DenseMatrix<Double>.identity(5)
      a[3, 1] = value
      let error = FactorizationError.notFinite(row: 3, column: 1)
      #expect(throws: error) { try Cholesky(a) }
      #expect(throws: error) { try LU(a) }
      #expect(throws: error) { try QR(a) }
      #expect(throws: error) { try PivotedQR(a) }
      #expect(throws: error) { try SVD(a) }
      #expect(throws: error) { try SymmetricEigen(a) }
      #expect(throws: error) { try GeneralizedEigen(.identity(5), a) }
      #expect(throws: error) { try TallSkinnyQR(a) }
    }
    var a = DenseMatrix<Z>.identity(4)
    a[2, 1] = Z(0, 1)
    #expect(throws: FactorizationError.notSymmetric(row: 2, column: 1)) { try Cholesky(a) }
    a[1, 2] = Z(0, -0.5)
    #expect(throws: FactorizationError.notSymmetric(row: 2, column: 1)) { try SymmetricEigen(a) }
  }

  @Test func `every error says what to do`() {
    let errors: [FactorizationError] = [
      .notPositiveDefinite(pivot: 3), .singular(pivot: 4), .notFinite(row: 1, column: 2),
      .notSymmetric(row: 1, column: 2), .notConverged(method: "m", count: 2),
      .outOfMemory(bytes: 9), .tooLarge(rows: 1, columns: 1), .library(name: "x", status: 3),
    ]
    for error in errors { #expect("\(error)".contains(";")) }
    #expect("\(errors[0])".contains("row 3"))
  }

  @Test func `empty matrices are served`() throws {
    let none = DenseMatrix<Double>(rowCount: 0, columnCount: 0)
    #expect(try Cholesky(none).solve([Double]()) == [])
    #expect(try LU(none).solve([Double]()) == [])
    #expect(try LU(none).reciprocalCondition == 1)
    #expect(try SymmetricEigen(none).values == [])
    #expect(try GeneralizedEigen(none, none).values == [])
    for (m, n) in [(0, 0), (5, 0), (0, 3)] {
      let a = DenseMatrix<Double>(rowCount: m, columnCount: n)
      #expect(try SVD(a).singularValues == [])
      #expect(try SVD(a).rank() == 0)
      #expect(try QR(a).q.columnCount == 0)
      #expect(try PivotedQR(a).rank == 0)
      #expect(try TallSkinnyQR(a).r.columnCount == n)
    }
  }
}

@Suite struct `QR, SVD and eigenvalues` {
  static let shapes = [(1, 1), (8, 8), (60, 13), (9, 40), (1, 5), (5, 1)]

  @Test(arguments: shapes) func `QR has orthonormal columns and gives A back`(
    m: Int, n: Int
  ) throws {
    try check(DenseMatrix<Double>.random(m, n, seed: 11))
    try check(DenseMatrix<Z>.random(m, n, seed: 12))
    func check<S: RandomScalar>(_ a: DenseMatrix<S>) throws {
      let qr = try QR(a)
      #expect(orthonormalityDefect(qr.q) < 1e-14)
      #expect(distance(qr.q * qr.r, a) < 1e-13)
      for k in 0..<min(m, n) {
        #expect(qr.r[k, k].realPart >= 0 && qr.r[k, k].conjugate == qr.r[k, k])
      }
      let pivoted = try PivotedQR(a)
      #expect(orthonormalityDefect(pivoted.q) < 1e-14)
      #expect(pivoted.rank == min(m, n))
      let reordered = DenseMatrix(
        rowCount: m, columns: pivoted.columnOrder.map { a.column($0) })
      #expect(distance(pivoted.q * pivoted.r, reordered) < 1e-13)
    }
  }

  @Test func `pivoted QR counts the independent columns`() throws {
    let a = DenseMatrix<Double>.random(30, 4, seed: 13) * DenseMatrix.random(4, 11, seed: 14)
    #expect(try PivotedQR(a).rank == 4)
    #expect(try PivotedQR(DenseMatrix<Double>(rowCount: 4, columnCount: 3)).rank == 0)
  }

  @Test func `least squares satisfies the normal equations and refuses dependent columns`() throws {
    let a = DenseMatrix<Z>.random(20, 6, seed: 15)
    let b = DenseMatrix<Z>.random(20, 2, seed: 16)
    let x = try QR(a).solveLeastSquares(b)
    #expect(distance(a.adjointTimes(a * x), a.adjointTimes(b)) < 1e-12)
    var dependent = a
    dependent.setColumn(4, a.column(1))
    #expect(throws: FactorizationError.singular(pivot: 4)) {
      try QR(dependent).solveLeastSquares(b)
    }
  }

  @Test(arguments: shapes) func `the SVD has orthonormal vectors and gives A back`(
    m: Int, n: Int
  ) throws {
    try check(DenseMatrix<Double>.random(m, n, seed: 17))
    try check(DenseMatrix<Z>.random(m, n, seed: 18))
    func check<S: RandomScalar>(_ a: DenseMatrix<S>) throws {
      let svd = try SVD(a)
      #expect(orthonormalityDefect(svd.leftVectors) < 1e-13)
      #expect(orthonormalityDefect(svd.rightVectors) < 1e-13)
      #expect(
        distance(scaledColumns(svd.leftVectors, svd.singularValues) * svd.rightVectorsAdjoint, a)
          < 1e-13)
      #expect(zip(svd.singularValues, svd.singularValues.dropFirst()).allSatisfy { $0 >= $1 })
      let alone = try SVD.singularValues(of: a)
      for (one, other) in zip(alone, svd.singularValues) { #expect(abs(one - other) < 1e-13) }
    }
  }

  @Test func `small singular values of a graded matrix are right to 1e-14 of the largest`() throws {
    let sigma = (0..<20).map { Double.pow(10, -Double($0)) }
    let u = try QR(DenseMatrix<Double>.random(200, 20, seed: 19)).q
    let v = try QR(DenseMatrix<Double>.random(20, 20, seed: 20)).q
    let a = scaledColumns(u, sigma) * v.adjoint()
    for values in [
      try SVD(a).singularValues, try SVD(TallSkinnyQR(a, blockSize: 64).r).singularValues,
    ] {
      for (found, exact) in zip(values, sigma) { #expect(abs(found - exact) < 1e-14) }
    }
    #expect(try SVD(a).rank(tolerance: 3e-10) == 10)
  }

  @Test func `eigenvalues of the second-difference matrix are known`() throws {
    let n = 30
    var a = DenseMatrix<Double>(rowCount: n, columnCount: n)
    for i in 0..<n {
      a[i, i] = 2
      if i > 0 { (a[i, i - 1], a[i - 1, i]) = (-1, -1) }
    }
    let exact = (1...n).map { 2 - 2 * Double.cos(Double($0) * .pi / Double(n + 1)) }
    let eigen = try SymmetricEigen(a)
    #expect(distance(eigen.values, exact) < 1e-13)
    #expect(try SymmetricEigen(descending: a).values == eigen.values.reversed())
    let last = try SymmetricEigen(descending: a).vectors
    #expect(last.column(0) == eigen.vectors.column(n - 1))
  }

  @Test(arguments: [1, 6, 50]) func `eigenvectors diagonalise, in the product of B if there is one`(
    n: Int
  ) throws {
    try check(DenseMatrix<Double>.random(n, n, seed: 21), .randomDefinite(n, seed: 22))
    try check(DenseMatrix<Z>.random(n, n, seed: 23), .randomDefinite(n, seed: 24))
    func check<S: RandomScalar>(_ random: DenseMatrix<S>, _ b: DenseMatrix<S>) throws {
      let a = random + random.adjoint()
      let eigen = try SymmetricEigen(a)
      #expect(orthonormalityDefect(eigen.vectors) < 1e-13)
      #expect(distance(a * eigen.vectors, scaledColumns(eigen.vectors, eigen.values)) < 1e-12)
      let general = try GeneralizedEigen(a, b)
      let v = general.vectors
      #expect(distance(v.adjointTimes(b * v), .identity(n)) < 1e-12)
      #expect(distance(a * v, scaledColumns(b * v, general.values)) < 1e-11)
    }
  }

  @Test func `a product that is not definite is refused by its pivot`() {
    var b = DenseMatrix<Double>.identity(4)
    b[2, 2] = -1
    #expect(throws: FactorizationError.notPositiveDefinite(pivot: 2)) {
      try GeneralizedEigen(.identity(4), b)
    }
  }

  private func scaledColumns<S: Scalar>(_ a: DenseMatrix<S>, _ factors: [Double]) -> DenseMatrix<S>
  {
    var result = a
    for j in 0..<a.columnCount { for i in 0..<a.rowCount { result[i, j] *= S(real: factors[j]) } }
    return result
  }
}
