import Plots

/// The sections on what was asked and on what a second run needs.
extension ReportContent {
  func addQuestion(to page: inout ReportPage) {
    if !facts.isEmpty || !parameters.isEmpty || !conditions.isEmpty || !regions.isEmpty
      || !meshPictures.isEmpty
    {
      page.section("What was asked")
    }
    page.facts(facts)
    page.table(parameterTable, caption: "Parameters: domain and reference values.")
    page.table(
      ReportTable(
        name: "conditions", columns: ["", "on", "what holds"],
        rows: conditions.map { [.text($0.kind), .text($0.on), .text($0.text)] }),
      caption: "Materials, boundary conditions, sources and outputs, as stated in the case.")
    if meshPictures.count == 1, let picture = meshPictures.first {
      page.figure([picture.svg], caption: Markup.escaped(picture.caption))
    } else {
      page.gallery(meshPictures)
    }
    page.table(
      ReportTable(
        name: "regions", columns: ["region", "dimension", "cells", "measure"],
        rows: regions.map {
          [
            .text($0.name), .count($0.dimension), .count($0.cellCount),
            .number($0.measure, unit: $0.unit),
          ]
        }, limit: 40),
      caption: "Regions of the mesh; the measure is a length, an area or a volume.")
  }

  private var parameterTable: ReportTable {
    ReportTable(
      name: "parameters", columns: ["parameter", "from", "to", "scale", "reference", "unit"],
      rows: parameters.map { p in
        let name = p.size.map { $0 > 1 ? "\(p.name)[0] … \(p.name)[\($0 - 1)]" : "\(p.name)[0]" }
        return [
          .text(name ?? p.name), .number(p.range.lowerBound), .number(p.range.upperBound),
          .text(p.isNormal ? "normal" : p.scale == .log ? "logarithmic" : "linear"),
          .number(p.reference), .text(p.unit),
        ]
      })
  }

  func addReproducibility(to page: inout ReportPage) {
    guard !reproducibility.isEmpty else { return }
    page.section("Reproducibility")
    page.paragraph(
      "The same case, mesh and version give the same numbers, to the last bit for any number of "
        + "threads on the same processor kernel. Times differ from run to run.")
    page.facts(reproducibility)
  }

  func addExpectations(to page: inout ReportPage) {
    guard !expectations.isEmpty else { return }
    page.section("Expectations")
    let missed = expectations.count { !$0.isMet }
    page.paragraph(
      missed == 0
        ? "The case pins \(ReportContent.plural(expectations.count, "number")); all of them hold."
        : "The case pins \(ReportContent.plural(expectations.count, "number")); "
          + "<b class=\"missed\">\(ReportWords.count(missed)) "
          + "\(missed == 1 ? "does" : "do") not hold.</b>")
    page.table(
      ReportTable(
        name: "expectations", columns: ["quantity", "expected", "found", "", "source"],
        rows: expectations.map {
          [
            .text($0.quantity), .text($0.expected),
            $0.found.map { .number($0, digits: 10) } ?? .none, .verdict($0.isMet),
            .text($0.source),
          ]
        }), caption: "Pinned numbers of the case and what this run found.")
  }

  static func plural(_ n: Int, _ noun: String, _ many: String? = nil) -> String {
    "\(ReportWords.count(n)) \(n == 1 ? noun : many ?? noun + "s")"
  }
}
