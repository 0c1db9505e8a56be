import RealModule

/// The functions and logical operations an expression may call.
///
/// Truth is a number: zero is false, anything else true; comparisons give 1 or 0.
enum Function: UInt8, Hashable, Sendable, CaseIterable {
  case sin, cos, tan, asin, acos, atan, sinh, cosh, tanh
  case exp, log, log10, log2, sqrt, cbrt, abs, sign, floor, ceil, round, step, erf, not
  case atan2, hypot, mod
  case less, lessOrEqual, greater, greaterOrEqual, equal, notEqual
  case min, max, and, or
  case conditional

  /// How the function or operator is written.
  var name: String {
    switch self {
    case .less: "<"
    case .lessOrEqual: "<="
    case .greater: ">"
    case .greaterOrEqual: ">="
    case .equal: "=="
    case .notEqual: "!="
    case .conditional: "if"
    default: String(describing: self)
    }
  }

  var isComparison: Bool { rawValue >= Self.less.rawValue && rawValue <= Self.notEqual.rawValue }

  /// Whether every value is 0 or 1.
  var isLogical: Bool { isComparison || self == .and || self == .or || self == .not }

  /// The functions written as a name with parentheses, and the number of arguments they take.
  static let called: [String: (function: Function, count: ClosedRange<Int>)] = {
    var table: [String: (function: Function, count: ClosedRange<Int>)] = [:]
    for function in allCases where function.rawValue < Function.not.rawValue {
      table[function.name] = (function, 1...1)
    }
    table["ln"] = (.log, 1...1)
    table["heaviside"] = (.step, 1...1)
    for function in [Function.atan2, .hypot, .mod] { table[function.name] = (function, 2...2) }
    for function in [Function.min, .max] { table[function.name] = (function, 1...Int.max) }
    table["if"] = (.conditional, 3...3)
    return table
  }()

  @inline(__always)
  func value(_ a: Double) -> Double {
    switch self {
    case .sin: .sin(a)
    case .cos: .cos(a)
    case .tan: .tan(a)
    case .asin: .asin(a)
    case .acos: .acos(a)
    case .atan: .atan(a)
    case .sinh: .sinh(a)
    case .cosh: .cosh(a)
    case .tanh: .tanh(a)
    case .exp: .exp(a)
    case .log: .log(a)
    case .log10: .log10(a)
    case .log2: .log2(a)
    case .sqrt: a.squareRoot()
    case .cbrt: .root(a, 3)
    case .abs: a.magnitude
    case .sign: signum(a)
    case .floor: a.rounded(.down)
    case .ceil: a.rounded(.up)
    case .round: a.rounded(.toNearestOrAwayFromZero)
    case .step: a >= 0 ? 1 : (a < 0 ? 0 : a)
    case .erf: .erf(a)
    case .not: a == 0 ? 1 : 0
    default: .nan
    }
  }

  @inline(__always)
  func value(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .atan2: .atan2(y: a, x: b)
    case .hypot: .hypot(a, b)
    case .mod: modulo(a, b)
    case .less: a < b ? 1 : 0
    case .lessOrEqual: a <= b ? 1 : 0
    case .greater: a > b ? 1 : 0
    case .greaterOrEqual: a >= b ? 1 : 0
    case .equal: a == b ? 1 : 0
    case .notEqual: a != b ? 1 : 0
    case .min: minimum(a, b)
    case .max: maximum(a, b)
    case .and: a != 0 && b != 0 ? 1 : 0
    case .or: a != 0 || b != 0 ? 1 : 0
    default: .nan
    }
  }

  /// The value for any number of arguments, from left to right.
  func value(_ arguments: [Double]) -> Double {
    switch arguments.count {
    case 1 where rawValue <= Function.not.rawValue: value(arguments[0])
    case 3 where self == .conditional: arguments[0] != 0 ? arguments[1] : arguments[2]
    default: arguments.dropFirst().reduce(arguments[0]) { value($0, $1) }
    }
  }
}

/// −1, 0 or 1; not-a-number stays so.
@inline(__always)
func signum(_ a: Double) -> Double { a > 0 ? 1 : (a < 0 ? -1 : a) }

/// The smaller of two; not-a-number if either is.
@inline(__always)
func minimum(_ a: Double, _ b: Double) -> Double { a < b || a != a ? a : b }

/// The larger of two; not-a-number if either is.
@inline(__always)
func maximum(_ a: Double, _ b: Double) -> Double { a > b || a != a ? a : b }

/// a − b ⌊a / b⌋: the remainder with the sign of the divisor, as a periodic pattern needs it.
@inline(__always)
func modulo(_ a: Double, _ b: Double) -> Double {
  let r = a.truncatingRemainder(dividingBy: b)
  return r != 0 && (r < 0) != (b < 0) ? r + b : r
}

/// The largest |n| for which xⁿ is computed by multiplications, which round at most n times.
let largestMultipliedExponent = 32.0

/// aᵇ: by multiplications for small whole b, the square root for ½, otherwise the library's power.
///
/// Negative a with a whole b is a sign times |a|ᵇ; with any other b not-a-number.
@inline(__always)
func power(_ a: Double, _ b: Double) -> Double {
  if b == b.rounded(.towardZero), b.magnitude <= 0x1p62 {
    guard b.magnitude <= largestMultipliedExponent else { return .pow(a, Int(b)) }
    let p = integerPower(a, Int(b.magnitude))
    return b < 0 ? 1 / p : p
  }
  return b == 0.5 ? a.squareRoot() : .pow(a, b)
}

/// aⁿ for n ≥ 0 by squaring, in the order the compiled program multiplies.
func integerPower(_ a: Double, _ n: Int) -> Double {
  if n == 0 { return 1 }
  if n == 1 { return a }
  if n.isMultiple(of: 2) {
    let half = integerPower(a, n / 2)
    return half * half
  }
  return integerPower(a, n - 1) * a
}
