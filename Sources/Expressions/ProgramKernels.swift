import RealModule

// The loops that execute instructions. All slots named by an instruction are below slotCount and
// all numbers below numbers.count by construction (SlotAssignment, ProgramBuilder), and the
// workspace has slotCount blocks: no index is checked again here.

extension Program {
  func runPoint(_ point: [Double], into values: inout [Double], scratch: inout [Double]) {
    unsafe point.withUnsafeBufferPointer { point in
      unsafe values.withUnsafeMutableBufferPointer { values in
        unsafe scratch.withUnsafeMutableBufferPointer { scratch in
          unsafe runPoint(point, values, scratch)
        }
      }
    }
  }

  func runPoint(
    _ point: Span<Double>, into values: inout MutableSpan<Double>,
    scratch: inout MutableSpan<Double>
  ) {
    unsafe point.withUnsafeBufferPointer { point in
      unsafe values.withUnsafeMutableBufferPointer { values in
        unsafe scratch.withUnsafeMutableBufferPointer { scratch in
          unsafe runPoint(point, values, scratch)
        }
      }
    }
  }

  @inline(__always)
  private func runPoint(
    _ point: UnsafeBufferPointer<Double>, _ values: UnsafeMutableBufferPointer<Double>,
    _ scratch: UnsafeMutableBufferPointer<Double>
  ) {
    guard let slots = scratch.baseAddress else {
      return  // no slots: neither inputs nor outputs
    }
    for i in 0..<inputs.count { unsafe slots[i] = unsafe point[i] }
    if !instructions.isEmpty {
      unsafe numbers.withUnsafeBufferPointer { numbers in
        for instruction in instructions {
          unsafe execute(instruction, slots, numbers.baseAddress, count: 1, stride: 1)
        }
      }
    }
    for k in 0..<results.count { unsafe values[k] = unsafe slots[Int(results[k])] }
  }

  func runBlocks(_ columns: [[Double]], _ points: Range<Int>) -> [[Double]] {
    var values = outputs.map { _ in [Double](repeating: 0, count: points.count) }
    if points.isEmpty || outputs.isEmpty { return values }
    // Eight more numbers between blocks: at a distance of a multiple of 4096 bytes a load waits
    // for an unrelated store.
    let stride = min(blockSize, points.count) + 8
    var scratch = [Double](repeating: 0, count: slotCount * stride)
    unsafe scratch.withUnsafeMutableBufferPointer { buffer in
      guard let slots = buffer.baseAddress else { return }
      for (i, column) in columns.enumerated() where column.count == 1 {
        unsafe (slots + i * stride).update(repeating: column[0], count: stride)
      }
      var start = 0
      while start < points.count {
        let count = min(stride - 8, points.count - start)
        for (i, column) in columns.enumerated() where column.count != 1 {
          unsafe column.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            unsafe (slots + i * stride).update(
              from: base + points.lowerBound + start, count: count)
          }
        }
        unsafe numbers.withUnsafeBufferPointer { numbers in
          for instruction in instructions {
            unsafe execute(
              instruction, slots, numbers.baseAddress, count: count, stride: stride)
          }
        }
        for k in results.indices {
          unsafe values[k].withUnsafeMutableBufferPointer { target in
            guard let base = target.baseAddress else { return }
            unsafe (base + start).update(
              from: slots + Int(results[k]) * stride, count: count)
          }
        }
        start += count
      }
    }
    return values
  }

  func firstNotFinite(_ values: [Double]) -> Int? {
    unsafe values.withUnsafeBufferPointer { values in
      var start = 0
      while start < values.count {
        let end = min(start + 4096, values.count)
        // Zero times a number is zero, times infinity or not-a-number it is not-a-number.
        var sum = 0.0
        for i in start..<end { sum = unsafe Relaxed.multiplyAdd(0, values[i], sum) }
        if sum != 0 {
          return (start..<end).first { unsafe !values[$0].isFinite }
        }
        start = end
      }
      return nil
    }
  }
}

/// Executes one instruction on `count` points; slot s begins at s · stride.
@inline(__always)
private func execute(
  _ i: Instruction, _ slots: UnsafeMutablePointer<Double>,
  _ numbers: UnsafePointer<Double>?, count: Int, stride: Int
) {
  let d = unsafe slots + Int(i.target) * stride
  let a = unsafe slots + Int(i.a) * stride

  func number() -> Double { unsafe numbers.map { unsafe $0[Int(i.b)] } ?? 0 }

  @inline(__always)
  func map(_ f: (Double) -> Double) {
    for k in 0..<count { unsafe d[k] = unsafe f(a[k]) }
  }

  @inline(__always)
  func map2(_ f: (Double, Double) -> Double) {
    let b = unsafe slots + Int(i.b) * stride
    for k in 0..<count { unsafe d[k] = unsafe f(a[k], b[k]) }
  }

  @inline(__always)
  func mapNumber(_ f: (Double, Double) -> Double) {
    let b = number()
    for k in 0..<count { unsafe d[k] = unsafe f(a[k], b) }
  }

  @inline(__always)
  func map3(_ f: (Double, Double, Double) -> Double) {
    let b = unsafe slots + Int(i.b) * stride
    let c = unsafe slots + Int(i.c) * stride
    for k in 0..<count { unsafe d[k] = unsafe f(a[k], b[k], c[k]) }
  }

  switch i.operation {
  case .fill:
    let value = number()
    for k in 0..<count { unsafe d[k] = value }
  case .add: map2 { $0 + $1 }
  case .addNumber: mapNumber { $0 + $1 }
  case .subtract: map2 { $0 - $1 }
  case .subtractFromNumber: mapNumber { $1 - $0 }
  case .multiply: map2 { $0 * $1 }
  case .multiplyNumber: mapNumber { $0 * $1 }
  case .multiplyAdd: map3 { $2 + $0 * $1 }
  case .multiplySubtract: map3 { $2 - $0 * $1 }
  case .divide: map2 { $0 / $1 }
  case .divideNumber: mapNumber { $0 / $1 }
  case .divideIntoNumber: mapNumber { $1 / $0 }
  case .negate: map { -$0 }
  case .power: map2 { power($0, $1) }
  case .select: map3 { $0 != 0 ? $1 : $2 }
  case .sin: map { Function.sin.value($0) }
  case .cos: map { Function.cos.value($0) }
  case .tan: map { Function.tan.value($0) }
  case .asin: map { Function.asin.value($0) }
  case .acos: map { Function.acos.value($0) }
  case .atan: map { Function.atan.value($0) }
  case .sinh: map { Function.sinh.value($0) }
  case .cosh: map { Function.cosh.value($0) }
  case .tanh: map { Function.tanh.value($0) }
  case .exp: map { Function.exp.value($0) }
  case .log: map { Function.log.value($0) }
  case .log10: map { Function.log10.value($0) }
  case .log2: map { Function.log2.value($0) }
  case .sqrt: map { Function.sqrt.value($0) }
  case .cbrt: map { Function.cbrt.value($0) }
  case .abs: map { Function.abs.value($0) }
  case .sign: map { Function.sign.value($0) }
  case .floor: map { Function.floor.value($0) }
  case .ceil: map { Function.ceil.value($0) }
  case .round: map { Function.round.value($0) }
  case .step: map { Function.step.value($0) }
  case .erf: map { Function.erf.value($0) }
  case .not: map { Function.not.value($0) }
  case .atan2: map2 { Function.atan2.value($0, $1) }
  case .hypot: map2 { Function.hypot.value($0, $1) }
  case .mod: map2 { Function.mod.value($0, $1) }
  case .less: map2 { Function.less.value($0, $1) }
  case .lessOrEqual: map2 { Function.lessOrEqual.value($0, $1) }
  case .equal: map2 { Function.equal.value($0, $1) }
  case .notEqual: map2 { Function.notEqual.value($0, $1) }
  case .min: map2 { Function.min.value($0, $1) }
  case .max: map2 { Function.max.value($0, $1) }
  case .and: map2 { Function.and.value($0, $1) }
  case .or: map2 { Function.or.value($0, $1) }
  }
}
