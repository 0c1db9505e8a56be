internal import LinearAlgebra

/// Rows of a chunk of a pass over w columns with s at work.
///
/// With 256 rows the second product of a pass finds the chunk in the nearest caches: measured with
/// 60 columns and 5 at work, 7 ms a pass over 100 000 rows against 9 ms with 1024 rows. Products of
/// more than 10⁶ multiplications are packed by OpenBLAS, which pays from 1024 rows on: with 115 and
/// 10, 25 ms against 30 ms.
private func chunkRows(_ w: Int, _ s: Int) -> Int { w * s * 1024 > 1_000_000 ? 1024 : 256 }

extension DeferredBasis {
  /// XᵀMC and CᵀMC of the columns C at work, after C ← C − X D where D is given.
  mutating func projection(subtracting d: DenseMatrix<Double>? = nil) -> Projection {
    let shift = d.map { triangle * $0 }
    let sums: DenseMatrix<Double>
    if case .matrix(let m) = weighting {
      if let shift { pass(shift, .nothing, over: width) }
      sums = pass(nil, .columns(m * pendingColumns), over: width)
    } else if case .diagonal(let weights) = weighting {
      sums = pass(shift, .weighted(weights), over: width)
    } else {
      sums = pass(shift, .itself, over: width)
    }
    return Projection(
      coordinates: triangle.adjointTimes(sums.rows(0..<width)),
      gram: sums.rows(width..<width + pending))
  }

  /// C ← C − X D.
  mutating func subtract(_ d: DenseMatrix<Double>) { pass(triangle * d, .nothing, over: width) }

  /// What the columns are multiplied with after the subtraction.
  private enum Image {
    case nothing
    case itself
    case weighted([Double])
    case columns(DenseMatrix<Double>)
  }

  /// C ← C − B E, then [B C]ᵀ times the image of C, chunk by chunk in one pass over B, or over
  /// its last `w` columns.
  @discardableResult
  private mutating func pass(
    _ shift: DenseMatrix<Double>?, _ image: Image, over w: Int
  ) -> DenseMatrix<Double> {
    let (n, s, start) = (rowCount, pending, (width - w) * rowCount)
    let size = (w + s) * s
    // Few columns at work are better the left factor: 5 ms a pass against 5.5 ms, as above.
    let isFlat = s < 8
    var sum = DenseMatrix<Double>(rowCount: isFlat ? s : w + s, columnCount: isFlat ? w + s : s)
    guard n > 0, s > 0 else { return DenseMatrix(rowCount: w + s, columnCount: s) }
    let shift = w > 0 ? shift : nil
    let chunkSize = chunkRows(w, s)
    let count = (n + chunkSize - 1) / chunkSize
    var partial = [Double](repeating: 0, count: count * size)
    unsafe values.withDisjointWrites { b in
      unsafe partial.withDisjointWrites { partial in
        forEachChunk(of: n, size: chunkSize, scratch: { [Double]() }) { scratch, rows in
          guard let b = unsafe b.base.baseAddress, let partial = unsafe partial.base.baseAddress
          else { return }
          // Safe: rows lie within n, the columns within the w + s that `values` holds, and each
          // chunk has its own rows of C and its own part of the sums.
          let (first, length) = (rows.lowerBound, rows.count)
          let (basis, c) = unsafe (b + start + first, b + start + first + w * n)
          if let shift {
            unsafe shift.values.withUnsafeBufferPointer { e in
              guard let e = e.baseAddress else { return }
              unsafe Double.gemm(
                .plain, .plain, length, s, w, -1, basis, n, e, w, 1, c, n)
            }
          }
          let target = unsafe partial + first / chunkSize * size
          func multiply(_ y: UnsafePointer<Double>, _ ldy: Int) {
            if isFlat {
              unsafe Double.gemm(
                .transposed, .plain, s, w + s, length, 1, y, ldy, basis, n, 0, target, s)
            } else {
              unsafe Double.gemm(
                .transposed, .plain, w + s, s, length, 1, basis, n, y, ldy, 0, target, w + s)
            }
          }
          switch image {
          case .nothing: break
          case .itself:
            unsafe multiply(c, n)
          case .weighted(let weights):
            if scratch.count < length * s { scratch = [Double](repeating: 0, count: length * s) }
            unsafe scratch.withUnsafeMutableBufferPointer { scratch in
              guard let y = scratch.baseAddress else { return }
              for j in 0..<s {
                for i in 0..<length {
                  unsafe y[i &+ j &* length] = weights[first &+ i] * c[i &+ j &* n]
                }
              }
              unsafe multiply(y, length)
            }
          case .columns(let y):
            unsafe y.values.withUnsafeBufferPointer { y in
              guard let y = y.baseAddress else { return }
              unsafe multiply(y + first, n)
            }
          }
        }
      }
    }
    for chunk in 0..<count {
      for k in 0..<size { sum.values[k] += partial[chunk * size + k] }
    }
    return isFlat ? sum.transposed() : sum
  }

  /// C ← C F for a square F.
  mutating func multiplyPending(by f: DenseMatrix<Double>) {
    multiply(from: width, by: f)
  }

  /// C ← C F, and what a projection then finds if XᵀMC is known to be `coordinates`.
  mutating func divide(
    by f: DenseMatrix<Double>, _ coordinates: DenseMatrix<Double>
  ) -> Projection {
    multiplyPending(by: f)
    let gram: DenseMatrix<Double>
    switch weighting {
    case .euclidean: gram = pass(nil, .itself, over: 0)
    case .diagonal(let weights): gram = pass(nil, .weighted(weights), over: 0)
    case .matrix(let m): gram = pass(nil, .columns(m * pendingColumns), over: 0)
    }
    return Projection(coordinates: coordinates, gram: gram)
  }

  /// Replaces the columns from `first` on by their product with F, a chunk of rows after the other
  /// in the place it has: no second tall matrix.
  private mutating func multiply(from first: Int, by f: DenseMatrix<Double>) {
    let (n, w, k) = (rowCount, f.rowCount, f.columnCount)
    guard n > 0, k > 0 else { return }
    let chunkSize = chunkRows(w, 1)
    unsafe values.withDisjointWrites { b in
      forEachChunk(
        of: n, size: chunkSize, scratch: { [Double](repeating: 0, count: chunkSize * k) }
      ) { scratch, rows in
        guard let b = unsafe b.base.baseAddress else { return }
        let part = unsafe b + first * n + rows.lowerBound
        // Safe: as above; the chunk is read whole before it is written.
        unsafe scratch.withUnsafeMutableBufferPointer { scratch in
          unsafe f.values.withUnsafeBufferPointer { f in
            guard let y = scratch.baseAddress, let f = f.baseAddress else { return }
            unsafe Double.gemm(
              .plain, .plain, rows.count, k, w, 1, part, n, f, w, 0, y, rows.count)
            for j in 0..<k {
              unsafe (part + j * n).update(from: y + j * rows.count, count: rows.count)
            }
          }
        }
      }
    }
  }

  /// The columns at work, copied.
  private var pendingColumns: DenseMatrix<Double> {
    DenseMatrix(
      rowCount: rowCount, columnCount: pending, values: Array(values[(width * rowCount)...]))
  }

  /// The columns at work, taken out.
  mutating func takePending() -> DenseMatrix<Double> {
    let columns = pendingColumns
    values.removeLast(values.count - width * rowCount)
    return columns
  }

  /// Keeps some of the columns at work, in order.
  mutating func keepPending(_ kept: [Int]) {
    let n = rowCount
    for (k, j) in kept.enumerated() where k != j {
      for i in 0..<n { values[(width + k) * n + i] = values[(width + j) * n + i] }
    }
    values.removeLast(values.count - (width + kept.count) * n)
  }

  /// B ← B F.
  ///
  /// - Precondition: No columns are at work; F has w rows and at most w columns.
  mutating func replaceColumns(by f: DenseMatrix<Double>) {
    let (w, k) = (width, f.columnCount)
    precondition(pending == 0 && f.rowCount == w && k <= w, "\(w) columns by \(f.rowCount) × \(k)")
    multiply(from: 0, by: f)
    values.removeLast((w - k) * rowCount)
    width = k
  }

  /// XᵀMX, a few columns at a time, which find room behind the basis.
  ///
  /// - Precondition: No columns are at work, and T = I.
  mutating func gramian() -> DenseMatrix<Double> {
    let (n, w) = (rowCount, width)
    precondition(pending == 0, "\(pending) columns are at work")
    var gram = DenseMatrix<Double>(rowCount: w, columnCount: w)
    for first in stride(from: 0, to: w, by: 8) {
      let range = first..<min(w, first + 8)
      let copy = Array(values[range.lowerBound * n..<range.upperBound * n])
      values.append(contentsOf: copy)
      let part = projection().coordinates
      values.removeLast(copy.count)
      for j in range { gram.setColumn(j, part.column(j - first)) }
    }
    return gram
  }

  /// X F for small F.
  ///
  /// - Precondition: No columns are at work.
  func columns(_ f: DenseMatrix<Double>) -> DenseMatrix<Double> {
    DenseMatrix(rowCount: rowCount, columnCount: width, values: values) * (triangle * f)
  }
}
