public import LinearAlgebra

/// Motions that do not strain: the near-null space of elasticity.
public enum RigidBodyModes {
  /// The translations and the linear rotations of points, one column each: 3 columns in the plane, 6 in
  /// space.
  ///
  /// - Parameter points: The coordinates of the nodes, a row each, 2 or 3 columns.
  /// - Returns: Displacements, component c of node i in row i d + c, d the number of coordinates.
  ///   Rotations are about the centre of the points.
  public static func displacements(
    of points: DenseMatrix<Double>, about centre: [Double]? = nil
  ) -> DenseMatrix<Double> {
    let (n, d) = (points.rowCount, points.columnCount)
    precondition(d == 2 || d == 3, "rigid motions in \(d) dimensions")
    let centre = centre ?? (0..<d).map { c in points.column(c).reduce(0, +) / Double(max(1, n)) }
    let planes = d == 2 ? [(0, 1)] : [(0, 1), (1, 2), (2, 0)]
    var modes = DenseMatrix<Double>(rowCount: n * d, columnCount: d + planes.count)
    for i in 0..<n {
      for c in 0..<d { modes[i * d + c, c] = 1 }
      for (m, (p, q)) in planes.enumerated() {
        modes[i * d + p, d + m] = -(points[i, q] - centre[q])
        modes[i * d + q, d + m] = points[i, p] - centre[p]
      }
    }
    return modes
  }
}
