import Plots

extension ReportPage {
  /// A number a hurried reader wants, with what it is.
  typealias Tile = (value: String, text: String)

  /// The whole page around the sections: one HTML text with its pictures inside, readable without a
  /// script, made to print.
  ///
  /// - Parameters:
  ///   - subject: The case or the files the report is about.
  ///   - tiles: Markup and plain text of the numbers at the head.
  func html(
    subject: String, title: String, tiles: [Tile], notes: [ReportContent.Note]
  ) -> String {
    var page = self
    page.close()
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
      <title>\(Markup.escaped(title))</title>
      <style>
      \(ReportContent.style)</style>
      </head>
      <body>
      <header>
      <p class="kind">Ritz report <span>\(Markup.escaped(subject))</span></p>
      <h1>\(Markup.escaped(title))</h1>
      </header>
      \(ReportPage.markup(of: tiles))\(ReportPage.markup(of: notes))\
      <nav aria-label="Contents"><ol>\(links.joined())</ol></nav>
      <main>
      \(page.body)</main>
      </body>
      </html>

      """
  }

  private static func markup(of tiles: [Tile]) -> String {
    guard !tiles.isEmpty else { return "" }
    let items = tiles.map {
      "<div><b>\($0.value)</b><span>\(Markup.escaped($0.text))</span></div>"
    }
    return "<div class=\"tiles\">\(items.joined())</div>\n"
  }

  private static func markup(of notes: [ReportContent.Note]) -> String {
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
