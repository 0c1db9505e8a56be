public import Krylov
public import LinearAlgebra

/// The extreme eigenvalues of M⁻¹ A as conjugate gradients see them: those of the tridiagonal matrix
/// of Lanczos, which lie within the true ones.
///
/// - Source: Golub, Van Loan, *Matrix Computations*, 4th ed. (2013), §10.1 and §11.3.
public struct SpectrumEstimate: Sendable {
  /// Not below the smallest eigenvalue.
  public let smallest: Double
  /// Not above the largest eigenvalue.
  public let largest: Double
  /// The steps made.
  public let steps: Int

  /// The estimated condition number, not above the true one.
  public var condition: Double { largest / smallest }

  /// Makes at most `limit` steps from a start vector without structure.
  ///
  /// - Precondition: A and M are symmetric positive definite.
  /// - Throws: `notConverged`; `notPositiveDefinite` where A or M turns out not to be.
  public init<A: LinearOperator<Double>, M: Preconditioner<Double>>(
    _ a: A, _ m: M, steps limit: Int = 100
  ) throws(FactorizationError) {
    let n = a.rowCount
    precondition(limit > 0, "\(limit) steps")
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    var r = (0..<n).map { _ in
      // Marsaglia, *Xorshift RNGs*, J. Stat. Softw. 8 (2003).
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Double(state >> 11) * 0x1p-52 - 1
    }
    var z = m.applied(to: r)
    var (p, q) = (z, z)
    var rz = dot(r, z)
    let first = rz
    var (alphas, betas) = ([Double](), [Double]())
    while alphas.count < min(limit, n), rz > 1e-24 * first {
      a.apply(p, into: &q)
      let energy = dot(p, q)
      guard energy > 0, rz > 0 else { throw .notPositiveDefinite(pivot: alphas.count) }
      alphas.append(rz / energy)
      axpy(-rz / energy, q, into: &r)
      m.apply(r, into: &z)
      let next = dot(r, z)
      betas.append(next / rz)
      for i in p.indices { p[i] = z[i] + next / rz * p[i] }
      rz = next
    }
    let k = alphas.count
    var t = DenseMatrix<Double>(rowCount: k, columnCount: k)
    for i in 0..<k {
      t[i, i] = 1 / alphas[i] + (i > 0 ? betas[i - 1] / alphas[i - 1] : 0)
      guard i + 1 < k else { break }
      t[i, i + 1] = max(0, betas[i]).squareRoot() / alphas[i]
      t[i + 1, i] = t[i, i + 1]
    }
    let values = try SymmetricEigen(t).values
    steps = k
    smallest = values.first ?? 1
    largest = values.last ?? 1
  }
}
