internal import LinearAlgebra

extension VectorCell {
  /// f φ_i, or −p n φ_i.
  mutating func addForce(_ q: Int) {
    let n = count
    guard let values = table?.values else { return }
    // The normal holds the ratio of measures already; weight / |normal| is the rest.
    let area = (normal * normal).sum().squareRoot()
    for k in 0..<components {
      let f = form == .pressure ? -coefficient[0] * normal[k] / area : coefficient[k]
      for i in 0..<n { element[k * n + i] += weight * f * values[q * n + i] }
    }
  }

  /// σ : ε(φ_i), or b : ∇φ_i.
  mutating func addStress() {
    let (n, d) = (count, dimension)
    for k in 0..<components {
      var row = SIMD3<Double>.zero
      for m in 0..<d { row[m] = form == .gradient ? coefficient[k * d + m] : stressEntry(k, m) }
      for i in 0..<n {
        var sum = row.x * slopes[i] + row.y * slopes[n + i]
        if d == 3 { sum += row.z * slopes[2 * n + i] }
        if isAxisymmetric, k == 0, form == .stress { sum += coefficient[2] * slopes[3 * n + i] }
        element[k * n + i] += weight * sum
      }
    }
  }

  private func stressEntry(_ k: Int, _ m: Int) -> Double {
    k == m ? coefficient[k] : coefficient[dimension == 2 ? strainCount - 1 : 6 - k - m]
  }
}
