internal import Expressions
internal import Physics

extension ProblemReading {
  /// What outputs of elasticity may speak of.
  static func elasticFields(dimension: Int) -> [String] {
    let axes = ["x", "y", "z"].prefix(dimension).map { "u.\($0)" }
    let tensor = ["xx", "yy", "zz", "yz", "xz", "xy"]
    let invariants = [writtenVonMises, "stress.p1", "stress.p2", "stress.p3"]
    return axes + tensor.map { "stress.\($0)" } + invariants + tensor.map { "strain.\($0)" }
  }

  // A hyphen would be a minus: the name is read with a letter of the same width in its place.
  private static let vonMises = "stress.von-mises"
  private static let writtenVonMises = "stress.von_mises"

  private mutating func elasticExpression(_ text: SourceText) -> Expression {
    let written = SourceText(
      text.text.replacing(ProblemReading.vonMises, with: ProblemReading.writtenVonMises),
      at: text.location)
    return expression(written, outputScope).substituting { symbol in
      symbol == .field(ProblemReading.writtenVonMises)
        ? Expression(.field(ProblemReading.vonMises)) : nil
    }
  }

  /// A quantity of interest of an elastic body.
  mutating func elasticOutput(_ output: CaseFile.Output) -> ElasticityOutput {
    let d = dimension
    let on = output.on.map { regions($0, 0...d) } ?? ["*"]
    func named(_ kind: ElasticityOutput.Kind) -> ElasticityOutput {
      ElasticityOutput(name: output.name, kind: kind, regions: on)
    }
    switch output.quantity {
    case .integral(let text): return named(.integral(elasticExpression(text)))
    case .mean(let text): return named(.mean(elasticExpression(text)))
    case .at(let point, let text):
      checkCoordinates(point, of: output)
      if text.text == "u" {
        report(
          output.location,
          "'at' needs a 'value' that is a number here, such as \"u.x\" or \"stress.xx\"")
        return named(.strainEnergy)
      }
      return named(.value(elasticExpression(text), at: point))
    case .maximum(let text): return named(.maximum(elasticExpression(text)))
    case .minimum(let text): return named(.minimum(elasticExpression(text)))
    case .norm(.l2): return named(.normL2)
    case .norm(.h1):
      report(
        output.location,
        "the norm of a displacement is \"L2\"; for the energy say energy = \"strain\"")
      return named(.normL2)
    case .reaction(let axis):
      if axis >= d {
        report(output.location, "the mesh has \(d) dimensions; there is no reaction along z")
      }
      return named(.reaction(axis: axis))
    case .strainEnergy: return named(.strainEnergy)
    case .frequency:
      report(output.location, "'frequency' in [[output]] needs [modes]")
      return named(.strainEnergy)
    case .vector, .sampledVector, .inflow: return named(.strainEnergy)
    }
  }
}
