public import ComplexModule
public import RealModule

/// The LAPACK routines the factorizations are built on, for one scalar type.
///
/// Matrices are column-major and, unless a leading dimension is given, without gaps. The result is
/// LAPACK's `info`.
public protocol LAPACKScalar: Sendable {
  /// a = Q R by reflectors; R replaces the upper triangle of a.
  static func geqrf(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Self>, _ tau: UnsafeMutablePointer<Self>
  ) -> Int32
  /// a P = Q R with column exchanges; `order` counts from one.
  static func geqp3(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Self>, _ order: UnsafeMutablePointer<Int32>,
    _ tau: UnsafeMutablePointer<Self>
  ) -> Int32
  /// Replaces k reflectors by the first n columns of Q.
  static func ungqr(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafeMutablePointer<Self>, _ tau: UnsafePointer<Self>
  ) -> Int32
  /// c ← Q c or Qᴴ c, c of m × n, Q given by k reflectors.
  static func unmqr(
    _ adjoint: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Self>,
    _ tau: UnsafePointer<Self>, _ c: UnsafeMutablePointer<Self>
  ) -> Int32
  /// a = L Lᴴ, lower triangle.
  static func potrf(_ n: Int, _ a: UnsafeMutablePointer<Self>, _ lda: Int) -> Int32
  /// P a = L U.
  static func getrf(
    _ n: Int, _ a: UnsafeMutablePointer<Self>, _ pivots: UnsafeMutablePointer<Int32>
  ) -> Int32
  /// b ← op(a)⁻¹ b by the factors of `getrf`.
  static func getrs(
    _ op: Operand, _ n: Int, _ k: Int, _ a: UnsafePointer<Self>, _ pivots: UnsafePointer<Int32>,
    _ b: UnsafeMutablePointer<Self>
  ) -> Int32
  /// An estimate of 1/(‖A‖₁ ‖A⁻¹‖₁) from the factors of `getrf`.
  static func gecon(
    _ n: Int, _ a: UnsafePointer<Self>, _ norm: Double, _ rcond: UnsafeMutablePointer<Double>
  ) -> Int32
  /// a = U Σ Vᴴ, thin, by divide and conquer; `job` S or N.
  static func gesdd(
    _ job: String, _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Self>,
    _ s: UnsafeMutablePointer<Double>, _ u: UnsafeMutablePointer<Self>,
    _ vt: UnsafeMutablePointer<Self>
  ) -> Int32
  /// a = U Σ Vᴴ, thin, by QR iteration; `job` S or N.
  static func gesvd(
    _ job: String, _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Self>,
    _ s: UnsafeMutablePointer<Double>, _ u: UnsafeMutablePointer<Self>,
    _ vt: UnsafeMutablePointer<Self>, _ rest: UnsafeMutablePointer<Double>
  ) -> Int32
  /// Eigenvalues in ascending order; eigenvectors replace a.
  static func heevd(_ n: Int, _ a: UnsafeMutablePointer<Self>, _ w: UnsafeMutablePointer<Double>)
    -> Int32
  /// The same for a x = λ b x; b is overwritten.
  static func hegvd(
    _ n: Int, _ a: UnsafeMutablePointer<Self>, _ b: UnsafeMutablePointer<Self>,
    _ w: UnsafeMutablePointer<Double>
  ) -> Int32
  /// Eigenvalues and unit eigenvectors of a matrix without symmetry; a is overwritten. Real
  /// matrices store the real and the imaginary part of a conjugate pair in two columns.
  static func geev(
    _ n: Int, _ a: UnsafeMutablePointer<Self>, _ w: UnsafeMutablePointer<Complex<Double>>,
    _ v: UnsafeMutablePointer<Self>
  ) -> Int32
  /// As `geev`, with workspace of `count` ≥ 6 n numbers.
  static func geev(
    _ n: Int, _ a: UnsafeMutablePointer<Self>, _ w: UnsafeMutablePointer<Complex<Double>>,
    _ v: UnsafeMutablePointer<Self>, work: UnsafeMutablePointer<Self>, count: Int
  ) -> Int32
  /// As `geqrf`, with workspace of `count` ≥ n numbers.
  static func geqrf(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Self>, _ tau: UnsafeMutablePointer<Self>,
    work: UnsafeMutablePointer<Self>, count: Int
  ) -> Int32
  /// As `ungqr`, with workspace of `count` ≥ n numbers.
  static func ungqr(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafeMutablePointer<Self>, _ tau: UnsafePointer<Self>,
    work: UnsafeMutablePointer<Self>, count: Int
  ) -> Int32
  /// b ← op(t)⁻¹ b with a triangular t of m × m, b of m × n.
  static func trsm(
    _ upper: Bool, _ op: Operand, _ m: Int, _ n: Int, _ t: UnsafePointer<Self>, _ ldt: Int,
    _ b: UnsafeMutablePointer<Self>, _ ldb: Int)
}

extension Operand {
  /// The letter LAPACK knows it by.
  var letter: CChar {
    switch self {
    case .plain: LinearAlgebra.letter("N")
    case .transposed: LinearAlgebra.letter("T")
    case .adjoint: LinearAlgebra.letter("C")
    }
  }
}

/// A one-letter option.
func letter(_ text: String) -> CChar { text.utf8.first.map { CChar($0) } ?? 0 }
