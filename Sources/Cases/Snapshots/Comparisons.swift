internal import LinearAlgebra
internal import ModelReduction
internal import Plots

/// Something compared: a table for people, numbers for machines, a page for a browser.
public protocol SnapshotComparison: Sendable {
  /// All numbers.
  var json: JSONValue { get }
  /// The rows, set in columns.
  var text: String { get }
  /// The report: one HTML page with its pictures inside.
  func page() -> String
}

extension MethodComparison: SnapshotComparison {
  /// All numbers.
  public var json: JSONValue {
    .object([
      (
        "methods",
        .array(
          rows.map {
            .members([
              ("method", .string($0.method.rawValue)), ("seconds", .number($0.seconds)),
              ("rank", .integer($0.rank)),
              ("singularValueError", .number($0.singularValueError)),
              ("orthonormalityDefect", .number($0.orthonormalityDefect)),
              ("projectionError", .number($0.projectionError)),
              ("refusal", $0.refusal.map { .string($0) }),
            ])
          })
      ), ("peakMemoryBytes", .integer(CostLedger.peakMemoryBytes)),
    ])
  }

  /// The rows, set in columns.
  public var text: String { table.plain }

  /// The report.
  public func page() -> String {
    let done = rows.filter { $0.refusal == nil }
    return ReportPage.comparison(
      "Methods of decomposition", of: input.title, table,
      caption: "The same snapshots by all methods; errors of singular values against QR.",
      bars: done.map { ($0.method.rawValue, $0.seconds) })
  }
}

extension UpdateComparison: SnapshotComparison {
  /// All numbers.
  public var json: JSONValue {
    .object([
      ("start", .integer(sizes.start)), ("block", .integer(sizes.block)),
      (
        "methods",
        .array(
          comparison.rows.map {
            .members([
              ("method", .string($0.method.name)), ("secondsPerUpdate", .number($0.meanSeconds)),
              ("orthonormalityDefect", .number($0.orthonormalityDefect)),
              ("errorAgainstZhaSimon", .number($0.errorAgainstZhaSimon)),
              ("errorAgainstFresh", $0.errorAgainstFresh.map { .number($0) }),
              ("relativeErrorBound", .number($0.relativeErrorBound)),
            ])
          })
      ), ("peakMemoryBytes", .integer(CostLedger.peakMemoryBytes)),
    ])
  }

  /// The rows, set in columns.
  public var text: String { table.plain }

  /// The report.
  public func page() -> String {
    ReportPage.comparison(
      "Methods of updating", of: input.title, table,
      caption: "A decomposition of the first \(sizes.start) snapshots, the others appended in "
        + "blocks of \(sizes.block): the defect of orthonormality, the largest errors of singular "
        + "values in parts of the first, and the bound of all that is lost in parts of the whole.",
      bars: comparison.rows.map { ($0.method.name, $0.meanSeconds) })
  }
}

extension BasisComparison: SnapshotComparison {
  /// All numbers.
  public var json: JSONValue {
    .object([
      ("files", .array(files.map { .string($0) })),
      ("ranks", .array(sizes.map { .integer($0) })), ("angles", .numbers(angles.values)),
      ("sines", .numbers(angles.sines)),
      ("largestAngle", angles.values.last.map { .number($0) } ?? .null),
    ])
  }

  /// The angles, set in columns.
  public var text: String {
    "\(files[0]): \(sizes[0]) modes, \(files[1]): \(sizes[1]) modes\n" + table.plain
  }

  /// The report.
  public func page() -> String {
    var page = ReportPage()
    page.section("Principal angles")
    page.figure(
      [
        LineChart(
          title: "", xAxis: Axis("number", including: [0], isIntegral: true),
          yAxis: Axis("sin θ", scale: .log),
          series: [
            .init(
              "", x: angles.sines.indices.map { Double($0 + 1) }, y: angles.sines,
              style: LineStyle(.solid, marker: .circle))
          ], width: 680, height: 340
        ).svg()
      ],
      caption: "The sines of the angles between the two spaces: the largest is how much of a unit "
        + "vector of the smaller space the other can miss.")
    page.table(table, caption: "The angles.")
    return page.html(
      subject: files.joined(separator: ", "), title: "Two bases",
      tiles: [
        ("\(sizes[0]) and \(sizes[1])", "modes"),
        (ReportWords.number(angles.values.last ?? 0), "largest angle, in radians"),
      ], notes: [])
  }
}

extension ReportPage {
  /// A page of one table and the times as bars.
  static func comparison(
    _ title: String, of subject: String, _ table: ReportTable, caption: String,
    bars: [(name: String, seconds: Double)]
  ) -> String {
    var page = ReportPage()
    page.section(title)
    page.table(table, caption: caption)
    page.figure(
      [
        BarChart(
          title: "", axis: Axis("seconds"), parts: ["time"],
          bars: bars.map { BarChart.Bar($0.name, values: [$0.seconds]) }, unit: "s"
        ).svg()
      ], caption: "What each of them takes.")
    return page.html(subject: subject, title: "\(title): \(subject)", tiles: [], notes: [])
  }
}

extension ReportTable {
  /// The rows as text, in columns of equal width.
  var plain: String {
    let lines =
      [columns]
      + rows.map { row in
        row.map { cell in
          switch cell {
          case .text(let text): text
          case .number(let x, let unit, let digits):
            NumberText(x, digits: digits).plain + (unit.isEmpty ? "" : " " + unit)
          case .count(let n): "\(n)"
          case .verdict(let isMet): isMet ? "met" : "missed"
          case .none: "–"
          }
        }
      }
    let widths = columns.indices.map { c in lines.map { $0[c].count }.max() ?? 0 }
    return lines.map { line in
      line.enumerated().map { c, text in
        c + 1 == line.count
          ? text : text + String(repeating: " ", count: widths[c] - text.count + 2)
      }.joined()
    }.joined(separator: "\n") + "\n"
  }
}
