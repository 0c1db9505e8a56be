import Plots

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
    addCost(to: &page)
    addExpectations(to: &page)
    addReproducibility(to: &page)
    page.close()
    let shownTitle = title.isEmpty ? caseName : title
    let links = page.contents.map {
      "<li><a href=\"#\($0.id)\">\(Markup.escaped($0.title))</a></li>"
    }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="generator" content="Ritz">
      <title>\(Markup.escaped(shownTitle))</title>
      <style>
      \(ReportContent.style)</style>
      </head>
      <body>
      <header>
      <p class="kind">Ritz report <span>\(Markup.escaped(caseName))</span></p>
      <h1>\(Markup.escaped(shownTitle))</h1>
      </header>
      \(headline)\(noteList)<nav aria-label="Contents"><ol>\(links.joined())</ol></nav>
      <main>
      \(page.body)</main>
      </body>
      </html>

      """
  }

  /// The three or four numbers a hurried reader wants.
  private var headline: String {
    var tiles: [(value: String, text: String)] = []
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
      let what = ledger.secondsEstimate == nil ? "a query" : "a query with its estimate"
      tiles.append(
        (ReportWords.duration(online), "\(what), \(ReportWords.factor(full / online)) times faster")
      )
    }
    if let queries = ledger?.breakEvenQueries {
      tiles.append((ReportWords.count(queries), "queries pay for the offline stage"))
    }
    guard !tiles.isEmpty else { return "" }
    let items = tiles.map {
      "<div><b>\($0.value)</b><span>\(Markup.escaped($0.text))</span></div>"
    }
    return "<div class=\"tiles\">\(items.joined())</div>\n"
  }

  private var noteList: String {
    guard !notes.isEmpty else { return "" }
    let ordered = notes.filter(\.isWarning) + notes.filter { !$0.isWarning }
    let items = ordered.map { note in
      let word = note.isWarning ? "<b>Warning.</b> " : ""
      let kind = note.isWarning ? " class=\"warning\"" : ""
      return "<li\(kind)>\(word)\(Markup.escaped(note.text))</li>"
    }
    return "<ul class=\"notes\">\(items.joined())</ul>\n"
  }
}
