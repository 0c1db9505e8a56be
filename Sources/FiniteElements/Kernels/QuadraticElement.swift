internal import Meshes

/// The matrices of the quadratic Lagrange element on straight simplices in closed form, for eight
/// cells at a time.
///
/// Gradients of quadratic functions are linear in the barycentric coordinates λ, so with
/// A_ij = |T| ∇λᵢ · κ ∇λⱼ and the moments D_ij = 16 mean(c λᵢ λⱼ) of a scalar factor c, with row sums
/// d_j and their sum d, the stiffness has the entries (C_ij = D_ij − d_j / 4)
///
/// - corners i, j: A_ij (C_ij − d_i / 4 + d / 16),
/// - corner i and edge kl: C_ik A_il + C_il A_ik,
/// - edges ij and kl: D_ik A_jl + D_jl A_ik + D_il A_jk + D_jk A_il.
///
/// - Source: the integrals of the products of λ: Eisenberg and Malvern, *On finite element
///   integration in natural coordinates*, Int. J. Numer. Meth. Engng 7 (1973).
@safe final class QuadraticElement {
  /// Eight cells side by side.
  typealias Lanes = SIMD8<Double>
  /// Corners.
  let corners: Int
  /// Basis functions.
  let count: Int
  private let edges: [(Int, Int)]
  /// A, D and C, `corners` squared each.
  let a: UnsafeMutablePointer<Lanes>
  let d: UnsafeMutablePointer<Lanes>
  private let c: UnsafeMutablePointer<Lanes>
  /// The moments of the factor 1.
  private let unit: UnsafeMutablePointer<Lanes>
  /// The matrix, row by row.
  let entries: UnsafeMutablePointer<Lanes>

  init(_ shape: CellShape) {
    corners = shape.vertexCount
    edges = shape.edges.map { ($0[0], $0[1]) }
    count = corners + edges.count
    func lanes(_ count: Int) -> UnsafeMutablePointer<Lanes> {
      let result = UnsafeMutablePointer<Lanes>.allocate(capacity: count)
      unsafe result.initialize(repeating: .zero, count: count)
      return unsafe result
    }
    let square = corners * corners
    unsafe (a, d, c, unit) = (lanes(square), lanes(square), lanes(square), lanes(square))
    unsafe entries = lanes(count * count)
    // mean(λᵢ λⱼ) = (1 + δ_ij) / ((m + 1)(m + 2)) in m dimensions.
    let mean = 16 / Double(corners * (corners + 1))
    for i in 0..<corners {
      for j in 0..<corners {
        unsafe unit[i * corners + j] = Lanes(repeating: i == j ? 2 * mean : mean)
      }
    }
  }

  deinit {
    unsafe a.deallocate()
    unsafe d.deallocate()
    unsafe c.deallocate()
    unsafe unit.deallocate()
    unsafe entries.deallocate()
  }

  /// entries ← the stiffness from A alone: the coefficient is constant on each cell and part of it.
  func expandConstant() { unsafe expand(unit) }

  /// entries ← the stiffness from A and D.
  func expand() { unsafe expand(d) }

  /// entries ← factor · the mass matrix of the reference cell, given as its upper triangle.
  func expandMass(_ factor: Lanes, _ upper: UnsafePointer<Double>) {
    let (n, e) = unsafe (count, entries)
    var next = unsafe upper
    for i in 0..<n {
      for j in i..<n {
        let value = unsafe factor * next.pointee
        unsafe (e[i * n + j], e[j * n + i]) = (value, value)
        unsafe next += 1
      }
    }
  }

  // Safe: all indices are below the capacities that `init` derives from the same numbers.
  private func expand(_ d: UnsafeMutablePointer<Lanes>) {
    let (v, n, a, c, e) = unsafe (corners, count, a, c, entries)
    var total = Lanes.zero
    for j in 0..<v {
      var sum = unsafe d[j]
      for i in 1..<v { unsafe sum += d[i * v + j] }
      total += sum
      let quarter = sum * 0.25
      for i in 0..<v { unsafe c[i * v + j] = d[i * v + j] - quarter }
    }
    total *= 1.0 / 16
    for i in 0..<v {
      // d_i / 4 = D_ij − C_ij for any i of column j; D is symmetric.
      let shift = unsafe total - (d[i] - c[i])
      for j in i..<v {
        let value = unsafe a[i * v + j] * (c[i * v + j] + shift)
        unsafe (e[i * n + j], e[j * n + i]) = (value, value)
      }
      for (f, (k, l)) in edges.enumerated() {
        let (p, q) = (i * v + k, i * v + l)
        let value = unsafe c[p] * a[q] + c[q] * a[p]
        unsafe (e[i * n + v + f], e[(v + f) * n + i]) = (value, value)
      }
    }
    for f in edges.indices {
      let (i, j) = edges[f]
      for g in f..<edges.count {
        let (k, l) = edges[g]
        let (ik, jl, il, jk) = (i * v + k, j * v + l, i * v + l, j * v + k)
        let value = unsafe (d[ik] * a[jl] + d[jl] * a[ik]) + (d[il] * a[jk] + d[jk] * a[il])
        unsafe e[(v + f) * n + v + g] = value
        unsafe e[(v + g) * n + v + f] = value
      }
    }
  }
}
