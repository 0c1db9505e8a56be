/// Translates trees to instructions over values numbered in the order they are first computed;
/// equal operations on equal operands get one number.
struct ProgramBuilder {
  private(set) var instructions: [Instruction] = []
  private(set) var numbers: [Double] = []
  private let inputs: [Symbol: Int32]
  private let inputCount: Int32
  private var numberIndex: [UInt64: Int32] = [:]
  private var known: [Instruction: Int32] = [:]
  private var compiled: [Expression: Operand] = [:]

  /// A value or a constant not yet in any slot.
  enum Operand: Hashable {
    case value(Int32)
    case number(Double)
  }

  init(inputs: [Symbol]) {
    var index: [Symbol: Int32] = [:]
    for (i, symbol) in inputs.enumerated() where index[symbol] == nil { index[symbol] = Int32(i) }
    self.inputs = index
    inputCount = Int32(inputs.count)
  }

  /// The number of the value of `e`, computed or a constant put into a slot.
  mutating func output(_ e: Expression) -> Int32 { slot(compile(e)) }

  private mutating func compile(_ e: Expression) -> Operand {
    if let constant = e.node.constant { return .number(constant) }
    if case .symbol(let symbol, let name) = e.form {
      guard let input = inputs[symbol] else {
        preconditionFailure("the symbol \(name) is not among the inputs of the program")
      }
      return .value(input)
    }
    if let operand = compiled[e] { return operand }
    let operand: Operand
    switch e.form {
    case .constant, .symbol: operand = .number(.nan)
    case .sum(let terms): operand = sum(terms)
    case .product(let factors): operand = product(factors)
    case .negation(let a): operand = emit(.negate, slot(compile(a)))
    case .reciprocal(let a): operand = divide(.number(1), compile(a))
    case .power(let a, let b): operand = power(compile(a), compile(b))
    case .call(let function, let arguments): operand = call(function, arguments)
    }
    compiled[e] = operand
    return operand
  }

  private mutating func sum(_ terms: [Expression]) -> Operand {
    var total = compile(terms[0])
    for term in terms.dropFirst() {
      let isDifference: Bool
      let a: Expression
      if case .negation(let inner) = term.form {
        (isDifference, a) = (true, inner)
      } else {
        (isDifference, a) = (false, term)
      }
      if let fused = fusedProduct(a, isDifference, onto: total) {
        total = fused
      } else {
        total = isDifference ? subtract(total, compile(a)) : add(total, compile(a))
      }
    }
    return total
  }

  /// total ± u v in one pass over the points, rounded twice as in the tree.
  private mutating func fusedProduct(
    _ e: Expression, _ isDifference: Bool, onto total: Operand
  ) -> Operand? {
    guard compiled[e] == nil, case .value(let sum) = total, case .product(let factors) = e.form,
      factors.count == 2, factors[0].node.constant == nil, factors[1].node.constant == nil
    else { return nil }
    if case .reciprocal = factors[0].form { return nil }
    if case .reciprocal = factors[1].form { return nil }
    let u = slot(compile(factors[0]))
    let v = slot(compile(factors[1]))
    let product = Instruction(operation: .multiply, target: 0, a: min(u, v), b: max(u, v))
    if let shared = known[product] {
      return isDifference ? subtract(total, .value(shared)) : add(total, .value(shared))
    }
    return emit(isDifference ? .multiplySubtract : .multiplyAdd, min(u, v), max(u, v), sum)
  }

  private mutating func product(_ factors: [Expression]) -> Operand {
    var total = compile(factors[0])
    for factor in factors.dropFirst() {
      if case .reciprocal(let divisor) = factor.form {
        total = divide(total, compile(divisor))
      } else {
        total = multiply(total, compile(factor))
      }
    }
    return total
  }

  private mutating func power(_ a: Operand, _ b: Operand) -> Operand {
    guard case .number(let exponent) = b, case .value(let base) = a else {
      return emit(.power, slot(a), slot(b))
    }
    if exponent == 0.5 { return emit(.sqrt, base) }
    guard let n = Int(exactly: exponent), exponent.magnitude <= largestMultipliedExponent else {
      return emit(.power, base, slot(b))
    }
    if n == 0 { return .number(1) }
    let p = wholePower(base, abs(n))
    return n > 0 ? p : divide(.number(1), p)
  }

  private mutating func wholePower(_ base: Int32, _ n: Int) -> Operand {
    if n == 1 { return .value(base) }
    if n.isMultiple(of: 2) {
      let half = wholePower(base, n / 2)
      return multiply(half, half)
    }
    return multiply(wholePower(base, n - 1), .value(base))
  }

  private mutating func call(_ function: Function, _ arguments: [Expression]) -> Operand {
    if function == .conditional {
      let condition = compile(arguments[0])
      if case .number(let c) = condition { return compile(arguments[c != 0 ? 1 : 2]) }
      return emit(
        .select, slot(condition), slot(compile(arguments[1])), slot(compile(arguments[2])))
    }
    let first = compile(arguments[0])
    if arguments.count == 1 {
      guard let operation = Self.operation(of: function), function.rawValue <= Function.not.rawValue
      else { return first }  // min and max of one argument
      return emit(operation, slot(first))
    }
    var total = first
    for argument in arguments.dropFirst() {
      let next = compile(argument)
      switch function {
      case .greater: total = emit(.less, slot(next), slot(total))
      case .greaterOrEqual: total = emit(.lessOrEqual, slot(next), slot(total))
      default:
        guard let operation = Self.operation(of: function) else { return total }
        total = emit(operation, slot(total), slot(next))
      }
    }
    return total
  }

  private static func operation(of function: Function) -> Instruction.Operation? {
    operations[Int(function.rawValue)]
  }

  /// The operation of the same name, for every function.
  private static let operations: [Instruction.Operation?] = Function.allCases.map { function in
    let name = String(describing: function)
    let all = (0...Instruction.Operation.or.rawValue).compactMap(Instruction.Operation.init)
    return all.first { String(describing: $0) == name }
  }

  private mutating func add(_ a: Operand, _ b: Operand) -> Operand {
    switch (a, b) {
    case (.number(let u), .number(let v)): .number(u + v)
    case (.value(let u), .number(let v)), (.number(let v), .value(let u)):
      emit(.addNumber, u, number(v))
    case (.value(let u), .value(let v)): emit(.add, min(u, v), max(u, v))
    }
  }

  private mutating func subtract(_ a: Operand, _ b: Operand) -> Operand {
    switch (a, b) {
    case (.number(let u), .number(let v)): .number(u - v)
    case (.value(let u), .number(let v)): emit(.addNumber, u, number(-v))
    case (.number(let u), .value(let v)): emit(.subtractFromNumber, v, number(u))
    case (.value(let u), .value(let v)): emit(.subtract, u, v)
    }
  }

  private mutating func multiply(_ a: Operand, _ b: Operand) -> Operand {
    switch (a, b) {
    case (.number(let u), .number(let v)): .number(u * v)
    case (.value(let u), .number(let v)), (.number(let v), .value(let u)):
      emit(.multiplyNumber, u, number(v))
    case (.value(let u), .value(let v)): emit(.multiply, min(u, v), max(u, v))
    }
  }

  private mutating func divide(_ a: Operand, _ b: Operand) -> Operand {
    switch (a, b) {
    case (.number(let u), .number(let v)): .number(u / v)
    case (.value(let u), .number(let v)): emit(.divideNumber, u, number(v))
    case (.number(let u), .value(let v)): emit(.divideIntoNumber, v, number(u))
    case (.value(let u), .value(let v)): emit(.divide, u, v)
    }
  }

  private mutating func number(_ value: Double) -> Int32 {
    if let index = numberIndex[value.bitPattern] { return index }
    numbers.append(value)
    numberIndex[value.bitPattern] = Int32(numbers.count - 1)
    return Int32(numbers.count - 1)
  }

  /// A value's number; a constant is put into a slot where it is used, so that it does not
  /// occupy one throughout.
  private mutating func slot(_ operand: Operand) -> Int32 {
    switch operand {
    case .value(let value): return value
    case .number(let number):
      let index = self.number(number)
      instructions.append(Instruction(operation: .fill, target: nextValue, a: 0, b: index))
      return nextValue - 1
    }
  }

  private var nextValue: Int32 { inputCount + Int32(instructions.count) }

  private mutating func emit(
    _ operation: Instruction.Operation, _ a: Int32, _ b: Int32 = 0, _ c: Int32 = 0
  ) -> Operand {
    var key = Instruction(operation: operation, target: 0, a: a, b: b, c: c)
    if let value = known[key] { return .value(value) }
    let value = nextValue
    known[key] = value
    key.target = value
    instructions.append(key)
    return .value(value)
  }
}
