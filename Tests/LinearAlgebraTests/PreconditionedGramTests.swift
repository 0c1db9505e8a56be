import LinearAlgebra
import RealModule
import TestSupport
import Testing

private typealias Matrix = DenseMatrix<Double>

private let (rows, columns) = (4000, 60)

/// U Σ Vᵀ with orthonormal U and V.
private func matrix(_ sigma: [Double]) throws -> Matrix {
  var left = try QR(Matrix.random(rows, sigma.count, seed: 31)).q
  let right = try QR(Matrix.random(columns, sigma.count, seed: 32)).q
  left.scaleColumns(by: sigma)
  return left * right.transposed()
}

/// Singular values that fall by ten every three columns, not below a floor.
private func falling(to floor: Double) -> [Double] {
  (0..<columns).map { max(floor, Double.pow(10, -Double($0) / 3)) }
}

private func reference(_ block: TallBlock) throws -> [Double] {
  var triangle = TallTriangle(columnCount: block.matrix.columnCount)
  try triangle.append(block)
  return try SVD(triangle.r).singularValues
}

@Suite struct `Preconditioned Gram matrix` {
  @Test(arguments: [1e-4, 1e-7, 1e-9, 1e-12, 1e-16, 1e-20])
  func `gives the singular values that were put in, to round-off of the first`(
    floor: Double
  ) throws {
    let sigma = falling(to: floor)
    let gram = try #require(PreconditionedGram(of: TallBlock(matrix(sigma))))
    for (found, expected) in zip(try SVD(gram.factor).singularValues, sigma) {
      // E is not squared without loss, but it is small.
      #expect(
        (found - expected).magnitude < 4e-15 + 1e-15 * gram.squaredRest / max(expected, 1e-15))
    }
    #expect(gram.squaredRest < 100 * max(floor, 1e-15))
  }

  @Test func `a part of the columns leads where they fall into noise, and all where they do not`()
    throws
  {
    let fallen = try #require(PreconditionedGram(of: TallBlock(matrix(falling(to: 1e-9)))))
    #expect((12...22).contains(fallen.leading.count))
    let flat = try #require(PreconditionedGram(of: TallBlock(.random(rows, columns, seed: 5))))
    let triangle = try reference(TallBlock(.random(rows, columns, seed: 5)))
    for (p, q) in zip(try SVD(flat.factor).singularValues, triangle) {
      #expect((p - q).magnitude < 4e-15 * triangle[0])
    }
  }

  @Test func `weights and a mean are those of the block`() throws {
    let map = RowMap(
      factors: (0..<rows).map { 1 + 0.5 * Double($0 % 7) },
      shift: (0..<rows).map { 0.1 * Double($0 % 3) })
    let block = TallBlock(try matrix(falling(to: 1e-9)), map: map)
    let gram = try #require(PreconditionedGram(of: block))
    let expected = try reference(TallBlock(block.mapped))
    for (p, q) in zip(try SVD(gram.factor).singularValues, expected) {
      #expect((p - q).magnitude < 1e-14 * expected[0])
    }
  }

  @Test func `every column is right by its own length`() throws {
    var a = try matrix(falling(to: 1e-9))
    a.scaleColumns(by: (0..<columns).map { Double.pow(10, -Double($0 % 13)) })
    let gram = try #require(PreconditionedGram(of: TallBlock(a)))
    for j in 0..<columns {
      let length = norm(a.column(j))
      #expect((norm(gram.factor.column(j)) - length).magnitude < 1e-13 * length)
    }
  }

  @Test func `columns that live in a few rows are found, and empty ones stay empty`() throws {
    var a = try matrix(falling(to: 1e-9))
    for i in 0..<rows {
      for j in 40..<columns { a[i, j] = 0 }
    }
    for j in 40..<58 { a[128 * (j - 39), j] = 1 }
    let gram = try #require(PreconditionedGram(of: TallBlock(a)))
    let expected = try reference(TallBlock(a))
    for (p, q) in zip(try SVD(gram.factor).singularValues, expected) {
      #expect((p - q).magnitude < 1e-14 * expected[0])
    }
    #expect(gram.factor.column(58).allSatisfy { $0.magnitude < 1e-15 })
  }

  @Test func `few rows, NaN and squares that leave the range are left to reflectors`() throws {
    #expect(PreconditionedGram(of: TallBlock(.random(3800, columns, seed: 1))) == nil)
    for (row, value) in [(10, Double.nan), (rows - 1, .infinity)] {
      var a = try matrix(falling(to: 1e-9))
      a[row, 7] = value
      #expect(PreconditionedGram(of: TallBlock(a)) == nil)
    }
    for factor in [0, 1e-120, 1e120] {
      var a = try matrix(falling(to: 1e-9))
      for k in a.values.indices { a.values[k] *= factor }
      #expect(PreconditionedGram(of: TallBlock(a)) == nil)
    }
  }

  @Test func `has the same bits on any number of threads`() throws {
    let block = TallBlock(.random(20_000, columns, seed: 9))
    expectSameBits { PreconditionedGram(of: block)?.factor.values }
  }
}
