import Plots

/// A table of the report, as HTML for the eye and as CSV for the next program.
struct ReportTable {
  enum Cell {
    case text(String)
    case number(Double, unit: String = "", digits: Int = 4)
    case count(Int)
    case verdict(Bool)
    case none

    var isNumeric: Bool {
      switch self {
      case .number, .count: true
      case .text, .verdict, .none: false
      }
    }

    /// Markup; in a column of powers of ten, zeros kept so that the digits line up.
    func html(_ alignment: Alignment) -> String {
      switch self {
      case .text(let text): Markup.escaped(text)
      case .number(let x, let unit, let digits):
        (alignment == .none
          ? NumberText(x, digits: digits)
          : NumberText(
            x, digits: alignment == .powers ? min(digits, 3) : digits, keepsZeros: true,
            isScientific: alignment == .powers)).html
          + (unit.isEmpty ? "" : "\u{202F}" + Markup.escaped(unit))
      case .count(let n): NumberText(count: n).html
      case .verdict(let isMet):
        isMet ? "<span class=\"met\">✓ met</span>" : "<span class=\"missed\">✗ missed</span>"
      case .none: "–"
      }
    }

    /// RFC 4180; numbers with all their digits. Text that a spreadsheet would take for a formula
    /// is led by an apostrophe.
    var csv: String {
      switch self {
      case .text(let text):
        let first = text.unicodeScalars.first
        let isFormula = ["=", "+", "-", "@"].contains(first)
        let quoted = text.replacing("\"", with: "\"\"")
        return "\"\(isFormula ? "'" : "")\(quoted)\""
      case .number(let x, _, _): return x.description
      case .count(let n): return String(n)
      case .verdict(let isMet): return isMet ? "met" : "missed"
      case .none: return ""
      }
    }
  }

  /// How the numbers of a column are set.
  enum Alignment { case none, digits, powers }

  var name: String
  var columns: [String]
  var rows: [[Cell]]
  /// Rows shown; the rest is in the CSV alone.
  var limit = Int.max
  /// Whether all numbers of a column are set alike, with as many digits each.
  var isAligned = false

  /// The table; columns that hold numbers are set flush right.
  var html: String {
    let isNumeric = columns.indices.map { c in
      rows.contains { $0[c].isNumeric }
    }
    let alignments = columns.indices.map(alignment)
    func mark(_ c: Int) -> String { isNumeric[c] ? " class=\"n\"" : "" }
    let head = columns.enumerated().map {
      "<th scope=\"col\"\(mark($0))>\(Markup.escaped($1))</th>"
    }
    let shown = rows.count > limit ? Array(rows.prefix(limit)) : rows
    let body = shown.map { row in
      "<tr>" + row.enumerated().map { "<td\(mark($0))>\($1.html(alignments[$0]))</td>" }.joined()
        + "</tr>"
    }
    var rest = ""
    if rows.count > shown.count {
      rest =
        "<tr><td class=\"rest\" colspan=\"\(columns.count)\">and "
        + "\(NumberText(count: rows.count - shown.count).html) more rows, in the CSV</td></tr>\n"
    }
    let kind = shown.count <= 10 ? " short" : ""
    return """
      <div class="wide\(kind)"><table>
      <thead><tr>\(head.joined())</tr></thead>
      <tbody>
      \(body.joined(separator: "\n"))
      \(rest)</tbody></table></div>

      """
  }

  /// Powers of ten for a whole column if any of its numbers needs one, or if they span three
  /// decades.
  private func alignment(of column: Int) -> Alignment {
    guard isAligned else { return .none }
    var least = Double.infinity
    var largest = 0.0
    for row in rows {
      guard case .number(let x, _, let digits) = row[column], x.isFinite, x != 0 else { continue }
      if NumberText(x, digits: digits).exponent != nil { return .powers }
      least = min(least, x.magnitude)
      largest = max(largest, x.magnitude)
    }
    return largest >= 1000 * least ? .powers : .digits
  }

  /// The whole table as comma-separated values, in a link that needs no script.
  var link: String {
    let head = columns.map { Cell.text($0).csv }.joined(separator: ",")
    let body = rows.map { $0.map(\.csv).joined(separator: ",") }
    let text = ([head] + body).joined(separator: "\r\n") + "\r\n"
    return "<a class=\"csv\" download=\"\(Markup.escaped(name)).csv\" "
      + "href=\"data:text/csv;charset=utf-8;base64,\(Base64.text(of: Array(text.utf8)))\">CSV</a>"
  }
}
