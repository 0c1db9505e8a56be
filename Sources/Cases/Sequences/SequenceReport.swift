internal import ComplexModule
internal import Krylov
internal import LinearSolvers
internal import ModelReduction
internal import Plots

extension SystemSequence {
  /// The report: one HTML page with its pictures inside.
  public func page() -> String {
    var page = ReportPage()
    page.section("What was asked")
    page.facts(asked)
    page.section("Iterations along the sequence")
    addIterations(to: &page)
    page.section("Residuals")
    addResiduals(to: &page)
    addRitzValues(to: &page)
    page.section("Systems")
    page.table(table, caption: "Every system in the order of the files.")
    return page.html(
      subject: "\(entries.count) systems", title: "A sequence of \(entries.count) linear systems",
      tiles: tiles, notes: notes.map { ReportContent.Note($0) })
  }

  private var iterative: [Int] { order.filter { entries[$0].choice.method != .direct } }

  private var asked: [ReportContent.Fact] {
    let settings = request.settings
    let choices = entries.map(\.choice.description).uniqued
    return [
      ReportContent.Fact("systems", "\(entries.count)"),
      ReportContent.Fact("method", settings.method.rawValue),
      ReportContent.Fact("preconditioner", settings.preconditioner.rawValue),
      ReportContent.Fact("tolerance", "relative residual \(settings.rule.relative)"),
      ReportContent.Fact("order", settings.order.rawValue),
      ReportContent.Fact("first guess", settings.guess.rawValue),
    ] + choices.prefix(4).map { ReportContent.Fact("solved by", $0) }
      + [ReportContent.Fact("largest memory", MemorySize.text(CostLedger.peakMemoryBytes))]
  }

  private var tiles: [ReportPage.Tile] {
    let solved = entries.filter { $0.report.status.isConverged }.count
    let total = entries.reduce(0) { $0 + $1.report.iterations }
    let worst = entries.map(\.report.residual).max() ?? 0
    return [
      ("\(ReportWords.count(solved)) of \(ReportWords.count(entries.count))", "systems solved"),
      (
        ReportWords.number(Double(total) / Double(max(1, entries.count))),
        "iterations a system, on average"
      ),
      (ReportWords.number(worst), "largest true residual, relative"),
      (ReportWords.duration(seconds), "for all solves"),
    ]
  }

  private func addIterations(to page: inout ReportPage) {
    guard !iterative.isEmpty else {
      page.paragraph("All systems were solved by factorization.")
      return
    }
    let places = order.indices.filter { entries[order[$0]].choice.method != .direct }
    var series = [
      LineChart.Series(
        "as solved", x: places.map { Double($0 + 1) },
        y: places.map { Double(entries[order[$0]].report.iterations) },
        style: LineStyle(.solid, marker: places.count > 60 ? .none : .circle))
    ]
    let both = places.filter { entries[order[$0]].plainIterations != nil }
    if !both.isEmpty {
      series.append(
        LineChart.Series(
          "the same system without recycling", x: both.map { Double($0 + 1) },
          y: both.map { Double(entries[order[$0]].plainIterations ?? 0) },
          style: LineStyle(.none, marker: .square)))
    }
    page.figure(
      [
        LineChart(
          title: "", xAxis: Axis("system, in the order of solving", isIntegral: true),
          yAxis: Axis("iterations", including: [0]), series: series, width: 680, height: 330
        ).svg()
      ], caption: "Iterations of each system; squares are systems solved both ways.")
    if let index = both.last, let plain = entries[order[index]].plainIterations {
      let recycled = entries[order[index]].report.iterations
      page.paragraph(
        "Solved both ways, system \(index + 1) took \(ReportWords.count(recycled)) iterations with "
          + "recycling and \(ReportWords.count(plain)) without.")
    }
    if let lengths = pathLengths, lengths.given > 0 {
      page.paragraph(
        "Sorting shortened the path through the matrices to "
          + "\(ReportWords.number(lengths.sorted / lengths.given)) of its length in the order given."
      )
    }
  }

  /// The first system, the last, and the one with most iterations.
  private func addResiduals(to page: inout ReportPage) {
    let most = iterative.max { entries[$0].report.iterations < entries[$1].report.iterations }
    let shown = [iterative.first, iterative.last, most].compactMap { $0 }.uniqued
    guard !shown.isEmpty else {
      page.paragraph("Factorizations leave no residual histories.")
      return
    }
    page.figure(
      [
        LineChart(
          title: "", xAxis: Axis("iteration", including: [0], isIntegral: true),
          yAxis: Axis("relative residual", scale: .log),
          series: shown.map { index in
            let history = entries[index].report.history
            return LineChart.Series(
              "system \(index + 1)", x: history.indices.map(Double.init), y: history)
          }, width: 680, height: 330
        ).svg()
      ],
      caption:
        "Residuals as the recurrences know them, of the first and the last system solved and "
        + "of the one with most iterations; the table holds the true ones at the end.")
  }

  private func addRitzValues(to page: inout ReportPage) {
    guard ritzValues.contains(where: { !$0.values.isEmpty }) else { return }
    page.section("What the iteration sees")
    page.figure(
      [
        ScatterChart(
          title: "", xAxis: Axis("real part", including: [0]),
          yAxis: Axis("imaginary part", including: [0]),
          groups: ritzValues.map { entry in
            ScatterChart.Group(
              "system \(entry.system + 1)", x: entry.values.map(\.real),
              y: entry.values.map(\.imaginary))
          }, width: 620, height: 360
        ).svg()
      ],
      caption:
        "Ritz values of the preconditioned matrix in a Krylov space of at most 40 steps from "
        + "the right-hand side. Values near zero are what recycling removes.")
  }

  private var table: ReportTable {
    ReportTable(
      name: "systems",
      columns: [
        "matrix", "right-hand side", "method", "status", "iterations", "products", "true residual",
        "ms",
      ],
      rows: entries.map {
        [
          .text($0.matrix),
          .text($0.column > 0 ? "\($0.rightHandSide), \($0.column + 1)" : $0.rightHandSide),
          .text(
            $0.choice.method == .direct
              ? "direct" : "\($0.choice.method.rawValue), \($0.choice.preconditioner.rawValue)"),
          .text($0.report.status.description), .count($0.report.iterations),
          .count($0.report.products), .number($0.report.residual, digits: 3),
          .number(1e3 * $0.seconds, digits: 3),
        ]
      }, limit: 40, isAligned: true)
  }
}
