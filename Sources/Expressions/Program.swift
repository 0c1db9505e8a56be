/// Several expressions compiled together into one flat list of instructions.
///
/// Common parts are computed once and constants are folded. Over many points the program runs
/// block by block, each instruction over a whole block, so that nothing is allocated and no tree
/// is walked per point. Both branches of a conditional are computed and the result selected, which
/// keeps the value of the branch not taken, even not-a-number, out of the result.
///
/// The numbers are those of `Expression.evaluate`, operation by operation.
public struct Program: Sendable {
  /// What each column or entry of the input means.
  public let inputs: [Symbol]
  /// The compiled expressions.
  public let outputs: [Expression]
  let instructions: [Instruction]
  let numbers: [Double]
  let results: [Int32]
  let slotCount: Int
  /// Points computed together.
  let blockSize: Int

  /// Compiles.
  ///
  /// - Parameters:
  ///   - outputs: The expressions; they should be simplified beforehand, which this does not do.
  ///   - inputs: At least all symbols of the expressions. Those not used cost a copy per point.
  /// - Precondition: Every symbol of the outputs is among the inputs.
  public init(_ outputs: [Expression], inputs: [Symbol]) {
    self.inputs = inputs
    self.outputs = outputs
    var builder = ProgramBuilder(inputs: inputs)
    let values = outputs.map { builder.output($0) }
    let assignment = SlotAssignment(
      builder.instructions, inputCount: inputs.count, results: values)
    instructions = assignment.instructions
    numbers = builder.numbers
    results = assignment.results
    slotCount = assignment.slotCount
    // 256 points of up to 16 slots are 32 kB; beyond 512 slots the blocks shrink to 1 MB.
    var size = 256
    while size > 8, size * slotCount > 1 << 17 { size /= 2 }
    blockSize = size
  }

  /// Numbers of workspace that `evaluate(at:into:scratch:)` needs.
  public var scratchCount: Int { slotCount }

  /// Instructions executed per point or block.
  public var instructionCount: Int { instructions.count }

  /// The outputs at one point; use the form with scratch where time matters.
  ///
  /// - Parameter point: One number per input.
  public func evaluate(at point: [Double]) -> [Double] {
    var values = [Double](repeating: 0, count: outputs.count)
    var scratch = [Double](repeating: 0, count: scratchCount)
    evaluate(at: point, into: &values, scratch: &scratch)
    return values
  }

  /// The outputs at one point, without allocation.
  ///
  /// - Parameters:
  ///   - point: One number per input.
  ///   - values: One number per output, overwritten.
  ///   - scratch: `scratchCount` numbers, overwritten; not to be shared between threads.
  public func evaluate(at point: [Double], into values: inout [Double], scratch: inout [Double]) {
    precondition(
      point.count == inputs.count && values.count == outputs.count
        && scratch.count >= scratchCount,
      "the program has \(inputs.count) inputs, \(outputs.count) outputs and needs a scratch of "
        + "\(scratchCount), not \(point.count), \(values.count) and \(scratch.count)")
    runPoint(point, into: &values, scratch: &scratch)
  }

  /// As `evaluate(at:into:scratch:)`, over spans.
  public func evaluate(
    at point: Span<Double>, into values: inout MutableSpan<Double>,
    scratch: inout MutableSpan<Double>
  ) {
    precondition(
      point.count == inputs.count && values.count == outputs.count
        && scratch.count >= scratchCount,
      "the program has \(inputs.count) inputs, \(outputs.count) outputs and needs a scratch of "
        + "\(scratchCount), not \(point.count), \(values.count) and \(scratch.count)")
    runPoint(point, into: &values, scratch: &scratch)
  }

  /// The outputs at many points.
  ///
  /// - Parameters:
  ///   - columns: For each input one number per point, or a single number that holds for all.
  ///   - count: Number of points; needed only if no column shows it.
  /// - Returns: For each output one number per point.
  public func evaluate(columns: [[Double]], count: Int? = nil) -> [[Double]] {
    let points = count ?? columns.map(\.count).max() ?? 1
    return evaluate(columns: columns, points: 0..<points)
  }

  /// The outputs at some of the points: parallel callers hand out ranges.
  ///
  /// - Parameter points: Which entries of the columns; the results begin with the first of these.
  public func evaluate(columns: [[Double]], points: Range<Int>) -> [[Double]] {
    precondition(
      columns.count == inputs.count, "\(inputs.count) columns are needed, not \(columns.count)")
    for (i, column) in columns.enumerated() {
      precondition(
        column.count >= points.upperBound || column.count == 1,
        "column \(i) (\(inputs[i])) has \(column.count) numbers for \(points.upperBound) points")
    }
    return runBlocks(columns, points)
  }

  /// As `evaluate(columns:count:)`, refusing infinite and undefined values.
  ///
  /// - Throws: `EvaluationError` with the first such value: the lowest point, then output.
  public func checkedValues(
    columns: [[Double]], count: Int? = nil
  ) throws(EvaluationError) -> [[Double]] {
    let values = evaluate(columns: columns, count: count)
    var first: (point: Int, output: Int)?
    for (k, column) in values.enumerated() {
      if let i = firstNotFinite(column), i < first?.point ?? Int.max { first = (i, k) }
    }
    guard let first else { return values }
    throw EvaluationError(
      output: first.output, point: first.point, value: values[first.output][first.point],
      expression: outputs[first.output], inputs: inputs,
      at: columns.map { $0.count == 1 ? $0[0] : $0[first.point] })
  }

  /// As `evaluate(at:)`, refusing infinite and undefined values.
  public func checkedValues(at point: [Double]) throws(EvaluationError) -> [Double] {
    let values = evaluate(at: point)
    guard let k = firstNotFinite(values) else { return values }
    throw EvaluationError(
      output: k, point: 0, value: values[k], expression: outputs[k], inputs: inputs, at: point)
  }
}
