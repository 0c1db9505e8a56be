import Plots

/// Grows the body of a report; counts its sections, figures and tables.
struct ReportPage {
  private(set) var body = ""
  private(set) var contents: [(id: String, title: String)] = []
  private var figureCount = 0
  private var tableCount = 0
  private var isOpen = false

  /// Starts a section.
  mutating func section(_ title: String) {
    let number = contents.count + 1
    contents.append(("s\(number)", title))
    close()
    isOpen = true
    body +=
      "<section aria-labelledby=\"s\(number)\">\n"
      + "<h2 id=\"s\(number)\"><span class=\"no\">\(number)</span>\(Markup.escaped(title))</h2>\n"
  }

  /// Ends the last section.
  mutating func close() {
    if isOpen { body += "</section>\n" }
    isOpen = false
  }

  /// A paragraph; `html` is markup already.
  mutating func paragraph(_ html: String) { body += "<p>\(html)</p>\n" }

  /// A heading inside a section.
  mutating func heading(_ title: String) { body += "<h3>\(Markup.escaped(title))</h3>\n" }

  /// Markup as it is.
  mutating func raw(_ html: String) { body += html }

  /// A figure of one picture or of several side by side, with one caption; `caption` is markup.
  mutating func figure(_ svgs: [String], caption: String) {
    guard !svgs.isEmpty else { return }
    figureCount += 1
    let kind = svgs.count > 1 ? "many" : "one"
    body += "<figure class=\"\(kind)\">\n<div class=\"art\">\n"
    for svg in svgs { body += "<div>\(svg)</div>\n" }
    body += "</div>\n<figcaption><b>Figure \(figureCount).</b> \(caption)</figcaption>\n</figure>\n"
  }

  /// Pictures with captions of their own, side by side.
  mutating func gallery(_ pictures: [ReportContent.Picture]) {
    guard !pictures.isEmpty else { return }
    body += "<div class=\"gallery\">\n"
    for picture in pictures {
      figure([picture.svg], caption: Markup.escaped(picture.caption))
    }
    body += "</div>\n"
  }

  /// A table with its caption above; `caption` is markup.
  mutating func table(_ table: ReportTable, caption: String) {
    guard !table.rows.isEmpty else { return }
    tableCount += 1
    body += "<div class=\"tab\"><p class=\"cap\"><b>Table \(tableCount).</b> \(caption) "
    body += "\(table.link)</p>\n\(table.html)</div>\n"
  }

  /// Names and values as a list.
  mutating func facts(_ facts: [ReportContent.Fact]) {
    guard !facts.isEmpty else { return }
    body += "<dl>\n"
    for fact in facts {
      body +=
        "<div><dt>\(Markup.escaped(fact.name))</dt><dd>\(Markup.escaped(fact.value))</dd></div>\n"
    }
    body += "</dl>\n"
  }
}

/// Wording of numbers in running text.
enum ReportWords {
  /// "9.1 µs", "70 ms", "5.12 s", "2 min 5 s".
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return NumberText(seconds, digits: 3).html + " s" }
    if seconds == 0 { return "0 s" }
    if seconds >= 120, seconds < 1e9 {
      let whole = Int(seconds.rounded())
      if whole >= 7200 { return "\(whole / 3600) h \(whole % 3600 / 60) min" }
      return "\(whole / 60) min \(whole % 60) s"
    }
    for (unit, size) in [("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)]
    where seconds >= 0.9995 * size || unit == "ns" {
      return NumberText(seconds / size, digits: 3).html + "\u{202F}" + unit
    }
    return ""
  }

  /// "1.5 GiB".
  static func memory(_ bytes: Int) -> String {
    for (unit, size) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
    where bytes >= size {
      return NumberText(Double(bytes) / Double(size), digits: 3).html + "\u{202F}" + unit
    }
    return "\(bytes)\u{202F}bytes"
  }

  static func number(_ x: Double, digits: Int = 3) -> String { NumberText(x, digits: digits).html }

  static func count(_ n: Int) -> String { NumberText(count: n).html }

  /// "7 700", rounded to two digits, for factors.
  static func factor(_ x: Double) -> String {
    guard x.isFinite, x >= 100, x < 1e15 else { return NumberText(x, digits: 2).html }
    var unit = 1.0
    while x / unit >= 100 { unit *= 10 }
    return NumberText(count: Int((x / unit).rounded() * unit)).html
  }

  /// The largest finite value, NaN if there is none.
  static func largest(_ values: [Double]) -> Double { finite(values).max() ?? .nan }

  static func finite(_ values: [Double]) -> [Double] { values.filter(\.isFinite) }

  static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
  }
}
