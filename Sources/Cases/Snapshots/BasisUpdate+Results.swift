internal import LinearAlgebra
internal import ModelReduction
internal import Plots

extension BasisUpdate {
  /// Σσ² over Σσ² and the square of what may have been lost.
  public var retained: Double {
    let kept = after.singularValues.reversed().reduce(0) { $0 + $1 * $1 }
    return kept > 0 ? kept / (kept + errorBound * errorBound) : 0
  }

  /// All numbers, for machines.
  public var json: JSONValue {
    .object([
      ("basis", .string(request.basis)), ("method", .string(method.name)),
      ("product", .string(product.name)), ("dimension", .integer(after.dimension)),
      ("newSnapshots", .integer(count)), ("removed", .integer(request.removed.count)),
      ("replaced", .integer(request.replaced.count)), ("centred", .boolean(after.mean != nil)),
      (
        "snapshots",
        after.coefficients.map { .integer($0.columnCount) } ?? .null
      ),
      ("rankBefore", .integer(before.size)), ("rank", .integer(after.size)),
      ("singularValues", .numbers(after.singularValues)), ("retained", .number(retained)),
      ("projectionError", .number(projectionError)), ("errorBound", .number(errorBound)),
      ("orthonormalityDefect", .number(orthonormalityDefect)), ("seconds", .number(seconds)),
      ("peakMemoryBytes", .integer(CostLedger.peakMemoryBytes)),
    ])
  }

  /// The essentials, for people.
  public var text: String {
    [
      "\(method.name): \(count) new snapshots, \(request.replaced.count) of them in places of old "
        + "ones, \(request.removed.count) removed",
      "\(before.size) modes before, \(after.size) after; orthonormal to "
        + NumberText(orthonormalityDefect, digits: 2).plain,
      "relative projection error of the new snapshots "
        + NumberText(projectionError, digits: 4).plain,
      "lost of all snapshots at most \(NumberText(errorBound, digits: 4).plain), absolute",
    ].joined(separator: "\n") + "\n"
  }

  /// The report: one HTML page with its pictures inside.
  public func page() -> String {
    var page = ReportPage()
    page.section("What was asked")
    page.facts([
      ReportContent.Fact("basis", request.basis),
      ReportContent.Fact("method", method.name),
      ReportContent.Fact("new snapshots", "\(count) from \(request.input.title)"),
      ReportContent.Fact("replaced", "\(request.replaced.count)"),
      ReportContent.Fact("removed", "\(request.removed.count)"),
      ReportContent.Fact("centred", after.mean == nil ? "no" : "yes, the mean moves along"),
      ReportContent.Fact("decay of what is old", "\(request.decay)"),
      ReportContent.Fact("inner product", product.name),
    ])
    page.section("Singular values")
    page.paragraph(
      "The basis is that of the updated approximation: what earlier truncations cut off is lost, "
        + "and all snapshots together miss at most \(ReportWords.number(errorBound)) (Frobenius, "
        + "absolute) of themselves. The new ones miss \(ReportWords.number(projectionError)) of "
        + "their norm, verified by projecting them.")
    page.figure([spectra], caption: "Singular values before and after.")
    page.table(
      ReportTable(
        name: "spectrum", columns: ["k", "before", "after"],
        rows: (0..<max(before.size, after.size)).map { k in
          [
            .count(k + 1), k < before.size ? .number(before.singularValues[k]) : .none,
            k < after.size ? .number(after.singularValues[k]) : .none,
          ]
        }, limit: 20, isAligned: true), caption: "Singular values before and after.")
    page.section("Cost")
    page.facts([
      ReportContent.Fact("updating", ReportWords.duration(seconds)),
      ReportContent.Fact("largest memory", MemorySize.text(CostLedger.peakMemoryBytes)),
    ])
    return page.html(
      subject: request.basis, title: "Update of \(request.basis)",
      tiles: [
        ("\(before.size) → \(after.size)", "modes before and after"),
        (ReportWords.number(projectionError), "relative projection error of the new snapshots"),
        (ReportWords.number(orthonormalityDefect), "largest defect of orthonormality"),
        (ReportWords.duration(seconds), "to update"),
      ], notes: [])
  }

  private var spectra: String {
    func series(_ name: String, _ basis: BasisFile, _ i: Int) -> LineChart.Series {
      let sigma = Array(basis.singularValues.prefix(basis.size))
      return LineChart.Series(
        name, x: sigma.indices.map { Double($0 + 1) }, y: sigma,
        style: LineStyle(.none, marker: i == 0 ? .diamond : .circle, colour: Palette.line(i)))
    }
    return LineChart(
      title: "", xAxis: Axis("k", including: [0], isIntegral: true),
      yAxis: Axis("σ of mode k", scale: .log),
      series: [series("before", before, 0), series("after", after, 1)], width: 680, height: 340
    ).svg()
  }
}
