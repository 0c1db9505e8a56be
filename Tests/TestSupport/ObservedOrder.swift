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

/// ‖u − u_h‖ and ‖∇u − ∇u_h‖.
public struct ErrorNorms: Sendable {
  /// In L².
  public let l2: Double
  /// Of the gradients, in L².
  public let h1: Double

  /// From both.
  public init(l2: Double, h1: Double) { (self.l2, self.h1) = (l2, h1) }
}

/// The orders in L² and H¹ that a sequence of meshes shows.
public struct ObservedOrders: Sendable, CustomStringConvertible {
  /// In L².
  public let l2: ObservedOrder
  /// In H¹.
  public let h1: ObservedOrder

  /// - Parameters:
  ///   - errors: At least three, from the coarsest mesh to the finest.
  ///   - sizes: The sizes h of the meshes.
  public init(errors: [ErrorNorms], sizes: [Double]) {
    l2 = ObservedOrder(errors: errors.map(\.l2), sizes: sizes)
    h1 = ObservedOrder(errors: errors.map(\.h1), sizes: sizes)
  }

  /// How far the orders on the finest pair of meshes are from k + 1 and k.
  public func distance(toDegree k: Int) -> Double {
    max(abs(l2.finest - Double(k + 1)), abs(h1.finest - Double(k)))
  }

  /// All slopes.
  public var description: String { "L² \(l2), H¹ \(h1)" }
}
