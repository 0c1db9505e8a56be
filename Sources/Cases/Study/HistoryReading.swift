internal import Expressions
internal import Files

extension ProblemReading {
  /// The most lines of a time history: it becomes part of a coefficient, which is saved as a text.
  private static let mostHistoryLines = 5000

  /// h(t), the factor over time that `history` of an entry names; nil where there is none.
  mutating func history(_ entry: CaseFile.Entry) -> Expression? {
    guard let file = entry["history"]?.path else {
      if entry["history-column"] != nil {
        report(
          entry.location(of: "history-column"),
          "'history-column' belongs to 'history', which names the file")
      }
      return nil
    }
    guard caseFile.entry("time") != nil else {
      report(
        entry.location(of: "history"),
        "'history' is a factor over time: it needs [time]; without it the case is steady")
      return nil
    }
    let column = entry["history-column"]
    do throws(FormatError) {
      let history = try TimeHistory(
        reading: file.text, column: column?.word ?? column?.integer.map { "\($0)" })
      return factor(history, from: file)
    } catch {
      report(file.location, error)
      return nil
    }
  }

  private mutating func factor(_ history: TimeHistory, from file: SourceText) -> Expression? {
    let (times, values) = (history.times, history.values)
    guard times.count <= ProblemReading.mostHistoryLines else {
      report(
        file.location,
        "the history has \(times.count) lines; at most \(ProblemReading.mostHistoryLines) fit")
      return nil
    }
    for i in times.indices.dropFirst()
    where !((values[i] - values[i - 1]) / (times[i] - times[i - 1])).isFinite {
      report(
        file.location,
        "the history rises too fast for numbers between \(times[i - 1]) and "
          + "\(times[i])")
      return nil
    }
    return .piecewiseLinear(
      in: Expression(.time, name: "t"), points: times, values: values)
  }
}

extension Expression {
  /// The product with the factor over time, where there is one.
  func times(_ history: Expression?) -> Expression { history.map { $0 * self } ?? self }
}
