import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

@Suite struct `Dissimilarities of snapshots` {
  /// A tridiagonal positive definite product.
  static func product(_ n: Int) -> InnerProduct<Double> {
    var (start, column, values) = ([0], [Int32](), [Double]())
    for i in 0..<n {
      for j in max(0, i - 1)...min(n - 1, i + 1) {
        column.append(Int32(j))
        values.append(i == j ? 2 + Double(i % 3) : 0.5)
      }
      start.append(column.count)
    }
    let pattern = SparsityPattern(rowCount: n, columnCount: n, rowStart: start, column: column)
    return InnerProduct(SparseMatrix(pattern: pattern, values: values), name: "tridiagonal")
  }

  @Test(arguments: SnapshotDissimilarity.allCases)
  func `they are what the inner product says, however little fits into memory`(
    measure: SnapshotDissimilarity
  ) throws {
    let (n, m) = (40, 31)
    let states = DenseMatrix.random(n, m, seed: 5)
    for product in [InnerProduct<Double>(euclidean: n), Self.product(n)] {
      let d = try DissimilarityMatrix(
        of: SnapshotSet(states: states), in: product, measure: measure)
      for i in 0..<m {
        for j in 0..<m {
          let (u, v) = (states.column(i), states.column(j))
          let c = product(u, v) / (product.norm(u) * product.norm(v))
          let expected =
            switch measure {
            case .euclidean: product.norm(zip(u, v).map { $0 - $1 })
            case .cosine: i == j ? 0 : 1 - c
            case .sine: i == j ? 0 : (1 - c * c).squareRoot()
            }
          #expect((d[i, j] - expected).magnitude < 1e-13)
          #expect(d[i, j] == d[j, i])
        }
      }
      let small = try DissimilarityMatrix(
        of: SnapshotSet(states: states), in: product, measure: measure, memory: 5000)
      #expect(zip(small.packed, d.packed).allSatisfy { ($0 - $1).magnitude < 1e-14 })
    }
  }

  @Test func `the sine is blind to scale and sign, and a metric on lines`() throws {
    let (n, m) = (7, 24)
    let states = DenseMatrix.random(n, m, seed: 11)
    var scaled = states
    for j in 0..<m {
      for i in 0..<n {
        scaled[i, j] *= (j % 2 == 0 ? -1 : 1) * Double.pow(10, Double(j * 20 - 250))
      }
    }
    let product = Self.product(n)
    let d = try DissimilarityMatrix(of: SnapshotSet(states: states), in: product, measure: .sine)
    let e = try DissimilarityMatrix(of: SnapshotSet(states: scaled), in: product, measure: .sine)
    for i in 0..<m {
      for j in 0..<m {
        #expect((d[i, j] - e[i, j]).magnitude < 1e-14)
        for k in 0..<m { #expect(d[i, k] <= d[i, j] + d[j, k] + 1e-14) }
      }
    }
    // Amplitudes ten decades below the largest are worth a sentence.
    #expect(e.notes.count == 1 && d.notes.isEmpty)
  }

  @Test(arguments: [1e-3, 1e-5, 1e-7, 1e-9, 1e-11])
  func `small angles and distances keep their digits`(angle: Double) throws {
    let n = 300
    for product in [InnerProduct<Double>(euclidean: n), Self.product(n)] {
      let axes = try ReducedBasis(spanning: DenseMatrix.random(n, 2, seed: 3), in: product).vectors
      let (u, w) = (axes.column(0), axes.column(1))
      let v = zip(u, w).map { -3 * (Double.cos(angle) * $0 + Double.sin(angle) * $1) }
      let near = zip(u, w).map { $0 + angle * $1 }
      let states = DenseMatrix(rowCount: n, columns: [u, v, near])
      let source = SnapshotSet(states: states)
      let tolerance = 1e-6 * max(1, 1e-9 / angle)
      let sine = try DissimilarityMatrix(of: source, in: product, measure: .sine)
      #expect((sine[0, 1] / Double.sin(angle) - 1).magnitude < tolerance)
      let cosine = try DissimilarityMatrix(of: source, in: product, measure: .cosine)
      let half = Double.sin(Double.atan(angle) / 2)
      #expect((cosine[0, 2] / (2 * half * half) - 1).magnitude < 2 * tolerance)
      let distance = try DissimilarityMatrix(of: source, in: product, measure: .euclidean)
      #expect((distance[0, 2] / angle - 1).magnitude < tolerance)
    }
  }

  @Test func `equal snapshots are zero apart, also at the ends of the range of numbers`() throws {
    let u = DenseMatrix.random(50, 1, seed: 9).column(0)
    let factors = [1, 1, -4, 1e-290, 1e290, 1e-308]
    let states = DenseMatrix(rowCount: 50, columns: factors.map { f in u.map { f * $0 } })
    let product = Self.product(50)
    let sine = try DissimilarityMatrix(
      of: SnapshotSet(states: states), in: product, measure: .sine)
    #expect(sine.packed.allSatisfy { $0 < 1e-14 })
    #expect(sine[0, 1] == 0 && sine[0, 2] == 0)
    let distance = try DissimilarityMatrix(
      of: SnapshotSet(states: states), in: product, measure: .euclidean)
    #expect(distance[0, 1] == 0)
    #expect((distance[3, 0] / product.norm(u) - 1).magnitude < 1e-14)
    #expect((distance[4, 0] / product.norm(u) / 1e290 - 1).magnitude < 1e-14)
    #expect((distance[5, 3] / product.norm(u) / 1e-290 - 1).magnitude < 1e-13)
  }

  @Test func `zero snapshots, no snapshots and other lengths are refused by name`() throws {
    var states = DenseMatrix.random(6, 5, seed: 2)
    for j in [1, 3] { states.setColumn(j, [Double](repeating: 0, count: 6)) }
    let product = InnerProduct<Double>(euclidean: 6)
    let error = #expect(throws: SnapshotError.self) {
      try DissimilarityMatrix(of: SnapshotSet(states: states), in: product, measure: .sine)
    }
    #expect(error?.description.hasPrefix("snapshots 1, 3 are zero") == true)
    let distance = try DissimilarityMatrix(
      of: SnapshotSet(states: states), in: product, measure: .euclidean)
    #expect(distance[1, 3] == 0)
    #expect(throws: SnapshotError.empty(source: "the snapshots")) {
      try DissimilarityMatrix(
        of: SnapshotSet(states: DenseMatrix<Double>(rowCount: 6, columnCount: 0)), in: product,
        measure: .sine)
    }
    #expect(throws: SnapshotError.self) {
      try DissimilarityMatrix(
        of: SnapshotSet(states: states), in: InnerProduct(euclidean: 5), measure: .euclidean)
    }
    let one = try DissimilarityMatrix(
      of: SnapshotSet(states: states.columns(0..<1)), in: product, measure: .sine)
    #expect(one.count == 1 && one.packed.isEmpty)
  }

  @Test func `the number of threads leaves no trace`() throws {
    let source = SnapshotSet(states: DenseMatrix.random(60, 300, seed: 8))
    let product = Self.product(60)
    let threads = Threads.count
    defer { Threads.count = threads }
    Threads.count = 1
    let d = try DissimilarityMatrix(of: source, in: product, measure: .sine)
    let clusters = try KMedoids(of: d, count: 7, starts: 3)
    Threads.count = 3
    #expect(try DissimilarityMatrix(of: source, in: product, measure: .sine) == d)
    #expect(try KMedoids(of: d, count: 7, starts: 3) == clusters)
  }

  @Test func `a further snapshot is measured against given ones`() throws {
    let states = DenseMatrix.random(20, 6, seed: 4)
    let product = Self.product(20)
    let d = try DissimilarityMatrix(
      of: SnapshotSet(states: states), in: product, measure: .sine)
    let row = try DissimilarityMatrix.distances(
      of: states.column(2), to: states, in: product, measure: .sine)
    for j in 0..<6 { #expect((row[j] - d[2, j]).magnitude < 1e-14) }
  }

  @Test func `more pairs than the memory holds are refused with numbers`() throws {
    let set = SnapshotSet(states: DenseMatrix.random(3, 20_000, seed: 4))
    let product = InnerProduct<Double>(euclidean: 3)
    let error = #expect(throws: SnapshotError.self) {
      try DissimilarityMatrix(of: set, in: product, measure: .sine, memory: 400_000_000)
    }
    #expect(
      error
        == .refused(
          "the dissimilarities of 20000 objects take 1.6 GB, the memory is 0.4 GB: allow more, or "
            + "cluster at most 10000 of them, for example one of every 2"))
    #expect(throws: SnapshotError.self) {
      try DissimilarityMatrix(betweenColumnsOf: set.states, memory: 400_000_000)
    }
    let wide = SnapshotSet(states: DenseMatrix.random(40, 40, seed: 4))
    let coordinates = #expect(throws: SnapshotError.self) {
      try SnapshotCoordinates(of: wide, in: InnerProduct(euclidean: 40), memory: 12_000)
    }
    #expect("\(try #require(coordinates))".contains("take 12800 bytes"))
  }
}
