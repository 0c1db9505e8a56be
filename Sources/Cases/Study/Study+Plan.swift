internal import Meshes
internal import ModelReduction

extension Study {
  /// What a run would do, without doing it: sizes, terms and the steps of the case.
  ///
  /// - Throws: `CaseDiagnostics` where the coefficients do not separate or the data contradict each
  ///   other: everything short of the computation is checked.
  public func plan() throws -> String {
    let model = try model()
    var lines = [
      "case       \(caseFile.title)",
      "mesh       "
        + (mesh.map { "\($0.pointCount) points, \($0.cellCount) cells" } ?? "none"),
      "model      \(model.facts.summary)",
    ]
    lines += model.facts.plan.map { $0.heading.padded(to: 11) + $0.text }
    if let randomField { lines.append("random     \(randomField.words)") }
    if let request = caseFile.reduction, let training = caseFile.training {
      lines.append(
        "reduction  \(request.method.rawValue), tolerance \(request.tolerance), at most "
          + "\(request.size) vectors, \(request.product.rawValue) product")
      let points = try training.points.checkedParameters(in: parameterSpace)
      lines.append("training   \(training.points.words): \(points.count) points")
    } else {
      lines.append("reduction  none: a plain finite element run")
    }
    if let validation = caseFile.validation {
      let points = try validation.points.checkedParameters(in: parameterSpace)
      lines.append("validation \(validation.points.words): \(points.count) points")
    }
    lines.append(
      "query      \(caseFile.query?.count ?? (parameterSpace.dimension == 0 ? 1 : 0)) points")
    lines.append("expect     \(caseFile.expectations.count) pinned numbers")
    let notes = model.facts.notes(reduced: caseFile.reduction != nil)
    for note in (meshReport?.notes ?? []) + notes { lines.append("note       \(note)") }
    for warning in meshReport?.warnings ?? [] { lines.append("warning    \(warning)") }
    return lines.joined(separator: "\n")
  }
}

extension CaseFile.Points {
  /// The points, with an error that a study understands.
  func checkedParameters(in space: ParameterSpace) throws(StudyError) -> [Parameter] {
    do throws(SamplingError) { return try parameters(in: space) } catch { throw StudyError(error) }
  }
}

extension ModelOutput {
  /// Its kind in one word.
  var kind: String {
    switch self {
    case .linear: "linear"
    case .quadratic: "quadratic"
    case .extremum: "extremum"
    }
  }
}

extension String {
  /// The text with blanks at its end up to a width.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
