import Files
import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

/// Bumps that travel: n entries, m snapshots whose singular values decay.
private func travellingBumps(_ n: Int, _ m: Int) -> SnapshotSet<Double> {
  var states = DenseMatrix<Double>(rowCount: n, columnCount: m)
  for j in 0..<m {
    for i in 0..<n {
      let d = Double(i) / Double(n) - 0.3 - 0.4 * Double(j) / Double(m)
      states[i, j] = (1 + Double(j % 3)) * Double.exp(-30 * d * d)
    }
  }
  return SnapshotSet(states: states)
}

private func frobenius(
  _ a: DenseMatrix<Double>, _ b: DenseMatrix<Double>, _ product: InnerProduct<Double>
) -> Double {
  (0..<a.columnCount).reduce(0) { sum, j in
    let (u, v) = (a.column(j), b.column(j))
    let norm = product.norm(u.indices.map { u[$0] - v[$0] })
    return sum + norm * norm
  }.squareRoot()
}

@Suite struct `Snapshots in the span of a basis` {
  @Test func `cost a few small integers, and others what they need`() throws {
    let snapshots = travellingBumps(3000, 40)
    let weights = (0..<3000).map { 1e-3 * (1 + Double($0 % 5)) }
    let product = InnerProduct<Double>(weights: weights)
    let pod = try POD(of: snapshots, in: product, tolerance: 1e-6)
    let codec = SnapshotCodec(.basis(pod.basis), norm: .product(product))
    for j in stride(from: 0, to: 40, by: 7) {
      let u = snapshots.states.column(j)
      for relative in [1e-2, 1e-4, 1e-8] {
        let tolerance = relative * product.norm(u)
        let packed = try codec.compressed(u, tolerance: tolerance)
        let back = try packed.values()
        #expect(product.norm(u.indices.map { u[$0] - back[$0] }) <= tolerance * (1 + 1e-12))
        if relative >= 1e-4 { #expect(packed.byteCount < 60 + 4 * pod.basis.size) }
      }
    }
    // A spike outside of the span costs its entry, not all of them.
    var u = snapshots.states.column(5)
    u[17] += 3
    let spike = try codec.compressed(u, tolerance: 1e-3)
    let back = try spike.values()
    #expect(product.norm(u.indices.map { u[$0] - back[$0] }) <= 1e-3)
    #expect(spike.byteCount < 400)
  }

  @Test(arguments: [1, 2, 3, 4, 5])
  func `keep to their tolerance in any norm, whatever the basis`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let (n, k) = (97, Int.random(in: 1...9, using: &random))
    let vectors = DenseMatrix(
      rowCount: n, columnCount: k, values: (0..<n * k).map { _ in random.uniform() })
    let product = InnerProduct<Double>(euclidean: n)
    let basis = try ReducedBasis(spanning: vectors, in: product)
    for norm in [CompressionNorm.maximum, .product(product)] {
      let codec = SnapshotCodec(.basis(basis), norm: norm)
      for scale in [0x1p-1030, 1e-3, 1, 1e300] {
        let u = (0..<n).map { _ in scale * random.uniform() }
        for relative in [0, 1e-12, 1e-3, 0.3, 20] {
          let packed = try codec.compressed(u, tolerance: relative * scale)
          let back = try packed.values()
          let error = u.indices.map { (u[$0] - back[$0]) / scale }
          let size =
            if case .maximum = norm { error.map(\.magnitude).max() ?? 0 } else {
              product.norm(error)
            }
          #expect(size <= relative * (1 + 1e-12))
        }
      }
    }
  }
}

@Suite struct `Decompositions of compressed snapshots` {
  @Test(arguments: [1e-2, 1e-4], [0.1, 0.5])
  func `keep to the tolerance on the true ones, and singular values move by less than the shift`(
    tolerance: Double, share: Double
  ) throws {
    let snapshots = travellingBumps(801, 60)
    let weights = (0..<801).map { 1e-3 * (1 + Double($0 % 7)) }
    for product in [InnerProduct<Double>(euclidean: 801), InnerProduct(weights: weights)] {
      let allowance = try CompressionTolerance(
        of: snapshots, in: product, podTolerance: tolerance, share: share)
      let exact = try POD(of: snapshots, in: product, tolerance: 0)
      let grid = SnapshotCodec.Space.grid(TensorGrid(shape: [801]))
      for (codec, bound) in [
        (SnapshotCodec(grid, norm: .product(product)), allowance.perSnapshot),
        (SnapshotCodec(grid, norm: .maximum), allowance.perEntry(in: product)),
        (
          SnapshotCodec(.basis(exact.basis.prefix(12)), norm: .product(product)),
          allowance.perSnapshot
        ),
      ] {
        let packed = try CompressedSnapshots(snapshots, with: codec, tolerance: bound)
        let near = try packed.snapshots(0..<60)
        let total = allowance.energy.squareRoot()
        #expect(
          frobenius(snapshots.states, near, product)
            <= share * tolerance * total * (1 + 1e-12))
        let pod = try POD(
          of: SnapshotSet(states: near), in: product,
          tolerance: allowance.remainingPODTolerance)
        var lost = 0.0
        for j in 0..<60 {
          let distance = pod.basis.distance(to: snapshots.states.column(j))
          lost += distance * distance
        }
        #expect(lost.squareRoot() <= tolerance * total)
        for k in pod.singularValues.indices {
          #expect(
            (pod.singularValues[k] - exact.singularValues[k]).magnitude
              <= allowance.singularValueShift + 1e-13 * exact.singularValues[0])
        }
      }
    }
  }

  @Test func `are refused tolerances that mean nothing`() {
    for (energy, tolerance, share) in [
      (-1.0, 0.1, 0.1), (.nan, 0.1, 0.1), (.infinity, 0.1, 0.1), (1, -0.1, 0.1), (1, 2, 0.1),
      (1, .nan, 0.1), (1, 0.1, 0), (1, 0.1, 1), (1, 0.1, .nan),
    ] {
      #expect(throws: SnapshotError.self) {
        try CompressionTolerance(
          energy: energy, count: 3, podTolerance: tolerance, share: share)
      }
    }
    #expect(throws: SnapshotError.empty(source: "compression")) {
      try CompressionTolerance(energy: 1, count: 0, podTolerance: 0.1)
    }
  }
}

@Suite struct `Files of compressed snapshots` {
  private func files(_ folder: String) throws -> [(path: String, packed: CompressedSnapshots)] {
    let snapshots = travellingBumps(143, 9)
    let product = InnerProduct<Double>(euclidean: 143)
    let pod = try POD(of: snapshots, in: product, tolerance: 1e-3)
    let codecs = [
      SnapshotCodec(.grid(TensorGrid(shape: [11, 13])), norm: .maximum),
      SnapshotCodec(.entries(143), norm: .product(product)),
      SnapshotCodec(.basis(pod.basis), norm: .product(product)),
      SnapshotCodec(.grid(TensorGrid(shape: [11]), fieldCount: 13), norm: .maximum),
    ]
    var files: [(String, CompressedSnapshots)] = []
    for (i, codec) in codecs.enumerated() {
      let packed = try CompressedSnapshots(snapshots, with: codec, tolerance: 1e-4)
      try packed.write(to: "\(folder)/\(i).rtz")
      files.append(("\(folder)/\(i).rtz", packed))
    }
    return files
  }

  @Test func `give the snapshots that were checked, whole and in parts, and say what they are`()
    throws
  {
    try inFolder { folder in
      for (path, packed) in try files(folder) {
        let file = try ArrayFiles.open(path)
        let wanted = try packed.snapshots(0..<9)
        #expect(try file.snapshots(0..<9) == wanted)
        #expect(try file.read(rows: 5..<40, of: 2..<6) == wanted.columns(2..<6).rows(5..<40))
        #expect(file.access == .wholeSnapshots)
        #expect(file.facts.format == "compressed snapshots")
        #expect(file.precision == packed.precision)
        let closer = try CompressedSnapshotFile(reading: path)
        #expect(closer.tolerances == packed.fields.map(\.tolerance))
        #expect(closer.errors == packed.fields.map(\.error))
        #expect(closer.normName == packed.normName)
      }
    }
  }

  @Test func `are reduced like any other`() throws {
    try inFolder { folder in
      for (path, packed) in try files(folder) {
        let product = InnerProduct<Double>(euclidean: 143)
        let options = PODOptions(tolerance: .energy(1e-2))
        let file = try CompressedSnapshotFile(reading: path)
        let fromFile = try POD(of: file, in: product, options: options)
        let fromMemory = try POD(
          of: SnapshotSet(states: packed.snapshots(0..<9)), in: product, options: options)
        #expect(fromFile.singularValues == fromMemory.singularValues)
        #expect(fromFile.basis.size > 1)
      }
    }
  }

  @Test func `damaged anywhere are refused with a typed error, never read as something else`()
    throws
  {
    try inFolder { folder in
      var random = SeededRandom(seed: 11)
      for (path, packed) in try files(folder) {
        let bytes = try FileBytes.read(path)
        let wanted = try packed.snapshots(0..<9)
        var refused = 0
        for _ in 0..<250 {
          let damaged = ByteMutation.damaged(bytes, &random)
          try FileBytes.write(damaged, to: "\(folder)/damaged")
          do {
            let file = try CompressedSnapshotFile(reading: "\(folder)/damaged")
            #expect(try file.snapshots(0..<9) == wanted)
          } catch is SnapshotError { refused += 1 }
        }
        #expect(refused > 200)
        for length in [0, 1, 7, 8, 23, 24, 30, bytes.count / 2, bytes.count - 1] {
          try FileBytes.write(Array(bytes[..<length]), to: "\(folder)/short")
          #expect(throws: SnapshotError.self) {
            try CompressedSnapshotFile(reading: "\(folder)/short")
          }
        }
      }
    }
  }

  @Test func `have the same bits on one thread and on two`() throws {
    let threads = Threads.count
    defer { Threads.count = threads }
    try inFolder { folder in
      var seen: [[UInt8]] = []
      for count in [1, 2] {
        Threads.count = count
        for (path, _) in try files(folder) { seen.append(try FileBytes.read(path)) }
      }
      #expect(Array(seen[..<4]) == Array(seen[4...]))
    }
  }
}
