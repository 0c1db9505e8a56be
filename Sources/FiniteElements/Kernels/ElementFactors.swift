internal import Meshes

extension ElementTable {
  /// The components of a coefficient at one point.
  static func packed(_ components: [Double]) -> SIMD8<Double> {
    var result = SIMD8<Double>.zero
    for (k, value) in components.enumerated() { result[k] = value }
    return result
  }

  /// The mean of a coefficient over the cell, by the weights of the rule.
  func mean(_ columns: [[Double]], first: Int) -> SIMD8<Double> {
    var result = SIMD8<Double>.zero
    for k in columns.indices {
      var (sum, total) = (0.0, 0.0)
      for (q, weight) in rule.weights.enumerated() {
        sum += weight * columns[k][first + q]
        total += weight
      }
      result[k] = sum / total
    }
    return result
  }

  /// The numbers s_r of one point: geometry and coefficient.
  @inline(__always)
  func appendFactors(
    _ g: CellGeometry, _ c: SIMD8<Double>, _ componentCount: Int, _ bend: CellBend?,
    to factors: inout [Double]
  ) {
    switch form {
    case .mass, .value: factors.append(g.ratio * c[0])
    case .gradient, .advection, .conservativeAdvection:
      let b = SIMD3(c[0], c[1], c[2])
      factors.append(g.ratio * (g.slopes.0 * b).sum())
      factors.append(g.ratio * (g.slopes.1 * b).sum())
      if rowsPerPoint == 3 { factors.append(g.ratio * (g.slopes.2 * b).sum()) }
    case .directional:
      // The first vector acts on the trial function, the second on the test function.
      let isFlat = rowsPerPoint == 4
      let a = SIMD3(c[0], c[1], isFlat ? 0 : c[2])
      let b = isFlat ? SIMD3(c[2], c[3], 0) : SIMD3(c[3], c[4], c[5])
      let u = SIMD3((g.slopes.0 * a).sum(), (g.slopes.1 * a).sum(), (g.slopes.2 * a).sum())
      let v = SIMD3((g.slopes.0 * b).sum(), (g.slopes.1 * b).sum(), (g.slopes.2 * b).sum())
      let m = isFlat ? 2 : 3
      for p in 0..<m { for q in 0..<m { factors.append(g.ratio * v[p] * u[q]) } }
    case .curvature(let axis): appendCurvature(g, c, componentCount, bend, axis, to: &factors)
    case .stiffness:
      let (s0, s1, s2) = g.slopes
      let n = componentCount
      let (f0, f1, f2) = (
        flux(s0, c, n) * g.ratio, flux(s1, c, n) * g.ratio, flux(s2, c, n) * g.ratio
      )
      factors.append((f0 * s0).sum())
      factors.append((f1 * s1).sum())
      if rowsPerPoint > 3 {
        factors.append((f2 * s2).sum())
        factors.append((f1 * s2).sum())
        factors.append((f0 * s2).sum())
      }
      factors.append((f0 * s1).sum())
    }
  }

  /// The bend of a cell at point q of the rule.
  // Safe: the table holds second derivatives for each geometric node of the shape at each point.
  func bend(of cell: CellNodes, _ q: Int) -> CellBend? {
    let pairCount = axisPairs(rule.shape.dimension).count
    return unsafe geometryBends.withUnsafeBufferPointer { seconds in
      unsafe seconds.baseAddress.map {
        unsafe cell.bend($0 + q * geometryCount * pairCount, pairCount)
      }
    }
  }

  /// κ : ∇∇u = Σ_ab M_ab (∂_ab u − Σ_c (∇ξ_c · ∂_ab x) ∂_c u) with M_ab = ∇ξ_a · κ ∇ξ_b.
  private func appendCurvature(
    _ g: CellGeometry, _ c: SIMD8<Double>, _ componentCount: Int, _ bend: CellBend?, _ axis: Int,
    to factors: inout [Double]
  ) {
    let slopes = [g.slopes.0, g.slopes.1, g.slopes.2]
    let m = rule.shape.dimension
    let trial = axisPairs(m).map { a, b in
      (slopes[a] * flux(slopes[b], c, componentCount)).sum() * (a == b ? 1 : 2)
    }
    var drift = SIMD3<Double>.zero
    if let bend {
      for (weight, second) in zip(trial, bend.seconds) { drift -= weight * second }
    }
    for a in 0..<m {
      let test = g.ratio * slopes[a][axis]
      for weight in trial { factors.append(test * weight) }
      for b in 0..<m { factors.append(test * (slopes[b] * drift).sum()) }
    }
  }

  /// κ g.
  @inline(__always)
  private func flux(_ g: SIMD3<Double>, _ k: SIMD8<Double>, _ count: Int) -> SIMD3<Double> {
    switch count {
    case 1: g * k[0]
    case 3: SIMD3(k[0] * g.x + k[2] * g.y, k[2] * g.x + k[1] * g.y, 0)
    default:
      SIMD3(
        k[0] * g.x + k[5] * g.y + k[4] * g.z, k[5] * g.x + k[1] * g.y + k[3] * g.z,
        k[4] * g.x + k[3] * g.y + k[2] * g.z)
    }
  }
}
