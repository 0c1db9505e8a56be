/// How well modes represent the snapshots they were made of.
public struct ProjectionError: Sendable, Equatable {
  /// ‖S − V VᵀX S‖ in the norm of Frobenius over X, in units of the snapshots.
  public let frobenius: Double
  /// The same over ‖S‖; zero where all snapshots vanish.
  public let relative: Double
  /// max_j ‖s_j − V VᵀX s_j‖_X / ‖s_j‖_X over the snapshots above round-off.
  public let worst: Double
  /// Where it is attained.
  public let worstSnapshot: Int
  /// Whether it was found on the snapshots or from the decomposition.
  public let verification: ErrorVerification
}

/// A field and the number its entries were divided by.
public struct FieldScale: Sendable, Equatable {
  /// The field.
  public let field: SnapshotField
  /// The divisor, in the unit of the field; one where the field vanishes.
  public let scale: Double
}

/// What a decomposition of snapshots says about itself.
public struct PODReport: Sendable {
  /// The method that was used, never `automatic`.
  public let method: PODMethod
  /// Why, in a sentence.
  public let reason: String
  /// A bound of |σ̂ − σ| for each singular value, in their order: round-off for `tallSkinnyQR`, that
  /// of the squares for `snapshots`, certified by the residual for `randomized` and
  /// `hierarchical`.
  public let errorBounds: [Double]
  /// Singular values below this are noise of the numbers the source stores.
  public let sourceNoise: Double
  /// The number of singular values above the noise of the source.
  public let rankAboveNoise: Int
  /// The mean snapshot, where it was subtracted.
  public let mean: [Double]?
  /// The scales of the fields.
  public let scales: [FieldScale]
  /// How well the snapshots are represented.
  public let projectionError: ProjectionError
  /// What the method guarantees for `projectionError.frobenius` without looking at the snapshots
  /// again.
  public let guaranteedError: Double
  /// Sentences for the user.
  public let notes: [String]
}
