internal import Benchmarks
internal import Cases
internal import Files
internal import LinearAlgebra

/// The findings of `ritz bench` as they come: a table on standard output, JSON at the end.
final class BenchmarkReport {
  private let isQuiet: Bool
  private let startLoad = ProcessCost.load
  private var sections: [BenchmarkSection] = []

  init(loudness: Narration.Loudness) { isQuiet = loudness == .quiet }

  /// Measures a section and prints it.
  func add(_ measure: ((String) -> Void) throws -> BenchmarkSection) throws {
    let section: BenchmarkSection
    do {
      section = try measure { [isQuiet] step in
        if !isQuiet { StandardStream.error.tryToWrite("measuring \(step)\n") }
      }
    } catch let error as BenchmarkError { throw Failure(.internalError, "error: \(error)") }
    sections.append(section)
    try StandardStream.output.write(BenchmarkReport.text(section))
  }

  /// Prints what all sections have in common, and writes the file.
  func conclude(json path: String?) throws {
    let comparisons = sections.flatMap(\.findings).flatMap(\.comparisons)
    let met = comparisons.count(where: \.isMet)
    try StandardStream.output.write(
      """
      \(machine.map { "\($0.key): \($0.value)" }.joined(separator: "; "))
      load average \(fourDigits(startLoad)) at the start, \(fourDigits(ProcessCost.load)) at the end
      \(met) of \(comparisons.count) targets met

      """)
    if let path { try FileBytes.write(json.text() + "\n", to: path) }
  }

  private var machine: [(key: String, value: String)] {
    let kernel = BLASKernel.current
    return [
      ("ritz", ritzVersion), ("kernel", "\(kernel.core)"), ("BLAS", kernel.configuration),
      ("cores", "\(Threads.available)"),
    ]
  }

  private static func text(_ section: BenchmarkSection) -> String {
    var rows: [[String]] = []
    for finding in section.findings {
      let verdicts = finding.comparisons.map { verdict($0, unit: finding.unit) }
      rows.append([
        finding.name, handy(finding.value, finding.unit), verdicts.first ?? "", finding.note,
      ])
      for verdict in verdicts.dropFirst() { rows.append(["", "", verdict, ""]) }
    }
    let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
    var text = section.title + "\n"
    for row in rows {
      var line = "  " + row[0] + pad(row[0], widths[0])
      line += "  " + pad(row[1], widths[1]) + row[1]
      if widths[2] > 0 { line += "  " + row[2] + pad(row[2], widths[2]) }
      line += "  " + row[3]
      while line.last == " " { line.removeLast() }
      text += line + "\n"
    }
    for remark in section.remarks { text += "  note: \(remark)\n" }
    return text + "\n"
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count))
  }

  private static func verdict(_ comparison: Comparison, unit: String) -> String {
    let limit = "\(comparison.isUpper ? "≤" : "≥") \(shortLimit(comparison, unit))"
    if comparison.isMet { return "\(limit) met" }
    let percent = ((comparison.excess - 1) * 100).rounded()
    return percent < 100
      ? "\(limit) missed by \(Int(percent)) %"
      : "\(limit) missed \(fourDigits(comparison.excess)) ×"
  }

  /// Limits of microseconds are written so; those of pure numbers and ratios have no unit.
  private static func shortLimit(_ comparison: Comparison, _ unit: String) -> String {
    let limit = comparison.limit
    guard limit < 1e-3 else { return fourDigits((limit * 1000).rounded() / 1000) }
    return unit == "s" && comparison.reference == nil ? handy(limit, "s") : fourDigits(limit)
  }

  private var json: JSONValue {
    .object([
      ("schema", .integer(1)),
      ("machine", .object(machine.map { ($0.key, .string($0.value)) })),
      ("load", .numbers([startLoad, ProcessCost.load].filter(\.isFinite))),
      ("sections", .array(sections.map(BenchmarkReport.json))),
    ])
  }

  private static func json(_ section: BenchmarkSection) -> JSONValue {
    .object([
      ("title", .string(section.title)),
      (
        "findings",
        .array(
          section.findings.map { finding in
            .object([
              ("name", .string(finding.name)),
              ("value", finding.value.isFinite ? .number(finding.value) : .null),
              ("unit", .string(finding.unit)), ("note", .string(finding.note)),
              ("comparisons", .array(finding.comparisons.map(json))),
            ])
          })
      ),
      ("remarks", .array(section.remarks.map { .string($0) })),
    ])
  }

  private static func json(_ comparison: Comparison) -> JSONValue {
    .object([
      ("against", .string(comparison.against)),
      ("reference", comparison.reference.map { .number($0) } ?? .null),
      ("ratio", comparison.ratio.isFinite ? .number(comparison.ratio) : .null),
      (comparison.isUpper ? "atMost" : "atLeast", .number(comparison.limit)),
      ("met", .boolean(comparison.isMet)),
    ])
  }
}
