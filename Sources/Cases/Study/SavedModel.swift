internal import ModelReduction
internal import Physics

struct SavedModel {
  static func write(
    _ stage: ReductionStage, of model: DiffusionModel, study: Study, to path: String
  ) throws {}
}
