internal import ComplexModule
internal import LinearAlgebra
internal import RealModule

/// Orthonormal columns [C | V] that an Arnoldi process adds to: a fixed leading part C (the image
/// of a recycled space, possibly empty) and the growing Krylov basis V.
///
/// A new vector is projected once by classical Gram–Schmidt, two passes over the columns. The
/// projection is repeated when the vector nearly vanished, or when the loss of orthogonality, which
/// each step multiplies by ‖h‖/‖w′‖ at worst, may have grown to 1e-7: what a Krylov method needs of
/// its basis is far less than round-off, because Â V = W H̲ holds whatever the angles are.
///
/// - Source: Giraud, Langou, Rozložník, *The loss of orthogonality in the Gram–Schmidt
///   orthogonalization process*, Comput. Math. Appl. 50 (2005).
struct OrthonormalColumns<S: Scalar>: Sendable {
  let order: Int
  let capacity: Int
  /// From one column to the next: an odd number of cache lines.
  ///
  /// Columns a multiple of 4096 bytes apart meet in the same few places of the first-level cache, and
  /// products with thirty of them took twice as long (45 to 55 instead of 85 to 98 GFLOP/s).
  let leading: Int
  /// The columns in use.
  private(set) var count = 0
  /// All columns, `leading` × `capacity`.
  var values: [S]
  /// The coefficients of the vector that was projected last, one for each column in use.
  private(set) var coefficients: [S]
  private var correction: [S]
  private var partial: [S]
  private var loss = Double.ulpOfOne

  /// Rows of a chunk: its part of all columns stays in the second-level cache.
  static var chunk: Int { 2048 }
  private var chunks: Int { (order + Self.chunk - 1) / Self.chunk }

  init(order: Int, capacity: Int) {
    self.order = order
    self.capacity = capacity
    leading = oddLines(order, of: S.self)
    values = [S](repeating: S.zero, count: leading * capacity)
    coefficients = [S](repeating: S.zero, count: capacity)
    correction = coefficients
    partial = [S](
      repeating: S.zero, count: (capacity + 1) * max(1, (order + Self.chunk - 1) / Self.chunk))
  }

  /// Keeps the first `count` columns only.
  mutating func truncate(to count: Int) {
    self.count = count
    loss = Double.ulpOfOne
  }

  /// Adds α w as the next column.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func append(_ w: [S], times alpha: Double) {
    precondition(count < capacity && w.count == order, "a column beyond \(capacity)")
    let at = count * leading
    unsafe values.withDisjointWrites { values in
      forEachChunk(of: order, size: Self.chunk) { rows in
        // Safe: `w` has `order` entries and the column lies within the capacity.
        unsafe w.withUnsafeBufferPointer { w in
          for i in rows { unsafe values.base[at &+ i] = S(real: alpha) * w[i] }
        }
      }
    }
    count += 1
  }

  /// Adds α w as the next column and writes it to v, in one pass.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func append(_ w: [S], times alpha: Double, copyTo v: inout [S]) {
    precondition(
      count < capacity && w.count == order && v.count == order, "a column beyond \(capacity)")
    let at = count * leading
    unsafe values.withDisjointWrites { values in
      unsafe v.withDisjointWrites { v in
        forEachChunk(of: order, size: Self.chunk) { rows in
          // Safe: `w` and `v` have `order` entries and the column lies within the capacity.
          unsafe w.withUnsafeBufferPointer { w in
            for i in rows {
              let value = unsafe S(real: alpha) * w[i]
              unsafe (values.base[at &+ i] = value)
              unsafe (v.base[i] = value)
            }
          }
        }
      }
    }
    count += 1
  }

  /// Replaces the leading columns by those of `matrix` and drops the others.
  mutating func replace(by matrix: DenseMatrix<S>) {
    precondition(
      matrix.rowCount == order && matrix.columnCount <= capacity,
      "\(matrix.rowCount) × \(matrix.columnCount) into \(order) × \(capacity)")
    for j in 0..<matrix.columnCount {
      values.replaceSubrange(
        j * leading..<j * leading + order,
        with: matrix.values[j * order..<(j + 1) * order])
    }
    truncate(to: matrix.columnCount)
  }

  /// Copies a column into v.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func copyColumn(_ j: Int, into v: inout [S]) {
    precondition(j < capacity && v.count == order, "column \(j) of \(capacity)")
    for i in 0..<order { v[i] = values[i + j * leading] }
  }

  /// Replaces a column by v; the columns in use are no longer known to be orthonormal.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func setColumn(_ j: Int, _ v: [S]) {
    precondition(j < capacity && v.count == order, "column \(j) of \(capacity)")
    for i in 0..<order { values[i + j * leading] = v[i] }
  }

  /// The columns in use, or some of them.
  func matrix(_ range: Range<Int>) -> DenseMatrix<S> {
    var result = DenseMatrix<S>(rowCount: order, columnCount: range.count)
    for (k, j) in range.enumerated() {
      result.values.replaceSubrange(
        k * order..<(k + 1) * order, with: values[j * leading..<j * leading + order])
    }
    return result
  }

  /// w ← w − Q Qᴴw; the coefficients Qᴴw are kept.
  ///
  /// - Returns: ‖w‖ afterwards, zero where nothing but round-off was left.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func orthogonalize(_ w: inout [S]) -> Double {
    project(w)
    for j in 0..<count { coefficients[j] = correction[j] }
    let removed = norm(ofFirst: count, coefficients)
    var rest = subtract(from: &w)
    guard removed.isFinite, rest.isFinite else { return .nan }
    let growth = removed / max(rest, Double.leastNormalMagnitude)
    if growth * loss > 1e-7 || growth > 1e3 {
      project(w)
      for j in 0..<count { coefficients[j] += correction[j] }
      let again = norm(ofFirst: count, correction)
      rest = subtract(from: &w)
      if rest <= 1e-2 * again || rest <= 4 * Double.ulpOfOne * removed { return 0 }
    } else if growth > 1 {
      loss *= growth
    }
    return rest
  }

  /// x ← x + Σ yⱼ qⱼ over the columns from `first` on, as many as y has entries.
  func add(_ y: [S], from first: Int, into x: inout [S]) { add(y, y.count, from: first, into: &x) }

  /// The same with the first entries of y.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func add(_ y: [S], _ columns: Int, from first: Int, into x: inout [S]) {
    precondition(
      first + columns <= count && columns <= y.count, "\(columns) columns from \(first) of \(count)"
    )
    let (order, leading) = (order, leading)
    guard columns > 0 else { return }
    unsafe x.withDisjointWrites { x in
      forEachChunk(of: order, size: Self.chunk) { rows in
        // Safe: the columns lie in `values`, the rows in `x`.
        unsafe values.withUnsafeBufferPointer { q in
          unsafe y.withUnsafeBufferPointer { y in
            guard let q = q.baseAddress, let y = y.baseAddress, let x = unsafe x.base.baseAddress
            else { return }
            unsafe S.gemv(
              .plain, rows.count, columns, 1, q + first * leading + rows.lowerBound, leading, y, 1,
              x + rows.lowerBound)
          }
        }
      }
    }
  }

  /// The columns from `first` on, times a matrix with a row for each of them.
  func times(_ matrix: DenseMatrix<S>, from first: Int) -> DenseMatrix<S> {
    var result = DenseMatrix<S>(rowCount: order, columnCount: matrix.columnCount)
    multiply(matrix, from: first, into: &result, adding: false)
    return result
  }

  /// X ← Q M, or X + Q M, over the columns of Q from `first` on.
  func multiply(
    _ matrix: DenseMatrix<S>, from first: Int, into x: inout DenseMatrix<S>, adding: Bool
  ) {
    precondition(
      first + matrix.rowCount <= capacity, "\(matrix.rowCount) columns from \(first) of \(capacity)"
    )
    multiplyTall(values, leading, from: first, matrix, into: &x, adding: adding)
  }

  /// `correction` ← Qᴴw: the parts of the chunks, added in their order.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  private mutating func project(_ w: [S]) {
    let (order, leading, count) = (order, leading, count)
    guard count > 0 else { return }
    let values = values
    unsafe partial.withDisjointWrites { partial in
      forEachChunk(of: order, size: Self.chunk) { rows in
        // Safe: each chunk writes its own `count` numbers.
        unsafe values.withUnsafeBufferPointer { q in
          unsafe w.withUnsafeBufferPointer { w in
            guard let q = q.baseAddress, let w = w.baseAddress,
              let part = unsafe partial.base.baseAddress
            else { return }
            unsafe S.gemv(
              .adjoint, rows.count, count, 1, q + rows.lowerBound, leading, w + rows.lowerBound, 0,
              part + rows.lowerBound / Self.chunk * count)
          }
        }
      }
    }
    for j in 0..<count {
      var sum = S.zero
      for chunk in 0..<chunks { sum += partial[chunk * count + j] }
      correction[j] = sum
    }
  }

  /// w ← w − Q `correction`; ‖w‖.
  ///
  /// From the last chunk to the first: the cache still holds those that were projected last.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  private mutating func subtract(from w: inout [S]) -> Double {
    let (order, leading, count) = (order, leading, count)
    let (values, correction) = (values, correction)
    let (chunk, last) = (Self.chunk, chunks - 1)
    unsafe w.withDisjointWrites { w in
      unsafe partial.withDisjointWrites { partial in
        forEachChunk(of: last + 1, size: 1) { turn in
          let part = last - turn.lowerBound
          let rows = part * chunk..<min(order, (part + 1) * chunk)
          // Safe: as in `project`.
          unsafe values.withUnsafeBufferPointer { q in
            unsafe correction.withUnsafeBufferPointer { h in
              guard let q = q.baseAddress, let h = h.baseAddress,
                let w = unsafe w.base.baseAddress
              else { return }
              let piece = unsafe w + rows.lowerBound
              if count > 0 {
                unsafe S.gemv(
                  .plain, rows.count, count, -1, q + rows.lowerBound, leading, h, 1, piece)
              }
              unsafe partial.base[part] = S.dot(rows.count, piece, piece)
            }
          }
        }
      }
    }
    var square = 0.0
    for part in 0..<chunks { square += partial[part].realPart }
    return square.squareRoot()
  }

  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  private func norm(ofFirst count: Int, _ h: [S]) -> Double {
    var square = 0.0
    for j in 0..<count {
      let length = h[j].absolute
      square += length * length
    }
    return square.squareRoot()
  }
}

/// `count` entries rounded up to an odd number of cache lines of 64 bytes.
func oddLines<S>(_ count: Int, of type: S.Type) -> Int {
  let line = max(1, 64 / MemoryLayout<S>.stride)
  return ((count + line - 1) / line | 1) * line
}
