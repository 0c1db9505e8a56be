internal import Cases
internal import ModelReduction

extension FileReport {
  /// What a reduced model knows of itself.
  init(modelAt path: String) throws {
    let model = try SavedModel(reading: path)
    self.init(
      text: "\(path): \(model.summary)",
      json: .object([
        ("format", .string("ritz")),
        ("parameters", .array(model.parameterSpace.names.map { .string($0) })),
        ("summary", .string(model.summary)),
      ]))
  }
}
