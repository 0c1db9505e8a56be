import LinearAlgebra
import Testing

@Suite struct `Shift-invert Lanczos` {
  /// The 5-point Laplacian of a square grid, whose eigenvalues are known and often double.
  private func grid(_ n: Int) -> (k: SparseMatrix<Double>, m: SparseMatrix<Double>) {
    var rows: [[(Int32, Double)]] = []
    for j in 0..<n {
      for i in 0..<n {
        var row: [(Int32, Double)] = [(Int32(j * n + i), 4)]
        if i > 0 { row.append((Int32(j * n + i - 1), -1)) }
        if i < n - 1 { row.append((Int32(j * n + i + 1), -1)) }
        if j > 0 { row.append((Int32(j * n + i - n), -1)) }
        if j < n - 1 { row.append((Int32(j * n + i + n), -1)) }
        rows.append(row.sorted { $0.0 < $1.0 })
      }
    }
    var start = [0]
    for row in rows { start.append(start[start.count - 1] + row.count) }
    let pattern = SparsityPattern(
      rowCount: n * n, columnCount: n * n, rowStart: start,
      column: rows.flatMap { $0.map(\.0) })
    let k = SparseMatrix(pattern: pattern, values: rows.flatMap { $0.map(\.1) })
    let m = SparseMatrix(
      pattern: pattern,
      values: rows.enumerated().flatMap { i, row in row.map { $0.0 == Int32(i) ? 2.0 : 0.0 } })
    return (k, m)
  }

  private func exact(_ n: Int) -> [Double] {
    // 4 sin²(i π / 2(n+1)) + 4 sin²(j π / 2(n+1)) over the mass 2, by Chebyshev's recurrence.
    let table = try? SymmetricEigen(
      DenseMatrix(
        rows: (0..<n).map { i in
          (0..<n).map { j in i == j ? 2.0 : abs(i - j) == 1 ? -1.0 : 0.0 }
        }))
    let line = table?.values ?? []
    return line.flatMap { a in line.map { (a + $0) / 2 } }.sorted()
  }

  @Test func `the lowest pairs of a square come with their multiplicities`() throws {
    let n = 12
    let (k, m) = grid(n)
    let pairs = try ShiftInvertLanczos(stiffness: k, mass: m).nearest(count: 10)
    for (found, value) in zip(pairs.values, exact(n)) {
      #expect(abs(found - value) < 1e-11 * value, "\(found) \(value)")
    }
    #expect(pairs.values.count == 10)
    #expect(pairs.residuals.allSatisfy { $0 < 1e-10 })
    #expect(pairs.orthogonality < 1e-12)
    let again = try ShiftInvertLanczos(stiffness: k, mass: m).nearest(count: 10)
    #expect(again.vectors == pairs.vectors)
  }

  @Test func `a shift inside the spectrum finds its neighbours on both sides`() throws {
    let n = 9
    let (k, m) = grid(n)
    let all = exact(n)
    let shift = 1.7
    let pairs = try ShiftInvertLanczos(stiffness: k, mass: m, shift: shift).nearest(count: 6)
    let expected = all.sorted { abs($0 - shift) < abs($1 - shift) }.prefix(6).sorted()
    for (found, value) in zip(pairs.values, expected) {
      #expect(abs(found - value) < 1e-10, "\(found) \(value)")
    }
    #expect(pairs.values.first.map { $0 < shift } == true)
  }

  @Test func `known vectors are kept out, and the whole spectrum can be asked for`() throws {
    let n = 4
    let (k, m) = grid(n)
    let lowest = try ShiftInvertLanczos(stiffness: k, mass: m).nearest(count: 1)
    let rest = try ShiftInvertLanczos(stiffness: k, mass: m)
      .nearest(count: 15, known: lowest.vectors)
    for (found, value) in zip(rest.values, exact(n).dropFirst()) {
      #expect(abs(found - value) < 1e-11, "\(found) \(value)")
    }
    #expect(rest.values.count == 15)
  }

  @Test func `inertia counts the eigenvalues below a number`() throws {
    let n = 9
    let (k, m) = grid(n)
    let all = exact(n)
    for tau in [0.01, 0.5, 1.234, 2.9] {
      let inertia = try Inertia(AffineSum([k, m]).combined(with: [1, -tau]))
      #expect(inertia.negativeCount == all.count { $0 < tau }, "\(tau)")
    }
  }

  @Test func `a shift on an eigenvalue is refused as singular`() throws {
    let n = 5
    let (k, m) = grid(n)
    #expect(throws: FactorizationError.self) {
      try ShiftInvertLanczos(stiffness: k, mass: m, shift: exact(n)[3])
    }
  }
}
