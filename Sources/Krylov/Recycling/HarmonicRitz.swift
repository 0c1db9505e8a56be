internal import ComplexModule
internal import LinearAlgebra
internal import RealModule

/// The directions a GCRO-DR cycle keeps: those of the harmonic Ritz values of smallest modulus.
///
/// With V̂ = [T V], Ŵ = [C V₊] and Â V̂ = Ŵ G, G = [[I, B], [0, H̲]] = Q R, the problem
/// GᴴG z = θ Gᴴ(ŴᴴV̂) z becomes N y = θ⁻¹ y for y = R z and N = Qᴴ(ŴᴴV̂) R⁻¹: infinite θ are zeros of
/// N, and the wanted θ are its dominant eigenvalues. Any orthonormal basis Y of the chosen invariant
/// subspace serves, for Â (V̂ R⁻¹ Y) = Ŵ (Q Y) holds and Ŵ Q Y is orthonormal.
///
/// Q and R need no factorization: the rotations that solve the least-squares problem of the cycle
/// are Qᴴ. GᴴG, which the lengths of T would scale badly, is never formed, and N does not depend on
/// them. Everything stands in storage that is made once.
struct HarmonicRitz<S: Scalar>: Sendable {
  /// The directions found.
  private(set) var count = 0
  /// The rows of Ŵᴴ: k + p + 1, or k + p of an invariant subspace.
  private(set) var rows = 0
  /// The columns of V̂: k + p.
  private(set) var unknowns = 0
  /// k.
  private(set) var deflated = 0
  /// ŴᴴT, `rows` × k; its first k rows are CᴴT.
  var met: [S]
  /// Q Y, `rows` × `count`: the new C in Ŵ.
  private(set) var image: [S]
  /// R⁻¹ Y, `unknowns` × `count`: the new T in V̂.
  private(set) var directions: [S]
  /// The rows of `directions` and of `image` that belong to V₊, side by side, `rows` − k rows.
  private(set) var pair: [S]
  private var work: [S]
  private var problem: [S]
  private var vectors: [S]
  private var basis: [S]
  private var tau: [S]
  /// What LAPACK works in.
  private var scratch: [S]
  private var values: [Complex<Double>]
  private var moduli: [Double]
  private var chosen: [Int] = []

  /// Storage for cycles that deflate and keep up to `recycled` vectors and take up to `steps` steps.
  init(recycled: Int, steps: Int) {
    let (q, none) = (recycled + steps, S.zero)
    met = [S](repeating: none, count: (q + 1) * recycled)
    (image, directions, basis) = (met, met, met)
    pair = [S](repeating: none, count: (q + 1) * 2 * recycled)
    work = [S](repeating: none, count: (q + 1) * q)
    (problem, vectors) = (work, work)
    tau = [S](repeating: none, count: recycled)
    scratch = [S](repeating: none, count: 8 * q)
    values = [Complex<Double>](repeating: .zero, count: q)
    moduli = [Double](repeating: 0, count: q)
    chosen.reserveCapacity(recycled)
  }

  /// Solves.
  ///
  /// A kernel is not kept: where θ is at round-off beside ‖G‖ the image of a direction is noise.
  ///
  /// - Parameters:
  ///   - h: H̲ and its rotations.
  ///   - b: B, of which the first k rows count.
  ///   - k: The vectors the cycle deflated; `met` holds how they meet Ŵ.
  ///   - rows: The rows of Ŵᴴ.
  ///   - wanted: The directions wanted; one less comes where a conjugate pair would be split.
  /// - Returns: False where G has not full rank or the eigenvalues cannot be found.
  /// - Complexity: About 25 (k + p)³ operations.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func solve(
    _ h: HessenbergLeastSquares<S>, _ b: DenseMatrix<S>, deflated k: Int, rows: Int,
    count wanted: Int
  ) -> Bool {
    let p = h.count
    let q = k + p
    (self.rows, unknowns, deflated, count) = (rows, q, k, 0)
    precondition(
      work.count >= rows * q && wanted <= tau.count && k <= tau.count && rows >= q,
      "\(k) and \(p) directions, \(wanted) wanted, in storage for \(tau.count) and \(moduli.count)")
    for j in 0..<p {
      let pivot = h.triangle[j, j].absolute
      guard pivot > 0, pivot.isFinite else { return false }
    }
    formProblem(h, b, k)
    guard (0..<q * q).allSatisfy({ problem[$0].isFinite }),
      unsafe S.geev(q, &problem, &values, &vectors, work: &scratch, count: scratch.count) == 0
    else { return false }
    choose(wanted, below: 1e10 / norm(h, b, k))
    let c = chosen.count
    guard c > 0 else { return false }
    for (j, place) in chosen.enumerated() {
      for i in 0..<q { basis[i + j * q] = vectors[i + place * q] }
    }
    guard unsafe S.geqrf(q, c, &basis, &tau, work: &scratch, count: scratch.count) == 0,
      unsafe S.ungqr(q, c, c, &basis, tau, work: &scratch, count: scratch.count) == 0
    else { return false }
    for j in 0..<c {
      for i in 0..<q { image[i + j * rows] = basis[i + j * q] }
      for i in q..<rows { image[i + j * rows] = S.zero }
    }
    h.rotateBack(&image, leading: rows, from: k, columns: c)
    formDirections(h, b, k, c)
    formPair(k, c)
    count = c
    return true
  }

  /// CᴴT of the new C and T into `coupling`, `count` × `count`.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func couple(into coupling: inout [S]) {
    let (c, q, rows) = (count, unknowns, rows)
    guard c > 0 else { return }
    let k = deflated
    precondition(coupling.count >= c * c, "\(coupling.count) entries for \(c)²")
    for j in 0..<c {
      for i in 0..<rows {
        work[i + j * rows] = i >= k && i < q ? directions[i + j * q] : S.zero
      }
    }
    if k > 0 {
      unsafe S.gemm(.plain, .plain, rows, c, k, 1, met, rows, directions, q, 1, &work, rows)
    }
    unsafe S.gemm(.adjoint, .plain, c, c, rows, 1, image, rows, work, rows, 0, &coupling, c)
  }

  /// N into `problem`.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  private mutating func formProblem(
    _ h: HessenbergLeastSquares<S>, _ b: DenseMatrix<S>, _ k: Int
  ) {
    let (q, rows) = (unknowns, rows)
    for j in 0..<q {
      for i in 0..<rows {
        work[i + j * rows] = j < k ? met[i + j * rows] : i == j ? 1 : S.zero
      }
    }
    h.rotate(&work, leading: rows, from: k, columns: q)
    for j in 0..<q { for i in 0..<q { problem[i + j * q] = work[i + j * rows] } }
    // X R = Qᴴ(ŴᴴV̂) with R = [[I, B], [0, R_H]], column by column.
    divideColumns(of: &problem, order: q, by: b, h, after: k)
  }

  /// R⁻¹ Y into `directions`.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  private mutating func formDirections(
    _ h: HessenbergLeastSquares<S>, _ b: DenseMatrix<S>, _ k: Int, _ c: Int
  ) {
    let q = unknowns
    for column in 0..<c {
      let at = column * q
      for i in 0..<q { directions[at + i] = basis[at + i] }
      for j in (0..<q - k).reversed() {
        let value = directions[at + k + j] / h.triangle[j, j]
        directions[at + k + j] = value
        for i in 0..<j { directions[at + k + i] -= value * h.triangle[i, j] }
        for i in 0..<k { directions[at + i] -= value * b[i, j] }
      }
    }
  }

  private mutating func formPair(_ k: Int, _ c: Int) {
    let (q, height) = (unknowns, rows - k)
    for j in 0..<c {
      for i in 0..<height {
        pair[i + j * height] = k + i < q ? directions[k + i + j * q] : S.zero
        pair[i + (c + j) * height] = image[k + i + j * rows]
      }
    }
  }

  /// ‖[B; H̲]‖ in the norm of Frobenius.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  private func norm(_ h: HessenbergLeastSquares<S>, _ b: DenseMatrix<S>, _ k: Int) -> Double {
    var sum = 0.0
    for j in 0..<h.count {
      for i in 0..<k { sum += (b[i, j].conjugate * b[i, j]).realPart }
      for i in 0...j + 1 {
        sum += (h.hessenberg[i, j].conjugate * h.hessenberg[i, j]).realPart
      }
    }
    return sum.squareRoot()
  }

  /// The columns of the eigenvalues of largest modulus below a limit, conjugate pairs whole.
  private mutating func choose(_ wanted: Int, below limit: Double) {
    chosen.removeAll(keepingCapacity: true)
    for j in 0..<unknowns { moduli[j] = values[j].length < limit ? values[j].length : -1 }
    while chosen.count < wanted {
      var best = -1
      for j in 0..<unknowns where moduli[j] >= 0 {
        if best < 0 || moduli[j] > moduli[best] { best = j }
      }
      guard best >= 0 else { return }
      guard S.self == Double.self, values[best].imaginary != 0 else {
        chosen.append(best)
        moduli[best] = -1
        continue
      }
      guard chosen.count + 2 <= wanted else { return }
      // The partner has the same modulus and stands beside it.
      let first = values[best].imaginary > 0 ? best : best - 1
      chosen += [first, first + 1]
      (moduli[first], moduli[first + 1]) = (-1, -1)
    }
  }
}

extension DenseMatrix {
  /// T⁻¹ B with the upper triangle T of this matrix.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func solvedUpper(_ b: DenseMatrix) -> DenseMatrix {
    var x = b
    let n = columnCount
    for c in 0..<b.columnCount {
      let at = c * n
      for j in (0..<n).reversed() {
        let value = x.values[at + j] / values[j + j * rowCount]
        x.values[at + j] = value
        for i in 0..<j { x.values[at + i] -= value * values[i + j * rowCount] }
      }
    }
    return x
  }
}
