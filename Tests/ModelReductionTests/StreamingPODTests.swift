import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

private typealias Matrix = DenseMatrix<Double>

/// A product with weights drawn between 10⁻ᵈ and 1.
private func weights(_ n: Int, decades: Double) -> InnerProduct<Double> {
  var random = SeededRandom(seed: 77)
  let pattern = SparsityPattern(
    rowCount: n, columnCount: n, rowStart: Array(0...n), column: (0..<n).map { Int32($0) })
  return InnerProduct(
    SparseMatrix(
      pattern: pattern,
      values: (0..<n).map { _ in Double.pow(10, -decades * random.uniform(0...1)) }
    ), name: "weights")
}

/// The product of a string of springs, tied at one end.
private func springs(_ n: Int) -> InnerProduct<Double> {
  var (rows, columns, entries) = ([Int32](), [Int32](), [Double]())
  for i in 0..<n {
    for (j, value) in [(i - 1, -1.0), (i, 2.5), (i + 1, -1.0)] where j >= 0 && j < n {
      rows.append(Int32(i))
      columns.append(Int32(j))
      entries.append(value)
    }
  }
  return InnerProduct(
    SparseMatrix(rowCount: n, columnCount: n, rows: rows, columns: columns, entries: entries),
    name: "energy")
}

/// U Σ Vᵀ with U orthonormal in the product.
private func matrix(
  _ sigma: [Double], _ m: Int, in product: InnerProduct<Double>, seed: UInt64 = 5
) throws -> Matrix {
  let r = sigma.count
  var u = try ReducedBasis(spanning: Matrix.random(product.dimension, r, seed: seed), in: product)
    .vectors
  let v = try ReducedBasis(
    spanning: Matrix.random(m, r, seed: seed + 1), in: InnerProduct(euclidean: m)
  ).vectors
  for j in 0..<r { for i in 0..<u.rowCount { u[i, j] *= sigma[j] } }
  return u * v.transposed()
}

private func defect(_ pod: StreamingPOD) -> Double {
  let v = pod.basis.vectors
  let gram = v.adjointTimes(pod.product.apply(v)) - .identity(pod.rank)
  return gram.values.reduce(0) { max($0, $1.magnitude) }
}

private func stream(_ a: Matrix, into pod: inout StreamingPOD, blocks size: Int) throws {
  for first in stride(from: 0, to: a.columnCount, by: size) {
    try pod.append(a.columns(first..<min(a.columnCount, first + size)))
  }
}

/// ‖A − U Σ Wᵀ‖ in the product.
private func missed(_ a: Matrix, _ pod: StreamingPOD) throws -> Double {
  let w = try #require(pod.rightVectors)
  var scaled = pod.basis.vectors
  for j in 0..<pod.rank { for i in 0..<scaled.rowCount { scaled[i, j] *= pod.singularValues[j] } }
  let rest = a - scaled * w.transposed()
  let image = pod.product.apply(rest)
  return max(0, dot(rest.values, image.values)).squareRoot()
}

@Suite struct `Streaming POD` {
  static let products: [InnerProduct<Double>] = [
    InnerProduct(euclidean: 500), weights(500, decades: 3), springs(500),
  ]

  @Test(arguments: products, [1, 5, 23])
  func `without truncation it is the POD of all snapshots`(
    product: InnerProduct<Double>, size: Int
  ) throws {
    let sigma = (0..<40).map { Double.pow(10, -Double($0) / 4) }
    let a = try matrix(sigma, 90, in: product)
    var pod = try StreamingPOD(in: product, rightFactors: .kept)
    try stream(a, into: &pod, blocks: size)
    #expect(pod.count == 90 && defect(pod) < 1e-13)
    for (found, expected) in zip(pod.singularValues, sigma) {
      #expect((found - expected).magnitude < 1e-13)
    }
    let batch = try POD(of: SnapshotSet(states: a), in: product, tolerance: 1e-8)
    for j in 0..<batch.basis.size {
      #expect(pod.basis.distance(to: batch.basis.vectors.column(j)) < 1e-13 / sigma[j])
    }
    // Ninety updates of the right factors, each to round-off.
    #expect(try missed(a, pod) < 1e-12)
    #expect(pod.errorBound < 1e-13)
  }

  @Test(arguments: products, [1e-2, 1e-5, 1e-9])
  func `the error never exceeds its bound, nor the bound the tolerance`(
    product: InnerProduct<Double>, tolerance: Double
  ) throws {
    let a = try matrix((0..<60).map { Double.pow(10, -Double($0) / 5) }, 100, in: product)
    var pod = try StreamingPOD(in: product, tolerance: tolerance, rightFactors: .kept)
    var (energies, bounds) = ([Double](), [Double]())
    for first in stride(from: 0, to: 100, by: 7) {
      try pod.append(a.columns(first..<min(100, first + 7)))
      energies.append(pod.singularValues.reduce(0) { $0 + $1 * $1 })
      bounds.append(pod.errorBound)
    }
    let total = pod.totalEnergy.squareRoot()
    #expect(pod.errorBound <= tolerance * total)
    #expect(try missed(a, pod) <= pod.errorBound + 1e-14 * total)
    // Energy and bound grow with the snapshots.
    #expect(zip(energies, energies.dropFirst()).allSatisfy { $0 <= $1 * (1 + 1e-14) })
    #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0 <= $1 })
    // What is kept and what was lost make up the whole.
    let account = energies[energies.count - 1] + pod.truncatedEnergy + pod.neglectedEnergy
    #expect((account - pod.totalEnergy).magnitude < 1e-13 * pod.totalEnergy)
    // No basis of that tolerance is much smaller.
    let batch = try POD(of: SnapshotSet(states: a), in: product, tolerance: tolerance)
    #expect(pod.rank >= batch.basis.size - 1 && pod.rank <= batch.basis.size + 3)
  }

  @Test func `the order of the snapshots changes singular values by less than the bound`() throws {
    let product = Self.products[1]
    let a = try matrix((0..<50).map { Double.pow(10, -Double($0) / 6) }, 80, in: product)
    var order = Array(0..<80)
    var random = SeededRandom(seed: 4)
    var results: [StreamingPOD] = []
    for _ in 0..<4 {
      var pod = try StreamingPOD(in: product, tolerance: 1e-4)
      let shuffled = Matrix(rowCount: 500, columns: order.map { a.column($0) })
      try stream(shuffled, into: &pod, blocks: 6)
      results.append(pod)
      order.shuffle(using: &random)
    }
    for pod in results.dropFirst() {
      for (p, q) in zip(pod.singularValues, results[0].singularValues) {
        #expect((p - q).magnitude <= 1e-4 * pod.totalEnergy.squareRoot())
      }
    }
  }

  @Test func `with a rank the error is exactly the root of what was cut off`() throws {
    for product in Self.products {
      let a = Matrix.random(500, 120, seed: 8)
      var pod = try StreamingPOD(in: product, rank: 10, rightFactors: .kept)
      try stream(a, into: &pod, blocks: 4)
      #expect(pod.rank == 10 && defect(pod) < 1e-13)
      let error = try missed(a, pod)
      #expect((error - pod.errorBound).magnitude < 1e-12 * error)
      #expect((pod.retainedEnergy - (1 - error * error / pod.totalEnergy)).magnitude < 1e-12)
    }
  }

  @Test(arguments: [1e-4, 1e-8, 1e-12, 0])
  func `modes stay orthonormal where Gram–Schmidt without repetition fails`(
    tolerance: Double
  ) throws {
    // Singular values from 1 to 1e-19, weights over twelve decades.
    let product = weights(500, decades: 12)
    let sigma = (0..<120).map { Double.pow(10, -19 * Double($0) / 119) }
    let a = try matrix(sigma, 120, in: product)
    for size in [1, 3, 30] {
      var pod = try StreamingPOD(in: product, tolerance: tolerance)
      try stream(a, into: &pod, blocks: size)
      #expect(defect(pod) < 1e-12)
      for (found, expected) in zip(pod.singularValues, sigma) {
        #expect((found - expected).magnitude <= pod.errorBound + 1e-13)
      }
    }
  }

  @Test func `duplicates, zeros, near copies and blocks wider than the space do no harm`() throws {
    for product in [InnerProduct(euclidean: 30), weights(30, decades: 6), springs(30)] {
      var pod = try StreamingPOD(in: product, rightFactors: .kept)
      var all = Matrix(rowCount: 30, columnCount: 0)
      let x = Matrix.random(30, 1, seed: 1)
      var near = x.appendingColumns(of: x).appendingColumns(of: x)
      near[3, 1] += 1e-11
      near[4, 2] += 1e-7
      let blocks = [
        Matrix(rowCount: 30, columnCount: 2), x, x.appendingColumns(of: x), near, 1e-6 * near,
        1e6 * near, Matrix.random(30, 50, seed: 2), x, Matrix(rowCount: 30, columnCount: 0),
      ]
      for block in blocks {
        try pod.append(block)
        all.appendColumns(of: block)
        #expect(defect(pod) < 1e-13)
        #expect(try missed(all, pod) <= 1e-13 * pod.totalEnergy.squareRoot())
      }
      #expect(pod.rank == 30 && pod.count == all.columnCount)
    }
  }

  @Test func `modes are orthonormal to 1e-12 after ten thousand blocks`() throws {
    let product = InnerProduct<Double>(euclidean: 200)
    var pod = try StreamingPOD(in: product, rank: 12)
    let shapes = Matrix.random(200, 30, seed: 3)
    for b in 0..<10_000 {
      var small = Matrix(rowCount: 30, columnCount: 2)
      for q in 0..<2 {
        for j in 0..<30 {
          small[j, q] =
            Double.pow(2, -Double(j) / 4) * Double.sin(0.05 * Double((j + 1) * (2 * b + q)))
        }
      }
      try pod.append(shapes * small)
    }
    #expect(defect(pod) < 1e-12 && pod.rank == 12)
  }

  @Test func `a source is streamed as its blocks are`() throws {
    let a = Matrix.random(60, 21, seed: 6)
    let product = InnerProduct<Double>(euclidean: 60)
    var (p, q) = (try StreamingPOD(in: product, rank: 9), try StreamingPOD(in: product, rank: 9))
    try p.append(contentsOf: SnapshotSet(states: a), blockSize: 4)
    try stream(a, into: &q, blocks: 4)
    #expect(p.singularValues == q.singularValues)
  }

  @Test func `what cannot be taken up is refused and changes nothing`() throws {
    let product = InnerProduct<Double>(euclidean: 4)
    var pod = try StreamingPOD(in: product)
    #expect(pod.rank == 0 && pod.basis.size == 0 && pod.errorBound == 0)
    try pod.append([1, 2, 3, 4])
    let before = pod.singularValues
    #expect(throws: SnapshotError.self) { try pod.append([1, 2, 3]) }
    #expect(throws: SnapshotError.self) { try pod.append([1, .nan, 3, 4]) }
    #expect(throws: SnapshotError.self) { try pod.append([1, 1e200, 3, 4]) }
    #expect(pod.singularValues == before && pod.count == 1)
    #expect(throws: SnapshotError.self) { try StreamingPOD(in: product, rank: -1) }
    #expect(throws: SnapshotError.self) { try StreamingPOD(in: product, tolerance: .nan) }
    var none = try StreamingPOD(in: product, rank: 0, rightFactors: .kept)
    try none.append([1, 2, 3, 4])
    #expect(none.rank == 0 && (none.errorBound - 30.0.squareRoot()).magnitude < 1e-14)
  }

  @Test func `the number of threads does not change a bit`() throws {
    let before = Threads.count
    defer { Threads.count = before }
    let a = Matrix.random(9000, 40, seed: 2)
    var results: [[Double]] = []
    for threads in [1, 2, 5] {
      Threads.count = threads
      var pod = try StreamingPOD(in: InnerProduct(euclidean: 9000), rank: 12)
      try stream(a, into: &pod, blocks: 5)
      results.append(pod.singularValues + pod.basis.vectors.values)
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }
}
