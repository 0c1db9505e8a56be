/// Curves over an axis, with bands around them and horizontal lines to judge them by.
///
/// Values without a place (NaN, infinite, not positive on a logarithmic axis) leave a gap in their
/// curve and are counted below the chart.
public struct LineChart: Sendable {
  /// One curve.
  public struct Series: Sendable {
    /// Its name in the key; empty leaves it out of the key.
    public var name: String
    /// Abscissae, in the order the line runs.
    public var x: [Double]
    /// Ordinates, one for each abscissa.
    public var y: [Double]
    /// Line, mark and colour.
    public var style: LineStyle

    /// A curve through (xᵢ, yᵢ); the arrays must be equally long.
    public init(_ name: String, x: [Double], y: [Double], style: LineStyle = LineStyle()) {
      precondition(x.count == y.count, "\(x.count) abscissae for \(y.count) ordinates")
      self.name = name
      self.x = x
      self.y = y
      self.style = style
    }
  }

  /// A shaded band between two curves, such as smallest to largest value.
  public struct Band: Sendable {
    /// Its name in the key; empty leaves it out.
    public var name: String
    /// Abscissae.
    public var x: [Double]
    /// Lower edge.
    public var low: [Double]
    /// Upper edge.
    public var high: [Double]
    /// Its colour, drawn pale.
    public var colour: Colour?

    /// A band from low to high over x; the arrays must be equally long.
    public init(_ name: String, x: [Double], low: [Double], high: [Double], colour: Colour? = nil) {
      precondition(
        x.count == low.count && x.count == high.count,
        "\(x.count) abscissae for \(low.count) lower and \(high.count) upper ordinates")
      self.name = name
      self.x = x
      self.low = low
      self.high = high
      self.colour = colour
    }
  }

  /// A horizontal line with a name at its right end: a tolerance, a round-off floor.
  public struct Reference: Sendable {
    /// The height of the line.
    public var value: Double
    /// What it stands for.
    public var label: String
    /// Its colour.
    public var colour: Colour

    /// A line at `value`.
    public init(_ value: Double, label: String, colour: Colour = Colour(hex: 0x5A626B)) {
      self.value = value
      self.label = label
      self.colour = colour
    }
  }

  /// A line above the chart; may be empty.
  public var title: String
  /// The horizontal axis.
  public var xAxis: Axis
  /// The vertical axis.
  public var yAxis: Axis
  /// The curves, later ones on top.
  public var series: [Series]
  /// The bands, below the curves.
  public var bands: [Band]
  /// The horizontal lines.
  public var references: [Reference]
  /// Width in pixels.
  public var width: Double
  /// Height in pixels.
  public var height: Double

  /// A chart of `series`.
  public init(
    title: String, xAxis: Axis, yAxis: Axis, series: [Series], bands: [Band] = [],
    references: [Reference] = [], width: Double = 560, height: Double = 330
  ) {
    self.title = title
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.series = series
    self.bands = bands
    self.references = references
    self.width = width
    self.height = height
  }

  /// How many points of curves and bands and how many horizontal lines have no place.
  public var skippedCount: Int {
    let points = series.map { s in
      zip(s.x, s.y).count { !xAxis.shows($0) || !yAxis.shows($1) }
    }
    let edges = bands.map { b in
      b.x.indices.count {
        !xAxis.shows(b.x[$0]) || !yAxis.shows(b.low[$0]) || !yAxis.shows(b.high[$0])
      }
    }
    return (points + edges).reduce(0, +) + references.count { !yAxis.shows($0.value) }
  }

  /// The chart as one SVG element; the same chart gives the same text.
  public func svg() -> String {
    let skipped = skippedCount
    let shown = references.filter { yAxis.shows($0.value) }
    let margin = shown.map { Markup.width(of: $0.label, size: ChartFrame.small) + 12 }.max() ?? 0
    let frame = ChartFrame(
      title: title, xAxis: xAxis, yAxis: yAxis, xValues: abscissae, yValues: ordinates,
      entries: entries, rightMargin: margin, hasNote: skipped > 0, width: width, height: height)
    var canvas = SVGCanvas(width: width, height: height)
    frame.draw(in: &canvas)
    draw(shown, in: &canvas, frame: frame)
    for (i, band) in bands.enumerated() {
      let low = frame.runs(band.x, band.low, where: band.high)
      let high = frame.runs(band.x, band.high, where: band.low)
      for (a, b) in zip(low, high) {
        canvas.polygon(a + b.reversed(), fill: band.colour ?? Palette.line(i), opacity: 0.16)
      }
    }
    var isEmpty = true
    for (i, s) in series.enumerated() {
      for run in frame.runs(s.x, s.y, where: s.y) {
        isEmpty = false
        let colour = s.style.colour ?? Palette.line(i)
        var style = s.style
        // A lone point would leave no trace as a line.
        if run.count == 1, style.marker == .none { style.marker = .circle }
        style.draw(run, in: &canvas, colour: colour)
      }
    }
    if isEmpty { frame.drawEmptiness(in: &canvas) }
    frame.drawNote(skipped: skipped, in: &canvas)
    return canvas.document(title: title, otherwise: "\(yAxis.label) against \(xAxis.label)")
  }

  private var abscissae: [Double] {
    series.flatMap { s in s.x.indices.filter { yAxis.shows(s.y[$0]) }.map { s.x[$0] } }
      + bands.flatMap(\.x)
  }

  private var ordinates: [Double] {
    series.flatMap { s in s.x.indices.filter { xAxis.shows(s.x[$0]) }.map { s.y[$0] } }
      + bands.flatMap { $0.low + $0.high } + references.map(\.value)
  }

  private var entries: [ChartFrame.Entry] {
    let lines = series.enumerated().map { i, s in
      ChartFrame.Entry(
        name: s.name, colour: s.style.colour ?? Palette.line(i), sample: .line(s.style))
    }
    let areas = bands.enumerated().map { i, b in
      ChartFrame.Entry(
        name: b.name, colour: b.colour ?? Palette.line(i), sample: .area(opacity: 0.22))
    }
    return lines + areas
  }

  /// Draws the horizontal lines; their names stand in the right margin, moved apart if need be.
  private func draw(_ shown: [Reference], in canvas: inout SVGCanvas, frame: ChartFrame) {
    let places = shown.map { r in
      frame.bottom - (frame.y.position(of: r.value) ?? 0) * (frame.bottom - frame.top)
    }
    var free = frame.top - 20
    for i in shown.indices.sorted(by: { places[$0] < places[$1] }) {
      let at = places[i]
      canvas.line(
        frame.left, at, frame.right, at, stroke: shown[i].colour, width: 1.2, dash: "2 3")
      let baseline = max(at + 3.5, free + 13)
      canvas.text(
        shown[i].label, frame.right + 6, baseline, size: ChartFrame.small,
        colour: shown[i].colour)
      free = baseline
    }
  }
}

extension ChartFrame {
  /// The places of (xᵢ, yᵢ), cut into runs where a point or its companion in `other` has none.
  func runs(
    _ xs: [Double], _ ys: [Double], where other: [Double]
  ) -> [[(x: Double, y: Double)]] {
    var runs: [[(x: Double, y: Double)]] = []
    var run: [(x: Double, y: Double)] = []
    for i in xs.indices {
      if let p = place(xs[i], ys[i]), yAxis.shows(other[i]) {
        run.append(p)
      } else if !run.isEmpty {
        runs.append(run)
        run = []
      }
    }
    if !run.isEmpty { runs.append(run) }
    return runs
  }
}
