internal import ComplexModule
internal import LinearAlgebra
internal import RealModule

// Loops over one long vector, cut into pieces that do not depend on the number of threads.

private let piece = 4096

/// y ← y + A c.
func add<S: Scalar>(_ a: DenseMatrix<S>, _ c: [S], into y: inout [S]) {
  precondition(c.count == a.columnCount && y.count == a.rowCount, "a sum of \(c.count) columns")
  guard !c.isEmpty else { return }
  unsafe y.withDisjointWrites { y in
    forEachChunk(of: a.rowCount, size: piece) { rows in
      unsafe a.values.withUnsafeBufferPointer { a in
        unsafe c.withUnsafeBufferPointer { c in
          // Safe: the rows belong to this piece alone; the shapes were compared.
          guard let base = a.baseAddress, let x = c.baseAddress, let y = unsafe y.base.baseAddress
          else { return }
          unsafe S.gemv(
            .plain, rows.count, c.count, 1, base + rows.lowerBound, a.count / c.count, x, 1,
            y + rows.lowerBound)
        }
      }
    }
  }
}

/// x ← x / a, by division: a quotient of equal magnitudes is exactly one.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func divide<S: Scalar>(_ x: inout [S], by a: S) {
  for i in x.indices { x[i] /= a }
}

/// The largest weighted magnitude in each block of `height` entries.
func blockSizes<S: Scalar>(_ x: [S], _ height: Int, _ weights: [Double]?) -> [Double] {
  var sizes = [Double](repeating: 0, count: (x.count + height - 1) / height)
  unsafe sizes.withDisjointWrites { sizes in
    forEachChunk(of: x.count, size: height) { rows in
      unsafe x.withUnsafeBufferPointer { x in
        guard let base = x.baseAddress else { return }
        // Safe: block and rows belong to this piece alone.
        unsafe sizes.base[rows.lowerBound / height] = largestMagnitude(
          of: base + rows.lowerBound, count: rows.count, weights, from: rows.lowerBound)
      }
    }
  }
  return sizes
}

extension Array where Element: Scalar {
  /// The first place of the largest weighted magnitude, to twelve digits; nil if all are zero.
  func largestPlace(_ weights: [Double]?) -> (place: Int, magnitude: Double)? {
    let sizes = blockSizes(self, piece, weights)
    guard let largest = sizes.max(), largest > 0 else { return nil }
    let near = (1 - 1e-12) * largest
    for (block, size) in sizes.enumerated() where size >= near {
      let rows = block * piece..<Swift.min(count, (block + 1) * piece)
      for i in rows where self[i].absolute * (weights?[i] ?? 1) >= near {
        return (i, largest)
      }
    }
    return nil
  }
}
