/// The furniture of a chart: title, key, axes with ticks and labels, and the place left for data.
struct ChartFrame {
  /// One line of the key.
  struct Entry {
    enum Sample {
      case line(LineStyle)
      case area(opacity: Double)
    }
    var name: String
    var colour: Colour
    var sample: Sample
  }

  static let small = 10.5
  static let normal = 11.5

  let title: String
  let xAxis: Axis
  let yAxis: Axis
  let x: AxisTicks
  let y: AxisTicks
  let rows: [[(entry: Entry, x: Double)]]
  let width: Double
  let height: Double
  // Edges of the place for data.
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double

  init(
    title: String, xAxis: Axis, yAxis: Axis, xValues: [Double], yValues: [Double],
    entries: [Entry], rightMargin: Double, hasNote: Bool, width: Double, height: Double
  ) {
    self.title = title
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.width = width
    self.height = height
    rows = ChartFrame.rows(of: entries, width: width - 16)
    y = yAxis.ticks(covering: yValues, count: max(2, Int(height / 52)))
    let labels = y.majors.map { $0.label.width(size: ChartFrame.normal) }.max() ?? 0
    left = (yAxis.label.isEmpty ? 4 : 22) + labels + 9
    right = width - max(16, rightMargin)
    top =
      (title.isEmpty ? 8 : 28) + Double(rows.count) * 17 + (rows.isEmpty ? 0 : 5)
      + (y.factor == nil ? 0 : 12)
    bottom = height - 22 - (xAxis.label.isEmpty ? 0 : 19) - (hasNote ? 14 : 0)
    x = xAxis.ticks(covering: xValues, count: max(2, Int((right - left) / 62)))
  }

  /// Lays the entries of a key out in lines no longer than `width`.
  static func rows(of entries: [Entry], width: Double) -> [[(entry: Entry, x: Double)]] {
    var rows: [[(entry: Entry, x: Double)]] = []
    var at = 0.0
    for entry in entries where !entry.name.isEmpty {
      let length = 46 + Markup.width(of: entry.name, size: normal)
      if rows.isEmpty || at + length - 16 > width {
        rows.append([])
        at = 0
      }
      rows[rows.count - 1].append((entry, at))
      at += length
    }
    return rows
  }

  /// The place of a point, or `nil` where it has none.
  func place(_ px: Double, _ py: Double) -> (x: Double, y: Double)? {
    guard let tx = x.position(of: px), let ty = y.position(of: py) else { return nil }
    return (left + tx * (right - left), bottom - ty * (bottom - top))
  }

  func draw(in canvas: inout SVGCanvas) {
    drawTitle(in: &canvas)
    ChartFrame.drawKey(rows, top: title.isEmpty ? 14 : 35, in: &canvas)
    let size = ChartFrame.normal
    for tick in y.majors {
      let at = bottom - tick.position * (bottom - top)
      canvas.line(left, at, right, at, stroke: SVGCanvas.grid)
      canvas.text(
        markup: tick.label.svg(size: size), left - 7, at + 4, size: size, anchor: .end)
    }
    for tick in x.majors {
      let at = left + tick.position * (right - left)
      canvas.line(at, top, at, bottom, stroke: SVGCanvas.grid)
      canvas.line(at, bottom, at, bottom + 4, stroke: SVGCanvas.quiet)
    }
    for tick in labelled(x.majors, length: right - left) {
      let at = left + tick.position * (right - left)
      canvas.text(
        markup: tick.label.svg(size: size), at, bottom + 17, size: size, anchor: .middle)
    }
    for tick in y.majors {
      let at = bottom - tick.position * (bottom - top)
      canvas.line(left - 4, at, left, at, stroke: SVGCanvas.quiet)
    }
    for minor in y.minors {
      let at = bottom - minor * (bottom - top)
      canvas.line(left - 2.5, at, left, at, stroke: SVGCanvas.quiet, width: 0.7)
    }
    for minor in x.minors {
      let at = left + minor * (right - left)
      canvas.line(at, bottom, at, bottom + 2.5, stroke: SVGCanvas.quiet, width: 0.7)
    }
    canvas.line(left, top, left, bottom, stroke: SVGCanvas.quiet)
    canvas.line(left, bottom, right, bottom, stroke: SVGCanvas.quiet)
    drawLabels(in: &canvas)
  }

  private func drawTitle(in canvas: inout SVGCanvas) {
    guard !title.isEmpty else { return }
    canvas.text(
      Markup.fitted(title, into: width - 12, size: 13.5), 4, 17, size: 13, weight: "600")
  }

  private func drawLabels(in canvas: inout SVGCanvas) {
    let size = ChartFrame.normal
    if !xAxis.label.isEmpty {
      canvas.text(xAxis.label, (left + right) / 2, bottom + 36, size: size, anchor: .middle)
    }
    if !yAxis.label.isEmpty {
      canvas.text(yAxis.label, 13, (top + bottom) / 2, size: size, anchor: .middle, rotated: true)
    }
    if let factor = y.factor {
      canvas.text(
        markup: "×" + NumberText.power(factor, size: size), left - 7, top - 8, size: size,
        anchor: .end)
    }
    if let factor = x.factor {
      canvas.text(
        markup: "×" + NumberText.power(factor, size: size), right, bottom + 36, size: size,
        anchor: .end)
    }
  }

  /// Every n-th tick, with the smallest n at which no two labels touch.
  private func labelled(_ ticks: [AxisTicks.Tick], length: Double) -> [AxisTicks.Tick] {
    for n in 1...max(1, ticks.count) {
      let kept = ticks.enumerated().filter { $0.offset.isMultiple(of: n) }.map(\.element)
      let fits = zip(kept, kept.dropFirst()).allSatisfy { a, b in
        let half = a.label.width(size: ChartFrame.normal) + b.label.width(size: ChartFrame.normal)
        return (b.position - a.position) * length > half / 2 + 8
      }
      if fits { return kept }
    }
    return Array(ticks.prefix(1))
  }

  /// Draws the key, its first line at `top`.
  static func drawKey(
    _ rows: [[(entry: Entry, x: Double)]], top: Double, in canvas: inout SVGCanvas
  ) {
    for (r, row) in rows.enumerated() {
      let at = top + Double(r) * 17
      for (entry, x) in row {
        switch entry.sample {
        case .line(let style):
          var line = style
          line.marker = .none
          line.draw([(x + 4, at), (x + 28, at)], in: &canvas, colour: entry.colour)
          LineStyle.mark(
            style.marker, x + 16, at, in: &canvas, colour: entry.colour, radius: 3)
        case .area(let opacity):
          canvas.polygon(
            [(x + 8, at - 5), (x + 28, at - 5), (x + 28, at + 5), (x + 8, at + 5)],
            fill: entry.colour, opacity: opacity)
        }
        canvas.text(entry.name, x + 33, at + 4, size: normal)
      }
    }
  }

  /// Says below the chart how many values could not be drawn.
  func drawNote(skipped: Int, in canvas: inout SVGCanvas) {
    guard skipped > 0 else { return }
    let what = skipped == 1 ? "1 value has" : "\(NumberText(count: skipped).plain) values have"
    canvas.text(
      "\(what) no place on these axes.", left, height - 5, size: ChartFrame.small,
      colour: SVGCanvas.quiet)
  }

  func drawEmptiness(in canvas: inout SVGCanvas) {
    canvas.text(
      "no data", (left + right) / 2, (top + bottom) / 2 + 4, size: ChartFrame.normal,
      anchor: .middle, colour: SVGCanvas.quiet)
  }
}
