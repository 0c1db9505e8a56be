internal import RealModule

/// Random fields on the unit square with zero flux through its boundary: covariance
/// τ^(2α−2) (−Δ + τ²)^(−α), α = 2, as the data sets of operator learning use them.
///
/// The modes are drawn on a fixed block, so that a seed means the same field on every grid.
public struct GaussianField: Sendable {
  /// The amplitudes of cos(πkx) cos(πly), l fastest.
  private let amplitudes: [Double]
  private static let modes = 24

  /// The field that belongs to a seed.
  public init(seed: UInt64, tau: Double = 3) {
    var state = seed
    func uniform() -> Double {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return (Double((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53
    }
    amplitudes = (0..<Self.modes * Self.modes).map { index in
      let (k, l) = (Double(index / Self.modes), Double(index % Self.modes))
      let normal = (-2 * Double.log(uniform())).squareRoot() * Double.cos(2 * .pi * uniform())
      guard index > 0 else { return 0 }
      let scale = (k > 0 ? 2.0.squareRoot() : 1) * (l > 0 ? 2.0.squareRoot() : 1)
      return normal * scale * tau / (.pi * .pi * (k * k + l * l) + tau * tau)
    }
  }

  /// The values at the nodes of a grid.
  public func values(on grid: FivePointGrid) -> [Double] {
    let (n, m) = (grid.side, Self.modes)
    // The cosines of one direction serve both.
    let cosines = (0..<n).map { i in
      (0..<m).map { Double.cos(.pi * Double($0) * Double(i + 1) * grid.spacing) }
    }
    var result = [Double](repeating: 0, count: n * n)
    for j in 0..<n {
      let rows = (0..<m).map { k in
        (0..<m).reduce(0.0) { $0 + amplitudes[k * m + $1] * cosines[j][$1] }
      }
      for i in 0..<n {
        result[i + j * n] = (0..<m).reduce(0.0) { $0 + rows[$1] * cosines[i][$1] }
      }
    }
    return result
  }
}
