internal import LinearAlgebra

/// The modes of all columns but one, from those of all.
///
/// With A = U Σ Vᵀ and z = Σ v the coordinates of column a, A Aᵀ − a aᵀ = U (Σ² − z zᵀ) Uᵀ. The
/// eigenvalues μ interlace the σ² and solve Σ_j z_j² / (σ_j² − μ) = 1; the eigenvectors are
/// z_j / (σ_j² − μ), normalized. Differences of squares are products of sums and differences, and
/// each μ is kept as its distance from the nearer σ²: small modes keep their digits.
///
/// - Source: J. R. Bunch, C. P. Nielsen, D. C. Sorensen, *Rank-one modification of the symmetric
///   eigenproblem*, Numer. Math. 31 (1978), for the equation.
struct ModeDowndate: Sendable {
  private let sigma: [Double]
  /// V, a row per column of A.
  private let right: DenseMatrix<Double>
  /// The norm of what the modes above round-off leave of each column.
  private let outside: [Double]

  init(_ a: DenseMatrix<Double>) throws(FactorizationError) {
    let svd = try SVD(a)
    let rank = NestedModes.rank(svd.singularValues, a.rowCount)
    sigma = Array(svd.singularValues[..<rank])
    right = svd.rightVectorsAdjoint.rows(0..<rank)
    let u = svd.leftVectors.columns(0..<rank)
    let rest = a - u * u.adjointTimes(a)
    outside = (0..<a.columnCount).map { norm(rest.column($0)) }
  }

  /// ‖a − V_n V_nᵀ a‖ for column a = i and the first n modes V_n of the others.
  func errors(without i: Int, sizes: [Int]) -> [Double] {
    var v = right.column(i)
    let free = separate(&v)
    let places = free.map { sigma[$0] }
    let weights = free.map { v[$0] }
    // z, in units of the column itself.
    var rest = zip(places, weights).map { $0 * $1 }
    let z = rest
    let top = min(sizes.max() ?? 0, sigma.count)
    var after = [total(rest, i)]
    var next = 0
    // Mode n of the others: untouched where v vanishes, else the next root.
    for n in 0..<top {
      if next < free.count, free[next] == n {
        if let q = mode(next, places, weights, z) {
          let share = dot(q, rest)
          axpy(-share, q, into: &rest)
        }
        next += 1
      }
      after.append(total(rest, i))
    }
    return sizes.map { after[min($0, after.count - 1)] }
  }

  private func total(_ rest: [Double], _ i: Int) -> Double { norm(rest + [outside[i]]) }

  /// Rotates within (nearly) equal singular values until one of them carries all of v, and drops
  /// those that carry nothing; the modes that are left.
  private func separate(_ v: inout [Double]) -> [Int] {
    for j in sigma.indices.dropFirst()
    where sigma[j - 1] - sigma[j] <= 8 * Double.ulpOfOne * sigma[j - 1] {
      (v[j], v[j - 1]) = ((v[j] * v[j] + v[j - 1] * v[j - 1]).squareRoot(), 0)
    }
    return sigma.indices.filter { v[$0].magnitude > Double.ulpOfOne }
  }

  /// The eigenvector of the root below σ_k²; nil where it is zero: the others lack this direction.
  private func mode(_ k: Int, _ s: [Double], _ v: [Double], _ z: [Double]) -> [Double]? {
    func gap(_ j: Int, _ p: Int) -> Double { (s[j] - s[p]) * (s[j] + s[p]) }
    let isLast = k + 1 == s.count
    if isLast, 1 - v.reduce(0, { $0 + $1 * $1 }) <= 64 * Double.ulpOfOne { return nil }
    let width = isLast ? s[k] * s[k] : gap(k, k + 1)
    /// 1 − Σ z_j² / (σ_j² − μ) at μ = σ_p² + t, times t: smooth where the pole p was.
    func secular(_ p: Int, _ t: Double) -> Double {
      var sum = 1.0
      for j in s.indices where j != p { sum -= z[j] * z[j] / (gap(j, p) - t) }
      return t * sum + z[p] * z[p]
    }
    // The middle tells which end is nearer.
    let middle = -width / 2
    let isHigh = isLast || secular(k, middle) / middle > 0
    let pole = isHigh ? k : k + 1
    // The smooth function is positive at the pole.
    var (near, far) = (0.0, isHigh ? (isLast ? -width : middle) : -middle)
    var (atNear, atFar) = (z[pole] * z[pole], secular(pole, far))
    var t = far
    var steps = 0
    while atFar < 0, (far - near).magnitude > 2 * Double.ulpOfOne * far.magnitude, steps < 200 {
      steps += 1
      // Regula falsi with the weights of the Illinois rule, bisection every fourth step.
      t = steps % 4 == 0 ? (near + far) / 2 : near + (far - near) * (atNear / (atNear - atFar))
      if t == near || t == far { t = (near + far) / 2 }
      let value = secular(pole, t)
      if value == 0 { break }
      if value > 0 {
        (near, atNear, atFar) = (t, value, atFar / 2)
      } else {
        (far, atFar, atNear) = (t, value, atNear / 2)
      }
    }
    var q = s.indices.map { z[$0] / ($0 == pole ? -t : gap($0, pole) - t) }
    let length = norm(q)
    guard length.isFinite, length > 0 else { return nil }
    scale(1 / length, &q)
    return q
  }
}
