internal import Cases
internal import LinearAlgebra

extension FileReport {
  /// A matrix or a vector of MatrixMarket or numpy.
  init(matrixAt path: String, format: String) throws {
    let file = try MatrixFile(reading: path)
    let kind = (file.isComplex ? "complex" : "real") + (file.isSparse ? " sparse" : " dense")
    var members: [(key: String, value: JSONValue)] = [
      ("format", .string(format)), ("rows", .integer(file.rowCount)),
      ("columns", .integer(file.columnCount)), ("entries", .integer(file.entryCount)),
      ("complex", .boolean(file.isComplex)), ("sparse", .boolean(file.isSparse)),
    ]
    var text =
      "\(path): \(file.rowCount) × \(file.columnCount), \(kind), \(file.entryCount) entries"
    if !file.isComplex {
      let values =
        try file.isSparse
        ? file.sparseMatrix(of: Double.self).values : file.denseMatrix(of: Double.self).values
      if let least = values.min(), let largest = values.max() {
        text += "\n  entries \(least) … \(largest)"
        members += [("least", .number(least)), ("largest", .number(largest))]
      }
    }
    self.init(text: text, json: .object(members))
  }
}
