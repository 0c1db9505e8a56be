/// A number held against a limit: against what a peer took in the same run, or against a number
/// fixed beforehand.
public struct Comparison: Sendable, Equatable {
  /// What stands below the fraction bar, in words.
  public let against: String
  /// Its value; nil where the ratio is the finding itself.
  public let reference: Double?
  /// The finding over the reference.
  public let ratio: Double
  /// The limit of the ratio.
  public let limit: Double
  /// Whether the ratio must stay below the limit, or above.
  public let isUpper: Bool

  /// The ratio of `value` to what a peer took; at most `limit` is wanted.
  public static func peer(
    _ name: String, value: Double, reference: Double, atMost limit: Double
  ) -> Comparison {
    Comparison(
      against: name, reference: reference, ratio: value / reference, limit: limit, isUpper: true)
  }

  /// A value that should be at most `limit`.
  public static func atMost(_ limit: Double, value: Double) -> Comparison {
    Comparison(against: "target", reference: nil, ratio: value, limit: limit, isUpper: true)
  }

  /// A value that should be at least `limit`.
  public static func atLeast(_ limit: Double, value: Double) -> Comparison {
    Comparison(against: "target", reference: nil, ratio: value, limit: limit, isUpper: false)
  }

  /// Whether the target is met.
  public var isMet: Bool { isUpper ? ratio <= limit : ratio >= limit }

  /// By which factor a missed target is missed; 1 or less where it is met.
  public var excess: Double { isUpper ? ratio / limit : limit / ratio }
}

/// One measured number with what it is held against.
public struct Finding: Sendable, Equatable {
  /// What was measured.
  public let name: String
  /// The number, in `unit`.
  public let value: Double
  /// s, GB/s, GFLOP/s, ×, bytes, or empty.
  public let unit: String
  /// More numbers about it, in words; may be empty.
  public let note: String
  /// Targets.
  public let comparisons: [Comparison]

  /// A finding.
  public init(
    _ name: String, _ value: Double, unit: String, note: String = "",
    _ comparisons: [Comparison] = []
  ) {
    (self.name, self.value, self.unit) = (name, value, unit)
    (self.note, self.comparisons) = (note, comparisons)
  }
}

/// The findings about one workload.
public struct BenchmarkSection: Sendable, Equatable {
  /// What was done, with its sizes.
  public let title: String
  /// The numbers.
  public let findings: [Finding]
  /// What could not be measured, or does not agree; a sentence each.
  public let remarks: [String]

  /// A section.
  public init(title: String, findings: [Finding], remarks: [String] = []) {
    (self.title, self.findings, self.remarks) = (title, findings, remarks)
  }
}

/// A number with four significant digits and a unit of a handy size.
public func handy(_ value: Double, _ unit: String) -> String {
  guard value.isFinite else { return "not measured" }
  switch unit {
  case "s":
    for (scale, name) in [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs")] where value.magnitude >= scale {
      return "\(fourDigits(value / scale)) \(name)"
    }
    return "\(fourDigits(value / 1e-9)) ns"
  case "bytes": return "\(fourDigits(value / 1e6)) MB"
  case "": return fourDigits(value)
  default: return "\(fourDigits(value)) \(unit)"
  }
}

/// A number rounded to four significant digits, without an exponent where it is of everyday size.
public func fourDigits(_ value: Double) -> String {
  guard value != 0, value.isFinite else { return "\(value)" }
  var scale = 1.0
  var size = value.magnitude
  guard (1e-3..<1e7).contains(size) else {
    var exponent = 0
    while size >= 10 {
      size /= 10
      exponent += 1
    }
    while size < 1 {
      size *= 10
      exponent -= 1
    }
    var digits = (size * 1000).rounded() / 1000
    if digits >= 10 { (digits, exponent) = (digits / 10, exponent + 1) }
    return "\(value < 0 ? "-" : "")\(digits)e\(exponent)"
  }
  while size * scale < 1000, scale < 1e6 { scale *= 10 }
  let rounded = (value * scale).rounded() / scale
  return rounded == rounded.rounded() && rounded.magnitude >= 1000
    ? "\(Int(rounded))" : "\(rounded)"
}
