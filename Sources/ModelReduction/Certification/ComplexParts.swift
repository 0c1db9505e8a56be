internal import ComplexModule
internal import LinearAlgebra
internal import RealModule

// The inner product is real, so a complex vector passes through it, through its inverse and through
// the compensated products as two real columns.

extension SparseMatrix<Double> {
  /// The same matrix among the numbers S.
  func scalars<T: Scalar>(as: T.Type) -> SparseMatrix<T> {
    (self as? SparseMatrix<T>)
      ?? SparseMatrix<T>(pattern: pattern, values: values.map { T(real: $0) })
  }
}

extension InnerProduct<Double> {
  /// The same product of vectors of the numbers S.
  func scalars<T: Scalar>(as: T.Type) -> InnerProduct<T> {
    matrix.map { InnerProduct<T>($0.scalars(as: T.self), name: name) }
      ?? InnerProduct<T>(euclidean: dimension)
  }
}

extension DenseMatrix {
  /// [Re A, Im A], or A itself where it is real.
  var realColumns: DenseMatrix<Double> {
    if let real = self as? DenseMatrix<Double> { return real }
    guard let complex = self as? DenseMatrix<Complex<Double>> else {
      preconditionFailure("scalars are Double or Complex<Double>")
    }
    return DenseMatrix<Double>(
      rowCount: rowCount, columnCount: 2 * columnCount,
      values: complex.values.map { $0.real } + complex.values.map { $0.imaginary })
  }

  /// The matrix whose ``realColumns`` are given.
  init(realColumns a: DenseMatrix<Double>) {
    if let same = a as? DenseMatrix<S> {
      self = same
      return
    }
    let half = a.values.count / 2
    let values = (0..<half).map { Complex(a.values[$0], a.values[half + $0]) }
    guard
      let matrix = DenseMatrix<Complex<Double>>(
        rowCount: a.rowCount, columnCount: a.columnCount / 2, values: values) as? DenseMatrix<S>
    else { preconditionFailure("scalars are Double or Complex<Double>") }
    self = matrix
  }
}

/// B − X V in twice the working precision, X real.
func compensatedDefect<S: Scalar>(
  _ x: SparseMatrix<Double>, _ v: DenseMatrix<S>, of b: DenseMatrix<S>
) -> DenseMatrix<S> {
  DenseMatrix(
    realColumns: compensatedProduct(x, v.realColumns, subtractedFrom: b.realColumns))
}

/// A V; real and imaginary parts of A and V are multiplied in twice the working precision, so that
/// only the result is rounded.
func compensatedProduct<S: Scalar>(
  _ a: SparseMatrix<S>, _ v: DenseMatrix<S>
) -> DenseMatrix<S> {
  if let a = a as? SparseMatrix<Double>, let v = v as? DenseMatrix<Double> {
    return DenseMatrix(realColumns: compensatedProduct(a, v, subtractedFrom: nil))
  }
  guard let a = a as? SparseMatrix<Complex<Double>> else {
    preconditionFailure("scalars are Double or Complex<Double>")
  }
  let columns = v.realColumns
  let (n, k) = (a.rowCount, v.columnCount)
  var result = DenseMatrix<Double>(rowCount: n, columnCount: 2 * k)
  let real = SparseMatrix<Double>(pattern: a.pattern, values: a.values.map { $0.real })
  if real.values.contains(where: { $0 != 0 }) {
    result = compensatedProduct(real, columns, subtractedFrom: nil)
  }
  let imaginary = SparseMatrix<Double>(pattern: a.pattern, values: a.values.map { $0.imaginary })
  if imaginary.values.contains(where: { $0 != 0 }) {
    // i (Re V + i Im V) = −Im V + i Re V.
    let turned = compensatedProduct(imaginary, columns, subtractedFrom: nil)
    for i in 0..<n * k {
      result.values[i] -= turned.values[n * k + i]
      result.values[n * k + i] += turned.values[i]
    }
  }
  return DenseMatrix(realColumns: result)
}

extension RieszMap {
  /// The representative of a real or complex functional, as a factorization gives it.
  func representative<S: Scalar>(of functional: [S]) -> [S] {
    let column = DenseMatrix(rowCount: functional.count, columnCount: 1, values: functional)
    return DenseMatrix<S>(realColumns: representatives(of: column.realColumns)).values
  }

  /// Representatives of real or complex functionals, refined as far as rounding allows.
  func refinedRepresentatives<S: Scalar>(of functionals: DenseMatrix<S>) -> DenseMatrix<S> {
    DenseMatrix(realColumns: refinedRepresentatives(of: functionals.realColumns))
  }

  /// ‖ℓ‖_{X'} for each column, real or complex.
  func dualNorms<S: Scalar>(of functionals: DenseMatrix<S>) -> [Double] {
    let parts = dualNorms(of: functionals.realColumns)
    let k = functionals.columnCount
    // A complex functional is the orthogonal sum of its parts.
    return parts.count == k ? parts : (0..<k).map { hypot(parts[$0], parts[k + $0]) }
  }
}

private func hypot(_ a: Double, _ b: Double) -> Double { norm([a, b]) }
