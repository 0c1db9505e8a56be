import LinearAlgebra
import ModelReduction
import TestSupport
import Testing

private typealias Matrix = DenseMatrix<Double>

/// Decaying random snapshots around a mean a hundred times larger than they are.
private func snapshots(_ count: Int, seed: UInt64) -> Matrix {
  var shapes = SeededRandom(seed: 3)
  let (n, rank) = (80, 12)
  let u = Matrix(
    rowCount: n, columnCount: rank, values: (0..<n * rank).map { _ in shapes.uniform() })
  var random = SeededRandom(seed: seed)
  var c = Matrix(
    rowCount: rank, columnCount: count, values: (0..<rank * count).map { _ in random.uniform() })
  c.scaleRows(by: (0..<rank).map { 1 / Double(1 << $0) })
  var result = u * c
  for j in 0..<count { for i in 0..<n { result[i, j] += 10 + 0.3 * Double(i) } }
  return result
}

/// The mass matrix of linear elements on a line, with one stiff end.
private let mass: InnerProduct<Double> = {
  var (rows, columns, values) = ([Int32](), [Int32](), [Double]())
  for i in 0..<80 {
    for (j, value) in [(i - 1, 1.0), (i, i == 0 ? 9 : 4), (i + 1, 1)] where j >= 0 && j < 80 {
      rows.append(Int32(i))
      columns.append(Int32(j))
      values.append(value / 6)
    }
  }
  return InnerProduct(
    SparseMatrix(rowCount: 80, columnCount: 80, rows: rows, columns: columns, entries: values),
    name: "mass")
}()

private let products: [InnerProduct<Double>] = [
  InnerProduct(euclidean: 80),
  InnerProduct(weights: (0..<80).map { 1 / (1 + Double($0)) }), mass,
]

/// What `ritz reduce` writes of snapshots.
private func file(
  _ states: Matrix, in product: InnerProduct<Double>, _ centring: Centring, size: Int = .max
) throws -> BasisFile {
  let pod = try POD(
    of: SnapshotSet(states: states), in: product,
    options: PODOptions(size: size, centring: centring))
  var file = BasisFile(modes: pod.basis.vectors, singularValues: pod.singularValues)
  file.mean = pod.report?.mean
  var rest = states
  if let mean = file.mean { rest = centred(rest, mean) }
  file.coefficients = pod.basis.vectors.adjointTimes(product.apply(rest))
  return file
}

private func centred(_ states: Matrix, _ mean: [Double]) -> Matrix {
  var rest = states
  for j in 0..<rest.columnCount { for i in 0..<rest.rowCount { rest[i, j] -= mean[i] } }
  return rest
}

private func selected(_ states: Matrix, _ places: [Int]) -> Matrix {
  Matrix(rowCount: states.rowCount, columns: places.map { states.column($0) })
}

/// The basis is that of these snapshots reduced at once, and its coordinates tell them.
private func expect(
  _ basis: UpdatedBasis, isThatOf states: Matrix, _ centring: Centring,
  _ location: SourceLocation = #_sourceLocation
) throws {
  let product = basis.product
  let all = try POD(
    of: SnapshotSet(states: states), in: product, options: PODOptions(centring: centring))
  let unit = all.singularValues[0]
  #expect(basis.rank == all.basis.size, sourceLocation: location)
  for (a, b) in zip(basis.singularValues, all.singularValues) {
    #expect(abs(a - b) <= 1e-12 * unit, sourceLocation: location)
  }
  // σ times the modes up to sign, which round-off turns by ε σ₁ / gap.
  let defect = basis.modes.adjointTimes(product.apply(basis.modes)) - .identity(basis.rank)
  #expect(defect.values.allSatisfy { abs($0) < 1e-13 }, sourceLocation: location)
  let overlap = basis.modes.adjointTimes(product.apply(all.basis.vectors))
  for k in 0..<min(basis.rank, all.basis.size) {
    #expect(
      abs(1 - abs(overlap[k, k])) * basis.singularValues[k] < 1e-12 * unit,
      sourceLocation: location)
  }
  if centring == .mean {
    let (mean, expected) = (try #require(basis.mean), try #require(all.report?.mean))
    for (a, b) in zip(mean, expected) {
      #expect(abs(a - b) < 1e-12 * norm(expected), sourceLocation: location)
    }
  } else {
    #expect(basis.mean == nil, sourceLocation: location)
  }
  let rest = basis.mean.map { centred(states, $0) } ?? states
  let coefficients = try #require(basis.coefficients)
  #expect(
    (basis.modes * coefficients - rest).frobeniusNorm < 1e-12 * states.frobeniusNorm,
    sourceLocation: location)
}

@Suite struct `Bases that follow their snapshots in any product` {
  @Test(arguments: products.indices, Centring.allCases)
  func `new snapshots give the basis of all at once`(product: Int, centring: Centring) throws {
    let (old, new) = (snapshots(30, seed: 1), snapshots(37, seed: 2))
    var basis = try UpdatedBasis(
      try file(old, in: products[product], centring), in: products[product])
    try basis.append(contentsOf: SnapshotSet(states: new), blockSize: 5)
    try expect(basis, isThatOf: old.appendingColumns(of: new), centring)
    #expect(basis.errorBound < 1e-12 * old.frobeniusNorm)
  }

  @Test(arguments: products.indices, Centring.allCases)
  func `forgotten and replaced snapshots leave no trace`(
    product: Int, centring: Centring
  ) throws {
    let (old, new) = (snapshots(30, seed: 1), snapshots(4, seed: 2))
    var basis = try UpdatedBasis(
      try file(old, in: products[product], centring), in: products[product])
    try basis.remove([29, 3, 0, 17])
    let left = selected(old, (0..<30).filter { ![29, 3, 0, 17].contains($0) })
    try expect(basis, isThatOf: left, centring)
    try basis.replace([5, 0, 25, 11], by: new)
    var replaced = left
    for (k, place) in [5, 0, 25, 11].enumerated() { replaced.setColumn(place, new.column(k)) }
    try expect(basis, isThatOf: replaced, centring)
    // Fewer snapshots than the rank was.
    try basis.remove(Array(5..<26))
    try expect(basis, isThatOf: replaced.columns(0..<5), centring)
    try basis.replace([0, 1, 2, 3, 4], by: new.appendingColumns(of: old.columns(0..<1)))
    try expect(basis, isThatOf: new.appendingColumns(of: old.columns(0..<1)), centring)
  }

  @Test(arguments: products.indices)
  func `order and blocks do not matter`(product: Int) throws {
    let (old, new) = (snapshots(20, seed: 1), snapshots(40, seed: 2))
    let start = try UpdatedBasis(
      try file(old, in: products[product], .mean), in: products[product])
    var (a, b) = (start, start)
    try a.append(new)
    for j in (0..<40).reversed() { try b.append(new.columns(j..<j + 1)) }
    for (x, y) in zip(a.singularValues, b.singularValues) {
      #expect(abs(x - y) < 1e-12 * a.singularValues[0])
    }
    try a.remove(Array(20..<60))
    try b.remove(Array(20..<60))
    try expect(a, isThatOf: old, .mean)
    try expect(b, isThatOf: old, .mean)
  }

  @Test func `decay is the basis of snapshots around their weighted mean`() throws {
    let (old, new) = (snapshots(15, seed: 1), snapshots(9, seed: 2))
    var basis = try UpdatedBasis(try file(old, in: mass, .mean), in: mass)
    try basis.decay(0.5)
    try basis.append(new)
    // Weights 1/4 and 1 by hand.
    let all = old.appendingColumns(of: new)
    let weights = [Double](repeating: 0.25, count: 15) + [Double](repeating: 1, count: 9)
    let mean = all * weights.map { $0 / weights.reduce(0, +) }
    var scaled = centred(all, mean)
    scaled.scaleColumns(by: weights.map { $0.squareRoot() })
    let pod = try POD(of: SnapshotSet(states: scaled), in: mass, options: PODOptions())
    for (a, b) in zip(basis.singularValues, pod.singularValues) {
      #expect(abs(a - b) < 1e-12 * pod.singularValues[0])
    }
    #expect(zip(try #require(basis.mean), mean).allSatisfy { abs($0 - $1) < 1e-11 })
    #expect(basis.factors == weights.map { $0.squareRoot() })
    // A file carries it on.
    try inFolder { folder in
      for name in ["basis.npz", "basis.h5"] {
        var file = BasisFile(modes: basis.modes, singularValues: basis.singularValues)
        (file.coefficients, file.mean) = (basis.coefficients, basis.mean)
        file.snapshotFactors = basis.factors
        try file.write(to: "\(folder)/\(name)")
        var again = try UpdatedBasis(BasisFile(reading: "\(folder)/\(name)"), in: mass)
        try again.remove([0, 20])
        var direct = basis
        try direct.remove([0, 20])
        for (a, b) in zip(again.singularValues, direct.singularValues) {
          #expect(abs(a - b) < 1e-12 * again.singularValues[0])
        }
        #expect(zip(again.mean ?? [], direct.mean ?? []).allSatisfy { abs($0 - $1) < 1e-11 })
      }
    }
  }

  @Test(arguments: products.indices, Centring.allCases)
  func `what is cut off stays within the bound and the tolerance`(
    product: Int, centring: Centring
  ) throws {
    let (old, new) = (snapshots(30, seed: 1), snapshots(60, seed: 2))
    let product = products[product]
    let full = try file(old, in: product, centring)
    for tolerance in [1e-1, 1e-2, 1e-3] {
      var basis = try UpdatedBasis(full, in: product, tolerance: tolerance)
      try basis.append(contentsOf: SnapshotSet(states: new))
      let all = old.appendingColumns(of: new)
      let rest = basis.mean.map { centred(all, $0) } ?? all
      let missed = rest - basis.modes * (try #require(basis.coefficients))
      let error = dot(missed.values, product.apply(missed).values).squareRoot()
      let size = dot(rest.values, product.apply(rest).values).squareRoot()
      #expect(error <= basis.errorBound * (1 + 1e-9) + 1e-13 * size)
      #expect(basis.errorBound <= tolerance * size * (1 + 1e-9))
    }
    // And after truncation by rank, removal and replacement.
    var basis = try UpdatedBasis(
      try file(old, in: product, centring, size: 4), in: product, rank: 5)
    try basis.append(new)
    try basis.remove(Array(10..<50))
    try basis.replace([3], by: new.columns(7..<8))
    var all = selected(old.appendingColumns(of: new), Array(0..<10) + Array(50..<90))
    all.setColumn(3, new.column(7))
    let mean = try POD(
      of: SnapshotSet(states: all), in: product, options: PODOptions(centring: centring)
    ).report?.mean
    let rest = mean.map { centred(all, $0) } ?? all
    let missed = rest - basis.modes * (try #require(basis.coefficients))
    let error = dot(missed.values, product.apply(missed).values).squareRoot()
    #expect(error <= basis.errorBound && error > 0)
  }

  @Test func `modes stay orthonormal over hundreds of changes`() throws {
    let all = snapshots(400, seed: 4)
    var basis = try UpdatedBasis(try file(all.columns(0..<10), in: mass, .mean), in: mass)
    for j in 10..<400 {
      try basis.append(all.columns(j..<j + 1))
      if j % 7 == 0 { try basis.remove([0]) }
    }
    try expect(basis, isThatOf: all.columns(56..<400), .mean)
  }

  @Test func `what cannot be done is refused and changes nothing`() throws {
    let old = snapshots(6, seed: 1)
    var basis = try UpdatedBasis(try file(old, in: mass, .mean), in: mass)
    let before = basis.singularValues
    var bad = snapshots(2, seed: 3)
    bad[7, 1] = .nan
    #expect(throws: SnapshotError.self) { try basis.append(bad) }
    #expect(throws: SnapshotError.self) { try basis.append(Matrix(rowCount: 3, columnCount: 1)) }
    #expect(throws: SnapshotError.self) { try basis.remove([6]) }
    #expect(throws: SnapshotError.self) { try basis.remove([1, 1]) }
    #expect(throws: SnapshotError.self) { try basis.replace([1], by: old) }
    #expect(throws: SnapshotError.self) { try basis.decay(0) }
    #expect(basis.singularValues == before && basis.factors.count == 6)
    var blind = try file(old, in: mass, .mean)
    blind.coefficients = nil
    let error = #expect(throws: SnapshotError.self) { try UpdatedBasis(blind, in: mass) }
    #expect("\(try #require(error))".contains("ritz reduce -o basis.npz"))
    blind.mean = nil
    var open = try UpdatedBasis(blind, in: mass)
    try open.append(old)
    #expect(open.coefficients == nil)
    #expect(throws: SnapshotError.self) { try open.remove([0]) }
  }
}
