/// One step of a program: slot `target` becomes the operation of slots a, b, c.
///
/// In the operations whose name ends in Number, b counts the program's numbers, not its slots.
struct Instruction: Hashable, Sendable {
  enum Operation: UInt8, Sendable {
    case fill
    case add, addNumber, subtract, subtractFromNumber
    case multiply, multiplyNumber, multiplyAdd, multiplySubtract
    case divide, divideNumber, divideIntoNumber
    case negate, power, select
    case sin, cos, tan, asin, acos, atan, sinh, cosh, tanh
    case exp, log, log10, log2, sqrt, cbrt, abs, sign, floor, ceil, round, step, erf, not
    case atan2, hypot, mod
    case less, lessOrEqual, equal, notEqual
    case min, max, and, or
  }

  var operation: Operation
  var target: Int32
  var a: Int32
  var b: Int32 = 0
  var c: Int32 = 0

  /// Calls `body` with each operand that is a slot.
  func forEachSlot(_ body: (Int32) -> Void) {
    switch operation {
    case .fill: break
    case .addNumber, .subtractFromNumber, .multiplyNumber, .divideNumber, .divideIntoNumber,
      .negate, .not:
      body(a)
    case .multiplyAdd, .multiplySubtract, .select:
      body(a)
      body(b)
      body(c)
    default:
      body(a)
      if operation.rawValue < Operation.sin.rawValue
        || operation.rawValue >= Operation.atan2.rawValue
      {
        body(b)
      }
    }
  }
}
