extension ReportContent {
  /// The report: one HTML page with its pictures inside, readable without a script, made to print.
  ///
  /// The same content gives the same text. All text of the content is escaped, except the SVG of
  /// pictures, which is placed as it is.
  public func render() -> String {
    var page = ReportPage()
    addQuestion(to: &page)
    addReduction(to: &page)
    addValidation(to: &page)
    addPictures(to: &page)
    addOutputs(to: &page)
    addSystems(to: &page)
    addCost(to: &page)
    addExpectations(to: &page)
    addReproducibility(to: &page)
    return page.html(
      subject: caseName, title: title.isEmpty ? caseName : title, tiles: headline, notes: notes)
  }

  /// The three or four numbers a hurried reader wants.
  private var headline: [ReportPage.Tile] {
    var tiles: [ReportPage.Tile] = []
    let size = greedy?.steps.last?.size ?? spectrum?.size
    if let size, unknownCount > 0 {
      tiles.append(
        (
          "\(ReportWords.count(unknownCount)) → \(ReportWords.count(size))",
          "unknowns of the full and of the reduced model"
        ))
    }
    if let last = validation?.sizes.last, let validation {
      let name =
        last.estimates.isEmpty
        ? "error" : validation.guarantee == .indicator ? "error indicator" : "error bound"
      let values = last.estimates.isEmpty ? last.errors : last.estimates
      tiles.append(
        (
          ReportWords.number(ReportWords.largest(values)),
          "largest \(name) at unseen parameters, n = \(ReportWords.count(last.size))"
        ))
    } else if let greedy, let last = greedy.steps.last {
      tiles.append(
        (ReportWords.number(last.estimate), "largest \(greedy.measure) over the training set"))
    }
    if let ledger, let full = ledger.secondsFull, let online = ledger.secondsOnline, online > 0 {
      var what = ledger.secondsEstimate == nil ? "a query" : "a query with its estimate"
      if ledger.secondsReconstruction != nil { what += " without whole fields" }
      tiles.append(
        (ReportWords.duration(online), "\(what), \(ReportWords.factor(full / online)) times faster")
      )
    }
    if let queries = ledger?.breakEvenQueries {
      tiles.append((ReportWords.count(queries), "queries pay for the offline stage"))
    }
    return tiles
  }
}
