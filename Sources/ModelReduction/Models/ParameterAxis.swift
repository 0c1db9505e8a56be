internal import RealModule

/// How numbers spread over a range.
public enum AxisScale: String, Sendable, CaseIterable {
  /// Evenly in the number itself.
  case linear
  /// Evenly in its logarithm; the range must be positive.
  case log
  /// As a standard normal number, of mean zero and deviation one, that is cut off at the ends of the
  /// range: such as the coordinates of a random field.
  case normal
}

/// One named parameter, a number or a vector of numbers, and where it may lie.
public struct ParameterAxis: Sendable, Equatable {
  /// The name used in expressions and queries.
  public let name: String
  /// The number of components of a vector-valued parameter; nil for a scalar one.
  public let size: Int?
  /// The range of each component, in `unit`.
  public let ranges: [ClosedRange<Double>]
  /// How samples spread over the ranges.
  public let scale: AxisScale
  /// The reference value of each component, where the user gave one.
  public let defaults: [Double]?
  /// The unit of the numbers, empty where there is none.
  public let unit: String

  /// The number of flat components.
  public var componentCount: Int { size ?? 1 }

  /// A parameter whose components all have the same range and default.
  ///
  /// - Throws: When a range is not finite, a logarithmic range not positive, a default not finite,
  ///   or the name not an identifier.
  public init(
    name: String, size: Int? = nil, range: ClosedRange<Double>, scale: AxisScale = .linear,
    default reference: Double? = nil, unit: String = ""
  ) throws(ParameterSpaceError) {
    let count = max(0, size ?? 1)
    try self.init(
      name: name, size: size, ranges: Array(repeating: range, count: count), scale: scale,
      defaults: reference.map { Array(repeating: $0, count: count) }, unit: unit)
  }

  /// A parameter with a range, and perhaps a default, per component.
  ///
  /// - Throws: As above, and when the counts differ from `size`.
  public init(
    name: String, size: Int?, ranges: [ClosedRange<Double>], scale: AxisScale,
    defaults: [Double]?, unit: String
  ) throws(ParameterSpaceError) {
    let isIdentifier =
      name.first.map { $0.isLetter || $0 == "_" } == true
      && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    guard isIdentifier else { throw .invalidName(name) }
    let count = size ?? 1
    guard count > 0 else { throw .emptyAxis(name: name) }
    guard ranges.count == count else {
      throw .wrongCount(name: name, expected: count, found: ranges.count)
    }
    for range in ranges {
      guard range.lowerBound.isFinite, range.upperBound.isFinite else {
        throw .rangeNotFinite(name: name)
      }
      guard scale != .log || range.lowerBound > 0 else {
        throw .logarithmOfNonpositive(name: name, lowerBound: range.lowerBound)
      }
      guard
        scale != .normal || range.lowerBound == range.upperBound
          || TruncatedNormal(range: range).probability > 0
      else { throw .noProbability(name: name, range: range) }
    }
    if let defaults {
      guard defaults.count == count else {
        throw .wrongCount(name: name, expected: count, found: defaults.count)
      }
      guard defaults.allSatisfy(\.isFinite), scale != .log || defaults.allSatisfy({ $0 > 0 })
      else { throw .invalidDefault(name: name) }
    }
    (self.name, self.size, self.ranges, self.scale) = (name, size, ranges, scale)
    (self.defaults, self.unit) = (defaults, unit)
  }

  /// The names of the flat components: "k[0]", "k[1]" …, or the name itself for a scalar.
  public var componentNames: [String] {
    size.map { count in (0..<count).map { "\(name)[\($0)]" } } ?? [name]
  }

  /// The value of component i at the place `s` of its range, `s` in [0, 1] along `scale`; of a normal
  /// axis always along its own.
  func value(_ i: Int, at s: Double, along scale: AxisScale) -> Double {
    let (low, high) = (ranges[i].lowerBound, ranges[i].upperBound)
    let value =
      switch self.scale == .normal ? .normal : scale {
      case .linear: low * (1 - s) + high * s
      case .log: Double.exp(Double.log(low) * (1 - s) + Double.log(high) * s)
      case .normal: TruncatedNormal(range: low...high).quantile(s)
      }
    return min(max(value, low), high)
  }

  /// The place of `value` in the range of component i along the axis' own scale: 0 at the lower
  /// end, 1 at the upper, 0 where the range is a single number.
  func place(_ i: Int, of value: Double) -> Double {
    let (low, high) = (ranges[i].lowerBound, ranges[i].upperBound)
    guard high > low else { return 0 }
    switch scale {
    case .linear: return (value - low) / (high - low)
    case .log: return (Double.log(value) - Double.log(low)) / (Double.log(high) - Double.log(low))
    case .normal:
      let normal = TruncatedNormal(range: low...high)
      return normal.probability(upTo: value) / normal.probability
    }
  }
}
