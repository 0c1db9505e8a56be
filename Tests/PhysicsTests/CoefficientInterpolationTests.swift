import Expressions
import Meshes
import ModelReduction
import Physics
import TestSupport
import Testing

@Suite struct `Coefficients that do not separate` {
  private static let space = try? ParameterSpace(axes: [
    try ParameterAxis(name: "mu", size: 2, range: 0.2...0.8)
  ])

  private static func parsed(_ text: String, time: Bool = false) throws -> Expression {
    try Expression(
      parsing: text,
      in: ExpressionScope(parameters: [(name: "mu", size: 2)], coordinates: 2, time: time))
  }

  /// Points of the unit square.
  private static let points: [[Double]] = {
    let line = (0...24).map { Double($0) / 24 }
    return [
      line.flatMap { x in line.map { _ in x } }, line.flatMap { _ in line },
      [Double](repeating: 0, count: 625),
    ]
  }()

  private static let source = CoefficientUse(
    .source(0), "source", .load, on: ["*"], dimension: 2)
  private static let conductivity = CoefficientUse(
    .material(0), "conductivity", .stiffness, on: ["*"], dimension: 2)

  private func gap(
    _ a: Expression, _ b: Expression, at mu: [Double], time: Double = 0
  ) -> (error: Double, size: Double) {
    var found = (error: 0.0, size: 0.0)
    for p in Self.points[0].indices {
      func value(_ e: Expression) -> Double {
        e.evaluate { symbol in
          switch symbol {
          case .coordinate(let axis): Self.points[axis][p]
          case .parameter(let index): mu[index]
          default: time
          }
        }
      }
      found.error = max(found.error, abs(value(a) - value(b)))
      found.size = max(found.size, abs(value(a)))
    }
    return found
  }

  @Test func `are sums of products afterwards, as close as asked for`() throws {
    let space = try #require(Self.space)
    let gaussian = try Self.parsed("3 + x*mu[0] + exp(-((x - mu[0])^2 + (y - mu[1])^2)/0.3)")
    for tolerance in [1e-3, 1e-6, 1e-8] {
      var work = try CoefficientInterpolation(
        over: space, settings: .init(tolerance: tolerance))
      let found = try work.affine([gaussian], in: Self.source) { Self.points }[0]
      let report = try #require(work.reports.first)
      let terms = try found.affineSplit()
      // What separates by itself, 3 and x mu, stays exact and costs two terms more at most.
      #expect(terms.count <= report.terms + 2 && report.terms > 3)
      #expect(report.error <= 10 * tolerance && report.lebesgueConstant < 50)
      #expect(work.reports.count == 1 && report.words.contains("\(report.terms) terms"))
      var random = SeededRandom(seed: 5)
      for _ in 0..<20 {
        let mu = (0..<2).map { _ in random.uniform(0.2...0.8) }
        #expect(gap(gaussian, found, at: mu).error <= 20 * tolerance)
      }
    }
  }

  @Test func `share their factors where they are entries of one tensor`() throws {
    let space = try #require(Self.space)
    let bump = "exp(-20*(x - mu[0])^2)"
    let entries = try ["2 + \(bump)", "2 + y*\(bump)", "0.1*\(bump)"].map { try Self.parsed($0) }
    var work = try CoefficientInterpolation(over: space)
    let found = try work.affine(entries, in: Self.conductivity) { Self.points }
    let thetas = try Set(found.flatMap { try $0.affineSplit().map(\.theta) })
    #expect(thetas.count <= (work.reports.first?.terms ?? 0) + 1)
    for (exact, other) in zip(entries, found) {
      #expect(gap(exact, other, at: [0.37, 0.5]).error < 1e-7)
    }
  }

  @Test func `may move in time`() throws {
    let moving = try Self.parsed("exp(-30*(x - t)^2)*mu[0]", time: true)
    var work = try CoefficientInterpolation(
      over: try #require(Self.space), times: try TimeGrid(end: 1, step: 0.1))
    let found = try work.affine([moving], in: Self.source) { Self.points }[0]
    for time in [0, 0.33, 1] {
      #expect(gap(moving, found, at: [0.4, 0.6], time: time).error < 1e-7)
    }
  }

  @Test func `are left alone where they separate or depend on the solution`() throws {
    var work = try CoefficientInterpolation(over: try #require(Self.space))
    let affine = [try Self.parsed("1 + mu[0]*x*y"), try Self.parsed("exp(mu[1] + x)")]
    #expect(
      try work.affine(affine, in: Self.conductivity) {
        Issue.record("no points are needed")
        return Self.points
      } == affine)
    let nonlinear = [Expression(.field("u")) * (try Self.parsed("exp(mu[0]*x)"))]
    #expect(
      try work.affine(nonlinear, in: Self.conductivity) { Self.points } == nonlinear)
    #expect(work.reports.isEmpty)
  }

  @Test func `are refused with the cure where a few terms are not enough, or they are not finite`()
    throws
  {
    let space = try #require(Self.space)
    let sharp = try Self.parsed("1/(1e-4 + (x - mu[0])^2 + (y - mu[1])^2)")
    var work = try CoefficientInterpolation(over: space, settings: .init(size: 5))
    #expect {
      try work.affine([sharp], in: Self.source) { Self.points }
    } throws: { "\($0)".contains("5 terms") && "\($0)".contains("[interpolation]") }
    let singular = try Self.parsed("log(x - mu[0])")
    #expect {
      try work.affine([singular], in: Self.source) { Self.points }
    } throws: { "\($0)".contains("not a finite number at (") }
  }
}
