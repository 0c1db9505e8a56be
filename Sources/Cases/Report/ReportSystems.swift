import Plots

extension ReportContent {
  /// How the linear systems of the full model were solved.
  public struct Systems: Sendable {
    /// "cg with ic: symmetric, …".
    public var means: String
    /// The iterations of each system, in the order of solving.
    public var iterations: [Double]
    /// Places and iterations of systems that were also solved without recycling.
    public var plain: [(place: Double, iterations: Double)]
    /// Residuals of the first and the last system.
    public var histories: [[Double]]
    /// What else should be said.
    public var sentences: [String]
    /// What the systems are of: "campaign", "run at (1, 2)".
    public var of = "campaign"
    /// The mesh with its subdomains, where a method works on such.
    public var partition: [Picture] = []
  }

  func addSystems(to page: inout ReportPage) {
    guard let systems else { return }
    page.section("Linear systems")
    page.paragraph(Markup.escaped(systems.means))
    for sentence in systems.sentences { page.paragraph(Markup.escaped(sentence)) }
    page.gallery(systems.partition)
    guard !systems.iterations.isEmpty else { return }
    var series = [
      LineChart.Series(
        "as solved", x: systems.iterations.indices.map { Double($0 + 1) }, y: systems.iterations,
        style: LineStyle(.solid, marker: systems.iterations.count > 60 ? .none : .circle))
    ]
    if !systems.plain.isEmpty {
      series.append(
        LineChart.Series(
          "the same system without recycling", x: systems.plain.map(\.place),
          y: systems.plain.map(\.iterations), style: LineStyle(.none, marker: .square)))
    }
    page.figure(
      [
        LineChart(
          title: "", xAxis: Axis("system, in the order of solving", isIntegral: true),
          yAxis: Axis("iterations", including: [0]), series: series, width: 680, height: 320
        ).svg()
      ],
      caption: "Iterations of each system of the \(Markup.escaped(systems.of))"
        + (systems.plain.isEmpty ? "." : "; squares are systems solved both ways.")
    )
    let histories = systems.histories.filter { $0.count > 1 }
    guard !histories.isEmpty else { return }
    page.figure(
      [
        LineChart(
          title: "", xAxis: Axis("iteration", including: [0], isIntegral: true),
          yAxis: Axis("relative residual", scale: .log),
          series: zip(["first system", "last system"], histories).map { name, history in
            LineChart.Series(name, x: history.indices.map(Double.init), y: history)
          }, width: 680, height: 300
        ).svg()
      ],
      caption:
        "Residuals of the first and the last system of the \(Markup.escaped(systems.of)).")
  }
}
