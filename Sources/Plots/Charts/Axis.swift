/// What one axis of a chart says and how it spreads its values.
public struct Axis: Sendable, Hashable {
  /// How values are spread along an axis.
  public enum Scale: Sendable, Hashable {
    /// Equal differences, equal lengths.
    case linear
    /// Equal ratios, equal lengths; only positive values have a place.
    case log
  }

  /// The quantity and its unit, as plain text.
  public var label: String
  /// Linear or logarithmic.
  public var scale: Scale
  /// Values the axis shows whether or not the data reach them; those without a place are ignored.
  public var including: [Double]
  /// Whether ticks stand at whole numbers only, as for a basis size.
  public var isIntegral: Bool

  /// An axis with its label.
  public init(
    _ label: String, scale: Scale = .linear, including: [Double] = [], isIntegral: Bool = false
  ) {
    self.label = label
    self.scale = scale
    self.including = including
    self.isIntegral = isIntegral
  }

  /// Whether `value` has a place on this axis: finite, and positive on a logarithmic scale.
  public func shows(_ value: Double) -> Bool {
    value.isFinite && (scale == .linear || value > 0)
  }

  /// Ticks that cover every value of `values` and `including` that has a place.
  func ticks(covering values: some Sequence<Double>, count: Int) -> AxisTicks {
    var low = Double.infinity
    var high = -Double.infinity
    for value in values where shows(value) {
      low = min(low, value)
      high = max(high, value)
    }
    for value in including where shows(value) {
      low = min(low, value)
      high = max(high, value)
    }
    if low > high { (low, high) = scale == .log ? (0.1, 10) : (0, 1) }
    return AxisTicks(covering: low...high, scale: scale, count: count, isIntegral: isIntegral)
  }
}
