/// Horizontal bars, each stacked from parts: where the time went.
public struct BarChart: Sendable {
  /// One bar.
  public struct Bar: Sendable {
    /// Its name, at the left.
    public var name: String
    /// The lengths of its parts, one for each name in `parts` of the chart.
    public var values: [Double]

    /// A bar of parts.
    public init(_ name: String, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// A line above the chart; may be empty.
  public var title: String
  /// The horizontal axis; its scale is always linear, since parts add up.
  public var axis: Axis
  /// Names of the parts, in the key.
  public var parts: [String]
  /// The bars, from top to bottom.
  public var bars: [Bar]
  /// Unit written behind the total of each bar.
  public var unit: String
  /// Width in pixels.
  public var width: Double

  /// A chart of `bars`, each with one value for every name in `parts`.
  public init(
    title: String, axis: Axis, parts: [String], bars: [Bar], unit: String = "",
    width: Double = 560
  ) {
    for bar in bars {
      precondition(
        bar.values.count == parts.count,
        "bar '\(bar.name)' has \(bar.values.count) values for \(parts.count) parts")
    }
    self.title = title
    self.axis = axis
    self.axis.scale = .linear
    self.axis.including.append(0)
    self.parts = parts
    self.bars = bars
    self.unit = unit
    self.width = width
  }

  /// How many values are negative or not finite and therefore not drawn.
  public var skippedCount: Int {
    bars.map { $0.values.count { !BarChart.isDrawable($0) } }.reduce(0, +)
  }

  /// Height in pixels, from the number of bars and the length of the key.
  public var height: Double {
    top + Double(max(1, bars.count)) * 32 + 8 + 41 + (skippedCount > 0 ? 14 : 0)
  }

  /// The chart as one SVG element; the same chart gives the same text.
  public func svg() -> String {
    let size = ChartFrame.normal
    let totals = bars.map { bar in bar.values.filter(BarChart.isDrawable).reduce(0, +) }
    let shown = totals.map { min($0, .greatestFiniteMagnitude) }
    let texts = shown.map { NumberText($0, digits: 3) }
    let names = min(bars.map { Markup.width(of: $0.name, size: size) }.max() ?? 0, width * 0.35)
    // Widths are estimates, and some fonts run wider.
    let left = 1.12 * names + 14
    let ends = texts.map { Markup.width(of: $0.plain + " " + unit, size: size) }.max() ?? 0
    let right = width - ends - 14
    let bottom = top + Double(max(1, bars.count)) * 32 + 8
    let count = max(2, Int((right - left) / 62))
    let ticks = axis.ticks(covering: shown, count: count)
    var canvas = SVGCanvas(width: width, height: height)
    if !title.isEmpty {
      canvas.text(
        Markup.fitted(title, into: width - 12, size: 13.5), 4, 17, size: 13, weight: "600")
    }
    ChartFrame.drawKey(rows, top: title.isEmpty ? 14 : 35, in: &canvas)
    drawAxis(ticks, left: left, right: right, bottom: bottom, in: &canvas)
    for (i, bar) in bars.enumerated() {
      let y = top + Double(i) * 32 + 8
      canvas.text(
        Markup.fitted(bar.name, into: names + 1, size: size), left - 8, y + 14, size: size,
        anchor: .end)
      var sum = 0.0
      for (part, value) in bar.values.enumerated() where BarChart.isDrawable(value) {
        let a = ticks.position(of: min(sum, .greatestFiniteMagnitude)) ?? 0
        sum += value
        let b = ticks.position(of: min(sum, .greatestFiniteMagnitude)) ?? 1
        canvas.rectangle(
          left + a * (right - left), y, (b - a) * (right - left), 20,
          fill: BarChart.colour(part), stroke: Colour(hex: 0xFFFFFF), strokeWidth: 0.75)
      }
      let end = left + (ticks.position(of: shown[i]) ?? 0) * (right - left)
      let unitText = unit.isEmpty ? "" : "\u{2009}" + Markup.escaped(unit)
      // The unit returns to the baseline that a raised exponent left.
      let drop =
        texts[i].exponent == nil
        ? unitText
        : "<tspan dy=\"\(SVGNumber.text(size * 0.42))\">\(unitText)</tspan>"
      canvas.text(
        markup: texts[i].svg(size: size) + drop, end + 6, y + 14, size: size)
    }
    if bars.isEmpty {
      canvas.text(
        "no data", (left + right) / 2, bottom - 12, size: size, anchor: .middle,
        colour: SVGCanvas.quiet)
    }
    if skippedCount > 0 {
      canvas.text(
        "\(skippedCount) negative or non-finite values are not drawn.", left, height - 5,
        size: ChartFrame.small, colour: SVGCanvas.quiet)
    }
    return canvas.document(
      title: title, otherwise: "\(axis.label) by " + parts.joined(separator: ", "))
  }

  private func drawAxis(
    _ ticks: AxisTicks, left: Double, right: Double, bottom: Double, in canvas: inout SVGCanvas
  ) {
    let size = ChartFrame.normal
    for tick in ticks.majors {
      let x = left + tick.position * (right - left)
      canvas.line(x, top, x, bottom, stroke: SVGCanvas.grid)
      canvas.line(x, bottom, x, bottom + 4, stroke: SVGCanvas.quiet)
      canvas.text(
        markup: tick.label.svg(size: size), x, bottom + 17, size: size, anchor: .middle)
    }
    canvas.line(left, bottom, right, bottom, stroke: SVGCanvas.quiet)
    canvas.text(axis.label, (left + right) / 2, bottom + 36, size: size, anchor: .middle)
    if let factor = ticks.factor {
      canvas.text(
        markup: "×" + NumberText.power(factor, size: size), right, bottom + 36, size: size,
        anchor: .end)
    }
  }

  private var top: Double {
    (title.isEmpty ? 8 : 28) + Double(rows.count) * 17 + (rows.isEmpty ? 0 : 5)
  }

  private var rows: [[(entry: ChartFrame.Entry, x: Double)]] {
    let entries = parts.enumerated().map { i, name in
      ChartFrame.Entry(name: name, colour: BarChart.colour(i), sample: .area(opacity: 1))
    }
    return ChartFrame.rows(of: entries, width: width - 16)
  }

  private static func colour(_ i: Int) -> Colour { Palette.line(i).tinted(0.12) }

  private static func isDrawable(_ value: Double) -> Bool { value.isFinite && value >= 0 }
}
