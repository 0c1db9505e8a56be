internal import Expressions
internal import FiniteElements
internal import Meshes

/// Places, displacements and stresses at some points, as columns under the names of outputs.
struct NodeValues {
  private var places: [[Double]]
  private var displacement: [[Double]]
  private var gradients: [[Double]] = []
  private var strain: [[Double]] = []
  private var stress: [[Double]]
  private let kinematics: ElasticKinematics

  /// The number of points.
  var count: Int { places[0].count }

  /// At nodes, with recovered stresses.
  init(_ body: ElasticBody, _ u: [Double], _ stress: [Double], at nodes: [Int]) {
    kinematics = body.kinematics
    let points = nodes.map { body.space.scalar.place(ofDof: $0) }
    places = (0..<3).map { axis in points.map { $0[axis] } }
    let c = body.space.components
    displacement = (0..<c).map { k in nodes.map { u[$0 * c + k] } }
    self.stress = (0..<6).map { s in nodes.map { stress[6 * $0 + s] } }
  }

  /// At integration points.
  init(_ samples: StressSamples, _ body: ElasticBody) {
    kinematics = body.kinematics
    (places, displacement) = (samples.samples.points, samples.samples.values)
    gradients = samples.samples.gradients
    (strain, stress) = (samples.strain, samples.stress)
  }

  /// At points of facets, with stresses recovered to the nodes.
  init(
    facets samples: VectorSamples, _ nodal: NodalStress, _ body: ElasticBody, block: Int,
    cells: [Int32], rule: Quadrature
  ) {
    kinematics = body.kinematics
    (places, displacement) = (samples.points, samples.values)
    let space = nodal.space
    stress = (0..<6).map { s in
      let values = (0..<space.dofCount).map { nodal.tensor(atNode: $0)?.components[s] ?? 0 }
      return VectorSamples(
        VectorSpace(space, components: 1), values, block: block, cells: cells, rule: rule
      ).values[0]
    }
  }

  /// One point as a combination of all.
  func combined(_ weights: [Double], at point: [Double]) -> NodeValues {
    func sum(_ columns: [[Double]]) -> [[Double]] {
      columns.map { column in [zip(weights, column).reduce(0) { $0 + $1.0 * $1.1 }] }
    }
    var result = self
    result.places = (0..<3).map { [$0 < point.count ? point[$0] : 0] }
    (result.displacement, result.stress) = (sum(displacement), sum(stress))
    return result
  }

  /// The column of a name; nil if it is not known here.
  func column(_ symbol: Symbol) -> [Double]? {
    if case .coordinate(let axis) = symbol { return places[axis] }
    let symbols = ElasticitySymbols(kinematics: kinematics)
    if let k = symbols.values.firstIndex(of: symbol) { return displacement[k] }
    if let k = symbols.gradients.firstIndex(of: symbol) {
      return gradients.isEmpty ? nil : gradients[k]
    }
    if let k = ElasticitySymbols.component(symbol, of: "strain") {
      return strain.isEmpty ? nil : strain[k]
    }
    guard let name = ElasticitySymbols.stressName(symbol), StressTensor.names.contains(name)
    else { return nil }
    if let k = ElasticitySymbols.component(symbol, of: "stress") { return stress[k] }
    return (0..<count).map { k in
      StressTensor((0..<6).map { stress[$0][k] }).component(name) ?? .nan
    }
  }
}
