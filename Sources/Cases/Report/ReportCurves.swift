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
      /// Whether it is what others are compared with: drawn dashed.
      public var isReference: Bool

      /// A curve.
      public init(_ name: String, x: [Double], y: [Double], isReference: Bool = false) {
        self.name = name
        self.x = x
        self.y = y
        self.isReference = isReference
      }
    }

    /// What the abscissa is: "t", "k".
    public var abscissa: String
    /// What the ordinate is: the name of an output, "error".
    public var ordinate: String
    /// Whether the ordinate spreads over decades.
    public var isLogarithmic: Bool
    /// The curves.
    public var lines: [Line]
    /// What to see, plain text.
    public var caption: String

    /// A chart.
    public init(
      _ ordinate: String, over abscissa: String, isLogarithmic: Bool = false, lines: [Line],
      caption: String
    ) {
      self.ordinate = ordinate
      self.abscissa = abscissa
      self.isLogarithmic = isLogarithmic
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
          line.isReference ? .dashed : .solid, marker: line.x.count > 40 ? .none : .circle,
          colour: Palette.line(line.isReference ? max(0, i - 1) : i)))
    }
    return LineChart(
      title: "", xAxis: Axis(curves.abscissa),
      yAxis: Axis(curves.ordinate, scale: curves.isLogarithmic ? .log : .linear), series: series,
      width: 640, height: 320
    ).svg()
  }
}
