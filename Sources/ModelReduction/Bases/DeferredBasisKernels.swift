internal import LinearAlgebra

/// Rows of a chunk of a pass over w columns with s at work.
///
/// With 256 rows the second product of a pass finds the chunk in the nearest caches: measured with
/// 60 columns and 5 at work, 7 ms a pass over 100 000 rows against 9 ms with 1024 rows. Products of
/// more than 10⁶ multiplications are packed by OpenBLAS, which pays from 1024 rows on: with 115 and
/// 10, 25 ms against 30 ms.
private func chunkRows(_ w: Int, _ s: Int) -> Int { w * s * 1024 > 1_000_000 ? 1024 : 256 }

extension DeferredBasis {
  /// Puts a block to work as C = block − X D, with X ← X F before where F is given, and finds XᵀMC and
  /// CᵀMC, all in one pass.
  ///
  /// - Precondition: No columns are at work.
  /// - Returns: D, foreseen by the sketch or zero, and what is found.
  mutating func projection(
    of block: DenseMatrix<Double>, turningBy f: DenseMatrix<Double>?
  ) -> (subtracted: DenseMatrix<Double>, found: Projection) {
    precondition(pending == 0 && block.rowCount == rowCount, "\(pending) columns are at work")
    let s = block.columnCount
    renewSketch(for: width + s)
    var turn: TallTurn?
    if let f {
      let plan = TallTurn.plan(transform * f, lengths: lengths)
      (turn, transform, lengths) = (plan.turn, plan.transform, plan.lengths)
      width = f.columnCount
      sketch?.turn(plan.turn, width: width)
    }
    let foreseen = width > 0 ? sketch?.coordinates(of: block, transform: transform) : nil
    let needed = (width + s) * rowCount
    if values.count < needed {
      values.append(contentsOf: repeatElement(0, count: needed - values.count))
    }
    let image: Image
    switch weighting {
    case .euclidean: image = .itself
    case .diagonal(let weights): image = .weighted(weights)
    case .matrix(let m): image = .columns(m * block)
    }
    let sums = pass(
      foreseen.map { transform * $0 }, image, over: width, at: s,
      after: Entry(turn: turn, block: block))
    values.removeLast(values.count - needed)
    return (
      foreseen ?? DenseMatrix(rowCount: width, columnCount: s),
      Projection(
        coordinates: transform.adjointTimes(sums.rows(0..<width)),
        gram: sums.rows(width..<width + pending))
    )
  }

  /// Sees that a sketch foresees the coordinates of blocks behind so many columns, where the rows are
  /// many more than its sums.
  private mutating func renewSketch(for w: Int) {
    if let sketch, sketch.serves(w) { return }
    sketch = nil
    let weights: [Double]?
    switch weighting {
    case .euclidean: weights = nil
    case .diagonal(let factors): weights = factors
    case .matrix: return
    }
    guard width > 0, rowCount >= 256 * w else { return }
    sketch = BasisSketch(of: tallColumns, weights: weights, width: w)
  }

  /// What is done to the rows of a chunk before anything else: the columns of the pass are turned,
  /// and a block comes to stand behind them.
  private struct Entry {
    let turn: TallTurn?
    let block: DenseMatrix<Double>?
  }

  /// XᵀMC and CᵀMC of the columns C at work, after C ← C − X D where D is given.
  mutating func projection(subtracting d: DenseMatrix<Double>? = nil) -> Projection {
    let shift = d.map { transform * $0 }
    if let shift { sketch?.subtract(shift) }
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
      coordinates: transform.adjointTimes(sums.rows(0..<width)),
      gram: sums.rows(width..<width + pending))
  }

  /// C ← C − X D.
  mutating func subtract(_ d: DenseMatrix<Double>) {
    let shift = transform * d
    sketch?.subtract(shift)
    pass(shift, .nothing, over: width)
  }

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
    _ shift: DenseMatrix<Double>?, _ image: Image, over w: Int, at work: Int? = nil,
    after entry: Entry? = nil
  ) -> DenseMatrix<Double> {
    let (n, s, start) = (rowCount, work ?? pending, (width - w) * rowCount)
    let size = (w + s) * s
    // Few columns at work are better the left factor: 5 ms a pass against 5.5 ms, as above.
    let isFlat = s < 8
    var sum = DenseMatrix<Double>(rowCount: isFlat ? s : w + s, columnCount: isFlat ? w + s : s)
    guard n > 0, s > 0 else { return DenseMatrix(rowCount: w + s, columnCount: s) }
    let shift = w > 0 ? shift : nil
    // Several chunks add up in one sum, so that the sums take little beside the basis.
    let chunkSize = chunkRows(w, s)
    let segment = 16 * chunkSize
    let count = (n + segment - 1) / segment
    var partial = [Double](repeating: 0, count: count * size)
    unsafe values.withDisjointWrites { b in
      unsafe partial.withDisjointWrites { partial in
        forEachChunk(of: n, size: segment, scratch: { [Double]() }) { scratch, segmentRows in
          guard let b = unsafe b.base.baseAddress, let partial = unsafe partial.base.baseAddress
          else { return }
          for first in stride(
            from: segmentRows.lowerBound, to: segmentRows.upperBound, by: chunkSize)
          {
            // Safe: rows lie within n, the columns within the w + s that `values` holds, and each
            // segment has its own rows of C and its own part of the sums.
            let length = min(chunkSize, segmentRows.upperBound - first)
            let (basis, c) = unsafe (b + start + first, b + start + first + w * n)
            if let entry {
              if let turn = entry.turn {
                unsafe apply(turn, to: basis, leading: n, rows: length, &scratch)
              }
              unsafe entry.block?.values.withUnsafeBufferPointer { block in
                guard let block = block.baseAddress else { return }
                for j in 0..<s {
                  unsafe (c + j * n).update(from: block + first + j * n, count: length)
                }
              }
            }
            if let shift {
              unsafe shift.values.withUnsafeBufferPointer { e in
                guard let e = e.baseAddress else { return }
                unsafe Double.gemm(
                  .plain, .plain, length, s, w, -1, basis, n, e, w, 1, c, n)
              }
            }
            let target = unsafe partial + first / segment * size
            let before = first == segmentRows.lowerBound ? 0.0 : 1
            func multiply(_ y: UnsafePointer<Double>, _ ldy: Int) {
              if isFlat {
                unsafe Double.gemm(
                  .transposed, .plain, s, w + s, length, 1, y, ldy, basis, n, before,
                  target, s)
              } else {
                unsafe Double.gemm(
                  .transposed, .plain, w + s, s, length, 1, basis, n, y, ldy, before,
                  target, w + s)
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
    }
    for chunk in 0..<count {
      for k in 0..<size { sum.values[k] += partial[chunk * size + k] }
    }
    return isFlat ? sum.transposed() : sum
  }

  /// C ← C F for a square F.
  mutating func multiplyPending(by f: DenseMatrix<Double>) {
    let (n, start) = (rowCount, width * rowCount)
    sketch?.multiplyPending(by: f)
    guard n > 0, f.columnCount > 0 else { return }
    unsafe values.withDisjointWrites { b in
      forEachChunk(of: n, size: 1024, scratch: { [Double]() }) { scratch, rows in
        guard let b = unsafe b.base.baseAddress else { return }
        // Safe: rows lie within n, and as many columns as F has are at work.
        unsafe apply(
          .product(f), to: b + start + rows.lowerBound, leading: n, rows: rows.count, &scratch)
      }
    }
  }

  /// C ← C F, and what a projection then finds if XᵀMC is known to be `coordinates`.
  mutating func divide(
    by f: DenseMatrix<Double>, _ coordinates: DenseMatrix<Double>
  ) -> Projection {
    // A sparse product needs the columns turned; others find them turned on the way.
    var entry: Entry? = Entry(turn: .product(f), block: nil)
    if case .matrix = weighting {
      multiplyPending(by: f)
      entry = nil
    } else {
      sketch?.multiplyPending(by: f)
    }
    let image: Image =
      switch weighting {
      case .euclidean: .itself
      case .diagonal(let weights): .weighted(weights)
      case .matrix(let m): .columns(m * pendingColumns)
      }
    return Projection(coordinates: coordinates, gram: pass(nil, image, over: 0, after: entry))
  }

  /// The columns at work, copied.
  var pendingColumns: DenseMatrix<Double> {
    DenseMatrix(
      rowCount: rowCount, columnCount: pending, values: Array(values[(width * rowCount)...]))
  }

  /// The columns at work, taken out.
  mutating func takePending() -> DenseMatrix<Double> {
    sketch?.forgetPending()
    let columns = pendingColumns
    values.removeLast(values.count - width * rowCount)
    return columns
  }

  /// Keeps some of the columns at work, in order.
  mutating func keepPending(_ kept: [Int]) {
    guard kept.count < pending else { return }
    sketch?.keepPending(kept)
    let n = rowCount
    for (k, j) in kept.enumerated() where k != j {
      for i in 0..<n { values[(width + k) * n + i] = values[(width + j) * n + i] }
    }
    values.removeLast(values.count - (width + kept.count) * n)
  }

  /// BᵀMB.
  ///
  /// - Precondition: No columns are at work.
  func gramian() -> DenseMatrix<Double> {
    let b = tallColumns
    var gram = TallGram(columnCount: width)
    switch weighting {
    case .euclidean: gram.append(TallBlock(b))
    case .diagonal(let weights):
      gram.append(TallBlock(b, map: RowMap(factors: weights.map { $0.squareRoot() })))
    case .matrix(let m): gram.append(TallBlock(b), in: m)
    }
    return gram.matrix
  }

  /// B, shared and not copied.
  ///
  /// - Precondition: No columns are at work.
  private var tallColumns: DenseMatrix<Double> {
    precondition(pending == 0, "\(pending) columns are at work")
    return DenseMatrix(rowCount: rowCount, columnCount: width, values: values)
  }

  /// X F for small F.
  ///
  /// - Precondition: No columns are at work.
  func columns(_ f: DenseMatrix<Double>) -> DenseMatrix<Double> { tallColumns * (transform * f) }
}

/// Turns the columns of some rows, each where it stands.
///
/// - Parameters:
///   - b: The first of the rows, by columns with a leading dimension.
///   - scratch: Room for some of the columns, made here.
func apply(
  _ turn: TallTurn, to b: UnsafeMutablePointer<Double>, leading n: Int, rows: Int,
  _ scratch: inout [Double]
) {
  let columns =
    switch turn {
    case .product(let f): f.columnCount
    case .folding(let folding): folding.removed.count
    }
  if scratch.count < rows * columns { scratch = [Double](repeating: 0, count: rows * columns) }
  // Safe: the columns lie in B; what is overwritten has been read into the scratch before.
  unsafe scratch.withUnsafeMutableBufferPointer { scratch in
    guard let y = scratch.baseAddress else { return }
    switch turn {
    case .product(let f):
      let w = f.rowCount
      unsafe f.values.withUnsafeBufferPointer { f in
        guard let f = f.baseAddress else { return }
        unsafe Double.gemm(.plain, .plain, rows, columns, w, 1, b, n, f, w, 0, y, rows)
      }
      for j in 0..<columns { unsafe (b + j * n).update(from: y + j * rows, count: rows) }
    case .folding(let folding):
      for (i, j) in folding.removed.enumerated() {
        unsafe (y + i * rows).update(from: b + j * n, count: rows)
      }
      for (from, to) in folding.moves {
        unsafe (b + to * n).update(from: b + from * n, count: rows)
      }
      unsafe folding.weights.values.withUnsafeBufferPointer { w in
        guard let w = w.baseAddress else { return }
        unsafe Double.gemm(
          .plain, .plain, rows, folding.weights.columnCount, columns, 1, y, rows, w, columns, 1, b,
          n)
      }
    }
  }
}
