internal import COpenBLAS
public import ComplexModule
public import RealModule

extension Double: LAPACKScalar {
  /// a = Q R by reflectors; R replaces the upper triangle of a.
  public static func geqrf(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Double>, _ tau: UnsafeMutablePointer<Double>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe LAPACKE_dgeqrf(LAPACK_COL_MAJOR, Int32(m), Int32(n), a, Int32(m), tau)
  }

  /// a P = Q R with column exchanges; `order` counts from one.
  public static func geqp3(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Double>, _ order: UnsafeMutablePointer<Int32>,
    _ tau: UnsafeMutablePointer<Double>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe LAPACKE_dgeqp3(LAPACK_COL_MAJOR, Int32(m), Int32(n), a, Int32(m), order, tau)
  }

  /// Replaces k reflectors by the first n columns of Q.
  public static func ungqr(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafeMutablePointer<Double>, _ tau: UnsafePointer<Double>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe LAPACKE_dorgqr(LAPACK_COL_MAJOR, Int32(m), Int32(n), Int32(k), a, Int32(m), tau)
  }

  /// c ← Q c or Qᴴ c, c of m × n, Q given by k reflectors.
  public static func unmqr(
    _ adjoint: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Double>,
    _ tau: UnsafePointer<Double>, _ c: UnsafeMutablePointer<Double>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe LAPACKE_dormqr(
      LAPACK_COL_MAJOR, letter("L"), letter(adjoint ? "T" : "N"), Int32(m), Int32(n), Int32(k), a,
      Int32(m), tau, c, Int32(m))
  }

  /// a = L Lᴴ, lower triangle.
  public static func potrf(_ n: Int, _ a: UnsafeMutablePointer<Double>, _ lda: Int) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe LAPACKE_dpotrf(LAPACK_COL_MAJOR, letter("L"), Int32(n), a, Int32(lda))
  }

  /// P a = L U.
  public static func getrf(
    _ n: Int, _ a: UnsafeMutablePointer<Double>, _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe LAPACKE_dgetrf(LAPACK_COL_MAJOR, Int32(n), Int32(n), a, Int32(n), pivots)
  }

  /// b ← op(a)⁻¹ b by the factors of `getrf`.
  public static func getrs(
    _ op: Operand, _ n: Int, _ k: Int, _ a: UnsafePointer<Double>, _ pivots: UnsafePointer<Int32>,
    _ b: UnsafeMutablePointer<Double>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe LAPACKE_dgetrs(
      LAPACK_COL_MAJOR, op.letter, Int32(n), Int32(k), a, Int32(n), pivots, b, Int32(n))
  }

  /// An estimate of 1/(‖A‖₁ ‖A⁻¹‖₁) from the factors of `getrf`.
  public static func gecon(
    _ n: Int, _ a: UnsafePointer<Double>, _ norm: Double, _ rcond: UnsafeMutablePointer<Double>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe LAPACKE_dgecon(LAPACK_COL_MAJOR, letter("1"), Int32(n), a, Int32(n), norm, rcond)
  }

  /// a = U Σ Vᴴ, thin, by divide and conquer; `job` S or N.
  public static func gesdd(
    _ job: String, _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Double>,
    _ s: UnsafeMutablePointer<Double>, _ u: UnsafeMutablePointer<Double>,
    _ vt: UnsafeMutablePointer<Double>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe LAPACKE_dgesdd(
      LAPACK_COL_MAJOR, letter(job), Int32(m), Int32(n), a, Int32(m), s, u, Int32(m), vt,
      Int32(min(m, n)))
  }

  /// a = U Σ Vᴴ, thin, by QR iteration; `job` S or N.
  public static func gesvd(
    _ job: String, _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Double>,
    _ s: UnsafeMutablePointer<Double>, _ u: UnsafeMutablePointer<Double>,
    _ vt: UnsafeMutablePointer<Double>, _ rest: UnsafeMutablePointer<Double>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe LAPACKE_dgesvd(
      LAPACK_COL_MAJOR, letter(job), letter(job), Int32(m), Int32(n), a, Int32(m), s, u, Int32(m),
      vt, Int32(min(m, n)), rest)
  }

  /// Eigenvalues in ascending order; eigenvectors replace a.
  public static func heevd(
    _ n: Int, _ a: UnsafeMutablePointer<Double>, _ w: UnsafeMutablePointer<Double>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe LAPACKE_dsyevd(
      LAPACK_COL_MAJOR, letter("V"), letter("L"), Int32(n), a, Int32(n), w)
  }

  /// The same for a x = λ b x; b is overwritten.
  public static func hegvd(
    _ n: Int, _ a: UnsafeMutablePointer<Double>, _ b: UnsafeMutablePointer<Double>,
    _ w: UnsafeMutablePointer<Double>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe LAPACKE_dsygvd(
      LAPACK_COL_MAJOR, 1, letter("V"), letter("L"), Int32(n), a, Int32(n), b, Int32(n), w)
  }

  /// Eigenvalues and unit eigenvectors of a matrix without symmetry; a is overwritten.
  public static func geev(
    _ n: Int, _ a: UnsafeMutablePointer<Double>, _ w: UnsafeMutablePointer<Complex<Double>>,
    _ v: UnsafeMutablePointer<Double>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    var (real, imaginary) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: n))
    let info = unsafe LAPACKE_dgeev(
      LAPACK_COL_MAJOR, letter("N"), letter("V"), Int32(n), a, Int32(n), &real, &imaginary, nil, 1,
      v, Int32(n))
    for i in 0..<n { unsafe w[i] = Complex(real[i], imaginary[i]) }
    return info
  }

  /// b ← op(t)⁻¹ b with a triangular t of m × m, b of m × n.
  public static func trsm(
    _ upper: Bool, _ op: Operand, _ m: Int, _ n: Int, _ t: UnsafePointer<Double>, _ ldt: Int,
    _ b: UnsafeMutablePointer<Double>, _ ldb: Int
  ) {
    SingleThreadedBLAS.ready
    unsafe cblas_dtrsm(
      CblasColMajor, CblasLeft, upper ? CblasUpper : CblasLower, op.cblas, CblasNonUnit, Int32(m),
      Int32(n), 1, t, Int32(ldt), b, Int32(ldb))
  }
}
