import Plots

extension ReportContent {
  /// A chart of curves over time, over a parameter or over the iterations of a solver.
  public struct Curves: Sendable {
    /// One curve.
    public struct Line: Sendable {
      /// Its name.
      public var name: String
      /// Abscissae.
      public var x: [Double]
      /// Ordinates.
      public var y: [Double]
      /// How it is drawn.
      public var style: Style

      /// How a curve is drawn.
      public enum Style: Sendable {
        /// As a line.
        case line
        /// Dashed, in the colour of the curve before it: what that is compared with.
        case reference
        /// As points alone.
        case points
      }

      /// A curve.
      public init(_ name: String, x: [Double], y: [Double], style: Style = .line) {
        self.name = name
        self.x = x
        self.y = y
        self.style = style
      }
    }

    /// What the abscissa is: "t", "k".
    public var abscissa: String
    /// What the ordinate is: the name of an output, "error".
    public var ordinate: String
    /// Which axes spread over decades.
    public var logarithmic: Logarithmic
    /// The curves.
    public var lines: [Line]
    /// What to see, plain text.
    public var caption: String

    /// Axes that spread over decades.
    public enum Logarithmic: Sendable {
      /// No axis.
      case none
      /// The ordinate.
      case ordinate
      /// Both.
      case both
    }

    /// A chart.
    public init(
      _ ordinate: String, over abscissa: String, logarithmic: Logarithmic = .none, lines: [Line],
      caption: String
    ) {
      self.ordinate = ordinate
      self.abscissa = abscissa
      self.logarithmic = logarithmic
      self.lines = lines
      self.caption = caption
    }
  }

  /// The natural frequencies of an answer.
  public struct Frequencies: Sendable {
    /// The point, in words; empty without parameters.
    public var point: String
    /// Ascending, in Hz where the units have seconds.
    public var values: [Double]

    /// Frequencies at a point.
    public init(point: String, values: [Double]) {
      self.point = point
      self.values = values
    }
  }

  /// The charts of a list and the frequencies, at the place of the outputs.
  func addCurves(to page: inout ReportPage) {
    for entry in frequencies {
      page.table(
        ReportTable(
          name: "frequencies", columns: ["mode", "frequency", "angular frequency"],
          rows: entry.values.enumerated().map { i, f in
            [.count(i + 1), .number(f, digits: 6), .number(2 * Double.pi * f, digits: 6)]
          }, isAligned: true),
        caption: "Natural frequencies"
          + (entry.point.isEmpty ? "." : " at \(Markup.escaped(entry.point))."))
    }
    for curves in curves where curves.lines.contains(where: { $0.x.count > 1 }) {
      page.figure([chart(curves)], caption: Markup.escaped(curves.caption))
    }
  }

  private func chart(_ curves: Curves) -> String {
    let series = curves.lines.enumerated().map { i, line in
      // A curve and its reference share a colour, side by side in the list.
      LineChart.Series(
        line.name, x: line.x, y: line.y,
        style: LineStyle(
          line.style.stroke,
          marker: line.x.count > 40 && line.style != .points ? .none : .circle,
          colour: Palette.line(line.style == .reference ? max(0, i - 1) : i)))
    }
    return LineChart(
      title: "",
      xAxis: Axis(curves.abscissa, scale: curves.logarithmic == .both ? .log : .linear),
      yAxis: Axis(curves.ordinate, scale: curves.logarithmic == .none ? .linear : .log),
      series: series,
      width: 640, height: 320
    ).svg()
  }
}

extension ReportContent.Curves.Line.Style {
  fileprivate var stroke: LineStyle.Stroke {
    switch self {
    case .line: .solid
    case .reference: .dashed
    case .points: .none
    }
  }
}
