internal import Expressions
internal import Physics

extension ProblemReading {
  /// The temperature of the whole body and those of its materials; the latter hold where they are.
  mutating func temperatures() -> [ElasticityProblem.Temperature] {
    var all: [ElasticityProblem.Temperature] = []
    let table = caseFile.entry("temperature")
    let history: Expression? = if let table { history(table) } else { nil }
    if let value = coefficient(table, "value") {
      all.append(ElasticityProblem.Temperature(regions: ["*"], value: value.times(history)))
    } else if let table, let field = nodalField(table) {
      all.append(
        ElasticityProblem.Temperature(
          regions: ["*"], value: Expression(.field("T")).times(history), field: field))
    }
    for material in caseFile.materials {
      guard let value = coefficient(material, "temperature") else { continue }
      all.append(
        ElasticityProblem.Temperature(
          regions: regions(material.on, dimension...dimension), value: value))
    }
    return all
  }
}
