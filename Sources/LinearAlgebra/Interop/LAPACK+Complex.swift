internal import COpenBLAS
public import ComplexModule
public import RealModule

extension Complex<Double>: LAPACKScalar {
  /// a = Q R by reflectors; R replaces the upper triangle of a.
  public static func geqrf(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Complex<Double>>,
    _ tau: UnsafeMutablePointer<Complex<Double>>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe ritz_zgeqrf(Int32(m), Int32(n), a, Int32(m), tau)
  }

  /// a P = Q R with column exchanges; `order` counts from one.
  public static func geqp3(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Complex<Double>>,
    _ order: UnsafeMutablePointer<Int32>, _ tau: UnsafeMutablePointer<Complex<Double>>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe ritz_zgeqp3(Int32(m), Int32(n), a, Int32(m), order, tau)
  }

  /// Replaces k reflectors by the first n columns of Q.
  public static func ungqr(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafeMutablePointer<Complex<Double>>,
    _ tau: UnsafePointer<Complex<Double>>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe ritz_zungqr(Int32(m), Int32(n), Int32(k), a, Int32(m), tau)
  }

  /// c ← Q c or Qᴴ c, c of m × n, Q given by k reflectors.
  public static func unmqr(
    _ adjoint: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Complex<Double>>,
    _ tau: UnsafePointer<Complex<Double>>, _ c: UnsafeMutablePointer<Complex<Double>>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe ritz_zunmqr(
      letter(adjoint ? "C" : "N"), Int32(m), Int32(n), Int32(k), a, Int32(m), tau, c, Int32(m))
  }

  /// a = L Lᴴ, lower triangle.
  public static func potrf(_ n: Int, _ a: UnsafeMutablePointer<Complex<Double>>, _ lda: Int)
    -> Int32
  {
    SingleThreadedBLAS.ready
    return unsafe ritz_zpotrf(Int32(n), a, Int32(lda))
  }

  /// P a = L U.
  public static func getrf(
    _ n: Int, _ a: UnsafeMutablePointer<Complex<Double>>, _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe ritz_zgetrf(Int32(n), Int32(n), a, Int32(n), pivots)
  }

  /// b ← op(a)⁻¹ b by the factors of `getrf`.
  public static func getrs(
    _ op: Operand, _ n: Int, _ k: Int, _ a: UnsafePointer<Complex<Double>>,
    _ pivots: UnsafePointer<Int32>, _ b: UnsafeMutablePointer<Complex<Double>>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe ritz_zgetrs(op.letter, Int32(n), Int32(k), a, Int32(n), pivots, b, Int32(n))
  }

  /// An estimate of 1/(‖A‖₁ ‖A⁻¹‖₁) from the factors of `getrf`.
  public static func gecon(
    _ n: Int, _ a: UnsafePointer<Complex<Double>>, _ norm: Double,
    _ rcond: UnsafeMutablePointer<Double>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe ritz_zgecon(Int32(n), a, Int32(n), norm, rcond)
  }

  /// a = U Σ Vᴴ, thin, by divide and conquer; `job` S or N.
  public static func gesdd(
    _ job: String, _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Complex<Double>>,
    _ s: UnsafeMutablePointer<Double>, _ u: UnsafeMutablePointer<Complex<Double>>,
    _ vt: UnsafeMutablePointer<Complex<Double>>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe ritz_zgesdd(
      letter(job), Int32(m), Int32(n), a, Int32(m), s, u, Int32(m), vt, Int32(min(m, n)))
  }

  /// a = U Σ Vᴴ, thin, by QR iteration; `job` S or N.
  public static func gesvd(
    _ job: String, _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Complex<Double>>,
    _ s: UnsafeMutablePointer<Double>, _ u: UnsafeMutablePointer<Complex<Double>>,
    _ vt: UnsafeMutablePointer<Complex<Double>>, _ rest: UnsafeMutablePointer<Double>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe ritz_zgesvd(
      letter(job), Int32(m), Int32(n), a, Int32(m), s, u, Int32(m), vt, Int32(min(m, n)), rest)
  }

  /// Eigenvalues in ascending order; eigenvectors replace a.
  public static func heevd(
    _ n: Int, _ a: UnsafeMutablePointer<Complex<Double>>, _ w: UnsafeMutablePointer<Double>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe ritz_zheevd(Int32(n), a, Int32(n), w)
  }

  /// The same for a x = λ b x; b is overwritten.
  public static func hegvd(
    _ n: Int, _ a: UnsafeMutablePointer<Complex<Double>>,
    _ b: UnsafeMutablePointer<Complex<Double>>, _ w: UnsafeMutablePointer<Double>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe ritz_zhegvd(Int32(n), a, Int32(n), b, Int32(n), w)
  }

  /// Eigenvalues and unit eigenvectors of a matrix without symmetry; a is overwritten.
  public static func geev(
    _ n: Int, _ a: UnsafeMutablePointer<Complex<Double>>,
    _ w: UnsafeMutablePointer<Complex<Double>>, _ v: UnsafeMutablePointer<Complex<Double>>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe ritz_zgeev(Int32(n), a, Int32(n), w, v, Int32(n))
  }

  /// b ← op(t)⁻¹ b with a triangular t of m × m, b of m × n.
  public static func trsm(
    _ upper: Bool, _ op: Operand, _ m: Int, _ n: Int, _ t: UnsafePointer<Complex<Double>>,
    _ ldt: Int, _ b: UnsafeMutablePointer<Complex<Double>>, _ ldb: Int
  ) {
    SingleThreadedBLAS.ready
    unsafe ritz_ztrsm(
      upper ? CblasUpper : CblasLower, op.cblas, Int32(m), Int32(n), t, Int32(ldt), b, Int32(ldb))
  }
}
