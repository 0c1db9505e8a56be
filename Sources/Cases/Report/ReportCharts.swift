import Plots
import RealModule

/// The charts of a report, each from the content alone.
extension ReportContent {
  private static let strong = LineStyle(.solid, marker: .circle)
  static let floorColour = Colour(hex: 0x9C2F45)

  func greedyChart(_ greedy: Greedy) -> String {
    let x = greedy.steps.map { Double($0.size) }
    let bound = LineChart.Series(
      "largest \(greedy.measure)", x: x, y: greedy.steps.map(\.estimate),
      style: LineStyle(.solid, marker: x.count > 60 ? .none : .circle))
    let others = greedy.comparisons.enumerated().map { i, c in
      let known = zip(c.sizes, c.values).filter { !$0.1.isNaN }
      return LineChart.Series(
        c.name, x: known.map { Double($0.0) }, y: known.map(\.1),
        style: LineStyle(i == 0 ? .dashed : .dotted, marker: i == 0 ? .square : .triangle))
    }
    var references: [LineChart.Reference] = []
    if let tolerance = greedy.tolerance { references.append(.init(tolerance, label: "tolerance")) }
    if let floor = greedy.floor, ReportContent.isNear(floor, greedy.steps.map(\.estimate)) {
      references.append(
        .init(floor, label: "round-off floor", colour: ReportContent.floorColour))
    }
    return LineChart(
      title: "", xAxis: Axis("basis size n", including: [0], isIntegral: true),
      yAxis: Axis(greedy.measure, scale: .log), series: [bound] + others, references: references,
      width: 680, height: 360
    ).svg()
  }

  /// Whether a floor lies within three decades of the smallest value: farther down it would
  /// squeeze the curves, and its number in the caption is enough.
  static func isNear(_ floor: Double, _ values: [Double]) -> Bool {
    guard let least = values.filter({ $0 > 0 && $0.isFinite }).min() else { return true }
    return floor * 1000 >= least
  }

  func errorChart(_ validation: Validation) -> String {
    let sizes = validation.sizes
    let x = sizes.map { Double($0.size) }
    func curve(
      _ name: String, _ i: Int, _ style: LineStyle, _ values: (Validation.Size) -> Double
    ) -> LineChart.Series {
      var style = style
      style.colour = Palette.line(i)
      return LineChart.Series(name, x: x, y: sizes.map(values), style: style)
    }
    let hasEstimates = sizes.contains { !$0.estimates.isEmpty }
    let word = validation.guarantee == .indicator ? "indicator" : "bound"
    var series: [LineChart.Series] = []
    var bands: [LineChart.Band] = []
    if hasEstimates {
      series.append(
        curve("\(word), largest", 0, .init(.solid, marker: .circle)) {
          ReportWords.largest($0.estimates)
        })
      series.append(
        curve("\(word), mean", 0, .init(.dashed)) {
          ReportWords.mean(ReportWords.finite($0.estimates))
        })
      bands.append(band(sizes, \.estimates, colour: Palette.line(0)))
    }
    series.append(
      curve("error, largest", 1, .init(.solid, marker: .square)) { ReportWords.largest($0.errors) })
    series.append(
      curve("error, mean", 1, .init(.dashed)) { ReportWords.mean(ReportWords.finite($0.errors)) })
    bands.append(band(sizes, \.errors, colour: Palette.line(1)))
    var references: [LineChart.Reference] = []
    if let floor = validation.floor,
      ReportContent.isNear(floor, sizes.flatMap { $0.errors + $0.estimates })
    {
      references.append(
        .init(floor, label: "round-off floor", colour: ReportContent.floorColour))
    }
    if let tolerance = greedy?.tolerance { references.append(.init(tolerance, label: "tolerance")) }
    return LineChart(
      title: "", xAxis: Axis("basis size n", including: [0], isIntegral: true),
      yAxis: Axis(validation.measure, scale: .log), series: series, bands: bands,
      references: references, width: 680, height: 380
    ).svg()
  }

  private func band(
    _ sizes: [Validation.Size], _ values: (Validation.Size) -> [Double], colour: Colour
  ) -> LineChart.Band {
    LineChart.Band(
      "", x: sizes.map { Double($0.size) },
      low: sizes.map { ReportWords.finite(values($0)).filter { $0 > 0 }.min() ?? .nan },
      high: sizes.map { ReportWords.largest(values($0)) }, colour: colour)
  }

  func effectivityChart(_ validation: Validation) -> String? {
    let sizes = validation.sizes.filter { !ReportWords.finite($0.effectivities).isEmpty }
    guard !sizes.isEmpty else { return nil }
    let x = sizes.map { Double($0.size) }
    let values = sizes.map { ReportWords.finite($0.effectivities) }
    let largest = values.joined().max() ?? 1
    let low = values.map { $0.min() ?? .nan }
    let high = values.map { $0.max() ?? .nan }
    return LineChart(
      title: "", xAxis: Axis("basis size n", including: [0], isIntegral: true),
      yAxis: Axis(
        "effectivity = estimate / error", scale: largest > 40 ? .log : .linear,
        including: largest > 40 ? [1] : [0]),
      series: [
        .init("largest", x: x, y: high, style: .init(.solid, marker: .triangle)),
        .init("mean", x: x, y: values.map(ReportWords.mean), style: ReportContent.strong),
        .init("smallest", x: x, y: low, style: .init(.solid, marker: .square)),
      ],
      bands: [.init("", x: x, low: low, high: high, colour: Palette.line(7))],
      references: [.init(1, label: "exact")], width: 680, height: 300
    ).svg()
  }

  func chosenChart(_ greedy: Greedy) -> String? {
    var strips: [StripChart.Strip] = []
    var at = 0
    for parameter in parameters {
      for name in parameter.componentNames {
        let values = greedy.steps.compactMap {
          $0.parameter.indices.contains(at) ? $0.parameter[at] : nil
        }
        strips.append(.init(name, range: parameter.range, scale: parameter.scale, values: values))
        at += 1
      }
    }
    guard !strips.isEmpty, greedy.steps.contains(where: { !$0.parameter.isEmpty }) else {
      return nil
    }
    return StripChart(
      title: "", strips: Array(strips.prefix(24)), order: ("first chosen", "last chosen"),
      width: 680
    ).svg()
  }

  func outputChart() -> String? {
    let shown = outputErrors.filter { !$0.bounds.isEmpty }
    guard let largest = shown.map(\.size).max() else { return nil }
    let groups = shown.filter { $0.size == largest }.enumerated().map { i, o in
      ScatterChart.Group(
        o.output, x: o.errors, y: o.bounds,
        marker: [LineStyle.Marker.circle, .square, .triangle, .diamond][i % 4])
    }
    return ScatterChart(
      title: "", xAxis: Axis("true output error", scale: .log),
      yAxis: Axis("bound of the output error", scale: .log), groups: groups,
      diagonal: "bound = error", width: 480, height: 400
    ).svg()
  }

  func costCharts(_ ledger: Ledger) -> [String] {
    var charts: [String] = []
    if ledger.offline.contains(where: { $0.seconds > 0 }) {
      charts.append(
        BarChart(
          title: "Offline, once", axis: Axis("seconds"), parts: ledger.offline.map(\.name),
          bars: [.init("", values: ledger.offline.map(\.seconds))], unit: "s", width: 680
        ).svg())
    }
    if let full = ledger.secondsFull, let online = ledger.secondsOnline, full > 0, online > 0 {
      charts.append(totalCostChart(ledger, full: full, online: online))
    }
    return charts
  }

  /// Total time against the number of queries, for both models.
  private func totalCostChart(_ ledger: Ledger, full: Double, online: Double) -> String {
    let offline = ledger.secondsOffline
    let crossing = max(1, Double(ledger.breakEvenQueries ?? 1))
    let decades = Int(Double.log10(max(crossing * 100, 1e4)).rounded(.up))
    let x = (0...(8 * min(decades, 12))).map { Double.exp10(Double($0) / 8) }
    return LineChart(
      title: "Total time", xAxis: Axis("queries answered", scale: .log),
      yAxis: Axis("seconds", scale: .log),
      series: [
        .init(
          "full model", x: x, y: x.map { $0 * full }, style: .init(colour: Palette.line(1))),
        .init(
          "reduced model, offline stage included", x: x, y: x.map { offline + $0 * online },
          style: .init(colour: Palette.line(0))),
      ], width: 680, height: 320
    ).svg()
  }
}

extension ReportContent.Ledger {
  /// Seconds of the offline stage.
  var secondsOffline: Double { offline.map(\.seconds).filter(\.isFinite).reduce(0, +) }

  /// Seconds of one answer of the reduced model with its estimate.
  var secondsOnline: Double? { secondsReduced.map { $0 + (secondsEstimate ?? 0) } }
}
