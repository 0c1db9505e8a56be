internal import RealModule

/// Where an instance of a part stands: a translation, then a turn about an axis.
struct AbaqusPlacement {
  private var shift = SIMD3<Double>.zero
  private var origin = SIMD3<Double>.zero
  /// The unit vector of the axis; zero without a turn.
  private var axis = SIMD3<Double>.zero
  private var angle = 0.0

  /// The place where the part was made.
  static let identity = AbaqusPlacement()

  /// A translation.
  mutating func shift(by shift: SIMD3<Double>) { self.shift = shift }

  /// A turn by `degrees` about the axis from `a` to `b`, made after the translation.
  ///
  /// - Returns: Whether `a` and `b` make an axis.
  mutating func turn(from a: SIMD3<Double>, to b: SIMD3<Double>, degrees: Double) -> Bool {
    let along = b - a
    let length = (along * along).sum().squareRoot()
    guard length > 0 else { return false }
    (origin, axis, angle) = (a, along / length, degrees * .pi / 180)
    return true
  }

  /// A point of the part in its place.
  /// - Source: the formula of Rodrigues.
  func applied(to point: SIMD3<Double>) -> SIMD3<Double> {
    let moved = point + shift
    guard axis != .zero, angle != 0 else { return moved }
    let x = moved - origin
    let cross = SIMD3(
      axis.y * x.z - axis.z * x.y, axis.z * x.x - axis.x * x.z, axis.x * x.y - axis.y * x.x)
    let along = (axis * x).sum()
    let (cosine, sine) = (Double.cos(angle), Double.sin(angle))
    return origin + cosine * x + sine * cross + (1 - cosine) * along * axis
  }
}
