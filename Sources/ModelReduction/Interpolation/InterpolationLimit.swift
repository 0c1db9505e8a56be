/// What ended a greedy selection of points.
public enum InterpolationLimit: String, Sendable, CaseIterable {
  /// The residual is at most the tolerance.
  case tolerance
  /// The largest number of points asked for, or one for every row.
  case size
  /// Nothing is left: the interpolation is exact.
  case zeroPivot
  /// The largest residual stands at a point that was taken already: round-off.
  case repeatedPoint
  /// What is left is round-off of the snapshots.
  case roundOff
}
