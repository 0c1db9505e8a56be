internal import Expressions
internal import FiniteElements
internal import Meshes
internal import ModelReduction

/// Quantities of one displacement that no functional carries: extrema, von Mises stresses, energies.
struct ElasticityEvaluation {
  private let body: ElasticBody
  private let u: [Double]
  private let mu: Parameter
  private let stress: NodalStress

  init(_ body: ElasticBody, _ u: [Double], at mu: Parameter) {
    (self.body, self.u, self.mu) = (body, u, mu)
    stress = NodalStress(body, u, at: mu)
  }

  private var mesh: Mesh { body.space.scalar.mesh }

  /// The value of an output.
  func value(of output: ElasticityOutput) throws(PhysicsError) -> Double {
    let d = mesh.dimension
    func region() throws(PhysicsError) -> Region {
      try mesh.union(of: output.regions, dimensions: 0...d, subject: .problem)
    }
    let value: Double
    switch output.kind {
    case .maximum(let expression):
      value = try nodal(expression, on: region()).max() ?? .nan
    case .minimum(let expression):
      value = try nodal(expression, on: region()).min() ?? .nan
    case .value(let expression, let point): value = try self.value(expression, at: point)
    case .integral(let expression): value = try integral(expression, over: region()).sum
    case .mean(let expression):
      let total = try integral(expression, over: region())
      value = total.sum / total.measure
    case .normL2:
      let names = ElasticitySymbols(kinematics: body.kinematics).values
      let square = names.reduce(Expression(0)) { $0 + Expression($1) * Expression($1) }
      value = try integral(square, over: region()).sum.squareRoot()
    case .strainEnergy: value = try strainEnergy(over: region())
    case .reaction:
      throw PhysicsError(.problem, "a reaction is an output of the model itself")
    }
    guard value.isFinite else {
      throw PhysicsError(.problem, "output '\(output.name)' is not a finite number")
    }
    return value
  }

  /// Values of an expression at the nodes of a region, in each material that touches it.
  private func nodal(_ expression: Expression, on region: Region) throws(PhysicsError) -> [Double] {
    let nodes = body.space.scalar.dofs(on: region).map(Int.init)
    var values: [Double] = []
    for material in body.regions.indices {
      if region.dimension == mesh.dimension,
        region.intersection(body.regions[material]).cellCount == 0
      {
        continue
      }
      let mine = nodes.filter { stress.values[material][6 * $0].isFinite }
      if mine.isEmpty { continue }
      values += try evaluated(
        expression, NodeValues(body, u, stress.values[material], at: mine))
    }
    return values
  }

  private func value(_ expression: Expression, at point: [Double]) throws(PhysicsError) -> Double {
    let space = body.space.scalar
    let seen = space.degree == 1 && mesh.order > 1 ? mesh.vertexOnly() : mesh
    guard let place = CellLocator(seen).locate(point) else {
      throw PhysicsError(.problem, "the point \(point) lies outside the domain")
    }
    let element = Lagrange(
      mesh.blocks[place.block].shape, space.nodeSet(ofBlock: place.block))
    let weights = element.values(at: place.reference)
    let nodes = (0..<element.count).map {
      Int(space.dofMap.cellDofs[place.block][place.cell * element.count + $0])
    }
    let material = body.material(ofCell: place.cell, block: place.block)
    let columns = NodeValues(body, u, stress.values[material], at: nodes)
    return try evaluated(
      expression, columns.combined(weights, at: point))[0]
  }

  /// ∫ of an expression, by the quadrature of the element.
  private func integral(
    _ expression: Expression, over region: Region
  ) throws(PhysicsError) -> (sum: Double, measure: Double) {
    var (sum, measure) = (0.0, 0.0)
    for member in region.members {
      let shape = mesh.blocks[member.block].shape
      let rule = Quadrature(shape, degree: 2 * body.space.scalar.degree + 1)
      for m in body.regions.indices {
        let cells =
          region.dimension == mesh.dimension
          ? Region(name: "", dimension: region.dimension, members: [member])
            .intersection(body.regions[m]).members.first?.cells ?? []
          : m == 0 ? member.cells : []
        if cells.isEmpty { continue }
        let columns: NodeValues
        let weights: [Double]
        if region.dimension == mesh.dimension {
          let samples = StressSamples(
            body, u, at: mu, material: m, block: member.block, cells: cells, rule: rule)
          (columns, weights) = (NodeValues(samples, body), samples.samples.weights)
        } else {
          let samples = VectorSamples(
            body.space, u, block: member.block, cells: cells, rule: rule)
          columns = NodeValues(
            facets: samples, stress, body, block: member.block, cells: cells, rule: rule)
          weights = samples.weights
        }
        let values = try evaluated(expression, columns)
        for (weight, value) in zip(weights, values) {
          sum += weight * value
          measure += weight
        }
      }
    }
    return (sum, measure)
  }

  private func strainEnergy(over region: Region) throws(PhysicsError) -> Double {
    guard region.dimension == mesh.dimension else {
      throw PhysicsError(.problem, "strain energy is a quantity of the domain's cells")
    }
    let isPlane = mesh.dimension == 2 && !body.kinematics.isAxisymmetric
    var energy = 0.0
    for m in body.regions.indices {
      for member in region.intersection(body.regions[m]).members {
        let rule = Quadrature(
          mesh.blocks[member.block].shape, degree: 2 * body.space.scalar.degree)
        let samples = StressSamples(
          body, u, at: mu, material: m, block: member.block, cells: member.cells, rule: rule)
        let thickness =
          isPlane
          ? Physics.evaluated([body.problem.thickness], at: mu, samples.samples.points)[0] : []
        for (k, weight) in samples.samples.weights.enumerated() {
          var density = 0.0
          for s in 0..<6 { density += samples.stress[s][k] * samples.elastic[s][k] }
          energy += 0.5 * weight * density * (isPlane ? thickness[k] : 1)
        }
      }
    }
    return energy
  }

  /// An expression over columns of all names.
  private func evaluated(
    _ expression: Expression, _ columns: NodeValues
  ) throws(PhysicsError) -> [Double] {
    let numbers = expression.substituting { symbol in
      if case .parameter(let index) = symbol { Expression(mu[index]) } else { nil }
    }.simplified()
    let used = numbers.symbols.sorted { $0.description < $1.description }
    var inputs: [[Double]] = []
    for symbol in used {
      guard let column = columns.column(symbol) else {
        throw PhysicsError(
          .problem,
          "'\(symbol)' is not known here; known are "
            + ElasticitySymbols.names(dimension: mesh.dimension).joined(separator: ", "))
      }
      inputs.append(column)
    }
    guard let count = inputs.first?.count else {
      return [Double](repeating: numbers.constantValue ?? .nan, count: columns.count)
    }
    return Program([numbers], inputs: used).evaluate(columns: inputs, count: count)[0]
  }
}
