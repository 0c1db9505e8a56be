import Plots
import TestSupport
import Testing

@Suite struct `Axis ticks` {
  @Test func `the ticks of a linear axis enclose the data and grow evenly`() throws {
    var random = SeededRandom(seed: 5)
    for _ in 0..<500 {
      let a = Double.random(in: -1...1, using: &random) * 1e4
      let b = a + Double.random(in: 1e-6...1, using: &random) * 1e4
      let ticks = AxisTicks(covering: a...b, scale: .linear, count: 6)
      let first = try #require(ticks.majors.first)
      let last = try #require(ticks.majors.last)
      let slack = 1e-8 * (last.value - first.value)
      #expect(first.value <= a + slack && last.value >= b - slack)
      #expect(first.position == 0 && last.position == 1)
      #expect((2...14).contains(ticks.majors.count))
      let steps = zip(ticks.majors, ticks.majors.dropFirst()).map { $1.position - $0.position }
      #expect(steps.allSatisfy { abs($0 - steps[0]) < 1e-12 && $0 > 0 })
    }
  }

  @Test func `labels are the exact decimal numbers of the ticks`() {
    let ticks = AxisTicks(covering: -0.3...0.7, scale: .linear, count: 5)
    #expect(
      ticks.majors.map(\.label)
        == ["−0.4", "−0.2", "0.0", "0.2", "0.4", "0.6", "0.8"].map { .text($0) })
    #expect(ticks.factor == nil)
  }

  @Test func `very large and very small labels share a factor`() {
    let small = AxisTicks(covering: 0...3e-7, scale: .linear, count: 4)
    #expect(small.factor == -7)
    #expect(small.majors.map(\.label) == ["0", "1", "2", "3"].map { .text($0) })
    let large = AxisTicks(covering: 0...2.5e6, scale: .linear, count: 5)
    #expect(large.factor == 6)
    #expect(large.majors.last?.label == .text("2.5"))
  }

  @Test func `whole-number axes have whole-number ticks`() {
    let ticks = AxisTicks(covering: 1...3, scale: .linear, count: 8, isIntegral: true)
    #expect(ticks.majors.map(\.value) == [1, 2, 3])
    #expect(ticks.minors.isEmpty)
  }

  @Test func `a logarithmic axis over decades has powers of ten`() {
    let ticks = AxisTicks(covering: 2e-7...0.4, scale: .log, count: 8)
    #expect(ticks.majors.map(\.label) == (-7...0).map { .power($0) })
    #expect(ticks.position(of: 1e-7) == 0 && ticks.position(of: 1) == 1)
    #expect(ticks.minors.count == 7 * 8)
  }

  @Test func `a logarithmic axis over less than two decades has ticks at one, two and five`() {
    let ticks = AxisTicks(covering: 1.1...7.5, scale: .log, count: 6)
    #expect(ticks.majors.map(\.value) == [1, 2, 5, 10])
    #expect(ticks.minors.count == 6)
  }

  @Test(arguments: [Axis.Scale.linear, .log])
  func `the whole range of doubles fits on one axis`(scale: Axis.Scale) throws {
    let low = scale == .log ? Double.leastNonzeroMagnitude : -Double.greatestFiniteMagnitude
    let high = Double.greatestFiniteMagnitude
    let ticks = AxisTicks(covering: low...high, scale: scale, count: 6)
    let a = try #require(ticks.position(of: low))
    let b = try #require(ticks.position(of: high))
    #expect(0 <= a && a < b && b <= 1)
    #expect((2...14).contains(ticks.majors.count))
  }

  @Test(arguments: [
    0, 1, -3.5, 1e300, 1e-300, .leastNonzeroMagnitude, Double.greatestFiniteMagnitude,
  ])
  func `a single value gets an axis around it`(value: Double) throws {
    let ticks = AxisTicks(covering: value...value, scale: .linear, count: 5)
    let t = try #require(ticks.position(of: value))
    #expect((0...1).contains(t))
    #expect((2...14).contains(ticks.majors.count))
  }

  @Test func `values without a place have none`() {
    let log = AxisTicks(covering: 1...10, scale: .log, count: 5)
    #expect([0, -1, Double.nan, .infinity].allSatisfy { log.position(of: $0) == nil })
  }
}
