/// Adds constant-coefficient terms on linear triangles.
///
/// With the vectors gᵢ = 2|T| ∇λᵢ, the edges turned by a right angle, the stiffness is
/// κ gᵢ · gⱼ / (4 |T|); the rows of corner 0 are minus the sums of the others, so row sums vanish.
/// - Returns: The first flat or inverted cell, if any.
// Safe: see `PartCells`; offsets point into the rows they were made for.
@inline(__always)
func addTriangles<Offset: ScatterOffset>(_ s: SimpleCells<Offset>) -> Int? {
  let c = unsafe s.cells
  guard let map = unsafe c.map else { return nil }
  let (x, dofs, partOfDof, rowStart) = unsafe (c.coordinates, c.dofs, c.partOfDof, c.rowStart)
  let part = unsafe c.part
  for k in 0..<(unsafe c.list.count) {
    let entry = unsafe c.list[k]
    let cell = Int(entry < 0 ? ~entry : entry)
    let d = unsafe dofs + 3 * cell
    let (n0, n1, n2) = unsafe (Int(d[0]), Int(d[1]), Int(d[2]))
    let (p0, p1, p2) = unsafe (x + 2 * n0, x + 2 * n1, x + 2 * n2)
    let (ax, ay) = unsafe (p1[0] - p0[0], p1[1] - p0[1])
    let (bx, by) = unsafe (p2[0] - p0[0], p2[1] - p0[1])
    let det = ax * by - ay * bx
    guard det > 0 && det < .infinity else { return cell }
    let scale = 1 / (2 * det)
    let (ux, uy, vx, vy) = (by, -bx, -ay, ax)
    let first = unsafe s.classOfCell.map { unsafe Int($0[cell]) } ?? 0
    let (begin, end) = unsafe (s.start[first], s.start[first + 1])
    let m = unsafe map + 9 * cell
    let (r0, r1, r2) = unsafe (rowStart[n0], rowStart[n1], rowStart[n2])
    let whole = entry >= 0
    let o0 = unsafe whole || partOfDof[n0] == part
    let o1 = unsafe whole || partOfDof[n1] == part
    let o2 = unsafe whole || partOfDof[n2] == part
    for t in begin..<end {
      let term = unsafe s.terms + t
      let values = unsafe s.outputs[term.pointee.output]
      var (k00, k01, k02, k11, k12, k22) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
      let coefficient = unsafe term.pointee.scalar
      switch unsafe term.pointee.form {
      case .scalarStiffness:
        let f = scale * coefficient
        k11 = f * (ux * ux + uy * uy)
        k12 = f * (ux * vx + uy * vy)
        k22 = f * (vx * vx + vy * vy)
        (k01, k02) = (-(k11 + k12), -(k12 + k22))
        k00 = -(k01 + k02)
      case .tensorStiffness:
        let k = unsafe term.pointee.tensor
        let (fxx, fyy, fxy) = (scale * k[0], scale * k[1], scale * k[5])
        let (qx, qy) = (fxx * ux + fxy * uy, fxy * ux + fyy * uy)
        k11 = qx * ux + qy * uy
        k12 = qx * vx + qy * vy
        k22 = vx * (fxx * vx + fxy * vy) + vy * (fxy * vx + fyy * vy)
        (k01, k02) = (-(k11 + k12), -(k12 + k22))
        k00 = -(k01 + k02)
      case .mass:
        k01 = coefficient * det / 24
        k00 = 2 * k01
        (k11, k22, k02, k12) = (k00, k00, k01, k01)
      }
      if o0 { unsafe addRow(values + r0, m, k00, k01, k02) }
      if o1 { unsafe addRow(values + r1, m + 3, k01, k11, k12) }
      if o2 { unsafe addRow(values + r2, m + 6, k02, k12, k22) }
    }
  }
  return nil
}

/// Adds three entries of a row at their offsets, which differ.
@inline(__always)
private func addRow<Offset: ScatterOffset>(
  _ row: UnsafeMutablePointer<Double>, _ m: UnsafePointer<Offset>,
  _ a: Double, _ b: Double, _ c: Double
) {
  unsafe row[Int(truncatingIfNeeded: m[0])] += a
  unsafe row[Int(truncatingIfNeeded: m[1])] += b
  unsafe row[Int(truncatingIfNeeded: m[2])] += c
}
