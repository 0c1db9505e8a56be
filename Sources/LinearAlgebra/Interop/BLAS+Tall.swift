internal import COpenBLAS

// The routines for tall blocks of real numbers that no other code needs; the workspaces belong to
// the caller, so that a loop over blocks allocates nothing.

extension Double {
  /// C ← AᵀA + β C, lower triangle of n × n, A of k × n.
  static func syrk(
    _ n: Int, _ k: Int, _ a: UnsafePointer<Double>, _ lda: Int, _ beta: Double,
    _ c: UnsafeMutablePointer<Double>, _ ldc: Int
  ) {
    SingleThreadedBLAS.ready
    unsafe cblas_dsyrk(
      CblasColMajor, CblasLower, CblasTrans, Int32(n), Int32(k), 1, a, Int32(lda), beta, c,
      Int32(ldc))
  }

  /// a = Q R by reflectors in recursive panels of `width` columns; R replaces the upper triangle.
  ///
  /// Its panels are matrix products too, unlike those of `geqrf`: on blocks that fit a core's cache
  /// it was measured 1.3 to 2.8 times as fast.
  static func geqrt(
    _ m: Int, _ n: Int, _ width: Int, _ a: UnsafeMutablePointer<Double>, _ lda: Int,
    _ t: UnsafeMutablePointer<Double>, _ work: UnsafeMutablePointer<Double>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe LAPACKE_dgeqrt_work(
      LAPACK_COL_MAJOR, Int32(m), Int32(n), Int32(width), a, Int32(lda), t, Int32(width), work)
  }

  /// P a = L U of m × n, without a look for NaN.
  static func getrf(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Double>, _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int32 {
    SingleThreadedBLAS.ready
    return unsafe LAPACKE_dgetrf_work(
      LAPACK_COL_MAJOR, Int32(m), Int32(n), a, Int32(m), pivots)
  }
}
