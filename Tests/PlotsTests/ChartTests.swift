import Plots
import Testing

@Suite struct `Charts` {
  private static let x = Axis("basis size", isIntegral: true)
  private static let y = Axis("error", scale: .log)

  private func count(_ part: String, in text: String) -> Int { text.ranges(of: part).count }

  @Test func `a line chart draws each curve, its marks, its name and its axis labels once`() {
    let chart = LineChart(
      title: "Convergence", xAxis: Self.x, yAxis: Self.y,
      series: [
        .init(
          "bound", x: [1, 2, 3], y: [1e-1, 1e-3, 1e-5], style: .init(.solid, marker: .circle)),
        .init("error", x: [1, 2, 3], y: [1e-2, 1e-4, 1e-6], style: .init(.dashed)),
      ], references: [.init(1e-3, label: "tolerance")])
    let svg = chart.svg()
    #expect(chart.skippedCount == 0)
    #expect(count("<circle", in: svg) == 3 + 1)
    // Two curves and their two samples in the key.
    #expect(count("<polyline", in: svg) == 4)
    for text in [">bound<", ">error<", ">tolerance<", ">basis size<", ">Convergence<"] {
      #expect(count(text, in: svg) == (text == ">error<" ? 2 : 1))
    }
    #expect(svg.hasPrefix("<svg xmlns="))
    #expect(svg.hasSuffix("</svg>\n"))
  }

  @Test func `the same chart gives the same text`() {
    let chart = LineChart(
      title: "t", xAxis: Self.x, yAxis: Self.y, series: [.init("a", x: [1, 2], y: [3, 4])])
    #expect(chart.svg() == chart.svg())
  }

  @Test func `points without a place leave a gap and are counted`() {
    let chart = LineChart(
      title: "", xAxis: Self.x, yAxis: Self.y,
      series: [.init("", x: [1, 2, 3, 4, 5, 6], y: [1, 0.1, .nan, 0, 0.01, 0.001])])
    let svg = chart.svg()
    #expect(chart.skippedCount == 2)
    #expect(count("<polyline", in: svg) == 2)
    #expect(svg.contains("2 values have no place on these axes."))
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }

  @Test func `a band is one polygon with twice as many corners as places`() throws {
    let chart = LineChart(
      title: "", xAxis: Axis("n"), yAxis: Axis("v"), series: [],
      bands: [.init("min to max", x: [0, 1, 2], low: [0, 1, 2], high: [1, 2, 3])])
    let svg = chart.svg()
    let polygons = svg.matches(of: /<polygon points="([^"]*)"/).map { $0.output.1 }
    // The band and its sample in the key.
    #expect(polygons.map { $0.split(separator: " ").count }.sorted() == [4, 6])
  }

  @Test(arguments: [
    LineChart(title: "", xAxis: x, yAxis: y, series: []),
    LineChart(title: "", xAxis: x, yAxis: y, series: [.init("e", x: [], y: [])]),
    LineChart(title: "", xAxis: x, yAxis: y, series: [.init("e", x: [1], y: [.nan])]),
  ])
  func `a chart without data says so`(chart: LineChart) {
    #expect(chart.svg().contains(">no data<"))
  }

  @Test func `a lone point is marked even where the style has lines only`() {
    let chart = LineChart(
      title: "", xAxis: Self.x, yAxis: Self.y, series: [.init("", x: [1], y: [1])])
    #expect(count("<circle", in: chart.svg()) == 1)
  }

  @Test(arguments: [Axis.Scale.linear, .log])
  func `coordinates stay inside the picture for any range`(scale: Axis.Scale) {
    let values = [1e-300, 1, 1e300, -1e300, .greatestFiniteMagnitude, .leastNonzeroMagnitude]
    let chart = LineChart(
      title: "", xAxis: Axis("a", scale: scale), yAxis: Axis("b", scale: scale),
      series: [.init("", x: values, y: values.reversed(), style: .init(marker: .circle))])
    for match in chart.svg().matches(of: /c([xy])="([-0-9.]+)"/) {
      let value = Double(match.output.2) ?? -1
      #expect(value >= 0 && value <= (match.output.1 == "x" ? chart.width : chart.height))
    }
    #expect(chart.svg().contains("<circle"))
  }

  @Test func `titles and names are escaped everywhere`() {
    let hostile = "<script>&\"'"
    let safe = "&lt;script&gt;&amp;&quot;&#39;"
    let svgs = [
      LineChart(
        title: hostile, xAxis: Axis(hostile), yAxis: Axis(hostile),
        series: [.init(hostile, x: [1], y: [1])], references: [.init(1, label: hostile)]
      ).svg(),
      ScatterChart(
        title: hostile, xAxis: Axis(hostile), yAxis: Axis(hostile),
        groups: [.init(hostile, x: [1], y: [1])], diagonal: hostile
      ).svg(),
      StripChart(
        title: hostile,
        strips: [.init(hostile, range: 0...1, scale: .linear, values: [0.5])]
      ).svg(),
      BarChart(
        title: hostile, axis: Axis(hostile), parts: [hostile],
        bars: [.init(hostile, values: [1])], unit: hostile
      ).svg(),
    ]
    for svg in svgs {
      #expect(!svg.contains("<script"))
      #expect(svg.contains(safe))
    }
  }

  @Test func `the parts of a bar lie end to end and their sum stands behind it`() throws {
    let chart = BarChart(
      title: "", axis: Axis("seconds"), parts: ["a", "b"],
      bars: [.init("offline", values: [1, 3])],
      unit: "s")
    let svg = chart.svg()
    let bars = svg.matches(of: /<rect x="([0-9.]+)" y="[0-9.]+" width="([0-9.]+)"/)
      .map { (Double($0.output.1) ?? 0, Double($0.output.2) ?? 0) }
    try #require(bars.count == 2)
    #expect(abs(bars[0].0 + bars[0].1 - bars[1].0) < 0.02)
    #expect(abs(bars[1].1 - 3 * bars[0].1) < 0.05)
    #expect(svg.contains(">4\u{2009}s<"))
  }

  @Test func `strips place values by their own scale`() throws {
    let chart = StripChart(
      title: "",
      strips: [
        .init("k", range: 0.01...100, scale: .log, values: [0.01, 1, 100]),
        .init("q", range: 0...4, scale: .linear, values: [0, 2, 4, 5]),
      ])
    let all = chart.svg().matches(of: /cx="([0-9.]+)"/).map { Double($0.output.1) ?? 0 }
    // Five discs explain the order of the marks.
    let cx = all.dropFirst(5).map { $0 }
    try #require(cx.count == 6)
    #expect(abs(cx[1] - (cx[0] + cx[2]) / 2) < 0.02)
    #expect(abs(cx[4] - (cx[3] + cx[5]) / 2) < 0.02)
    #expect(chart.skippedCount == 1)
  }

  @Test func `a diagonal runs where both axes agree`() throws {
    let chart = ScatterChart(
      title: "", xAxis: Axis("true", scale: .log), yAxis: Axis("bound", scale: .log),
      groups: [.init("", x: [1e-3, 1e-1], y: [1e-2, 1])], diagonal: "equal")
    #expect(chart.svg().contains("stroke-dasharray"))
  }
}
