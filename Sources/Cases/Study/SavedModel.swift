internal import Meshes
public import ModelReduction
internal import Plots

/// A reduced model from its file, ready for queries.
public struct SavedModel: Sendable {
  private let stored: StoredModel
  private let path: String

  /// Verifies and reads a `.ritz` file; fields and mesh stay in the file until asked for.
  ///
  /// - Throws: `ModelFileError` when the file is missing, damaged or of a newer format.
  public init(reading path: String) throws(ModelFileError) {
    stored = try StoredModel(reading: path)
    self.path = path
  }

  /// Where the parameters live.
  public var parameterSpace: ParameterSpace { stored.model.parameterSpace }

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

  /// The answers of the reduced model alone.
  ///
  /// - Throws: `ModelError` where a point has no answer, `ModelFileError` where the field an output
  ///   needs cannot be read.
  public func answers(at points: [Parameter]) throws -> [Results.Query] {
    let online = OnlineSolver(stored.model)
    let onField = try SavedFieldOutputs(of: stored)
    return try points.map { mu in
      let answer = try online.answer(at: mu)
      var query = Results.Query(answer, in: parameterSpace)
      if let onField { query.outputs += try onField.values(of: answer.state, at: mu) }
      return query
    }
  }

  /// The answers as one JSON object.
  public func json(_ answers: [Results.Query]) -> JSONValue {
    .object([
      (key: "schema", value: .integer(Results.schema)), (key: "model", value: .string(path)),
      (key: "query", value: .array(answers.map { $0.json(layout) })),
    ])
  }

  /// The answers for people.
  public func text(_ answers: [Results.Query]) -> String {
    answers.map { answer in
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
          "  error of the field, \(stored.model.productName) norm: \(short(estimate))  "
            + "(\(guarantee.words))")
      }
      if answer.isOutside {
        lines.append("  this point lies outside the ranges the model was trained for")
      }
      return lines.joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// Writes the whole field at a parameter for ParaView.
  ///
  /// - Throws: `StudyError` where the file was saved without fields, `MeshError` where the field
  ///   cannot be written.
  public func writeField(at mu: Parameter, to target: String) throws {
    guard let field = try stored.field(), let place = try StoredMesh(of: stored) else {
      throw StudyError.notSolvable("\(path) was saved without fields")
    }
    let state = try stored.model.solve(at: mu)
    let values = field.values(of: state, at: mu)
    var file = VTUFile(place.mesh)
    file.addPointField("u", place.dofs.map { $0 < 0 ? 0 : values[Int($0)] })
    try file.write(to: target)
  }

  /// What the file holds, for people.
  public var summary: String {
    let model = stored.model
    var lines = [
      "reduced model of \(stored.provenance.caseName), Ritz \(stored.provenance.ritzVersion)",
      "size        \(model.size) vectors, \(model.productName) product",
    ]
    for axis in parameterSpace.axes {
      let name = axis.size.map { "\(axis.name)[0…\($0 - 1)]" } ?? axis.name
      let range = axis.ranges[0]
      lines.append(
        "parameter   \(name) in [\(range.lowerBound), \(range.upperBound)] \(axis.unit), "
          + axis.scale.rawValue)
    }
    for output in model.outputs { lines.append("output      \(output.name)") }
    if let floor = stored.certifiedDownTo {
      lines.append("certified   down to \(short(floor)) relative to the solution")
    }
    for fact in stored.provenance.facts.sorted(by: { $0.key < $1.key }) {
      lines.append(fact.key.padded(to: 11) + " " + fact.value)
    }
    lines.append("case        \(stored.provenance.caseHash)")
    lines.append("mesh        \(stored.provenance.meshHash)")
    lines.append(
      stored.hasField ? "fields      can be reconstructed (--field)" : "fields      not in the file"
    )
    return lines.joined(separator: "\n")
  }

  private func short(_ value: Double) -> String { NumberText(value, digits: 4).plain }
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
