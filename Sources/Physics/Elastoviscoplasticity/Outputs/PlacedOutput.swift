internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
public import ModelReduction

/// A quantity of interest with its place on a body: found once, evaluated in every frame.
///
/// Integrals, means and extrema inside the domain are taken over the integration points, where laws
/// are exact; values at points and on the boundary from displacements and from numbers recovered to
/// the nodes.
public struct PlacedOutput: Sendable {
  /// How numbers at sites become one.
  enum Combination: String, Sendable {
    case sum
    case mean
    case largest
    case smallest
    case root

    /// Of numbers with weights.
    func value(of numbers: [Double], _ weights: [Double]) -> Double {
      switch self {
      case .sum: zip(weights, numbers).reduce(0) { $0 + $1.0 * $1.1 }
      case .mean: Combination.sum.value(of: numbers, weights) / weights.reduce(0, +)
      case .largest: numbers.max() ?? .nan
      case .smallest: numbers.min() ?? .nan
      case .root: Combination.sum.value(of: numbers, weights).squareRoot()
      }
    }
  }

  /// What is evaluated.
  enum Form: Sendable {
    /// The sum of the reactions at some degrees of freedom.
    case reaction([Int])
    /// An expression at sites.
    case sites(Combination, Expression, OutputSites)
  }

  /// The output.
  public let output: ElasticityOutput
  let form: Form

  /// Its name.
  public var name: String { output.name }

  init(_ output: ElasticityOutput, on body: MechanicalBody) throws(PhysicsError) {
    self.output = output
    let mesh = body.space.scalar.mesh
    let c = body.space.components
    func region() throws(PhysicsError) -> Region {
      try mesh.union(of: output.regions, dimensions: 0...mesh.dimension, subject: .problem)
    }
    func integral(
      _ combination: Combination, _ expression: Expression
    ) throws(PhysicsError) -> Form {
      let (region, finder) = (try region(), SiteFinder(body, expression))
      return .sites(
        combination, expression,
        region.dimension == mesh.dimension ? finder.interior(region) : finder.boundary(region))
    }
    func extremum(
      _ combination: Combination, _ expression: Expression
    ) throws(PhysicsError) -> Form {
      let (region, finder) = (try region(), SiteFinder(body, expression))
      // Displacements are largest at nodes, laws are exact at the points.
      return .sites(
        combination, expression,
        region.dimension == mesh.dimension && finder.wants.state
          ? finder.interior(region) : finder.nodes(region))
    }
    switch output.kind {
    case .integral(let expression): form = try integral(.sum, expression)
    case .mean(let expression): form = try integral(.mean, expression)
    case .maximum(let expression): form = try extremum(.largest, expression)
    case .minimum(let expression): form = try extremum(.smallest, expression)
    case .value(let expression, let point):
      form = .sites(.sum, expression, try SiteFinder(body, expression).point(point))
    case .normL2:
      let square = (0..<c).reduce(Expression(0)) { sum, k in
        let u = Expression(.field("u.\(FrameQuantities.axes[k])"))
        return sum + u * u
      }
      form = try integral(.root, square)
    case .reaction(let axis):
      let region = try mesh.held(output.regions, subject: .problem)
      form = .reaction(body.space.scalar.dofs(on: region).map { Int($0) * c + axis })
    case .strainEnergy:
      throw PhysicsError(
        .problem,
        "output '\(output.name)': inelastic material has no strain energy; the elastic "
          + "part depends on its law")
    }
    guard case .sites(_, let expression, _) = form else { return }
    let known = FrameQuantities.names(
      dimension: mesh.dimension, body.materials.groups.map(\.law))
    for case .field(let name) in expression.symbols where !known.contains(name) {
      throw PhysicsError(
        .problem, "'\(name)' is not known here; known are \(known.joined(separator: ", "))")
    }
  }
}

/// An expression over columns of its symbols.
///
/// - Parameter column: The column of a coordinate or field.
func evaluated(
  _ expression: Expression, _ count: Int, at mu: Parameter, time: Double,
  _ column: (Symbol) throws(ModelError) -> [Double]
) throws(ModelError) -> [Double] {
  let simple = expression.simplified()
  let used = simple.symbols.sorted { $0.description < $1.description }
  var inputs: [[Double]] = []
  for symbol in used {
    switch symbol {
    case .parameter(let index): inputs.append([mu[index]])
    case .time: inputs.append([time])
    case .coordinate, .field: inputs.append(try column(symbol))
    }
  }
  return Program([simple], inputs: used).evaluate(columns: inputs, count: count)[0]
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

  /// Finds where an output lives.
  ///
  /// - Throws: `PhysicsError` where the mesh lacks its regions or its point, or a quantity is not
  ///   known.
  public func placed(_ output: ElasticityOutput) throws(PhysicsError) -> PlacedOutput {
    try PlacedOutput(output, on: body)
  }

  /// The value of an output in a frame.
  ///
  /// - Throws: `PhysicsError` where it is not finite.
  public func value(
    of placed: PlacedOutput, in frame: Frame, at mu: Parameter
  ) throws(PhysicsError) -> Double {
    let value: Double
    switch placed.form {
    case .reaction(let dofs): value = dofs.reduce(0) { $0 + frame.reaction[$1] }
    case .sites(let combination, let expression, let sites):
      let quantities = FrameQuantities(body.materials, frame.state)
      do throws(ModelError) {
        let numbers = try evaluated(expression, sites.count, at: mu, time: frame.time) { symbol in
          switch symbol {
          case .coordinate(let axis): return sites.places[axis]
          case .field(let name):
            if let k = FrameQuantities.axis(name, components: space.components) {
              return sites.shapes.map { $0 * space.component(k, of: frame.displacement) } ?? []
            }
            return sites.recovered(quantities.column(name, at: sites.points) ?? [])
          default: return []
          }
        }
        value = combination.value(of: numbers, sites.weights)
      } catch { throw PhysicsError(.problem, "output '\(placed.name)': \(error)") }
    }
    guard value.isFinite else {
      throw PhysicsError(.problem, "output '\(placed.name)' is not a finite number")
    }
    return value
  }

  /// The value of an output in a frame; where there are many, ``placed(_:)`` finds its place once.
  ///
  /// - Throws: As ``placed(_:)`` and ``value(of:in:at:)-(PlacedOutput,_,_)``.
  public func value(
    of output: ElasticityOutput, in frame: Frame, at mu: Parameter
  ) throws(PhysicsError) -> Double {
    try value(of: placed(output), in: frame, at: mu)
  }

  /// A quantity recovered to the nodes: one number for each dof of a component; nil for a name that
  /// is not known.
  public func nodal(_ name: String, in frame: Frame) -> [Double]? {
    if let k = FrameQuantities.axis(name, components: space.components) {
      return space.component(k, of: frame.displacement)
    }
    return FrameQuantities(body.materials, frame.state).column(name).map {
      NodalRecovery(body).nodal($0)
    }
  }
}
