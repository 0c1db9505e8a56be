/// A scalar coefficient as a user writes it: an immutable syntax tree over coordinates, time,
/// parameters and fields.
///
/// Two expressions are equal if their trees are: `x + y` and `y + x` differ. A sum or product
/// written without parentheses is one node, so its length is not limited by the depth of a stack;
/// trees deeper than `Expression.deepest` cannot be built.
public struct Expression: Hashable, Sendable {
  let node: Node

  /// The largest depth of a tree: the recursive passes over it must fit every thread's stack.
  public static let deepest = 5000

  /// What stands at a node. Only the functions in Construction.swift build one.
  enum Form: Sendable {
    case constant(Double)
    case symbol(Symbol, name: String)
    case sum([Expression])
    case product([Expression])
    case negation(Expression)
    case reciprocal(Expression)
    case power(Expression, Expression)
    case call(Function, [Expression])
  }

  /// The shared immutable node, with what every pass asks for kept beside it.
  final class Node: Sendable {
    let form: Form
    /// The value if nothing varies below; it may be infinite or not a number.
    let constant: Double?
    let fingerprint: UInt64
    let depth: Int
    let dependence: Dependence

    init(_ form: Form) {
      self.form = form
      var depth = 0
      var fingerprint: UInt64
      var dependence: Dependence = []
      switch form {
      case .constant(let value): fingerprint = mixed(11, value.bitPattern)
      case .symbol(let symbol, _):
        fingerprint = symbol.fingerprint
        dependence = Dependence(on: symbol)
      case .sum: fingerprint = 12
      case .product: fingerprint = 13
      case .negation: fingerprint = 14
      case .reciprocal: fingerprint = 15
      case .power: fingerprint = 16
      case .call(let function, _): fingerprint = 32 + UInt64(function.rawValue)
      }
      Expression.forEachOperand(of: form) { operand in
        depth = max(depth, operand.node.depth)
        fingerprint = mixed(fingerprint, operand.node.fingerprint)
        dependence.formUnion(operand.node.dependence)
      }
      precondition(
        depth < Expression.deepest,
        "an expression may be at most \(Expression.deepest) levels deep; introduce fewer nestings")
      self.depth = depth + 1
      self.fingerprint = fingerprint
      self.dependence = dependence
      constant = dependence.isEmpty ? Expression.value(of: form) { $0.node.constant ?? .nan } : nil
    }
  }

  /// Which kinds of symbols occur.
  struct Dependence: OptionSet {
    let rawValue: UInt8
    static let coordinates = Dependence(rawValue: 1)
    /// Parameters or time: what the coefficients θ(μ, t) may depend on.
    static let parameters = Dependence(rawValue: 2)
    static let fields = Dependence(rawValue: 4)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(on symbol: Symbol) {
      switch symbol {
      case .coordinate: self = .coordinates
      case .time, .parameter: self = .parameters
      case .field: self = .fields
      }
    }
  }

  init(form: Form) { node = Node(form) }

  var form: Form { node.form }

  /// Levels of the tree; a number or a symbol alone has depth 1.
  public var depth: Int { node.depth }

  /// The value of an expression without symbols, if it is finite.
  public var constantValue: Double? { node.constant.flatMap { $0.isFinite ? $0 : nil } }

  static func forEachOperand(of form: Form, _ body: (Expression) -> Void) {
    switch form {
    case .constant, .symbol: break
    case .negation(let a), .reciprocal(let a): body(a)
    case .power(let a, let b):
      body(a)
      body(b)
    case .sum(let operands), .product(let operands), .call(_, let operands):
      for operand in operands { body(operand) }
    }
  }

  /// Every symbol that occurs.
  public var symbols: Set<Symbol> {
    var found: Set<Symbol> = []
    var seen: Set<ObjectIdentifier> = []
    func visit(_ e: Expression) {
      if case .symbol(let symbol, _) = e.form { found.insert(symbol) }
      guard !e.node.dependence.isEmpty, seen.insert(ObjectIdentifier(e.node)).inserted else {
        return
      }
      Expression.forEachOperand(of: e.form, visit)
    }
    visit(self)
    return found
  }

  /// Whether `a` and `b` are the same tree.
  public static func == (a: Expression, b: Expression) -> Bool {
    if a.node === b.node { return true }
    guard a.node.fingerprint == b.node.fingerprint else { return false }
    switch (a.form, b.form) {
    case (.constant(let u), .constant(let v)): return u.bitPattern == v.bitPattern
    case (.symbol(let u, _), .symbol(let v, _)): return u == v
    case (.sum(let u), .sum(let v)), (.product(let u), .product(let v)): return u == v
    case (.negation(let u), .negation(let v)): return u == v
    case (.reciprocal(let u), .reciprocal(let v)): return u == v
    case (.power(let u, let m), .power(let v, let n)): return u == v && m == n
    case (.call(let f, let u), .call(let g, let v)): return f == g && u == v
    default: return false
    }
  }

  /// Feeds the tree's fingerprint to `hasher`.
  public func hash(into hasher: inout Hasher) { hasher.combine(node.fingerprint) }
}
