import RealModule

/// The eye of a picture of a surface: infinitely far away, so parallel edges stay parallel.
public struct Camera: Sendable, Hashable {
  /// Direction of the eye in the x-y plane, degrees from the x axis towards the y axis.
  public var azimuth: Double
  /// Height of the eye above the x-y plane, degrees.
  public var elevation: Double

  /// A camera; by default it looks from the front right and above, the z axis pointing up.
  public init(azimuth: Double = -55, elevation: Double = 28) {
    self.azimuth = azimuth
    self.elevation = elevation
  }

  /// The view: unit vectors to the right, upwards and to the eye.
  var axes: (right: SIMD3<Double>, up: SIMD3<Double>, eye: SIMD3<Double>) {
    let a = azimuth * .pi / 180
    let e = elevation * .pi / 180
    let (ca, sa, ce, se) = (Double.cos(a), Double.sin(a), Double.cos(e), Double.sin(e))
    return (SIMD3(-sa, ca, 0), SIMD3(-ca * se, -sa * se, ce), SIMD3(ca * ce, sa * ce, se))
  }

  /// Right, up and towards the eye of a point.
  func view(_ p: SIMD3<Double>) -> SIMD3<Double> {
    let (right, up, eye) = axes
    return SIMD3((right * p).sum(), (up * p).sum(), (eye * p).sum())
  }
}
