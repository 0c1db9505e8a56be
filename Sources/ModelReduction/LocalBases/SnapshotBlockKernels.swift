internal import LinearAlgebra
internal import RealModule

/// Some of the snapshots in memory, each scaled by a power of two to entries near one.
struct SnapshotBlock: Sendable {
  /// Which.
  let range: Range<Int>
  /// u 2⁻ᵉ, N × b.
  let states: DenseMatrix<Double>
  /// X u 2⁻ᵉ.
  let images: DenseMatrix<Double>
  /// e.
  let exponents: [Int]
  /// ‖u 2⁻ᵉ‖².
  let energies: [Double]

  /// ‖u‖.
  var norms: [Double] {
    zip(energies, exponents).map { Double.exp2(Double($1)) * $0.squareRoot() }
  }

  /// Below this, sin² and relative d² are computed from the difference of the snapshots.
  static let nearness = 1e-8
  static let tile = 128

  init(
    _ source: some SnapshotSource, _ range: Range<Int>, _ product: InnerProduct<Double>,
    _ measure: SnapshotDissimilarity, subtracting shift: [Double]?
  ) throws(SnapshotError) {
    let n = source.dimension
    var states = try source.snapshots(range)
    var exponents = [Int](repeating: 0, count: range.count)
    let columns = states.columnCount
    unsafe states.values.withDisjointWrites { x in
      unsafe exponents.withDisjointWrites { exponents in
        forEachChunk(of: columns, size: 1) { part in
          let j = part.lowerBound
          // Safe: column j belongs to this part alone.
          guard let base = unsafe x.base.baseAddress else { return }
          let u = unsafe base + j * n
          if let shift { for i in 0..<n { unsafe u[i] -= shift[i] } }
          var largest = 0.0
          for i in 0..<n { unsafe largest = max(largest, u[i].magnitude) }
          guard largest > 0 else { return }
          let e = Int(largest.exponent)
          unsafe exponents.base[j] = e
          // In two steps: 2⁻ᵉ itself may be out of range for subnormal numbers.
          let (half, rest) = (Double.exp2(Double(-e / 2)), Double.exp2(Double(-e - -e / 2)))
          for i in 0..<n { unsafe u[i] = u[i] * half * rest }
        }
      }
    }
    let images = product.isEuclidean ? states : product.apply(states)
    let energies = columnDots(states, images)
    if let bad = energies.firstIndex(where: { !$0.isFinite }) {
      throw .refused(
        "snapshot \(range.lowerBound + bad) has energy \(energies[bad]) in the product "
          + "'\(product.name)'; look for a value that is not finite in the product or the shift")
    }
    let empty = energies.indices.filter { states.column($0).allSatisfy { $0 == 0 } }
    if measure != .euclidean, !empty.isEmpty {
      throw .refused(
        "\(snapshotList(empty.map { range.lowerBound + $0 })) zero, without a direction: leave "
          + "zero snapshots out, or cluster by euclidean distances")
    }
    if let bad = energies.indices.first(where: { !(energies[$0] > 0) && !empty.contains($0) }) {
      throw .refused(
        "snapshot \(range.lowerBound + bad) has energy \(energies[bad]) in the product "
          + "'\(product.name)', which must be positive definite")
    }
    (self.range, self.states, self.images) = (range, states, images)
    (self.exponents, self.energies) = (exponents, energies)
  }

  /// Writes the dissimilarities of all pairs of these snapshots, as rows, with others, as columns,
  /// that lie below the diagonal.
  func fill(
    _ packed: inout [Double], against others: SnapshotBlock, _ product: InnerProduct<Double>,
    _ measure: SnapshotDissimilarity
  ) {
    let size = SnapshotBlock.tile
    let (n, across) = (states.rowCount, (others.range.count + size - 1) / size)
    let down = (range.count + size - 1) / size
    unsafe packed.withDisjointWrites { packed in
      forEachChunk(
        of: down * across, size: 1, scratch: { [Double](repeating: 0, count: size * size) }
      ) { gram, part in
        let (top, left) = (part.lowerBound / across * size, part.lowerBound % across * size)
        let (rows, columns) = (
          top..<min(range.count, top + size), left..<min(others.range.count, left + size)
        )
        guard range.lowerBound + rows.upperBound > others.range.lowerBound + left + 1 else {
          return
        }
        unsafe states.values.withUnsafeBufferPointer { a in
          unsafe others.images.values.withUnsafeBufferPointer { b in
            unsafe gram.withUnsafeMutableBufferPointer { gram in
              guard n > 0, let a = a.baseAddress, let b = b.baseAddress, let c = gram.baseAddress
              else { return }
              // Safe: columns top… of a and left… of b, each of n numbers, exist.
              unsafe Double.gemm(
                .adjoint, .plain, rows.count, columns.count, n, 1, a + top * n, n, b + left * n, n,
                0, c, size)
            }
          }
        }
        for j in columns {
          let column = others.range.lowerBound + j
          for i in rows where range.lowerBound + i > column {
            let row = range.lowerBound + i
            // Safe: each pair belongs to one tile.
            unsafe packed.base[row * (row - 1) / 2 + column] = dissimilarity(
              i, others, j, gram[i - top + (j - left) * size], product, measure)
          }
        }
      }
    }
  }

  /// The dissimilarity of u, snapshot i here, and v, snapshot j there, of scaled product c.
  private func dissimilarity(
    _ i: Int, _ others: SnapshotBlock, _ j: Int, _ c: Double, _ product: InnerProduct<Double>,
    _ measure: SnapshotDissimilarity
  ) -> Double {
    let (uu, vv) = (energies[i], others.energies[j])
    if measure == .euclidean {
      // Both in units of the larger scale, so that nothing overflows.
      let top = max(exponents[i], others.exponents[j])
      let (f, g) = (
        Double.exp2(Double(exponents[i] - top)), Double.exp2(Double(others.exponents[j] - top))
      )
      let (a, b) = (f * f * uu, g * g * vv)
      var square = a + b - 2 * f * g * c
      if !(square > SnapshotBlock.nearness * (a + b)) {
        square = rest(i, f, others, j, g, product).square
      }
      return Double.exp2(Double(top)) * max(0, square).squareRoot()
    }
    let cosine = max(-1, min(1, c / (uu.squareRoot() * vv.squareRoot())))
    var square = (1 - cosine) * (1 + cosine)
    if !(square > SnapshotBlock.nearness) {
      // Any factor near c/vv serves, for the rest is corrected by `along`; one of exactly ±1 makes
      // nothing of equal snapshots, however the product was rounded.
      let ratio = c / vv
      let factor = (ratio.magnitude - 1).magnitude < 1e-12 ? (ratio < 0 ? -1.0 : 1) : ratio
      let (r, along) = rest(i, 1, others, j, factor, product)
      square = max(0, r - along / vv * along) / uu
    }
    guard measure == .cosine else { return min(1, square.squareRoot()) }
    return cosine > 0 ? square / (1 + cosine) : 1 - cosine
  }

  /// ‖r‖² and (r, v) for r = f u − g v.
  private func rest(
    _ i: Int, _ f: Double, _ others: SnapshotBlock, _ j: Int, _ g: Double,
    _ product: InnerProduct<Double>
  ) -> (square: Double, along: Double) {
    var r = states.column(i)
    if f != 1 { scale(f, &r) }
    axpy(-g, others.states.column(j), into: &r)
    let image = product.isEuclidean ? r : product.apply(r)
    return (max(0, dot(r, image)), dot(r, others.images.column(j)))
  }
}

/// aⱼ · bⱼ for the columns of two matrices.
func columnDots(_ a: DenseMatrix<Double>, _ b: DenseMatrix<Double>) -> [Double] {
  precondition(a.rowCount == b.rowCount && a.columnCount == b.columnCount, "unlike shapes")
  let n = a.rowCount
  var result = [Double](repeating: 0, count: a.columnCount)
  unsafe result.withDisjointWrites { result in
    forEachChunk(of: a.columnCount, size: 4) { part in
      unsafe a.values.withUnsafeBufferPointer { a in
        unsafe b.values.withUnsafeBufferPointer { b in
          guard let a = a.baseAddress, let b = b.baseAddress else { return }
          // Safe: place j belongs to this part alone.
          for j in part { unsafe result.base[j] = Double.dot(n, a + j * n, b + j * n) }
        }
      }
    }
  }
  return result
}
