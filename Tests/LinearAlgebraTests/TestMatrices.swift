import ComplexModule
import LinearAlgebra
import TestSupport

/// A scalar that a test can draw.
protocol RandomScalar: Scalar {
  static func random(using random: inout SeededRandom) -> Self
}

extension Double: RandomScalar {
  static func random(using random: inout SeededRandom) -> Double { random.uniform() }
}

extension Complex<Double>: RandomScalar {
  static func random(using random: inout SeededRandom) -> Complex<Double> {
    Complex(random.uniform(), random.uniform())
  }
}

extension DenseMatrix where S: RandomScalar {
  static func random(_ m: Int, _ n: Int, seed: UInt64) -> DenseMatrix {
    var random = SeededRandom(seed: seed)
    return DenseMatrix(
      rowCount: m, columnCount: n,
      values: (0..<m * n).map { _ in S.random(using: &random) })
  }

  /// A Hermitian positive definite matrix with eigenvalues of at least one.
  static func randomDefinite(_ n: Int, seed: UInt64) -> DenseMatrix {
    let a = random(n, n, seed: seed)
    return a.adjointTimes(a) + identity(n)
  }
}

/// A sparse matrix from (row, column, value) entries, which may repeat and are summed.
func sparse<S: Scalar>(
  _ m: Int, _ n: Int, _ entries: [(Int, Int, S)]
) -> SparseMatrix<S> {
  var rows = [[Int: S]](repeating: [:], count: m)
  for (i, j, value) in entries { rows[i][j, default: S.zero] += value }
  var (start, column, values) = ([0], [Int32](), [S]())
  for row in rows {
    for (j, value) in row.sorted(by: { $0.key < $1.key }) {
      column.append(Int32(j))
      values.append(value)
    }
    start.append(column.count)
  }
  return SparseMatrix(
    pattern: SparsityPattern(rowCount: m, columnCount: n, rowStart: start, column: column),
    values: values)
}

/// The graph Laplacian of an n × n × depth grid, conductances by edge, and `sink` added to the
/// first node; without sink, constants are its null space.
func gridLaplacian(
  _ n: Int, depth: Int = 1, sink: Double = 0, conductance: (Int) -> Double = { _ in 1 }
) -> SparseMatrix<Double> {
  var entries: [(Int, Int, Double)] = [(0, 0, sink)]
  var edge = 0
  func connect(_ a: Int, _ b: Int) {
    let k = conductance(edge)
    edge += 1
    entries += [(a, a, k), (b, b, k), (a, b, -k), (b, a, -k)]
  }
  for z in 0..<depth {
    for y in 0..<n {
      for x in 0..<n {
        let node = x + n * (y + n * z)
        if x + 1 < n { connect(node, node + 1) }
        if y + 1 < n { connect(node, node + n) }
        if z + 1 < depth { connect(node, node + n * n) }
      }
    }
  }
  return sparse(n * n * depth, n * n * depth, entries)
}

func dense<S: Scalar>(_ a: SparseMatrix<S>) -> DenseMatrix<S> {
  var result = DenseMatrix<S>(rowCount: a.rowCount, columnCount: a.columnCount)
  for i in 0..<a.rowCount { for j in 0..<a.columnCount { result[i, j] = a[i, j] } }
  return result
}

func randomVector<S: RandomScalar>(_ n: Int, seed: UInt64, of: S.Type = S.self) -> [S] {
  var random = SeededRandom(seed: seed)
  return (0..<n).map { _ in S.random(using: &random) }
}

/// The largest |aᵢⱼ − bᵢⱼ|.
func distance<S: Scalar>(_ a: DenseMatrix<S>, _ b: DenseMatrix<S>) -> Double {
  precondition(a.rowCount == b.rowCount && a.columnCount == b.columnCount, "shapes differ")
  return distance(a.values, b.values)
}

func distance<S: Scalar>(_ a: [S], _ b: [S]) -> Double {
  precondition(a.count == b.count, "lengths differ")
  return zip(a, b).reduce(0) { max($0, ($1.0 - $1.1).absolute) }
}

/// ‖QᴴQ − I‖ in the largest entry.
func orthonormalityDefect<S: Scalar>(_ q: DenseMatrix<S>) -> Double {
  distance(q.adjointTimes(q), DenseMatrix.identity(q.columnCount))
}
