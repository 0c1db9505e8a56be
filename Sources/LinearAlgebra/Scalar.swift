public import ComplexModule
public import RealModule

/// The numbers Ritz computes with: `Double` and `Complex<Double>`, and no others.
///
/// Waves and frequency response need complex numbers; everything generic over `Scalar` serves both.
public protocol Scalar: AlgebraicField, BLASScalar, LAPACKScalar {
  /// The real number `value`.
  init(real value: Double)
  /// |z|, the Euclidean length (not the largest component).
  var absolute: Double { get }
  /// z̄.
  var conjugate: Self { get }
  /// Re z.
  var realPart: Double { get }
  /// Neither NaN nor infinite in any component.
  var isFinite: Bool { get }
}

extension Double: Scalar {
  /// The number itself.
  @inlinable public init(real value: Double) { self = value }
  /// |x|.
  @inlinable public var absolute: Double { magnitude }
  /// The number itself.
  @inlinable public var conjugate: Double { self }
  /// The number itself.
  @inlinable public var realPart: Double { self }
}

extension Complex<Double>: Scalar {
  /// The number `value + 0 i`.
  @inlinable public init(real value: Double) { self.init(value, 0) }
  /// |z|, safe against overflow.
  @inlinable public var absolute: Double { length }
  /// Re z.
  @inlinable public var realPart: Double { real }
}
