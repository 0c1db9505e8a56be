public import Expressions

/// a + i b with real expressions a and b.
public struct ComplexExpression: Sendable, Hashable {
  /// a.
  public var real: Expression
  /// b.
  public var imaginary: Expression

  /// a + i b.
  public init(_ real: Expression, _ imaginary: Expression = Expression(0)) {
    (self.real, self.imaginary) = (real, imaginary)
  }

  /// A number.
  ///
  /// - Precondition: Both parts are finite.
  public init(_ real: Double, _ imaginary: Double = 0) {
    self.init(Expression(real), Expression(imaginary))
  }

  /// Both parts simplified.
  func simplified() -> ComplexExpression {
    ComplexExpression(real.simplified(), imaginary.simplified())
  }

  /// Both parts with symbols replaced.
  func substituting(_ replace: (Symbol) -> Expression?) -> ComplexExpression {
    ComplexExpression(real.substituting(replace), imaginary.substituting(replace))
  }

  /// The derivative of both parts along an axis.
  func derivative(along axis: Int) -> ComplexExpression {
    ComplexExpression(
      real.derivative(with: .coordinate(axis)), imaginary.derivative(with: .coordinate(axis)))
  }

  /// i times this.
  var timesI: ComplexExpression { ComplexExpression(-imaginary, real) }

  /// Whether it is known to vanish.
  var isZero: Bool {
    real.simplified().constantValue == 0 && imaginary.simplified().constantValue == 0
  }

  /// a + b.
  public static func + (a: ComplexExpression, b: ComplexExpression) -> ComplexExpression {
    ComplexExpression(a.real + b.real, a.imaginary + b.imaginary).simplified()
  }

  /// a − b.
  public static func - (a: ComplexExpression, b: ComplexExpression) -> ComplexExpression {
    ComplexExpression(a.real - b.real, a.imaginary - b.imaginary).simplified()
  }

  /// −a.
  public static prefix func - (a: ComplexExpression) -> ComplexExpression {
    ComplexExpression(-a.real, -a.imaginary).simplified()
  }

  /// a b.
  public static func * (a: ComplexExpression, b: ComplexExpression) -> ComplexExpression {
    ComplexExpression(
      a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real
    ).simplified()
  }

  /// a / b.
  public static func / (a: ComplexExpression, b: ComplexExpression) -> ComplexExpression {
    if b.imaginary.simplified().constantValue == 0 {
      return ComplexExpression(a.real / b.real, a.imaginary / b.real).simplified()
    }
    let size = b.real * b.real + b.imaginary * b.imaginary
    let product = a * ComplexExpression(b.real, -b.imaginary)
    return ComplexExpression(product.real / size, product.imaginary / size).simplified()
  }
}
