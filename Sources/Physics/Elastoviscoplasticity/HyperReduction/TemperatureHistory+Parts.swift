internal import Expressions
internal import LinearAlgebra
internal import ModelReduction

extension TemperatureHistory {
  func write(to parts: inout ModelParts, as name: String) {
    parts.put(reference, as: "\(name)/reference")
    parts.put([self.parts.count], as: "\(name)/count")
    for (k, part) in self.parts.enumerated() {
      parts.put([part.value.description], as: "\(name)/\(k)/value")
      parts.put(part.points.map(Int.init), as: "\(name)/\(k)/points")
      parts.put(part.fields, as: "\(name)/\(k)/fields")
      parts.put(
        DenseMatrix(rowCount: part.points.count, columns: part.columns), as: "\(name)/\(k)/places")
    }
  }

  init(_ parts: ModelParts, _ name: String, points: Int) throws(ModelFileError) {
    var found: [Part] = []
    for k in 0..<(try parts.integers("\(name)/count", count: 1, in: 0..<10_000)[0]) {
      let text = try parts.texts("\(name)/\(k)/value", count: 1)[0]
      // Files from before there were modes hold a column for T, and no names.
      let isNamed = parts.has("\(name)/\(k)/fields")
      let fields = isNamed ? try parts.texts("\(name)/\(k)/fields") : ["T"]
      let scope = ExpressionScope(
        parameters: parts.parameterSpace.axes.map { ($0.name, $0.size) }, fields: fields,
        fieldDerivatives: false)
      let value: Expression
      do throws(ExpressionError) { value = try Expression(parsing: text, in: scope) } catch {
        throw parts.malformed("\(name)/\(k)/value", "is no temperature: \(error)")
      }
      let mine = try parts.integers("\(name)/\(k)/points", in: 0..<points)
      let places = try parts.matrix(
        "\(name)/\(k)/places", rows: mine.count, columns: 3 + fields.count)
      found.append(
        Part(
          value: value, points: mine.map { Int32($0) }, fields: fields,
          columns: (0..<places.columnCount).map { places.column($0) }))
    }
    self.init(parts: found, reference: try parts.numbers("\(name)/reference", count: points))
  }
}
