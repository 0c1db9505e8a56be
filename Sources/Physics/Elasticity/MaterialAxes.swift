/// The axes of a material as the rotation of strains: ε' = T ε with engineering shears.
struct MaterialAxes {
  private let directions: [[Double]]
  private let transformation: [[Double]]

  /// - Throws: Where the rows are no orthonormal directions.
  init(
    _ axes: [[Double]], _ kinematics: ElasticKinematics, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) {
    var rows = axes
    if axes.count == 2, axes.allSatisfy({ $0.count == 2 }) {
      rows = axes.map { $0 + [0] } + [[0, 0, 1]]
    }
    guard rows.count == 3, rows.allSatisfy({ $0.count == 3 }) else {
      throw PhysicsError(
        subject, "axes are 3 directions of 3 components, or in the plane 2 of 2 components")
    }
    for i in 0..<3 {
      let length = rows[i].reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0, length.isFinite else {
        throw PhysicsError(subject, "axis \(i + 1) of the material has no direction")
      }
      for k in 0..<3 { rows[i][k] /= length }
      for j in 0..<i {
        let cosine = zip(rows[i], rows[j]).reduce(0) { $0 + $1.0 * $1.1 }
        guard cosine.magnitude < 1e-6 else {
          throw PhysicsError(
            subject,
            "axes \(j + 1) and \(i + 1) of the material are not perpendicular: the cosine of their "
              + "angle is \(cosine)")
        }
      }
    }
    directions = rows
    let pairs = [(0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1)]
    let a = rows
    transformation = pairs.map { i, j in
      pairs.map { p, q in
        let direct = a[i][p] * a[j][q]
        let crossed = a[i][q] * a[j][p]
        if p == q { return i == j ? direct : 2 * direct }
        return i == j ? direct : direct + crossed
      }
    }
  }

  /// Tᵀ C T.
  func rotated(_ matrix: [[Double]]) -> [[Double]] {
    let t = transformation
    let right = (0..<6).map { i in
      (0..<6).map { j in (0..<6).reduce(0.0) { $0 + matrix[i][$1] * t[$1][j] } }
    }
    return (0..<6).map { i in
      (0..<6).map { j in
        let sum = (0..<6).reduce(0.0) { $0 + t[$1][i] * right[$1][j] }
        return sum.magnitude < 1e-15 ? 0 : sum
      }
    }
  }

  /// A strain of three principal values along the axes, in components of space.
  func strain(_ principal: [Double]) -> [Double] {
    let pairs = [(0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1)]
    return pairs.map { p, q in
      let sum = (0..<3).reduce(0.0) {
        $0 + principal[$1] * directions[$1][p] * directions[$1][q]
      }
      return p == q ? sum : 2 * sum
    }
  }

  /// In the plane no direction may couple to the one across it.
  func check(
    _ modes: [StiffnessMode], _ kinematics: ElasticKinematics, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) {
    guard kinematics.dimension == 2 else { return }
    let across = [3, 4]
    let couples = modes.contains { mode in
      let size = mode.matrix.reduce(0.0) { $1.reduce($0) { max($0, $1.magnitude) } }
      return kinematics.rows.contains { i in
        across.contains { mode.matrix[i][$0].magnitude > 1e-9 * size }
      }
    }
    if couples || (kinematics.isPlaneStress && directions[2][2].magnitude < 1 - 1e-9) {
      throw PhysicsError(
        subject,
        "the axes tilt the material out of the plane, where it would also move; let one axis stand "
          + "across the plane or compute in space")
    }
  }
}
