/// What stands beside a field picture: a colour bar with its numbers, or the names of the regions.
struct Key {
  private(set) var width = 0.0
  private(set) var height = 0.0
  private enum Kind {
    case bar(ColourMap, AxisTicks, ClosedRange<Double>, label: String, extremes: [String])
    case names([String])
  }
  private let kind: Kind
  private static let size = 11.0
  private static let rowHeight = 18.0

  init(of picture: FieldPicture, drawing: Drawing, height: Double) {
    switch picture.content {
    case .field(_, let map, _, let label):
      let ticks = AxisTicks(
        covering: drawing.range, scale: .linear, count: max(3, Int(height / 42)))
      let extremes =
        drawing.extremes.map {
          ["max \(NumberText($0.upperBound).plain)", "min \(NumberText($0.lowerBound).plain)"]
        } ?? []
      kind = .bar(map, ticks, drawing.range, label: label, extremes: extremes)
      let labels = ticks.majors.map { $0.label.width(size: Key.size) }.max() ?? 0
      width = max(84, 16 + labels + 22)
      width = max(
        width, extremes.map { Markup.width(of: $0, size: 10) + 6 }.max() ?? 0,
        Markup.width(of: label, size: Key.size) + 6)
      self.height = height
    case .regions(_, let names):
      let shown =
        names.count > 24 ? Array(names.prefix(23)) + ["and \(names.count - 23) more"] : names
      kind = .names(shown)
      width = min(200, (names.map { Markup.width(of: $0, size: Key.size) }.max() ?? 0) + 30)
      self.height = Double(shown.count) * Key.rowHeight
    }
  }

  func draw(in canvas: inout SVGCanvas, x: Double, y: Double) {
    switch kind {
    case .names(let names):
      for (i, name) in names.enumerated() {
        let at = y + Double(i) * Key.rowHeight
        let isRest = i == 23 && names.count == 24 && name.hasPrefix("and ")
        if !isRest {
          canvas.rectangle(
            x, at + 3, 13, 11, fill: Palette.area(i), stroke: SVGCanvas.quiet, strokeWidth: 0.6)
        }
        canvas.text(
          Markup.fitted(name, into: 178, size: Key.size), x + 20, at + 12.5, size: Key.size)
      }
    case .bar(let map, let ticks, let range, let label, let extremes):
      drawBar(
        map, ticks, range, label: label, extremes: extremes, in: &canvas, x: x, y: y)
    }
  }

  private func drawBar(
    _ map: ColourMap, _ ticks: AxisTicks, _ range: ClosedRange<Double>, label: String,
    extremes: [String], in canvas: inout SVGCanvas, x: Double, y: Double
  ) {
    // Of a single number there is no scale: the lines below the bar tell it.
    let isScale = range.lowerBound < range.upperBound
    let factor = isScale ? ticks.factor : nil
    let top = y + 20 + (factor == nil ? 0 : 14)
    let bottom = y + height - 32
    canvas.text(label, x, y + 10, size: Key.size)
    if let factor {
      canvas.text(
        markup: "×" + NumberText.power(factor, size: Key.size), x, top - 6, size: Key.size)
    }
    var bar = PixelImage(width: 1, height: 256)
    for (i, colour) in map.colours.reversed().enumerated() {
      bar.bytes.replaceSubrange(3 * i..<3 * i + 3, with: [colour.red, colour.green, colour.blue])
    }
    canvas.raw(
      "<image x=\"\(SVGNumber.text(x))\" y=\"\(SVGNumber.text(top))\" width=\"14\" "
        + "height=\"\(SVGNumber.text(bottom - top))\" preserveAspectRatio=\"none\" "
        + "href=\"data:image/png;base64,\(Base64.text(of: bar.png()))\"/>")
    canvas.rectangle(x, top, 14, bottom - top, fill: nil, stroke: SVGCanvas.quiet, strokeWidth: 0.7)
    // The bar ends at the range itself, not at the round numbers around it.
    let low = ticks.position(of: range.lowerBound) ?? 0
    let high = ticks.position(of: range.upperBound) ?? 1
    for tick in isScale ? ticks.majors : [] {
      let t = (tick.position - low) / (high - low)
      guard t >= -1e-9, t <= 1 + 1e-9 else { continue }
      let at = bottom - t * (bottom - top)
      canvas.line(x + 14, at, x + 18, at, stroke: SVGCanvas.quiet, width: 0.8)
      canvas.text(markup: tick.label.svg(size: Key.size), x + 22, at + 4, size: Key.size)
    }
    for (i, text) in extremes.enumerated() {
      canvas.text(
        text, x, y + height - 14 + 12 * Double(i), size: 10, colour: SVGCanvas.quiet)
    }
  }
}
