public import Expressions

/// How stress follows from strain in a material.
///
/// Components are ordered xx, yy, zz, yz, xz, xy in space and xx, yy, xy in the plane, with
/// engineering shear strains.
public struct ElasticLaw: Sendable {
  /// What is known of the material.
  public enum Form: Sendable {
    /// Young's modulus and Poisson's ratio.
    case isotropic(young: Expression, poisson: Expression)
    /// Lamé's coefficients; in plane stress λ is the reduced one, 2 λ μ/(λ + 2 μ).
    case lame(lambda: Expression, mu: Expression)
    /// E₁ E₂ E₃, ν₁₂ ν₁₃ ν₂₃ and G₁₂ G₁₃ G₂₃ along the axes of the material, ν_ij = −ε_j/ε_i under a
    /// stress along i.
    case orthotropic(young: [Expression], poisson: [Expression], shear: [Expression])
    /// The symmetric matrix C of σ = C ε along the axes of the material: 6 × 6, or 3 × 3 in the
    /// plane (xx, yy, xy), 4 × 4 for bodies of revolution (xx, yy, zz, xy).
    case stiffness([[Expression]])
  }

  /// What is known.
  public let form: Form
  /// The directions of the material's axes, one unit vector per row; nil for those of space.
  public let axes: [[Double]]?

  /// A law of given form.
  public init(_ form: Form, axes: [[Double]]? = nil) { (self.form, self.axes) = (form, axes) }

  /// An isotropic material.
  public static func isotropic(young: Expression, poisson: Expression) -> ElasticLaw {
    ElasticLaw(.isotropic(young: young, poisson: poisson))
  }

  var isIsotropic: Bool {
    switch form {
    case .isotropic, .lame: true
    case .orthotropic, .stiffness: false
    }
  }
}

/// c(μ, x) M: one part of a stiffness, M 6 × 6 along the axes of space.
struct StiffnessMode: Sendable {
  var coefficient: Expression
  var matrix: [[Double]]
}

/// What the components of strain are under an assumption.
struct ElasticKinematics: Sendable {
  let dimension: Int
  let assumption: ElasticityProblem.Assumption
  /// The rows of the 6 × 6 stiffness that the strain has.
  let rows: [Int]

  init(_ dimension: Int, _ assumption: ElasticityProblem.Assumption) {
    (self.dimension, self.assumption) = (dimension, assumption)
    rows =
      dimension == 3
      ? [0, 1, 2, 3, 4, 5] : assumption == .axisymmetric ? [0, 1, 2, 5] : [0, 1, 5]
  }

  var isPlaneStress: Bool { dimension == 2 && assumption == .planeStress }
  var isAxisymmetric: Bool { dimension == 2 && assumption == .axisymmetric }

  /// The upper triangle over the strain's components, row by row.
  func upperTriangle(_ matrix: [[Double]]) -> [Double] {
    rows.indices.flatMap { i in (i..<rows.count).map { matrix[rows[i]][rows[$0]] } }
  }

  /// The square over the strain's components.
  func restricted(_ matrix: [[Double]]) -> [[Double]] {
    rows.map { i in rows.map { matrix[i][$0] } }
  }
}

extension ElasticLaw {
  /// C = Σ c M along the axes of space; λ and μ first, in this order, for an isotropic law.
  ///
  /// - Throws: What is wrong with the law, with a cure.
  func modes(
    _ kinematics: ElasticKinematics, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> [StiffnessMode] {
    let local: [StiffnessMode]
    switch form {
    case .isotropic(let young, let poisson):
      return ElasticLaw.isotropicModes(young, poisson, kinematics)
    case .lame(let lambda, let mu): return ElasticLaw.isotropicModes(lambda, mu: mu, kinematics)
    case .orthotropic(let young, let poisson, let shear):
      guard young.count == 3, poisson.count == 3, shear.count == 3 else {
        throw PhysicsError(
          subject,
          "an orthotropic material has 3 moduli, 3 Poisson ratios and 3 shear moduli, not "
            + "\(young.count), \(poisson.count) and \(shear.count)")
      }
      local = ElasticLaw.orthotropicModes(young, poisson, shear, kinematics)
    case .stiffness(let rows): local = try ElasticLaw.matrixModes(rows, kinematics, subject)
    }
    guard let axes else { return local }
    let rotation = try MaterialAxes(axes, kinematics, subject)
    let turned = local.map {
      StiffnessMode(coefficient: $0.coefficient, matrix: rotation.rotated($0.matrix))
    }
    try rotation.check(turned, kinematics, subject)
    return turned
  }

  private static func isotropicModes(
    _ e: Expression, _ nu: Expression, _ kinematics: ElasticKinematics
  ) -> [StiffnessMode] {
    let one = Expression(1)
    let mu = e / (Expression(2) * (one + nu))
    let lambda =
      kinematics.isPlaneStress
      ? e * nu / (one - nu * nu) : e * nu / ((one + nu) * (one - Expression(2) * nu))
    return isotropicModes(lambda.simplified(), mu: mu.simplified(), kinematics)
  }

  private static func isotropicModes(
    _ lambda: Expression, mu: Expression, _ kinematics: ElasticKinematics
  ) -> [StiffnessMode] {
    let trace: [Double] = kinematics.isPlaneStress ? [1, 1, 0, 0, 0, 0] : [1, 1, 1, 0, 0, 0]
    let shear: [Double] = kinematics.isPlaneStress ? [2, 2, 0, 0, 0, 1] : [2, 2, 2, 1, 1, 1]
    return [
      StiffnessMode(coefficient: lambda, matrix: product(trace, trace)),
      StiffnessMode(coefficient: mu, matrix: diagonal(shear)),
    ]
  }

  /// E₁ e₁e₁ᵀ + Σ c_ij v_i v_jᵀ with v₂ = ν₁₂ e₁ + e₂, v₃ = ν₁₃ e₁ + e₃ and c the inverse of what is
  /// left of the compliance when its first row is eliminated: with constant ratios most terms are
  /// semidefinite, which certificates need.
  private static func orthotropicModes(
    _ e: [Expression], _ nu: [Expression], _ g: [Expression], _ kinematics: ElasticKinematics
  ) -> [StiffnessMode] {
    let one = Expression(1)
    let s22 = one / e[1] - nu[0] * nu[0] / e[0]
    var modes: [StiffnessMode] = []
    func add(_ coefficient: Expression, _ matrix: [[Double]]) {
      modes.append(StiffnessMode(coefficient: coefficient.simplified(), matrix: matrix))
    }
    /// c (v_i v_jᵀ + v_j v_iᵀ) / (2 if i = j), v_i = ν e₁ + e_i, expanded unless ν is a number.
    func add(_ c: Expression, _ i: Int, _ j: Int) {
      let (a, b) = (nu[i - 1], nu[j - 1])
      let weight = i == j ? 0.5 : 1
      if let p = a.constantValue, let q = b.constantValue {
        var (v, w) = (unit(i), unit(j))
        (v[0], w[0]) = (p, q)
        add(c, scaled(weight, symmetricProduct(v, w)))
        return
      }
      add(c, scaled(weight, symmetricProduct(unit(i), unit(j))))
      add(c * a, scaled(weight, symmetricProduct(unit(0), unit(j))))
      add(c * b, scaled(weight, symmetricProduct(unit(i), unit(0))))
      add(c * a * b, scaled(weight, symmetricProduct(unit(0), unit(0))))
    }
    add(e[0], product(unit(0), unit(0)))
    if kinematics.isPlaneStress {
      add(one / s22, 1, 1)
    } else {
      let s33 = one / e[2] - nu[1] * nu[1] / e[0]
      let s23 = -nu[2] / e[1] - nu[0] * nu[1] / e[0]
      let determinant = s22 * s33 - s23 * s23
      add(s33 / determinant, 1, 1)
      add(s22 / determinant, 2, 2)
      add(-s23 / determinant, 1, 2)
      add(g[2], product(unit(3), unit(3)))
      add(g[1], product(unit(4), unit(4)))
    }
    add(g[0], product(unit(5), unit(5)))
    return modes.filter { $0.coefficient.constantValue != 0 }
  }

  private static func matrixModes(
    _ rows: [[Expression]], _ kinematics: ElasticKinematics, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> [StiffnessMode] {
    let n = rows.count
    let places: [Int]
    switch n {
    case 6 where !kinematics.isPlaneStress: places = [0, 1, 2, 3, 4, 5]
    case 3 where kinematics.dimension == 2 && !kinematics.isAxisymmetric: places = [0, 1, 5]
    case 4 where kinematics.isAxisymmetric: places = [0, 1, 2, 5]
    default:
      throw PhysicsError(
        subject,
        "a stiffness of \(n) rows; here it has "
          + (kinematics.dimension == 3
            ? "6 (xx, yy, zz, yz, xz, xy)"
            : kinematics.isAxisymmetric
              ? "4 (xx, yy, zz, xy) or 6"
              : "3 (xx, yy, xy)"
                + (kinematics.isPlaneStress ? "" : " or 6")))
    }
    if let bad = rows.first(where: { $0.count != n }) {
      throw PhysicsError(subject, "a stiffness of \(n) rows has a row of \(bad.count) entries")
    }
    var modes: [StiffnessMode] = []
    for i in 0..<n {
      for j in i..<n {
        guard rows[i][j].simplified() == rows[j][i].simplified() else {
          throw PhysicsError(
            subject,
            "the stiffness is not symmetric: entry (\(i + 1), \(j + 1)) is \(rows[i][j]) and "
              + "(\(j + 1), \(i + 1)) is \(rows[j][i]); no elastic energy belongs to it")
        }
        if rows[i][j].constantValue == 0 { continue }
        let matrix = scaled(
          i == j ? 0.5 : 1, symmetricProduct(unit(places[i]), unit(places[j])))
        modes.append(StiffnessMode(coefficient: rows[i][j], matrix: matrix))
      }
    }
    return modes
  }

  private static func unit(_ i: Int) -> [Double] { (0..<6).map { $0 == i ? 1 : 0 } }

  private static func product(_ a: [Double], _ b: [Double]) -> [[Double]] {
    a.map { x in b.map { x * $0 } }
  }

  private static func symmetricProduct(_ a: [Double], _ b: [Double]) -> [[Double]] {
    a.indices.map { i in b.indices.map { a[i] * b[$0] + b[i] * a[$0] } }
  }

  private static func scaled(_ factor: Double, _ matrix: [[Double]]) -> [[Double]] {
    matrix.map { row in row.map { factor * $0 } }
  }

  private static func diagonal(_ entries: [Double]) -> [[Double]] {
    entries.indices.map { i in entries.indices.map { $0 == i ? entries[i] : 0 } }
  }
}
