internal import LinearAlgebra

/// What one level of the tree needs to compute with: its basis, the way from the finer level, and
/// the blocks of its displacements.
struct TreeLevel<S: Scalar>: Sendable {
  let basis: FarFieldBasis<S>
  /// Lengths of the tree times this are those of the basis.
  let unit: Double
  /// Values of the basis's kernel times this are those of the tree.
  let factor: Double
  /// From the nodes of each child to those of this level, d × d'; none where the finer level has no
  /// basis. Children are numbered by the bits of their place.
  let transfers: [DenseMatrix<S>]
  let schedule: FarSchedule
  /// K between nodes for each displacement of the schedule.
  let blocks: [FarBlock<S>]

  var rank: Int { basis.rank }
}

extension FarFieldBasis {
  /// L of this level at the nodes of a child, for each child.
  ///
  /// - Parameter scale: Lengths of the child's basis times this are those of this one.
  func transfers(from child: FarFieldBasis, scale: Double) -> [DenseMatrix<S>] {
    (0..<1 << region.dimension).map { octant in
      var nodes = PointList()
      nodes.append(child.nodes, times: scale, plus: childShift(octant))
      return coefficients(at: nodes)
    }
  }

  /// From the middle of the cell to that of a child.
  private func childShift(_ octant: Int) -> SIMD3<Double> {
    var shift = SIMD3<Double>.zero
    for axis in 0..<region.dimension {
      shift[axis] = (octant >> axis & 1 == 1 ? 0.25 : -0.25) * region.width
    }
    return shift
  }
}
