internal import Expressions

/// The symmetric matrix C along the axes of a material, its entries as expressions.
struct LocalStiffness {
  /// The number of its rows.
  let order: Int
  /// Those of the upper triangle that are no constants.
  let entries: [Expression]
  private let places: [(row: Int, column: Int)]
  private let constants: [[Expression]]

  /// All rows, with other entries in their places.
  func rows(with entries: [Expression]) -> [[Expression]] {
    var rows = constants
    for (place, entry) in zip(places, entries) {
      (rows[place.row][place.column], rows[place.column][place.row]) = (entry, entry)
    }
    return rows
  }

  fileprivate init(_ modes: [StiffnessMode], over components: [Int]) {
    order = components.count
    var rows = [[Expression]](
      repeating: [Expression](repeating: Expression(0), count: components.count),
      count: components.count)
    var (entries, places) = ([Expression](), [(row: Int, column: Int)]())
    for i in components.indices {
      for j in i..<components.count {
        let parts = modes.compactMap { mode in
          let factor = mode.matrix[components[i]][components[j]]
          return factor == 0 ? nil : Expression(factor) * mode.coefficient
        }
        let entry = Expression(sumOf: parts).simplified()
        if entry.constantValue == nil {
          entries.append(entry)
          places.append((i, j))
        }
        (rows[i][j], rows[j][i]) = (entry, entry)
      }
    }
    (self.entries, self.places, constants) = (entries, places, rows)
  }
}

extension ElasticLaw {
  /// C along the axes of the material: of the components that the strain has, or of all six where the
  /// axes may leave the plane.
  func localStiffness(
    _ kinematics: ElasticKinematics, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> LocalStiffness {
    let staysInPlane = axes.map { $0.count == 2 } ?? true
    return LocalStiffness(
      try ElasticLaw(form).modes(kinematics, subject),
      over: kinematics.isPlaneStress || staysInPlane ? kinematics.rows : Array(0..<6))
  }
}
