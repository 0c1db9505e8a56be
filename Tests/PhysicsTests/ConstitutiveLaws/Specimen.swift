import Expressions
import Physics
import TestSupport

/// One point of a material in a testing machine that prescribes some strains and the other
/// stresses.
struct Specimen {
  let law: any ConstitutiveLaw
  var points: MaterialPoints
  var time = 0.0

  init(_ law: any ConstitutiveLaw, temperature: Double = 0) {
    self.law = law
    points = MaterialPoints(capacity: 1, stateCount: law.stateCount)
    (points.startTemperature, points.temperature) = ([temperature], [temperature])
  }

  var stress: [Double] { points.stress }
  var strain: [Double] { points.strain }
  var state: [Double] { points.state }
  var tangent: [Double] { points.tangent }

  /// Takes a step with the whole strain prescribed.
  mutating func advance(
    to strain: [Double], in length: Double = 0, temperature: Double? = nil
  ) throws {
    points.strain = strain
    if let temperature { points.temperature = [temperature] }
    try law.advance(&points, over: TimeIncrement(start: time, length: length))
    commit(length)
  }

  /// Takes a step with ε_xx prescribed and no other stress than σ_xx.
  mutating func pull(to strain: Double, in length: Double = 0) throws {
    points.strain[0] = strain
    try balance(Array(1..<6), [0, 0, 0, 0, 0], length)
  }

  /// Takes a step with σ_xx prescribed and no other stress.
  mutating func load(to stress: Double, in length: Double = 0) throws {
    try balance(Array(0..<6), [stress, 0, 0, 0, 0, 0], length)
  }

  /// Newton for the strains that give the stresses wanted at the free components.
  private mutating func balance(_ free: [Int], _ wanted: [Double], _ length: Double) throws {
    for _ in 0..<60 {
      try law.advance(&points, over: TimeIncrement(start: time, length: length))
      let rest = zip(free, wanted).map { points.stress[$0] - $1 }
      let scale = points.stress.reduce(1) { max($0, $1.magnitude) }
      if rest.allSatisfy({ $0.magnitude < 1e-13 * scale }) { return commit(length) }
      let change = solution(free.map { i in free.map { points.tangent[6 * i + $0] } }, rest)
      for (i, d) in zip(free, change) { points.strain[i] -= d }
      // Large strains have no digits for 1e-13 of the stress.
      if zip(free, change).allSatisfy({ $1.magnitude <= 2 * points.strain[0].ulp }) {
        try law.advance(&points, over: TimeIncrement(start: time, length: length))
        return commit(length)
      }
    }
    throw ConstitutiveError(point: 0, message: "the specimen found no balance")
  }

  private mutating func commit(_ length: Double) {
    (points.startStrain, points.startState) = (points.strain, points.state)
    (points.startStress, points.startTemperature) = (points.stress, points.temperature)
    time += length
  }
}

/// The solution of a small system, by elimination with pivots.
func solution(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
  var (a, b) = (matrix, right)
  let n = b.count
  for k in 0..<n {
    let pivot = (k..<n).max { a[$0][k].magnitude < a[$1][k].magnitude } ?? k
    a.swapAt(k, pivot)
    b.swapAt(k, pivot)
    for i in k + 1..<max(n, k + 1) {
      let factor = a[i][k] / a[k][k]
      for j in k..<n { a[i][j] -= factor * a[k][j] }
      b[i] -= factor * b[k]
    }
  }
  for k in (0..<n).reversed() {
    for j in k + 1..<max(n, k + 1) { b[k] -= a[k][j] * b[j] }
    b[k] /= a[k][k]
  }
  return b
}

/// A random strain with components of the given size.
func randomStrain(_ size: Double, _ random: inout SeededRandom) -> [Double] {
  (0..<6).map { _ in size * random.uniform() }
}

func number(_ value: Double) -> Expression { Expression(value) }

/// An expression in the temperature T.
func ofTemperature(_ text: String) throws -> Expression {
  try Expression(
    parsing: text, in: ExpressionScope(coordinates: 0, time: false, fields: ["T"]))
}

/// Laws of every kind under one name each, all with yield stresses near 1e-3 of the moduli.
enum LawSamples {
  typealias Material = InelasticMaterial

  static let steel = Material.Elasticity(young: number(2e5), poisson: number(0.3))

  static func inelastic(
    _ yieldStress: Material.YieldStress, _ backstresses: [Material.Backstress] = [],
    _ flow: Material.Flow = .rateIndependent
  ) throws -> Material {
    try Material(
      elasticity: steel, yieldStress: yieldStress, backstresses: backstresses, flow: flow)
  }

  static func warm() throws -> Material {
    try Material(
      elasticity: Material.Elasticity(
        young: ofTemperature("2e5 - 50*T"), poisson: ofTemperature("0.3 + 1e-5*T"),
        expansion: ofTemperature("1e-5*(1 + T/2000)"), referenceTemperature: 20),
      yieldStress: .voce(
        initial: ofTemperature("150 - 0.1*T"), saturation: ofTemperature("60*exp(-T/900)"),
        rate: number(40), modulus: number(500)),
      backstresses: [
        .init(modulus: ofTemperature("1e5 - 60*T"), recall: ofTemperature("900 + T")),
        .init(modulus: number(5e3), recall: number(20)),
      ],
      flow: .chaboche(
        resistance: ofTemperature("200 + 0.1*T"), exponent: ofTemperature("30 - T/50")))
  }

  static let names = [
    "elastic", "orthotropic", "perfect", "linear", "table", "voce", "prager", "frederick", "norton",
    "perzyna", "chaboche", "chaboche100", "warm",
  ]

  static func law(_ name: String) throws -> any DescribedLaw {
    let one = number(150)
    let armstrong: [Material.Backstress] = [
      .init(modulus: number(1e5), recall: number(1000)),
      .init(modulus: number(2e4), recall: number(50)),
    ]
    switch name {
    case "elastic":
      return try ElasticMaterial(
        .isotropic(young: ofTemperature("2e5 - 50*T"), poisson: number(0.3)),
        expansion: [number(1e-5)], referenceTemperature: 20)
    case "orthotropic":
      return try ElasticMaterial(
        ElasticLaw(
          .orthotropic(
            young: [number(1.4e5), ofTemperature("9e3 - T"), number(1e4)],
            poisson: [number(0.3), number(0.28), number(0.4)],
            shear: [number(5e3), number(4.5e3), number(3.5e3)]),
          axes: [[0.6, 0.8, 0], [-0.8, 0.6, 0], [0, 0, 1]]),
        expansion: [number(-1e-6), number(3e-5), number(2e-5)], referenceTemperature: 20)
    case "perfect": return try inelastic(.constant(one))
    case "linear": return try inelastic(.linear(initial: one, modulus: number(1e4)))
    case "table":
      return try inelastic(
        .table(
          plasticStrain: [0, 1e-3, 4e-3, 2e-2],
          stress: [one, number(200), number(230), ofTemperature("260 - T/100")]))
    case "voce":
      return try inelastic(
        .voce(initial: one, saturation: number(80), rate: number(300), modulus: number(2e3)))
    case "prager": return try inelastic(.constant(one), [.init(modulus: number(3e4))])
    case "frederick": return try inelastic(.linear(initial: one, modulus: number(1e3)), armstrong)
    case "norton":
      return try inelastic(
        .constant(number(0)), [], .norton(coefficient: number(1e-14), exponent: number(5)))
    case "perzyna":
      return try inelastic(
        .linear(initial: one, modulus: number(1e3)), [],
        .perzyna(rate: number(1e-3), stress: number(100), exponent: number(4)))
    case "chaboche":
      return try inelastic(
        .constant(number(10)), [armstrong[0]],
        .chaboche(resistance: number(300), exponent: number(30)))
    case "chaboche100":
      return try inelastic(
        .constant(number(10)), armstrong,
        .chaboche(resistance: number(300), exponent: number(100)))
    default: return try warm()
    }
  }
}
