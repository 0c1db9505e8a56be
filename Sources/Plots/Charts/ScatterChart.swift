/// Points in the plane, in groups; with a diagonal on request, to compare two measures of one thing.
public struct ScatterChart: Sendable {
  /// One group of points.
  public struct Group: Sendable {
    /// Its name in the key; empty leaves it out.
    public var name: String
    /// Abscissae.
    public var x: [Double]
    /// Ordinates.
    public var y: [Double]
    /// The mark.
    public var marker: LineStyle.Marker
    /// The colour; without one the chart takes the next of its palette.
    public var colour: Colour?

    /// A group of points (xᵢ, yᵢ); the arrays must be equally long.
    public init(
      _ name: String, x: [Double], y: [Double], marker: LineStyle.Marker = .circle,
      colour: Colour? = nil
    ) {
      precondition(x.count == y.count, "\(x.count) abscissae for \(y.count) ordinates")
      self.name = name
      self.x = x
      self.y = y
      self.marker = marker
      self.colour = colour
    }
  }

  /// A line above the chart; may be empty.
  public var title: String
  /// The horizontal axis.
  public var xAxis: Axis
  /// The vertical axis.
  public var yAxis: Axis
  /// The points, later groups on top.
  public var groups: [Group]
  /// Name of the line y = x; without a name it is not drawn.
  public var diagonal: String?
  /// Width in pixels.
  public var width: Double
  /// Height in pixels.
  public var height: Double

  /// A chart of `groups`.
  public init(
    title: String, xAxis: Axis, yAxis: Axis, groups: [Group], diagonal: String? = nil,
    width: Double = 420, height: Double = 360
  ) {
    self.title = title
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.groups = groups
    self.diagonal = diagonal
    self.width = width
    self.height = height
  }

  /// How many points have no place.
  public var skippedCount: Int {
    groups.map { g in zip(g.x, g.y).count { !xAxis.shows($0) || !yAxis.shows($1) } }.reduce(0, +)
  }

  /// The chart as one SVG element; the same chart gives the same text.
  public func svg() -> String {
    let shown = groups.map { g in
      g.x.indices.filter { xAxis.shows(g.x[$0]) && yAxis.shows(g.y[$0]) }
        .map { (x: g.x[$0], y: g.y[$0]) }
    }
    var entries = groups.enumerated().map { i, g in
      ChartFrame.Entry(
        name: g.name, colour: g.colour ?? Palette.line(i),
        sample: .line(LineStyle(.none, marker: g.marker)))
    }
    if let diagonal {
      entries.append(
        .init(name: diagonal, colour: SVGCanvas.quiet, sample: .line(LineStyle(.dashed))))
    }
    let frame = ChartFrame(
      title: title, xAxis: xAxis, yAxis: yAxis, xValues: shown.joined().map(\.x),
      yValues: shown.joined().map(\.y), entries: entries, rightMargin: 0,
      hasNote: skippedCount > 0, width: width, height: height)
    var canvas = SVGCanvas(width: width, height: height)
    frame.draw(in: &canvas)
    if diagonal != nil { drawDiagonal(in: &canvas, frame: frame) }
    for (i, points) in shown.enumerated() {
      for p in points {
        guard let at = frame.place(p.x, p.y) else { continue }
        LineStyle.mark(
          groups[i].marker, at.x, at.y, in: &canvas, colour: groups[i].colour ?? Palette.line(i),
          radius: 3.2)
      }
    }
    if shown.allSatisfy(\.isEmpty) { frame.drawEmptiness(in: &canvas) }
    frame.drawNote(skipped: skippedCount, in: &canvas)
    return canvas.document(title: title, otherwise: "\(yAxis.label) against \(xAxis.label)")
  }

  /// The part of y = x inside the frame; straight only where both axes have one scale.
  private func drawDiagonal(in canvas: inout SVGCanvas, frame: ChartFrame) {
    guard xAxis.scale == yAxis.scale, let x0 = frame.x.majors.first?.value,
      let x1 = frame.x.majors.last?.value, let y0 = frame.y.majors.first?.value,
      let y1 = frame.y.majors.last?.value
    else { return }
    let low = max(x0, y0)
    let high = min(x1, y1)
    guard low < high, let a = frame.place(low, low), let b = frame.place(high, high) else { return }
    canvas.line(a.x, a.y, b.x, b.y, stroke: SVGCanvas.quiet, width: 1.2, dash: "6 3.5")
  }
}
