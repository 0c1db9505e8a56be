internal import LinearAlgebra

extension TranslationInvariantKernel {
  /// K(p − s) for all points s = (x, y, z) of a list.
  ///
  /// - Precondition: The three lists have the same length, and room for the values is no less.
  @inlinable public func evaluate(
    at p: SIMD3<Double>, over x: Span<Double>, _ y: Span<Double>, _ z: Span<Double>,
    into values: inout MutableSpan<Value>
  ) {
    let count = x.count
    precondition(
      y.count == count && z.count == count && values.count >= count, "lists of different lengths")
    let (px, py, pz) = (p.x, p.y, p.z)
    // Safe: the lengths were compared.
    for j in 0..<count {
      unsafe values[unchecked: j] = unsafe value(
        px - x[unchecked: j], py - y[unchecked: j], pz - z[unchecked: j])
    }
  }
}

extension TranslationInvariantKernel {
  /// K(p − s) for some points of a list, into rows of memory that is there.
  func fill(
    _ values: UnsafeMutablePointer<Value>, at p: SIMD3<Double>, over list: PointList,
    _ range: Range<Int>
  ) {
    // Safe: the caller has room for the range.
    var room = unsafe UnsafeMutableBufferPointer(start: values, count: range.count).mutableSpan
    let (x, y, z) = (list.x, list.y, list.z)
    evaluate(
      at: p, over: x.span.extracting(range), y.span.extracting(range), z.span.extracting(range),
      into: &room)
  }

  /// K(x_i − y_j), a column for each y.
  func matrix(_ x: PointList, _ y: PointList) -> DenseMatrix<Value> {
    let m = x.count
    var result = DenseMatrix<Value>(rowCount: m, columnCount: y.count)
    guard m > 0 else { return result }
    // The columns run over targets: K(x − y) = K((−y) − (−x)).
    let mirrored = x.mirrored
    unsafe result.values.withDisjointWrites { values in
      forEachChunk(of: y.count, size: 16) { range in
        guard let base = unsafe values.base.baseAddress else { return }
        for j in range {
          // Safe: column j belongs to this range.
          unsafe fill(base + j * m, at: -y[j], over: mirrored, 0..<m)
        }
      }
    }
    return result
  }
}
