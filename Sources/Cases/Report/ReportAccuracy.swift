import Plots

/// The sections on the reduction and on its validation.
extension ReportContent {
  func addReduction(to page: inout ReportPage) {
    guard greedy != nil || spectrum != nil else { return }
    page.section("Reduction")
    if let greedy, !greedy.steps.isEmpty { addGreedy(greedy, to: &page) }
    if let spectrum, !spectrum.singularValues.isEmpty { page.addSpectrum(spectrum) }
  }

  private func addGreedy(_ greedy: Greedy, to page: inout ReportPage) {
    guard let first = greedy.steps.first, let last = greedy.steps.last else { return }
    var text =
      "The largest \(Markup.escaped(greedy.measure)) over "
      + "\(ReportContent.plural(greedy.trainingCount, "training point")) falls from "
      + "\(ReportWords.number(first.estimate)) with \(ReportContent.plural(first.size, "vector")) to "
      + "\(ReportWords.number(last.estimate)) with \(ReportWords.count(last.size))"
    if let tolerance = greedy.tolerance {
      text +=
        last.estimate <= tolerance
        ? ", which meets the tolerance of \(ReportWords.number(tolerance))."
        : "; the tolerance of \(ReportWords.number(tolerance)) is <b>not met</b>."
    } else {
      text += "."
    }
    if last.guarantee == .notCertified {
      text +=
        " The last value is the round-off floor of the estimate: below it nothing is certified."
    }
    page.paragraph(text)
    var caption = "Greedy history: the largest \(Markup.escaped(greedy.measure)) after each step"
    if !greedy.comparisons.isEmpty {
      caption +=
        ", beside \(greedy.comparisons.map { Markup.escaped($0.name) }.joined(separator: " and "))"
    }
    caption += ". A straight fall on this scale is exponential convergence."
    caption += ReportContent.floorRemark(greedy.floor, greedy.steps.map(\.estimate))
    page.figure([greedyChart(greedy)], caption: caption)
    if let chart = chosenChart(greedy) {
      let components = parameters.map(\.componentNames.count).reduce(0, +)
      let rest = components > 24 ? " Only the first 24 of \(components) are drawn." : ""
      page.figure(
        [chart],
        caption: "Where the chosen parameters lie in their ranges, the first choices pale, the "
          + "last dark. Marks crowding at the ends say that the corners of the domain are hardest."
          + rest)
    }
    page.table(
      ReportTable(
        name: "greedy", columns: ["n", "training row", "parameter", greedy.measure, "guarantee"],
        rows: greedy.steps.map { step in
          [
            .count(step.size), .count(step.row),
            .text(step.parameter.map { NumberText($0, digits: 4).plain }.joined(separator: ", ")),
            .number(step.estimate), .text(step.guarantee.words),
          ]
        }, limit: 12, isAligned: true),
      caption: "The chosen training rows, counted from 0, and the largest estimate after each.")
  }

  func addValidation(to page: inout ReportPage) {
    guard let validation, !validation.sizes.isEmpty else { return }
    page.section("Validation at unseen parameters")
    let hasEstimates = validation.sizes.contains { !$0.estimates.isEmpty }
    let word = validation.guarantee == .indicator ? "indicator" : "bound"
    page.paragraph(validationSummary(validation))
    page.figure(
      [errorChart(validation)],
      caption: "\(ReportContent.capitalised(validation.measure)) against basis size: "
        + (hasEstimates ? "the \(word) and the true error, " : "the true error, ")
        + "largest (solid) and mean (dashed); the bands span smallest to largest."
        + (hasEstimates && validation.guarantee == .upperBound
          ? " The bound must lie above the error at every point." : "")
        + ReportContent.floorRemark(
          validation.floor, validation.sizes.flatMap { $0.errors + $0.estimates }))
    if let chart = effectivityChart(validation) {
      page.figure(
        [chart],
        caption: "Effectivity, the estimate over the true error: the nearer to 1 the sharper."
          + (validation.guarantee == .upperBound ? " Below 1 the bound would be wrong." : ""))
    }
    page.table(validationTable(validation), caption: validationCaption(validation))
    guard let fields = validation.sizes.last?.fields, !fields.isEmpty else { return }
    let beside = validation.sizes.last?.fieldsBeside
    page.table(
      ReportTable(
        name: "fields",
        columns: ["field", "error, largest", "error, mean"]
          + (beside.map { ["\($0), largest", "\($0), mean"] } ?? []),
        rows: fields.map { field in
          [.text(field.field), .number(field.largest), .number(field.mean)]
            + (beside == nil
              ? []
              : [
                field.comparedLargest.map { .number($0) } ?? .none,
                field.comparedMean.map { .number($0) } ?? .none,
              ])
        }),
      caption: "Errors field by field, each the largest over time relative to the largest norm of "
        + "the field in its run: a displacement may be right where a history is not.")
  }

  private func validationSummary(_ validation: Validation) -> String {
    var text = "Reduced and full model compared: \(Markup.escaped(validation.points))."
    if !validation.truth.isEmpty { text += " " + validation.truth }
    let pairs = validation.sizes.flatMap { Array(zip($0.errors, $0.estimates)) }
    if validation.guarantee == .upperBound, !pairs.isEmpty {
      let below = pairs.count { !($0.1 >= $0.0) }
      text +=
        below == 0
        ? " The bound is at least the true error in all \(ReportWords.count(pairs.count)) comparisons."
        : " <b class=\"missed\">The bound is smaller than the error in "
          + "\(ReportWords.count(below)) of \(ReportWords.count(pairs.count)) comparisons.</b>"
    }
    let uncertified = validation.sizes.map(\.uncertifiedCount).reduce(0, +)
    if uncertified > 0 {
      text +=
        " In \(ReportContent.plural(uncertified, "comparison")) the estimate reached its "
        + "round-off floor and certifies nothing below it."
    }
    let broken = validation.sizes.map { s in (s.errors + s.estimates).count { !$0.isFinite } }
      .reduce(0, +)
    if broken > 0 {
      text +=
        " <b class=\"missed\">\(ReportContent.plural(broken, "error or estimate", "errors or estimates")) "
        + "\(broken == 1 ? "is" : "are") not finite and missing below.</b>"
    }
    return text
  }

  private func validationCaption(_ validation: Validation) -> String {
    "\(ReportContent.capitalised(validation.measure)) over the unseen points, by basis size."
  }

  /// `text` escaped, its first letter a capital.
  static func capitalised(_ text: String) -> String {
    Markup.escaped(text.prefix(1).uppercased() + text.dropFirst())
  }

  /// Says where the round-off floor is if it lies below the picture.
  private static func floorRemark(_ floor: Double?, _ values: [Double]) -> String {
    guard let floor, !isNear(floor, values) else { return "" }
    return " The round-off floor of the estimate, \(ReportWords.number(floor)), lies far below."
  }

  private func validationTable(_ validation: Validation) -> ReportTable {
    let hasEstimates = validation.sizes.contains { !$0.estimates.isEmpty }
    let word = validation.guarantee == .indicator ? "indicator" : "bound"
    var columns = ["n", "error, mean", "error, largest"]
    if hasEstimates {
      columns += [
        "\(word), largest", "effectivity, smallest", "mean", "largest", "not certified",
      ]
    }
    return ReportTable(
      name: "validation", columns: columns,
      rows: validation.sizes.map { s in
        var row: [ReportTable.Cell] = [
          .count(s.size), cell(ReportWords.mean(ReportWords.finite(s.errors))),
          cell(ReportWords.largest(s.errors)),
        ]
        guard hasEstimates else { return row }
        let effectivities = ReportWords.finite(s.effectivities)
        row += [
          cell(ReportWords.largest(s.estimates)), cell(effectivities.min() ?? .nan),
          cell(ReportWords.mean(effectivities)), cell(effectivities.max() ?? .nan),
          .count(s.uncertifiedCount),
        ]
        return row
      }, limit: 40, isAligned: true)
  }

  private func cell(_ x: Double) -> ReportTable.Cell { x.isNaN ? .none : .number(x) }
}
