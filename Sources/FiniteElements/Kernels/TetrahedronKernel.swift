/// Adds constant-coefficient terms on linear tetrahedra.
///
/// With the vectors gᵢ = 6|T| ∇λᵢ, each a cross product of two edges, the stiffness is
/// κ gᵢ · gⱼ / (36 |T|); the rows of corner 0 are minus the sums of the others, so row sums vanish.
/// - Returns: The first flat or inverted cell, if any.
// Safe: see `PartCells`; offsets point into the rows they were made for.
@inline(__always)
func addTetrahedra<Offset: ScatterOffset>(_ s: SimpleCells<Offset>) -> Int? {
  let c = unsafe s.cells
  guard let map = unsafe c.map else { return nil }
  let (x, dofs, partOfDof, rowStart) = unsafe (c.coordinates, c.dofs, c.partOfDof, c.rowStart)
  let part = unsafe c.part
  for k in 0..<(unsafe c.list.count) {
    let entry = unsafe c.list[k]
    let cell = Int(entry < 0 ? ~entry : entry)
    let d = unsafe dofs + 4 * cell
    let (n0, n1, n2, n3) = unsafe (Int(d[0]), Int(d[1]), Int(d[2]), Int(d[3]))
    let (p0, p1, p2, p3) = unsafe (x + 3 * n0, x + 3 * n1, x + 3 * n2, x + 3 * n3)
    let (ox, oy, oz) = unsafe (p0[0], p0[1], p0[2])
    let (ax, ay, az) = unsafe (p1[0] - ox, p1[1] - oy, p1[2] - oz)
    let (bx, by, bz) = unsafe (p2[0] - ox, p2[1] - oy, p2[2] - oz)
    let (cx, cy, cz) = unsafe (p3[0] - ox, p3[1] - oy, p3[2] - oz)
    let (ux, uy, uz) = (by * cz - bz * cy, bz * cx - bx * cz, bx * cy - by * cx)
    let (vx, vy, vz) = (cy * az - cz * ay, cz * ax - cx * az, cx * ay - cy * ax)
    let (wx, wy, wz) = (ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx)
    let det = ax * ux + ay * uy + az * uz
    guard det > 0 && det < .infinity else { return cell }
    let scale = 1 / (6 * det)
    let first = unsafe s.classOfCell.map { unsafe Int($0[cell]) } ?? 0
    let (begin, end) = unsafe (s.start[first], s.start[first + 1])
    let m = unsafe map + 16 * cell
    let (r0, r1, r2, r3) = unsafe (rowStart[n0], rowStart[n1], rowStart[n2], rowStart[n3])
    let whole = entry >= 0
    let o0 = unsafe whole || partOfDof[n0] == part
    let o1 = unsafe whole || partOfDof[n1] == part
    let o2 = unsafe whole || partOfDof[n2] == part
    let o3 = unsafe whole || partOfDof[n3] == part
    for t in begin..<end {
      let term = unsafe s.terms + t
      let values = unsafe s.outputs[term.pointee.output]
      var (k11, k12, k13, k22, k23, k33) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
      var (k00, k01, k02, k03) = (0.0, 0.0, 0.0, 0.0)
      let coefficient = unsafe term.pointee.scalar
      switch unsafe term.pointee.form {
      case .scalarStiffness:
        let f = scale * coefficient
        k11 = f * (ux * ux + uy * uy + uz * uz)
        k12 = f * (ux * vx + uy * vy + uz * vz)
        k13 = f * (ux * wx + uy * wy + uz * wz)
        k22 = f * (vx * vx + vy * vy + vz * vz)
        k23 = f * (vx * wx + vy * wy + vz * wz)
        k33 = f * (wx * wx + wy * wy + wz * wz)
        (k01, k02, k03) = (-(k11 + k12 + k13), -(k12 + k22 + k23), -(k13 + k23 + k33))
        k00 = -(k01 + k02 + k03)
      case .tensorStiffness:
        let k = unsafe term.pointee.tensor
        let (fxx, fyy, fzz) = (scale * k[0], scale * k[1], scale * k[2])
        let (fyz, fxz, fxy) = (scale * k[3], scale * k[4], scale * k[5])
        let (qx, qy, qz) = (
          fxx * ux + fxy * uy + fxz * uz, fxy * ux + fyy * uy + fyz * uz,
          fxz * ux + fyz * uy + fzz * uz
        )
        let (sx, sy, sz) = (
          fxx * vx + fxy * vy + fxz * vz, fxy * vx + fyy * vy + fyz * vz,
          fxz * vx + fyz * vy + fzz * vz
        )
        k11 = qx * ux + qy * uy + qz * uz
        k12 = qx * vx + qy * vy + qz * vz
        k13 = qx * wx + qy * wy + qz * wz
        k22 = sx * vx + sy * vy + sz * vz
        k23 = sx * wx + sy * wy + sz * wz
        k33 =
          wx * (fxx * wx + fxy * wy + fxz * wz) + wy * (fxy * wx + fyy * wy + fyz * wz)
          + wz * (fxz * wx + fyz * wy + fzz * wz)
        (k01, k02, k03) = (-(k11 + k12 + k13), -(k12 + k22 + k23), -(k13 + k23 + k33))
        k00 = -(k01 + k02 + k03)
      case .mass:
        k01 = coefficient * det / 120
        k00 = 2 * k01
        (k11, k22, k33) = (k00, k00, k00)
        (k02, k03, k12, k13, k23) = (k01, k01, k01, k01, k01)
      }
      if o0 { unsafe addRow(values + r0, m, k00, k01, k02, k03) }
      if o1 { unsafe addRow(values + r1, m + 4, k01, k11, k12, k13) }
      if o2 { unsafe addRow(values + r2, m + 8, k02, k12, k22, k23) }
      if o3 { unsafe addRow(values + r3, m + 12, k03, k13, k23, k33) }
    }
  }
  return nil
}

/// Adds four entries of a row at their offsets, which differ.
@inline(__always)
private func addRow<Offset: ScatterOffset>(
  _ row: UnsafeMutablePointer<Double>, _ m: UnsafePointer<Offset>,
  _ a: Double, _ b: Double, _ c: Double, _ d: Double
) {
  unsafe row[Int(truncatingIfNeeded: m[0])] += a
  unsafe row[Int(truncatingIfNeeded: m[1])] += b
  unsafe row[Int(truncatingIfNeeded: m[2])] += c
  unsafe row[Int(truncatingIfNeeded: m[3])] += d
}
