internal import LinearAlgebra

extension VectorCell {
  /// For each basis function (i, k) its stress, tested against all functions (j, l), j ≥ i.
  mutating func addElasticity() {
    let (n, d) = (count, dimension)
    let isIsotropic = form == .isotropic
    let lambda = lame.lambda.map { coefficient[$0] } ?? 0
    let mu = lame.mu.map { coefficient[$0] } ?? 0
    let (w, hasHoop, s) = (weight, isAxisymmetric, strainCount)
    unsafe element.withUnsafeMutableBufferPointer { element in
      unsafe withPointers(slopes, coefficient, [0], [0]) { g, stiffness, _, _ in
        // Safe: n, d ≤ 27, 3, for which the buffers were made.
        guard let base = element.baseAddress else { return }
        for i in 0..<n {
          let slope = unsafe SIMD3(g[i], g[n + i], d == 3 ? g[2 * n + i] : 0)
          for k in 0..<d {
            let hoop = unsafe hasHoop && k == 0 ? g[3 * n + i] : 0
            var stress =
              isIsotropic
              ? VectorCell.isotropicStress(slope, k, hoop, lambda, mu)
              : unsafe VectorCell.stress(slope, k, hoop, stiffness, s)
            stress.scale(w)
            for l in 0..<d {
              let row = unsafe base + ((i * d + k) * d + l) * n
              let t = stress.row(l)
              if d == 3 {
                for j in i..<n {
                  unsafe row[j] += t.x * g[j] + t.y * g[n + j] + t.z * g[2 * n + j]
                }
              } else {
                for j in i..<n { unsafe row[j] += t.x * g[j] + t.y * g[n + j] }
              }
              if hasHoop && l == 0 {
                for j in i..<n { unsafe row[j] += stress.hoop * g[3 * n + j] }
              }
            }
          }
        }
      }
    }
  }

  /// A stress tensor; `hoop` stands apart for bodies of revolution.
  struct Stress {
    var (xx, yy, zz, yz, xz, xy, hoop) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)

    @inline(__always)
    mutating func scale(_ w: Double) {
      (xx, yy, zz, hoop) = (w * xx, w * yy, w * zz, w * hoop)
      (yz, xz, xy) = (w * yz, w * xz, w * xy)
    }

    @inline(__always)
    func row(_ l: Int) -> SIMD3<Double> {
      l == 0 ? SIMD3(xx, xy, xz) : l == 1 ? SIMD3(xy, yy, yz) : SIMD3(xz, yz, zz)
    }
  }

  @inline(__always)
  private static func isotropicStress(
    _ g: SIMD3<Double>, _ k: Int, _ hoop: Double, _ lambda: Double, _ mu: Double
  ) -> Stress {
    let pressure = lambda * (g[k] + hoop)
    var t = Stress()
    (t.xx, t.yy, t.zz, t.hoop) = (pressure, pressure, pressure, pressure + 2 * mu * hoop)
    switch k {
    case 0:
      t.xx += 2 * mu * g.x
      (t.xy, t.xz) = (mu * g.y, mu * g.z)
    case 1:
      t.yy += 2 * mu * g.y
      (t.xy, t.yz) = (mu * g.x, mu * g.z)
    default:
      t.zz += 2 * mu * g.z
      (t.xz, t.yz) = (mu * g.x, mu * g.y)
    }
    return t
  }

  /// C ε of one basis function, with s strain components.
  @inline(__always)
  private static func stress(
    _ g: SIMD3<Double>, _ k: Int, _ hoop: Double, _ c: UnsafePointer<Double>, _ s: Int
  ) -> Stress {
    func component(_ r: Int) -> Double {
      let row = unsafe c + r * s
      if s == 6 {
        switch k {
        case 0: return unsafe row[0] * g.x + row[4] * g.z + row[5] * g.y
        case 1: return unsafe row[1] * g.y + row[3] * g.z + row[5] * g.x
        default: return unsafe row[2] * g.z + row[3] * g.y + row[4] * g.x
        }
      }
      let shear = unsafe row[s - 1]
      return k == 0
        ? unsafe row[0] * g.x + shear * g.y + (s == 4 ? row[2] * hoop : 0)
        : unsafe row[1] * g.y + shear * g.x
    }
    var t = Stress()
    (t.xx, t.yy) = (component(0), component(1))
    if s == 6 {
      (t.zz, t.yz, t.xz, t.xy) = (component(2), component(3), component(4), component(5))
    } else {
      t.xy = component(s - 1)
      if s == 4 { t.hoop = component(2) }
    }
    return t
  }

  /// Gathers ∫ div φ, ∫ λ and ∫ 1.
  mutating func addMean() {
    let n = count
    meanWeights.stiffness += weight * (lame.lambda.map { coefficient[$0] } ?? 0)
    meanWeights.measure += weight
    for k in 0..<dimension {
      for j in 0..<n {
        let hoop = isAxisymmetric && k == 0 ? slopes[3 * n + j] : 0
        mean[k * n + j] += weight * (slopes[k * n + j] + hoop)
      }
    }
  }

  /// What is left when all points are added: (∫ λ) d̄_i d̄_j with the mean dilatations d̄.
  mutating func finish() {
    guard form == .meanDilatation else { return }
    let (n, d) = (count, dimension)
    let factor = meanWeights.stiffness / (meanWeights.measure * meanWeights.measure)
    for i in 0..<n {
      for k in 0..<d {
        for l in 0..<d {
          let row = ((i * d + k) * d + l) * n
          for j in i..<n { element[row + j] += factor * mean[k * n + i] * mean[l * n + j] }
        }
      }
    }
  }

  /// φ_i φ_j times the tensor of the term.
  mutating func addProducts(_ q: Int) {
    let (n, c) = (count, components)
    guard let values = table?.values else { return }
    let unit = normal / ((normal * normal).sum()).squareRoot()
    for k in 0..<c {
      for l in 0..<c {
        let factor = weight * tensor(k, l, unit)
        if factor == 0 { continue }
        for i in 0..<n {
          let row = ((i * c + k) * c + l) * n
          let left = factor * values[q * n + i]
          for j in i..<n { element[row + j] += left * values[q * n + j] }
        }
      }
    }
  }

  private func tensor(_ k: Int, _ l: Int, _ unit: SIMD3<Double>) -> Double {
    switch form {
    case .normalFoundation: coefficient[0] * unit[k] * unit[l]
    case .foundation where !isScalarFoundation:
      k == l ? coefficient[k] : coefficient[dimension == 2 ? 2 : 6 - k - l]
    default: k == l ? coefficient[0] : 0
    }
  }
}
