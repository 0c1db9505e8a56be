internal import RealModule

/// J_0 … J_m and Y_0 … Y_m at one point, by their recurrences alone.
///
/// J downwards from far above where it is negligible (J. C. P. Miller's algorithm), normalized by
/// J_0 + 2 Σ J_{2k} = 1; Y_0 from Neumann's series, Y_1 from the Wronskian, then upwards.
///
/// - Source: NIST Digital Library of Mathematical Functions, sections 10.6, 10.8, 10.23 and 3.6.
public struct BesselFunctions: Sendable {
  /// J_n(x).
  public let j: [Double]
  /// Y_n(x).
  public let y: [Double]

  /// - Precondition: x > 0, m ≥ 1.
  public init(upTo m: Int, at x: Double) {
    precondition(x > 0 && m >= 1, "Bessel functions up to \(m) at \(x)")
    let top = max(m, Int(x)) + 60
    var values = [Double](repeating: 0, count: top + 2)
    values[top] = 1e-280
    for n in stride(from: top, to: 0, by: -1) {
      values[n - 1] = 2 * Double(n) / x * values[n] - values[n + 1]
      if values[n - 1].magnitude > 1e200 {
        for i in (n - 1)...top { values[i] *= 1e-200 }
      }
    }
    let sum = stride(from: 2, through: top, by: 2).reduce(values[0]) { $0 + 2 * values[$1] }
    let scaled = values.map { $0 / sum }
    j = Array(scaled[0...m])
    let euler = 0.5772156649015329
    var y0 = 2 / Double.pi * (Double.log(x / 2) + euler) * scaled[0]
    for k in 1...top / 2 {
      y0 -= 4 / Double.pi * (k % 2 == 0 ? 1 : -1) * scaled[2 * k] / Double(k)
    }
    var second = [y0, (scaled[1] * y0 - 2 / (Double.pi * x)) / scaled[0]]
    for n in 1..<m { second.append(2 * Double(n) / x * second[n] - second[n - 1]) }
    y = second
  }

  /// J_n'(x) and Y_n'(x) for n below m.
  public func derivatives(_ n: Int) -> (j: Double, y: Double) {
    n == 0 ? (-j[1], -y[1]) : ((j[n - 1] - j[n + 1]) / 2, (y[n - 1] - y[n + 1]) / 2)
  }
}
