internal import RealModule

/// A symmetric tensor at one point of the plane or of space.
///
/// A plane tensor is kept as one of space whose third axis is apart and repeats xx, a number
/// between the eigenvalues of the plane: the extremes are those of the plane.
struct SymmetricTensor {
  /// xx, yy, zz.
  var diagonal: SIMD3<Double>
  /// yz, xz, xy.
  var shear: SIMD3<Double>

  /// The tensor of given entries.
  init(diagonal: SIMD3<Double>, shear: SIMD3<Double>) {
    (self.diagonal, self.shear) = (diagonal, shear)
  }

  /// Entries xx, yy, xy in the plane, xx, yy, zz, yz, xz, xy in space.
  init(components e: [Double]) {
    if e.count == 3 {
      (diagonal, shear) = (SIMD3(e[0], e[1], e[0]), SIMD3(0, 0, e[2]))
    } else {
      (diagonal, shear) = (SIMD3(e[0], e[1], e[2]), SIMD3(e[3], e[4], e[5]))
    }
  }

  /// The Frobenius norm.
  var size: Double { ((diagonal * diagonal).sum() + 2 * (shear * shear).sum()).squareRoot() }

  /// The product with a vector.
  func apply(_ v: SIMD3<Double>) -> SIMD3<Double> {
    let xz = SIMD3(shear.z * v.y, shear.z * v.x, shear.y * v.x)
    return diagonal * v + xz + SIMD3(shear.y * v.z, shear.x * v.z, shear.x * v.y)
  }

  /// The smallest and the largest eigenvalue, right to some ε times the norm: cyclic Jacobi
  /// rotations, which converge quadratically.
  /// - Source: Golub, Van Loan, *Matrix Computations*, section 8.5.
  var eigenvalueRange: ClosedRange<Double> {
    var (d, o) = (diagonal, shear)
    let tiny = 1e-17 * size
    for _ in 0..<12 {
      if abs(o.x) <= tiny, abs(o.y) <= tiny, abs(o.z) <= tiny { break }
      for r in 0..<3 where o[r] != 0 {
        // The rotation in the plane of p and q; entry (p, q) stands at r, the third axis.
        let (p, q) = ((r + 1) % 3, (r + 2) % 3)
        let theta = (d[q] - d[p]) / (2 * o[r])
        let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        let (rp, rq) = (o[q], o[p])
        d[p] -= t * o[r]
        d[q] += t * o[r]
        o[r] = 0
        o[q] = c * rp - t * c * rq
        o[p] = t * c * rp + c * rq
      }
    }
    return d.min()...d.max()
  }
}

/// L⁻¹ of a positive definite tensor K = L Lᵀ, for the eigenvalues of pencils (G, K).
struct TensorPencil {
  private let rows: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)

  /// Nil where K is not positive definite.
  init?(_ k: SymmetricTensor) {
    let (d, o) = (k.diagonal, k.shear)
    guard d.x > 0 else { return nil }
    let a = d.x.squareRoot()
    let (b, c) = (o.z / a, o.y / a)
    let second = d.y - b * b
    guard second > 0 else { return nil }
    let e = second.squareRoot()
    let f = (o.x - c * b) / e
    let third = d.z - c * c - f * f
    guard third > 0, third.isFinite else { return nil }
    let g = third.squareRoot()
    rows = (
      SIMD3(1 / a, 0, 0), SIMD3(-b / (a * e), 1 / e, 0),
      SIMD3((b * f - c * e) / (a * e * g), -f / (e * g), 1 / g)
    )
  }

  /// An interval that contains all λ with G v = λ K v, wider than the spectrum by round-off.
  func range(of g: SymmetricTensor) -> ClosedRange<Double> {
    let (u, v, w) = (g.apply(rows.0), g.apply(rows.1), g.apply(rows.2))
    let spectrum = SymmetricTensor(
      diagonal: SIMD3((rows.0 * u).sum(), (rows.1 * v).sum(), (rows.2 * w).sum()),
      shear: SIMD3((rows.1 * w).sum(), (rows.0 * w).sum(), (rows.0 * v).sum())
    ).eigenvalueRange
    let trace = (rows.0 * rows.0 + rows.1 * rows.1 + rows.2 * rows.2).sum()
    let slack = 64 * Double.ulpOfOne * trace * g.size
    return spectrum.lowerBound - slack...spectrum.upperBound + slack
  }
}
