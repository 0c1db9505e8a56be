/// A batch of points of one material, point after point, through one time step.
///
/// It owns its storage, so that a thread fills, advances and reads the same batch again and again
/// without allocating. Six-vectors are in the order xx, yy, zz, yz, xz, xy, strains with
/// engineering shears. Only the first `count` points take part; the rest is spare room.
public struct MaterialPoints: Sendable {
  /// Points there is room for.
  public let capacity: Int
  /// Points in use, at most `capacity`.
  public var count: Int {
    didSet {
      precondition(
        count >= 0 && count <= capacity, "\(count) points in a batch with room for \(capacity)")
    }
  }
  /// Numbers of state per point.
  public let stateCount: Int

  /// Total strain at the start of the step, 6 per point.
  public var startStrain: [Double]
  /// Total strain at the end of the step, 6 per point.
  public var strain: [Double]
  /// Temperature at the start of the step, 1 per point.
  public var startTemperature: [Double]
  /// Temperature at the end of the step, 1 per point.
  public var temperature: [Double]
  /// Stress at the start of the step, 6 per point; only laws formulated in rates look at it.
  public var startStress: [Double]
  /// State at the start of the step, `stateCount` per point.
  public var startState: [Double]
  /// Where the points are, 1 per point; only laws with `readsSites` look at them.
  public var sites: [PointSite]

  /// Stress at the end of the step, 6 per point.
  public var stress: [Double]
  /// Consistent tangent: entry 36 p + 6 i + j is dσ_i/dε_j at point p, ε with engineering shears.
  public var tangent: [Double]
  /// State at the end of the step, `stateCount` per point.
  public var state: [Double]

  /// A batch of points at rest: everything is zero and all points are in use.
  ///
  /// - Parameters:
  ///   - capacity: Points there is room for.
  ///   - stateCount: Numbers of state per point; `stateCount` of the law.
  public init(capacity: Int, stateCount: Int) {
    precondition(
      capacity >= 0 && stateCount >= 0,
      "a batch of \(capacity) points with \(stateCount) numbers of state each")
    self.capacity = capacity
    self.stateCount = stateCount
    count = capacity
    let six = [Double](repeating: 0, count: 6 * capacity)
    let one = [Double](repeating: 0, count: capacity)
    let several = [Double](repeating: 0, count: stateCount * capacity)
    (startStrain, strain, startStress, stress) = (six, six, six, six)
    (startTemperature, temperature) = (one, one)
    sites = [PointSite](repeating: PointSite(), count: capacity)
    (startState, state) = (several, several)
    tangent = [Double](repeating: 0, count: 36 * capacity)
  }
}
