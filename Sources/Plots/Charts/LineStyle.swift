/// How a series of points is drawn.
public struct LineStyle: Sendable, Hashable {
  /// The line through the points.
  public enum Stroke: Sendable, Hashable {
    /// An unbroken line.
    case solid
    /// Long dashes.
    case dashed
    /// Dots.
    case dotted
    /// No line, marks alone.
    case none
  }

  /// The mark at each point.
  public enum Marker: Sendable, Hashable, CaseIterable {
    /// A disc.
    case circle
    /// A square.
    case square
    /// A triangle pointing up.
    case triangle
    /// A square on its corner.
    case diamond
    /// Nothing.
    case none
  }

  /// The line.
  public var stroke: Stroke
  /// The mark.
  public var marker: Marker
  /// The colour of both; without one the chart takes the next of its palette.
  public var colour: Colour?

  /// A style; by default a solid line with no marks.
  public init(_ stroke: Stroke = .solid, marker: Marker = .none, colour: Colour? = nil) {
    self.stroke = stroke
    self.marker = marker
    self.colour = colour
  }

  var dash: String? {
    switch stroke {
    case .solid, .none: nil
    case .dashed: "6 3.5"
    case .dotted: "0.1 4"
    }
  }

  /// Draws a line through `points` and marks them.
  func draw(
    _ points: [(x: Double, y: Double)], in canvas: inout SVGCanvas, colour: Colour,
    radius: Double = 3
  ) {
    if stroke != .none {
      canvas.polyline(points, stroke: colour, width: stroke == .dotted ? 2 : 1.6, dash: dash)
    }
    for p in points {
      LineStyle.mark(marker, p.x, p.y, in: &canvas, colour: colour, radius: radius)
    }
  }

  static func mark(
    _ marker: Marker, _ x: Double, _ y: Double, in canvas: inout SVGCanvas, colour: Colour,
    radius r: Double
  ) {
    let white = Colour(hex: 0xFFFFFF)
    switch marker {
    case .none: break
    case .circle: canvas.circle(x, y, radius: r, fill: colour, stroke: white)
    case .square:
      canvas.rectangle(
        x - 0.87 * r, y - 0.87 * r, 1.74 * r, 1.74 * r, fill: colour, stroke: white,
        strokeWidth: 0.75)
    case .triangle:
      canvas.polygon(
        [(x, y - 1.25 * r), (x + 1.1 * r, y + 0.75 * r), (x - 1.1 * r, y + 0.75 * r)],
        fill: colour, stroke: white)
    case .diamond:
      canvas.polygon(
        [(x, y - 1.3 * r), (x + 1.3 * r, y), (x, y + 1.3 * r), (x - 1.3 * r, y)], fill: colour,
        stroke: white)
    }
  }
}
