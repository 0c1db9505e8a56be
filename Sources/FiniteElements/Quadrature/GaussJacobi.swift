internal import RealModule

/// Gauss quadrature on [0, 1] with the weight (1 − t)^α: the line rule (α = 0) and the two further
/// factors of a conical product.
///
/// - Source: Stroud, *Approximate Calculation of Multiple Integrals*, Prentice-Hall 1971, §2.5;
///   Abramowitz and Stegun, *Handbook of Mathematical Functions*, 22.7 and 25.4.33.
struct GaussJacobi {
  /// Nodes in (0, 1), ascending.
  let points: [Double]
  /// Positive; their sum is 1 / (α + 1).
  let weights: [Double]

  /// The rule of `count` points, exact for polynomials of degree 2 `count` − 1.
  init(count: Int, alpha: Double) {
    precondition(count >= 1, "a Gauss rule of \(count) points")
    var roots: [Double] = []
    var weights: [Double] = []
    for k in 0..<count {
      // Chebyshev's nodes start Newton's method; known roots are divided out, so none comes twice.
      var x = -Double.cos(Double(2 * k + 1) / Double(2 * count) * .pi)
      if let last = roots.last { x = (x + last) / 2 }
      for _ in 0..<100 {
        let (value, slope) = GaussJacobi.polynomial(count, alpha, x)
        let deflation = roots.reduce(0) { $0 + 1 / (x - $1) }
        let step = value / (slope - value * deflation)
        x -= step
        if abs(step) < 1e-16 { break }
      }
      let slope = GaussJacobi.polynomial(count, alpha, x).slope
      roots.append(x)
      weights.append(1 / ((1 - x * x) * slope * slope))
    }
    points = roots.map { (1 + $0) / 2 }
    self.weights = weights
  }

  /// Jacobi's P_n^(α, 0) and its derivative at x, by the three-term recurrence.
  private static func polynomial(
    _ n: Int, _ alpha: Double, _ x: Double
  ) -> (value: Double, slope: Double) {
    var (p0, d0) = (1.0, 0.0)
    var (p1, d1) = (alpha / 2 + (alpha + 2) / 2 * x, (alpha + 2) / 2)
    for m in stride(from: 1, to: n, by: 1) {
      let (k, s) = (Double(m), Double(2 * m) + alpha)
      let a1 = 2 * (k + 1) * (k + alpha + 1) * s
      let a2 = (s + 1) * alpha * alpha
      let a3 = s * (s + 1) * (s + 2)
      let a4 = 2 * (k + alpha) * k * (s + 2)
      let p2 = ((a2 + a3 * x) * p1 - a4 * p0) / a1
      let d2 = ((a2 + a3 * x) * d1 + a3 * p1 - a4 * d0) / a1
      (p0, d0, p1, d1) = (p1, d1, p2, d2)
    }
    return (p1, d1)
  }
}
