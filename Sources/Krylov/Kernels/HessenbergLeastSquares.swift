internal import ComplexModule
internal import LinearAlgebra
internal import RealModule

/// min ‖β e₁ − H̲ y‖ of a Hessenberg matrix that grows by columns, solved by Givens rotations as it
/// grows.
struct HessenbergLeastSquares<S: Scalar>: Sendable {
  let capacity: Int
  /// The columns so far.
  private(set) var count = 0
  /// H̲ as it came, (capacity + 1) × capacity.
  private(set) var hessenberg: DenseMatrix<S>
  /// The triangle the rotations make of H̲.
  private(set) var triangle: DenseMatrix<S>
  private var cosines: [Double]
  private var sines: [S]
  private var right: [S]

  init(capacity: Int) {
    self.capacity = capacity
    hessenberg = DenseMatrix(rowCount: capacity + 1, columnCount: capacity)
    triangle = hessenberg
    cosines = [Double](repeating: 0, count: capacity)
    sines = [S](repeating: S.zero, count: capacity)
    right = [S](repeating: S.zero, count: capacity + 1)
  }

  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func begin(_ beta: Double) {
    count = 0
    right[0] = S(real: beta)
  }

  /// |the residual| of the columns so far.
  var residual: Double { right[count].absolute }

  /// Takes the next column: the coefficients from `first` on, and the entry below the diagonal.
  ///
  /// - Returns: The residual.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func append(_ column: [S], from first: Int, below: Double) -> Double {
    let j = count
    for i in 0...j { hessenberg[i, j] = column[first + i] }
    hessenberg[j + 1, j] = S(real: below)
    var last = hessenberg[0, j]
    for i in 0..<j {
      let next = hessenberg[i + 1, j]
      triangle[i, j] = S(real: cosines[i]) * last + sines[i] * next
      last = -sines[i].conjugate * last + S(real: cosines[i]) * next
    }
    // The rotation that makes (last, below) to (length, 0), up to the phase of `last`.
    let size = last.absolute
    let length = Double.hypot(size, below)
    if length == 0 {
      (cosines[j], sines[j], triangle[j, j]) = (1, S.zero, S.zero)
    } else if size == 0 {
      (cosines[j], sines[j], triangle[j, j]) = (0, 1, S(real: below))
    } else {
      let phase = last / S(real: size)
      cosines[j] = size / length
      sines[j] = phase * S(real: below / length)
      triangle[j, j] = phase * S(real: length)
    }
    right[j + 1] = -sines[j].conjugate * right[j]
    right[j] = S(real: cosines[j]) * right[j]
    count += 1
    return residual
  }

  /// y; an unknown whose pivot vanishes (a singular matrix) is zero.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func solution() -> [S] {
    var y = [S](repeating: S.zero, count: count)
    solve(into: &y, from: 0)
    return y
  }

  /// The same into entries of y from `first` on.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func solve(into y: inout [S], from first: Int) {
    precondition(first + count <= y.count, "\(count) unknowns from \(first) of \(y.count)")
    var largest = 0.0
    for i in 0..<count { largest = max(largest, triangle[i, i].absolute) }
    for i in (0..<count).reversed() {
      let pivot = triangle[i, i]
      guard pivot.absolute > 1e-14 * largest else {
        y[first + i] = S.zero
        continue
      }
      var sum = right[i]
      for j in i + 1..<count { sum -= triangle[i, j] * y[first + j] }
      y[first + i] = sum / pivot
    }
  }

  /// −H̲ y of the y that stands from `first` on, into the first `count` + 1 entries of `image`.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func negatedImage(of y: [S], from first: Int, into image: inout [S]) {
    precondition(count < image.count, "\(count + 1) numbers in \(image.count)")
    for i in 0...count {
      var sum = S.zero
      for j in max(0, i - 1)..<count { sum -= hessenberg[i, j] * y[first + j] }
      image[i] = sum
    }
  }

  /// Turns the rows of some columns as those of H̲ were turned: Ω A, where Ω H̲ is the triangle.
  ///
  /// - Parameters:
  ///   - a: Columns, `leading` entries each; the rows that are turned begin at `first`.
  ///   - columns: How many columns.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func rotate(_ a: inout [S], leading: Int, from first: Int, columns: Int) {
    let last = rotations(leading, first, a.count, columns)
    for j in 0..<columns {
      let at = first + j * leading
      for i in 0..<last {
        let (above, below) = (a[at + i], a[at + i + 1])
        a[at + i] = S(real: cosines[i]) * above + sines[i] * below
        a[at + i + 1] = -sines[i].conjugate * above + S(real: cosines[i]) * below
      }
    }
  }

  /// Turns the rows back: Ωᴴ A.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func rotateBack(_ a: inout [S], leading: Int, from first: Int, columns: Int) {
    let last = rotations(leading, first, a.count, columns)
    for j in 0..<columns {
      let at = first + j * leading
      for i in (0..<last).reversed() {
        let (above, below) = (a[at + i], a[at + i + 1])
        a[at + i] = S(real: cosines[i]) * above - sines[i] * below
        a[at + i + 1] = sines[i].conjugate * above + S(real: cosines[i]) * below
      }
    }
  }

  /// The rotations that act on columns of so many rows: the last of an invariant space is none.
  private func rotations(_ leading: Int, _ first: Int, _ room: Int, _ columns: Int) -> Int {
    precondition(
      leading - first >= count && columns * leading <= room,
      "\(count) rotations of \(leading) rows from \(first), \(columns) columns in \(room)")
    return min(count, leading - first - 1)
  }

  /// The smallest pivot relative to the largest: at round-off where the matrix is singular.
  var pivotRatio: Double {
    let pivots = (0..<count).map { triangle[$0, $0].absolute }
    guard let largest = pivots.max(), largest > 0 else { return 0 }
    return (pivots.min() ?? 0) / largest
  }
}
