import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

@Suite struct `Reconstruction from points` {
  /// Orthonormal cosines on a line of n points.
  static func cosines(_ n: Int, _ r: Int) -> DenseMatrix<Double> {
    DenseMatrix(
      rowCount: n,
      columns: (0..<r).map { k in
        (0..<n).map { i in
          let scale = (k == 0 ? 1 : 2.0.squareRoot()) / Double(n).squareRoot()
          return scale * Double.cos(Double.pi * Double(k) * (Double(i) + 0.5) / Double(n))
        }
      })
  }

  @Test(arguments: [1, 5, 20])
  func `interpolation at the pivots is exact for the modes and bounded for the rest`(
    r: Int
  ) throws {
    let n = 300
    let modes = Self.cosines(n, r)
    let found = try QDEIM(modes)
    #expect(found.points.count == r && Set(found.points).count == r)
    #expect(found.inverseNorm <= found.bound)
    // Better than the bound by far: √n times a small number.
    #expect(found.inverseNorm < 3 * Double(n).squareRoot())
    let seen = DenseMatrix(rows: found.points.map { p in (0..<r).map { modes[p, $0] } })
    let least = try #require(try SVD.singularValues(of: seen).last)
    #expect((least * found.inverseNorm - 1).magnitude < 1e-12)
    let gappy = try GappyPOD(modes, points: found.points)
    let f = (0..<n).map { Double.exp(Double($0) / Double(n)) }
    let projected = modes * modes.adjointTimes(f)
    let best = norm(zip(f, projected).map { $0 - $1 })
    let image = modes * gappy.coordinates(of: found.points.map { f[$0] })
    #expect(norm(zip(f, image).map { $0 - $1 }) <= found.inverseNorm * best * (1 + 1e-10))
    #expect(found.points.allSatisfy { (image[$0] - f[$0]).magnitude < 1e-11 })
    let within = try QDEIM(modes, among: Array(100..<200))
    #expect(within.points.allSatisfy { (100..<200).contains($0) })
  }

  @Test func `dependent modes and NaN are refused`() throws {
    var modes = Self.cosines(50, 4)
    let twice = modes.appendingColumns(of: modes)
    #expect(throws: HyperReductionError.factorization(.singular(pivot: 4))) { try QDEIM(twice) }
    #expect(throws: HyperReductionError.self) { try QDEIM(modes, among: [1, 2, 3]) }
    #expect(throws: HyperReductionError.factorization(.singular(pivot: 3))) {
      try GappyPOD(modes, points: [7, 7, 7, 7, 7])
    }
    #expect(throws: HyperReductionError.self) { try GappyPOD(modes, points: [1, 2, 3]) }
    #expect(throws: HyperReductionError.self) { try GappyPOD(modes, points: [1, 2, 3, 50]) }
    modes[9, 2] = .nan
    #expect(throws: HyperReductionError.notFinite(what: "modes", row: 2, point: 9)) {
      try QDEIM(modes)
    }
    #expect(throws: HyperReductionError.notFinite(what: "modes", row: 2, point: 9)) {
      try GappyPOD(modes, points: [0, 9, 20, 40])
    }
  }

  @Test func `a field in the modes is found, another one leaves its misfit`() throws {
    let modes = Self.cosines(400, 6)
    let points = Array(stride(from: 3, to: 400, by: 20))
    let gappy = try GappyPOD(modes, points: points)
    #expect(gappy.conditionNumber > 1 && gappy.conditionNumber < 2)
    let z = [3.0, -1, 0.5, 2, 0, 1]
    let field = modes * z
    var found = [Double](repeating: 0, count: 6)
    let misfit = gappy.solve(points.map { field[$0] }, into: &found)
    #expect(zip(found, z).allSatisfy { ($0 - $1).magnitude < 1e-13 } && misfit < 1e-14)
    // A component orthogonal to the modes at the points is the misfit, digit for digit.
    var random = SeededRandom(seed: 2)
    let rows = DenseMatrix(rows: points.map { p in (0..<6).map { modes[p, $0] } })
    let q = try QR(rows).q
    var outside = points.map { _ in random.uniform() }
    for _ in 0..<2 { axpy(-1, q * q.adjointTimes(outside), into: &outside) }
    for size in [1.0, 1e-9] {
      let values = zip(points, outside).map { field[$0] + size * $1 }
      let rho = gappy.solve(values, into: &found)
      #expect((rho / (size * norm(outside)) - 1).magnitude < 1e-6)
      #expect(zip(found, z).allSatisfy { ($0 - $1).magnitude < 1e-12 })
      let eta = gappy.indicator(misfit: rho, reference: 2)
      #expect((eta - rho / (Double(points.count).squareRoot() * 2)).magnitude < 1e-16)
    }
  }

  @Test func `points are added only while the modes are seen poorly`() throws {
    let modes = Self.cosines(500, 12)
    let good = Array(stride(from: 5, to: 500, by: 25))
    let kept = try ReconstructionPoints(for: modes, given: good)
    #expect(kept.points == good && kept.added.isEmpty && kept.conditionNumber < 100)
    for given in [[], [3, 4, 5], Array(0..<20)] {
      let found = try ReconstructionPoints(for: modes, given: given)
      #expect(found.conditionNumber <= 100 && Array(found.points.prefix(given.count)) == given)
      #expect(Set(found.points).count == found.points.count && found.added.count <= 12)
      let gappy = try GappyPOD(modes, points: found.points)
      #expect((gappy.conditionNumber / found.conditionNumber - 1).magnitude < 1e-9)
    }
    // Oversampling lowers the condition number towards that of all points, one.
    let tight = try ReconstructionPoints(for: modes, conditionBelow: 1.5)
    let loose = try ReconstructionPoints(for: modes, conditionBelow: 2.5)
    #expect(tight.conditionNumber <= 1.5 && tight.points.count >= loose.points.count)
    #expect(tight.points.count < 100)
    var poor = modes
    for i in 0..<500 { poor[i, 11] = poor[i, 10] + 1e-6 * poor[i, 11] }
    #expect(throws: HyperReductionError.self) { try ReconstructionPoints(for: poor) }
    #expect(throws: HyperReductionError.self) { try ReconstructionPoints(for: modes, given: [500]) }
  }

  /// Values that a biased model gives, and true coordinates: the first value carries a constant
  /// bias, the last ones are noise without meaning.
  static func runs(_ count: Int, seed: UInt64) -> (DenseMatrix<Double>, DenseMatrix<Double>) {
    let modes = cosines(200, 3)
    var random = SeededRandom(seed: seed)
    var (samples, coordinates) = ([[Double]](), [[Double]]())
    for _ in 0..<count {
      let z = [random.uniform(), random.uniform(), random.uniform()]
      let field = modes * z
      let seen = stride(from: 10, to: 200, by: 20).map { 1.3 * field[$0] + 0.05 }
      samples.append(seen + (0..<4).map { _ in random.uniform() })
      coordinates.append(z)
    }
    return (
      DenseMatrix(rowCount: 14, columns: samples), DenseMatrix(rowCount: 3, columns: coordinates)
    )
  }

  @Test func `a regression learns the bias that a fit to the values cannot see`() throws {
    let (samples, coordinates) = Self.runs(80, seed: 1)
    let learnt = try DualRegression(
      samples: samples, coordinates: coordinates, penalties: [1e-3, 0.01, 0.1, 1])
    #expect(learnt.net.penalty == 1e-3 && learnt.net.convergedCount == 3)
    let errors = learnt.crossValidation.map(\.error)
    #expect(errors == errors.sorted(by: >) && errors[3] < 0.02)
    // The null model has error one: beyond the largest correlation nothing is left.
    let nothing = try ElasticNet(inputs: samples, outputs: coordinates, penalty: 1.1)
    #expect(nothing.coefficients.frobeniusNorm == 0)
    let gappy = try GappyPOD(
      Self.cosines(200, 3), points: Array(stride(from: 10, to: 200, by: 20)))
    let (unseen, truth) = Self.runs(20, seed: 2)
    var (ofLearnt, ofGappy) = (0.0, 0.0)
    for j in 0..<20 {
      let values = unseen.column(j)
      func error(_ z: [Double]) -> Double { norm(zip(z, truth.column(j)).map { $0 - $1 }) }
      let both: [any DualReconstruction] = [learnt, gappy]
      ofLearnt += error(both[0].coordinates(of: values))
      ofGappy += error(both[1].coordinates(of: Array(values.prefix(10))))
    }
    #expect(ofLearnt < 0.1 * ofGappy)
  }

  @Test func `the lasso fulfils its optimality conditions and leaves noise out`() throws {
    let (samples, coordinates) = Self.runs(60, seed: 3)
    for share in [1.0, 0.5] {
      let alpha = 0.05
      let net = try ElasticNet(
        inputs: samples, outputs: coordinates, penalty: alpha, lassoShare: share)
      #expect(net.convergedCount == 3)
      // In scaled numbers: |xⱼᵀ(y − X w)/N − α(1 − ρ) wⱼ| ≤ α ρ, with equality where wⱼ ≠ 0.
      func scaled(_ v: [Double]) -> (values: [Double], deviation: Double) {
        let mean = v.reduce(0, +) / 60
        let deviation = (v.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 60).squareRoot()
        return (v.map { ($0 - mean) / deviation }, deviation)
      }
      let rows = samples.transposed()
      for k in 0..<3 {
        let y = scaled(coordinates.transposed().column(k))
        let fitted = (0..<60).map { net.prediction(of: samples.column($0))[k] }
        let rest = zip(coordinates.transposed().column(k), fitted).map { ($0 - $1) / y.deviation }
        for j in 0..<14 {
          let x = scaled(rows.column(j))
          let w = net.coefficients[j, k] * x.deviation / y.deviation
          let slope = dot(x.values, rest) / 60 - alpha * (1 - share) * w
          if w == 0 {
            #expect(slope.magnitude <= alpha * share * (1 + 1e-5))
          } else {
            #expect((slope - (w > 0 ? 1 : -1) * alpha * share).magnitude < 1e-5 * alpha)
          }
        }
      }
    }
    let sparse = try ElasticNet(inputs: samples, outputs: coordinates, penalty: 0.2)
    #expect((10..<14).allSatisfy { j in (0..<3).allSatisfy { sparse.coefficients[j, $0] == 0 } })
    var bad = samples
    bad[2, 7] = .nan
    #expect(throws: RegressionError.notFinite(what: "inputs of a regression", sample: 7)) {
      try DualRegression(samples: bad, coordinates: coordinates)
    }
    for (penalty, share) in [(0.0, 1.0), (.nan, 1), (1, 0), (1, 1.5)] {
      #expect(throws: RegressionError.self) {
        try ElasticNet(
          inputs: samples, outputs: coordinates, penalty: penalty, lassoShare: share)
      }
    }
    #expect(throws: RegressionError.self) {
      try DualRegression(samples: samples, coordinates: coordinates, folds: 61)
    }
  }

  @Test func `an enriched basis holds the old states and the new ones`() throws {
    let n = 120
    var random = SeededRandom(seed: 9)
    let draws = (0..<n * 20).map { _ in random.uniform() }
    let old = DenseMatrix(rowCount: n, columnCount: 14, values: Array(draws[..<(14 * n)]))
    let new = DenseMatrix(rowCount: n, columnCount: 6, values: Array(draws[(14 * n)...]))
    for product in [
      InnerProduct<Double>(euclidean: n),
      InnerProduct<Double>(weights: (0..<n).map { 1 + Double($0 % 7) }),
    ] {
      var whole = try StreamingPOD(in: product)
      try whole.append(old)
      let before = whole
      let result = try before.basis.enriched(by: new, singularValues: before.singularValues)
      try whole.append(new)
      let after = whole
      #expect(result.basis.size == 20 && result.truncatedEnergy < 1e-20)
      #expect(
        zip(result.singularValues, after.singularValues).allSatisfy {
          ($0 / $1 - 1).magnitude < 1e-11
        })
      let v = result.basis.vectors
      let gram = v.adjointTimes(product.apply(v)) - DenseMatrix<Double>.identity(20)
      #expect(gram.values.allSatisfy { $0.magnitude < 1e-13 })
      // Old coordinates, carried over, are the same states.
      let c = ReducedState((0..<14).map { Double($0) - 5 })
      let (was, now) = (
        before.basis.state(c), result.basis.state(result.transferred(c))
      )
      #expect(norm(zip(was, now).map { $0 - $1 }) < 1e-12 * norm(was))
      let transfer = result.basis.transfer(from: before.basis) - result.transfer
      #expect(transfer.values.allSatisfy { $0.magnitude < 1e-12 })
      #expect((v * result.coordinates - new).frobeniusNorm < 1e-12 * new.frobeniusNorm)
      // With a tolerance the loss is what it says, and within it.
      let short = try before.basis.enriched(
        by: new, singularValues: before.singularValues, tolerance: 0.3)
      #expect(short.basis.size < 20)
      let total = after.totalEnergy
      #expect(short.truncatedEnergy <= 0.09 * total * (1 + 1e-12))
      let kept = short.singularValues.reduce(0) { $0 + $1 * $1 }
      #expect(((kept + short.truncatedEnergy) / total - 1).magnitude < 1e-12)
    }
    // A snapshot of the span adds no mode.
    let basis = try ReducedBasis(spanning: old, in: InnerProduct(euclidean: n))
    let same = try basis.enriched(
      by: old.columns(0..<2), singularValues: [Double](repeating: 1, count: 14))
    #expect(same.basis.size == 14)
    var bad = new
    bad[4, 1] = .infinity
    #expect(throws: SnapshotError.self) {
      try basis.enriched(by: bad, singularValues: [Double](repeating: 1, count: 14))
    }
    #expect(throws: SnapshotError.self) { try basis.enriched(by: new, singularValues: [1]) }
  }
}
