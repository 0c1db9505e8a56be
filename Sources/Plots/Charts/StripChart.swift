import RealModule

/// One line per quantity, each with its own axis and its values marked along it: where in the
/// parameter domain the chosen points lie.
///
/// The marks darken from the first value to the last, so the order of choice can be seen.
public struct StripChart: Sendable {
  /// One line.
  public struct Strip: Sendable {
    /// The quantity.
    public var name: String
    /// The interval the line spans; both ends finite, and positive on a logarithmic scale.
    public var range: ClosedRange<Double>
    /// How values spread along it.
    public var scale: Axis.Scale
    /// The values, in the order they were chosen.
    public var values: [Double]

    /// A line with its values.
    public init(
      _ name: String, range: ClosedRange<Double>, scale: Axis.Scale, values: [Double]
    ) {
      self.name = name
      self.range = range
      self.scale = scale
      self.values = values
    }

    /// The place of `value`, 0 … 1 from end to end; `nil` where it has none.
    func position(of value: Double) -> Double? {
      guard range.contains(value), isDrawable else { return nil }
      guard range.lowerBound < range.upperBound else { return 0.5 }
      switch scale {
      case .linear:
        let half = range.upperBound / 2 - range.lowerBound / 2
        return (value / 2 - range.lowerBound / 2) / half
      case .log:
        let low = Double.log10(range.lowerBound)
        return (.log10(value) - low) / (.log10(range.upperBound) - low)
      }
    }

    var isDrawable: Bool {
      range.lowerBound.isFinite && range.upperBound.isFinite
        && (scale == .linear || range.lowerBound > 0)
    }
  }

  /// A line above the chart; may be empty.
  public var title: String
  /// The lines, from top to bottom.
  public var strips: [Strip]
  /// What the shade of a mark tells, as names of its two ends.
  public var order: (first: String, last: String)
  /// Width in pixels.
  public var width: Double

  /// A chart of `strips`.
  public init(
    title: String, strips: [Strip], order: (first: String, last: String) = ("first", "last"),
    width: Double = 560
  ) {
    self.title = title
    self.strips = strips
    self.order = order
    self.width = width
  }

  /// How many values have no place on their line.
  public var skippedCount: Int {
    strips.map { s in s.values.count { s.position(of: $0) == nil } }.reduce(0, +)
  }

  /// Height in pixels, from the number of lines.
  public var height: Double {
    (title.isEmpty ? 8 : 28) + 20 + 24 * Double(max(1, strips.count)) + 8
      + (skippedCount > 0 ? 16 : 0)
  }

  /// The chart as one SVG element; the same chart gives the same text.
  public func svg() -> String {
    let size = ChartFrame.normal
    var canvas = SVGCanvas(width: width, height: height)
    var top = 8.0
    if !title.isEmpty {
      canvas.text(
        Markup.fitted(title, into: width - 12, size: 13.5), 4, 17, size: 13, weight: "600")
      top = 28
    }
    let ends = strips.map { s in
      (NumberText(s.range.lowerBound, digits: 3), NumberText(s.range.upperBound, digits: 3))
    }
    let names = min(
      strips.map { Markup.width(of: $0.name, size: size) }.max() ?? 0, width * 0.3)
    let lows = ends.map { Markup.width(of: $0.0.plain, size: size) }.max() ?? 0
    let highs = ends.map { Markup.width(of: $0.1.plain, size: size) }.max() ?? 0
    let scales = strips.contains { $0.scale == .log } ? 32.0 : 8
    let left = 8 + names + 14 + lows + 8
    let right = width - highs - scales - 14
    drawOrder(in: &canvas, left: left, right: right, top: top)
    if strips.isEmpty {
      canvas.text(
        "no data", width / 2, top + 36, size: size, anchor: .middle, colour: SVGCanvas.quiet)
    }
    for (i, strip) in strips.enumerated() {
      let y = top + 20 + 24 * (Double(i) + 0.5)
      canvas.text(Markup.fitted(strip.name, into: names + 1, size: size), 4, y + 4, size: size)
      canvas.text(
        markup: ends[i].0.svg(size: size), left - 8, y + 4, size: size, anchor: .end,
        colour: SVGCanvas.quiet)
      canvas.text(
        markup: ends[i].1.svg(size: size), right + 8, y + 4, size: size, colour: SVGCanvas.quiet)
      if strip.scale == .log {
        canvas.text(
          "log", width - 6, y + 4, size: ChartFrame.small, anchor: .end, colour: SVGCanvas.quiet)
      }
      draw(strip, y: y, left: left, right: right, in: &canvas)
    }
    if skippedCount > 0 {
      let what = skippedCount == 1 ? "1 value lies" : "\(skippedCount) values lie"
      canvas.text(
        "\(what) outside of these lines.", left, height - 6, size: ChartFrame.small,
        colour: SVGCanvas.quiet)
    }
    return canvas.document(
      title: title,
      otherwise: "values along the axes of " + strips.map(\.name).joined(separator: ", "))
  }

  private func draw(
    _ strip: Strip, y: Double, left: Double, right: Double, in canvas: inout SVGCanvas
  ) {
    canvas.line(left, y, right, y, stroke: Colour(hex: 0xB5BBC2))
    let inner: [Double] =
      if strip.isDrawable, strip.range.lowerBound < strip.range.upperBound {
        AxisTicks(covering: strip.range, scale: strip.scale, count: 5).majors.map(\.value)
      } else {
        []
      }
    for value in inner + [strip.range.lowerBound, strip.range.upperBound] {
      guard let t = strip.position(of: value) else { continue }
      let x = left + t * (right - left)
      canvas.line(x, y - 3, x, y + 3, stroke: Colour(hex: 0xB5BBC2))
    }
    for (k, value) in strip.values.enumerated() {
      guard let t = strip.position(of: value) else { continue }
      canvas.circle(
        left + t * (right - left), y, radius: 3.6,
        fill: StripChart.shade(k, of: strip.values.count), stroke: Colour(hex: 0xFFFFFF))
    }
  }

  private func drawOrder(
    in canvas: inout SVGCanvas, left: Double, right: Double, top: Double
  ) {
    let size = ChartFrame.small
    let start = left
    canvas.text(order.first, start, top + 10, size: size, colour: SVGCanvas.quiet)
    var x = start + Markup.width(of: order.first, size: size) + 10
    for k in 0..<5 {
      canvas.circle(
        x, top + 6.5, radius: 3.6, fill: StripChart.shade(k, of: 5),
        stroke: Colour(hex: 0xFFFFFF))
      x += 10
    }
    canvas.text(order.last, x, top + 10, size: size, colour: SVGCanvas.quiet)
  }

  private static func shade(_ k: Int, of count: Int) -> Colour {
    let t = count > 1 ? Double(k) / Double(count - 1) : 0
    return Colour(lightness: 0.74 - 0.42 * t, chroma: 0.12, hue: 245 + 30 * t)
  }
}
