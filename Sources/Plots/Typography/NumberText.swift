/// A number set as a careful printer sets it: a true minus sign, few digits, powers of ten raised.
///
/// Independent of any locale. NaN prints as "NaN", the infinities as "∞" and "−∞".
public struct NumberText: Sendable, Hashable {
  /// The digits in front of the power of ten, or the whole number.
  public let mantissa: String
  /// The power of ten, if one is written.
  public let exponent: Int?

  /// Rounds `value` to `digits` significant digits; outside 10⁻³ … 10^digits a power of ten is
  /// written.
  ///
  /// - Parameters:
  ///   - value: Any number, finite or not.
  ///   - digits: Significant digits, at least 1.
  ///   - keepsZeros: Whether 1.5 in four digits is "1.500": columns of a table line up.
  ///   - isScientific: Whether a power of ten is written for every number but zero.
  public init(
    _ value: Double, digits: Int = 4, keepsZeros: Bool = false, isScientific: Bool = false
  ) {
    precondition(digits >= 1, "\(digits) significant digits asked for; at least 1 is needed")
    guard let exact = DecimalDigits(value) else {
      mantissa = value.isNaN ? "NaN" : value < 0 ? "\u{2212}∞" : "∞"
      exponent = nil
      return
    }
    let rounded = exact.rounded(to: digits)
    let sign = rounded.isNegative ? "\u{2212}" : ""
    if rounded.digits.isEmpty {
      mantissa = "0"
      exponent = nil
    } else if !isScientific, rounded.exponent >= -3, rounded.exponent < max(digits, 4) {
      let decimals = keepsZeros ? max(0, digits - 1 - rounded.exponent) : 0
      mantissa = sign + rounded.positional(decimals: decimals)
      exponent = nil
    } else {
      var text = rounded.mantissa
      if keepsZeros, digits > rounded.digits.count {
        if rounded.digits.count == 1 { text += "." }
        text += String(repeating: "0", count: digits - rounded.digits.count)
      }
      mantissa = sign + text
      exponent = rounded.exponent
    }
  }

  /// A count with its thousands set apart by narrow no-break spaces: "20 134".
  public init(count: Int) {
    let digits = String(count.magnitude)
    var text = ""
    for (i, digit) in digits.enumerated() {
      if i > 0, (digits.count - i).isMultiple(of: 3), digits.count > 4 { text += "\u{202F}" }
      text.append(digit)
    }
    mantissa = (count < 0 ? "\u{2212}" : "") + text
    exponent = nil
  }

  /// Text alone, the exponent in Unicode superscripts: "1.2×10⁻³".
  public var plain: String {
    guard let exponent else { return mantissa }
    let raised = String(exponent).map { NumberText.superscripts[$0] ?? String($0) }.joined()
    return mantissa == "1" ? "10\(raised)" : "\(mantissa)×10\(raised)"
  }

  /// HTML: "1.2×10<sup>−3</sup>".
  public var html: String {
    guard let exponent else { return mantissa }
    let power = "10<sup>\(NumberText.signed(exponent))</sup>"
    return mantissa == "1" ? power : "\(mantissa)×\(power)"
  }

  /// The inside of an SVG text element, the exponent raised by `size` × 0.42.
  public func svg(size: Double) -> String {
    guard let exponent else { return mantissa }
    let power = NumberText.power(exponent, size: size)
    return mantissa == "1" ? power : "\(mantissa)×\(power)"
  }

  /// The inside of an SVG text element for 10^exponent.
  static func power(_ exponent: Int, size: Double) -> String {
    let shift = SVGNumber.text(size * 0.42)
    let small = SVGNumber.text(size * 0.72)
    return "10<tspan dy=\"-\(shift)\" font-size=\"\(small)\">\(signed(exponent))</tspan>"
  }

  static func signed(_ n: Int) -> String { n < 0 ? "\u{2212}\(n.magnitude)" : "\(n)" }

  private static let superscripts: [Character: String] = [
    "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷",
    "8": "⁸", "9": "⁹",
  ]
}
