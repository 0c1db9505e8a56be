/// The vectors gᵢ = 2|T| ∇λᵢ of a linear triangle, the edges turned by a right angle, and 2|T|.
@unsafe struct TriangleShape {
  let ux, uy, vx, vy, det: Double

  @inline(__always)
  init(_ x: UnsafePointer<Double>, _ n0: Int, _ n1: Int, _ n2: Int) {
    let (p0, p1, p2) = unsafe (x + 2 * n0, x + 2 * n1, x + 2 * n2)
    let (ax, ay) = unsafe (p1[0] - p0[0], p1[1] - p0[1])
    let (bx, by) = unsafe (p2[0] - p0[0], p2[1] - p0[1])
    unsafe det = ax * by - ay * bx
    unsafe (ux, uy, vx, vy) = (by, -bx, -ay, ax)
  }
}

/// The element matrices of a linear triangle, a lane for each operator.
///
/// The stiffness is κ gᵢ · gⱼ / (4 |T|); the row of corner 0 is minus the sum of the others, so row
/// sums vanish.
struct TriangleEntries<L: Lanes> {
  var k00, k01, k02, k11, k12, k22: L

  /// The stiffness from its entries without corner 0.
  @inline(__always)
  init(_ k11: L, _ k12: L, _ k22: L) {
    (self.k11, self.k12, self.k22) = (k11, k12, k22)
    (k01, k02) = (-(k11 + k12), -(k12 + k22))
    k00 = -(k01 + k02)
  }

  @inline(__always)
  init(stiffness coefficient: L, _ s: TriangleShape) {
    let f = unsafe L(repeating: 1 / (2 * s.det)) * coefficient
    unsafe self.init(
      f * L(repeating: s.ux * s.ux + s.uy * s.uy), f * L(repeating: s.ux * s.vx + s.uy * s.vy),
      f * L(repeating: s.vx * s.vx + s.vy * s.vy))
  }

  @inline(__always)
  init(tensor k: SymmetricTensor<L>, _ s: TriangleShape) {
    let scale = unsafe L(repeating: 1 / (2 * s.det))
    let (fxx, fyy, fxy) = (scale * k.xx, scale * k.yy, scale * k.xy)
    let (ux, uy) = unsafe (L(repeating: s.ux), L(repeating: s.uy))
    let (vx, vy) = unsafe (L(repeating: s.vx), L(repeating: s.vy))
    let (qx, qy) = (fxx * ux + fxy * uy, fxy * ux + fyy * uy)
    self.init(
      qx * ux + qy * uy, qx * vx + qy * vy,
      vx * (fxx * vx + fxy * vy) + vy * (fxy * vx + fyy * vy))
  }

  @inline(__always)
  init(mass coefficient: L, _ s: TriangleShape) {
    k01 = unsafe coefficient * L(repeating: s.det / 24)
    k00 = L(repeating: 2) * k01
    (k11, k22, k02, k12) = (k00, k00, k01, k01)
  }

  @inline(__always)
  mutating func addMass(_ coefficient: L, _ s: TriangleShape) {
    let m = unsafe TriangleEntries(mass: coefficient, s)
    (k00, k01, k02) = (k00 + m.k00, k01 + m.k01, k02 + m.k01)
    (k11, k12, k22) = (k11 + m.k00, k12 + m.k01, k22 + m.k00)
  }
}

/// Adds one round of terms on linear triangles.
/// - Returns: The first flat or inverted cell, if any.
// Safe: see `PartCells`; offsets point into the rows they were made for.
@inline(__always)
func addTriangles<L: Lanes, Offset: ScatterOffset>(_ s: LaneCells<L, Offset>) -> Int? {
  let c = unsafe s.cells
  guard let map = unsafe c.map else { return nil }
  let (x, dofs, partOfDof, part) = unsafe (c.coordinates, c.dofs, c.partOfDof, c.part)
  let (entries, start, values, form) = unsafe (s.entries, s.start, s.values, s.form)
  for k in 0..<(unsafe s.count) {
    let entry = unsafe entries[k]
    let cell = Int(entry < 0 ? ~entry : entry)
    let d = unsafe dofs + 3 * cell
    let (n0, n1, n2) = unsafe (Int(d[0]), Int(d[1]), Int(d[2]))
    let shape = unsafe TriangleShape(x, n0, n1, n2)
    guard unsafe shape.det > 0 && shape.det < .infinity else { return cell }
    var e: TriangleEntries<L>
    switch form {
    case .stiffness: e = unsafe TriangleEntries(stiffness: s.stiffness[k], shape)
    case .mass: e = unsafe TriangleEntries(mass: s.mass[k], shape)
    case .sum:
      e = unsafe TriangleEntries(stiffness: s.stiffness[k], shape)
      unsafe e.addMass(s.mass[k], shape)
    case .tensor: e = unsafe TriangleEntries(tensor: s.tensor(k), shape)
    }
    let m = unsafe map + 9 * cell
    if unsafe entry >= 0 || partOfDof[n0] == part {
      unsafe addRow(values + start[n0], m, e.k00, e.k01, e.k02)
    }
    if unsafe entry >= 0 || partOfDof[n1] == part {
      unsafe addRow(values + start[n1], m + 3, e.k01, e.k11, e.k12)
    }
    if unsafe entry >= 0 || partOfDof[n2] == part {
      unsafe addRow(values + start[n2], m + 6, e.k02, e.k12, e.k22)
    }
  }
  return nil
}

/// Adds constant-coefficient terms, different ones on different cells, on linear triangles.
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
    let first = unsafe s.classOfCell.map { unsafe Int($0[cell]) } ?? 0
    let (begin, end) = unsafe (s.start[first], s.start[first + 1])
    if begin == end { continue }
    let d = unsafe dofs + 3 * cell
    let (n0, n1, n2) = unsafe (Int(d[0]), Int(d[1]), Int(d[2]))
    let shape = unsafe TriangleShape(x, n0, n1, n2)
    guard unsafe shape.det > 0 && shape.det < .infinity else { return cell }
    let m = unsafe map + 9 * cell
    let (r0, r1, r2) = unsafe (rowStart[n0], rowStart[n1], rowStart[n2])
    let whole = entry >= 0
    let o0 = unsafe whole || partOfDof[n0] == part
    let o1 = unsafe whole || partOfDof[n1] == part
    let o2 = unsafe whole || partOfDof[n2] == part
    for t in begin..<end {
      let term = unsafe s.terms + t
      let values = unsafe s.outputs[term.pointee.output]
      let e: TriangleEntries<Double>
      switch unsafe term.pointee.form {
      case .scalarStiffness: e = unsafe TriangleEntries(stiffness: term.pointee.scalar, shape)
      case .tensorStiffness:
        e = unsafe TriangleEntries(tensor: term.pointee.symmetricTensor, shape)
      case .mass: e = unsafe TriangleEntries(mass: term.pointee.scalar, shape)
      }
      if o0 { unsafe addRow(values + r0, m, e.k00, e.k01, e.k02) }
      if o1 { unsafe addRow(values + r1, m + 3, e.k01, e.k11, e.k12) }
      if o2 { unsafe addRow(values + r2, m + 6, e.k02, e.k12, e.k22) }
    }
  }
  return nil
}

/// Adds three entries of a row at their offsets, which differ.
@inline(__always)
private func addRow<L: Lanes, Offset: ScatterOffset>(
  _ row: UnsafeMutablePointer<L>, _ m: UnsafePointer<Offset>, _ a: L, _ b: L, _ c: L
) {
  let (p, q) = unsafe (row + Int(truncatingIfNeeded: m[0]), row + Int(truncatingIfNeeded: m[1]))
  let r = unsafe row + Int(truncatingIfNeeded: m[2])
  unsafe p.pointee = p.pointee + a
  unsafe q.pointee = q.pointee + b
  unsafe r.pointee = r.pointee + c
}
