internal import RealModule

/// The order p of an error e ≈ C hᵖ that a sequence of meshes shows.
public struct ObservedOrder: Sendable, CustomStringConvertible {
  /// The slope between each mesh and the next.
  public let slopes: [Double]

  /// The order seen on the finest pair of meshes.
  public var finest: Double { slopes[slopes.count - 1] }

  /// - Parameters:
  ///   - errors: At least three, from the coarsest mesh to the finest.
  ///   - sizes: The sizes h of the meshes.
  public init(errors: [Double], sizes: [Double]) {
    precondition(errors.count == sizes.count && errors.count >= 3, "an order takes three meshes")
    slopes = errors.indices.dropFirst().map { k in
      Double.log(errors[k - 1] / errors[k]) / Double.log(sizes[k - 1] / sizes[k])
    }
  }

  /// All slopes.
  public var description: String { "\(slopes)" }
}
