internal import COpenBLAS
public import ComplexModule
public import RealModule

// What is done again and again on small matrices, with workspace of the caller: nothing is allocated,
// and numbers that are not finite are his matter too.

extension Double {
  /// As `geev`, with workspace of `count` ≥ 6 n numbers.
  public static func geev(
    _ n: Int, _ a: UnsafeMutablePointer<Double>, _ w: UnsafeMutablePointer<Complex<Double>>,
    _ v: UnsafeMutablePointer<Double>, work: UnsafeMutablePointer<Double>, count: Int
  ) -> Int32 {
    SingleThreadedBLAS.ready
    precondition(count >= 6 * n, "\(count) numbers of workspace for eigenvalues of order \(n)")
    let (real, imaginary) = unsafe (work, work + n)
    let info = unsafe LAPACKE_dgeev_work(
      LAPACK_COL_MAJOR, letter("N"), letter("V"), Int32(n), a, Int32(n), real, imaginary, nil, 1,
      v, Int32(n), work + 2 * n, Int32(count - 2 * n))
    for i in 0..<n { unsafe w[i] = Complex(real[i], imaginary[i]) }
    return info
  }

  /// As `geqrf`, with workspace of `count` ≥ n numbers.
  public static func geqrf(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Double>, _ tau: UnsafeMutablePointer<Double>,
    work: UnsafeMutablePointer<Double>, count: Int
  ) -> Int32 {
    SingleThreadedBLAS.ready
    precondition(count >= n, "\(count) numbers of workspace for \(n) columns")
    return unsafe LAPACKE_dgeqrf_work(
      LAPACK_COL_MAJOR, Int32(m), Int32(n), a, Int32(m), tau, work, Int32(count))
  }

  /// As `ungqr`, with workspace of `count` ≥ n numbers.
  public static func ungqr(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafeMutablePointer<Double>,
    _ tau: UnsafePointer<Double>, work: UnsafeMutablePointer<Double>, count: Int
  ) -> Int32 {
    SingleThreadedBLAS.ready
    precondition(count >= n, "\(count) numbers of workspace for \(n) columns")
    return unsafe LAPACKE_dorgqr_work(
      LAPACK_COL_MAJOR, Int32(m), Int32(n), Int32(k), a, Int32(m), tau, work, Int32(count))
  }
}

extension Complex<Double> {
  /// As `geev`, with workspace of `count` ≥ 3 n numbers.
  public static func geev(
    _ n: Int, _ a: UnsafeMutablePointer<Self>, _ w: UnsafeMutablePointer<Complex<Double>>,
    _ v: UnsafeMutablePointer<Self>, work: UnsafeMutablePointer<Self>, count: Int
  ) -> Int32 {
    SingleThreadedBLAS.ready
    precondition(count >= 3 * n, "\(count) numbers of workspace for eigenvalues of order \(n)")
    // The first n numbers are 2 n real ones.
    let real = unsafe UnsafeMutableRawPointer(work).assumingMemoryBound(to: Double.self)
    return unsafe LAPACKE_zgeev_work(
      LAPACK_COL_MAJOR, letter("N"), letter("V"), Int32(n), numbers(a), Int32(n), numbers(w), nil,
      1, numbers(v), Int32(n), numbers(work + n), Int32(count - n), real)
  }

  /// As `geqrf`, with workspace of `count` ≥ n numbers.
  public static func geqrf(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Self>, _ tau: UnsafeMutablePointer<Self>,
    work: UnsafeMutablePointer<Self>, count: Int
  ) -> Int32 {
    SingleThreadedBLAS.ready
    precondition(count >= n, "\(count) numbers of workspace for \(n) columns")
    return unsafe LAPACKE_zgeqrf_work(
      LAPACK_COL_MAJOR, Int32(m), Int32(n), numbers(a), Int32(m), numbers(tau), numbers(work),
      Int32(count))
  }

  /// As `ungqr`, with workspace of `count` ≥ n numbers.
  public static func ungqr(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafeMutablePointer<Self>,
    _ tau: UnsafePointer<Self>, work: UnsafeMutablePointer<Self>, count: Int
  ) -> Int32 {
    SingleThreadedBLAS.ready
    precondition(count >= n, "\(count) numbers of workspace for \(n) columns")
    let tau = unsafe UnsafeMutablePointer(mutating: tau)
    return unsafe LAPACKE_zungqr_work(
      LAPACK_COL_MAJOR, Int32(m), Int32(n), Int32(k), numbers(a), Int32(m), numbers(tau),
      numbers(work), Int32(count))
  }

  /// The same numbers as C sees them: two doubles, with the same layout.
  private static func numbers(
    _ pointer: UnsafeMutablePointer<Complex<Double>>
  ) -> UnsafeMutablePointer<ritz_complex_double> {
    unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: ritz_complex_double.self)
  }
}
