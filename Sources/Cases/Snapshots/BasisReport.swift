internal import LinearAlgebra
internal import ModelReduction
internal import Plots

extension BasisReduction {
  /// The report: one HTML page with its pictures inside.
  public func page() -> String {
    var page = ReportPage()
    page.section("What was asked")
    page.facts(asked)
    page.table(
      ReportTable(
        name: "files", columns: ["file", "format", "numbers", "snapshots", "stored as"],
        rows: facts.map {
          [
            .text($0.source), .text($0.format), .count($0.dimension), .count($0.count),
            .text($0.storage),
          ]
        }, limit: 12), caption: "Where the snapshots come from.")
    page.section("Singular values")
    page.addSpectrum(
      ReportContent.Spectrum(
        singularValues: pod.singularValues, size: pod.basis.size, noiseFloor: visibleNoise,
        tolerance: energyTolerance))
    page.section("How well the snapshots are represented")
    addErrors(to: &page)
    if let unseen { page.addUnseen(unseen) }
    if let interpolation { page.addInterpolation(interpolation) }
    if pod.basis.size > 0 {
      page.section("Modes")
      page.figure(
        [modeChart], caption: "The first modes along the entries of a snapshot, in their order.")
    }
    page.section("Cost")
    page.facts([
      ReportContent.Fact("reading and decomposing", ReportWords.duration(seconds)),
      ReportContent.Fact("snapshots", MemorySize.text(8 * dimension * count)),
      ReportContent.Fact("largest memory", MemorySize.text(CostLedger.peakMemoryBytes)),
    ])
    return page.html(
      subject: request.input.title, title: "Basis of \(request.input.title)", tiles: tiles,
      notes: notes.map { ReportContent.Note($0) })
  }

  private var asked: [ReportContent.Fact] {
    [
      ReportContent.Fact("snapshots", "\(count) of \(dimension) numbers"),
      ReportContent.Fact("method", report?.method.rawValue ?? ""),
      ReportContent.Fact("because", report?.reason ?? ""),
      ReportContent.Fact("tolerance", request.options.tolerance.words),
      ReportContent.Fact("inner product", pod.basis.product.name),
      ReportContent.Fact("centring", request.options.centring.rawValue),
      ReportContent.Fact("memory", MemorySize.text(request.input.memory)),
    ]
      + (report?.scales ?? []).map {
        ReportContent.Fact(
          "field \($0.field.name)",
          "entries \($0.field.rows.lowerBound) … \($0.field.rows.upperBound - 1), divided by "
            + NumberText($0.scale, digits: 4).plain)
      }
  }

  private var tiles: [ReportPage.Tile] {
    [
      (
        "\(ReportWords.count(count)) → \(ReportWords.count(pod.basis.size))",
        "snapshots and modes"
      ),
      (ReportWords.number(projectionError), "relative projection error, verified"),
      (
        ReportWords.number(report?.projectionError.worst ?? 0),
        "of the worst snapshot, number \(report?.projectionError.worstSnapshot ?? 0)"
      ),
      (ReportWords.duration(seconds), "to read and decompose"),
    ]
  }

  /// The larger of the noises of the numbers and of the arithmetic.
  private var visibleNoise: Double? {
    let noise = max(pod.noiseFloor, report?.sourceNoise ?? 0)
    return noise > 0 ? noise : nil
  }

  private var energyTolerance: Double? {
    if case .energy(let value) = request.options.tolerance, value > 0 { return value }
    return nil
  }

  private func addErrors(to page: inout ReportPage) {
    guard let report else { return }
    let error = report.projectionError
    let how =
      error.verification == .onData
      ? "measured on the snapshots themselves" : "from the decomposition"
    page.paragraph(
      "The snapshots and their projections differ by "
        + "\(ReportWords.number(error.relative)) of their norm (Frobenius; \(how)), the worst of "
        + "them, number \(error.worstSnapshot), by \(ReportWords.number(error.worst)) of its own. "
        + "Without looking at the snapshots again, the method guarantees "
        + "\(ReportWords.number(report.guaranteedError)) in absolute terms.")
  }

  /// Up to four modes, thinned to what a picture can show.
  private var modeChart: String {
    let n = dimension
    let step = max(1, n / 600)
    let places = Array(stride(from: 0, to: n, by: step))
    let series = (0..<min(4, pod.basis.size)).map { k in
      LineChart.Series(
        "mode \(k + 1)", x: places.map(Double.init),
        y: places.map { pod.basis.vectors[$0, k] }, style: LineStyle(.solid))
    }
    return LineChart(
      title: "", xAxis: Axis("entry", isIntegral: true), yAxis: Axis("value"), series: series,
      width: 680, height: 320
    ).svg()
  }
}

extension ReportPage {
  /// How well snapshots are represented that the basis has not seen.
  mutating func addUnseen(_ unseen: UnseenErrors) {
    let rows = unseen.summaries
    let x = rows.map { Double($0.size) }
    func series(_ name: String, _ values: [Double], _ style: LineStyle) -> LineChart.Series {
      LineChart.Series(name, x: x, y: values, style: style)
    }
    paragraph(
      "Snapshots that were left out (\(unseen.rule.rawValue)) are what a new parameter will be "
        + "like: the part of their norm that a basis of the others misses.")
    figure(
      [
        LineChart(
          title: "", xAxis: Axis("modes n", including: [0], isIntegral: true),
          yAxis: Axis("relative projection error", scale: .log),
          series: [
            series("worst", rows.map(\.worst), LineStyle(.solid, marker: .square)),
            series("95 % below", rows.map(\.quantile95), LineStyle(.dashed)),
            series("mean", rows.map(\.mean), LineStyle(.solid, marker: .circle)),
          ], width: 680, height: 360
        ).svg()
      ], caption: "Errors of unseen snapshots against the size of the basis.")
    table(
      ReportTable(
        name: "unseen", columns: ["n", "mean", "95 % below", "worst", "snapshot"],
        rows: rows.map {
          [
            .count($0.size), .number($0.mean), .number($0.quantile95), .number($0.worst),
            .count($0.worstSnapshot),
          ]
        }, limit: 14, isAligned: true),
      caption: "Relative projection errors of snapshots that were left out.")
  }
}

extension PODTolerance {
  /// "√(discarded / total energy) ≤ 1e-06".
  var words: String {
    switch self {
    case .energy(0): "every mode above round-off"
    case .energy(let value): "√(discarded / total energy) ≤ \(value)"
    case .frobenius(let value): "absolute error of all snapshots together ≤ \(value)"
    case .singularValue(let value): "singular values above \(value)"
    case .worstCase(let value): "relative error of the worst snapshot ≤ \(value)"
    }
  }
}
