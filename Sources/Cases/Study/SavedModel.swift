internal import Meshes
public import ModelReduction
internal import Plots

/// A reduced model from its file, ready for queries.
public struct SavedModel: Sendable {
  let opened: OpenedModel
  let path: String

  /// Verifies and reads a `.ritz` file; fields and mesh stay in the file until asked for.
  ///
  /// - Throws: `ModelFileError` when the file is missing, damaged or of a newer format.
  public init(reading path: String) throws(ModelFileError) {
    opened = try ModelFile.open(path)
    self.path = path
  }

  /// Where the parameters live.
  public var parameterSpace: ParameterSpace { opened.content.parameterSpace }

  /// The names and sizes of the parameters.
  public var layout: ParameterLayout {
    ParameterLayout(parameterSpace.axes.map { (name: $0.name, size: $0.size) })
  }

  /// The parameter written as "k=1,2,3 h=4" or as bare numbers in order.
  ///
  /// - Throws: `ParameterQueryError` with what is missing, unknown or no number.
  public func parameter(parsing text: String) throws(ParameterQueryError) -> Parameter {
    try parameterSpace.parameter(parsing: text)
  }

  /// The parameters in a CSV file.
  ///
  /// - Throws: Everything wrong in the file.
  public func parameters(file path: String) throws(CaseDiagnostics) -> [Parameter] {
    try PointFile.points(at: path, names: layout.componentNames).map { Parameter($0) }
  }

  /// The answers as one JSON object.
  public func json(_ answers: [Results.Query]) -> JSONValue {
    .members([
      ("schema", .integer(Results.schema)), ("model", .string(path)),
      (
        "interpolated", opened.provenance.facts[Provenance.interpolated].map { .string($0) }
      ),
      ("query", .array(answers.map { $0.json(layout) })),
    ])
  }

  /// The answers for people.
  public func text(_ answers: [Results.Query]) -> String {
    let note = opened.provenance.facts[Provenance.interpolated].map {
      ["interpolated: \($0); " + opened.content.interpolationWords]
    }
    return
      (answers.map { answer in
        var lines = ["at " + layout.words(answer.parameter)]
        for output in answer.outputs {
          let bound = answer.outputBounds.first { $0.key == output.key }?.value
          let claim = answer.outputGuarantees.first { $0.key == output.key }?.value
          lines.append(
            "  \(output.key) = \(output.value)" + (bound.map { "  ± \(short($0))" } ?? "")
              + (claim.map { "  (\($0.words))" } ?? ""))
        }
        if let estimate = answer.estimate, let guarantee = answer.guarantee {
          lines.append(
            (answer.steps.isEmpty ? "  error of the field" : "  error of the trajectory")
              + ", \(opened.content.productName) norm: \(short(estimate))  "
              + "(\(guarantee.words))")
        }
        for step in answer.steps {
          lines.append(
            "  t = \(short(step.time)): "
              + step.outputs.map { "\($0.key) = \($0.value)" }.joined(separator: ", "))
        }
        if answer.isOutside {
          lines.append("  this point lies outside the ranges the model was trained for")
        }
        if answer.isAboveTolerance {
          lines.append("  the error is estimated to be above the tolerance")
        }
        return lines.joined(separator: "\n")
      } + (note ?? [])).joined(separator: "\n")
  }

  /// What the file holds, for people.
  public var summary: String {
    let content = opened.content
    let provenance = opened.provenance
    var lines = [
      "reduced model of \(provenance.caseName), Ritz \(provenance.ritzVersion)",
      "size        \(content.size) vectors, \(content.productName) product",
      "kind        \(content.kind)",
    ]
    for axis in parameterSpace.axes {
      let name = axis.size.map { "\(axis.name)[0…\($0 - 1)]" } ?? axis.name
      let range = axis.ranges[0]
      lines.append(
        "parameter   \(name) in [\(range.lowerBound), \(range.upperBound)] \(axis.unit), "
          + axis.scale.rawValue)
    }
    lines += content.outputNames.map { "output      \($0)" }
    if case .split(let model) = content {
      let sizes = model.models.map(\.size)
      lines.append(
        "parts       \(sizes.count) boxes of the domain, of up to \(sizes.max() ?? 0) vectors each")
    }
    if case .evolution(let model) = content {
      lines.append(
        "time        \(model.grid.stepCount) steps of \(model.scheme.rawValue) to t = "
          + "\(model.grid.end)")
    }
    if case .parts(let parts) = content, let grid = parts.grid {
      lines.append("time        \(grid.stepCount) steps to t = \(grid.end)")
    }
    if let floor = opened.certifiedDownTo {
      lines.append("certified   down to \(short(floor)) relative to the solution")
    }
    for fact in provenance.facts.sorted(by: { $0.key < $1.key }) {
      lines.append(fact.key.padded(to: 11) + " " + fact.value)
    }
    lines.append("case        \(provenance.caseHash)")
    lines.append("mesh        \(provenance.meshHash)")
    lines.append(
      opened.hasField ? "fields      can be reconstructed (--field)" : "fields      not in the file"
    )
    return lines.joined(separator: "\n")
  }

  private func short(_ value: Double) -> String { NumberText(value, digits: 4).plain }
}

extension ReducedContent {
  /// What its bounds make of coefficients that were interpolated.
  fileprivate var interpolationWords: String {
    switch consistency {
    case .some(let bound) where bound.operatorError.isFinite:
      "bounds allow for twice as large errors"
    case .some: "nothing is certified, because what such errors do is not bounded"
    case nil: "what such errors do is not part of the estimates"
    }
  }
}

extension Results.Guarantee {
  /// In words.
  var words: String {
    switch self {
    case .upperBound: "certified bound"
    case .indicator: "indicator, not certified"
    case .notCertified: "not certified: below the round-off floor"
    }
  }
}
