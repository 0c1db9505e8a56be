internal import Expressions
internal import FiniteElements
internal import Meshes
internal import ModelReduction

/// What is needed to find stresses from a displacement, region by region.
struct ElasticBody: Sendable {
  let problem: ElasticityProblem
  let space: VectorSpace
  let kinematics: ElasticKinematics
  /// The cells of each material.
  let regions: [Region]
  /// C of each material.
  let modes: [[StiffnessMode]]
  let thermal: [ThermalStrain]

  init(
    _ problem: ElasticityProblem, _ space: VectorSpace, _ forms: StiffnessForms,
    _ loads: ElasticLoads
  ) {
    (self.problem, self.space) = (problem, space)
    kinematics = ElasticKinematics(space.scalar.mesh.dimension, problem.assumption)
    (regions, modes, thermal) = (forms.regions, forms.modes, loads.thermal)
  }
}

/// Strains and stresses of a displacement at the points of a rule on cells of one material: six
/// components of space each, as columns.
struct StressSamples {
  /// Weights and places.
  let samples: VectorSamples
  /// ε, engineering shears.
  private(set) var strain: [[Double]]
  /// The elastic strain ε − ε_th.
  private(set) var elastic: [[Double]]
  /// σ.
  private(set) var stress: [[Double]]

  /// - Parameters:
  ///   - u: The displacement at all dofs.
  ///   - material: The material of the cells.
  init(
    _ body: ElasticBody, _ u: [Double], at mu: Parameter, material: Int, block: Int,
    cells: [Int32], rule: Quadrature
  ) {
    let samples = VectorSamples(body.space, u, block: block, cells: cells, rule: rule)
    self.samples = samples
    let count = samples.weights.count
    strain = StressSamples.strain(samples, body)
    elastic = strain
    let thermal = body.thermal.filter { $0.material == material }
    for part in thermal {
      guard let member = part.region.members.first(where: { $0.block == block }) else { continue }
      let isHere = Set(member.cells)
      let names = part.expansion.map { $0.alpha * part.rise }
      var inputs = samples.points
      for (_, field) in part.fields {
        inputs.append(
          VectorSamples(
            VectorSpace(field.space, components: 1), field.values, block: block, cells: cells,
            rule: rule
          ).values[0])
      }
      let factors = evaluated(names, at: mu, inputs, fields: part.fields.map(\.name))
      for (k, cell) in cells.enumerated() where isHere.contains(cell) {
        for i in k * rule.count..<(k + 1) * rule.count {
          for (e, expansion) in part.expansion.enumerated() {
            for s in 0..<6 { elastic[s][i] -= factors[e][i] * expansion.strain[s] }
          }
        }
      }
    }
    let shape = body.space.scalar.mesh.blocks[block].shape
    var seen = elastic
    if body.problem.locking == .averagedDilatation, body.space.scalar.degree == 1,
      !shape.isSimplex
    {
      StressSamples.average(&seen, samples.weights, pointCount: rule.count)
    }
    let coefficients = evaluated(
      body.modes[material].map(\.coefficient), at: mu, samples.points)
    var stress = [[Double]](repeating: [Double](repeating: 0, count: count), count: 6)
    for (m, mode) in body.modes[material].enumerated() {
      // The mean dilatation belongs to λ alone.
      let strain = m == 0 && body.problem.locking == .averagedDilatation ? seen : elastic
      for i in 0..<6 {
        for j in 0..<6 where mode.matrix[i][j] != 0 {
          let weight = mode.matrix[i][j]
          for k in 0..<count { stress[i][k] += coefficients[m][k] * weight * strain[j][k] }
        }
      }
    }
    self.stress = stress
  }

  private static func strain(_ samples: VectorSamples, _ body: ElasticBody) -> [[Double]] {
    let count = samples.weights.count
    var strain = [[Double]](repeating: [Double](repeating: 0, count: count), count: 6)
    let g = samples.gradients
    if body.kinematics.dimension == 3 {
      (strain[0], strain[1], strain[2]) = (g[0], g[4], g[8])
      for k in 0..<count {
        strain[3][k] = g[5][k] + g[7][k]
        strain[4][k] = g[2][k] + g[6][k]
        strain[5][k] = g[1][k] + g[3][k]
      }
    } else {
      (strain[0], strain[1]) = (g[0], g[3])
      for k in 0..<count { strain[5][k] = g[1][k] + g[2][k] }
      if body.kinematics.isAxisymmetric {
        for k in 0..<count { strain[2][k] = samples.values[0][k] / samples.points[0][k] }
      }
    }
    return strain
  }

  /// Sets the trace of each cell's strains to its mean.
  private static func average(_ strain: inout [[Double]], _ weights: [Double], pointCount: Int) {
    for first in stride(from: 0, to: weights.count, by: pointCount) {
      var (sum, measure) = (0.0, 0.0)
      for k in first..<first + pointCount {
        sum += weights[k] * (strain[0][k] + strain[1][k] + strain[2][k])
        measure += weights[k]
      }
      for k in first..<first + pointCount {
        let excess = (sum / measure - strain[0][k] - strain[1][k] - strain[2][k]) / 3
        for i in 0..<3 { strain[i][k] += excess }
      }
    }
  }
}

/// Expressions at a parameter over columns x, y, z and those of nodal fields.
func evaluated(
  _ expressions: [Expression], at mu: Parameter, _ columns: [[Double]], fields: [String] = []
) -> [[Double]] {
  let numbers = expressions.map { expression in
    expression.substituting { symbol in
      if case .parameter(let index) = symbol { Expression(mu[index]) } else { nil }
    }.simplified()
  }
  let inputs = (0..<3).map { Symbol.coordinate($0) } + fields.map { Symbol.field($0) }
  return Program(numbers, inputs: inputs).evaluate(columns: columns, count: columns[0].count)
}
