internal import Expressions
internal import FiniteElements
internal import Physics

extension ProblemReading {
  /// The temperature of the whole body and those of its materials; the latter hold where they are.
  mutating func temperatures() -> [ElasticityProblem.Temperature] {
    var all: [ElasticityProblem.Temperature] = []
    let table = caseFile.entry("temperature")
    let history: Expression? = if let table { history(table) } else { nil }
    let random = table?["random"]?.table.flatMap { randomTemperature($0) }
    func add(_ mean: Expression, _ field: FiniteElements.Field? = nil) {
      let value = random.map { mean + $0.deviation } ?? mean
      all.append(
        ElasticityProblem.Temperature(
          regions: ["*"], value: value.times(history), field: field, modes: random?.modes ?? []))
    }
    if let value = coefficient(table, "value") {
      add(value)
    } else if let table, table["file"] != nil {
      if let field = nodalField(table) { add(Expression(.field("T")), field) }
    } else if let mean = random?.mean {
      add(Expression(.field("T")), mean)
    } else if random != nil, let table {
      report(
        table.location(of: "random"),
        "the random field of [temperature] has no mean to deviate from: give 'value' or 'file' "
          + "beside it")
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
