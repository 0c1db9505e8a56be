extension ArchiveWriter {
  /// Models for boxes under `root`.
  mutating func put(_ split: SplitReducedModel, under root: String) {
    put([split.models.count], as: "\(root)/count")
    put(split.boxes.flatMap { $0.map(\.lowerBound) }, as: "\(root)/lower")
    put(split.boxes.flatMap { $0.map(\.upperBound) }, as: "\(root)/upper")
    for (k, model) in split.models.enumerated() { put(model, under: "\(root)/\(k)") }
  }
}

extension OpenArchive {
  /// Models for boxes.
  func split(
    _ root: String, in space: ParameterSpace
  ) throws(ModelFileError) -> SplitReducedModel {
    let count = try count("\(root)/count", from: 1)
    let p = space.dimension
    guard count <= 1_000_000 else { throw malformed("\(root)/count", "is impossibly large") }
    let lower = try numbers("\(root)/lower", count: count * p)
    let upper = try numbers("\(root)/upper", count: count * p)
    guard zip(lower, upper).allSatisfy({ 0 <= $0 && $0 <= $1 && $1 <= 1 }) else {
      throw malformed("\(root)/lower", "holds no boxes of the domain")
    }
    var models: [GalerkinReducedModel] = []
    for k in 0..<count { models.append(try model("\(root)/\(k)", in: space)) }
    return SplitReducedModel(
      in: space,
      boxes: (0..<count).map { k in (k * p..<(k + 1) * p).map { lower[$0]...upper[$0] } },
      models: models)
  }
}
