internal import LinearAlgebra
internal import RealModule

/// All displacements from which a cell is seen as far away: outside the cube of three times its
/// width, out to the width of the root, in shells whose size doubles from one to the next.
///
/// Shell s of a cell of width w holds |x|_∞ / w from 1.5 · 2^s to 3 · 2^s.
struct FarRegion: Sendable {
  let dimension: Int
  /// w.
  let width: Double
  /// What the largest error may be compared with in each shell (``KernelScale``).
  let scales: [Double]
  /// What the mean error may be compared with in each shell.
  let meanScales: [Double]
  /// The largest |x|_∞.
  let reach: Double

  /// Far points, and the shell of each; more of them near, where kernels vary most, and half of
  /// these on the inner surface, where an error is largest if the kernel solves an elliptic equation.
  func points(_ count: Int, _ random: inout SplitMix64) -> (points: PointList, shells: [Int]) {
    var (points, shells) = (PointList(), [Int]())
    for p in PointList.extremes(dimension) where scales.count > 0 {
      points.append(3 * width * p)
      shells.append(0)
    }
    for s in scales.indices {
      let share = s == 0 ? 0.6 : 0.4 * Double.pow(0.5, s)
      for i in 0..<max(8 * dimension, Int(share * Double(count))) {
        let u = s == 0 && i.isMultiple(of: 2) ? 0 : random.unit()
        let inner = 1.5 * width * Double(1 << s)
        let outer = max(inner, min(2 * inner, reach))
        let radius = inner + (outer - inner) * u * u
        points.append(2 * radius * PointList.surfacePoint(dimension, &random))
        shells.append(s)
      }
    }
    return (points, shells)
  }

  /// Points drawn evenly from one shell.
  func evenPoints(_ count: Int, shell: Int, _ random: inout SplitMix64) -> PointList {
    let inner = 1.5 * width * Double(1 << shell)
    let outer = max(1.01 * inner, min(2 * inner, reach))
    var points = PointList()
    while points.count < count {
      let (a, b, c) = (random.unit(), random.unit(), random.unit())
      let p = 2 * outer * (SIMD3(a, b, dimension == 3 ? c : 0.5) - 0.5)
      if max(p.max(), -p.min()) >= inner { points.append(p) }
    }
    return points
  }

  /// Points of the cell: its extremes, others of its surface, others within.
  func sources(_ count: Int, _ random: inout SplitMix64) -> PointList {
    var points = PointList()
    for p in PointList.extremes(dimension) { points.append(width * p) }
    for i in 0..<count {
      let p = PointList.surfacePoint(dimension, &random)
      points.append(width * (i.isMultiple(of: 2) ? p : p * Double.pow(random.unit(), 1.0 / 3)))
    }
    return points
  }

  /// The Chebyshev–Lobatto lattice of the cell: what is small on it is small within, by the factor of
  /// a Lebesgue constant that grows like the logarithm of n.
  func lattice(_ n: Int) -> PointList {
    let axis = (0..<n).map { -0.5 * Double.cos(Double.pi * Double($0) / Double(max(1, n - 1))) }
    var points = PointList()
    for a in axis {
      for b in axis {
        for c in dimension == 3 ? axis : [0] { points.append(width * SIMD3(a, b, c)) }
      }
    }
    return points
  }

  /// One over what errors at far points are compared with.
  func weights(_ shells: [Int]) -> [Double] { shells.map { 1 / scales[$0] } }
}
