import ComplexModule
import LinearAlgebra
import TestSupport
import Testing

private typealias Z = Complex<Double>

/// About `perRow` random entries in each row, some rows empty.
private func randomSparse<S: RandomScalar>(
  _ m: Int, _ n: Int, perRow: Int, seed: UInt64, of: S.Type = S.self
) -> SparseMatrix<S> {
  var random = SeededRandom(seed: seed)
  var entries = [(Int, Int, S)]()
  for i in 0..<m where i % 17 != 5 {
    for _ in 0..<perRow where n > 0 {
      entries.append((i, Int(random.next() % UInt64(n)), S.random(using: &random)))
    }
  }
  return sparse(m, n, entries)
}

@Suite struct `Sparse matrices` {
  @Test(arguments: [(1, 1), (40, 60), (60, 40), (0, 5), (5, 0)])
  func `products agree with the dense ones`(m: Int, n: Int) {
    check(Double.self)
    check(Z.self)
    func check<S: RandomScalar>(_: S.Type) {
      for perRow in [0, 1, 4, 11] {
        let a: SparseMatrix<S> = randomSparse(m, n, perRow: perRow, seed: 1)
        let full = dense(a)
        let (x, y): ([S], [S]) = (randomVector(n, seed: 2), randomVector(m, seed: 3))
        #expect(distance(a * x, full * x) < 1e-13)
        #expect(distance(a.adjointTimes(y), full.adjointTimes(y)) < 1e-13)
        #expect(distance(a.transposedTimes(y), full.transposed() * y) < 1e-13)
        #expect((a.bilinear(y, x) - dot(y, full * x)).absolute < 1e-12)
        for width in [0, 1, 2, 8, 19] {
          let b = DenseMatrix<S>.random(n, width, seed: 4)
          let c = a * b
          #expect(distance(c, full * b) < 1e-13)
          for j in 0..<width { #expect(c.column(j) == a * b.column(j)) }
        }
      }
    }
  }

  @Test func `products have the same bits for any number of threads`() {
    let a: SparseMatrix<Double> = randomSparse(30_000, 20_000, perRow: 5, seed: 5)
    let x: [Double] = randomVector(20_000, seed: 6)
    let b = DenseMatrix<Double>.random(20_000, 5, seed: 7)
    expectSameBits { (a * x) + (a * b).values }
  }

  @Test func `transposing, adding and expanding agree with the dense operations`() {
    check(Double.self)
    check(Z.self)
    func check<S: RandomScalar>(_: S.Type) {
      let a: SparseMatrix<S> = randomSparse(25, 31, perRow: 3, seed: 8)
      let b: SparseMatrix<S> = randomSparse(25, 31, perRow: 4, seed: 9)
      #expect(dense(a.transposed()) == dense(a).transposed())
      #expect(dense(a.adjoint()) == dense(a).adjoint())
      #expect(distance(dense(a + b), dense(a) + dense(b)) < 1e-15)
      #expect(distance(dense(a - b), dense(a) - dense(b)) < 1e-15)
      #expect(dense(S(real: 3) * a) == S(real: 3) * dense(a))
      #expect((a + a).pattern === a.pattern)
      let square: SparseMatrix<S> = randomSparse(20, 20, perRow: 3, seed: 10)
      let symmetric = square.symmetricPart
      #expect(symmetric.isSymmetric(tolerance: 1e-15))
      #expect(!square.isSymmetric(tolerance: 1e-3))
      #expect(dense(symmetric) == dense(symmetric).adjoint())
    }
  }

  @Test func `a restriction picks rows and columns in the order listed and shares its pattern`() {
    let a: SparseMatrix<Double> = randomSparse(30, 30, perRow: 6, seed: 11)
    let free = (0..<30).filter { $0 % 4 != 1 }.map(Int32.init)
    let fixed = (0..<30).filter { $0 % 4 == 1 }.map(Int32.init)
    for (rows, columns) in [(free, free), (free, fixed), ([9, 3, 20], [28, 0, 5]), ([], free)] {
      let part = a.restricted(rows: rows, columns: columns)
      for (i, row) in rows.enumerated() {
        for (j, column) in columns.enumerated() { #expect(part[i, j] == a[Int(row), Int(column)]) }
      }
    }
    let restriction = SparsityRestriction(a.pattern, rows: free, columns: free)
    let family = AffineSum([a, 2 * a])
    let parts = restriction.apply(family)
    #expect(parts.terms[0].pattern === parts.terms[1].pattern)
    #expect(
      parts.combined(with: [3, 1]).values == restriction.apply(a.values).map { 3 * $0 + 2 * $0 })
  }

  @Test func `entries are found by place and named by number`() {
    let a: SparseMatrix<Double> = randomSparse(50, 9, perRow: 3, seed: 12)
    for k in 0..<a.pattern.entryCount {
      let (row, column) = a.pattern.place(ofEntry: k)
      #expect(a.pattern.index(row: row, column: column) == k)
    }
    var b = a
    b.values[17] = .nan
    let (row, column) = a.pattern.place(ofEntry: 17)
    #expect(b.firstNonFiniteEntry?.row == row && b.firstNonFiniteEntry?.column == column)
    #expect(a.firstNonFiniteEntry == nil)
  }
}

@Suite struct `Sparse LU` {
  @Test(arguments: [1, 2, 50, 400]) func `it solves with A, Aᵀ and Aᴴ, real and complex`(n: Int)
    throws
  {
    try check(Double.self)
    try check(Z.self)
    func check<S: RandomScalar>(_: S.Type) throws {
      let shift = sparse(n, n, (0..<n).map { ($0, $0, S(real: 4)) })
      let a = randomSparse(n, n, perRow: 3, seed: 13, of: S.self) + shift
      for ordering in [FillReducingOrdering.metis, .amd] {
        let factor = try SparseLU(a, ordering: ordering)
        let b = DenseMatrix<S>.random(n, 5, seed: 14)
        #expect(distance(a * factor.solve(b), b) < 1e-12)
        #expect(distance(a.transposed() * factor.solve(b, .transposed), b) < 1e-12)
        #expect(distance(a.adjoint() * factor.solve(b, .adjoint), b) < 1e-12)
        #expect(factor.solve(b).column(2) == factor.solve(b.column(2)))
        #expect(factor.factorEntryCount >= Double(n) && factor.bytes > 0)
      }
    }
  }

  @Test func `a family factorized with one analysis equals a fresh factorization with it`() throws {
    let shift = sparse(80, 80, (0..<80).map { ($0, $0, Z(5, 1)) })
    let a = randomSparse(80, 80, perRow: 4, seed: 15, of: Z.self) + shift
    let other = SparseMatrix(
      pattern: a.pattern, values: a.values.map { $0 * Z(0.5, 2) + Z(0.1, 0) })
    let symbolic = try SymbolicLU(a)
    let reused = try SparseLU(a, symbolic: symbolic)
    try reused.refactorize(other)
    let b: [Z] = randomVector(80, seed: 16)
    #expect(try reused.solve(b) == SparseLU(other, symbolic: symbolic).solve(b))
    #expect(distance(other * reused.solve(b), b) < 1e-12)
  }

  @Test func `the number of threads does not change a bit`() throws {
    let a = gridLaplacian(40, sink: 1)
    let factor = try SparseLU(a)
    let b = DenseMatrix<Double>.random(1600, 7, seed: 17)
    expectSameBits { factor.solve(b).values }
  }

  @Test func `an unused unknown is named`() throws {
    for unknown in [0, 13, 29] {
      let entries = (0..<30).filter { $0 != unknown }.flatMap {
        [($0, $0, 4.0), ($0, ($0 + 1) % 30 == unknown ? $0 : ($0 + 1) % 30, 1.0)]
      }
      #expect(throws: FactorizationError.singular(pivot: unknown)) {
        try SparseLU(sparse(30, 30, entries))
      }
      #expect(throws: FactorizationError.singular(pivot: unknown)) {
        try SparseLU(sparse(30, 30, entries.map { ($0.0, $0.1, Z(0, $0.2)) }))
      }
    }
  }

  @Test(arguments: [2, 9, 60]) func `a matrix with constants in its null space is singular`(n: Int)
  {
    for contrast in [1.0, 20] {
      let a = gridLaplacian(n) { $0 % 3 == 0 ? contrast : 1.37 }
      let error = #expect(throws: FactorizationError.self) { try SparseLU(a) }
      guard case .singular = error else {
        Issue.record("contrast \(contrast): \(String(describing: error))")
        continue
      }
    }
  }

  @Test func `a badly scaled but regular matrix is accepted`() throws {
    var a = gridLaplacian(10, sink: 1)
    for i in 0..<100 {
      for k in a.pattern.rowStart[i]..<a.pattern.rowStart[i + 1] {
        a.values[k] *= i % 2 == 0 ? 1e-9 : 1e9
      }
    }
    let x: [Double] = randomVector(100, seed: 18)
    #expect(try distance(SparseLU(a).solve(a * x), x) < 1e-10)
  }

  @Test func `a NaN is named, an empty matrix is served`() throws {
    var a = gridLaplacian(4, sink: 1)
    a.values[2] = .nan
    let (row, column) = a.pattern.place(ofEntry: 2)
    #expect(throws: FactorizationError.notFinite(row: row, column: column)) { try SparseLU(a) }
    #expect(try SparseLU(sparse(0, 0, [(Int, Int, Z)]())).solve([Z]()) == [])
  }
}
