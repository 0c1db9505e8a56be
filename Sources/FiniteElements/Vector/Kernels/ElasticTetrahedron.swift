internal import LinearAlgebra

/// The nine numbers that couple two nodes, row by row; the fourth lane is idle.
private struct Block {
  var x, y, z: SIMD4<Double>

  @inline(__always)
  static func + (a: Block, b: Block) -> Block { Block(x: a.x + b.x, y: a.y + b.y, z: a.z + b.z) }

  @inline(__always)
  static prefix func - (a: Block) -> Block { Block(x: -a.x, y: -a.y, z: -a.z) }

  /// |T| (λ ∇φᵢ ∇φⱼᵀ + μ ∇φⱼ ∇φᵢᵀ + μ ∇φᵢ·∇φⱼ I) from g = 6 |T| ∇φ, λ and μ divided by 36 |T|, and
  /// its transpose, which has the same bits.
  @inline(__always)
  static func pair(
    _ a: SIMD4<Double>, _ b: SIMD4<Double>, _ lambda: Double, _ mu: Double
  ) -> (Block, Block) {
    let d = mu * ((a.x * b.x + a.y * b.y) + a.z * b.z)
    let (px, py, pz) = (a.x * b, a.y * b, a.z * b)
    let (qx, qy, qz) = (b.x * a, b.y * a, b.z * a)
    var ab = Block(x: lambda * px + mu * qx, y: lambda * py + mu * qy, z: lambda * pz + mu * qz)
    var ba = Block(x: lambda * qx + mu * px, y: lambda * qy + mu * py, z: lambda * qz + mu * pz)
    ab.x.x += d
    ab.y.y += d
    ab.z.z += d
    ba.x.x += d
    ba.y.y += d
    ba.z.z += d
    return (ab, ba)
  }

  /// Adds the rows to three rows that are `stride` apart.
  // Safe: the plan keeps three entries for each entry of the scalar row in each of them.
  @inline(__always)
  func add(to row: UnsafeMutablePointer<Double>, _ stride: Int) {
    unsafe Block.add(x, to: row)
    unsafe Block.add(y, to: row + stride)
    unsafe Block.add(z, to: row + 2 * stride)
  }

  @inline(__always)
  private static func add(_ value: SIMD4<Double>, to target: UnsafeMutablePointer<Double>) {
    let raw = UnsafeMutableRawPointer(target)
    let pair = unsafe raw.loadUnaligned(as: SIMD2<Double>.self) + value.lowHalf
    unsafe raw.storeBytes(of: pair, as: SIMD2<Double>.self)
    unsafe target[2] += value.z
  }
}

/// The cells of a batch of linear tetrahedra with their coefficients of Lamé.
@unsafe struct ElasticCells<Offset: ScatterOffset> {
  let cells: PartCells<Offset>
  /// Entries of the part's list of cells.
  let entries: UnsafePointer<Int32>
  let count: Int
  let lambda: UnsafePointer<Double>
  let mu: UnsafePointer<Double>
}

/// Adds λ div u div v + 2 μ ε(u) : ε(v) on linear tetrahedra.
///
/// The blocks of corner 0 are minus the sums of the others: a translation has no energy.
/// - Returns: The first flat or inverted cell, if any.
// Safe: see `PartCells`; offsets point into the rows they were made for, where each stands for three
// entries in each of three rows.
func addElasticTetrahedra<Offset: ScatterOffset>(
  _ s: ElasticCells<Offset>, to values: UnsafeMutablePointer<Double>
) -> Int? {
  let c = unsafe s.cells
  guard let map = unsafe c.map else { return nil }
  let (x, dofs, partOfDof, part) = unsafe (c.coordinates, c.dofs, c.partOfDof, c.part)
  let rowStart = unsafe c.rowStart
  for k in 0..<(unsafe s.count) {
    let entry = unsafe s.entries[k]
    let cell = Int(entry < 0 ? ~entry : entry)
    let d = unsafe dofs + 4 * cell
    let (n0, n1, n2, n3) = unsafe (Int(d[0]), Int(d[1]), Int(d[2]), Int(d[3]))
    let t = unsafe TetrahedronShape(x, n0, n1, n2, n3)
    guard unsafe t.det > 0 && t.det < .infinity else { return cell }
    let scale = unsafe 1 / (6 * t.det)
    let (lambda, mu) = unsafe (scale * s.lambda[k], scale * s.mu[k])
    let g1 = unsafe SIMD4(t.ux, t.uy, t.uz, 0)
    let g2 = unsafe SIMD4(t.vx, t.vy, t.vz, 0)
    let g3 = unsafe SIMD4(t.wx, t.wy, t.wz, 0)
    let (k11, _) = Block.pair(g1, g1, lambda, mu)
    let (k22, _) = Block.pair(g2, g2, lambda, mu)
    let (k33, _) = Block.pair(g3, g3, lambda, mu)
    let (k12, k21) = Block.pair(g1, g2, lambda, mu)
    let (k13, k31) = Block.pair(g1, g3, lambda, mu)
    let (k23, k32) = Block.pair(g2, g3, lambda, mu)
    let (k01, k10) = (-(k11 + k21 + k31), -(k11 + k12 + k13))
    let (k02, k20) = (-(k12 + k22 + k32), -(k21 + k22 + k23))
    let (k03, k30) = (-(k13 + k23 + k33), -(k31 + k32 + k33))
    let m = unsafe map + 16 * cell
    @inline(__always) func isOwned(_ dof: Int) -> Bool {
      unsafe entry >= 0 || partOfDof[dof] == part
    }
    @inline(__always) func add(_ n: Int, _ i: Int, _ a: Block, _ b: Block, _ c: Block, _ d: Block) {
      let start = unsafe rowStart[n]
      let stride = unsafe 3 * (rowStart[n + 1] - start)
      let row = unsafe values + 9 * start
      let offsets = unsafe m + 4 * i
      unsafe a.add(to: row + 3 * Int(truncatingIfNeeded: offsets[0]), stride)
      unsafe b.add(to: row + 3 * Int(truncatingIfNeeded: offsets[1]), stride)
      unsafe c.add(to: row + 3 * Int(truncatingIfNeeded: offsets[2]), stride)
      unsafe d.add(to: row + 3 * Int(truncatingIfNeeded: offsets[3]), stride)
    }
    if isOwned(n0) {
      // Of the two sums, which differ by rounding, half each: the block is symmetric.
      let (sum, transposed) = (k01 + k02 + k03, k10 + k20 + k30)
      let both = sum + transposed
      add(n0, 0, Block(x: -0.5 * both.x, y: -0.5 * both.y, z: -0.5 * both.z), k01, k02, k03)
    }
    if isOwned(n1) { add(n1, 1, k10, k11, k12, k13) }
    if isOwned(n2) { add(n2, 2, k20, k21, k22, k23) }
    if isOwned(n3) { add(n3, 3, k30, k31, k32, k33) }
  }
  return nil
}
