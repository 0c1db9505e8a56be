import ComplexModule
import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

@Suite struct `Points of modes` {
  static func randomModes(_ n: Int, _ r: Int, seed: UInt64) throws -> DenseMatrix<Double> {
    try QR(InterpolationFamilies.random(n, r, rank: r, seed: seed)).q
  }

  static func complexModes(_ n: Int, _ r: Int) throws -> DenseMatrix<Complex<Double>> {
    try QR(
      DenseMatrix(
        rowCount: n,
        columns: (0..<r).map { k in
          (0..<n).map { Complex(length: 1, phase: (Double(k) + 0.3) * 9 * Double($0) / Double(n)) }
        })
    ).q
  }

  @Test(arguments: InterpolationMethod.allCases)
  func `the error is at most the inverse norm times that of the best approximation`(
    method: InterpolationMethod
  ) throws {
    let modes = try Self.randomModes(200, 12, seed: 5)
    for count in [12, 20] {
      let found = try EmpiricalInterpolation(modes, by: method, pointCount: count)
      #expect(found.points.count == count && Set(found.points).count == count)
      let seen = DenseMatrix(rows: found.points.map { p in (0..<12).map { modes[p, $0] } })
      let least = try #require(try SVD.singularValues(of: seen).last)
      #expect((least * found.inverseNorm - 1).magnitude < 1e-10)
      for seed in 1...5 {
        let f = InterpolationFamilies.random(200, 1, rank: 1, seed: UInt64(seed)).values
        let best = modes * modes.adjointTimes(f)
        let distance = norm(zip(f, best).map { $0 - $1 })
        let error = norm(zip(f, found.interpolated(f)).map { $0 - $1 })
        #expect(error <= found.errorBound(distance: distance) * (1 + 1e-10))
        #expect(error >= distance * (1 - 1e-12))
        if count == 12 {
          let image = found.interpolated(f)
          for p in found.points { #expect((image[p] - f[p]).magnitude < 1e-11) }
        }
        #expect(largest(found.interpolated(best), best) < 1e-11)
      }
    }
  }

  @Test(arguments: InterpolationMethod.allCases)
  func `complex modes are interpolated as real ones are`(method: InterpolationMethod) throws {
    let modes = try Self.complexModes(150, 8)
    let found = try EmpiricalInterpolation(modes, by: method)
    let c = (0..<8).map { Complex(Double($0) - 3, 1 / Double($0 + 1)) }
    let f = modes * c
    #expect(largest(found.coefficients(of: found.points.map { f[$0] }), c) < 1e-10)
    #expect(largest(found.interpolated(f), f) < 1e-11)
    let more = try found.oversampled(to: 15)
    #expect(largest(more.interpolated(f), f) < 1e-11 && more.points.count == 15)
    #expect(more.inverseNorm <= found.inverseNorm * (1 + 1e-12) || method == .sopt)
  }

  @Test func `DEIM takes the pivots of Gaussian elimination, nested and within its bound`() throws {
    let modes = try Self.randomModes(60, 9, seed: 11)
    let found = try DEIM(modes)
    // The definition: solve with the points so far, and take the largest residual.
    var points: [Int] = []
    for k in 0..<9 {
      var rest = modes.column(k)
      if k > 0 {
        let seen = DenseMatrix(rows: points.map { p in (0..<k).map { modes[p, $0] } })
        let c = try LU(seen).solve(points.map { modes[$0, k] })
        let image = modes.columns(0..<k) * c
        for i in rest.indices { rest[i] -= image[i] }
      }
      points.append(try #require(rest.indices.max { rest[$0].magnitude < rest[$1].magnitude }))
    }
    #expect(found.points == points)
    #expect(try DEIM(modes.columns(0..<5)).points == Array(points[..<5]))
    #expect(found.inverseNorm >= 1 && found.inverseNorm <= found.bound)
  }

  @Test func `each S-optimal point makes S largest`() throws {
    let modes = try Self.randomModes(40, 4, seed: 21)
    let found = try SOPT(modes, count: 9)
    for k in 1..<9 {
      let columns = min(k + 1, 4)
      let part = modes.columns(0..<columns)
      func score(_ points: [Int]) throws -> Double {
        try SOPT.score(
          of: DenseMatrix(rows: points.map { p in (0..<columns).map { part[p, $0] } }))
      }
      let before = Array(found.points[..<k])
      let taken = try score(before + [found.points[k]])
      for i in 0..<40 where !before.contains(i) {
        #expect(try score(before + [i]) <= taken * (1 + 1e-9))
      }
    }
    #expect(found.score > 0 && found.score <= 1)
    // Columns that are orthogonal at the points have the score one, dependent ones zero.
    #expect((try SOPT.score(of: DenseMatrix<Double>.identity(3)) - 1).magnitude < 1e-14)
    #expect(try SOPT.score(of: DenseMatrix<Double>(rows: [[1, 1], [0, 0], [0, 0]])) == 0)
    #expect(try SOPT(modes).points == Array(found.points[..<4]))
  }

  @Test func `points stay among the candidates, and what cannot work is refused`() throws {
    let modes = try Self.randomModes(100, 5, seed: 2)
    let candidates = Array(20..<40)
    for method in InterpolationMethod.allCases {
      let found = try EmpiricalInterpolation(modes, by: method, pointCount: 8, among: candidates)
      #expect(found.points.allSatisfy { (20..<40).contains($0) } && found.points.count == 8)
      #expect(throws: HyperReductionError.self) {
        try EmpiricalInterpolation(modes, by: method, among: [1, 2, 3])
      }
      #expect(throws: HyperReductionError.self) {
        try EmpiricalInterpolation(modes, by: method, pointCount: 3)
      }
      let twice = modes.appendingColumns(of: modes)
      #expect(throws: HyperReductionError.self) { try EmpiricalInterpolation(twice, by: method) }
      var bad = modes
      bad[3, 3] = .nan
      #expect(throws: HyperReductionError.self) { try EmpiricalInterpolation(bad, by: method) }
    }
  }

  @Test func `components of a point are sampled together in either layout`() throws {
    let byPoint = FieldLayout(componentCount: 3, pointCount: 50)
    let byComponent = FieldLayout(componentCount: 3, pointCount: 50, arrangement: .byComponent)
    #expect(byPoint.rows(of: 7) == [21, 22, 23] && byComponent.rows(of: 7) == [7, 57, 107])
    #expect(byPoint.points(of: [22, 0, 23]) == [7, 0] && byComponent.point(of: 107) == 7)
    let modes = try Self.randomModes(150, 6, seed: 4)
    for layout in [byPoint, byComponent] {
      let found = try EmpiricalInterpolation(modes, by: .qdeim)
      let whole = try found.samplingWholePoints(of: layout)
      #expect(whole.points.count == 3 * layout.points(of: found.points).count)
      #expect(Set(found.points).isSubset(of: Set(whole.points)))
      #expect(whole.inverseNorm <= found.inverseNorm * (1 + 1e-12))
      let f = modes * [1, 2, 3, 4, 5, 6]
      #expect(largest(whole.interpolated(f), f) < 1e-10)
    }
    #expect(throws: HyperReductionError.self) {
      try EmpiricalInterpolation(modes, by: .deim)
        .samplingWholePoints(of: FieldLayout(componentCount: 2, pointCount: 50))
    }
  }

  @Test func `the Lebesgue constant bounds the error in the maximum norm`() throws {
    let modes = try Self.randomModes(90, 5, seed: 6)
    let found = try EmpiricalInterpolation(modes, by: .deim)
    let constant = found.lebesgueConstant()
    for seed in 1...5 {
      let f = InterpolationFamilies.random(90, 1, rank: 1, seed: UInt64(seed)).values
      let q = modes * modes.adjointTimes(f)
      #expect(largest(found.interpolated(f), f) <= (1 + constant) * largest(f, q) * (1 + 1e-12))
    }
    let eim = try EIM(of: InterpolationFamilies.peaks(20, 5), options: .init(size: 8))
    let same = try EmpiricalInterpolation(eim)
    #expect((same.lebesgueConstant() / eim.lebesgueConstant() - 1).magnitude < 1e-9)
  }

  @Test func `all methods reach small errors on snapshots they have not seen`() throws {
    let table = InterpolationFamilies.peaks(30, 10)
    let held = InterpolationFamilies.peaks(30, 7)
    let comparison = try InterpolationComparison(
      training: table, heldOut: held, options: InterpolationOptions(size: 16))
    #expect(comparison.rows.count == 8)
    for row in comparison.rows {
      #expect(row.refusal == nil && row.modeCount == 16)
      #expect(row.pointCount == (row.isOversampled ? 24 : 16))
      #expect(row.worstError > 0 && row.worstError < 2e-2, "\(row.name): \(row.worstError)")
      #expect(row.lebesgueConstant >= 1 && row.inverseNorm > 0)
    }
    // More points calm every method that fits orthonormal modes.
    for method in InterpolationMethod.allCases where method != .eim {
      let pair = comparison.rows.filter { $0.method == method }
      #expect(pair[1].inverseNorm < pair[0].inverseNorm)
    }
    // Of no snapshot but zero nothing can be learnt, and nothing is wrong.
    let zero = DenseMatrix<Double>(rowCount: 900, columnCount: 3)
    let none = try InterpolationComparison(training: zero, heldOut: held)
    #expect(none.rows.allSatisfy { $0.refusal != nil || $0.modeCount == 0 })
    #expect(throws: HyperReductionError.self) {
      try InterpolationComparison(
        training: table, heldOut: InterpolationFamilies.peaks(20, 2))
    }
  }
}
