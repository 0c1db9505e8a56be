/// Products of Legendre polynomials of total degree at most p on a box: an orthogonal basis of all
/// polynomials of that degree, bounded by one.
struct TotalDegreeBasis: Sendable {
  /// The box, one interval for each parameter.
  let box: [ClosedRange<Double>]
  /// p.
  let degree: Int
  /// The degree in each parameter, of each function; constants first.
  let exponents: [[Int]]

  init(box: [ClosedRange<Double>], degree: Int) {
    (self.box, self.degree) = (box, degree)
    var found: [[Int]] = [[]]
    for _ in box {
      found = found.flatMap { part in
        (0...(degree - part.reduce(0, +))).map { part + [$0] }
      }
    }
    exponents = found.sorted { a, b in
      let (p, q) = (a.reduce(0, +), b.reduce(0, +))
      return p == q ? b.lexicographicallyPrecedes(a) : p < q
    }
  }

  /// All functions at a parameter.
  func values(at mu: Parameter) -> [Double] {
    // P_k of each centred and scaled parameter: raw powers would lose all digits beyond degree eight.
    let tables = zip(mu.values, box).map { value, range in
      let half = (range.upperBound - range.lowerBound) / 2
      let z = half > 0 ? (value - range.lowerBound - half) / half : 0
      var p = [1.0, z]
      for k in stride(from: 2, through: max(1, degree), by: 1) {
        p.append((Double(2 * k - 1) * z * p[k - 1] - Double(k - 1) * p[k - 2]) / Double(k))
      }
      return p
    }
    return exponents.map { alpha in
      alpha.indices.reduce(1) { $0 * tables[$1][alpha[$1]] }
    }
  }
}
