internal import COpenBLAS
public import ComplexModule
public import RealModule

/// How an operand enters a product: as it is, transposed, or transposed and conjugated.
public enum Operand: Sendable {
  /// op(A) = A.
  case plain
  /// op(A) = Aᵀ.
  case transposed
  /// op(A) = Aᴴ.
  case adjoint

  var cblas: CBLAS_TRANSPOSE {
    switch self {
    case .plain: CblasNoTrans
    case .transposed: CblasTrans
    case .adjoint: CblasConjTrans
    }
  }
}

/// BLAS is kept on the calling thread: parallelism belongs to `forEachChunk`, whose chunks do not
/// depend on the number of threads, so that results keep their bits.
enum SingleThreadedBLAS {
  static let ready: Void = openblas_set_num_threads(1)
}

/// The handful of BLAS routines that dense algebra is built on, for one scalar type.
///
/// The pointers follow the Fortran conventions: column-major storage with a leading dimension.
public protocol BLASScalar: Sendable {
  /// C ← α op(A) op(B) + β C with C of m × n, and k the inner dimension.
  static func gemm(
    _ opA: Operand, _ opB: Operand, _ m: Int, _ n: Int, _ k: Int, _ alpha: Self,
    _ a: UnsafePointer<Self>, _ lda: Int, _ b: UnsafePointer<Self>, _ ldb: Int, _ beta: Self,
    _ c: UnsafeMutablePointer<Self>, _ ldc: Int)
  /// y ← α op(A) x + β y with A of m × n.
  static func gemv(
    _ opA: Operand, _ m: Int, _ n: Int, _ alpha: Self, _ a: UnsafePointer<Self>, _ lda: Int,
    _ x: UnsafePointer<Self>, _ beta: Self, _ y: UnsafeMutablePointer<Self>)
  /// Σ conj(xᵢ) yᵢ.
  static func dot(_ n: Int, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>) -> Self
  /// y ← α x + y.
  static func axpy(
    _ n: Int, _ alpha: Self, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  /// Euclidean norm, safe against overflow.
  static func nrm2(_ n: Int, _ x: UnsafePointer<Self>) -> Double
}

extension Double: BLASScalar {
  /// C ← α op(A) op(B) + β C.
  public static func gemm(
    _ opA: Operand, _ opB: Operand, _ m: Int, _ n: Int, _ k: Int, _ alpha: Double,
    _ a: UnsafePointer<Double>, _ lda: Int, _ b: UnsafePointer<Double>, _ ldb: Int,
    _ beta: Double, _ c: UnsafeMutablePointer<Double>, _ ldc: Int
  ) {
    SingleThreadedBLAS.ready
    unsafe cblas_dgemm(
      CblasColMajor, opA.cblas, opB.cblas, Int32(m), Int32(n), Int32(k), alpha, a, Int32(lda), b,
      Int32(ldb), beta, c, Int32(ldc))
  }

  /// y ← α op(A) x + β y.
  public static func gemv(
    _ opA: Operand, _ m: Int, _ n: Int, _ alpha: Double, _ a: UnsafePointer<Double>, _ lda: Int,
    _ x: UnsafePointer<Double>, _ beta: Double, _ y: UnsafeMutablePointer<Double>
  ) {
    SingleThreadedBLAS.ready
    unsafe cblas_dgemv(
      CblasColMajor, opA.cblas, Int32(m), Int32(n), alpha, a, Int32(lda), x, 1, beta, y, 1)
  }

  /// Σ xᵢ yᵢ.
  public static func dot(
    _ n: Int, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>
  ) -> Double {
    SingleThreadedBLAS.ready
    return unsafe cblas_ddot(Int32(n), x, 1, y, 1)
  }

  /// y ← α x + y.
  public static func axpy(
    _ n: Int, _ alpha: Double, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    SingleThreadedBLAS.ready
    unsafe cblas_daxpy(Int32(n), alpha, x, 1, y, 1)
  }

  /// Euclidean norm, safe against overflow.
  public static func nrm2(_ n: Int, _ x: UnsafePointer<Double>) -> Double {
    SingleThreadedBLAS.ready
    return unsafe cblas_dnrm2(Int32(n), x, 1)
  }
}

extension Complex<Double>: BLASScalar {
  /// C ← α op(A) op(B) + β C.
  public static func gemm(
    _ opA: Operand, _ opB: Operand, _ m: Int, _ n: Int, _ k: Int, _ alpha: Complex<Double>,
    _ a: UnsafePointer<Complex<Double>>, _ lda: Int, _ b: UnsafePointer<Complex<Double>>,
    _ ldb: Int, _ beta: Complex<Double>, _ c: UnsafeMutablePointer<Complex<Double>>, _ ldc: Int
  ) {
    SingleThreadedBLAS.ready
    var (alpha, beta) = (alpha, beta)
    unsafe cblas_zgemm(
      CblasColMajor, opA.cblas, opB.cblas, Int32(m), Int32(n), Int32(k), &alpha, a, Int32(lda), b,
      Int32(ldb), &beta, c, Int32(ldc))
  }

  /// y ← α op(A) x + β y.
  public static func gemv(
    _ opA: Operand, _ m: Int, _ n: Int, _ alpha: Complex<Double>,
    _ a: UnsafePointer<Complex<Double>>, _ lda: Int, _ x: UnsafePointer<Complex<Double>>,
    _ beta: Complex<Double>, _ y: UnsafeMutablePointer<Complex<Double>>
  ) {
    SingleThreadedBLAS.ready
    var (alpha, beta) = (alpha, beta)
    unsafe cblas_zgemv(
      CblasColMajor, opA.cblas, Int32(m), Int32(n), &alpha, a, Int32(lda), x, 1, &beta, y, 1)
  }

  /// Σ conj(xᵢ) yᵢ.
  public static func dot(
    _ n: Int, _ x: UnsafePointer<Complex<Double>>, _ y: UnsafePointer<Complex<Double>>
  ) -> Complex<Double> {
    SingleThreadedBLAS.ready
    var result = Complex<Double>.zero
    unsafe withUnsafeMutablePointer(to: &result) {
      unsafe cblas_zdotc_sub(Int32(n), x, 1, y, 1, UnsafeMutableRawPointer($0))
    }
    return result
  }

  /// y ← α x + y.
  public static func axpy(
    _ n: Int, _ alpha: Complex<Double>, _ x: UnsafePointer<Complex<Double>>,
    _ y: UnsafeMutablePointer<Complex<Double>>
  ) {
    SingleThreadedBLAS.ready
    var alpha = alpha
    unsafe cblas_zaxpy(Int32(n), &alpha, x, 1, y, 1)
  }

  /// Euclidean norm, safe against overflow.
  public static func nrm2(_ n: Int, _ x: UnsafePointer<Complex<Double>>) -> Double {
    SingleThreadedBLAS.ready
    return unsafe cblas_dznrm2(Int32(n), x, 1)
  }
}
