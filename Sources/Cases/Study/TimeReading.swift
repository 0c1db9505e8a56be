internal import ModelReduction

extension ProblemReading {
  /// How a case steps through time; nil where it has no [time], or a wrong one.
  mutating func timeStepping() -> (scheme: TimeScheme, grid: TimeGrid)? {
    guard let table = caseFile.entry("time") else { return nil }
    let scheme = table["scheme"]?.word.flatMap(TimeScheme.init) ?? .backwardEuler
    if table["step"] == nil, table["end"] != nil {
      report(
        table.location(of: "end"),
        "'end' in [time] belongs to 'step'; listed steps say themselves where they end")
      return nil
    }
    do throws(TimeGridError) {
      if let step = table["step"]?.number {
        guard let end = table["end"]?.number else {
          if table["end"] == nil {
            report(table.location(of: "step"), "'step' in [time] needs 'end'")
          }
          return nil
        }
        return (scheme, try TimeGrid(end: end, step: step))
      }
      if let steps = table["steps"]?.list {
        return (scheme, try TimeGrid(steps: steps.compactMap(\.number)))
      }
      guard let file = table["times-file"]?.path, let times = times(in: file) else { return nil }
      return (scheme, try TimeGrid(times: times.first == 0 ? times : [0] + times))
    } catch {
      report(table.location, "[time] cannot be stepped: \(error)")
      return nil
    }
  }

  private mutating func times(in file: SourceText) -> [Double]? {
    do throws(CaseDiagnostics) {
      return try PointFile.points(at: file.text, names: ["t"]).map { $0[0] }
    } catch {
      for diagnostic in error.diagnostics {
        if diagnostic.location.line == 0 {
          errors.append(
            Diagnostic(
              at: file.location, diagnostic.message, isMissingFile: diagnostic.isMissingFile))
        } else {
          errors.append(diagnostic)
        }
      }
      return nil
    }
  }
}
