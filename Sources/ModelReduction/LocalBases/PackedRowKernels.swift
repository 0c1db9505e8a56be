internal import LinearAlgebra

/// Objects whose full rows are gathered together: their entries above the diagonal stand side by
/// side in the packed rows below, so that no cache line is fetched for a single number.
private let rowBlock = 16

extension DissimilarityMatrix {
  /// Writes full rows, one after another, each of m numbers.
  ///
  /// - Parameter buffer: Room for m numbers per row.
  func gather(rows: Range<Int>, into buffer: UnsafeMutablePointer<Double>) {
    let n = count
    precondition(rows.lowerBound >= 0 && rows.upperBound <= n, "rows \(rows) of \(n)")
    // Safe: i (i − 1) / 2 + j with j < i < n stays within the triangle.
    unsafe packed.withUnsafeBufferPointer { packed in
      for i in rows {
        let target = unsafe buffer + (i - rows.lowerBound) * n
        unsafe target[i] = 0
        let start = i * (i - 1) / 2
        for j in 0..<i { unsafe target[j] = packed[start &+ j] }
      }
      for i in rows.lowerBound..<n {
        let start = i * (i - 1) / 2
        for j in rows.lowerBound..<min(i, rows.upperBound) {
          unsafe buffer[(j &- rows.lowerBound) &* n &+ i] = packed[start &+ j]
        }
      }
    }
  }

  /// A full row.
  func row(_ i: Int) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    unsafe result.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { unsafe gather(rows: i..<i + 1, into: base) }
    }
    return result
  }

  /// What `body` makes of each full row in a range, on all threads, in their order.
  func mapRows<Value: Sendable>(
    _ range: Range<Int>, _ body: @Sendable (Int, UnsafePointer<Double>) -> Value
  ) -> [Value] {
    let n = count
    var results = [Value?](repeating: nil, count: range.count)
    unsafe results.withDisjointWrites { results in
      forEachChunk(
        of: range.count, size: rowBlock,
        scratch: { [Double](repeating: 0, count: rowBlock * n) }
      ) { scratch, part in
        unsafe scratch.withUnsafeMutableBufferPointer { scratch in
          guard let base = scratch.baseAddress else { return }
          let first = range.lowerBound + part.lowerBound
          unsafe gather(rows: first..<first + part.count, into: base)
          for k in part {
            // Safe: place k belongs to this part alone.
            unsafe results.base[k] = body(
              range.lowerBound + k, UnsafePointer(base + (k - part.lowerBound) * n))
          }
        }
      }
    }
    return results.compactMap { $0 }
  }

  /// Σ_i D_ic for each c.
  func rowSums() -> [Double] {
    let n = count
    return unsafe mapRows(0..<n) { _, row in
      var sum = 0.0
      for i in 0..<n { unsafe sum += row[i] }
      return sum
    }
  }

  /// Σ_i max(0, nᵢ − D_ic) for each c: what a further medoid c would save where the nearest of the
  /// others is nᵢ away.
  ///
  /// Each stored number is read once, for both of its objects.
  func savings(over nearest: [Double]) -> [Double] {
    let (n, height) = (count, 128)
    precondition(nearest.count == n, "\(nearest.count) distances for \(n) objects")
    let chunkCount = (n + height - 1) / height
    var partial = [Double](repeating: 0, count: chunkCount * n)
    unsafe partial.withDisjointWrites { partial in
      forEachChunk(of: n, size: height) { rows in
        unsafe packed.withUnsafeBufferPointer { packed in
          unsafe nearest.withUnsafeBufferPointer { nearest in
            guard let near = nearest.baseAddress, let base = unsafe partial.base.baseAddress
            else { return }
            // Safe: each chunk owns n numbers of `partial`.
            let mine = unsafe base + rows.lowerBound / height * n
            for i in rows {
              let start = i * (i - 1) / 2
              var own = unsafe near[i]
              if i > 0, let row = packed.baseAddress {
                unsafe own += saveRow(row + start, i, near, into: mine)
              }
              unsafe mine[i] += own
            }
          }
        }
      }
    }
    var sum = [Double](repeating: 0, count: n)
    for chunk in 0..<chunkCount {
      for c in 0..<n { sum[c] += partial[chunk * n + c] }
    }
    return sum
  }
}

/// gain_j += max(0, n_i − d_j) for j < i; Σ_j max(0, n_j − d_j).
///
/// Eight sums side by side: one would wait for its own additions.
private func saveRow(
  _ row: UnsafePointer<Double>, _ i: Int, _ near: UnsafePointer<Double>,
  into gain: UnsafeMutablePointer<Double>
) -> Double {
  let mine = unsafe near[i]
  var sums = SIMD8<Double>.zero
  let (d, n, g) = unsafe (
    UnsafeRawPointer(row), UnsafeRawPointer(near), UnsafeMutableRawPointer(gain)
  )
  var j = 0
  while j &+ 8 <= i {
    let at = 8 &* j
    let far = unsafe d.loadUnaligned(fromByteOffset: at, as: SIMD8<Double>.self)
    let theirs = unsafe n.loadUnaligned(fromByteOffset: at, as: SIMD8<Double>.self) - far
    sums += theirs.replacing(with: 0, where: theirs .< 0)
    let ours = SIMD8(repeating: mine) - far
    let old = unsafe g.loadUnaligned(fromByteOffset: at, as: SIMD8<Double>.self)
    unsafe g.storeBytes(
      of: old + ours.replacing(with: 0, where: ours .< 0), toByteOffset: at,
      as: SIMD8<Double>.self)
    j &+= 8
  }
  var sum = sums.sum()
  while j < i {
    unsafe sum += max(0, near[j] - row[j])
    unsafe gain[j] += max(0, mine - row[j])
    j &+= 1
  }
  return sum
}

/// The Euclidean distances between the columns of a matrix, packed.
func pairDistances(_ points: DenseMatrix<Double>) -> [Double] {
  let (n, p) = (points.columnCount, points.rowCount)
  var result = [Double](repeating: 0, count: n * (n - 1) / 2)
  unsafe result.withDisjointWrites { result in
    forEachChunk(of: n, size: 32) { rows in
      unsafe points.values.withUnsafeBufferPointer { x in
        for i in rows {
          for j in 0..<i {
            var sum = 0.0
            for k in 0..<p {
              let difference = unsafe x[i &* p &+ k] - x[j &* p &+ k]
              sum += difference * difference
            }
            // Safe: row i of the triangle belongs to this chunk alone.
            unsafe result.base[i &* (i &- 1) / 2 &+ j] = sum.squareRoot()
          }
        }
      }
    }
  }
  return result
}

extension DissimilarityMatrix {
  /// For each object, the sums of its dissimilarities to the objects of each cluster.
  func clusterSums(_ labels: [Int], count k: Int) -> [[Double]] {
    let n = count
    precondition(labels.count == n && labels.allSatisfy { $0 < k }, "labels of \(k) clusters")
    return unsafe mapRows(0..<n) { _, row in
      var sums = [Double](repeating: 0, count: k)
      for i in 0..<n { unsafe sums[labels[i]] += row[i] }
      return sums
    }
  }
}
