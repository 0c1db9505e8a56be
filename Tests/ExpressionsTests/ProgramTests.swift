import Expressions
import Testing

@Suite struct `A compiled program` {
  @Test func `gives the values of the trees at every point, alone or in blocks`() throws {
    var generator = RandomExpression(seed: 21)
    for round in 0..<300 {
      let outputs = try (0..<3).map { _ in try parsed(generator.any(depth: 1 + generator.below(5)))
      }
      let program = Program(outputs, inputs: RandomExpression.inputs)
      let points = (0..<[1, 7, 300, 700][round % 4]).map { _ in generator.point() }
      let columns = RandomExpression.inputs.indices.map { i in points.map { $0[i] } }
      let blocks = program.evaluate(columns: columns)
      for (i, point) in points.enumerated() where points.count < 10 || i % 37 == 0 {
        let alone = program.evaluate(at: point)
        for (k, e) in outputs.enumerated() {
          let expected = e.value(at: point)
          #expect(same(alone[k], expected), "\(e) at \(point)")
          #expect(same(blocks[k][i], alone[k]), "\(e) at \(point)")
        }
      }
    }
  }

  private func same(_ a: Double, _ b: Double) -> Bool {
    a == b || (a.isNaN && b.isNaN) || abs(a - b) <= 1e-13 * abs(b)
  }

  @Test func `computes a common part once`() throws {
    let inputs: [Symbol] = [.coordinate(0), .coordinate(1)]
    let one = Program([try parsed("sin(x*y)")], inputs: inputs)
    let three = Program(
      try ["sin(x*y)", "2 + sin(x*y)", "sin(y*x)"].map(parsed), inputs: inputs)
    #expect(three.instructionCount == one.instructionCount + 1)
    #expect(Program([try parsed("2^10 + sqrt(2)")], inputs: []).instructionCount == 1)
  }

  @Test func `keeps the branch not taken out of the result`() throws {
    let e = try parsed("if(x > 0, log(x), 0) + (x == 0 ? 1 : sin(x)/x)")
    let program = Program([e], inputs: [.coordinate(0)])
    let x = (0..<1000).map { Double($0) / 100 - 5 }
    let values = try program.checkedValues(columns: [x])[0]
    #expect(values[500] == 1)
    #expect(values.allSatisfy { $0.isFinite })
  }

  @Test func `names the first point where a value is not finite`() throws {
    let program = Program(
      try ["1 + x", "log(x)", "1/x"].map(parsed), inputs: [.coordinate(0), .parameter(0)])
    var x = [Double](repeating: 1, count: 10_000)
    x[7001] = 0
    x[9000] = -1
    let columns = [x, [3]]
    do {
      _ = try program.checkedValues(columns: columns)
      Issue.record("log(0) passed")
    } catch {
      #expect(error.point == 7001 && error.output == 1 && error.value == -.infinity)
      #expect(error.inputs.count == 1 && error.inputs[0].value == 0)
      #expect(error.description.contains("log(x)") && error.description.contains("x = 0"))
    }
    do {
      _ = try program.checkedValues(at: [-1, 0])
      Issue.record("log(-1) passed")
    } catch { #expect(error.output == 1 && error.value.isNaN) }
    x = x.map { _ in 2 }
    #expect(try program.checkedValues(columns: [x, [3]])[2][17] == 0.5)
  }

  @Test func `takes a single number for all points and any range of points`() throws {
    let program = Program([try parsed("x * h + 1")], inputs: [.coordinate(0), .parameter(3)])
    let x = (0..<1000).map(Double.init)
    let whole = program.evaluate(columns: [x, [2]])[0]
    #expect(whole == x.map { 2 * $0 + 1 })
    #expect(program.evaluate(columns: [x, [2]], points: 300..<777)[0] == Array(whole[300..<777]))
    #expect(program.evaluate(columns: [x, [2]], points: 5..<5) == [[]])
    let constant = Program([try parsed("7")], inputs: [])
    #expect(constant.evaluate(columns: [], count: 3) == [[7, 7, 7]])
    #expect(constant.evaluate(at: []) == [7])
    #expect(Program([], inputs: []).evaluate(at: []) == [])
  }

  @Test func `writes into the caller's storage and gives the same bits again`() throws {
    let outputs = try (0..<3).map { try parsed("k[\($0)] * exp(h)") }
    let program = Program(outputs, inputs: (0..<4).map { Symbol.parameter($0) })
    var values = [Double](repeating: 0, count: 3)
    var scratch = [Double](repeating: .nan, count: program.scratchCount)
    program.evaluate(at: [1, 2, 3, 0.5], into: &values, scratch: &scratch)
    #expect(values == program.evaluate(at: [1, 2, 3, 0.5]))
    let point = [1, 2, 3, 0.5]
    var other = [Double](repeating: 0, count: 3)
    var target = other.mutableSpan
    var space = scratch.mutableSpan
    program.evaluate(at: point.span, into: &target, scratch: &space)
    #expect(other == values)
  }

  @Test func `traps with the numbers when a symbol has no input`() async {
    await #expect(processExitsWith: .failure) {
      _ = Program([Expression(.time)], inputs: [.coordinate(0)])
    }
  }
}
