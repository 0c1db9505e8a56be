import Plots

/// The charts of a decomposition of snapshots.
extension ReportContent.Spectrum {
  /// The singular values, those kept and those cut off, with the level of noise.
  func chart() -> String {
    let sigma = singularValues
    let x = sigma.indices.map { Double($0 + 1) }
    let cut = min(max(size, 0), sigma.count)
    var references: [LineChart.Reference] = []
    if let noiseFloor {
      references.append(
        .init(noiseFloor, label: "noise floor", colour: ReportContent.floorColour))
    }
    let kept = LineChart.Series(
      "kept", x: Array(x.prefix(cut)), y: Array(sigma.prefix(cut)),
      style: LineStyle(.none, marker: .circle, colour: Palette.line(0)))
    let dropped = LineChart.Series(
      "cut off", x: Array(x.dropFirst(cut)), y: Array(sigma.dropFirst(cut)),
      style: LineStyle(.none, marker: .diamond, colour: Palette.line(7)))
    return LineChart(
      title: "Singular values", xAxis: Axis("k", including: [0], isIntegral: true),
      yAxis: Axis("σ of mode k", scale: .log),
      series: cut < sigma.count ? [kept, dropped] : [kept], references: references, width: 480,
      height: 320
    ).svg()
  }

  /// √(discarded energy / total energy) against the number of modes.
  func energyChart() -> String {
    let lost = discardedEnergy
    var references: [LineChart.Reference] = []
    if let tolerance { references.append(.init(tolerance, label: "tolerance")) }
    // The last entry is zero by definition and has no place on a logarithmic axis.
    let x = lost.indices.dropLast().map { Double($0 + 1) }
    return LineChart(
      title: "Energy not retained", xAxis: Axis("modes n", including: [0], isIntegral: true),
      yAxis: Axis("√(discarded / total energy)", scale: .log),
      series: [
        .init("", x: x, y: Array(lost.dropLast()), style: LineStyle(.solid, marker: .circle))
      ],
      references: references, width: 480, height: 320
    ).svg()
  }

  /// For each n ≥ 1: √(Σ_{k>n} σ_k² / Σ_k σ_k²), in units of σ₁ so that no square overflows.
  var discardedEnergy: [Double] {
    guard let first = singularValues.first, first > 0, first.isFinite else { return [] }
    var tail = 0.0
    var tails: [Double] = []
    for s in singularValues.reversed() {
      tails.append(tail)
      let t = s / first
      tail += t * t
    }
    return tails.reversed().map { ($0 / tail).squareRoot() }
  }
}

extension ReportPage {
  /// What was kept of the singular values, in words, pictures and numbers.
  mutating func addSpectrum(_ spectrum: ReportContent.Spectrum) {
    let sigma = spectrum.singularValues
    let lost = spectrum.discardedEnergy
    let cut = min(max(spectrum.size, 0), sigma.count)
    var text =
      "Of \(ReportContent.plural(sigma.count, "singular value")), "
      + "\(ReportWords.count(cut)) are kept"
    if cut > 0, lost.indices.contains(cut - 1) {
      text +=
        "; the snapshots lose the fraction \(ReportWords.number(lost[cut - 1])) of their norm "
        + "(the square root of the discarded over the total energy)"
    }
    paragraph(text + ".")
    figure(
      [spectrum.chart(), spectrum.energyChart()],
      caption: "Left: the singular values of the snapshots, kept and cut off. Right: what n modes "
        + "do not retain. The faster both fall, the better the problem can be reduced.")
    table(
      ReportTable(
        name: "spectrum", columns: ["k", "σ", "√(discarded / total energy)"],
        rows: sigma.indices.map { k in
          [
            .count(k + 1), .number(sigma[k]),
            lost.indices.contains(k) ? .number(lost[k]) : .none,
          ]
        }, limit: 12, isAligned: true), caption: "Singular values and what is lost after each mode."
    )
  }
}
