/// The vectors gᵢ = 6|T| ∇λᵢ of a linear tetrahedron, each a cross product of two edges, and 6|T|.
@unsafe struct TetrahedronShape {
  let ux, uy, uz, vx, vy, vz, wx, wy, wz, det: Double

  @inline(__always)
  init(_ x: UnsafePointer<Double>, _ n0: Int, _ n1: Int, _ n2: Int, _ n3: Int) {
    let (p0, p1, p2, p3) = unsafe (x + 3 * n0, x + 3 * n1, x + 3 * n2, x + 3 * n3)
    let (ox, oy, oz) = unsafe (p0[0], p0[1], p0[2])
    let (ax, ay, az) = unsafe (p1[0] - ox, p1[1] - oy, p1[2] - oz)
    let (bx, by, bz) = unsafe (p2[0] - ox, p2[1] - oy, p2[2] - oz)
    let (cx, cy, cz) = unsafe (p3[0] - ox, p3[1] - oy, p3[2] - oz)
    unsafe (ux, uy, uz) = (by * cz - bz * cy, bz * cx - bx * cz, bx * cy - by * cx)
    unsafe (vx, vy, vz) = (cy * az - cz * ay, cz * ax - cx * az, cx * ay - cy * ax)
    unsafe (wx, wy, wz) = (ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx)
    unsafe det = ax * ux + ay * uy + az * uz
  }
}

/// The element matrices of a linear tetrahedron, a lane for each operator.
///
/// The stiffness is κ gᵢ · gⱼ / (36 |T|); the row of corner 0 is minus the sum of the others, so row
/// sums vanish.
struct TetrahedronEntries<L: Lanes> {
  var k00, k01, k02, k03, k11, k12, k13, k22, k23, k33: L

  /// The stiffness from its entries without corner 0.
  @inline(__always)
  init(_ k11: L, _ k12: L, _ k13: L, _ k22: L, _ k23: L, _ k33: L) {
    (self.k11, self.k12, self.k13) = (k11, k12, k13)
    (self.k22, self.k23, self.k33) = (k22, k23, k33)
    (k01, k02, k03) = (-(k11 + k12 + k13), -(k12 + k22 + k23), -(k13 + k23 + k33))
    k00 = -(k01 + k02 + k03)
  }

  @inline(__always)
  init(stiffness coefficient: L, _ s: TetrahedronShape) {
    let f = unsafe L(repeating: 1 / (6 * s.det)) * coefficient
    @inline(__always) func times(_ product: Double) -> L { f * L(repeating: product) }
    unsafe self.init(
      times(s.ux * s.ux + s.uy * s.uy + s.uz * s.uz),
      times(s.ux * s.vx + s.uy * s.vy + s.uz * s.vz),
      times(s.ux * s.wx + s.uy * s.wy + s.uz * s.wz),
      times(s.vx * s.vx + s.vy * s.vy + s.vz * s.vz),
      times(s.vx * s.wx + s.vy * s.wy + s.vz * s.wz),
      times(s.wx * s.wx + s.wy * s.wy + s.wz * s.wz))
  }

  @inline(__always)
  init(tensor k: SymmetricTensor<L>, _ s: TetrahedronShape) {
    let scale = unsafe L(repeating: 1 / (6 * s.det))
    let (fxx, fyy, fzz) = (scale * k.xx, scale * k.yy, scale * k.zz)
    let (fyz, fxz, fxy) = (scale * k.yz, scale * k.xz, scale * k.xy)
    @inline(__always) func flux(_ x: Double, _ y: Double, _ z: Double) -> (L, L, L) {
      let (x, y, z) = (L(repeating: x), L(repeating: y), L(repeating: z))
      return (
        fxx * x + fxy * y + fxz * z, fxy * x + fyy * y + fyz * z, fxz * x + fyz * y + fzz * z
      )
    }
    @inline(__always) func dot(_ q: (L, L, L), _ x: Double, _ y: Double, _ z: Double) -> L {
      q.0 * L(repeating: x) + q.1 * L(repeating: y) + q.2 * L(repeating: z)
    }
    let (p, q, r) = unsafe (
      flux(s.ux, s.uy, s.uz), flux(s.vx, s.vy, s.vz), flux(s.wx, s.wy, s.wz)
    )
    unsafe self.init(
      dot(p, s.ux, s.uy, s.uz), dot(p, s.vx, s.vy, s.vz), dot(p, s.wx, s.wy, s.wz),
      dot(q, s.vx, s.vy, s.vz), dot(q, s.wx, s.wy, s.wz), dot(r, s.wx, s.wy, s.wz))
  }

  @inline(__always)
  init(mass coefficient: L, _ s: TetrahedronShape) {
    k01 = unsafe coefficient * L(repeating: s.det / 120)
    k00 = L(repeating: 2) * k01
    (k11, k22, k33) = (k00, k00, k00)
    (k02, k03, k12, k13, k23) = (k01, k01, k01, k01, k01)
  }

  @inline(__always)
  mutating func addMass(_ coefficient: L, _ s: TetrahedronShape) {
    let m = unsafe TetrahedronEntries(mass: coefficient, s)
    (k00, k01, k02, k03) = (k00 + m.k00, k01 + m.k01, k02 + m.k01, k03 + m.k01)
    (k11, k12, k13) = (k11 + m.k00, k12 + m.k01, k13 + m.k01)
    (k22, k23, k33) = (k22 + m.k00, k23 + m.k01, k33 + m.k00)
  }
}

/// Adds one round of terms on linear tetrahedra.
/// - Returns: The first flat or inverted cell, if any.
// Safe: see `PartCells`; offsets point into the rows they were made for.
@inline(__always)
func addTetrahedra<L: Lanes, Offset: ScatterOffset>(_ s: LaneCells<L, Offset>) -> Int? {
  let c = unsafe s.cells
  guard let map = unsafe c.map else { return nil }
  let (x, dofs, partOfDof, part) = unsafe (c.coordinates, c.dofs, c.partOfDof, c.part)
  let (entries, start, values, form) = unsafe (s.entries, s.start, s.values, s.form)
  for k in 0..<(unsafe s.count) {
    let entry = unsafe entries[k]
    let cell = Int(entry < 0 ? ~entry : entry)
    let d = unsafe dofs + 4 * cell
    let (n0, n1, n2, n3) = unsafe (Int(d[0]), Int(d[1]), Int(d[2]), Int(d[3]))
    let shape = unsafe TetrahedronShape(x, n0, n1, n2, n3)
    guard unsafe shape.det > 0 && shape.det < .infinity else { return cell }
    var e: TetrahedronEntries<L>
    switch form {
    case .stiffness: e = unsafe TetrahedronEntries(stiffness: s.stiffness[k], shape)
    case .mass: e = unsafe TetrahedronEntries(mass: s.mass[k], shape)
    case .sum:
      e = unsafe TetrahedronEntries(stiffness: s.stiffness[k], shape)
      unsafe e.addMass(s.mass[k], shape)
    case .tensor: e = unsafe TetrahedronEntries(tensor: s.tensor(k), shape)
    }
    let m = unsafe map + 16 * cell
    if unsafe entry >= 0 || partOfDof[n0] == part {
      unsafe addRow(values + start[n0], m, e.k00, e.k01, e.k02, e.k03)
    }
    if unsafe entry >= 0 || partOfDof[n1] == part {
      unsafe addRow(values + start[n1], m + 4, e.k01, e.k11, e.k12, e.k13)
    }
    if unsafe entry >= 0 || partOfDof[n2] == part {
      unsafe addRow(values + start[n2], m + 8, e.k02, e.k12, e.k22, e.k23)
    }
    if unsafe entry >= 0 || partOfDof[n3] == part {
      unsafe addRow(values + start[n3], m + 12, e.k03, e.k13, e.k23, e.k33)
    }
  }
  return nil
}

/// Adds constant-coefficient terms, different ones on different cells, on linear tetrahedra.
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
    let first = unsafe s.classOfCell.map { unsafe Int($0[cell]) } ?? 0
    let (begin, end) = unsafe (s.start[first], s.start[first + 1])
    if begin == end { continue }
    let d = unsafe dofs + 4 * cell
    let (n0, n1, n2, n3) = unsafe (Int(d[0]), Int(d[1]), Int(d[2]), Int(d[3]))
    let shape = unsafe TetrahedronShape(x, n0, n1, n2, n3)
    guard unsafe shape.det > 0 && shape.det < .infinity else { return cell }
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
      let e: TetrahedronEntries<Double>
      switch unsafe term.pointee.form {
      case .scalarStiffness:
        e = unsafe TetrahedronEntries(stiffness: term.pointee.scalar, shape)
      case .tensorStiffness:
        e = unsafe TetrahedronEntries(tensor: term.pointee.symmetricTensor, shape)
      case .mass: e = unsafe TetrahedronEntries(mass: term.pointee.scalar, shape)
      }
      if o0 { unsafe addRow(values + r0, m, e.k00, e.k01, e.k02, e.k03) }
      if o1 { unsafe addRow(values + r1, m + 4, e.k01, e.k11, e.k12, e.k13) }
      if o2 { unsafe addRow(values + r2, m + 8, e.k02, e.k12, e.k22, e.k23) }
      if o3 { unsafe addRow(values + r3, m + 12, e.k03, e.k13, e.k23, e.k33) }
    }
  }
  return nil
}

/// Adds four entries of a row at their offsets, which differ.
@inline(__always)
private func addRow<L: Lanes, Offset: ScatterOffset>(
  _ row: UnsafeMutablePointer<L>, _ m: UnsafePointer<Offset>, _ a: L, _ b: L, _ c: L, _ d: L
) {
  let (p, q) = unsafe (row + Int(truncatingIfNeeded: m[0]), row + Int(truncatingIfNeeded: m[1]))
  let (r, s) = unsafe (row + Int(truncatingIfNeeded: m[2]), row + Int(truncatingIfNeeded: m[3]))
  unsafe p.pointee = p.pointee + a
  unsafe q.pointee = q.pointee + b
  unsafe r.pointee = r.pointee + c
  unsafe s.pointee = s.pointee + d
}
