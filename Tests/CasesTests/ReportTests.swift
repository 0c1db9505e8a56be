import Cases
import Foundation
import Plots
import Testing

@Suite struct `Report` {
  private func count(_ part: String, in text: String) -> Int { text.ranges(of: part).count }

  /// Whether every element that is opened is closed in order; void elements aside.
  private func isBalanced(_ html: String) -> Bool {
    let void: Set<Substring> = ["meta", "!DOCTYPE"]
    var open: [Substring] = []
    for match in html.matches(of: /<(\/?)([A-Za-z!][A-Za-z0-9]*)([^<>]*)>/) {
      let name = match.output.2
      if void.contains(name) || match.output.3.hasSuffix("/") { continue }
      if match.output.1.isEmpty {
        open.append(name)
      } else if open.popLast() != name {
        return false
      }
    }
    return open.isEmpty
  }

  @Test func `a full report has every section once, numbered without gaps`() throws {
    let html = SampleReport.content().render()
    let sections = html.matches(of: /<span class="no">(\d+)<\/span>([^<]+)</)
    #expect(sections.map { Int($0.output.1) } == Array(1...8))
    #expect(
      sections.map { String($0.output.2) } == [
        "What was asked", "Reduction", "Validation at unseen parameters", "Solutions and modes",
        "Outputs", "Cost", "Expectations", "Reproducibility",
      ])
    let figures = html.matches(of: /Figure (\d+)\./).compactMap { Int($0.output.1) }
    #expect(figures == Array(1...figures.count) && figures.count == 14)
    let tables = html.matches(of: /Table (\d+)\./).compactMap { Int($0.output.1) }
    #expect(tables == Array(1...tables.count) && tables.count == 9)
    #expect(isBalanced(html))
    let file = FileManager.default.temporaryDirectory.appending(path: "ritz-sample-report.html")
    try html.write(to: file, atomically: true, encoding: .utf8)
    #expect(try Data(contentsOf: file).count > 100_000)
  }

  @Test func `the report needs nothing from outside and no script`() {
    let html = SampleReport.content().render()
    #expect(!html.contains("<script") && !html.contains("<link") && !html.contains("@import"))
    let sources = html.matches(of: /(?:src|href)="([^"]{0,40})/).map { String($0.output.1) }
    #expect(sources.allSatisfy { $0.hasPrefix("data:") || $0.hasPrefix("#") })
    let links = sources.filter { $0.hasPrefix("#") }.map { $0.dropFirst() }
    #expect(links.count == 8 && links.allSatisfy { html.contains("id=\"\($0)\"") })
  }

  @Test func `the same content gives the same text`() {
    #expect(SampleReport.content().render() == SampleReport.content().render())
  }

  @Test func `a report of nothing is a page with its title and no section`() {
    let html = ReportContent(title: "Empty", caseName: "empty.toml").render()
    #expect(html.contains("<h1>Empty</h1>"))
    #expect(!html.contains("<section") && !html.contains("<figure") && !html.contains("<table"))
    #expect(isBalanced(html))
  }

  @Test func `a section whose data are absent is left out`() {
    var content = SampleReport.content()
    content.greedy = nil
    #expect(!content.render().contains("</span>Reduction<"))
    content.ledger = nil
    content.validation = nil
    content.expectations = []
    let html = content.render()
    for title in ["Cost", "Validation at unseen parameters", "Expectations"] {
      #expect(!html.contains("</span>\(title)<"))
    }
    #expect(html.contains("</span>Outputs<"))
  }

  @Test func `text of the case is escaped wherever it appears`() {
    let hostile = "<img src=x onerror=alert(1)>&\"'"
    var content = SampleReport.content()
    content.title = hostile
    content.caseName = hostile
    content.facts = [.init(hostile, hostile)]
    content.regions = [.init(name: hostile, dimension: 2, cellCount: 1, measure: 1, unit: hostile)]
    content.parameters[0].name = hostile
    content.parameters[0].unit = hostile
    content.conditions = [.init(kind: hostile, on: hostile, text: hostile)]
    content.notes = [.init(hostile, isWarning: true)]
    content.meshPictures[0].caption = hostile
    content.greedy?.measure = hostile
    content.greedy?.comparisons[0].name = hostile
    content.validation?.measure = hostile
    content.validation?.points = hostile
    content.queries[0].point = hostile
    content.queries[0].output = hostile
    content.queries[0].unit = hostile
    content.outputErrors[0].output = hostile
    content.ledger?.offline[0].name = hostile
    content.expectations[0].quantity = hostile
    content.expectations[0].expected = hostile
    content.expectations[0].source = hostile
    content.reproducibility = [.init(hostile, hostile)]
    let html = content.render()
    #expect(!html.contains("<img"))
    #expect(isBalanced(html))
    #expect(count("&lt;img src=x", in: html) > 25)
  }

  @Test func `numbers that are not finite are said, not drawn`() {
    var content = SampleReport.content()
    content.validation?.sizes[2].errors[5] = .nan
    content.validation?.sizes[3].estimates[1] = .infinity
    content.greedy?.steps[4].estimate = .nan
    let html = content.render()
    #expect(html.contains("2 errors or estimates are not finite"))
    #expect(!html.contains("\"nan\"") && !html.contains("nan,"))
    #expect(isBalanced(html))
  }

  @Test func `a bound below the error is called out`() throws {
    var content = SampleReport.content()
    #expect(content.render().contains("The bound is at least the true error in all 700 comp"))
    let error = try #require(content.validation?.sizes[0].errors[0])
    content.validation?.sizes[0].estimates[0] = error / 2
    #expect(content.render().contains("The bound is smaller than the error in 1 of 700 comp"))
  }

  @Test func `the break-even sentence follows from the times`() {
    let html = SampleReport.content().render()
    #expect(html.contains("31.2\u{202F}ms with the full model and 26\u{202F}µs"))
    #expect(html.contains("1200 times less"))
    #expect(html.contains("From 82 queries on"))
    var content = SampleReport.content()
    content.ledger?.breakEvenQueries = nil
    #expect(content.render().contains("does not pay for itself"))
  }

  @Test func `tables carry all their rows as CSV with every digit`() throws {
    let html = SampleReport.content().render()
    let link = try #require(
      html.firstMatch(
        of: /download="greedy\.csv" href="data:text\/csv;charset=utf-8;base64,([^"]*)"/))
    let data = try #require(Data(base64Encoded: String(link.output.1)))
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\r\n")
    #expect(lines.count == 65)
    let steps = try #require(SampleReport.content().greedy?.steps)
    for (line, step) in zip(lines.dropFirst(), steps) {
      #expect(line.hasPrefix("\(step.size),\(step.row),"))
      #expect(line.contains(",\(step.estimate),"))
    }
  }

  @Test func `every picture has a name for readers who cannot see it`() {
    let html = SampleReport.content().render()
    let names = html.matches(of: /role="img" aria-label="([^"]*)"/).map { $0.output.1 }
    #expect(names.count == count("<svg", in: html))
    #expect(names.allSatisfy { !$0.isEmpty })
  }

  @Test func `a spectrum shows what was kept and what was lost`() {
    var content = SampleReport.content()
    content.greedy = nil
    content.spectrum = .init(
      singularValues: [4, 3, 0, 0], size: 1, noiseFloor: 1e-14, tolerance: 1e-6)
    let html = content.render()
    // √(9 / 25) of the norm is lost with one mode.
    #expect(html.contains("Of 4 singular values, 1 are kept; the snapshots lose the fraction 0.6"))
    #expect(html.contains(">noise floor<") && html.contains(">cut off<"))
  }
}
