import LinearAlgebra
import RealModule
import TestSupport
import Testing

private typealias Matrix = DenseMatrix<Double>

private let methods: [SVDUpdateMethod] = [
  .zhaSimon, .brand, .vecharynskiSaad(dimension: 1000), .fastSparse,
]

private func relativeDistance(_ a: [Double], _ b: [Double]) -> Double {
  let count = max(a.count, b.count)
  let padded = [a, b].map { $0 + [Double](repeating: 0, count: count - $0.count) }
  let size = max(a.first ?? 0, b.first ?? 0)
  return size > 0 ? distance(padded[0], padded[1]) / size : 0
}

/// The sine of the largest angle between the spans of orthonormal columns, each of the first
/// within the second.
private func sine(_ u: Matrix, _ v: Matrix) throws -> Double {
  try SVD.singularValues(of: u - v * v.adjointTimes(u)).first ?? 0
}

/// About `perRow` entries in each row, in columns that some rows like more.
private func sparseRows(
  _ m: Int, _ n: Int, perRow: Int, seed: UInt64, scale: Double = 1
) -> SparseMatrix<Double> {
  var random = SeededRandom(seed: seed)
  var entries: [(Int, Int, Double)] = []
  for i in 0..<m {
    for _ in 0..<perRow {
      let x = random.uniform(0...1)
      entries.append((i, min(n - 1, Int(Double(n) * x * x)), scale * random.uniform()))
    }
  }
  return sparse(m, n, entries)
}

@Suite struct `Updated singular value decompositions` {
  /// Starts from nothing and passes through every kind of update.
  private func tour(scale: Double) -> [SVDUpdate] {
    let d = { (m: Int, n: Int, seed: UInt64) in
      SVDUpdateBlock.dense(scale * Matrix.random(m, n, seed: seed))
    }
    return [
      .appendColumns(d(40, 6, 1)),
      .appendRows(.sparse(sparseRows(5, 6, perRow: 2, seed: 2, scale: scale))),
      .appendColumns(.sparse(sparseRows(45, 9, perRow: 1, seed: 3, scale: scale))),
      .addProduct(d(45, 2, 4), .dense(Matrix.random(15, 2, seed: 5))),
      .replaceColumns([11, 3], d(45, 2, 6)),
      .removeRows([44, 0, 17]),
      .decay(0.75),
      .replaceRows([5], .sparse(sparseRows(1, 15, perRow: 4, seed: 7, scale: scale))),
      .removeColumns([2, 14]),
      .appendRows(d(3, 13, 8)),
    ]
  }

  @Test(arguments: methods, [1, 1e-6, 1e6])
  func `nothing is lost while the rank is not reached`(
    method: SVDUpdateMethod, scale: Double
  ) throws {
    var svd = try UpdatedSVD(TruncatedSVD(zeroOf: 40, by: 0), rank: 50, method: method)
    var a = Matrix(rowCount: 40, columnCount: 0)
    for update in tour(scale: scale) {
      try svd.apply(update)
      a = update.applied(to: a)
      let factors = try svd.factors
      #expect(factors.orthonormalityDefect < 1e-13)
      let product = try #require(factors.matrix)
      #expect((product - a).frobeniusNorm < 1e-13 * a.frobeniusNorm)
      #expect(relativeDistance(factors.singularValues, try SVD.singularValues(of: a)) < 1e-13)
    }
    #expect(svd.errorBound < 1e-12 * a.frobeniusNorm)
    #expect(svd.rowCount == 45 && svd.columnCount == 13)
  }

  @Test(arguments: methods)
  func `the truncated decomposition is within its bound of the matrix`(
    method: SVDUpdateMethod
  ) throws {
    var svd = try UpdatedSVD(TruncatedSVD(zeroOf: 40, by: 0), rank: 7, method: method)
    var reference = try UpdatedSVD(TruncatedSVD(zeroOf: 40, by: 0), rank: 7)
    var a = Matrix(rowCount: 40, columnCount: 0)
    for update in tour(scale: 1) {
      try svd.apply(update)
      try reference.apply(update)
      a = update.applied(to: a)
      let missed = (a - (try #require(try svd.factors.matrix))).frobeniusNorm
      #expect(missed <= svd.errorBound + 1e-12 * a.frobeniusNorm)
      // Brand cuts after every vector, the others after every block.
      guard method != .brand else { continue }
      #expect(relativeDistance(svd.singularValues, reference.singularValues) < 1e-12)
    }
    #expect(svd.rank == 7)
  }

  @Test func `a few Lanczos directions cost no more than their bound says`() throws {
    var svd = try UpdatedSVD(
      TruncatedSVD(zeroOf: 40, by: 0), rank: 12, method: .vecharynskiSaad(dimension: 3))
    var a = Matrix(rowCount: 40, columnCount: 0)
    for update in tour(scale: 1) {
      try svd.apply(update)
      a = update.applied(to: a)
      let factors = try svd.factors
      #expect(factors.orthonormalityDefect < 1e-13)
      let missed = (a - (try #require(factors.matrix))).frobeniusNorm
      #expect(missed <= svd.errorBound)
    }
  }

  @Test func `what blocks of columns cut off adds up in squares exactly`() throws {
    var svd = try UpdatedSVD(TruncatedSVD(zeroOf: 60, by: 0), rank: 5)
    var a = Matrix(rowCount: 60, columnCount: 0)
    for k in 0..<8 {
      let block = Matrix.random(60, 4, seed: UInt64(k))
      try svd.apply(.appendColumns(.dense(block)))
      a.appendColumns(of: block)
    }
    let missed = (a - (try #require(try svd.factors.matrix))).frobeniusNorm
    #expect((missed - svd.errorBound).magnitude < 1e-12 * missed)
  }

  @Test func `rows of a matrix are columns of its transpose`() throws {
    for method in methods {
      let e = sparseRows(6, 50, perRow: 5, seed: 3)
      let start = try TruncatedSVD(of: .random(30, 50, seed: 1), rank: 6)
      let mirrored = try TruncatedSVD(
        leftVectors: #require(start.rightVectors), singularValues: start.singularValues,
        rightVectors: start.leftVectors)
      var a = try UpdatedSVD(start, rank: 6, method: method)
      var b = try UpdatedSVD(mirrored, rank: 6, method: method)
      let pairs: [(SVDUpdate, SVDUpdate)] = [
        (.appendRows(.sparse(e)), .appendColumns(.sparse(e.transposed()))),
        (.removeRows([3, 33]), .removeColumns([3, 33])),
        (
          .replaceColumns([49], .dense(.random(34, 1, seed: 5))),
          .replaceRows([49], .dense(Matrix.random(34, 1, seed: 5).transposed()))
        ),
        (
          .addProduct(.dense(.random(34, 2, seed: 6)), .dense(.random(50, 2, seed: 7))),
          .addProduct(.dense(.random(50, 2, seed: 7)), .dense(.random(34, 2, seed: 6)))
        ),
      ]
      for (update, transposed) in pairs {
        try a.apply(update)
        try b.apply(transposed)
        #expect(relativeDistance(a.singularValues, b.singularValues) < 1e-13)
      }
      let (p, q) = (try a.factors, try b.factors)
      #expect(distance(try #require(p.matrix), try #require(q.matrix).transposed()) < 1e-12)
    }
  }

  @Test(arguments: [SVDUpdateMethod.brand, .fastSparse, .zhaSimon])
  func `a thousand single rows leave the factors orthonormal and equal to those of Zha and Simon`(
    method: SVDUpdateMethod
  ) throws {
    let (n, k) = (400, 10)
    let start = try TruncatedSVD(of: dense(sparseRows(120, n, perRow: 8, seed: 1)), rank: k)
    var svd = try UpdatedSVD(start, rank: k, method: method)
    var reference = try UpdatedSVD(start, rank: k)
    var random = SeededRandom(seed: 9)
    var last = sparseRows(1, n, perRow: 8, seed: 10)
    for step in 0..<1000 {
      let row: SparseMatrix<Double>
      switch step % 50 {
      case 7: row = sparse(1, n, [])
      case 13: row = last
      case 21: row = sparseRows(1, n, perRow: 8, seed: random.next(), scale: 1e-6)
      case 30: row = sparseRows(1, n, perRow: 300, seed: random.next(), scale: 0.2)
      default: row = sparseRows(1, n, perRow: 8, seed: random.next())
      }
      last = row
      let update: SVDUpdate
      if step % 50 == 40 {
        // Almost in the span: a combination of the right vectors and a little noise.
        let v = try #require(try reference.factors.rightVectors)
        var x = v * randomVector(k, seed: random.next())
        for i in 0..<n { x[i] += 1e-9 * random.uniform() }
        update = .appendRows(.dense(Matrix(rowCount: 1, columnCount: n, values: x)))
      } else {
        update = .appendRows(.sparse(row))
      }
      try svd.apply(update)
      try reference.apply(update)
    }
    let (p, q) = (try svd.factors, try reference.factors)
    #expect(p.orthonormalityDefect < 1e-12)
    #expect(relativeDistance(p.singularValues, q.singularValues) < 1e-12)
    #expect(try sine(p.leftVectors, q.leftVectors) < 1e-11)
    #expect(try sine(#require(p.rightVectors), #require(q.rightVectors)) < 1e-11)
    #expect(p.leftVectors.rowCount == 1120 && p.rank == k)
  }

  @Test(arguments: methods)
  func `duplicates, zeros, and blocks wider than the matrix do no harm`(
    method: SVDUpdateMethod
  ) throws {
    var svd = try UpdatedSVD(TruncatedSVD(zeroOf: 12, by: 0), rank: 100, method: method)
    var a = Matrix(rowCount: 12, columnCount: 0)
    let x = Matrix.random(12, 1, seed: 1)
    let wide = Matrix.random(12, 40, seed: 2)
    var graded = wide
    for j in 0..<40 { for i in 0..<12 { graded[i, j] *= Double.pow(10, -Double(i)) } }
    let blocks: [SVDUpdateBlock] = [
      .dense(Matrix(rowCount: 12, columnCount: 3)), .dense(x), .dense(x),
      .dense(x.appendingColumns(of: x)), .sparse(sparse(12, 4, [])),
      .sparse(sparse(12, 3, [(2, 0, 1.0), (2, 1, 1.0), (2, 2, 1.0)])),
      .dense(graded), .dense(1e-6 * wide), .dense(1e6 * wide), .dense(wide),
    ]
    for block in blocks {
      try svd.apply(.appendColumns(block))
      a.appendColumns(of: block.dense)
      let factors = try svd.factors
      #expect(factors.orthonormalityDefect < 1e-13)
      #expect((try #require(factors.matrix) - a).frobeniusNorm <= 1e-13 * a.frobeniusNorm)
    }
    #expect(svd.rank == 12)
    // And out again: everything may go.
    try svd.apply(.removeColumns(Array(0..<(svd.columnCount ?? 0))))
    #expect(svd.rank == 0 && svd.columnCount == 0)
    try svd.apply(.appendColumns(.dense(x)))
    #expect((svd.singularValues[0] - norm(x.values)).magnitude < 1e-14)
  }

  @Test(arguments: methods)
  func `columns that carry a direction alone can be removed`(method: SVDUpdateMethod) throws {
    let a = Matrix(rows: [[3, 0, 0, 0], [0, 2, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1e-3]])
    var svd = try UpdatedSVD(TruncatedSVD(of: a, rank: 4), rank: 4, method: method)
    try svd.apply(.removeColumns([0, 3]))
    #expect(distance(svd.singularValues, [2, 1]) < 1e-15)
    #expect(try svd.factors.orthonormalityDefect < 1e-14)
    try svd.apply(.removeRows([0]))
    #expect(distance(svd.singularValues, [2, 1]) < 1e-15)
  }

  @Test func `without right factors columns are appended, rows removed and all decayed`() throws {
    let a = Matrix.random(30, 8, seed: 1)
    let whole = try TruncatedSVD(of: a, rank: 8)
    let basis = try TruncatedSVD(
      leftVectors: whole.leftVectors, singularValues: whole.singularValues, rightVectors: nil)
    for method in methods {
      var (p, q) = (
        try UpdatedSVD(whole, rank: 6, method: method),
        try UpdatedSVD(basis, rank: 6, method: method)
      )
      let allowed: [SVDUpdate] = [
        .appendColumns(.dense(.random(30, 3, seed: 2))), .removeRows([4]), .decay(0.5),
        .appendColumns(.sparse(sparseRows(29, 2, perRow: 1, seed: 4))),
      ]
      for update in allowed {
        try p.apply(update)
        try q.apply(update)
        #expect(relativeDistance(p.singularValues, q.singularValues) < 1e-14)
      }
      #expect(try sine(p.factors.leftVectors, q.factors.leftVectors) < 1e-12)
      #expect(throws: SVDUpdateError.rightFactorsMissing(update: "append rows")) {
        try q.apply(.appendRows(.dense(Matrix(rowCount: 1, columnCount: 13))))
      }
    }
  }

  @Test func `factors known to single precision are made orthonormal without changing the product`()
    throws
  {
    let start = try TruncatedSVD(of: .random(50, 20, seed: 1), rank: 5)
    func rounded(_ m: Matrix) -> Matrix {
      Matrix(
        rowCount: m.rowCount, columnCount: m.columnCount, values: m.values.map { Double(Float($0)) }
      )
    }
    let rough = try TruncatedSVD(
      leftVectors: rounded(start.leftVectors), singularValues: start.singularValues,
      rightVectors: rounded(#require(start.rightVectors)))
    #expect(rough.orthonormalityDefect > 1e-9)
    let svd = try UpdatedSVD(rough, rank: 5, method: .fastSparse)
    let factors = try svd.factors
    #expect(factors.orthonormalityDefect < 1e-14)
    #expect(distance(try #require(factors.matrix), try #require(rough.matrix)) < 1e-14)
  }

  @Test func `what does not fit is refused and changes nothing`() throws {
    let a = Matrix.random(9, 7, seed: 1)
    var svd = try UpdatedSVD(TruncatedSVD(of: a, rank: 3), rank: 3, method: .fastSparse)
    let before = svd.singularValues
    let bad: [SVDUpdate] = [
      .appendColumns(.dense(Matrix(rowCount: 8, columnCount: 1))),
      .appendRows(.sparse(sparse(1, 9, [(0, 0, 1.0)]))),
      .appendColumns(
        .dense(Matrix(rowCount: 9, columns: [[0, .nan] + [Double](repeating: 1, count: 7)]))),
      .appendRows(.sparse(sparse(1, 7, [(0, 3, Double.infinity)]))),
      .appendColumns(.dense(1e200 * Matrix.random(9, 1, seed: 2))),
      .removeColumns([7]), .removeRows([-1]), .removeRows([1, 1]),
      .replaceColumns([0, 1], .dense(Matrix(rowCount: 9, columnCount: 1))),
      .addProduct(
        .dense(Matrix(rowCount: 9, columnCount: 2)), .dense(Matrix(rowCount: 7, columnCount: 1))),
      .decay(0), .decay(1.5), .decay(.nan),
    ]
    for update in bad {
      #expect(throws: SVDUpdateError.self) { try svd.apply(update) }
      #expect(svd.singularValues == before)
    }
    #expect(throws: SVDUpdateError.notFinite(update: "append rows", row: 0, column: 3)) {
      try svd.apply(bad[3])
    }
    #expect(throws: SVDUpdateError.self) { try UpdatedSVD(svd.factors, rank: 0) }
    #expect(throws: SVDUpdateError.self) {
      try TruncatedSVD(leftVectors: a, singularValues: [1], rightVectors: nil)
    }
  }

  @Test func `a comparison runs all methods on the same updates`() throws {
    let start = try TruncatedSVD(of: dense(sparseRows(60, 50, perRow: 6, seed: 1)), rank: 8)
    let updates = (0..<6).map {
      SVDUpdate.appendRows(.sparse(sparseRows(4, 50, perRow: 3, seed: UInt64($0) + 2)))
    }
    let comparison = try SVDUpdateComparison(start: start, rank: 8, updates: updates)
    #expect(comparison.rows.map(\.method) == SVDUpdateMethod.all)
    for row in comparison.rows {
      #expect(row.seconds.count == 6 && row.orthonormalityDefect < 1e-13)
      let error = try #require(row.errorAgainstFresh)
      #expect(error <= row.relativeErrorBound * 10 && error < 0.2)
      if row.method != .brand { #expect(row.errorAgainstZhaSimon < 1e-12) }
    }
    #expect(comparison.description.split(separator: "\n").count == 5)
  }

  @Test func `the number of threads does not change a bit`() throws {
    try expectSameBits {
      var svd = try UpdatedSVD(TruncatedSVD(zeroOf: 20_000, by: 0), rank: 6, method: .fastSparse)
      for k in 0..<4 {
        try svd.apply(.appendColumns(.dense(.random(20_000 + 2 * k, 3, seed: UInt64(k)))))
        try svd.apply(
          .appendRows(.sparse(sparseRows(2, 3 * k + 3, perRow: 1, seed: UInt64(k)))))
      }
      return svd.singularValues + (try svd.factors.leftVectors.values)
    }
  }
}
