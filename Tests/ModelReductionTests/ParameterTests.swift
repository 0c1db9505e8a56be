import LinearAlgebra
import ModelReduction
import RealModule
import Testing

@Suite struct `Parameter spaces` {
  static func space() throws -> ParameterSpace {
    try ParameterSpace(axes: [
      ParameterAxis(name: "k", size: 3, range: 0.1...10, scale: .log),
      ParameterAxis(name: "flux", range: -2...6, default: 1, unit: "W/m^2"),
    ])
  }

  @Test func `the reference is the default or the middle in the axis' scale`() throws {
    let space = try Self.space()
    #expect(space.names == ["k[0]", "k[1]", "k[2]", "flux"])
    for (value, expected) in zip(space.reference.values, [1, 1, 1, 1]) {
      #expect((value - Double(expected)).magnitude < 1e-14)
    }
    #expect(
      space.scaledCoordinates(of: [0.1, 1, 10, 2]).elementsEqual([0, 0.5, 1, 0.5]) {
        ($0 - $1).magnitude < 1e-14
      })
    #expect(space.contains([0.1, 1, 10, 6]))
    #expect(!space.contains([0.1, 1, 10, 6.1]))
    #expect(!space.contains([0.1, 1, 10, .nan]))
    #expect(space.componentsOutside([0.01, 1, 10, 7]) == ["k[0]", "flux"])
    #expect(ParameterSpace.point.dimension == 0)
  }

  @Test func `the nearest row is measured in scaled coordinates and ties go to the smallest`()
    throws
  {
    let space = try Self.space()
    let rows: [Parameter] = [[10, 1, 1, 1], [1, 1.2, 1, 1], [1, 1, 1.2, 1], [1, 1, 1, 6]]
    #expect(space.nearestRow(of: rows) == 1)
    #expect(space.nearestRow(of: rows, to: [9, 1, 1, 1]) == 0)
    #expect(space.nearestRow(of: []) == nil)
  }

  @Test(arguments: [
    "k=1,2,3,flux=4", "k=1,2,3 flux=4", "flux=4;k=1,2,3", "k[2]=3,k[0]=1,flux=4,k[1]=2",
    " k = 1, 2, 3 , flux = 4 ",
  ])
  func `every way to write a point is read`(text: String) throws {
    #expect(try Self.space().parameter(parsing: text) == [1, 2, 3, 4])
  }

  @Test func `a wrong query is refused with what is wrong`() throws {
    let space = try Self.space()
    func refused(_ text: String, _ error: ParameterQueryError) {
      #expect(throws: error) { try space.parameter(parsing: text) }
    }
    refused("k=1,2,3,fluxx=4", .unknownName("fluxx", suggestion: "flux"))
    refused("k=1,2,3,temperature=4", .unknownName("temperature", suggestion: nil))
    refused("k=1,2,3", .missing(["flux"]))
    refused("", .missing(space.names))
    refused("k=1,2,flux=4", .wrongCount(name: "k", expected: 3, found: 2))
    refused("k=1,2,3,4,flux=4", .wrongCount(name: "k", expected: 3, found: 4))
    refused("k[3]=1", .indexOutOfRange(name: "k", index: 3, size: 3))
    refused("k=1,2,3,k[1]=2,flux=4", .duplicate("k[1]"))
    refused("k=1,2,x,flux=4", .notANumber(name: "k", text: "x"))
    refused("k=1,2,nan,flux=4", .notANumber(name: "k", text: "nan"))
    refused("1,2,3", .notAnAssignment("1"))
    #expect(try ParameterSpace.point.parameter(parsing: "") == [])
  }

  @Test func `what cannot span a space is refused`() {
    #expect(throws: ParameterSpaceError.logarithmOfNonpositive(name: "a", lowerBound: 0)) {
      try ParameterAxis(name: "a", range: 0...1, scale: .log)
    }
    #expect(throws: ParameterSpaceError.rangeNotFinite(name: "a")) {
      try ParameterAxis(name: "a", range: 0...Double.infinity)
    }
    #expect(throws: ParameterSpaceError.emptyAxis(name: "a")) {
      try ParameterAxis(name: "a", size: 0, range: 0...1)
    }
    #expect(throws: ParameterSpaceError.invalidName("1a")) {
      try ParameterAxis(name: "1a", range: 0...1)
    }
    #expect(throws: ParameterSpaceError.invalidDefault(name: "a")) {
      try ParameterAxis(name: "a", range: 1...2, scale: .log, default: -1)
    }
    #expect(throws: ParameterSpaceError.duplicateName("a")) {
      try ParameterSpace(axes: [
        ParameterAxis(name: "a", range: 0...1), ParameterAxis(name: "a", range: 0...1),
      ])
    }
  }

  @Test func `coefficients read back to the same numbers and know their space`() throws {
    let space = try Self.space()
    let family = try CoefficientFamily(
      parsing: ["1", "k[1]", "flux*exp(-k[0]/3) + 0.1"], in: space)
    let again = try CoefficientFamily(parsing: family.texts, in: space)
    let mu: Parameter = [0.7, 3, 2, 5]
    #expect(family == again)
    #expect(family.values(at: mu) == again.values(at: mu))
    #expect(family.values(at: mu) == [1, 3, 5 * Double.exp(-0.7 / 3) + 0.1])
    #expect(family.values(at: [mu, mu]).column(1) == family.values(at: mu))
    #expect(throws: CoefficientError.self) { try CoefficientFamily(parsing: ["x*k[0]"], in: space) }
    #expect(throws: CoefficientError.self) { try CoefficientFamily(parsing: ["k[9]"], in: space) }
    let pole = try CoefficientFamily(parsing: ["1/flux"], in: space)
    #expect(throws: ModelError.self) { try pole.checkedValues(at: [1, 1, 1, 0], in: space) }
  }
}

@Suite struct `Samplings` {
  static let space = try? ParameterSpace(axes: [
    ParameterAxis(name: "a", size: 2, range: 1...100, scale: .log),
    ParameterAxis(name: "b", range: -1...1),
  ])

  @Test(arguments: [
    Sampling.random, .logRandom, .grid, .halton, .latinHypercube,
  ])
  func `every rule stays in the box and repeats itself`(rule: Sampling) throws {
    let space = try ParameterSpace(axes: [
      ParameterAxis(name: "a", size: 2, range: 1...100, scale: .log),
      ParameterAxis(name: "b", range: 0.5...1),
    ])
    let points = try rule.points(count: 200, seed: 5, in: space)
    #expect(points.allSatisfy(space.contains))
    #expect(points == (try rule.points(count: 200, seed: 5, in: space)))
    #expect(Set(points).count == points.count)
    if rule != .grid { #expect(points != (try rule.points(count: 200, seed: 6, in: space))) }
    #expect(points.count == (rule == .grid ? 125 : 200))
  }

  /// Σ (observed − expected)²/expected over ten equal cells; 9 degrees of freedom.
  static func chiSquared(_ values: [Double]) -> Double {
    var counts = [Double](repeating: 0, count: 10)
    for value in values { counts[min(9, Int(value * 10))] += 1 }
    let expected = Double(values.count) / 10
    return counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
  }

  @Test
  func `random is even in the number and log-random in the logarithm, whatever the axis says`()
    throws
  {
    for scale in [AxisScale.linear, .log] {
      let space = try ParameterSpace(axes: [ParameterAxis(name: "a", range: 1...100, scale: scale)])
      let even = try Sampling.random.points(count: 5000, seed: 1, in: space).map {
        ($0[0] - 1) / 99
      }
      let logarithmic = try Sampling.logRandom.points(count: 5000, seed: 2, in: space).map {
        Double.log($0[0]) / Double.log(100)
      }
      // The 99.9 % quantile of χ² with 9 degrees of freedom is 27.9.
      #expect(Self.chiSquared(even) < 27.9)
      #expect(Self.chiSquared(logarithmic) < 27.9)
      #expect(Self.chiSquared(even.map { Double.log(1 + 99 * $0) / Double.log(100) }) > 1000)
    }
  }

  @Test func `a Latin hypercube has one point in each stratum of each component`() throws {
    let space = try #require(Self.space)
    let points = try Sampling.latinHypercube.points(count: 37, seed: 3, in: space)
    for i in 0..<3 {
      let strata = points.map { Int(space.scaledCoordinates(of: $0)[i] * 37 + 1e-9) }
      #expect(Set(strata).count == 37)
    }
  }

  @Test func `Halton's points are those of the radical inverses and fill evenly`() throws {
    let space = try ParameterSpace(axes: [ParameterAxis(name: "a", size: 2, range: 0...1)])
    let points = try Sampling.halton.points(count: 4, seed: 0, in: space)
    let first: [Double] = [0.5, 0.25, 0.75, 0.125]
    let second: [Double] = [3, 6, 1, 4].map { $0 / 9 }
    let expected = zip(first, second).map { [$0, $1] }
    for (point, pair) in zip(points, expected) {
      #expect((point[0] - pair[0]).magnitude < 1e-15 && (point[1] - pair[1]).magnitude < 1e-15)
    }
    for seed in [UInt64(0), 7] {
      let many = try Sampling.halton.points(count: 1000, seed: seed, in: space)
      for i in 0..<2 { #expect(Self.chiSquared(many.map { $0[i] }) < 0.5) }
    }
  }

  @Test func `a grid has both ends, respects the scale, and its last component runs fastest`()
    throws
  {
    let space = try #require(Self.space)
    let points = try Sampling.grid.points(count: 30, seed: 0, in: space)
    #expect(points.count == 27)
    #expect(points[0] == [1, 1, -1])
    #expect(points[1] == [1, 1, 0])
    #expect((points[3][1] - 10).magnitude < 1e-13)
    #expect(points[26] == [100, 100, 1])
    #expect(throws: SamplingError.gridTooCoarse(count: 7, dimension: 3)) {
      try Sampling.grid.points(count: 7, seed: 0, in: space)
    }
  }

  @Test func `what cannot be drawn is refused`() throws {
    let space = try #require(Self.space)
    #expect(throws: SamplingError.noPoints(count: 0)) {
      try Sampling.random.points(count: 0, seed: 0, in: space)
    }
    #expect(throws: SamplingError.logarithmOfNonpositive(name: "b", lowerBound: -1)) {
      try Sampling.logRandom.points(count: 3, seed: 0, in: space)
    }
    #expect(throws: SamplingError.wrongCount(row: 1, expected: 3, found: 2)) {
      try Sampling.list([[1, 1, 0], [1, 1]]).points(count: 0, seed: 0, in: space)
    }
    #expect(throws: SamplingError.notFinite(row: 0, name: "b")) {
      try Sampling.list([[1, 1, .nan]]).points(count: 0, seed: 0, in: space)
    }
    #expect(Sampling(name: "latin-hypercube") == .latinHypercube)
    #expect(Sampling(name: "file") == nil)
  }
}
