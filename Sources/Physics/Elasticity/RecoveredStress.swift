internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction

/// The stress recovered at a point as a linear functional of the displacement: the weights of all
/// integration points that the averages at the nodes around it draw on.
struct RecoveredStress {
  /// Integration points of one block and their weights, zero where a point does not count.
  private struct Part {
    let sampling: VectorSampling
    var weights: [Double]
  }

  private let body: ElasticBody
  private let material: Int
  private var parts: [Part] = []

  /// - Throws: Where the point lies outside the domain.
  init(_ body: ElasticBody, at point: [Double]) throws(PhysicsError) {
    let space = body.space.scalar
    let mesh = space.mesh
    let seen = space.degree == 1 && mesh.order > 1 ? mesh.vertexOnly() : mesh
    guard let place = CellLocator(seen).locate(point) else {
      throw PhysicsError(.problem, "the point \(point) lies outside the domain")
    }
    self.body = body
    material = body.material(ofCell: place.cell, block: place.block)
    let element = Lagrange(mesh.blocks[place.block].shape, space.nodeSet(ofBlock: place.block))
    let values = element.values(at: place.reference)
    var nodeWeight: [Int32: Double] = [:]
    for (k, value) in values.enumerated() where value.magnitude > 1e-12 {
      nodeWeight[space.dofMap.cellDofs[place.block][place.cell * element.count + k]] = value
    }
    var count: [Int32: Int] = [:]
    for member in body.regions[material].members {
      let (dofs, n) = (
        space.dofMap.cellDofs[member.block], space.dofMap.dofsPerCell[member.block]
      )
      for cell in member.cells {
        for node in dofs[Int(cell) * n..<(Int(cell) + 1) * n] where nodeWeight[node] != nil {
          count[node, default: 0] += 1
        }
      }
    }
    for member in body.regions[material].members {
      let recovery = NodeExtrapolation(space, block: member.block)
      let (dofs, n) = (space.dofMap.cellDofs[member.block], recovery.nodeCount)
      let cells = member.cells.filter { cell in
        (0..<n).contains { nodeWeight[dofs[Int(cell) * n + $0]] != nil }
      }
      if cells.isEmpty { continue }
      var weights = [Double](repeating: 0, count: cells.count * recovery.rule.count)
      for (k, cell) in cells.enumerated() {
        for i in 0..<n {
          let node = dofs[Int(cell) * n + i]
          guard let weight = nodeWeight[node], let shares = count[node] else { continue }
          for q in 0..<recovery.rule.count {
            weights[k * recovery.rule.count + q] +=
              weight * recovery.weights[i, q] / Double(shares)
          }
        }
      }
      parts.append(
        Part(
          sampling: VectorSampling(
            body.space, block: member.block, cells: cells, rule: recovery.rule),
          weights: weights))
    }
  }

  /// Component s of the stress as Σ θ ℓ · u + Σ θ o.
  func component(
    _ s: Int, positive: Set<Symbol>, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> (
    functionals: [(theta: Expression, vector: [Double])],
    constants: [(theta: Expression, value: Double)]
  ) {
    var functionals: [(theta: Expression, vector: [Double])] = []
    var constants: [(theta: Expression, value: Double)] = []
    for mode in body.modes[material] where mode.matrix[s].contains(where: { $0 != 0 }) {
      var terms = SeparatedTerms(1, of: subject, as: "stress", positive: positive)
      try terms.add(mode.coefficient, times: [1])
      for (theta, g) in zip(terms.thetas.coefficients, terms.functions) {
        for part in parts {
          let factors = evaluated([g[0]], at: [], part.sampling.points)[0]
          functionals.append((theta, functional(part, mode.matrix[s], factors)))
        }
      }
    }
    for thermal in body.thermal where thermal.material == material {
      var terms = SeparatedTerms(1, of: subject, as: "thermal stress", positive: positive)
      for (coefficient, weights) in thermal.stress(body.modes[material]) where weights[s] != 0 {
        try terms.add(coefficient, times: [weights[s]])
      }
      for (theta, g) in zip(terms.thetas.coefficients, terms.functions) {
        for part in parts { constants.append((theta, -sum(g[0], part, thermal))) }
      }
    }
    return (functionals, constants)
  }

  /// Σ w g row · ε.
  private func functional(_ part: Part, _ row: [Double], _ factors: [Double]) -> [Double] {
    let (d, c) = (body.kinematics.dimension, body.space.components)
    let weights = zip(part.weights, factors).map { $0 * $1 }
    func column(_ entry: Double) -> [Double] { weights.map { $0 * entry } }
    var gradients: [[Double]] = []
    for k in 0..<c {
      for m in 0..<d { gradients.append(column(k == m ? row[k] : row[d == 2 ? 5 : 6 - k - m])) }
    }
    guard body.kinematics.isAxisymmetric else {
      return part.sampling.functional(gradients: gradients)
    }
    let hoop = zip(weights, part.sampling.points[0]).map { row[2] * $0 / $1 }
    return part.sampling.functional(
      values: [hoop, [Double](repeating: 0, count: hoop.count)], gradients: gradients)
  }

  /// Σ w g over the points on cells of a temperature.
  private func sum(_ g: Expression, _ part: Part, _ thermal: ThermalStrain) -> Double {
    let sampling = part.sampling
    guard let member = thermal.region.members.first(where: { $0.block == sampling.block }) else {
      return 0
    }
    var inputs = sampling.points
    for (_, field) in thermal.fields {
      inputs.append(
        VectorSamples(
          VectorSpace(field.space, components: 1), field.values, block: sampling.block,
          cells: sampling.cells, rule: sampling.rule
        ).values[0])
    }
    let values = evaluated([g], at: [], inputs, fields: thermal.fields.map(\.name))[0]
    let isHere = Set(member.cells)
    var total = 0.0
    for (k, cell) in sampling.cells.enumerated() where isHere.contains(cell) {
      for q in k * sampling.rule.count..<(k + 1) * sampling.rule.count {
        total += part.weights[q] * values[q]
      }
    }
    return total
  }
}

extension ElasticBody {
  /// The material of a cell of the domain.
  func material(ofCell cell: Int, block: Int) -> Int {
    regions.firstIndex { region in
      region.members.contains { $0.block == block && $0.cells.contains(Int32(cell)) }
    } ?? 0
  }
}
