public import ModelReduction
internal import Physics

/// Saves the reduced wall in a file and asks the file: what a query needs is all in there.
///
/// - Returns: The answers at (a, b) of the model in memory and of the one read back; they agree to
///   the last bit.
public func savedWall(
  at path: String, a: Double, b: Double
) throws -> (memory: ReducedAnswer, file: ReducedAnswer) {
  let model = try twoLayerWall()
  var projection = try GalerkinProjection(of: model.decomposition)
  for mu in [[1, 1], [0.1, 10]] {
    try projection.extend(by: try model.solve(at: Parameter(mu)))
  }
  let reduced = projection.model
  try ModelFile(model: reduced, provenance: Provenance(caseName: "wall")).write(to: path)
  let stored = try StoredModel(reading: path)
  return (try reduced.answer(at: [a, b]), try stored.model.answer(at: [a, b]))
}
