internal import LinearAlgebra

/// K between the nodes of two cells at one displacement, D ≈ A B through r crosses of D:
/// A = D(:, J) D(I, J)⁻¹, d × r, and B = D(I, :), r × d.
///
/// The nodes serve all directions at once, and one displacement is one direction: a fifth of the rank
/// is usual.
struct FarBlock<S: Scalar>: Sendable {
  private let left: DenseMatrix<S>
  /// nil where `left` is D.
  private let right: DenseMatrix<S>?
  private let isTransposed: Bool

  /// - Parameter tolerance: Of entries of D; D is kept whole where that takes half of its rank.
  init(_ block: DenseMatrix<S>, tolerance: Double) {
    let limit = block.rowCount / 2
    var crosses = RunningElimination(block)
    if tolerance > 0 { crosses.run(to: tolerance, size: limit) }
    let rows = block.gathering(rows: crosses.rows)
    let columns = DenseMatrix(
      rowCount: block.rowCount, columns: crosses.columns.map { block.column($0) })
    guard crosses.error <= tolerance,
      let pivots = try? LU(columns.gathering(rows: crosses.rows))
    else {
      self.init(left: block, right: nil, isTransposed: false)
      return
    }
    self.init(
      left: pivots.solve(columns.transposed(), .transposed).transposed(), right: rows,
      isTransposed: false)
  }

  private init(left: DenseMatrix<S>, right: DenseMatrix<S>?, isTransposed: Bool) {
    (self.left, self.right, self.isTransposed) = (left, right, isTransposed)
  }

  /// Dᵀ, which an even kernel has at the opposite displacement.
  var transposed: FarBlock {
    FarBlock(left: left, right: right, isTransposed: !isTransposed)
  }

  /// What to multiply by, one after the other.
  var factors: [(Operand, DenseMatrix<S>)] {
    guard let right else { return [(isTransposed ? .transposed : .plain, left)] }
    return isTransposed
      ? [(.transposed, left), (.transposed, right)] : [(.plain, right), (.plain, left)]
  }

  /// D X.
  func times(_ x: DenseMatrix<S>) -> DenseMatrix<S> {
    factors.reduce(x) { ($1.0 == .plain ? $1.1 : $1.1.transposed()) * $0 }
  }
}

extension FarFieldBasis {
  /// The blocks of displacements given in widths; those of an even kernel come in pairs, each the
  /// transpose of the other, so that the whole operator is symmetric.
  func blocks(_ offsets: [SIMD3<Int32>]) -> [FarBlock<S>] {
    parallelMap(offsets.count) { k in
      let offset = offsets[k]
      let isTurned = kernel.isEven && (offset.x, offset.y, offset.z) < (0, 0, 0)
      let shift = region.width * SIMD3<Double>(isTurned ? 0 &- offset : offset)
      let found = FarBlock(block(shift), tolerance: blockTolerance)
      return isTurned ? found.transposed : found
    }
  }
}
