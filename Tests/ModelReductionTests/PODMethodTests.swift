import LinearAlgebra
import ModelReduction
import RealModule
import Synchronization
import TestSupport
import Testing

/// S = U Σ Wᵀ of known singular values, U orthonormal in a product.
enum GradedSnapshots {
  static func states(
    _ sigma: [Double], _ n: Int, _ m: Int, in product: InnerProduct<Double>
  ) throws -> DenseMatrix<Double> {
    try `Proper orthogonal decomposition`.graded(sigma, n, m, product) { a, _ in a }
  }

  /// The mass matrix of linear elements on an interval, 3 entries per row.
  static func mass(_ n: Int) -> InnerProduct<Double> {
    var (start, column, values) = ([0], [Int32](), [Double]())
    for i in 0..<n {
      for j in max(0, i - 1)...min(n - 1, i + 1) {
        column.append(Int32(j))
        values.append((i == j ? 4.0 : 1.0) / 6 / Double(n))
      }
      start.append(column.count)
    }
    let pattern = SparsityPattern(rowCount: n, columnCount: n, rowStart: start, column: column)
    return InnerProduct(SparseMatrix(pattern: pattern, values: values), name: "mass")
  }

  /// The stiffness matrix of the same elements with fixed ends.
  static func stiffness(_ n: Int) -> InnerProduct<Double> {
    var (start, column, values) = ([0], [Int32](), [Double]())
    for i in 0..<n {
      for j in max(0, i - 1)...min(n - 1, i + 1) {
        column.append(Int32(j))
        values.append((i == j ? 2.0 : -1.0) * Double(n))
      }
      start.append(column.count)
    }
    let pattern = SparsityPattern(rowCount: n, columnCount: n, rowStart: start, column: column)
    return InnerProduct(SparseMatrix(pattern: pattern, values: values), name: "stiffness")
  }

  static func weights(_ n: Int, decades: Double) -> InnerProduct<Double> {
    InnerProduct(
      weights: (0..<n).map { Double.pow(10, decades * Double($0 * 37 % n) / Double(n)) })
  }

  static func orthogonality(_ basis: ReducedBasis<Double>) -> Double {
    (basis.vectors.adjointTimes(basis.product.apply(basis.vectors)) - .identity(basis.size))
      .frobeniusNorm
  }
}

/// A matrix that hands out only what its access allows, and counts what is in memory.
struct PartwiseSource: SnapshotSource {
  let states: DenseMatrix<Double>
  let access: SnapshotAccess
  var precision = 0x1p-53
  var dimension: Int { states.rowCount }
  var count: Int { states.columnCount }

  func read(rows: Range<Int>, of snapshots: Range<Int>) throws(SnapshotError)
    -> DenseMatrix<Double>
  {
    switch access {
    case .anyPart: break
    case .wholeRows: #expect(snapshots == 0..<count)
    case .wholeSnapshots: #expect(rows == 0..<dimension)
    }
    return states.columns(snapshots).rows(rows)
  }
}

/// A matrix that counts the rows it hands out.
final class CountingSource: SnapshotSource {
  private let states: DenseMatrix<Double>
  private let rows = Mutex(0)

  init(states: DenseMatrix<Double>) { self.states = states }

  var rowsRead: Int { rows.withLock { $0 } }
  var access: SnapshotAccess { .wholeRows }
  var precision: Double { 0x1p-53 }
  var dimension: Int { states.rowCount }
  var count: Int { states.columnCount }

  func read(rows range: Range<Int>, of snapshots: Range<Int>) throws(SnapshotError)
    -> DenseMatrix<Double>
  {
    rows.withLock { $0 += range.count }
    return states.columns(snapshots).rows(range)
  }
}

/// The products, by name: as arguments of tests they would print all their weights.
enum ProductKind: String, CaseIterable {
  case euclidean, weights, mass

  func product(_ n: Int) -> InnerProduct<Double> {
    switch self {
    case .euclidean: InnerProduct(euclidean: n)
    case .weights: GradedSnapshots.weights(n, decades: 12)
    case .mass: GradedSnapshots.mass(n)
    }
  }
}

@Suite struct `POD of a source` {
  @Test(arguments: ProductKind.allCases)
  func `singular values of graded snapshots are right to 1e-14 of the first`(
    kind: ProductKind
  ) throws {
    let product = kind.product(2000)
    let sigma = (0..<60).map { Double.pow(10, -Double($0) / 4) }
    let states = try GradedSnapshots.states(sigma, 2000, 60, in: product)
    let pod = try POD(of: SnapshotSet(states: states), in: product)
    #expect(pod.report?.method == .tallSkinnyQR)
    for (found, expected) in zip(pod.singularValues, sigma) {
      #expect((found - expected).magnitude <= 1e-14)
    }
    #expect(pod.limit == .rank && pod.basis.size >= 53)
    #expect(GradedSnapshots.orthogonality(pod.basis) < 1e-13)
  }

  @Test func `a stiffness product is as accurate as its condition allows`() throws {
    let product = GradedSnapshots.stiffness(2000)
    let sigma = (0..<40).map { Double.pow(10, -Double($0) / 4) }
    let states = try GradedSnapshots.states(sigma, 2000, 40, in: product)
    let pod = try POD(of: SnapshotSet(states: states), in: product, options: .init(size: 30))
    for (found, expected) in zip(pod.singularValues, sigma) {
      #expect((found - expected).magnitude <= 1e-12)
    }
    #expect(GradedSnapshots.orthogonality(pod.basis) < 1e-13)
  }

  @Test(arguments: ProductKind.allCases, [PODMethod.tallSkinnyQR, .snapshots])
  func `the projection error is the energy of what is cut off`(
    kind: ProductKind, method: PODMethod
  ) throws {
    let product = kind.product(2000)
    let sigma = (0..<30).map { Double.pow(10, -Double($0) / 5) }
    let states = try GradedSnapshots.states(sigma, 2000, 40, in: product)
    let pod = try POD(
      of: SnapshotSet(states: states), in: product,
      options: PODOptions(method: method, tolerance: .energy(1e-4)))
    let tail = pod.singularValues.dropFirst(pod.basis.size).reduce(0) { $0 + $1 * $1 }
    let report = try #require(pod.report)
    #expect(report.method == method)
    #expect((report.projectionError.frobenius / tail.squareRoot() - 1).magnitude < 1e-6)
    #expect(report.projectionError.relative <= 1e-4)
    let worst = (0..<40).map {
      pod.basis.distance(to: states.column($0)) / product.norm(states.column($0))
    }
    #expect((report.projectionError.worst / (worst.max() ?? 0) - 1).magnitude < 1e-6)
    #expect(report.projectionError.worstSnapshot == worst.indices.max { worst[$0] < worst[$1] })
    #expect(GradedSnapshots.orthogonality(pod.basis) < 1e-13)
    let fewer = pod.singularValues.dropFirst(pod.basis.size - 1).reduce(0) { $0 + $1 * $1 }
    let total = pod.singularValues.reduce(0) { $0 + $1 * $1 }
    #expect(fewer.squareRoot() > 1e-4 * total.squareRoot())
  }

  @Test func `the worst case is met by every snapshot and by no smaller basis`() throws {
    let product = GradedSnapshots.mass(900)
    let sigma = (0..<30).map { Double.pow(10, -Double($0) / 5) }
    for m in [40, 1200] {
      let states = try GradedSnapshots.states(sigma, 900, m, in: product)
      let pod = try POD(
        of: SnapshotSet(states: states), in: product,
        options: PODOptions(tolerance: .worstCase(1e-3)))
      func worst(_ basis: ReducedBasis<Double>) -> Double {
        (0..<m).map { basis.distance(to: states.column($0)) / product.norm(states.column($0)) }
          .max() ?? 0
      }
      #expect(worst(pod.basis) <= 1e-3)
      #expect(worst(pod.basis.prefix(pod.basis.size - 1)) > 1e-3)
    }
  }

  @Test func `tolerances in units of the snapshots are met`() throws {
    let sigma = (0..<30).map { 7 * Double.pow(10, -Double($0) / 5) }
    let product = InnerProduct<Double>(euclidean: 800)
    let set = SnapshotSet(states: try GradedSnapshots.states(sigma, 800, 30, in: product))
    let frobenius = try POD(of: set, options: PODOptions(tolerance: .frobenius(1e-2)))
    #expect((frobenius.report?.projectionError.frobenius ?? 1) <= 1e-2)
    let single = try POD(of: set, options: PODOptions(tolerance: .singularValue(1e-2)))
    #expect(single.basis.size == sigma.prefix { $0 > 1e-2 }.count)
  }

  @Test func `the method is chosen by the modes that are asked for`() throws {
    // Large enough for the choice to matter: N m² is above 10⁹.
    let product = InnerProduct<Double>(euclidean: 26_000)
    let sigma = (0..<40).map { Double.pow(10, -Double($0) / 4) }
    let set = SnapshotSet(states: try GradedSnapshots.states(sigma, 26_000, 200, in: product))
    func method(_ tolerance: PODTolerance, size: Int = .max) throws -> PODMethod? {
      try POD(of: set, options: PODOptions(tolerance: tolerance, size: size)).report?.method
    }
    #expect(try method(.energy(1e-4)) == .snapshots)
    #expect(try method(.energy(0), size: 28) == .snapshots)
    #expect(try method(.energy(0), size: 30) == .tallSkinnyQR)
    #expect(try method(.energy(1e-9)) == .tallSkinnyQR)
    #expect(try method(.energy(0)) == .tallSkinnyQR)
  }

  @Test func `few numbers are decomposed the accurate way, whatever is asked for`() throws {
    let states = try GradedSnapshots.states([1, 0.1, 1e-9], 100, 5, in: .init(euclidean: 100))
    let pod = try POD(
      of: SnapshotSet(states: states), options: PODOptions(tolerance: .energy(0.5)))
    #expect(pod.report?.method == .tallSkinnyQR && pod.basis.size == 1)
    #expect(abs(pod.singularValues[2] - 1e-9) < 1e-14)
  }

  @Test func `the method of snapshots is refused below its floor`() throws {
    let product = InnerProduct<Double>(euclidean: 500)
    let sigma = (0..<40).map { Double.pow(10, -Double($0) / 4) }
    let set = SnapshotSet(states: try GradedSnapshots.states(sigma, 500, 60, in: product))
    for tolerance in [PODTolerance.energy(0), .energy(1e-8), .frobenius(1e-9)] {
      #expect(throws: SnapshotError.self) {
        try POD(of: set, options: PODOptions(method: .snapshots, tolerance: tolerance))
      }
    }
    let pod = try POD(
      of: set, options: PODOptions(method: .snapshots, tolerance: .energy(1e-4)))
    let bounds = try #require(pod.report?.errorBounds)
    for k in sigma.indices {
      #expect((pod.singularValues[k] - sigma[k]).magnitude <= bounds[k])
    }
  }

  @Test(arguments: ProductKind.allCases, [Centring.none, .mean])
  func `nearly dependent snapshots are decomposed from those that span them`(
    kind: ProductKind, centring: Centring
  ) throws {
    let product = kind.product(3000)
    // Of 80 snapshots, 29 are independent to the round-off of their Gram matrix.
    let sigma = (0..<80).map { $0 < 60 ? Double.pow(10, -Double($0) * 0.28) : 0 }
    let states = try GradedSnapshots.states(sigma, 3000, 80, in: product)
    var options = PODOptions(method: .snapshots, tolerance: .energy(1e-4), centring: centring)
    let pod = try POD(of: SnapshotSet(states: states), in: product, options: options)
    options.method = .tallSkinnyQR
    let accurate = try POD(of: SnapshotSet(states: states), in: product, options: options)
    let bounds = try #require(pod.report?.errorBounds)
    let round = try #require(accurate.report?.errorBounds)
    #expect(pod.singularValues.count == 80 && bounds.count == 80)
    for k in 0..<80 {
      let distance = (pod.singularValues[k] - accurate.singularValues[k]).magnitude
      #expect(distance <= bounds[k] + round[k])
    }
    #expect(pod.basis.size == accurate.basis.size)
    #expect(GradedSnapshots.orthogonality(pod.basis) < 1e-13)
    let (a, b) = (
      try #require(pod.report?.projectionError), try #require(accurate.report?.projectionError)
    )
    #expect((a.frobenius / b.frobenius - 1).magnitude < 1e-5)
    #expect((a.worst / b.worst - 1).magnitude < 1e-5)
    let angles = accurate.basis.vectors.adjointTimes(product.apply(pod.basis.vectors))
    // Turned by no more than round-off of the squares, 8 ε for each snapshot, over σ_n.
    let cosine = try SVD(angles).singularValues.last ?? 0
    let turned = (80 * 8 * Double.ulpOfOne).squareRoot() / pod.singularValues[pod.basis.size - 1]
    #expect((1 - cosine * cosine).squareRoot() < turned * pod.singularValues[0])
  }

  @Test(arguments: [SnapshotAccess.anyPart, .wholeRows])
  func `parts under a cap give the decomposition of the whole`(access: SnapshotAccess) throws {
    let product = GradedSnapshots.weights(30_000, decades: 6)
    let sigma = (0..<20).map { Double.pow(10, -Double($0) / 2) }
    let states = try GradedSnapshots.states(sigma, 30_000, 20, in: product)
    let options = PODOptions(centring: .mean)
    let whole = try POD(of: SnapshotSet(states: states), in: product, options: options)
    var capped = options
    capped.memory = 400_000
    let parts = try POD(
      of: PartwiseSource(states: states, access: access), in: product, options: capped)
    for (a, b) in zip(whole.singularValues, parts.singularValues) {
      #expect((a - b).magnitude < 1e-14 * whole.singularValues[0])
    }
    #expect(whole.basis.size == parts.basis.size)
    #expect(GradedSnapshots.orthogonality(parts.basis) < 1e-13)
    #expect((parts.report?.projectionError.relative ?? 1) < 1e-13)
  }

  @Test(arguments: [PODMethod.snapshots, .tallSkinnyQR])
  func `two passes over the rows make a basis and verify it on the data`(
    method: PODMethod
  ) throws {
    let product = GradedSnapshots.weights(30_000, decades: 3)
    let sigma = (0..<20).map { Double.pow(10, -Double($0) / 4) }
    let states = try GradedSnapshots.states(sigma, 30_000, 20, in: product)
    let source = CountingSource(states: states)
    let pod = try POD(
      of: source, in: product,
      options: PODOptions(method: method, tolerance: .energy(1e-2), memory: 400_000))
    #expect(source.rowsRead == 2 * 30_000)
    let error = try #require(pod.report?.projectionError)
    #expect(error.verification == .onData)
    // The distances, by projecting with the basis that was returned.
    let v = pod.basis.vectors
    let rest = states - v * v.adjointTimes(product.apply(states))
    let image = product.apply(rest)
    let squares = (0..<20).map { dot(rest.column($0), image.column($0)) }
    let lost = squares.reduce(0, +).squareRoot()
    #expect((error.frobenius / lost - 1).magnitude < 1e-6)
    let worst = (0..<20).map {
      (squares[$0] / dot(states.column($0), product.apply(states).column($0))).squareRoot()
    }
    #expect((error.worst / (worst.max() ?? 0) - 1).magnitude < 1e-6)
  }

  @Test func `order of snapshots and rotation of space leave singular values`() throws {
    let product = InnerProduct<Double>(euclidean: 300)
    let sigma = (0..<30).map { Double.pow(10, -Double($0) / 2) }
    let states = try GradedSnapshots.states(sigma, 300, 30, in: product)
    let q = try `Proper orthogonal decomposition`.orthonormal(300, 300, product, seed: 9) {
      a, _ in a
    }
    let reversed = DenseMatrix(
      rowCount: 300, columns: (0..<30).reversed().map { states.column($0) })
    let a = try POD(of: SnapshotSet(states: states))
    let others = [
      try POD(of: SnapshotSet(states: reversed)), try POD(of: SnapshotSet(states: q * states)),
      // Transposition: many snapshots of few entries.
      try POD(of: SnapshotSet(states: states.transposed())),
    ]
    for b in others {
      for (x, y) in zip(a.singularValues, b.singularValues) {
        #expect((x - y).magnitude < 1e-14)
      }
    }
  }

  @Test func `many snapshots of few entries are decomposed in any product`() throws {
    for kind in ProductKind.allCases {
      let product = kind.product(50)
      let sigma = (0..<40).map { Double.pow(10, -Double($0) / 3) }
      let states = try GradedSnapshots.states(sigma, 50, 700, in: product)
      for source in [SnapshotSet(states: states)] as [any SnapshotSource]
        + [PartwiseSource(states: states, access: .wholeSnapshots)]
      {
        let pod = try decompose(source, product, PODOptions(memory: 100_000))
        for (found, expected) in zip(pod.singularValues, sigma) {
          #expect((found - expected).magnitude < 1e-14)
        }
        #expect(pod.singularValues.count == 50)
        #expect(GradedSnapshots.orthogonality(pod.basis) < 1e-13)
        #expect((pod.report?.projectionError.relative ?? 1) < 1e-13)
      }
    }
  }

  private func decompose(
    _ source: some SnapshotSource, _ product: InnerProduct<Double>, _ options: PODOptions
  ) throws -> POD<Double> {
    try POD(of: source, in: product, options: options)
  }

  @Test func `any number of threads gives the same bits`() throws {
    let product = GradedSnapshots.mass(20_000)
    var random = SeededRandom(seed: 5)
    let states = DenseMatrix(
      rowCount: 20_000, columnCount: 12,
      values: (0..<240_000).map { _ in random.uniform() })
    let threads = Threads.count
    defer { Threads.count = threads }
    for product in [product, InnerProduct(euclidean: 20_000)] {
      for method in [PODMethod.tallSkinnyQR, .snapshots] {
        let results = try [1, 2, 5].map { count in
          Threads.count = count
          return try POD(
            of: SnapshotSet(states: states), in: product,
            options: PODOptions(method: method, tolerance: .energy(0.1)))
        }
        #expect(results[0].singularValues == results[1].singularValues)
        #expect(results[0].basis.vectors == results[1].basis.vectors)
        #expect(results[0].basis.vectors == results[2].basis.vectors)
        #expect(results[0].report?.projectionError == results[2].report?.projectionError)
      }
    }
  }
}

@Suite struct `POD of difficult snapshots` {
  @Test func `the mean is taken out and kept`() throws {
    let product = InnerProduct<Double>(euclidean: 200)
    let sigma = [1.0, 0.1, 0.01]
    var states = try GradedSnapshots.states(sigma, 200, 9, in: product)
    for j in 0..<9 { for i in 0..<200 { states[i, j] += Double(i) } }
    let pod = try POD(of: SnapshotSet(states: states), options: PODOptions(centring: .mean))
    let mean = try #require(pod.report?.mean)
    for i in 0..<200 {
      let expected = (0..<9).reduce(0) { $0 + states[i, $1] } / 9
      #expect((mean[i] - expected).magnitude < 1e-12)
    }
    for j in 0..<9 {
      let centred = zip(states.column(j), mean).map { $0 - $1 }
      #expect(pod.basis.distance(to: centred) < 1e-11)
    }
    #expect(pod.basis.size == 3)
  }

  @Test(arguments: [SnapshotField.Scaling.norm, .max, .given(1e6)])
  func `a scaled field does not drown the other`(scaling: SnapshotField.Scaling) throws {
    var random = SeededRandom(seed: 8)
    var states = DenseMatrix<Double>(rowCount: 100, columnCount: 4)
    for j in 0..<4 {
      let (a, b) = (random.uniform(), random.uniform())
      for i in 0..<50 { states[i, j] = 1e6 * a * Double(i + 1) / 50 }
      for i in 50..<100 { states[i, j] = b * Double(i) / 100 }
    }
    let fields = [
      SnapshotField("pressure", rows: 0..<50, scaling: scaling),
      SnapshotField("saturation", rows: 50..<100, scaling: .none),
    ]
    let tolerance = PODTolerance.energy(1e-3)
    let plain = try POD(of: SnapshotSet(states: states), options: PODOptions(tolerance: tolerance))
    #expect(plain.basis.size == 1)
    let products = [
      nil, InnerProduct<Double>(weights: [Double](repeating: 2, count: 100)),
      GradedSnapshots.mass(100),
    ]
    for product in products {
      let pod = try POD(
        of: SnapshotSet(states: states), in: product,
        options: PODOptions(tolerance: tolerance, fields: fields))
      #expect(pod.basis.size == 2)
      #expect(GradedSnapshots.orthogonality(pod.basis) < 1e-13)
      let scale = try #require(pod.report?.scales.first?.scale)
      #expect(scaling == .norm || (scale / 1e6 > 0.3 && scale / 1e6 <= 1))
      #expect(
        pod.basis.distance(to: states.column(2)) < 1e-10 * pod.basis.product.norm(states.column(2)))
    }
  }

  @Test func `nothing, one, equal and vanishing snapshots have exact answers`() throws {
    #expect(throws: SnapshotError.empty(source: "the snapshots")) {
      try POD(of: SnapshotSet(states: DenseMatrix<Double>(rowCount: 5, columnCount: 0)))
    }
    #expect(throws: SnapshotError.self) {
      try POD(of: SnapshotSet(states: DenseMatrix<Double>(rowCount: 0, columnCount: 3)))
    }
    let column = (0..<300).map { Double($0) - 20 }
    for kind in ProductKind.allCases {
      let product = kind.product(300)
      for (count, method) in [(1, PODMethod.automatic), (7, .automatic), (400, .automatic)] {
        let states = DenseMatrix(rowCount: 300, columns: .init(repeating: column, count: count))
        let options = PODOptions(method: method)
        let pod = try POD(of: SnapshotSet(states: states), in: product, options: options)
        #expect(pod.basis.size == 1 && pod.numericalRank == 1)
        let expected = Double(count).squareRoot() * product.norm(column)
        #expect((pod.singularValues[0] / expected - 1).magnitude < 1e-13)
        let centred = try POD(
          of: SnapshotSet(states: states), in: product, options: PODOptions(centring: .mean))
        #expect(centred.singularValues.allSatisfy { $0 <= 1e-13 * expected })
        let zero = try POD(
          of: SnapshotSet(states: DenseMatrix(rowCount: 300, columnCount: count)), in: product,
          options: options)
        #expect(zero.basis.size == 0 && zero.numericalRank == 0)
        #expect(zero.singularValues.allSatisfy { $0 == 0 })
        #expect(zero.report?.projectionError.frobenius == 0)
        #expect(zero.report?.projectionError.relative == 0)
      }
    }
  }

  @Test(arguments: [1e-200, 1e200])
  func `snapshots at the ends of the range of numbers are decomposed`(unit: Double) throws {
    let product = InnerProduct<Double>(euclidean: 200)
    let sigma = [1.0, 1e-2, 1e-4]
    let states = unit * (try GradedSnapshots.states(sigma, 200, 9, in: product))
    let pod = try POD(
      of: SnapshotSet(states: states), options: PODOptions(tolerance: .energy(1e-3)))
    #expect(pod.basis.size == 2)
    for (found, expected) in zip(pod.singularValues, sigma) {
      #expect((found / unit - expected).magnitude < 1e-14)
    }
    #expect(((pod.report?.projectionError.frobenius ?? 0) / unit - 1e-4).magnitude < 1e-10)
  }

  @Test(arguments: [Double.nan, .infinity])
  func `a number that is none is named by its place`(value: Double) throws {
    var states = DenseMatrix<Double>(
      rowCount: 60, columnCount: 5, values: (0..<300).map { Double($0 % 17) })
    states[41, 3] = value
    for method in [PODMethod.automatic, .tallSkinnyQR, .snapshots] {
      for (turned, place) in [(states, (41, 3)), (states.transposed(), (3, 41))] {
        do throws(SnapshotError) {
          _ = try POD(
            of: SnapshotSet(states: turned),
            options: PODOptions(method: method, tolerance: .energy(0.1)))
          Issue.record("accepted \(value)")
        } catch {
          guard case .notFinite(_, let row, let snapshot, _) = error else {
            Issue.record("\(error)")
            return
          }
          #expect(row == place.0 && snapshot == place.1)
        }
      }
    }
  }

  @Test func `products that are none are refused`() throws {
    let set = SnapshotSet(
      states: DenseMatrix<Double>(rowCount: 4, columnCount: 2, values: (0..<8).map(Double.init)))
    func product(_ a: [Double], off: Double = 0, lower: Double? = nil) -> InnerProduct<Double> {
      let pattern = SparsityPattern(
        rowCount: 4, columnCount: 4, rowStart: [0, 2, 4, 5, 6], column: [0, 1, 0, 1, 2, 3])
      return InnerProduct(
        SparseMatrix(pattern: pattern, values: [a[0], off, lower ?? off, a[1], a[2], a[3]]),
        name: "X")
    }
    let wrong: [InnerProduct<Double>] = [
      InnerProduct(euclidean: 5), InnerProduct(weights: [1, 0, 1, 1]),
      InnerProduct(weights: [1, 2, -1, 1]), InnerProduct(weights: [1, .nan, 1, 1]),
      InnerProduct(weights: [1, 2, 3]), product([1, 1, -1, 1]), product([1, 1, 1, 0]),
      product([1, 1, 1, 1], off: 2), product([1, 1, 1, 1], off: 0.5, lower: 0.4),
      product([1, .nan, 1, 1]),
    ]
    for product in wrong {
      #expect(throws: SnapshotError.self) { try POD(of: set, in: product) }
    }
    #expect(try POD(of: set, in: product([1, 1, 1, 1], off: 0.9)).basis.size == 2)
    #expect(throws: SnapshotError.self) {
      try POD(of: set, options: PODOptions(tolerance: .energy(-1)))
    }
    #expect(throws: SnapshotError.self) {
      try POD(of: set, options: PODOptions(tolerance: .energy(.nan)))
    }
    #expect(throws: SnapshotError.self) { try POD(of: set, options: PODOptions(size: -1)) }
    #expect(throws: SnapshotError.self) { try POD(of: set, options: PODOptions(memory: 0)) }
    for rows in [0..<5, -1..<2] {
      #expect(throws: SnapshotError.self) {
        try POD(
          of: set,
          options: PODOptions(fields: [SnapshotField("a", rows: rows, scaling: .norm)]))
      }
    }
  }

  @Test func `the noise of single precision is told from the data`() throws {
    let product = InnerProduct<Double>(euclidean: 4000)
    let sigma = (0..<50).map { Double.pow(10, -Double($0) / 4) }
    let exact = try GradedSnapshots.states(sigma, 4000, 50, in: product)
    let stored = DenseMatrix(
      rowCount: 4000, columnCount: 50, values: exact.values.map { Double(Float($0)) })
    let pod = try POD(
      of: PartwiseSource(states: stored, access: .anyPart, precision: 0x1p-24))
    let report = try #require(pod.report)
    let noise = try SVD.singularValues(of: stored - exact)[0]
    #expect(report.sourceNoise > 0.5 * noise && report.sourceNoise < 4 * noise)
    #expect(pod.basis.size > report.rankAboveNoise)
    #expect(report.notes.contains { $0.contains("noise of the source") })
    // What is above the noise is right.
    for k in 0..<report.rankAboveNoise {
      #expect((pod.singularValues[k] - sigma[k]).magnitude <= 2 * noise)
    }
  }
}
