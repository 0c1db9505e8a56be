internal import Expressions
internal import Physics

extension ProblemReading {
  /// ρ ω² r, r from the axis to the place: a force per volume by components.
  mutating func centrifugalForce(
    _ rotation: CaseFile.Entry, _ assumption: ElastoviscoplasticProblem.Assumption
  ) -> [Expression] {
    let d = dimension
    let isRound = d == 2 && assumption == .axisymmetric
    let density = coefficient(rotation, "density") ?? Expression(1)
    let speed = coefficient(rotation, "speed") ?? Expression(1)
    let given = rotation["axis"]?.list?.compactMap(\.number)
    let axis = given ?? (isRound ? [0, 1, 0] : [0, 0, 1])
    var through = rotation["through"]?.list?.compactMap(\.number) ?? []
    through += [Double](repeating: 0, count: max(0, 3 - through.count))
    let square = axis.reduce(0) { $0 + $1 * $1 }
    guard axis.count == 3, square > 0, square.isFinite else {
      report(
        rotation.location(of: "axis"), "'axis' in [source.centrifugal] has no direction")
      return []
    }
    // In the plane the axis must be one that keeps the force there.
    let across = isRound ? [axis[0], axis[2], through[0]] : [axis[0], axis[1]]
    if d == 2, across.contains(where: { $0 != 0 }) {
      report(
        rotation.location(of: isRound && axis[0] == 0 && axis[2] == 0 ? "through" : "axis"),
        isRound
          ? "a body of revolution turns about its own axis: 'axis' = [0, 1, 0] through x = 0"
          : "in plane strain the axis stands across the plane: 'axis' = [0, 0, 1]")
      return []
    }
    let factor = density * speed * speed
    return (0..<d).map { k in
      // r_k = (x − c)_k − a_k a·(x − c) / a·a, a linear function of the coordinates.
      var constant = 0.0
      var arm = Expression(0)
      for j in 0..<3 {
        let part = (j == k ? 1 : 0) - axis[k] * axis[j] / square
        guard part != 0 else { continue }
        constant -= part * through[j]
        if j < d {
          arm = arm + Expression(part) * Expression(.coordinate(j), name: ["x", "y", "z"][j])
        }
      }
      return (factor * (arm + Expression(constant)).simplified()).simplified()
    }
  }
}
