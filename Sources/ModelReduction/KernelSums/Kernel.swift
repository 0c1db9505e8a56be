public import ComplexModule
public import LinearAlgebra
public import RealModule

#if canImport(Glibc)
  internal import Glibc
#endif

/// K(x − y), a function of the displacement between two points of the plane or of space.
///
/// A kernel is a small struct with one formula. Sums ask for whole rows of it, so that the formula is
/// compiled into a loop of its own, wherever the struct is written; no call is made for a single
/// pair.
public protocol TranslationInvariantKernel<Value>: Sendable {
  /// Real or complex.
  associatedtype Value: Scalar
  /// K(−d) = K(d) for all d. Sums over one cloud of points are then symmetric operators.
  var isEven: Bool { get }
  /// p with K(λ d) = λᵖ K(d) for all λ > 0; nil where there is none. One level of a tree then serves
  /// all others.
  var homogeneity: Double? { get }
  /// K(d).
  ///
  /// At d = 0 it says what a point contributes to itself; a kernel that is singular there says zero,
  /// which leaves the point out.
  ///
  /// - Parameter dz: Zero in the plane.
  func value(_ dx: Double, _ dy: Double, _ dz: Double) -> Value
  /// K(p − s) for all points s = (x, y, z) of a list; the default calls `value`.
  func evaluate(
    at p: SIMD3<Double>, over x: Span<Double>, _ y: Span<Double>, _ z: Span<Double>,
    into values: inout MutableSpan<Value>)
}

extension TranslationInvariantKernel {
  /// No scaling is known.
  public var homogeneity: Double? { nil }
}

/// 1/r: 4π times the fundamental solution of −Δ in space, at r = 0 zero.
public struct LaplaceKernel: TranslationInvariantKernel {
  /// The kernel.
  public init() {}
  /// It depends on r alone.
  public var isEven: Bool { true }
  /// −1.
  public var homogeneity: Double? { -1 }
  /// 1/r.
  @inlinable public func value(_ dx: Double, _ dy: Double, _ dz: Double) -> Double {
    let square = dx * dx + dy * dy + dz * dz
    return square > 0 ? 1 / square.squareRoot() : 0
  }
}

/// log r: −2π times the fundamental solution of −Δ in the plane, at r = 0 zero.
public struct LogarithmicKernel: TranslationInvariantKernel {
  /// The kernel.
  public init() {}
  /// It depends on r alone.
  public var isEven: Bool { true }
  /// log r.
  @inlinable public func value(_ dx: Double, _ dy: Double, _ dz: Double) -> Double {
    let square = dx * dx + dy * dy + dz * dz
    return square > 0 ? 0.5 * Double.log(square) : 0
  }
}

/// e^(−κ r)/r: 4π times the fundamental solution of −Δ + κ² in space, at r = 0 zero.
public struct YukawaKernel: TranslationInvariantKernel {
  /// κ, one over a length.
  public let decay: Double

  /// - Precondition: κ ≥ 0.
  public init(decay: Double) {
    precondition(decay >= 0 && decay.isFinite, "a decay of \(decay); at least zero is needed")
    self.decay = decay
  }
  /// It depends on r alone.
  public var isEven: Bool { true }
  /// e^(−κ r)/r.
  @inlinable public func value(_ dx: Double, _ dy: Double, _ dz: Double) -> Double {
    let r = (dx * dx + dy * dy + dz * dz).squareRoot()
    return r > 0 ? Double.exp(-decay * r) / r : 0
  }
}

/// e^(ikr)/r: 4π times the outgoing fundamental solution of −Δ − k² in space, at r = 0 zero.
public struct HelmholtzKernel: TranslationInvariantKernel {
  /// k, one over a length.
  public let waveNumber: Double

  /// - Precondition: k is finite.
  public init(waveNumber: Double) {
    precondition(waveNumber.isFinite, "a wave number of \(waveNumber)")
    self.waveNumber = waveNumber
  }
  /// It depends on r alone.
  public var isEven: Bool { true }
  /// e^(ikr)/r.
  @inlinable public func value(_ dx: Double, _ dy: Double, _ dz: Double) -> Complex<Double> {
    let r = (dx * dx + dy * dy + dz * dz).squareRoot()
    guard r > 0 else { return .zero }
    let phase = waveNumber * r
    return Complex(Double.cos(phase) / r, Double.sin(phase) / r)
  }
}

/// H₀⁽¹⁾(kr) = J₀(kr) + i Y₀(kr): 4/i times the outgoing fundamental solution of −Δ − k² in the plane,
/// at r = 0 zero.
public struct PlaneHelmholtzKernel: TranslationInvariantKernel {
  /// k, one over a length.
  public let waveNumber: Double

  /// - Precondition: k > 0.
  public init(waveNumber: Double) {
    precondition(
      waveNumber > 0 && waveNumber.isFinite, "a wave number of \(waveNumber); it must be positive")
    self.waveNumber = waveNumber
  }
  /// It depends on r alone.
  public var isEven: Bool { true }
  /// H₀⁽¹⁾(kr).
  public func value(_ dx: Double, _ dy: Double, _ dz: Double) -> Complex<Double> {
    let r = (dx * dx + dy * dy + dz * dz).squareRoot()
    return r > 0 ? Complex(j0(waveNumber * r), y0(waveNumber * r)) : .zero
  }
}

/// e^(−r²/σ²); a point contributes its whole charge to itself.
public struct GaussianKernel: TranslationInvariantKernel {
  /// σ, a length.
  public let width: Double

  /// - Precondition: σ > 0.
  public init(width: Double) {
    precondition(width > 0 && width.isFinite, "a width of \(width); it must be positive")
    self.width = width
  }
  /// It depends on r alone.
  public var isEven: Bool { true }
  /// e^(−r²/σ²).
  @inlinable public func value(_ dx: Double, _ dy: Double, _ dz: Double) -> Double {
    Double.exp(-(dx * dx + dy * dy + dz * dz) / (width * width))
  }
}

/// r^(−p) for even p, at r = 0 zero.
public struct InversePowerKernel: TranslationInvariantKernel {
  /// p.
  public let power: Int

  /// - Precondition: p is even and positive.
  public init(power: Int) {
    precondition(power > 0 && power.isMultiple(of: 2), "a power of \(power); it must be even")
    self.power = power
  }
  /// It depends on r alone.
  public var isEven: Bool { true }
  /// −p.
  public var homogeneity: Double? { Double(-power) }
  /// r^(−p).
  @inlinable public func value(_ dx: Double, _ dy: Double, _ dz: Double) -> Double {
    let square = dx * dx + dy * dy + dz * dz
    guard square > 0 else { return 0 }
    return Double.pow(1 / square, power / 2)
  }
}
