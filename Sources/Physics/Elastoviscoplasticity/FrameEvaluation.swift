internal import Expressions
internal import FiniteElements
internal import Meshes
public import ModelReduction

/// Quantities of interest of one frame.
///
/// Integrals, means and extrema inside the domain are taken over the integration points, where laws
/// are exact; values at points and on the boundary from displacements and from numbers recovered to
/// the nodes.
struct FrameEvaluation {
  private let body: MechanicalBody
  private let frame: QuasiStaticModel.Frame
  private let mu: Parameter
  private let quantities: FrameQuantities
  private let recovery: NodalRecovery

  init(_ body: MechanicalBody, _ frame: QuasiStaticModel.Frame, at mu: Parameter) {
    (self.body, self.frame, self.mu) = (body, frame, mu)
    quantities = FrameQuantities(body, frame)
    recovery = NodalRecovery(body)
  }

  private var mesh: Mesh { body.space.scalar.mesh }

  /// The value of an output.
  func value(of output: ElasticityOutput) throws(PhysicsError) -> Double {
    let value: Double
    switch output.kind {
    case .integral(let expression): value = try sum(expression, output).sum
    case .mean(let expression):
      let total = try sum(expression, output)
      value = total.sum / total.measure
    case .maximum(let expression): value = try values(expression, output).max() ?? .nan
    case .minimum(let expression): value = try values(expression, output).min() ?? .nan
    case .value(let expression, let point): value = try self.value(expression, at: point)
    case .normL2:
      let square = (0..<body.space.components).reduce(Expression(0)) { sum, k in
        let u = Expression(.field("u.\(FrameQuantities.axes[k])"))
        return sum + u * u
      }
      value = try sum(square, output).sum.squareRoot()
    case .reaction(let axis): value = try reaction(axis, output)
    case .strainEnergy:
      throw PhysicsError(
        .problem,
        "output '\(output.name)': inelastic material has no strain energy; the elastic "
          + "part depends on its law")
    }
    guard value.isFinite else {
      throw PhysicsError(.problem, "output '\(output.name)' is not a finite number")
    }
    return value
  }

  private func region(_ output: ElasticityOutput) throws(PhysicsError) -> Region {
    try mesh.union(of: output.regions, dimensions: 0...mesh.dimension, subject: .problem)
  }

  private func reaction(_ axis: Int, _ output: ElasticityOutput) throws(PhysicsError) -> Double {
    let c = body.space.components
    return body.space.scalar.dofs(on: try mesh.held(output.regions, subject: .problem))
      .reduce(0) { $0 + frame.reaction[Int($1) * c + axis] }
  }

  /// ∫ of an expression.
  private func sum(
    _ expression: Expression, _ output: ElasticityOutput
  ) throws(PhysicsError) -> (sum: Double, measure: Double) {
    let region = try region(output)
    var (sum, measure) = (0.0, 0.0)
    guard region.dimension < mesh.dimension else {
      let all = try evaluated(expression, body.points.count) { quantities.column($0) }
      for p in body.points.points(of: region) {
        sum += body.points.weights[Int(p)] * all[Int(p)]
        measure += body.points.weights[Int(p)]
      }
      return (sum, measure)
    }
    let scalar = body.space.scalar
    for member in region.members {
      let rule = Quadrature(mesh.blocks[member.block].shape, degree: 2 * scalar.degree + 1)
      let samples = VectorSamples(
        body.space, frame.displacement, block: member.block, cells: member.cells, rule: rule)
      let values = try evaluated(expression, samples.weights.count) { symbol in
        switch symbol {
        case .coordinate(let axis): return samples.points[axis]
        case .field(let name):
          if let k = quantities.axis(name) { return samples.values[k] }
          guard let column = quantities.column(symbol) else { return nil }
          let nodal = recovery.nodal(column).map { $0.isNaN ? 0 : $0 }
          return VectorSamples(
            VectorSpace(scalar, components: 1), nodal, block: member.block, cells: member.cells,
            rule: rule
          ).values[0]
        default: return nil
        }
      }
      for (weight, value) in zip(samples.weights, values) {
        sum += weight * value
        measure += weight
      }
    }
    return (sum, measure)
  }

  /// At the integration points of a region of the domain where more than the displacement is asked
  /// for, else at its nodes.
  private func values(
    _ expression: Expression, _ output: ElasticityOutput
  ) throws(PhysicsError) -> [Double] {
    let region = try region(output)
    let isKinematic = expression.symbols.allSatisfy { symbol in
      if case .field(let name) = symbol { quantities.axis(name) != nil } else { true }
    }
    if region.dimension == mesh.dimension, !isKinematic {
      let all = try evaluated(expression, body.points.count) { quantities.column($0) }
      return body.points.points(of: region).map { all[Int($0)] }
    }
    let nodes = body.space.scalar.dofs(on: region).map(Int.init)
    return try evaluated(expression, nodes.count) { symbol in nodal(symbol, at: nodes) }
  }

  /// A quantity at nodes.
  private func nodal(
    _ symbol: Symbol, at nodes: [Int], material: Int? = nil
  ) -> [Double]? {
    let space = body.space
    switch symbol {
    case .coordinate(let axis): return nodes.map { space.scalar.place(ofDof: $0)[axis] }
    case .time: return nodes.map { _ in frame.time }
    case .parameter: return nil
    case .field(let name):
      if let k = quantities.axis(name) {
        return nodes.map { frame.displacement[$0 * space.components + k] }
      }
      guard let column = quantities.column(symbol) else { return nil }
      let values = material.map { recovery.nodal(column, material: $0) } ?? recovery.nodal(column)
      return nodes.map { values[$0] }
    }
  }

  private func value(_ expression: Expression, at point: [Double]) throws(PhysicsError) -> Double {
    let space = body.space.scalar
    guard let place = body.locator.locate(point) else {
      throw PhysicsError(.problem, "the point \(point) lies outside the domain")
    }
    let element = Lagrange(mesh.blocks[place.block].shape, space.nodeSet(ofBlock: place.block))
    let weights = element.values(at: place.reference)
    let nodes = (0..<element.count).map {
      Int(space.dofMap.cellDofs[place.block][place.cell * element.count + $0])
    }
    let material = body.regions.firstIndex { region in
      region.members.contains {
        $0.block == place.block && $0.cells.contains(Int32(place.cell))
      }
    }
    return try evaluated(expression, 1) { symbol in
      if case .coordinate(let axis) = symbol { return [axis < point.count ? point[axis] : 0] }
      return nodal(symbol, at: nodes, material: material).map { column in
        [zip(weights, column).reduce(0) { $0 + $1.0 * $1.1 }]
      }
    }[0]
  }

  /// An expression over columns of its symbols.
  private func evaluated(
    _ expression: Expression, _ count: Int, _ column: (Symbol) -> [Double]?
  ) throws(PhysicsError) -> [Double] {
    let numbers = expression.substituting { symbol in
      switch symbol {
      case .parameter(let index): Expression(mu[index])
      case .time: Expression(frame.time)
      default: nil
      }
    }.simplified()
    let used = numbers.symbols.sorted { $0.description < $1.description }
    var inputs: [[Double]] = []
    for symbol in used {
      guard let found = column(symbol) else {
        let laws = body.materials.groups.map(\.law)
        throw PhysicsError(
          .problem,
          "'\(symbol)' is not known here; known are "
            + FrameQuantities.names(dimension: mesh.dimension, laws).joined(separator: ", "))
      }
      inputs.append(found)
    }
    return Program([numbers], inputs: used).evaluate(columns: inputs, count: count)[0]
  }
}

extension QuasiStaticModel {
  /// Whether a point lies in the body.
  public func contains(_ point: [Double]) -> Bool {
    point.count == space.scalar.mesh.dimension && body.locator.locate(point) != nil
  }

  /// What outputs may speak of.
  public static func quantities(dimension: Int, laws: [any ConstitutiveLaw]) -> [String] {
    FrameQuantities.names(dimension: dimension, laws)
  }

  /// The value of an output in a frame.
  ///
  /// - Throws: `PhysicsError` where the mesh lacks its regions, or a quantity is not known or finite.
  public func value(
    of output: ElasticityOutput, in frame: Frame, at mu: Parameter
  ) throws(PhysicsError) -> Double {
    try FrameEvaluation(body, frame, at: mu).value(of: output)
  }

  /// A quantity recovered to the nodes: one number for each dof of a component; nil for a name that
  /// is not known.
  public func nodal(_ name: String, in frame: Frame) -> [Double]? {
    let quantities = FrameQuantities(body, frame)
    if let k = quantities.axis(name) { return space.component(k, of: frame.displacement) }
    return quantities.column(.field(name)).map { NodalRecovery(body).nodal($0) }
  }
}
