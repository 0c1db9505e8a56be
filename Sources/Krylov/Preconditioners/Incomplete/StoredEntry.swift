internal import ComplexModule
internal import LinearAlgebra

/// How the entries of an incomplete factor are held in memory; the arithmetic is always in double
/// precision.
public enum FactorPrecision: Sendable, Equatable {
  /// 4 bytes a real number: an incomplete factor is off by far more than their round-off, and its
  /// sweeps run at the speed of memory. Where an entry does not fit, `double` is taken.
  case single
  /// 8 bytes a real number.
  case double
}

/// A number as a factor stores it.
protocol StoredEntry: Sendable {
  /// What it computes with.
  associatedtype Number: Scalar
  /// The nearest entry.
  init(rounding number: Number)
  /// Its value.
  var number: Number { get }
}

extension Double: StoredEntry {
  init(rounding number: Double) { self = number }
  var number: Double { self }
}

extension Float: StoredEntry {
  init(rounding number: Double) { self = Float(number) }
  var number: Double { Double(self) }
}

extension Complex<Double>: StoredEntry {
  init(rounding number: Complex<Double>) { self = number }
  var number: Complex<Double> { self }
}

/// A complex number in eight bytes.
struct SingleComplex: StoredEntry {
  let (real, imaginary): (Float, Float)

  init(rounding number: Complex<Double>) {
    (real, imaginary) = (Float(number.real), Float(number.imaginary))
  }

  var number: Complex<Double> { Complex(Double(real), Double(imaginary)) }
}

extension Scalar {
  /// Whether its size may be rounded to 4 bytes without leaving their range.
  var fitsSinglePrecision: Bool {
    let size = absolute
    return size == 0 || (size < 1e38 && size > 1e-30)
  }
}
