import Files
import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

/// A field of which the ratios of the bound of theory are known; it does not depend on z.
private func smoothField(_ shape: [Int]) -> [Double] {
  var values: [Double] = []
  let lengths = shape + [Int](repeating: 1, count: 3 - shape.count)
  for _ in 0..<lengths[2] {
    for j in 0..<lengths[1] {
      for i in 0..<lengths[0] {
        func unit(_ i: Int, _ n: Int) -> Double { n > 1 ? Double(i) / Double(n - 1) : 0.4 }
        let (x, y) = (unit(i, lengths[0]), unit(j, lengths[1]) - 0.4)
        values.append(
          Double.sin(8 * x) * Double.exp(-3 * y * y) + 0.3 * Double.tanh(20 * (x - 0.5)))
      }
    }
  }
  return values
}

private func randomField(_ count: Int, seed: UInt64, scale: Double = 1) -> [Double] {
  var random = SeededRandom(seed: seed)
  return (0..<count).map { _ in scale * random.uniform() }
}

private func largestDifference(_ u: [Double], _ v: [Double]) -> Double {
  u.indices.reduce(0) { max($0, (u[$1] - v[$1]).magnitude) }
}

/// Data that break compressors.
private let kinds = [
  "random", "smooth", "spiky", "constant", "tiny", "denormal", "huge", "zero", "mixed",
]

private func field(_ kind: String, _ shape: [Int], seed: UInt64) -> [Double] {
  let count = shape.reduce(1, *)
  var random = SeededRandom(seed: seed)
  switch kind {
  case "random": return randomField(count, seed: seed)
  case "smooth": return smoothField(shape)
  case "spiky":
    var values = smoothField(shape)
    for _ in 0..<max(1, count / 20) {
      values[Int.random(in: 0..<count, using: &random)] = 1e8 * random.uniform()
    }
    return values
  case "constant": return [Double](repeating: random.uniform(), count: count)
  case "tiny": return randomField(count, seed: seed, scale: 1e-300)
  case "denormal": return randomField(count, seed: seed, scale: 0x1p-1060)
  case "huge": return randomField(count, seed: seed, scale: 1.7e308)
  case "zero": return [Double](repeating: 0, count: count)
  default: return (0..<count).map { _ in random.uniform() * Double.exp(random.uniform(-300...300)) }
  }
}

private let shapes = [
  [1], [2], [3], [4], [5], [7], [64], [65], [101], [1, 1], [1, 5], [2, 3], [7, 11], [17, 16],
  [1, 1, 1], [2, 1, 3], [3, 5, 7], [9, 8, 6],
]

@Suite struct `The multilevel transform` {
  @Test(arguments: shapes)
  func `is undone by its inverse to round-off`(shape: [Int]) {
    let transform = MultilevelTransform(TensorGrid(shape: shape))
    for seed in 1...3 {
      let values = randomField(shape.reduce(1, *), seed: UInt64(seed))
      let back = transform.recomposed(transform.decomposed(values))
      #expect(largestDifference(values, back) <= 1e-15 * Double(max(1, transform.levels.count)))
    }
  }

  /// Mass matrix of hat functions over some positions.
  private func mass(_ x: [Double]) -> DenseMatrix<Double> {
    var m = DenseMatrix<Double>(rowCount: x.count, columnCount: x.count)
    if x.count == 1 { m[0, 0] = 1 }
    for i in 0..<max(0, x.count - 1) {
      let h = x[i + 1] - x[i]
      m[i, i] += h / 3
      m[i + 1, i + 1] += h / 3
      m[i, i + 1] += h / 6
      m[i + 1, i] += h / 6
    }
    return m
  }

  /// The nodes of a level of one axis, as indices of the finest.
  private func nodes(_ count: Int, _ steps: Int) -> [Int] {
    var nodes = Array(0..<count)
    for _ in 0..<steps where nodes.count > 2 {
      let last = nodes[nodes.count - 1]
      nodes = nodes.indices.filter { $0 % 2 == 0 }.map { nodes[$0] }
      if nodes.last != last { nodes.append(last) }
    }
    return nodes
  }

  /// Interpolation from nodes to all.
  private func prolongation(_ count: Int, _ nodes: [Int]) -> DenseMatrix<Double> {
    var p = DenseMatrix<Double>(rowCount: count, columnCount: nodes.count)
    for j in 0..<count {
      let right = nodes.firstIndex { $0 >= j } ?? 0
      if nodes[right] == j {
        p[j, right] = 1
      } else {
        let (a, b) = (Double(nodes[right - 1]), Double(nodes[right]))
        p[j, right - 1] = (b - Double(j)) / (b - a)
        p[j, right] = (Double(j) - a) / (b - a)
      }
    }
    return p
  }

  private func kronecker(
    _ a: DenseMatrix<Double>, _ b: DenseMatrix<Double>
  ) -> DenseMatrix<Double> {
    var c = DenseMatrix<Double>(
      rowCount: a.rowCount * b.rowCount, columnCount: a.columnCount * b.columnCount)
    for i in 0..<c.rowCount {
      for j in 0..<c.columnCount {
        c[i, j] =
          a[i / b.rowCount, j / b.columnCount] * b[i % b.rowCount, j % b.columnCount]
      }
    }
    return c
  }

  @Test(arguments: [[5], [8], [13], [5, 4], [7, 9], [1, 6], [4, 3, 5]])
  func `recomposed up to a level is the L² projection onto it`(shape: [Int]) {
    let transform = MultilevelTransform(TensorGrid(shape: shape))
    let values = randomField(shape.reduce(1, *), seed: 9)
    let coefficients = transform.decomposed(values)
    let m = shape.reversed().map { mass((0..<$0).map(Double.init)) }
    let fineMass = m.dropFirst().reduce(m[0], kronecker)
    for level in transform.levels.indices {
      let p = shape.reversed().map {
        prolongation($0, nodes($0, transform.levels.count - 1 - level))
      }
      let whole = p.dropFirst().reduce(p[0], kronecker)
      let projection = transform.recomposed(coefficients, upTo: level)
      #expect(projection.count == whole.columnCount)
      // The rest is orthogonal to every function of the level.
      let image = whole * projection
      let rest = values.indices.map { values[$0] - image[$0] }
      let moments = whole.adjointTimes(fineMass * rest)
      #expect(moments.allSatisfy { $0.magnitude < 1e-13 }, "level \(level)")
    }
  }

  @Test func `the energies of the levels add up to that of the function`() {
    let transform = MultilevelTransform(TensorGrid(shape: [23]))
    let values = randomField(23, seed: 4)
    let coefficients = transform.decomposed(values)
    let m = mass((0..<23).map(Double.init))
    func energy(_ v: [Double]) -> Double { dot(v, m * v) }
    var (sum, last) = (0.0, [Double](repeating: 0, count: 23))
    for level in transform.levels.indices {
      let p = prolongation(23, nodes(23, transform.levels.count - 1 - level))
      let now = p * transform.recomposed(coefficients, upTo: level)
      sum += energy(now.indices.map { now[$0] - last[$0] })
      last = now
    }
    #expect((sum / energy(values) - 1).magnitude < 1e-13)
  }
}

@Suite struct `Compressed snapshots` {
  @Test(arguments: kinds)
  func `err by less than their tolerance at every entry`(kind: String) throws {
    for shape in shapes {
      let codec = SnapshotCodec(.grid(TensorGrid(shape: shape)), norm: .maximum)
      for seed in 1...3 {
        let values = field(kind, shape, seed: UInt64(seed))
        let largest = values.reduce(0) { max($0, $1.magnitude) }
        for relative in [0, 1e-15, 1e-6, 1e-2, 0.7, 3, 1e9] {
          let tolerance = relative * largest
          guard tolerance.isFinite else { continue }
          let packed = try codec.compressed(values, tolerance: tolerance)
          let back = try packed.values()
          #expect(
            largestDifference(values, back) <= tolerance,
            "\(kind) \(shape) seed \(seed) τ = \(tolerance)")
          #expect(packed.error <= tolerance)
          #expect(largestDifference(values, back) <= packed.error)
        }
      }
    }
  }

  @Test(arguments: kinds)
  func `err by less than their tolerance in products`(kind: String) throws {
    for shape in shapes {
      let count = shape.reduce(1, *)
      let weights = randomField(count, seed: 3).map { 0.1 + $0.magnitude }
      for product in [
        InnerProduct<Double>(euclidean: count), InnerProduct(weights: weights),
        InnerProduct(secondDifferences(count), name: "energy"),
      ] {
        let codec = SnapshotCodec(.grid(TensorGrid(shape: shape)), norm: .product(product))
        let values = field(kind, shape, seed: 5)
        let largest = values.reduce(0) { max($0, $1.magnitude) }
        for relative in [1e-9, 1e-3, 0.5] {
          let tolerance = relative * largest
          let packed = try codec.compressed(values, tolerance: tolerance)
          let back = try packed.values()
          // In units of the largest entry, where no square overflows.
          let unit = largest > 0 ? largest : 1
          let error = product.norm(values.indices.map { (values[$0] - back[$0]) / unit })
          #expect(error <= relative * (1 + 1e-12), "\(kind) \(shape) \(product.name)")
        }
      }
    }
  }

  /// 2 on the diagonal, −1 beside it, and a little more so that it is definite.
  private func secondDifferences(_ n: Int) -> SparseMatrix<Double> {
    var (start, column, values) = ([0], [Int32](), [Double]())
    for i in 0..<n {
      for j in max(0, i - 1)...min(n - 1, i + 1) {
        column.append(Int32(j))
        values.append(i == j ? 2.1 : -1)
      }
      start.append(column.count)
    }
    return SparseMatrix(
      pattern: SparsityPattern(rowCount: n, columnCount: n, rowStart: start, column: column),
      values: values)
  }

  @Test func `keep every bit where the tolerance is zero`() throws {
    for kind in kinds {
      let values = field(kind, [37], seed: 2)
      for space in [
        SnapshotCodec.Space.entries(37), .grid(TensorGrid(shape: [37])),
      ] {
        let packed = try SnapshotCodec(space, norm: .maximum).compressed(values, tolerance: 0)
        #expect(try packed.values().map(\.bitPattern) == values.map(\.bitPattern), "\(kind)")
      }
    }
  }

  @Test func `several fields on a grid and single entries keep to their tolerance`() throws {
    let values = randomField(120, seed: 1) + field("spiky", [10, 12], seed: 1)
    for space in [
      SnapshotCodec.Space.entries(240), .grid(TensorGrid(shape: [10, 12]), fieldCount: 2),
    ] {
      for tolerance in [1e-8, 1e-3, 0.1] {
        let packed = try SnapshotCodec(space, norm: .maximum)
          .compressed(values, tolerance: tolerance)
        #expect(largestDifference(values, try packed.values()) <= tolerance)
      }
    }
  }

  @Test func `refuse what is not finite, a negative tolerance and another length`() throws {
    let codec = SnapshotCodec(.entries(3), norm: .maximum)
    #expect {
      try codec.compressed([1, .nan, 2], tolerance: 1, number: 4)
    } throws: { error in
      guard case SnapshotError.notFinite(_, 1, 4, _) = error else { return false }
      return true
    }
    #expect(throws: SnapshotError.self) { try codec.compressed([1, .infinity, 2], tolerance: 1) }
    for tolerance in [-1, Double.nan, .infinity] {
      #expect(throws: SnapshotError.self) {
        try codec.compressed([1, 2, 3], tolerance: tolerance)
      }
    }
    #expect(throws: SnapshotError.self) { try codec.compressed([1, 2], tolerance: 1) }
  }

  @Test(arguments: [
    ([4097], [1e-2: 109.0, 1e-4: 28, 1e-6: 7]), ([513, 513], [1e-2: 258.0, 1e-4: 22, 1e-6: 4.5]),
    ([65, 65, 65], [1e-2: 171.0, 1e-4: 107, 1e-6: 86]),
  ])
  func `of a smooth field take less room than the bound of theory alone would give`(
    shape: [Int], published: [Double: Double]
  ) throws {
    let codec = SnapshotCodec(.grid(TensorGrid(shape: shape)), norm: .maximum)
    let values = smoothField(shape)
    for (tolerance, ratio) in published.sorted(by: { $0.key > $1.key }) {
      let packed = try codec.compressed(values, tolerance: tolerance)
      #expect(largestDifference(values, try packed.values()) <= tolerance)
      #expect(packed.ratio > 1.4 * ratio)
      #expect(packed.error > 0.5 * tolerance)
    }
  }
}
