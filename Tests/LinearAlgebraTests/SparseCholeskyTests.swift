import LinearAlgebra
import TestSupport
import Testing

@Suite struct `Sparse Cholesky` {
  @Test(arguments: [FillReducingOrdering.metis, .amd])
  func `a solution leaves a residual at round-off`(ordering: FillReducingOrdering) throws {
    let a = gridLaplacian(15, depth: 7, sink: 1)
    let b: [Double] = randomVector(a.rowCount, seed: 1)
    let factor = try SparseCholesky(a, ordering: ordering)
    let x = factor.solve(b)
    #expect(distance(a * x, b) < 1e-11 * norm(x))
    #expect(distance(a * factor.solveRefined(b, with: a), b) < 1e-12 * norm(x))
  }

  @Test func `the sparse factor agrees with the dense one`() throws {
    let a = gridLaplacian(6, sink: 0.5)
    let factor = try SparseCholesky(a)
    let x = DenseMatrix<Double>.random(36, 3, seed: 2)
    #expect(distance(dense(a) * factor.solve(x), x) < 1e-12)
  }

  @Test func `many right-hand sides give what they give one by one, on any number of threads`()
    throws
  {
    let a = gridLaplacian(30, sink: 2)
    let factor = try SparseCholesky(a)
    let b = DenseMatrix<Double>.random(a.rowCount, 21, seed: 3)
    let together = factor.solve(b)
    for j in 0..<21 {
      #expect(distance(together.column(j), factor.solve(b.column(j))) < 1e-10)
    }
    expectSameBits { factor.solve(b).values }
  }

  @Test func `a family factorized with one analysis equals fresh factorizations, bit by bit`()
    throws
  {
    let first = gridLaplacian(12, depth: 3, sink: 1)
    let symbolic = try SymbolicCholesky(first.pattern)
    let reused = try SparseCholesky(first, symbolic: symbolic)
    let b: [Double] = randomVector(first.rowCount, seed: 4)
    for k in 1...3 {
      let other = gridLaplacian(12, depth: 3, sink: 1) { Double($0 % (k + 3) + 1) }
      let member = SparseMatrix(pattern: first.pattern, values: other.values)
      try reused.refactorize(member)
      let fresh = try SparseCholesky(member)
      #expect(reused.solve(b) == fresh.solve(b))
      #expect(reused.logDeterminant == fresh.logDeterminant)
    }
  }

  @Test func `several threads factorize and solve members of one family at once`() throws {
    let base = gridLaplacian(20, sink: 1)
    let symbolic = try SymbolicCholesky(base.pattern)
    let b: [Double] = randomVector(base.rowCount, seed: 5)
    let expected = try SparseCholesky(base, symbolic: symbolic).solve(b)
    var results = [[Double]](repeating: [], count: 16)
    unsafe results.withDisjointWrites { results in
      forEachChunk(of: 16, size: 1) { range in
        let x = (try? SparseCholesky(base, symbolic: symbolic))?.solve(b) ?? []
        unsafe results.base[range.lowerBound] = x
      }
    }
    for x in results { #expect(x == expected) }
  }

  @Test(arguments: [0, 17, 63])
  func `an indefinite matrix is refused by the row that is to blame`(row: Int) throws {
    var a = gridLaplacian(8, sink: 1)
    let k = try #require(a.pattern.index(row: row, column: row))
    a.values[k] = -1
    #expect(throws: FactorizationError.notPositiveDefinite(pivot: row)) {
      try SparseCholesky(a)
    }
  }

  @Test(arguments: [(2, 1), (7, 1), (40, 1), (90, 1), (18, 18)])
  func `a matrix that has constants in its null space is reported as singular`(
    shape: (Int, Int)
  ) throws {
    for contrast in [1.0, 1e6] {
      let a = gridLaplacian(shape.0, depth: shape.1) { $0 % 3 == 0 ? contrast : 1.37 }
      let error = #expect(throws: FactorizationError.self) { try SparseCholesky(a) }
      guard case .singular = error else {
        Issue.record("contrast \(contrast): \(String(describing: error))")
        continue
      }
    }
  }

  @Test(arguments: [5, 40, 300])
  func `a free beam, with two rigid motions, is refused, as singular while that can be told`(n: Int)
    throws
  {
    var entries = [(Int, Int, Double)]()
    let stencil = [1.0, -2, 1]
    for i in 0..<n - 2 {
      for (a, x) in stencil.enumerated() {
        for (b, y) in stencil.enumerated() { entries.append((i + a, i + b, x * y)) }
      }
    }
    let beam = sparse(n, n, entries)
    for ordering in [FillReducingOrdering.metis, .amd] {
      let error = #expect(throws: FactorizationError.self) {
        try SparseCholesky(beam, ordering: ordering)
      }
      // From some length on, round-off in the pivot looks like negative energy.
      guard n < 300 else { continue }
      guard case .singular = error else {
        Issue.record("\(ordering): \(String(describing: error))")
        continue
      }
    }
  }

  @Test func `a stiff but regular matrix is accepted`() throws {
    // A chain of a thousand springs, one end held: condition about 10⁶; held weakly: about 10¹².
    for sink in [1, 1e-6] {
      var entries = [(0, 0, sink)]
      for i in 0..<999 {
        entries += [(i, i, 1), (i + 1, i + 1, 1), (i, i + 1, -1), (i + 1, i, -1)]
      }
      let a = sparse(1000, 1000, entries)
      let x = try SparseCholesky(a).solve([Double](repeating: 0, count: 999) + [1])
      #expect(abs(x[0] * sink - 1) < 1e-6)
    }
  }

  @Test func `the handle serves again after a failure`() throws {
    let a = gridLaplacian(5, sink: 1)
    let factor = try SparseCholesky(a)
    var bad = a
    bad.values[0] = -5
    #expect(throws: FactorizationError.notPositiveDefinite(pivot: 0)) {
      try factor.refactorize(bad)
    }
    try factor.refactorize(a)
    let b: [Double] = randomVector(25, seed: 6)
    #expect(try factor.solve(b) == SparseCholesky(a).solve(b))
  }

  @Test func `a NaN or an infinity is named by row and column`() throws {
    for value in [Double.nan, .infinity] {
      var a = gridLaplacian(4, sink: 1)
      let k = try #require(a.pattern.index(row: 6, column: 7))
      a.values[k] = value
      #expect(throws: FactorizationError.notFinite(row: 6, column: 7)) { try SparseCholesky(a) }
    }
  }

  @Test func `a matrix that is not symmetric is refused`() throws {
    var a = gridLaplacian(4, sink: 1)
    let k = try #require(a.pattern.index(row: 7, column: 6))
    a.values[k] = -3
    #expect(throws: FactorizationError.notSymmetric(row: 7, column: 6)) { try SparseCholesky(a) }
    let lopsided = sparse(3, 3, [(0, 0, 1.0), (1, 1, 1), (2, 2, 1), (0, 2, 0.5)])
    #expect(throws: FactorizationError.notSymmetric(row: 0, column: 2)) {
      try SparseCholesky(lopsided)
    }
  }

  @Test func `tiny and diagonal matrices are served`() throws {
    for ordering in [FillReducingOrdering.metis, .amd] {
      let none = try SparseCholesky(sparse(0, 0, [(Int, Int, Double)]()), ordering: ordering)
      #expect(none.solve([Double]()) == [])
      #expect(
        try SparseCholesky(sparse(1, 1, [(0, 0, 4.0)]), ordering: ordering).solve([2]) == [0.5])
      let diagonal = sparse(50, 50, (0..<50).map { ($0, $0, Double($0 + 1)) })
      let factor = try SparseCholesky(diagonal, ordering: ordering)
      #expect(distance(factor.solve(diagonal.diagonal), [Double](repeating: 1, count: 50)) < 1e-15)
      let a = DenseMatrix<Double>(rowCount: 50, columnCount: 0)
      #expect(factor.solve(a).columnCount == 0)
    }
    let empty = sparse(2, 2, [(0, 0, 1.0)])
    #expect(throws: FactorizationError.singular(pivot: 1)) { try SparseCholesky(empty) }
  }

  @Test func `the determinant and the size of the factor are known`() throws {
    let diagonal = sparse(3, 3, [(0, 0, 2.0), (1, 1, 3.0), (2, 2, 4.0)])
    let factor = try SparseCholesky(diagonal)
    #expect(abs(factor.logDeterminant - 3.1780538303479458) < 1e-14)
    #expect(factor.factorEntryCount == 3)
    #expect(factor.bytes > 0 && factor.flops > 0)
  }
}
