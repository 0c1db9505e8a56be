internal import ComplexModule
public import LinearAlgebra
internal import RealModule

/// Where the eigenvalues of D⁻¹A lie, for a Hermitian A and a positive diagonal D.
public struct SpectralBounds: Sendable, Equatable {
  /// The least eigenvalue, or more: Lanczos approaches it from above.
  public let least: Double
  /// A number that is hardly below the largest eigenvalue: the largest Ritz value and the residual
  /// of its vector.
  public let largest: Double

  /// Bounds known otherwise.
  public init(least: Double, largest: Double) {
    (self.least, self.largest) = (least, largest)
  }

  /// Estimates by Lanczos steps from a random vector.
  ///
  /// - Parameters:
  ///   - a: A.
  ///   - scale: D^(−1/2).
  ///   - steps: Products with A.
  ///   - seed: That of the first vector.
  /// - Throws: `notFinite` where A gave a number that is not.
  /// - Source: Zhou, Li, *Bounding the spectrum of large Hermitian matrices*, Linear Algebra Appl. 435
  ///   (2011).
  public init<A: LinearOperator>(
    of a: A, scaledBy scale: [Double]? = nil, steps: Int = 10, seed: UInt64 = 1
  ) throws(FactorizationError) {
    typealias S = A.Element
    let n = a.rowCount
    precondition(n == a.columnCount, "eigenvalues of \(n) × \(a.columnCount)")
    precondition(steps > 0 && n > 0, "\(steps) Lanczos steps of order \(n)")
    precondition(scale == nil || scale?.count == n, "a scaling of another order than \(n)")
    let s = scale.map { $0.map { S(real: $0) } }
    var random = SplitMix64(seed: seed)
    var v = (0..<n).map { _ in S(real: random.interior() - 0.5) }
    var (previous, scaled, w) = (v, v, v)
    LinearAlgebra.scale(S(real: 1 / norm(v)), &v)
    var (diagonal, beside): ([Double], [Double]) = ([], [])
    for step in 0..<min(steps, n) {
      if let s {
        multiply(v, by: s, into: &scaled)
        a.apply(scaled, into: &w)
        multiply(&w, by: s)
      } else {
        a.apply(v, into: &w)
      }
      if let beta = beside.last, step > 0 { axpy(S(real: -beta), previous, into: &w) }
      let alpha = dot(v, w).realPart
      axpy(S(real: -alpha), v, into: &w)
      let beta = norm(w)
      guard alpha.isFinite, beta.isFinite else { throw .notFinite(row: 0, column: 0) }
      diagonal.append(alpha)
      beside.append(beta)
      guard beta > 1e-12 * alpha.magnitude else { break }
      LinearAlgebra.scale(S(real: 1 / beta), &w)
      (previous, v, w) = (v, w, previous)
    }
    let k = diagonal.count
    var t = DenseMatrix<Double>(rowCount: k, columnCount: k)
    for i in 0..<k {
      t[i, i] = diagonal[i]
      if i + 1 < k { (t[i, i + 1], t[i + 1, i]) = (beside[i], beside[i]) }
    }
    let ritz = try SymmetricEigen(t)
    least = ritz.values[0]
    largest = ritz.values[k - 1] + beside[k - 1] * ritz.vectors[k - 1, k - 1].magnitude
  }
}
