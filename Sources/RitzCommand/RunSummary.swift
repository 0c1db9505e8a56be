internal import Benchmarks
internal import Cases

extension StudyOutcome {
  /// What a run found, in a screen of text.
  var summary: String {
    var lines: [String] = []
    let space = results.space
    lines.append(
      "\(space.dofs) unknowns, \(space.free) free" + (space.degree.map { ", degree \($0)" } ?? ""))
    if let reduction = results.reduction {
      var line = "\(reduction.method): \(reduction.size) vectors"
      if let step = reduction.greedy.last, let estimate = step.estimate {
        line += ", largest estimate over the training set \(fourDigits(estimate))"
      }
      lines.append(line)
      if let stopped = reduction.stopped { lines.append("  \(stopped)") }
    }
    for entry in results.validation {
      let error = entry.points.map(\.error).max() ?? 0
      var line =
        "  \(entry.size) vectors on \(entry.points.count) unseen points: largest error "
        + fourDigits(error)
      if let estimate = entry.points.compactMap(\.estimate).max() {
        line += ", largest estimate \(fourDigits(estimate))"
      }
      let effectivities = entry.points.compactMap(\.effectivity)
      if let least = effectivities.min(), let largest = effectivities.max() {
        line += ", effectivity \(fourDigits(least)) … \(fourDigits(largest))"
      }
      if let gap = entry.interpolationError {
        line += "; of the matrices of the commands the sums miss \(fourDigits(gap))"
      }
      lines.append(line)
    }
    for (i, query) in results.query.prefix(10).enumerated() {
      let outputs = query.outputs.map { "\($0.key) = \($0.value)" }.joined(separator: ", ")
      var line = "query[\(i)]: \(outputs)" + bound(of: query)
      if let last = query.steps.last { line += " at t = \(last.time), \(query.steps.count) times" }
      lines.append(line)
      if !query.frequencies.isEmpty {
        let shown = query.frequencies.prefix(10).map { fourDigits($0) }.joined(separator: ", ")
        lines.append("  frequencies \(shown)\(query.frequencies.count > 10 ? ", …" : "")")
      }
    }
    if results.query.count > 10 { lines.append("… \(results.query.count) queries in all") }
    if let count = results.ledger.breakEvenQueries {
      lines.append("the reduced model pays from \(Int(count)) queries on")
    }
    lines += expectations.map(\.description)
    lines.append("results in \(directory)")
    return lines.joined(separator: "\n") + "\n"
  }

  private func bound(of query: Results.Query) -> String {
    guard let estimate = query.estimate, let guarantee = query.guarantee else { return "" }
    return switch guarantee {
    case .upperBound: " (error of the field at most \(fourDigits(estimate)))"
    case .indicator: " (error of the field about \(fourDigits(estimate)))"
    case .notCertified: " (not certified below \(fourDigits(estimate)))"
    }
  }
}
