internal import RealModule

/// What a fast multipole sum is asked for.
public struct FastMultipoleOptions: Sendable, Equatable {
  /// The error that is wanted.
  public var tolerance: Double
  /// Cells with more points are split; chosen from the tolerance where nil.
  public var leafSize: Int?
  /// Levels that need more nodes than this are passed over.
  public var rankLimit: Int
  /// Of the sample pairs that the interpolation learns from.
  public var seed: UInt64

  /// What is asked for.
  public init(
    tolerance: Double = 1e-6, leafSize: Int? = nil, rankLimit: Int = 600, seed: UInt64 = 1
  ) {
    (self.tolerance, self.leafSize) = (tolerance, leafSize)
    (self.rankLimit, self.seed) = (rankLimit, seed)
  }

  func check() throws(KernelSumError) {
    guard tolerance >= 1e-12, tolerance < 1 else {
      throw .refused("a tolerance of \(tolerance); from 1e-12 to below 1 is possible")
    }
    guard leafSize ?? 1 >= 1, rankLimit >= 1 else {
      throw .refused(
        "leaves of \(leafSize ?? 1) points and at most \(rankLimit) nodes; both are at least 1")
    }
  }

  /// Where points with points cost about as much as nodes with nodes.
  func leafSize(dimension: Int) -> Int {
    if let leafSize { return leafSize }
    let digits = -Double.log10(tolerance)
    return dimension == 3 ? max(24, Int(1.8 * digits * digits)) : max(24, Int(6 * digits))
  }
}
