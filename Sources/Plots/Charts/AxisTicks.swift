import RealModule

/// Round numbers along an axis, chosen so that they enclose the data.
public struct AxisTicks: Sendable, Hashable {
  /// One labelled mark.
  public struct Tick: Sendable, Hashable {
    /// The number it stands at; beyond the range of `Double` it is infinite or zero.
    public let value: Double
    /// Its place: 0 at the lower end of the axis, 1 at the upper.
    public let position: Double
    /// Its label: digits, or a power of ten.
    public let label: Label
  }

  /// What stands beside a tick.
  public enum Label: Sendable, Hashable {
    /// Digits, with a true minus sign.
    case text(String)
    /// A power of ten, set with a raised exponent.
    case power(Int)
  }

  /// Labelled marks, from low to high.
  public private(set) var majors: [Tick] = []
  /// Places of the small marks between them.
  public private(set) var minors: [Double] = []
  /// Where all labels are to be read times 10^factor.
  public private(set) var factor: Int?

  private let scale: Axis.Scale
  /// Length that counts as one: the step of a linear axis, one decade of a logarithmic one.
  private var unit = 1.0
  /// Ends of the axis in that unit.
  private var low = 0.0
  private var high = 1.0

  /// Ticks around `range`.
  ///
  /// - Parameters:
  ///   - range: Finite numbers, positive on a logarithmic scale; a single point is widened.
  ///   - scale: Linear or logarithmic.
  ///   - count: About how many labelled ticks are wanted, at least 2.
  ///   - isIntegral: Whether ticks must be whole numbers (linear scale only).
  public init(
    covering range: ClosedRange<Double>, scale: Axis.Scale, count: Int, isIntegral: Bool = false
  ) {
    precondition(
      range.lowerBound.isFinite && range.upperBound.isFinite
        && (scale == .linear || range.lowerBound > 0),
      "no \(scale) axis covers \(range): its ends must be finite, and positive on a log scale")
    self.scale = scale
    switch scale {
    case .linear: makeLinear(range, count: max(2, count), isIntegral: isIntegral)
    case .log: makeLogarithmic(range, count: max(2, count))
    }
  }

  /// The place of `value`, 0 at the lower end and 1 at the upper, held within them; `nil` if it
  /// has none.
  public func position(of value: Double) -> Double? {
    guard value.isFinite, scale == .linear || value > 0 else { return nil }
    let t = (scale == .log ? Double.log10(value) : value / unit)
    return min(max((t - low) / (high - low), 0), 1)
  }

  // MARK: Linear

  private mutating func makeLinear(_ range: ClosedRange<Double>, count: Int, isIntegral: Bool) {
    var lo = range.lowerBound
    var hi = range.upperBound
    let size = max(lo.magnitude, hi.magnitude)
    // Halves, because hi − lo may overflow.
    if hi / 2 - lo / 2 <= size * 1e-12 {
      let pad = size == 0 ? 1 : max(size * 0.05, 1e-300)
      lo = max(lo - pad, -Double.greatestFiniteMagnitude)
      hi = min(hi + pad, Double.greatestFiniteMagnitude)
    }
    var raw = (hi / 2 - lo / 2) / (Double(count) / 2)
    if isIntegral { raw = max(raw, 1) }
    let digits = DecimalDigits(raw)?.rounded(to: 3)
    let lead = Double(digits?.mantissa ?? "1") ?? 1
    var power = digits?.exponent ?? 0
    var multiple = lead <= 1.2 ? 1 : lead <= 2.4 ? 2 : lead <= 6 ? 5 : 10
    if multiple == 10 {
      multiple = 1
      power += 1
    }
    unit = Double("\(multiple)e\(power)") ?? raw
    low = (lo / unit + 1e-9).rounded(.down)
    high = max((hi / unit - 1e-9).rounded(.up), low + 1)

    let first = Int(low)
    let last = Int(high)
    let largest = max(first.magnitude, last.magnitude) * UInt(multiple)
    let top = String(largest).count - 1 + power
    let shift = top >= 5 || top < -3 ? top : 0
    factor = shift == 0 ? nil : shift
    for n in first...last {
      let value = Double("\(n * multiple)e\(power)") ?? 0
      let text = AxisTicks.label(n * multiple, power: power - shift)
      majors.append(
        Tick(value: value, position: Double(n - first) / Double(last - first), label: .text(text)))
    }
    let parts = multiple == 2 ? 4 : 5
    if !isIntegral || power > 0 || multiple == 5 {
      minors = (0..<(last - first) * parts).filter { $0 % parts != 0 }
        .map { Double($0) / Double((last - first) * parts) }
    }
  }

  /// "−1.25" for n = −125, power = −2.
  private static func label(_ n: Int, power: Int) -> String {
    var digits = String(n.magnitude)
    if power > 0, n != 0 { digits += String(repeating: "0", count: power) }
    if power < 0 {
      if digits.count <= -power {
        digits = String(repeating: "0", count: 1 - power - digits.count) + digits
      }
      digits.insert(".", at: digits.index(digits.endIndex, offsetBy: power))
    }
    return (n < 0 ? "\u{2212}" : "") + digits
  }

  // MARK: Logarithmic

  private mutating func makeLogarithmic(_ range: ClosedRange<Double>, count: Int) {
    guard let lo = DecimalDigits(range.lowerBound), let hi = DecimalDigits(range.upperBound) else {
      return
    }
    let first = lo.exponent
    let last = max(hi.exponent + (hi.digits == [1] ? 0 : 1), first + 1)
    if last - first <= 2 {
      makeShortLogarithmic(range, decades: first...last)
      return
    }
    let strides = [1, 2, 3, 4, 5, 10, 20, 50, 100, 200, 400]
    let stride = strides.first { (last - first + $0 - 1) / $0 <= count } ?? 400
    let start = Int((Double(first) / Double(stride)).rounded(.down))
    let end = Int((Double(last) / Double(stride)).rounded(.up))
    low = Double(start * stride)
    high = Double(end * stride)
    let isPlain = stride == 1 && first >= -2 && last <= 3
    for n in start...end {
      let k = n * stride
      let value = Double("1e\(k)") ?? 0
      majors.append(
        Tick(
          value: value, position: (Double(k) - low) / (high - low),
          label: isPlain ? .text(NumberText(value, digits: 1).mantissa) : .power(k)))
    }
    let decades = (start * stride)..<(end * stride)
    if decades.count <= 8 {
      minors = decades.flatMap { k in
        (2...9).map { (Double(k) + .log10(Double($0)) - low) / (high - low) }
      }
    } else if stride > 1, decades.count <= 60 {
      minors = decades.filter { $0 % stride != 0 }.map { (Double($0) - low) / (high - low) }
    }
  }

  /// Up to two decades: ticks at 1, 2, 5 times powers of ten, the ends at such numbers.
  private mutating func makeShortLogarithmic(
    _ range: ClosedRange<Double>, decades: ClosedRange<Int>
  ) {
    var marks: [(place: Double, value: Double)] = []
    for k in (decades.lowerBound - 1)...(decades.upperBound + 1) {
      for m in [1, 2, 5] {
        marks.append((Double(k) + .log10(Double(m)), Double("\(m)e\(k)") ?? 0))
      }
    }
    let start = marks.lastIndex { $0.value <= range.lowerBound } ?? 0
    var end = marks.firstIndex { $0.value >= range.upperBound } ?? marks.count - 1
    end = max(end, start + 1)
    low = marks[start].place
    high = marks[min(end, marks.count - 1)].place
    for mark in marks[start...end] {
      let text = NumberText(mark.value, digits: 1)
      majors.append(
        Tick(
          value: mark.value, position: (mark.place - low) / (high - low),
          label: text.exponent.flatMap { text.mantissa == "1" ? .power($0) : nil }
            ?? .text(text.plain)))
    }
    for k in decades {
      for m in [3, 4, 6, 7, 8, 9] {
        let place = Double(k) + .log10(Double(m))
        if place > low, place < high { minors.append((place - low) / (high - low)) }
      }
    }
  }
}

extension AxisTicks.Label {
  /// The inside of an SVG text element.
  func svg(size: Double) -> String {
    switch self {
    case .text(let text): Markup.escaped(text)
    case .power(let exponent): NumberText.power(exponent, size: size)
    }
  }

  /// Estimated width in the unit of `size`.
  func width(size: Double) -> Double {
    switch self {
    case .text(let text): Markup.width(of: text, size: size)
    case .power(let exponent):
      size * 1.12 + Markup.width(of: NumberText.signed(exponent), size: size * 0.72)
    }
  }
}
