import ComplexModule
import Krylov
import LinearAlgebra
import RealModule
import TestSupport
import Testing

@Suite struct IncompleteFactorizationTests {
  @Test(arguments: [FactorPrecision.single, .double])
  func `incomplete Cholesky factors obey the laws, real and complex`(
    precision: FactorPrecision
  ) throws {
    let a = Model.darcy(side: 31)
    let m = try IncompleteCholesky(a, precision: precision)
    #expect(m.precision == precision)
    checkLaws(of: m)
    checkRealPath(m, try IncompleteCholesky(Model.complex(a), precision: precision))
    checkLaws(of: try IncompleteCholesky(Model.magnetic(side: 30), precision: precision))
    let (with, without) = iterations(a, m)
    #expect(3 * with < without)
  }

  @Test func `without fill the factors of a tridiagonal matrix are exact`() throws {
    for n in [1, 2, 3, 50, 51] {
      let a = Model.line(n)
      let x: [Double] = randomVector(n, seed: 3)
      let m = try IncompleteCholesky(a, precision: .double)
      #expect(distance(m.applied(to: a * x), x) <= 1e-13)
      #expect(m.shift == 0)
      let b = Model.line(n, convection: 0.3)
      let lu = try IncompleteLU(b)
      #expect(distance(lu.applied(to: b * x), x) <= 1e-13)
      #expect(lu.replacedPivots == 0)
    }
  }

  @Test func `the product of the factors is A where A has entries`() throws {
    // M = M₁ M₁ᴴ, each column of M from the inverse maps of a dense check.
    let a = Model.magnetic(side: 5)
    let n = a.rowCount
    let m = try IncompleteCholesky(a, precision: .double)
    var inverse = DenseMatrix<Complex<Double>>(rowCount: n, columnCount: n)
    for j in 0..<n {
      inverse.setColumn(j, m.applied(to: (0..<n).map { $0 == j ? Complex(1) : .zero }))
    }
    let product = try LU(inverse).solve(DenseMatrix.identity(n))
    for k in a.values.indices {
      let (i, j) = a.pattern.place(ofEntry: k)
      #expect((product[i, j] - a.values[k]).length <= 1e-10 * a[i, i].length)
    }
  }

  @Test func `a pivot that fails makes a shift, and the factors stay definite`() throws {
    // Kershaw's matrix: positive definite, but its incomplete pivot is negative.
    let a = SparseMatrix(
      rowCount: 4, columnCount: 4, rows: [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3],
      columns: [0, 1, 3, 0, 1, 2, 1, 2, 3, 0, 2, 3],
      entries: [3.0, -2, 2, -2, 3, -2, -2, 3, -2, 2, -2, 3])
    let m = try IncompleteCholesky(a)
    #expect(m.shift > 0 && m.shift < 1)
    checkLaws(of: m)
    #expect(throws: FactorizationError.notPositiveDefinite(pivot: 2)) {
      var b = a
      b.values[7] = -3
      _ = try IncompleteCholesky(b)
    }
  }

  @Test func `single precision is left where entries do not fit`() throws {
    var a = Model.line(6)
    a.values[a.pattern.index(row: 3, column: 2) ?? 0] = -1e-40
    a.values[a.pattern.index(row: 2, column: 3) ?? 0] = -1e-40
    #expect(try IncompleteCholesky(a).precision == .double)
  }

  @Test func `factors of the same pattern are those made anew`() throws {
    let (a, b) = (Model.darcy(side: 12), Model.darcy(side: 12, contrast: 1))
    let same = SparseMatrix(pattern: a.pattern, values: b.values)
    let x: [Double] = randomVector(144, seed: 2)
    var cholesky = try IncompleteCholesky(a)
    try cholesky.refactorize(same)
    #expect(try cholesky.applied(to: x) == IncompleteCholesky(same).applied(to: x))
    var lu = try IncompleteLU(a)
    try lu.refactorize(same)
    #expect(try lu.applied(to: x) == IncompleteLU(same).applied(to: x))
    var threshold = try IncompleteLU(a, dropTolerance: 0.01, fill: 10)
    let first = threshold.applied(to: x)
    try threshold.refactorize(same)
    try threshold.refactorize(a)
    #expect(threshold.applied(to: x) == first)
  }

  @Test func `incomplete LU factors obey the laws, real and complex`() throws {
    let grid = FivePointGrid(side: 20)
    let a = grid.convection(stream: GaussianField(seed: 4).values(on: grid).map { 40 * $0 })
    let m = try IncompleteLU(a)
    checkLaws(of: m)
    checkLaws(of: try IncompleteLU(a, precision: .single))
    checkRealPath(m, try IncompleteLU(Model.complex(a)))
    checkLaws(of: try IncompleteLU(Model.magnetic(side: 14), dropTolerance: 1e-3, fill: 8))
    // On a Hermitian matrix both incomplete factorizations are the same.
    let b = Model.magnetic(side: 14)
    let x: [Complex<Double>] = randomVector(b.rowCount, seed: 8)
    let (lu, cholesky) = (try IncompleteLU(b), try IncompleteCholesky(b, precision: .double))
    #expect(distance(lu.applied(to: x), cholesky.applied(to: x)) <= 1e-13)
  }

  @Test func `with all fill nothing is incomplete, and less fill is less exact`() throws {
    let grid = FivePointGrid(side: 9)
    let a = grid.convection(stream: GaussianField(seed: 4).values(on: grid).map { 40 * $0 })
    let x: [Double] = randomVector(81, seed: 6)
    let whole = try IncompleteLU(a, dropTolerance: 0, fill: 81)
    #expect(distance(whole.applied(to: a * x), x) <= 1e-12)
    let errors = try [1e-1, 1e-2, 1e-4].map {
      distance(try IncompleteLU(a, dropTolerance: $0, fill: 81).applied(to: a * x), x)
    }
    #expect(errors[0] > errors[1] && errors[1] > errors[2] && errors[2] > 1e-12)
    let narrow = try IncompleteLU(a, dropTolerance: 0, fill: 3)
    #expect(narrow.factorEntryCount <= 81 * 7 && narrow.factorEntryCount < whole.factorEntryCount)
  }

  @Test func `a pivot of zero is replaced and counted`() throws {
    let a = SparseMatrix(
      rowCount: 2, columnCount: 2, rows: [0, 0, 1, 1], columns: [0, 1, 0, 1],
      entries: [0.0, 1, 1, 1])
    let m = try IncompleteLU(a)
    #expect(m.replacedPivots == 1)
    #expect(m.applied(to: [1, 1]).allSatisfy { $0.isFinite })
  }
}
