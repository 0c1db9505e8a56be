internal import LinearAlgebra

/// A stress at one point: xx, yy, zz, yz, xz, xy.
public struct StressTensor: Sendable, Equatable {
  /// The six components.
  public let components: [Double]

  /// The quantities that ``component(_:)`` knows.
  public static let names = [
    "xx", "yy", "zz", "yz", "xz", "xy", "von-mises", "p1", "p2", "p3",
  ]

  /// A tensor of six components.
  public init(_ components: [Double]) {
    precondition(components.count == 6, "\(components.count) components of a stress")
    self.components = components
  }

  /// √(½ Σ (σ_i − σ_j)² + 3 Σ τ²).
  public var vonMises: Double {
    let s = components
    let (a, b, c) = (s[0] - s[1], s[1] - s[2], s[2] - s[0])
    return (0.5 * (a * a + b * b + c * c) + 3 * (s[3] * s[3] + s[4] * s[4] + s[5] * s[5]))
      .squareRoot()
  }

  /// The principal stresses, largest first.
  public var principal: [Double] {
    let s = components
    let matrix = DenseMatrix(rows: [[s[0], s[5], s[4]], [s[5], s[1], s[3]], [s[4], s[3], s[2]]])
    return (try? SymmetricEigen(descending: matrix).values) ?? [.nan, .nan, .nan]
  }

  /// A component, the von Mises stress or a principal stress by name; nil for an unknown name.
  public func component(_ name: String) -> Double? {
    guard let place = StressTensor.names.firstIndex(of: name) else { return nil }
    if place < 6 { return components[place] }
    return place == 6 ? vonMises : principal[place - 7]
  }
}
