internal import Expressions
internal import LinearAlgebra
internal import ModelReduction

extension HyperReducedOutput {
  func write(to parts: inout ModelParts, as name: String) {
    switch form {
    case .linear(let c, let offset):
      parts.put(["linear"], as: "\(name)/form")
      parts.put(c, as: "\(name)/coefficients")
      parts.put([offset], as: "\(name)/offset")
    case .norm(let gram):
      parts.put(["norm"], as: "\(name)/form")
      parts.put(gram, as: "\(name)/gram")
    case .work(let strains, let loads):
      parts.put(["work"], as: "\(name)/form")
      parts.put(strains, as: "\(name)/strains")
      parts.put(loads, as: "\(name)/loads")
    case .extremum(let rows):
      parts.put(["extremum"], as: "\(name)/form")
      parts.put([rows.isLargest ? 1 : 0], as: "\(name)/isLargest")
      parts.put(rows.parts.map(\.lowerBound), as: "\(name)/first")
      parts.put(rows.parts.map(\.count), as: "\(name)/counts")
      parts.put(rows.matrix, as: "\(name)/rows")
    case .sites(let sites):
      parts.put(["sites"], as: "\(name)/form")
      sites.write(to: &parts, as: name)
    }
  }

  init(
    _ parts: ModelParts, _ root: String, _ name: String, _ layout: ReducedLayout, points: Int
  ) throws(ModelFileError) {
    let form: Form
    switch try parts.texts("\(root)/form", count: 1)[0] {
    case "linear":
      form = .linear(
        try parts.numbers("\(root)/coefficients", count: layout.count),
        offset: try parts.numbers("\(root)/offset", count: 1)[0])
    case "norm":
      let n = layout.displacement.count
      form = .norm(try parts.matrix("\(root)/gram", rows: n, columns: n))
    case "work":
      form = .work(
        strains: try parts.numbers("\(root)/strains", count: 6 * points),
        loads: try parts.numbers("\(root)/loads", count: layout.loads))
    case "extremum": form = .extremum(try RankedRows(parts, root, layout))
    case "sites": form = .sites(try ReducedSites(parts, root, layout))
    case let other: throw parts.malformed("\(root)/form", "is '\(other)', which is unknown")
    }
    self.init(name: name, form: form)
  }
}

extension RankedRows {
  fileprivate init(
    _ parts: ModelParts, _ root: String, _ layout: ReducedLayout
  ) throws(ModelFileError) {
    let first = try parts.integers("\(root)/first", in: 0..<max(1, layout.count))
    let counts = try parts.integers(
      "\(root)/counts", count: first.count, in: 0..<layout.count + 1)
    let rows = try parts.matrix("\(root)/rows", rows: nil)
    guard zip(first, counts).allSatisfy({ $0 + $1 <= layout.count }),
      rows.columnCount == counts.reduce(0, +)
    else { throw parts.malformed("\(root)/rows", "reads coordinates that do not exist") }
    var column: ReducedSites.Column = []
    var place = 0
    for (start, count) in zip(first, counts) {
      column.append((start, rows.columns(place..<place + count)))
      place += count
    }
    let isLargest = try parts.integers("\(root)/isLargest", count: 1, in: 0..<2)[0] == 1
    self.init(isLargest: isLargest, column)
  }
}

extension ReducedSites {
  fileprivate func write(to parts: inout ModelParts, as name: String) {
    parts.put([combination.rawValue], as: "\(name)/combination")
    let used = expression.symbols.compactMap { symbol -> String? in
      if case .field(let field) = symbol { field } else { nil }
    }.sorted()
    parts.put(used, as: "\(name)/symbols")
    // Names such as "stress.von-mises" are no words of the language of expressions.
    let spelt = expression.substituting { symbol in
      guard case .field(let field) = symbol, let k = used.firstIndex(of: field) else { return nil }
      return Expression(.field(ReducedSites.spelling(k)))
    }
    parts.put([spelt.description], as: "\(name)/expression")
    parts.put(weights, as: "\(name)/weights")
    parts.put(DenseMatrix(rowCount: weights.count, columns: places), as: "\(name)/places")
    let names = columns.keys.sorted()
    parts.put(names, as: "\(name)/fields")
    for (k, field) in names.enumerated() {
      let column = columns[field] ?? []
      parts.put(column.map(\.first), as: "\(name)/field/\(k)/first")
      for (i, part) in column.enumerated() { parts.put(part.rows, as: "\(name)/field/\(k)/\(i)") }
    }
    if let stress {
      parts.put([stress.first], as: "\(name)/stress/first")
      parts.put(stress.rows, as: "\(name)/stress/rows")
    }
    temperatures?.write(to: &parts, as: "\(name)/temperatures")
    if let recovery { parts.put(recovery, as: "\(name)/recovery") }
  }

  private static func spelling(_ k: Int) -> String { "field.s\(k)" }

  fileprivate init(
    _ parts: ModelParts, _ name: String, _ layout: ReducedLayout
  ) throws(ModelFileError) {
    let word = try parts.texts("\(name)/combination", count: 1)[0]
    guard let combination = PlacedOutput.Combination(rawValue: word) else {
      throw parts.malformed("\(name)/combination", "is '\(word)', which is unknown")
    }
    let weights = try parts.numbers("\(name)/weights")
    let count = weights.count
    let places = try parts.matrix("\(name)/places", rows: count, columns: 3)
    var columns: [String: Column] = [:]
    /// Rows that read s from a place on.
    func rows(
      _ entry: String, _ first: Int, _ rowCount: Int?
    ) throws(ModelFileError) -> DenseMatrix<Double> {
      let rows = try parts.matrix(entry, rows: rowCount)
      guard first >= 0, first + rows.columnCount <= layout.count else {
        throw parts.malformed(entry, "reads coordinates that do not exist")
      }
      return rows
    }
    for (k, field) in try parts.texts("\(name)/fields").enumerated() {
      let root = "\(name)/field/\(k)"
      var column: Column = []
      for (i, first) in try parts.integers("\(root)/first").enumerated() {
        column.append((first, try rows("\(root)/\(i)", first, count)))
      }
      columns[field] = column
    }
    var pointCount = count
    var recovery: SparseMatrix<Double>?
    if parts.has("\(name)/recovery/shape") {
      pointCount = try parts.integers(
        "\(name)/recovery/shape", count: 2, in: 0..<Int(Int32.max))[1]
      recovery = try parts.sparseMatrix("\(name)/recovery", rows: count, columns: pointCount)
    }
    var stress: (first: Int, rows: DenseMatrix<Double>)?
    if parts.has("\(name)/stress/first") {
      let first = try parts.integers("\(name)/stress/first", count: 1)[0]
      stress = (first, try rows("\(name)/stress/rows", first, 6 * pointCount))
    }
    let temperatures =
      parts.has("\(name)/temperatures/count")
      ? try TemperatureHistory(parts, "\(name)/temperatures", points: pointCount) : nil
    let used = try parts.texts("\(name)/symbols")
    for field in used where columns[field] == nil {
      guard FrameQuantities.isInvariant(field) || field == "temperature" && temperatures != nil
      else { throw parts.malformed("\(name)/symbols", "names '\(field)', which is not there") }
    }
    let scope = ExpressionScope(
      parameters: parts.parameterSpace.axes.map { ($0.name, $0.size) },
      fields: used.indices.map(ReducedSites.spelling), fieldDerivatives: false)
    let text = try parts.texts("\(name)/expression", count: 1)[0]
    let expression: Expression
    do throws(ExpressionError) {
      expression = try Expression(parsing: text, in: scope).substituting { symbol in
        guard case .field(let spelt) = symbol,
          let k = used.indices.first(where: { ReducedSites.spelling($0) == spelt })
        else { return nil }
        return Expression(.field(used[k]))
      }
    } catch { throw parts.malformed("\(name)/expression", "cannot be read: \(error)") }
    self.init(
      combination: combination, expression: expression, weights: weights,
      places: (0..<3).map { places.column($0) }, columns: columns, stress: stress,
      temperatures: temperatures, recovery: recovery)
  }
}
