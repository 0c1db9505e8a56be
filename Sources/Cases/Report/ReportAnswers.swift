import Plots

/// The sections on fields, outputs and cost.
extension ReportContent {
  func addPictures(to page: inout ReportPage) {
    guard !solutions.isEmpty || !modes.isEmpty else { return }
    page.section(modes.isEmpty ? "Solutions" : solutions.isEmpty ? "Modes" : "Solutions and modes")
    page.gallery(solutions)
    if !solutions.isEmpty, !modes.isEmpty { page.heading("Basis vectors") }
    page.gallery(modes)
  }

  func addOutputs(to page: inout ReportPage) {
    guard !queries.isEmpty || !outputErrors.isEmpty || !curves.isEmpty || !frequencies.isEmpty
    else { return }
    page.section("Outputs")
    addQueries(to: &page)
    addEnrichments(to: &page)
    addCurves(to: &page)
    guard !outputErrors.isEmpty else { return }
    if let chart = outputChart() {
      page.figure(
        [chart],
        caption: "Bound against true error of the outputs at the unseen points, at the largest "
          + "basis judged: a bound lies above the dashed line, a sharp one close to it.")
    }
    let hasBounds = outputErrors.contains { !$0.bounds.isEmpty }
    page.table(
      ReportTable(
        name: "output-errors",
        columns: ["output", "n", "error, mean", "error, largest"]
          + (hasBounds ? ["bound, largest", "smallest bound / error"] : []),
        rows: outputErrors.map { o in
          var row: [ReportTable.Cell] = [
            .text(o.output), .count(o.size), .number(ReportWords.mean(o.errors)),
            .number(ReportWords.largest(o.errors)),
          ]
          guard hasBounds else { return row }
          let ratios = zip(o.errors, o.bounds).filter { $0.0 > 0 }.map { $0.1 / $0.0 }
          row.append(o.bounds.isEmpty ? .none : .number(ReportWords.largest(o.bounds)))
          row.append(ReportWords.finite(ratios).min().map { .number($0) } ?? .none)
          return row
        }, isAligned: true),
      caption: "Errors of the outputs over the unseen points, in their own units.")
  }

  private func addEnrichments(to page: inout ReportPage) {
    guard !enrichments.isEmpty else { return }
    let seconds = enrichments.reduce(0) { $0 + $1.seconds }
    page.table(
      ReportTable(
        name: "enrichments",
        columns: [
          "query", "t", "indicator", "estimated error", "modes then", "points then", "seconds",
        ],
        rows: enrichments.map { step in
          [
            .count(step.query), .number(step.time),
            step.indicator.map { .number($0) } ?? .text("not converged"),
            step.estimate.map { .number($0) } ?? .none, .count(step.size), .count(step.points),
            .number(step.seconds),
          ]
        }),
      caption:
        "Steps whose estimated error was above the tolerance of 'enrich': the full model computed "
        + "them, and modes, cubature and fits learnt from them. Together they took "
        + "\(ReportWords.duration(seconds)).")
  }

  private func addQueries(to page: inout ReportPage) {
    guard !queries.isEmpty else { return }
    let isReduced = queries.contains { $0.reduced != nil }
    let isFull = queries.contains { $0.full != nil }
    let isBounded = queries.contains { $0.bound != nil }
    var columns = ["point", "output"]
    if isReduced { columns.append("reduced model") }
    if isFull { columns.append("full model") }
    if isReduced, isFull { columns.append("difference") }
    // What is not proven is not called a bound.
    let word = queries.allSatisfy { $0.guarantee != .indicator } ? "bound" : "estimate"
    if isBounded { columns += [word, "guarantee"] }
    func number(_ x: Double?, unit: String = "", digits: Int) -> ReportTable.Cell {
      x.map { .number($0, unit: unit, digits: digits) } ?? .none
    }
    page.table(
      ReportTable(
        name: "outputs", columns: columns,
        rows: queries.map { q in
          var row: [ReportTable.Cell] = [.text(q.point), .text(q.output)]
          if isReduced { row.append(number(q.reduced, unit: q.unit, digits: 8)) }
          if isFull { row.append(number(q.full, unit: q.unit, digits: 8)) }
          if isReduced, isFull {
            let difference = q.reduced.flatMap { r in q.full.map { ($0 - r).magnitude } }
            row.append(number(difference, digits: 2))
          }
          if isBounded {
            row.append(number(q.bound, digits: 2))
            row.append(q.guarantee.map { .text($0.words) } ?? .none)
          }
          return row
        }, limit: 30, isAligned: true),
      caption: isBounded
        ? "Answers at the points of the case; the \(word) is one of the difference to the full model."
        : "Answers at the points of the case.")
  }

  func addCost(to page: inout ReportPage) {
    guard let ledger else { return }
    page.section("Cost")
    page.paragraph(costSentence(ledger))
    let charts = costCharts(ledger)
    if let first = charts.first, ledger.secondsOffline > 0 {
      page.figure([first], caption: "Where the time of the offline stage went.")
    }
    if let total = charts.last, ledger.secondsOnline != nil, charts.count > 1 {
      page.figure(
        [total],
        caption: "Total time against the number of queries. The reduced model pays off to the "
          + "right of the point where the curves cross.")
    }
    var rows: [[ReportTable.Cell]] = ledger.offline.map {
      [.text("offline: \($0.name)"), .number($0.seconds, unit: "s")]
    }
    rows.append([.text("offline: full solves"), .count(ledger.fullSolves)])
    if let t = ledger.secondsFull {
      rows.append([.text("query: full model"), .number(t, unit: "s")])
    }
    if let t = ledger.secondsReduced {
      rows.append([.text("query: reduced model"), .number(t, unit: "s")])
    }
    if let t = ledger.secondsEstimate {
      rows.append([.text("query: error estimate, on top"), .number(t, unit: "s")])
    }
    if let t = ledger.secondsReconstruction {
      rows.append([.text("query: whole fields at all times, on top"), .number(t, unit: "s")])
    }
    if let n = ledger.breakEvenQueries { rows.append([.text("break-even queries"), .count(n)]) }
    if let bytes = ledger.peakMemoryBytes {
      rows.append([.text("peak memory in bytes"), .count(bytes)])
    }
    page.table(
      ReportTable(name: "cost", columns: ["cost", "amount"], rows: rows),
      caption: "The ledger of this run, wall-clock time.")
  }

  private func costSentence(_ ledger: Ledger) -> String {
    var text =
      "The offline stage took \(ReportWords.duration(ledger.secondsOffline)) and "
      + "\(ReportContent.plural(ledger.fullSolves, "full solve"))"
    if let bytes = ledger.peakMemoryBytes {
      text += ", at most \(ReportWords.memory(bytes)) of memory"
    }
    text += "."
    guard let full = ledger.secondsFull, let online = ledger.secondsOnline else { return text }
    let what =
      ledger.secondsEstimate == nil ? "the reduced model" : "the reduced model and its estimate"
    text +=
      " One query costs \(ReportWords.duration(full)) with the full model and "
      + "\(ReportWords.duration(online)) with \(what)"
    text += full > online && online > 0 ? ", \(ReportWords.factor(full / online)) times less." : "."
    if let whole = ledger.secondsReconstruction {
      text += " Whole fields at all its times take \(ReportWords.duration(whole)) more"
      text +=
        full > online + whole
        ? "; with them it costs \(ReportWords.factor(full / (online + whole))) times less." : "."
    }
    guard let n = ledger.breakEvenQueries else {
      return text + " At these times the reduced model does not pay for itself."
    }
    text +=
      " From \(ReportContent.plural(n, "query", "queries")) on, the reduced model is the cheaper "
      + "way in total"
    let many = max(1000, 10 * Double(n))
    let saved = many * full - ledger.secondsOffline - many * online
    if saved > 0, many < 1e9 {
      text +=
        ": after \(ReportWords.count(Int(many))) queries it has saved "
        + "\(ReportWords.duration(saved)) of \(ReportWords.duration(many * full))"
    }
    return text + "."
  }
}
